r"""A profile from a table: one smooth spline in ln r a function, refit once for all energies.

Interpolation through every row would put a kink at each of them, and the evolver would stop at
each.  So :math:`\ln\rho` and :math:`\operatorname{asinh}[(1-2Y_e)/\epsilon]` are smoothing splines
of degree five in ln r, within a stated deviation of the rows; both keep what must be kept, a
density above 0 and the sign and size of :math:`1-2Y_e` near 0.  A radius that stands twice is a
discontinuity: splines end there.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable

import numpy as np

from munu import _data
from munu.errors import DataError, DomainError
from munu.media import _curves
from munu.media.profile import Profile
from munu.units import N_A, g, km

# below this |1 - 2 Y_e| is kept absolutely, above it relatively
_SCALE = 1e-4
_DEGREE = 5
# a second refit stays as much closer to the rows: what the two differ by is not known
CLOSER = 3.0
# noise that is believed; of fewer rows than this none is known, and it is taken to be so much
_NOISE, _FEW, _UNKNOWN = (1e-6, 1e-2), 8, 1e-3


def profile(name: str, table, *, r_min: float | None = None, r_max: float | None = None,
            deviation: float | None = None, floor: float = _SCALE) -> Profile:
    """A profile of the rows of a table with columns r, density and Y_e, and temperature.

    Parameters
    ----------
    name : str
    table : ``_data.Table`` with columns r [length], density [mass/volume], Y_e [1] and perhaps
        temperature [energy]
    r_min, r_max : part of the table to use, default all of it [length]
    deviation : root mean square of the spline from the rows, relative; None is the noise of the
        density's rows [1]
    floor : |1 - 2 Y_e| below which the deviation is absolute, in units of it [1]

    Raises
    ------
    DataError
    """
    for what, given in (("deviation", deviation), ("floor", floor)):
        if given is not None and not 0 < given <= 0.3:
            raise DomainError(f"{what} = {given} of the refit must lie between 0 and 0.3")
    r, density, Y_e = (np.asarray(table[c], dtype=float) for c in ("r", "density", "Y_e"))
    _check(table, r, density, Y_e)
    # the row below r_min and the one above r_max stay, so that both ends are inside
    density = density * N_A / g
    low = r[0] if r_min is None else r_min
    high = r[-1] if r_max is None else r_max
    if not (r[0] <= low < high <= r[-1]):
        raise DomainError(f"medium {name} holds from {r[0] / km:g} to {r[-1] / km:g} km; "
                          f"{low / km:g} to {high / km:g} km were asked")
    keep = slice(max(np.searchsorted(r, low, side="right") - 4, 0),
                 min(np.searchsorted(r, high) + 4, r.size))
    x, density, Y_e = np.log(r[keep] / km), density[keep], Y_e[keep]
    log_T = np.log(table["temperature"][keep]) if "temperature" in table.columns else None
    twice = np.flatnonzero(np.diff(x) == 0)
    bounds = [0, *(twice + 1), x.size]
    pieces = [slice(a, b) for a, b in itertools.pairwise(bounds)]
    breaks = x[twice]
    papers = tuple(str(table.meta[k]) for k in ("source", "via") if table.meta.get(k))

    def fitted(deviation: float, refit: Profile | None = None) -> Profile:
        log_density = _pieces(x, np.log(density), pieces, breaks, deviation)
        kept = _pieces(x, np.arcsinh((1 - 2 * Y_e) / floor), pieces, breaks, deviation)
        return Profile(name=name, r_min=float(low), r_max=float(high),
                       density=_curves.ExpOfLog(log_density),
                       asymmetry=_curves.SinhOfLog(kept, floor),
                       temperature=None if log_T is None else _curves.ExpOfLog(
                           _pieces(x, log_T, pieces, breaks, deviation)),
                       breaks=tuple(float(b) for b in np.exp(breaks) * km if low < b < high),
                       papers=papers, refit=refit)

    if deviation is None:
        deviation = noise(x, np.log(density), pieces)
    return fitted(deviation, fitted(deviation / CLOSER))


def noise(x, y, pieces) -> float:
    """How far rows lie from what their neighbours say: what a refit may leave [1].

    Each row against the cubic through the two on either side, over what independent errors of
    all five would make of it; of these the size that two thirds stay below, as of a normal law.
    """
    apart = []
    for p in pieces:
        a, b = x[p], y[p]
        for i in range(2, a.size - 2):
            near = [i - 2, i - 1, i + 1, i + 2]
            w = [np.prod([(a[i] - a[k]) / (a[j] - a[k]) for k in near if k != j]) for j in near]
            apart.append(abs(b[i] - np.dot(w, b[near])) / np.sqrt(1 + np.dot(w, w)))
    if len(apart) < _FEW:
        return _UNKNOWN
    return float(np.clip(np.quantile(apart, 0.683), *_NOISE))


def _check(table, r, density, Y_e) -> None:
    step = np.diff(r, prepend=0.0)
    wrong = (step < 0) | (r <= 0)
    wrong[1:] |= (step[1:] == 0) & (step[:-1] == 0)
    for bad, column, said in (
            (wrong, "r", "radii must rise from above 0; one may stand twice, at a discontinuity"),
            (~(density > 0), "density", "the density must be above 0"),
            (~((Y_e >= 0) & (Y_e <= 1)), "Y_e", "Y_e must lie in [0, 1]")):
        table.refuse(column, bad, said)
    if "temperature" in table.columns:
        table.refuse("temperature", ~(table["temperature"] > 0), "the temperature must be above 0")
    if r.size < 2:
        raise DataError(table.path, "a profile needs two rows at least")


def _pieces(x, y, pieces, breaks, deviation) -> _curves.Pieces:
    """One spline a piece."""
    return _curves.Pieces(tuple(_spline(x[p], y[p], deviation) for p in pieces), breaks)


def _spline(x, y, deviation) -> Callable:
    from scipy.interpolate import BSpline, splrep

    degree = min(_DEGREE, x.size - 1)
    if degree < 1 or np.ptp(y) == 0:
        return _curves.Constant(y[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        knots, c, k = splrep(x, y, k=degree, s=x.size * deviation**2)
    return _curves.Clamped(BSpline(knots, c, k), x[0], x[-1])


def load(name: str, file: str, **options) -> Profile:
    """A profile of a table of the package, ``data/profiles/FILE.ecsv``."""
    return profile(name, _data.load(f"profiles/{file}"), **options)
