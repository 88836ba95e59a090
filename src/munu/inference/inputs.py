r"""``anatomy``: how a limit hangs on each of its inputs.

.. math:: \frac{\mathrm d\ln x_{\rm limit}}{\mathrm d\ln a}

by central differences in the logarithm of each input a; a choice is a step,
:math:`\ln(x'_{\rm limit}/x_{\rm limit})`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from munu import results
from munu._arrays import Numbers
from munu._frozen import FrozenMap
from munu._guard import called
from munu.couplings import Flavor
from munu.errors import DomainError, MunuError, UnknownName
from munu.inference import _levers
from munu.inference._levers import KINDS, Lever
from munu.inference.limits import _probes, limit
from munu.inference.record import Limit
from munu.probes.probe import Probe
from munu.ray import Ray, read

# slopes to both sides that differ by more are a kink, no slope: relative, and absolute
_KINK = (0.2, 0.03)
_WHOLE = 1e-12


@dataclass(frozen=True, kw_only=True)
class Input:
    """One input of a limit.

    Attributes
    ----------
    kind : of ``KINDS``
    name : within its kind; ``all`` moves every one of its kind together
    size : d ln limit / d ln input, or of a step ln(limit there / limit) [1]
    below, above : slopes to either side alone; of a step its size
    stepped : whether it is a choice
    """

    kind: str
    name: str
    size: float
    below: float
    above: float
    stepped: bool = False

    @property
    def kinked(self) -> bool:
        """Whether the slopes to both sides differ, as where an event crosses a threshold."""
        relative, absolute = _KINK
        return abs(self.above - self.below) > absolute + relative * max(abs(self.above),
                                                                        abs(self.below))


@dataclass(frozen=True, eq=False, kw_only=True)
class Anatomy:
    """Every input of a limit that could be moved, and the others by name.

    Attributes
    ----------
    limit : Limit, at one mass
    inputs : tuple of Input
    unmoved : name to reason
    step : of the differences, in ln of an input [1]
    """

    limit: Limit
    inputs: tuple[Input, ...]
    unmoved: Mapping[str, str] = field(default_factory=FrozenMap)
    step: float = 0.02

    def __getitem__(self, key: tuple[str, str]) -> Input:
        """An input by kind and name.  Raises UnknownName."""
        for i in self.inputs:
            if (i.kind, i.name) == key:
                return i
        raise UnknownName(f"input of {self.limit.name}", ": ".join(key),
                          [f"{i.kind}: {i.name}" for i in self.inputs])

    def of(self, kind: str) -> list[Input]:
        """The single inputs of a kind, without all together."""
        return [i for i in self.inputs if i.kind == kind and not i.name.endswith(_levers.ALL)]

    @property
    def columns(self) -> results.Columns:
        """Inputs as columns, the strongest first."""
        many = sorted(self.inputs, key=lambda i: -abs(i.size))
        return {"kind": ("1", [i.kind for i in many]), "input": ("1", [i.name for i in many]),
                "is": ("1", ["step" if i.stepped else "derivative" for i in many]),
                **{n: ("1", [getattr(i, n) for i in many]) for n in ("size", "below", "above")}}

    def rows(self) -> list[dict[str, Any]]:
        """A row an input, the strongest first."""
        return list(results.rows(self.columns))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, with where they come from."""
        x = self.limit
        return results.plain(results.provenance(
            probe=x.name, along=x.along, flavor=x.flavor, nature=x.nature, level=x.level,
            statistic=x.statistic, limit=float(x.upper[0]) / x.factor, unit=x.unit,
            step=self.step, inputs=self.rows(), unmoved=self.unmoved, citations=list(x.papers)))

    def to_table(self, path: Any = None) -> Any:
        """See :func:`munu.results.to_table`."""
        about = {k: v for k, v in self.as_dict().items() if k != "inputs"}
        return results.to_table(self.columns, path, about)

    def __repr__(self) -> str:
        best = max(self.inputs, key=lambda i: abs(i.size), default=None)
        said = "" if best is None else f", {best.kind}: {best.name} {best.size:+.3f} the strongest"
        return (f"Anatomy({self.limit.name}: {len(self.inputs)} inputs moved, "
                f"{len(self.unmoved)} not{said})")


