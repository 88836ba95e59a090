"""What a limit was made of, and how each of it is moved: the levers of an anatomy.

Nothing here knows a probe.  Data and templates are moved in what was seen and expected; fluxes and
shells wherever the record that expects holds a :class:`Source` or an :class:`Atom`; options by the
factory that made the probe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any, cast

import numpy as np

from munu import flavors
from munu.errors import MunuError
from munu.flavors import Mixing
from munu.inference._swapped import held, swapped
from munu.parameters import Parameter
from munu.probes.expected import Background, Curve, Expected, Polynomial, Pull
from munu.probes.measured import Ceiling, Claim, Counts, Values
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.sources.source import Source
from munu.spectrum import Axis
from munu.targets.atom import Atom
from munu.units import eV, unit

KINDS = ("counts", "efficiency", "background", "flux", "mixing", "shells", "options", "choices")
ALL = "all"
# parts of a mixing that are moved, and how they are said
_MIXED = {"s12": "sin2 theta12", "s13": "sin2 theta13", "s23": "sin2 theta23", "delta": "delta",
          "dm21": "dm2 21", "dm31": "dm2 31"}
_EDGES = {"low": "lower", "high": "upper"}


@dataclass(frozen=True, eq=False)
class Lever:
    """One input.

    Attributes
    ----------
    kind : of ``KINDS``
    name : within its kind
    at : function of a factor on the input -> Probe; of a step the factor says nothing
    stepped : whether it is a choice, not a number
    """

    kind: str
    name: str
    at: Callable[[float], Probe]
    stepped: bool = False


def levers(probe: Probe, line: Ray, kinds: Sequence[str]) -> tuple[list[Lever], dict[str, str]]:
    """Every lever of the kinds named, and what has none: name to reason."""
    unmoved: dict[str, str] = {}
    makers: dict[str, Callable[[], Iterator[Lever]]] = {
        "counts": lambda: _counts(probe, unmoved),
        "efficiency": lambda: _efficiency(probe, line, unmoved),
        "background": lambda: _background(probe, line, unmoved),
        "flux": lambda: _flux(probe, unmoved),
        "mixing": lambda: _mixing(probe, unmoved),
        "shells": lambda: _shells(probe, unmoved),
        "options": lambda: _options(probe, unmoved),
        "choices": lambda: _choices(probe, unmoved)}
    return [x for k in KINDS if k in kinds for x in makers[k]()], unmoved


def _with(probe: Probe, kind: type, change: Callable[[Any], Any]) -> Probe:
    return replace(probe, expects=swapped(probe.expects, kind, change))


# ---- what was seen -----------------------------------------------------------------------------

def _bins(probe: Probe, bins: int) -> list[tuple[str, np.ndarray]]:
    """Each bin, or of several axes each slice of each: a name and where it is (n_bins,)."""
    run = getattr(probe.expects, "__self__", None)
    axes: tuple[Axis, ...] = getattr(probe.measured or run, "axes", ())
    shape = tuple(len(a.edges) - 1 for a in axes)
    if int(np.prod(shape)) != bins or not shape:
        return [(f"bin {k + 1}", np.arange(bins) == k) for k in range(bins)]
    places = np.indices(shape).reshape(len(shape), -1)
    return [((f"{axis.name} " if len(axes) > 1 else "") + said, place == k)
            for axis, place in zip(axes, places, strict=True)
            for k, said in enumerate(_edges_of(axis))]


def _edges_of(axis: Axis) -> list[str]:
    edges = np.asarray(axis.edges) / unit(axis.unit).factor
    return [f"{a:.4g}-{b:.4g} {'' if axis.unit == '1' else axis.unit}".rstrip()
            for a, b in pairwise(edges)]


def _counts(probe: Probe, unmoved: dict[str, str]) -> Iterator[Lever]:
    seen = probe.measured
    if seen is None:
        unmoved["counts"] = "nothing was seen yet: the data are what is expected"
    elif isinstance(seen, Ceiling):
        yield Lever("counts", f"ceiling{_of(seen.what)}", lambda f: replace(
            probe, measured=replace(seen, value=f * seen.value)))
    elif isinstance(seen, Claim):
        for edge in ("low", "high"):
            value = getattr(seen, edge)
            if np.isfinite(value) and value != 0:
                yield Lever("counts", f"{_EDGES[edge]} edge{_of(seen.what)}",
                            partial(_edge, probe, seen, edge))
    else:
        yield from _bins_seen(probe, seen, unmoved)


def _edge(probe: Probe, seen: Claim, edge: str, f: float) -> Probe:
    moved = f * getattr(seen, edge)
    return replace(probe, measured=replace(seen, low=moved) if edge == "low" else
                   replace(seen, high=moved))


def _of(what: str) -> str:
    return f" of {what.partition(':')[0]}" if what else ""


def _bins_seen(probe: Probe, seen: Counts | Values, unmoved: dict[str, str]) -> Iterator[Lever]:
    shape, flat = seen.seen.shape, seen.seen.ravel()

    def moved(f: float, here: np.ndarray) -> Probe:
        new = np.where(here, f * flat, flat).reshape(shape)
        return replace(probe, measured=replace(seen, counts=new, events=None)
                       if isinstance(seen, Counts) else replace(seen, values=new))

    many = _bins(probe, flat.size)
    filled = [(name, here) for name, here in many if flat[here].any()]
    for name, here in filled:
        yield Lever("counts", name, partial(moved, here=here))
    if len(filled) > 1:
        yield Lever("counts", ALL, partial(moved, here=flat != 0))
    if len(filled) < len(many):
        unmoved["counts: empty bins"] = f"0 has no logarithm ({len(many) - len(filled)} bins)"


# ---- what is expected --------------------------------------------------------------------------

@dataclass(frozen=True, eq=False)
class _Changed:
    """An expectation, changed; along the ray that was asked first it is not made again."""

    expects: Callable[..., Expected]
    change: Callable[[Expected], Expected]
    line: Ray
    made: Expected

    def __call__(self, ray: Ray, **ways: Any) -> Expected:
        return self.change(self.made if ray is self.line and not ways
                           else self.expects(ray, **ways))


@dataclass(frozen=True, eq=False)
class _Weighted:
    """The signal of a curve, or what a pull changes of it, times a weight for each bin."""

    function: Callable[..., np.ndarray]
    w: np.ndarray

    def __call__(self, x: Any, j: Any, *signal: np.ndarray) -> np.ndarray:
        made = self.function(x, j, *(s / self.w for s in signal))
        return np.asarray(made).reshape(-1, self.w.size) * self.w


def weighted(e: Expected, w: np.ndarray) -> Expected:
    """All that the size makes, times a weight for each bin (n_bins,)."""
    if isinstance(e, Curve):
        pulls = {n: replace(p, change=_Weighted(p.change, w)) if callable(p.change) else p
                 for n, p in e.pulls.items()}
        return replace(e, signal=_Weighted(e.signal, w), pulls=pulls)

    def pull(p: Pull) -> Pull:
        return p if isinstance(p.change, str) else replace(p, change={
            k: s if k == 0 else np.asarray(s) * w for k, s in p.change.items()})

    return replace(e, signal={p: s * w for p, s in e.signal.items()}, binned=None,
                   pulls={n: pull(p) for n, p in e.pulls.items()})


def _efficiency(probe: Probe, line: Ray, unmoved: dict[str, str]) -> Iterator[Lever]:
    made = probe.expected(line)
    if isinstance(probe.measured, Ceiling | Claim):
        unmoved["efficiency: bins"] = "one number is held against another; there are no bins"
        return

    def moved(f: float, here: np.ndarray) -> Probe:
        w = np.where(here, f, 1.0)
        return replace(probe, expects=_Changed(probe.expects, lambda e: weighted(e, w), line,
                                               made))

    signal = np.ones(made.bins, dtype=bool) if isinstance(made, Curve) else \
        sum((np.abs(s).sum(axis=0) for s in made.signal.values()), start=np.zeros(made.bins)) > 0
    for name, here in _bins(probe, made.bins) if made.bins > 1 else ():
        if signal[here].any():
            yield Lever("efficiency", name, partial(moved, here=here))
    yield Lever("efficiency", ALL, partial(moved, here=signal))


def _background(probe: Probe, line: Ray, unmoved: dict[str, str]) -> Iterator[Lever]:
    seen = probe.measured
    if isinstance(seen, Ceiling | Claim):
        return
    if isinstance(seen, Values):
        yield Lever("background", "errors of the values", lambda f: replace(probe, measured=replace(
            seen, covariance=f ** seen.covariance.ndim * seen.covariance)))
    made = probe.expected(line)

    def moved(f: float, change: Callable[[Expected, float], Expected]) -> Probe:
        return replace(probe, expects=_Changed(probe.expects, lambda e: change(e, f), line, made))

    for name, b in made.backgrounds.items():
        if b.error is None and probe.measured is not None:
            unmoved[f"background: {name}"] = "its norm is free: the data fit it"
            continue
        yield Lever("background", name, partial(moved, change=partial(_louder, name)))
    if made.fixed is not None and np.any(made.fixed):
        yield Lever("background", "what no coupling makes", partial(moved, change=_fixed))


def _louder(name: str, e: Expected, f: float) -> Expected:
    b = e.backgrounds[name]
    return replace(e, backgrounds={**e.backgrounds, name: Background(f * b.template, b.error)})


def _fixed(e: Expected, f: float) -> Expected:
    def pull(p: Pull) -> Pull:
        return p if not isinstance(p.change, Mapping) or 0 not in p.change else replace(
            p, change={**p.change, 0: f * np.asarray(p.change[0])})

    pulls = {n: pull(p) for n, p in e.pulls.items()} if isinstance(e, Polynomial) else e.pulls
    return replace(e, fixed=f * np.asarray(e.fixed), pulls=pulls)


# ---- what it is made of ------------------------------------------------------------------------

def _flux(probe: Probe, unmoved: dict[str, str]) -> Iterator[Lever]:
    parts = list(dict.fromkeys((s.name, n) for s in held(probe.expects, Source)
                               for n in s.components))
    if not parts:
        unmoved["flux"] = f"{probe.name} holds no source with components"
        return

    def moved(f: float, only: Sequence[tuple[str, str]]) -> Probe:
        return _with(probe, Source, lambda s: s.scaled(
            {n: f for n in s.components if (s.name, n) in only}))

    several = len({s for s, _ in parts}) > 1
    for part in parts:
        yield Lever("flux", " ".join(part) if several or len(parts) == 1 else part[1],
                    partial(moved, only=[part]))
    if len(parts) > 1:
        yield Lever("flux", ALL, partial(moved, only=parts))


def _mixing(probe: Probe, unmoved: dict[str, str]) -> Iterator[Lever]:
    known = [p for p in _parameters(probe) if Mixing in p.types]
    if not known:
        words = [p for p in _parameters(probe) if p.name == "mixing"]
        if not words:
            unmoved["mixing"] = f"{probe.name} has no option of it"
        return
    (option,) = known
    mixing = cast(Mixing, probe.options[option.name] or flavors.mixing())

    def moved(f: float, part: str) -> Probe:
        return _remade(probe, **{option.name: mixing.with_(**{part: f * getattr(mixing, part)})})

    for part, said in _MIXED.items():
        yield Lever("mixing", said, partial(moved, part=part))


def _shells(probe: Probe, unmoved: dict[str, str]) -> Iterator[Lever]:
    atoms = {a.name: a for a in held(probe.expects, Atom)}
    for atom in [a for a in atoms.values() if a.scheme == "free" or len(a.binding) < 2]:
        unmoved[f"shells of {atom.name}"] = "its electrons are free"
        del atoms[atom.name]
    if not atoms:
        unmoved.setdefault("shells", f"{probe.name} counts no electrons of shells")
        return

    def moved(f: float, name: str, here: Sequence[int]) -> Probe:
        def fuller(a: Atom) -> Atom:
            if a.name != name:
                return a
            n = tuple(f * x if k in here else x for k, x in enumerate(a.occupancy))
            # electrons that count are a weight here, no whole number
            return replace(a, occupancy=cast(Any, n), Z=cast(Any, sum(n)))

        return _with(probe, Atom, fuller)

    for name, atom in atoms.items():
        for k, (b, n) in enumerate(zip(atom.binding, atom.occupancy, strict=True)):
            yield Lever("shells", f"{name} {b / eV:.5g} eV, {n:g} e",
                        partial(moved, name=name, here=[k]))
        yield Lever("shells", f"{name} {ALL}", partial(moved, name=name,
                                                       here=range(len(atom.binding))))


# ---- what it was told --------------------------------------------------------------------------

def _parameters(probe: Probe) -> Sequence[Parameter]:
    return getattr(probe.remake, "parameters", ())


def _remade(probe: Probe, **options: Any) -> Probe:
    """With other options, and the same data, where another option is another run without any."""
    assert probe.remake is not None
    made = probe.remake(**{**probe.options, **options})
    made = replace(made, name=probe.name) if made.name != probe.name else made
    old, new = probe.measured, made.measured
    if isinstance(old, Counts | Values) and new is None:
        return replace(made, measured=old, grade=probe.grade)
    return made


def _number(probe: Probe, p: Parameter) -> float | None:
    """What an option is, where it is a number."""
    value = probe.options[p.name]
    if value is None or isinstance(value, bool):
        return None
    try:
        found = p.read(value, p.name)
    except MunuError:
        return None
    return float(found) if isinstance(found, int | float) else None


def _options(probe: Probe, unmoved: dict[str, str]) -> Iterator[Lever]:
    for p in _parameters(probe):
        if p.kind not in ("quantity", "number"):
            continue
        x = _number(probe, p)
        if not x or not np.isfinite(x):
            value = probe.options[p.name]
            unmoved[f"options: {p.name}"] = (
                "not given" if value is None else "0 has no logarithm" if x == 0 else
                f"{value} is no number")
            continue
        yield Lever("options", p.name, partial(_told, probe, p, x))


def _told(probe: Probe, p: Parameter, x: float, f: float) -> Probe:
    if p.kind == "number":
        return _remade(probe, **{p.name: f * x})
    like = p.unit[1:] if p.unit.startswith("1/") else p.unit
    return _remade(probe, **{p.name: f"{f * x / unit(p.unit).factor:.17g} {like}".rstrip()})


def _other(probe: Probe, options: Mapping[str, object], _: float) -> Probe:
    return _remade(probe, **options)


def _choices(probe: Probe, unmoved: dict[str, str]) -> Iterator[Lever]:
    told: list[tuple[str, object]] = []
    for name, options in probe.variants.items():
        told += options.items()
        yield Lever("choices", name, partial(_other, probe, options), True)
    varied = {n for options in probe.variants.values() for n in options}
    for p in _parameters(probe):
        now = probe.options[p.name]
        others: Sequence[object] = [c for c in p.choices if c != now]
        if p.kind == "yes or no":
            others = [not now]
        elif p.name == "mixing" and p.kind == "word":
            others = [n for n in flavors.names() if n != now]
        for other in others:
            if (p.name, other) not in told:
                yield Lever("choices", f"{p.name} {other}".lower() if isinstance(other, bool)
                            else f"{p.name} {other}",
                            partial(_other, probe, {p.name: other}), True)
        if not others and p.name not in varied and Mixing not in p.types \
                and p.kind not in ("quantity", "number"):
            unmoved[f"choices: {p.name}"] = f"{p.kind}: no other one is named"
