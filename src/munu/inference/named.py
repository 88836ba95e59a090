r"""What probes expect, and their likelihood, as a function of parameters that have names.

.. math:: n_i = \sum_t c_t(p)\,S_{ti} + F_i + \sum_b \theta_b B_{bi}
          + \sum_c \epsilon_c \Big(\sum_t c_t(p)\,\Delta_{cti} + \Delta^F_{ci}\Big)
          + \tfrac12 \sum_c \epsilon_c^2 \Big(\sum_t c_t(p)\,\Delta'_{cti} + \Delta'^F_{ci}\Big)

The coefficients c are powers of the size along a ray, or the elements of the trace matrix of a
moment matrix with its phases.  Pulls are in standard deviations.  A part of the mixing is a pull
whose templates are the first and second difference of the expectation (the last sum).  All is a
polynomial: its derivatives are exact, and the same formula takes JAX arrays
(:mod:`munu.inference.jaxed`).

Source : Cowan2011
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any

import numpy as np

from munu import flavors
from munu._arrays import Numbers, namespace
from munu._frozen import FrozenMap
from munu._guard import called
from munu.couplings import Flavor
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.inference import _levers
from munu.inference._matrix import KINDS, Matrix
from munu.inference.limits import _probes
from munu.inference.study import Study, check_background_error, study
from munu.probes.expected import Polynomial
from munu.probes.probe import Probe
from munu.ray import Ray, read

#: parts of a mixing that may float
MIXED = ("s12", "s13", "s23", "delta", "dm21", "dm31")
# of a central difference, in standard deviations
_STEP = 0.25
_ROUND = 1e-11


@dataclass(frozen=True)
class Size:
    """Coefficients that are powers of one size, or of its square.

    Attributes
    ----------
    name : ``mu``, ``q``, ``r2``, or ``mu^2``
    powers : of that parameter, one a template
    """

    name: str
    powers: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The one parameter."""
        return (self.name,)

    def coefficients(self, p: Mapping[str, Numbers]) -> list[Numbers]:
        """c_t, one a template."""
        return [p[self.name] ** k for k in self.powers]

    def derivative(self, p: Mapping[str, Numbers]) -> np.ndarray:
        """dc_t/dp: (1, n_templates)."""
        return np.array([[k * p[self.name] ** (k - 1) for k in self.powers]], dtype=float)


