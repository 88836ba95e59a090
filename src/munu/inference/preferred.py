r"""The region in (M_N, mu) that data prefer: a fit of both, where :class:`Limit` fits one mass.

.. math:: -2\ln\frac{L(M_N, \mu)}{\max_{M, \mu} L} \le \Delta
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from munu import probes
from munu._arrays import Numbers
from munu.couplings import Flavor
from munu.errors import DomainError
from munu.inference import intervals
from munu.inference.likelihood import best_fit, profile
from munu.inference.study import study
from munu.probes.probe import Probe
from munu.ray import Ray


@dataclass(frozen=True, eq=False, kw_only=True)
class Preferred:
    """What data prefer.

    Attributes
    ----------
    axis : array (n,), masses of N [energy]
    best : array (n,), the best moment at each mass [mu_B]
    ratio : array (n,), how far -2 ln L is there above its least value
    mass, mu : the best of all masses, [energy] and [mu_B]
    significance : standard deviations of the best mass against no moment, no look-elsewhere
    edges : rise Delta to array (2, n), lower and upper moment; nan where a mass is outside, a
        lower edge of 0 where no moment is inside too [mu_B]
    """

    axis: np.ndarray
    best: np.ndarray
    ratio: np.ndarray
    mass: float
    mu: float
    significance: float
    edges: Mapping[float, np.ndarray]


def preferred(probe: Probe | str, M_N: Numbers, flavor: Flavor = "universal", *,
              rises: Sequence[float] = (1.0, 4.0), background_error: float | None = None
              ) -> Preferred:
    """Moments and masses that lie within a rise of -2 ln L above its least value.

    Parameters
    ----------
    probe : Probe, or its name; with data
    M_N : array (n,), masses of N [energy]
    flavor : as of :func:`munu.limit`
    rises : 1 and 4 are one and two standard deviations of one parameter; 2.30 and 6.18 cover the
        two together as often
    background_error : as of :func:`munu.limit`

    Returns
    -------
    Preferred

    Raises
    ------
    DomainError, UnknownName

    Holds : asymptotic; the least value is sought among the given masses.
    Source : Cowan2011

    >>> from munu.units import keV
    >>> found = preferred("xenon1t", [1 * keV, 50 * keV], flavor="mu")
    >>> print(f"{found.significance:.1f} sigma")
    2.7 sigma
    """
    made = probe if isinstance(probe, Probe) else probes.get(probe)
    if made.measured is None:
        raise DomainError(f"{made.name} holds no data that could prefer anything")
    if not all(np.isfinite(d) and d > 0 for d in rises) or not len(rises):
        raise DomainError(f"rises = {tuple(rises)} must be numbers above 0")
    ray = Ray.portal(M_N, flavor)
    masses = np.zeros(1) if ray.masses is None else ray.masses
    s = study([made], ray, background_error=background_error)
    problem, seen, root = s.even(), s.data, 1 / s.power
    fit = best_fit(problem, seen)
    least = fit[1].min()
    none = profile(problem, np.zeros(len(fit[1])), seen)[0]
    edges = {}
    for rise in rises:
        out = np.full((2, len(fit[1])), np.nan)
        room = rise - (fit[1] - least)
        for j in np.flatnonzero(room > 0):
            one = problem.rows([j])
            alone = best_fit(one, seen)
            out[0, j] = intervals.lower(one, seen, room[j], alone)[0] ** root
            out[1, j] = intervals.upper(one, seen, room[j], fit=alone)[0][0] ** root
        edges[float(rise)] = out
    k = int(np.argmin(fit[1]))
    best = fit[0] ** root
    return Preferred(axis=masses, best=best, ratio=fit[1] - least,
                     mass=float(masses[k]), mu=float(best[k]), edges=edges,
                     significance=float(np.sqrt(max(none[k] - least, 0.0))))
