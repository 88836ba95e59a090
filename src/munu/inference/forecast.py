r"""``fisher``: what errors an experiment will have, from its expectation alone.

.. math:: I_{ab} = \sum_i \frac{t}{n_i}\,\frac{\partial n_i}{\partial p_a}
          \frac{\partial n_i}{\partial p_b} + \frac{\delta_{ab}}{\sigma_a^2},\qquad
          V = I^{-1}

with t times the exposure; 1/sigma_i^2 in place of 1/n_i for values with Gaussian errors.
Derivatives are exact: what is expected is a polynomial in every parameter.  Where the expectation
is even, the parameter is the square of the size, in which it is linear also at size 0.

Which to use : for errors and correlations of all parameters at once, many exposures, designs; for
a limit ``munu.limit``, which knows that few events are not Gaussian.

Source : Cowan2011
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np

from munu import results
from munu._arrays import Numbers
from munu._frozen import FrozenMap
from munu._guard import called
from munu.couplings import Flavor
from munu.errors import DomainError
from munu.inference import intervals
from munu.inference.named import Named, named
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.results import plain, provenance
from munu.units import MeV

# of the information in units of each parameter's own: less is none at all
_NOTHING = 1e-12
# how much of a parameter may lie along what nothing measures
_ALONG = 1e-6
_MOST = 1e9
# a norm that lies fewer errors above 0 feels that it ends there
_BOUND = 2.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Forecast:
    """Errors that are to be expected.

    Attributes
    ----------
    model : Named, what was differentiated
    size : where, in the ray's unit, internal
    times : exposure over the probe's own
    values, errors, alone : arrays (n,): where each parameter sits, its error with all others free
        within their priors, and with all others known; inf where nothing measures it
    covariance : array (n, n) of ``model.names``
    level : of :attr:`upper`
    """

    model: Named
    size: float
    times: float
    values: np.ndarray
    errors: np.ndarray
    alone: np.ndarray
    covariance: np.ndarray
    level: float
    assumptions: tuple[str, ...] = ()
    papers: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter, the coupling first."""
        return self.model.names

    @property
    def name(self) -> str:
        """Of the probes."""
        return "+".join(p.name for p in self.model.study.probes)

    @property
    def error(self) -> Mapping[str, float]:
        """Of each parameter, by name."""
        return FrozenMap(dict(zip(self.names, map(float, self.errors), strict=True)))

    @property
    def _power(self) -> int:
        return 2 if self.names[0].endswith("^2") else 1

    @property
    def upper(self) -> float | None:
        """The size that would be excluded if there were none, Gaussian; None at another size."""
        if self.size != 0:
            return None
        z = np.sqrt(intervals.rise(self.level, "profile"))
        return float((z * self.errors[0]) ** (1 / self._power))

    @property
    def significance(self) -> float | None:
        """Standard deviations of the size above 0; None at size 0."""
        return None if self.size == 0 else float(abs(self.values[0]) / self.errors[0])

    @property
    def notes(self) -> tuple[str, ...]:
        """Where errors are not the whole story."""
        K = len(self.model.norms)
        close = [n for n, e in zip(self.names[-len(self.model.nuisances):][:K],
                                   self.errors[len(self.model.couplings.names):], strict=False)
                 if e > 1 / _BOUND]
        return (f"less than {_BOUND:g} errors above 0, where norms end, which a limit knows: "
                + ", ".join(close),) if close else ()

    @property
    def correlation(self) -> np.ndarray:
        """Between all parameters (n, n); nan beside one that nothing measures."""
        with np.errstate(invalid="ignore"):
            made = self.covariance / (self.errors[:, None] * self.errors)
        return np.clip(made, -1.0, 1.0)

    def rows(self) -> list[dict[str, Any]]:
        """One mapping a parameter."""
        return list(results.rows(self.columns))

    @property
    def columns(self) -> results.Columns:
        """Parameters as columns, the coupling in the ray's unit."""
        f = np.ones(len(self.names))
        f[0] = self.model.study.ray.factor ** self._power
        prior = np.append(np.inf, self.model.prior)
        return {"parameter": ("1", list(self.names)), "value": ("1", self.values / f),
                "error": ("1", self.errors / f), "alone": ("1", self.alone / f),
                "prior": ("1", prior), "correlation": ("1", self.correlation[0])}

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON knows it; null is infinite, or no correlation."""
        ray, f = self.model.study.ray, np.ones(len(self.names))
        f[0] = ray.factor ** self._power
        upper = self.upper
        return plain(provenance(
            probe=self.name, along=ray.along, unit=ray.unit, flavor=ray.flavor, nature=ray.nature,
            M_N_MeV=None if ray.masses is None else float(ray.masses[0] / MeV),
            size=self.size / ray.factor, times=self.times, level=self.level,
            upper=None if upper is None else upper / ray.factor, significance=self.significance,
            parameters=self.rows(), names=list(self.names),
            covariance=self.covariance / (f[:, None] * f), one_sigma=self.model.units,
            notes=self.notes, assumptions=self.assumptions, citations=list(self.papers)))

    def to_table(self, path: Any = None) -> Any:
        """See :func:`munu.results.to_table`."""
        return results.to_table(self.columns, path, {k: v for k, v in self.as_dict().items()
                                                     if k != "parameters"})

    def __repr__(self) -> str:
        ray = self.model.study.ray
        said = f"{self.significance:.3g} sigma" if self.upper is None else \
            f"upper {self.upper / ray.factor:.3g} {ray.unit}"
        return f"<Forecast {self.name}, {self.times:g} times its exposure: {said}>"


@called
def fisher(probe: Probe | str | Sequence[Probe | str], along: str | Ray = "mu",
           M_N: Numbers = 0.0, flavor: Flavor = "universal", nature: str | None = None, *,
           size: Any = 0.0, times: float = 1.0, level: float | str = 0.90,
           flux_nuisances: bool = False, background_error: float | None = None,
           mixing: Mapping[str, float] | None = None) -> Forecast:
    """The errors of a coupling and of all nuisances together, at a size and an exposure.

    Nuisances sit where their priors do, whatever was seen; with t times the exposure counts grow
    by t, and errors of values shrink with its root.

    Parameters
    ----------
    probe : Probe, name, path of a card, or a list of these, whose likelihoods multiply
    along, M_N, flavor, nature : as of :func:`munu.limit`, one mass
    size : true size, a number [mu_B, e or length^2] or a text with its unit
    times : exposure over the probe's own, above 0
    level : of the limit that is to be expected at size 0
    flux_nuisances, background_error : as of :func:`munu.limit`
    mixing : part of the mixing to its error, see :func:`munu.inference.named.named`

    Returns
    -------
    Forecast

    Raises
    ------
    UnknownName, DomainError
        A bin that expects nothing and in which a parameter would be seen; a curve.

    Source : Cowan2011

    >>> made = fisher("xenonnt")
    >>> print(f"{made.upper:.2e} {made.error['B0']:.3f}")
    1.02e-11 0.067
    """
    confidence = intervals.check_level(level)
    if isinstance(times, bool) or not isinstance(times, Real) or not 0 < times <= _MOST:
        raise DomainError(f"times = {times!r} must be a number above 0, at most {_MOST:g}")

    def made(squared: bool) -> Named:
        return named(probe, along, M_N, flavor, nature, squared=squared,
                     flux_nuisances=flux_nuisances, background_error=background_error,
                     mixing=mixing)

    model = made(False)
    x = model.study.ray.size(size)
    if x < 0 and not model.study.ray.signed:
        raise DomainError(f"size = {size!r} must be at least 0")
    if all(p % 2 == 0 for p in model.study.polynomial.signal):
        model = made(True)
        x_here = x * x
    else:
        x_here = x
    p = model.at(**{model.couplings.names[0]: x_here})
    information = _information(model, p, float(times))
    covariance, errors = _inverse(information)
    with np.errstate(divide="ignore"):
        alone = 1 / np.sqrt(np.diag(information))
    probes = model.study.probes
    return Forecast(
        model=model, size=x, times=float(times), values=np.array([p[n] for n in model.names]),
        errors=errors, alone=alone, covariance=covariance, level=confidence,
        assumptions=(*dict.fromkeys(a for q in probes for a in q.assumptions),
                     "errors are Gaussian: none of few events"),
        papers=tuple(dict.fromkeys((*(k for q in probes for k in q.papers), "Cowan2011"))))


def _information(model: Named, p: Mapping[str, float], times: float) -> np.ndarray:
    J, mean = model.jacobian(p), model.mean(p)
    error = np.full(mean.shape, np.nan) if model.error is None else model.error
    counted = np.isnan(error)
    moved = np.any(J != 0, axis=0)
    empty = counted & (mean <= 0) & moved
    if empty.any():
        k = int(np.argmax(empty))
        raise DomainError(f"bin {k + 1} expects {mean[k]:g} events, so that one event there would "
                          "say everything: errors are not Gaussian; give a size above 0, or ask "
                          "munu limit")
    variance = np.where(counted, np.where(mean > 0, mean, 1.0), error**2)
    prior = np.append(np.zeros(len(model.couplings.names)), model.prior**-2.0)
    return times * (J / variance) @ J.T + np.diag(prior)


def _inverse(information: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Covariance and errors; inf for each parameter that lies along what nothing measures."""
    own = np.sqrt(np.diag(information))
    unit = np.where(own > 0, own, 1.0)
    values, vectors = np.linalg.eigh(information / (unit[:, None] * unit))
    lost = values < _NOTHING * max(1.0, values.max())
    kept = vectors[:, ~lost]
    covariance = (kept / values[~lost]) @ kept.T / (unit[:, None] * unit)
    free = np.any(np.abs(vectors[:, lost]) > _ALONG, axis=1)
    covariance[free], covariance[:, free] = np.nan, np.nan
    covariance[free, free] = np.inf
    return covariance, np.sqrt(np.diag(covariance))