@dataclass(frozen=True, eq=False, kw_only=True)
class Named:
    """-2 ln L of what was seen, as a function of named parameters: call it with a mapping.

    Attributes
    ----------
    couplings : Size or Matrix: which parameters the couplings are
    signal : array (n_templates, n_bins)
    background : array (K, n_bins)
    pulls, bends : arrays (F, n_templates, n_bins): first change, and second
    fixed, pulls_fixed, bends_fixed : (n_bins,), (F, n_bins), (F, n_bins)
    norms, shifts : names of the backgrounds and of the pulls
    centre, prior : (K + F,), where priors sit, and their errors; inf is free
    data : array (n_bins,)
    error : array (n_bins,), Gaussian errors, nan where a bin counts; None for counts alone
    units : name of a pull to what one standard deviation is, where that is a quantity
    study : what it was made of
    """

    couplings: Size | Matrix
    signal: np.ndarray
    background: np.ndarray
    pulls: np.ndarray
    bends: np.ndarray
    fixed: np.ndarray
    pulls_fixed: np.ndarray
    bends_fixed: np.ndarray
    norms: tuple[str, ...]
    shifts: tuple[str, ...]
    centre: np.ndarray
    prior: np.ndarray
    data: np.ndarray
    error: np.ndarray | None
    study: Study
    units: Mapping[str, str] = field(default_factory=FrozenMap)

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter: couplings, norms of backgrounds, pulls."""
        return (*self.couplings.names, *self.norms, *self.shifts)

    @property
    def nuisances(self) -> tuple[str, ...]:
        """All but the couplings."""
        return (*self.norms, *self.shifts)

    def at(self, **values: Numbers) -> dict[str, Numbers]:
        """Parameters: those given, nuisances where their priors sit.

        Raises
        ------
        UnknownName, DomainError
            A coupling that is left out.
        """
        for name in values:
            if name not in self.names:
                raise UnknownName("parameter", name, self.names)
        missing = [n for n in self.couplings.names if n not in values]
        if missing:
            raise DomainError(f"give {', '.join(missing)} too; only nuisances have a place of "
                              "their own")
        return dict(zip(self.nuisances, map(float, self.centre), strict=True)) | values

    def mean(self, p: Mapping[str, Numbers]) -> Numbers:
        """What is expected in each bin (n_bins,)."""
        c = self.couplings.coefficients(p)
        out = _mixed(c, self.signal) + self.fixed
        for name, template in zip(self.norms, self.background, strict=True):
            out = out + p[name] * template
        for k, name in enumerate(self.shifts):
            out = out + p[name] * (_mixed(c, self.pulls[k]) + self.pulls_fixed[k])
            if self.bends[k].any() or self.bends_fixed[k].any():
                out = out + 0.5 * p[name] ** 2 * (_mixed(c, self.bends[k]) + self.bends_fixed[k])
        return out

    def __call__(self, p: Mapping[str, Numbers]) -> Numbers:
        """-2 ln(L/L_saturated), priors included; infinite where a seen bin expects nothing."""
        constrained = sum(((p[n] - c) / s) ** 2 for n, c, s in zip(
            self.nuisances, self.centre, self.prior, strict=True) if np.isfinite(s))
        return self.misfit(p) + constrained

    def misfit(self, p: Mapping[str, Numbers]) -> Numbers:
        """The same of the bins alone, without priors."""
        _all(self.names, p)
        xp, mean = namespace(*p.values()), self.mean(p)
        counted = np.ones(self.data.shape, dtype=bool) if self.error is None else \
            np.isnan(self.error)
        seen = counted & (self.data > 0)
        # both branches of a choice are differentiated: neither may hold a logarithm of 0
        safe = xp.where(seen & (mean > 0), mean, 1.0)
        n = np.where(seen, self.data, 1.0)
        of_counts = xp.where(counted, mean - self.data, 0.0) + xp.where(
            seen, self.data * (np.log(n) - xp.log(safe)), 0.0)
        out = 2 * xp.sum(of_counts)
        if self.error is not None:
            width = np.where(counted, 1.0, self.error)
            out = out + xp.sum(xp.where(counted, 0.0, ((self.data - mean) / width) ** 2))
        return xp.where(xp.any(seen & ~(mean > 0)), np.inf, out)

    def jacobian(self, p: Mapping[str, Numbers]) -> np.ndarray:
        """Derivative of the expectation by each parameter, exact: (n_names, n_bins)."""
        _all(self.names, p)
        c, by = self.couplings.coefficients(p), self.couplings.derivative(p)
        slope = np.array(self.signal)
        for k, name in enumerate(self.shifts):
            slope = slope + p[name] * self.pulls[k] + 0.5 * p[name] ** 2 * self.bends[k]
        moved = [_mixed(c, self.pulls[k]) + self.pulls_fixed[k]
                 + p[n] * (_mixed(c, self.bends[k]) + self.bends_fixed[k])
                 for k, n in enumerate(self.shifts)]
        return np.concatenate([by @ slope, self.background,
                               np.reshape(moved, (len(self.shifts), self.data.size))])


def _mixed(c: Sequence[Numbers], templates: np.ndarray) -> Numbers:
    return sum(x * t for x, t in zip(c, templates, strict=True))


def _all(names: Sequence[str], p: Mapping[str, Numbers]) -> None:
    for name in p:
        if name not in names:
            raise UnknownName("parameter", name, names)
    missing = [n for n in names if n not in p]
    if missing:
        raise DomainError(f"the parameters {', '.join(missing)} are missing; fill in what priors "
                          "say by .at(...)")


@called
def named(probe: Probe | str | Sequence[Probe | str], along: str | Ray = "mu",
          M_N: Numbers = 0.0, flavor: Flavor = "universal", nature: str | None = None, *,
          moments: str | None = None, squared: bool = False, flux_nuisances: bool = False,
          background_error: float | None = None,
          mixing: Mapping[str, float] | None = None) -> Named:
    """The likelihood of a probe, or of several, at one mass of N, as a function of its parameters.

    Parameters
    ----------
    probe : Probe, name, path of a card, or a list of these
    along, M_N, flavor, nature : as of :func:`munu.limit`, one mass
    moments : None, or ``majorana``, ``dirac``, ``portal``: real and imaginary parts of the moments
        are the parameters, in place of a size along a ray; of ``portal`` at M_N
    squared : the parameter is the square of the size, where the expectation is even
    flux_nuisances, background_error : as of :func:`munu.limit`
    mixing : part (of ``MIXED``) to its error [1, rad or energy^2], each a pull in these errors

    Returns
    -------
    Named

    Raises
    ------
    UnknownName, DomainError
        An expectation that is a curve; a probe without data or projection.

    >>> from munu.inference.named import named
    >>> model = named("xenonnt")
    >>> model.names
    ('mu', 'B0')
    >>> print(f"{model(model.at(mu=0.0)):.2f} {model(model.at(mu=1e-11)):.2f}")
    22.99 29.45
    """
    chosen = _probes(list(probe) if isinstance(probe, list | tuple) else probe)
    line = read(along, M_N=M_N, flavor=flavor, nature=nature)
    if line.rows != 1:
        raise DomainError(f"a likelihood of parameters is of one mass; {line.rows} were given")
    if moments is not None:
        line = _line(moments, line, flavor)
    ways: dict[str, Any] = {"flux_nuisances": True} if flux_nuisances else {}
    check_background_error(chosen, background_error)
    if not (mixing is None or isinstance(mixing, Mapping)):
        raise DomainError(f"mixing = {mixing!r} must name parts with their errors, as "
                          "{'s12': 0.012}")

    def made(those: Sequence[Probe], other: Ray) -> Study:
        return study(those, other, background_error=background_error, **ways)

    for p in chosen:
        if p.derived:
            raise DomainError(f"{p.name} holds a ceiling or a claim, no likelihood")
        if p.measured is None and p.grade != "sensitivity":
            raise DomainError(f"{p.name} is {p.grade}: it holds no data to make a likelihood of")
    first = made(chosen, line)
    kind: Size | Matrix = _size(first, squared) if moments is None else Matrix(moments)
    templates = _Templates(made, kind, line)
    here = templates(chosen)
    floats = _floating(chosen, mixing or {}, here, templates)
    e, K = first.polynomial, len(first.expected.backgrounds)
    if not np.any(here.signal):
        raise DomainError(f"{' + '.join(p.name for p in chosen)} sees nothing of these couplings")
    shifts = (*e.pulls, *floats)
    _distinct((*kind.names, *e.backgrounds, *shifts))
    zero = np.zeros((0, *here.signal.shape))
    problem = first.at(np.ones(1), np.zeros(1, dtype=int))
    more = list(floats.values())
    return Named(
        couplings=kind, signal=here.signal, fixed=here.fixed, study=first,
        background=problem.background, norms=tuple(e.backgrounds), shifts=shifts,
        pulls=np.concatenate([here.pulls, *(x.pulls for x in more)]),
        pulls_fixed=np.concatenate([here.pulls_fixed, *(x.pulls_fixed for x in more)]),
        bends=np.concatenate([np.zeros_like(here.pulls), *(x.bends for x in more), zero]),
        bends_fixed=np.concatenate([np.zeros_like(here.pulls_fixed),
                                    *(x.bends_fixed for x in more)]),
        centre=np.append(np.ones(K), np.zeros(len(shifts))),
        prior=np.concatenate([problem.prior, problem.pulls_prior, np.ones(len(more))]),
        data=first.data, error=first.error,
        units=FrozenMap({f"{n}": f"{(mixing or {})[n]:.6g}" for n in floats}))


def _line(moments: str, line: Ray, flavor: Flavor) -> Ray:
    if moments not in KINDS:
        raise UnknownName("kind of moments", moments, tuple(KINDS))
    if line.kind != "portal" or flavor != "universal":
        raise DomainError("moments are a direction themselves; leave along and flavor out")
    if moments != "portal" and line.masses is not None and np.any(line.masses != 0):
        raise DomainError(f"{moments} moments are among light neutrinos; leave M_N out, or take "
                          "moments='portal'")
    return line


def _size(s: Study, squared: bool) -> Size:
    e, name = s.polynomial, s.ray.parameter
    powers = tuple(e.signal)
    if not squared:
        return Size(name, powers)
    if any(p % 2 for p in powers):
        raise DomainError(f"the expectation has odd powers of {name}: its square is no parameter")
    return Size(f"{name}^2", tuple(p // 2 for p in powers))


def _distinct(names: Sequence[str]) -> None:
    twice = sorted({n for n in names if list(names).count(n) > 1})
    if twice:
        raise DomainError(f"two parameters are called {', '.join(twice)}; rename the background")


@dataclass(frozen=True, eq=False)
class _Parts:
    """Templates at one set of options: as the attributes of :class:`Named`."""

    signal: np.ndarray
    fixed: np.ndarray
    pulls: np.ndarray
    pulls_fixed: np.ndarray
    bends: np.ndarray
    bends_fixed: np.ndarray


@dataclass(frozen=True, eq=False)
class _Templates:
    """Templates of probes: by powers of the size, or by elements of the trace matrix."""

    made: Callable[[Sequence[Probe], Ray], Study]
    kind: Size | Matrix
    line: Ray

    def __call__(self, those: Sequence[Probe]) -> _Parts:
        if isinstance(self.kind, Size):
            s = self.made(those, self.line)
            e = s.polynomial
            each = [(s, e, power) for power in e.signal]
        else:
            each = [(s, s.polynomial, s.power) for s in (
                self.made(those, ray) for ray in self.kind.rays(self.line.masses))]
            if any(power != 2 for *_, power in each):
                raise DomainError("the expectation is not quadratic in the moments")
        s, e, _ = each[0]
        n = e.bins
        zero = np.zeros(n)
        signal = np.array([_turned(s, e.signal[p][0]) for s, e, p in each])
        fixed = zero if e.fixed is None else _turned(s, e.fixed)
        pulls = np.array([[_turned(s, _changed(e, name, p)) for s, e, p in each]
                          for name in e.pulls]).reshape(-1, len(each), n)
        pulls_fixed = np.array([_turned(s, _changed(e, name, 0)) for name in e.pulls]
                               ).reshape(-1, n)
        if isinstance(self.kind, Matrix):
            turn = self.kind.turn
            signal = turn @ signal
            pulls = np.einsum("ts,fsi->fti", turn, pulls)
        return _Parts(signal, fixed, pulls, pulls_fixed, pulls[:0], pulls_fixed[:0])


def _turned(s: Study, part: np.ndarray) -> np.ndarray:
    """Where errors are correlated, in the bins in which they are not."""
    return part if s.turn is None else part @ s.turn.T


def _changed(e: Polynomial, name: str, power: int) -> np.ndarray:
    """What a pull changes of one power, its error included (n_bins,)."""
    pull = e.pulls[name]
    size = 1.0 if pull.error is None else pull.error
    nothing = np.zeros(e.bins)
    if isinstance(pull.change, str):
        part = (nothing if e.fixed is None else e.fixed) if power == 0 else e.signal[power]
    else:
        extra = set(pull.change) - set(e.signal) - {0}
        if extra:
            raise DomainError(f"the pull {name} changes powers {sorted(extra)} that the "
                              "expectation has not")
        part = pull.change.get(power, nothing)
    return size * np.broadcast_to(np.atleast_2d(part)[0], nothing.shape)


def _floating(chosen: Sequence[Probe], errors: Mapping[str, float], here: _Parts,
              templates: _Templates) -> dict[str, _Parts]:
    """Parts of the mixing as pulls: differences of everything that is expected."""
    out: dict[str, _Parts] = {}
    for part, error in errors.items():
        if part not in MIXED:
            raise UnknownName("part of the mixing", part, MIXED)
        if not isinstance(error, Real) or isinstance(error, bool) or not 0 < error < np.inf:
            raise DomainError(f"the error of {part} = {error!r} must be a number above 0")
        up, down = (templates([_mixed_by(p, part, sign * _STEP * error) for p in chosen])
                    for sign in (1, -1))
        if _same(up.signal, down.signal) and _same(up.fixed, down.fixed):
            raise DomainError(f"nothing that is expected depends on {part}; leave it out")
        first = [(a - b) / (2 * _STEP) for a, b in ((up.signal, down.signal),
                                                    (up.fixed, down.fixed))]
        second = [(a - 2 * m + b) / _STEP**2 for a, m, b in (
            (up.signal, here.signal, down.signal), (up.fixed, here.fixed, down.fixed))]
        out[part] = replace(here, pulls=first[0][None], pulls_fixed=first[1][None],
                            bends=second[0][None], bends_fixed=second[1][None])
    return out


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    """But for round-off."""
    return bool(np.abs(a - b).max() <= _ROUND * max(np.abs(a).max(), np.abs(b).max()))


def _mixed_by(probe: Probe, part: str, shift: float) -> Probe:
    known = [p.name for p in _levers._parameters(probe) if Mixing in p.types]
    if not known:
        raise DomainError(f"{probe.name} has no option of the mixing")
    mixing = probe.options[known[0]] or flavors.mixing()
    assert isinstance(mixing, Mixing)
    return _levers._remade(probe, **{known[0]: mixing.with_(
        **{part: getattr(mixing, part) + shift})})
