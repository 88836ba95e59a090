r"""A likelihood and a prior as plain functions of arrays, for whatever sampler one has.

.. math:: \ln p(x, \theta) = \ln L(x, \theta) + \ln\pi(x) + \ln\pi(\theta)

``log_prob`` is what emcee asks, ``log_likelihood`` and ``prior_transform`` what dynesty, ultranest
and nautilus ask; each takes one point (d,) or many (n, d), and can be sent to another process.

Priors of the size x, which has no default, since a limit rests on it: ``flat_mu`` (flat in x),
``flat_mu2`` (in its square, the rate), ``log_mu`` (in its logarithm); ``flat_q``, ``flat_r2`` of a
size with a sign.  Nuisances are profiled, or sampled: norms with an error are Gaussian about 1 and
at least 0, pulls Gaussian, free ones flat in a range that is given.

Below some size the likelihood is that of size 0, and there it is highest where nothing was found:
a prior over many more decades is one flat top, on which a nested sampler can find no better point.
So (i) ``flat_below(tolerance)`` is the size below which ln L moves by less than the tolerance, a
lower edge that loses nothing: whatever lies below is the prior times a constant;  (ii) where
nuisances are profiled ln L is constant to the last bit below ``flat_below(1e-9)``, a plateau that
samplers notice and end on, in place of round-off that they climb.

Which to use : ``profiled`` for one size, cheap in any sampler; ``sampled`` to marginalize.

Source : Cowan2011
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from munu._arrays import Numbers
from munu._frozen import FrozenMap
from munu._guard import called
from munu.couplings import Flavor
from munu.errors import DomainError, UnknownName
from munu.inference.along import misfit
from munu.inference.likelihood import Problem, nll, profile
from munu.inference.limits import _judge, _probes
from munu.inference.study import Study, solved_together, study
from munu.probes.probe import Probe
from munu.ray import Ray, read
from munu.units import parse

NUISANCES = ("profiled", "sampled")
#: ln L of what cannot be, where an infinite number would stop a sampler
IMPOSSIBLE = -1e300
# ln L that moves by less is taken to be constant; how far down that is sought, in decades; nodes
# of a decade
_ROUND, _DOWN, _NODES = 1e-9, 40, 8
# as near to 0 and 1 as a point of the unit cube may lie
_EDGE = 2.0**-53


@dataclass(frozen=True, eq=False, kw_only=True)
class Density:
    """Likelihood and prior of a size, and of nuisances where they are sampled.

    Attributes
    ----------
    study : the probes along a ray, at one mass
    prior : of the size: ``flat_mu``, ``flat_mu2``, ``log_mu``, ...
    low, high : the range of the size, internal
    nuisances : ``profiled`` or ``sampled``
    free : name of a nuisance without error to its range
    """

    study: Study
    prior: str
    low: float
    high: float
    nuisances: str
    free: Mapping[str, tuple[float, float]] = field(default_factory=FrozenMap)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the parameters, in their order: the size first."""
        return (self.study.ray.parameter, *(self._nuisances if self._sampled else ()))

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the papers that it rests on."""
        return tuple(dict.fromkeys(k for p in self.study.probes for k in p.papers))

    def log_likelihood(self, theta: Numbers) -> Any:
        """ln(L/L_saturated) at points (d,) or (n, d), without priors of what is sampled.

        Profiled nuisances bring their constraints.  What cannot be is :data:`IMPOSSIBLE`.
        """
        theta, one = self._points(theta)
        x = theta[:, 0]
        out = -0.5 * (self._of_point(x, theta[:, 1:]) if self._sampled
                      else self._profiled(np.where(np.abs(x) < self._rest, 0.0, x)))
        out = np.where(np.isfinite(out), out, IMPOSSIBLE)
        return float(out[0]) if one else out

    def log_prior(self, theta: Numbers) -> Any:
        """ln of the density of the prior, normalized; -inf outside of it."""
        theta, one = self._points(theta)
        out = self._log_size(theta[:, 0])
        for name, at in zip(self._nuisances, theta[:, 1:].T, strict=False):
            out = out + self._log_nuisance(name, at)
        return float(out[0]) if one else out

    def log_prob(self, theta: Numbers) -> Any:
        """ln of likelihood times prior at points (d,) or (n, d); -inf outside of the prior."""
        theta, one = self._points(theta)
        out = self.log_prior(theta)
        inside = np.isfinite(out)
        if inside.any():
            of_data = self.log_likelihood(theta[inside])
            out[inside] = np.where(of_data > IMPOSSIBLE, out[inside] + of_data, -np.inf)
        return float(out[0]) if one else out

    def prior_transform(self, u: Numbers) -> np.ndarray:
        """Points of the prior from points of the unit cube, (d,) or (n, d)."""
        from scipy.special import ndtr, ndtri

        u, one = self._points(u)
        if np.any((u < 0) | (u > 1)):
            raise DomainError("points of the unit cube lie between 0 and 1")
        out, kind = np.empty_like(u), self._kind
        v, low, high = u[:, 0], self.low, self.high
        if kind == "log":
            out[:, 0] = low * (high / low) ** v
        elif kind == "square":
            out[:, 0] = np.sqrt(low**2 + v * (high**2 - low**2))
        else:
            out[:, 0] = low + v * (high - low)
        # the ends themselves, whatever round-off says
        out[:, 0] = np.clip(out[:, 0], low, high)
        for k, name in enumerate(self.names[1:], 1):
            v, width = np.clip(u[:, k], _EDGE, 1 - _EDGE), self._width[name]
            if name in self.free:
                a, b = self.free[name]
                out[:, k] = a + v * (b - a)
            elif name in self.study.expected.backgrounds:
                below = ndtr(-1 / width)
                out[:, k] = np.maximum(1 + width * ndtri(below + v * (1 - below)), 0.0)
            else:
                out[:, k] = width * ndtri(v)
        return out[0] if one else out

    def flat_below(self, tolerance: float = 1e-3) -> float:
        """The size, internal, below which ln L (nuisances profiled) is within ``tolerance`` of
        its value at size 0; 0 where the data rule size 0 out.

        Raises
        ------
        DomainError
        """
        if isinstance(tolerance, bool) or not isinstance(tolerance, int | float | np.floating) \
                or not _ROUND <= tolerance < np.inf:
            raise DomainError(f"tolerance = {tolerance!r} must be a number, at least {_ROUND:g}")
        top = max(abs(self.low), abs(self.high))
        zero = self._profiled(np.zeros(1))[0]
        if not np.isfinite(zero):
            return 0.0
        x = top * 10.0 ** np.linspace(-_DOWN, 0, _NODES * _DOWN + 1)

        def moved(x: np.ndarray) -> np.ndarray:
            sides = (x, -x) if self.study.ray.signed else (x,)
            return np.any([~(np.abs(self._profiled(y) - zero) <= 2 * tolerance) for y in sides],
                          axis=0)

        beyond = np.flatnonzero(moved(x))
        if not beyond.size:
            return float(top)
        if beyond[0] == 0:
            return 0.0
        low, high = np.log(x[beyond[0] - 1]), np.log(x[beyond[0]])
        for _ in range(40):
            middle = 0.5 * (low + high)
            low, high = (low, middle) if moved(np.exp([middle]))[0] else (middle, high)
        return float(np.exp(low))

    def with_(self, **changes: Any) -> Density:
        """The same with another prior or range, as ``low=made.flat_below()``.

        Raises
        ------
        DomainError, UnknownName
        """
        known = ("prior", "low", "high")
        for name in changes:
            if name not in known:
                raise UnknownName("entry to change", name, known)
        made = replace(self, **changes | {n: self.study.ray.size(changes[n])
                                          for n in ("low", "high") if n in changes})
        _check_prior(made.study.ray, made.prior, made.low, made.high)
        return made

    def __repr__(self) -> str:
        ray = self.study.ray
        return (f"<Density of {' + '.join(p.name for p in self.study.probes)}: "
                f"{', '.join(self.names)}; {self.prior} from {self.low / ray.factor:.4g} to "
                f"{self.high / ray.factor:.4g} {ray.unit}, nuisances {self.nuisances}>")

    # ---- what it is made of ------------------------------------------------------------------

    @property
    def _sampled(self) -> bool:
        return self.nuisances == "sampled"

    @property
    def _nuisances(self) -> tuple[str, ...]:
        e = self.study.expected
        return (*e.backgrounds, *e.pulls)

    @property
    def _kind(self) -> str:
        return "log" if self.prior.startswith("log_") else \
            "square" if self.prior == f"flat_{self.study.ray.parameter}2" else "flat"

    @cached_property
    def _width(self) -> dict[str, float]:
        """Errors of the nuisances; infinite where they are free."""
        problem = self.study.at(np.ones(1), np.zeros(1, dtype=int))
        return dict(zip(self._nuisances, (*map(float, problem.prior),
                                          *map(float, problem.pulls_prior)), strict=True))

    @cached_property
    def _rest(self) -> float:
        """Below it the size counts as 0."""
        return self.flat_below(_ROUND)

    @cached_property
    def _even(self) -> Problem | None:
        return self.study.even() if solved_together(self.study.expected) else None

    @property
    def _data(self) -> np.ndarray:
        return self.study.data.reshape(-1)

    def _profiled(self, x: np.ndarray) -> np.ndarray:
        """-2 ln L, nuisances profiled."""
        if self._even is None:
            return misfit(self.study, self._data)(x, np.zeros(len(x), dtype=int))
        return np.concatenate([
            profile(self._even.rows(np.zeros(len(y), dtype=int)), y, self._data)[0]
            for y in self._blocks(x**self.study.power)])

    def _blocks(self, *rows: np.ndarray) -> list[Any]:
        cut = range(self.study.block, len(rows[0]), self.study.block)
        made = [np.split(r, list(cut)) for r in rows]
        return made[0] if len(rows) == 1 else list(zip(*made, strict=True))

    def _of_point(self, x: np.ndarray, eta: np.ndarray) -> np.ndarray:
        """-2 ln L of the data alone."""
        return np.concatenate([self._of_block(*part) for part in self._blocks(x, eta)])

    def _of_block(self, x: np.ndarray, eta: np.ndarray) -> np.ndarray:
        if self._even is not None:
            problem, y = self._even.rows(np.zeros(len(x), dtype=int)), x**self.study.power
        else:
            problem, y = self.study.at(x, np.zeros(len(x), dtype=int)), np.ones(len(x))
        problem = replace(problem, prior=np.full(problem.prior.shape, np.inf),
                          pulls_prior=np.full(problem.pulls_prior.shape, np.inf))
        out = nll(problem, y, eta, self._data)
        if not len(problem.pulls):
            return out
        # a pull that takes away more than there is
        K = len(problem.background)
        mean = y[:, None] * problem.signal + problem.fixed + eta[:, :K] @ problem.background \
            + np.einsum("nf,fni->ni", eta[:, K:], y[:, None] * problem.pulls
                        + problem.pulls_fixed[:, None])
        return np.where(np.any(mean[:, problem.counted] < 0, axis=1), np.inf, out)

    def _log_size(self, x: np.ndarray) -> np.ndarray:
        low, high, kind = self.low, self.high, self._kind
        with np.errstate(divide="ignore", invalid="ignore"):
            if kind == "log":
                out = -np.log(x * np.log(high / low))
            elif kind == "square":
                out = np.log(2 * x / (high**2 - low**2))
            else:
                out = np.full(x.shape, -np.log(high - low))
        return np.where((low <= x) & (x <= high), out, -np.inf)

    def _log_nuisance(self, name: str, at: np.ndarray) -> np.ndarray:
        from scipy.special import log_ndtr

        if name in self.free:
            a, b = self.free[name]
            return np.where((a <= at) & (at <= b), -np.log(b - a), -np.inf)
        width = self._width[name]
        norm = name in self.study.expected.backgrounds
        out = -0.5 * ((at - norm) / width) ** 2 - np.log(width * np.sqrt(2 * np.pi))
        return np.where(at >= 0, out - log_ndtr(1 / width), -np.inf) if norm else out

    def _points(self, theta: Numbers) -> tuple[np.ndarray, bool]:
        try:
            made, d = np.asarray(theta, dtype=float), len(self.names)
        except (TypeError, ValueError):
            raise DomainError(f"points {theta!r:.60} must be numbers") from None
        if made.ndim not in (1, 2) or made.shape[-1] != d:
            raise DomainError(f"points of shape {made.shape} came; ({d},) or (n, {d}) are asked: "
                              f"{', '.join(self.names)}")
        if not np.all(np.isfinite(made)):
            raise DomainError("a point is not finite")
        return np.atleast_2d(made), made.ndim == 1


@called
def density(probe: Probe | str | Path | Sequence[Probe | str | Path], along: str | Ray = "mu",
            M_N: Numbers = 0.0, flavor: Flavor = "universal", nature: str | None = None, *,
            prior: str, between: tuple[Any, Any], nuisances: str = "profiled",
            free: Mapping[str, tuple[float, float]] | None = None, flux_nuisances: bool = False,
            background_error: float | str | None = None, unbinned: bool = False) -> Density:
    r"""Likelihood and prior of a probe, or of several, as functions that samplers ask.

    .. math:: \ln p(x, \theta) = \ln L(x, \theta) + \ln\pi(x) + \ln\pi(\theta)

    Parameters
    ----------
    probe : Probe, name, path of a card, or a list of these, whose likelihoods multiply; of a
        projection it is what the median experiment sees
    along, M_N, flavor, nature : as of :func:`munu.limit`, one mass
    prior : of the size: ``flat_mu``, ``flat_mu2``, ``log_mu``; ``flat_q``, ``flat_r2``
    between : its range (low, high): numbers, internal, or texts in the unit of the size
    nuisances : ``profiled``, so that the size alone is a parameter, or ``sampled``
    free : name to range of every nuisance without an error, where nuisances are sampled
    flux_nuisances, background_error, unbinned : as of :func:`munu.limit`

    Returns
    -------
    Density

    Raises
    ------
    UnknownName, DomainError

    Source : Cowan2011

    >>> made = density("xenonnt", prior="log_mu", between=("1e-20", "1e-10"))
    >>> made.names, f"{made.flat_below(1e-3):.1e}"
    (('mu',), '2.3e-13')
    >>> made = made.with_(low=made.flat_below(1e-3))
    >>> made.log_prob(made.prior_transform([[0.1], [0.9]])).round(2)
    array([  15.24, -314.42])
    """
    chosen = _probes(probe)
    line = read(along, M_N=M_N, flavor=flavor, nature=nature)
    if line.rows != 1:
        raise DomainError(f"a density is of one mass of N; {line.rows} were given")
    if nuisances not in NUISANCES:
        raise UnknownName("treatment of nuisances", str(nuisances), NUISANCES)
    if free is not None and not isinstance(free, Mapping):
        raise DomainError(f"free = {free!r} must be a mapping of nuisances to their ranges")
    for p in chosen:
        if p.derived:
            raise DomainError(f"{p.name} holds a ceiling or a claim, no likelihood")
    if isinstance(background_error, str):
        background_error = parse(background_error, "1", what="background_error")
    _judge(chosen, line, "profile", unbinned, {}, background_error)
    s = study(chosen, line, background_error=background_error, flux_nuisances=flux_nuisances,
              unbinned=unbinned)
    if not isinstance(between, tuple | list) or len(between) != 2:
        raise DomainError(f"between = {between!r} must be (low, high), the range of the prior")
    low, high = (line.size(x) for x in between)
    _check_prior(line, prior, low, high)
    made = Density(study=s, prior=prior, low=low, high=high, nuisances=nuisances,
                   free=FrozenMap({n: _range(n, x) for n, x in (free or {}).items()}))
    without = [n for n, w in made._width.items() if not np.isfinite(w)]
    for name in made.free:
        if name not in without or nuisances == "profiled":
            raise DomainError(f"free holds {name}, which is no nuisance that is sampled and has "
                              f"no error ({', '.join(without) or 'there is none'})")
    missing = [n for n in without if n not in made.free]
    if missing and nuisances == "sampled":
        raise DomainError(f"{', '.join(missing)} has no error, so its prior needs a range: free="
                          f"{{{missing[0]!r}: (low, high)}}, in units of its own size")
    return made


def _range(name: str, given: Any) -> tuple[float, float]:
    plain = isinstance(given, tuple | list) and all(isinstance(x, Real) for x in given)
    made = np.asarray(given if plain else (), dtype=float)
    if made.shape != (2,) or not np.all(np.isfinite(made)) or not made[0] < made[1]:
        raise DomainError(f"the range of {name} = {given!r} must be (low, high), low < high")
    return float(made[0]), float(made[1])


def _check_prior(ray: Ray, prior: str, low: float, high: float) -> None:
    p = ray.parameter
    known = (f"flat_{p}",) if ray.signed else (f"flat_{p}", f"flat_{p}2", f"log_{p}")
    if prior not in known:
        raise UnknownName(f"prior of {p}", str(prior), known)
    if not low < high or (low < 0 and not ray.signed):
        raise DomainError(f"a prior from {low:g} to {high:g} is none; low < high, and at least 0 "
                          "where a size has no sign")
    if prior.startswith("log_") and not low > 0:
        raise DomainError(f"{prior} begins above 0; flat_below() of this density is a size below "
                          "which nothing is lost")
