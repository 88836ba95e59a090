r"""What one probe would see if couplings were there: its significance and its fingerprint.

The median experiment sees what is expected with the couplings (Asimov data).  Without them it is
fitted as well as its backgrounds and errors let it be,

.. math:: Z = \sqrt{-2\ln\frac{\max_\theta L(0,\theta)}{\max_\theta L(x,\theta)}},

and the other way round for the median experiment in which nothing is there.  A limit that is
expected at a level is where the second of these has reached what the level says: 1.28 of a
``one_sided`` one at 90 %.

Source : Cowan2011
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from munu.errors import DomainError
from munu.inference.likelihood import Problem, profile
from munu.inference.limits import limit
from munu.inference.study import Study, study
from munu.probes.measured import Counts, Values
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.spectrum import Axis

#: part of what tells that the bins named as those that carry it hold together
CARRIED = 0.68
# exposures, in units of the probe's own, between which one is looked for
_LEAST, _MOST = 1e-9, 1e12


@dataclass(frozen=True, eq=False, kw_only=True)
class Signature:
    """What an injected size says in one probe.

    Attributes
    ----------
    name, title, grade, family : of the probe
    axes : tuple of Axis; empty where the probe names none
    signal, background, noise : arrays of the bins in one row: what the couplings make, what is
        expected without them, and the error of one bin by itself
    carries : array, the share of the significance that each bin holds; sums to 1
    discovers : Z with which nothing is rejected if the couplings are there; nan where what is
        expected without a signal is not known
    excludes : Z with which the couplings are rejected if nothing is there; nan likewise
    seen : Z with which what was seen disfavors the size against the one it fits best; below 0
        where that is larger; nan without data
    against : -2 ln L of this size over that of 0, of what was seen: above 0 where 0 fits better
    excluded : whether the limit of what was seen excludes it; None without data
    level : of that limit
    exposures : how many times the probe's exposure a significance takes, by Z; infinite where
        errors that do not shrink forbid it; empty where none scales
    data, papers, assumptions : as of the probe
    """

    name: str
    title: str
    grade: str
    family: str
    axes: tuple[Axis, ...]
    signal: np.ndarray
    background: np.ndarray
    noise: np.ndarray
    carries: np.ndarray
    discovers: float
    excludes: float
    seen: float = float("nan")
    against: float = float("nan")
    excluded: bool | None = None
    level: float | None = None
    exposures: tuple[tuple[float, float], ...] = ()
    data: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Bins along each axis."""
        return tuple(a.edges.size - 1 for a in self.axes) or (self.signal.size,)

    @property
    def axis(self) -> Axis | None:
        """The axis to show first: the first that is no pure number, or else the first."""
        return next((a for a in self.axes if a.unit != "1"), self.axes[0]) if self.axes else None

    def along(self, what: str) -> np.ndarray:
        """``signal``, ``background``, ``carries`` along :attr:`axis`, summed over others;
        of ``noise`` the squares are."""
        made = getattr(self, what).reshape(self.shape)
        keep = [a.name for a in self.axes].index(self.axis.name) if self.axis is not None else 0
        over = tuple(k for k in range(made.ndim) if k != keep)
        return np.sqrt((made**2).sum(axis=over)) if what == "noise" else made.sum(axis=over)

    @property
    def where(self) -> tuple[float, float] | None:
        """The shortest stretch of :attr:`axis` that carries :data:`CARRIED` of what tells [unit
        of the axis, internal]; None where there is no axis or nothing is told."""
        share = self.along("carries")
        if self.axis is None or not share.sum() > 0:
            return None
        edges, total = self.axis.edges, np.append(0.0, np.cumsum(share))
        ends = []
        for k in range(share.size):
            # the first bin with which enough is in
            m = int(np.searchsorted(total, total[k] + CARRIED * total[-1] * (1 - 1e-12)))
            if m < total.size:
                ends.append((float(edges[m] - edges[k]), float(edges[k]), float(edges[m])))
        return min(ends)[1:]

    def exposure(self, z: float) -> float:
        """How many times the probe's exposure a Z takes; nan where none was asked."""
        return dict(self.exposures).get(z, float("nan"))


def signature(probe: Probe, ray: Ray, size: float, *, levels: Sequence[float] = (3.0, 5.0)
             ) -> Signature:
    """What a size along a ray says in one probe that has a likelihood.

    Parameters
    ----------
    probe : Probe of counts or values, or a projection of one
    ray : Ray, of one mass
    size : internal, at least 0
    levels : significances for which an exposure is asked

    Raises
    ------
    DomainError
        A ceiling or a claim, which have no likelihood; a ray that the probe does not know.
    """
    if probe.derived:
        raise DomainError(f"{probe.name} holds a ceiling or a claim, no likelihood")
    s = study([probe], ray)
    x = np.array([size])
    there, none = s.at(x, np.zeros(1, dtype=int)), s.at(0 * x, np.zeros(1, dtype=int))
    known = probe.median and probe.grade != "needs_data"
    q, share = _told(none, _mean(there))
    back = _told(there, _mean(none))[0]
    scales = known and probe.family in ("recoils", "beams") and q > 0
    made = Signature(
        name=probe.name, title=probe.title, grade=probe.grade, family=probe.family,
        axes=_axes(probe, share.size), signal=_plain(s, size) - _plain(s, 0.0),
        background=_plain(s, 0.0), noise=_noise(s, probe), carries=share,
        discovers=float(np.sqrt(q)) if known else float("nan"),
        excludes=float(np.sqrt(back)) if known else float("nan"),
        exposures=tuple((z, _exposure(none, _mean(there), z, q)) for z in levels)
        if scales else (), data=probe.data or (probe.name,), papers=probe.papers,
        assumptions=probe.assumptions)
    return made if s.seen is None else replace(made, **_seen(s, probe, ray, size, there, none))