@called
def anatomy(probe: Probe | str, along: str | Ray = "mu", M_N: Numbers = 0.0,
            level: float | str | None = None, method: str = "profile",
            flavor: Flavor = "universal", nature: str | None = None, *,
            only: Sequence[str] | str = KINDS, step: float = 0.02,
            progress: Callable[[float], None] | None = None) -> Anatomy:
    r"""How a limit hangs on each of its inputs.

    .. math:: \frac{\mathrm d\ln x_{\rm limit}}{\mathrm d\ln a}
              \approx \frac{\ln x(a\,e^{h}) - \ln x(a\,e^{-h})}{2h}

    Moved are what was seen (each bin, of several axes each slice, or the number that must not be
    passed), what a coupling makes in each (``efficiency``), norms of backgrounds, components of
    the flux, angles, phase and splittings, the electrons that a shell counts with, numbers among
    the probe's options, and, as steps, its choices and variants, such as another core or star.
    Data stay as they are: the exposure of a run is how well it is known, that of a projection
    what more time brings.

    Parameters
    ----------
    probe : Probe, name or path of a card; one
    along, M_N, level, flavor, nature : as of :func:`munu.limit`, one mass
    method : a method without toys
    only : kinds that are moved, of ``KINDS``
    step : h, between 1e-4 and 0.2 [1]
    progress : function of the fraction done

    Returns
    -------
    Anatomy
        ``unmoved`` says what could not be moved, and why.

    Raises
    ------
    DomainError, UnknownName
        No limit at this mass; a method of toys.

    >>> made = anatomy("xenonnt", only=("flux", "efficiency"))
    >>> print(f"{made['flux', 'pp'].size:.3f} {made['efficiency', 'all'].size:.3f}")
    -0.457 -0.500
    """
    if isinstance(probe, list | tuple):
        raise DomainError("an anatomy is of one probe; ask for each alone")
    (chosen,) = _probes(probe)
    kinds = (only,) if isinstance(only, str) else tuple(only)
    if not kinds:
        raise DomainError(f"only is empty; leave it out, or give some of {', '.join(KINDS)}")
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownName("kind of input", kind, KINDS)
    if method == "feldman_cousins":
        raise DomainError("toys move a limit by more than a small step of an input; take another "
                          "method than feldman_cousins")
    if not 1e-4 <= step <= 0.2:
        raise DomainError(f"step = {step!r} must lie between 1e-4 and 0.2")
    line = read(along, M_N=M_N, flavor=flavor, nature=nature)
    if line.rows != 1:
        raise DomainError(f"an anatomy is of one mass; {line.rows} were given")

    def found(p: Probe) -> Limit:
        return limit(p, line, level=level, method=method, expected=False, scan=False)

    base = found(chosen)
    middle = float(base.upper[0])
    if not 0 < middle < math.inf:
        raise DomainError(f"{chosen.name} has no upper limit at this mass; there is nothing to "
                          "take apart")
    many, unmoved = _levers.levers(chosen, line, kinds)
    inputs = []
    for k, lever in enumerate(many):
        try:
            inputs.append(_moved(lever, found, middle, step))
        except MunuError as err:
            unmoved[f"{lever.kind}: {lever.name}"] = " ".join(str(err).split())
        if progress is not None:
            progress((k + 1) / len(many))
    _still(inputs, unmoved, chosen)
    return Anatomy(limit=base, inputs=tuple(inputs), unmoved=FrozenMap(unmoved), step=step)


def _moved(lever: Lever, found: Callable[[Probe], Limit], middle: float, step: float) -> Input:
    def moved(h: float) -> float:
        x = float(found(lever.at(math.exp(h))).upper[0])
        if not 0 < x < math.inf:
            raise DomainError("there is no limit where it is moved")
        return math.log(x / middle)

    if lever.stepped:
        size = moved(0.0)
        return Input(kind=lever.kind, name=lever.name, size=size, below=size, above=size,
                     stepped=True)
    low, high = moved(-step), moved(step)
    return Input(kind=lever.kind, name=lever.name, size=(high - low) / (2 * step),
                 below=-low / step, above=high / step)


def _still(inputs: list[Input], unmoved: dict[str, str], probe: Probe) -> None:
    """A flux or shells that change nothing at all are not what the expectation is made of."""
    for kind in ("flux", "shells"):
        mine = [i for i in inputs if i.kind == kind]
        if mine and all(np.abs([i.below, i.above]).max() < _WHOLE for i in mine):
            unmoved[kind] = f"what {probe.name} expects was made before it was moved"
            inputs[:] = [i for i in inputs if i.kind != kind]