def _mean(p: Problem) -> np.ndarray:
    """What the median experiment sees: norms at 1, no pulls."""
    return p.signal[0] + p.fixed + p.background.sum(axis=0)


def _plain(s: Study, size: float) -> np.ndarray:
    """The same in the probe's own bins, whatever their errors."""
    e = s.expected
    out = e.values(np.array([size]), np.zeros(1, dtype=int))[0]
    out = out + sum((b.template for b in e.backgrounds.values()), start=np.zeros(e.bins))
    return out if e.fixed is None else out + e.fixed


def _noise(s: Study, probe: Probe) -> np.ndarray:
    """Errors of values as they are given, roots of what is expected of counts."""
    own = probe.measured.errors if isinstance(probe.measured, Values) else s.expected.errors
    counted = np.sqrt(np.maximum(_plain(s, 0.0), 0.0))
    return counted if own is None else np.where(np.isnan(own), counted, own)


def _told(p: Problem, counts: np.ndarray) -> tuple[float, np.ndarray]:
    """By how much -2 ln L is above that of the truth, and the share of each bin."""
    (value,), _, eta = profile(p, np.ones(1), counts)
    if not value > 1e-12 * (1 + counts.sum()):
        return 0.0, np.zeros(counts.size)
    K = len(p.background)
    mean = p.signal[0] + p.fixed + eta[0, :K] @ p.background
    if len(p.pulls):
        mean = mean + eta[0, K:] @ (p.pulls[:, 0] + p.pulls_fixed)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = 2 * (mean - counts + np.where(counts > 0, counts * np.log(counts / mean), 0.0))
        if p.error is not None:
            each = np.where(np.isnan(p.error), each, ((counts - mean) / p.error) ** 2)
    if not np.isfinite(each).all():
        # events where nothing is expected at all
        each = np.where(np.isfinite(each), 0.0, 1.0)
    each = np.maximum(each, 0.0)
    return float(value), each / each.sum() if each.sum() > 0 else each


def _longer(p: Problem, times: float) -> Problem:
    """The same with another exposure; errors of values shrink with its root."""
    by = np.full(p.signal.shape[1], times)
    if p.error is not None:
        by = np.where(np.isnan(p.error), times, np.sqrt(times))
    return Problem.of(p.signal * by, p.background * by, p.prior, pulls=p.pulls * by,
                      fixed=p.fixed * by, pulls_fixed=p.pulls_fixed * by, error=p.error,
                      pulls_prior=p.pulls_prior)


def _exposure(none: Problem, counts: np.ndarray, z: float, q: float) -> float:
    """How many times the exposure a significance takes."""
    from scipy.optimize import brentq

    if q == np.inf:
        return 0.0
    by = np.ones(counts.size) if none.error is None else np.where(np.isnan(none.error), 1.0, 0.5)

    def excess(u: float) -> float:
        longer = _longer(none, np.exp(u))
        value = _told(longer, counts * np.exp(u * by))[0]
        return float(np.sqrt(value)) - z

    u = float(np.log(z**2 / q))
    if u < np.log(_LEAST) or u > np.log(_MOST):
        return 0.0 if u < 0 else np.inf
    low = high = u
    while excess(low) > 0 and low > np.log(_LEAST):
        low -= 1.0
    while excess(high) < 0:
        high += 2.0
        if high > np.log(_MOST):
            return np.inf
    return float(np.exp(low if low == high else brentq(excess, low, high, xtol=1e-9)))


def _seen(s: Study, probe: Probe, ray: Ray, size: float, there: Problem, none: Problem
         ) -> dict[str, Any]:
    """What was seen says of it: against the best size, and against none."""
    found = limit(probe, ray, expected=False, scan=False)
    value, zero = (float(profile(p, np.ones(1), s.data)[0][0]) for p in (there, none))
    best = 0.0 if found.best_fit is None else float(found.best_fit[0])
    least = min(float(found.meta["minimum_2nll"][0]), value, zero)
    q = max(value - least, 0.0)
    return {"seen": float(np.sqrt(q)) * (1 if size >= best else -1), "against": value - zero,
            "excluded": bool(found.contains(0.0 if found.axis is None else float(found.axis[0]),
                                            size)), "level": found.level}


def _axes(probe: Probe, bins: int) -> tuple[Axis, ...]:
    """Axes of what it counts, where it names them."""
    m = probe.measured
    if isinstance(m, Counts | Values):
        return m.axes
    first = next(iter(probe.backgrounds.values()), None)
    if first is not None and first.values.size == bins:
        return tuple(first.axes)
    own = getattr(getattr(probe.signal, "__self__", None), "axes", ())
    many = int(np.prod([a.edges.size - 1 for a in own])) if own else 0
    return tuple(own) if many == bins else ()
