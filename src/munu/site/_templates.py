r"""Expected counts of six experiments at about a hundred masses: what the page makes limits of.

.. math:: n_i = y\,S_i(M_N) + F_i + \sum_b \theta_b B_{bi}, \qquad y = (\mu / 10^{-11}\mu_B)^2

S of each flavor is kept at chosen masses, in 32 bits; universal is the sum of the three.  Between
masses ln S runs along a spline in :math:`\sqrt{b - M_N}`, in pieces that end where a line of the
Sun stops giving recoils at a mass b: there a signal bends as that root does.  Masses are added
until a limit is met between them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from munu import flavors, kinematics, probes
from munu.constants import m_e
from munu.errors import NotConverged
from munu.inference.likelihood import Problem
from munu.inference.study import study
from munu.probes import conus_plus, darwin, lz, pandax4t, xenon1t, xenonnt
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.site._spline import Spline
from munu.sources import solar
from munu.units import MeV, keV, per_unit

#: moment [mu_B] of a unit of y
SIZE = 1e-11
FLAVORS = ("e", "mu", "tau")
#: exposure of each, as its file states it
EXPOSURES = {
    "xenonnt": xenonnt.EXPOSURE, "xenon1t": xenon1t.EXPOSURE,
    "lz": " + ".join(e for e, _ in lz.RUNS.values()), "pandax4t": pandax4t.EXPOSURE,
    "darwin": darwin.EXPOSURE, "conus_plus": f"{conus_plus.EXPOSURE:g} kg d"}
# how far a limit between masses may be off, by its sensitivity; how close to the heaviest N with
# recoils in the bins the masses go; masses a piece begins with
_TOLERANCE, _TOP, _FIRST = 3e-4, 0.98, 6
# masses are no closer than this: nearer to the end of a line its recoils fill few cells of the
# full calculation, which is no smoother there
_NEAREST = 1e-5


@cache
def templates() -> dict[str, Any]:
    """All that the page computes with, ready for JSON.

    Returns
    -------
    dict
        ``size`` [mu_B]; ``probes``, by name: ``title``, ``exposure``, ``axis``, ``rows`` (of
        bins, one after the other), ``masses`` and ``ends`` [MeV], ``signal`` (flavor to 32-bit
        numbers in base64, masses times bins, at mu = size), ``counts`` (None of a projection),
        ``error`` (Gaussian, or None), ``fixed``, ``whole`` (relative error of all that is
        computed, or 0), ``backgrounds``, ``asks`` (a background that is to be given, or None).
    """
    return {"size": SIZE, "probes": {name: _one(name) for name in EXPOSURES}}


def _one(name: str) -> dict[str, Any]:
    probe = probes.get(name)
    made = {f: _Signal(probe, f) for f in FLAVORS}
    first, expected = made["e"].problem, made["e"].expected
    seen = {f: s for f, s in made.items() if s.problem.signal.any()}
    masses, ends = _masses(probe, seen, first)
    whole = [p.error for p in expected.pulls.values()]
    counts = made["e"].seen
    axis = probe.backgrounds and next(iter(probe.backgrounds.values())).axes[-1]
    axis = axis or probe.measured.axes[-1]
    return {
        "title": probe.title, "grade": probe.grade, "exposure": EXPOSURES[name],
        "axis": {"name": axis.name, "unit": axis.unit,
                 "edges": _numbers(per_unit(axis.edges, axis.unit))},
        "rows": first.signal.shape[1] // (axis.edges.size - 1),
        "heaviest": float(f"{probe.heaviest / MeV:.4g}"),
        "masses": masses.tolist(), "ends": ends.tolist(),
        "signal": {f: _packed(s(masses)) for f, s in seen.items()},
        "counts": None if counts is None else _numbers(counts),
        "error": None if first.error is None else _numbers(first.error),
        "fixed": _numbers(first.fixed), "whole": whole[0] if whole else 0.0,
        "backgrounds": [{"name": n, "counts": _numbers(b.template), "error": b.error}
                        for n, b in expected.backgrounds.items()],
        "asks": _asked(axis) if name == "darwin" else None}


class _Signal:
    """Counts of one probe and flavor at mu = SIZE, masses [MeV]."""

    def __init__(self, probe: Probe, flavor: str) -> None:
        self.probe, self.flavor = probe, flavor
        s = study([probe], self._ray(np.zeros(1)))
        self.problem, self.expected, self.seen = s.even(), s.polynomial, s.seen

    def _ray(self, M_N: np.ndarray) -> Ray:
        return Ray.portal(M_N * MeV, self.flavor)

    def __call__(self, M_N: np.ndarray) -> np.ndarray:
        made = self.probe.expects(self._ray(np.asarray(M_N)))
        return SIZE**2 * made.signal[2]


def _masses(probe: Probe, signals: dict[str, _Signal], problem: Problem
            ) -> tuple[np.ndarray, np.ndarray]:
    """Masses and ends of pieces [MeV], so that a spline meets the limit of each flavor between."""
    heaviest = _rounded(probe.heaviest / MeV)
    ends = [e for e in _line_ends(probe) if e < heaviest] + [heaviest]
    out = [np.zeros(1)]
    for a, b in pairwise((0.0, *ends)):
        low = np.sqrt((1 - _TOP) * b) if b == heaviest else 0.0
        first = _rounded(b - np.linspace(np.sqrt(b - a), low, _FIRST) ** 2)
        out.append(_refined(first, b, signals, problem)[1:])
    return np.concatenate(out), np.array(ends)


def _refined(masses: np.ndarray, end: float, signals: dict[str, _Signal], problem: Problem
             ) -> np.ndarray:
    """Masses of one piece, halved in the root where a spline misses."""
    kept = {f: s(masses) for f, s in signals.items()}
    open_ = np.arange(len(masses) - 1)
    for _ in range(12):
        u = np.sqrt(end - masses)
        tried = _rounded(end - (u[open_] + np.outer((0.3, 0.5, 0.7), u[open_ + 1] - u[open_])
                                ) ** 2)
        missed, true = np.zeros(tried.shape), {}
        for f, s in signals.items():
            true[f] = s(tried.ravel()).reshape(*tried.shape, -1)
            guess = Spline(masses, np.array([end]), kept[f])(tried.ravel())
            missed = np.maximum(missed, _missed(guess.reshape(true[f].shape), true[f], problem))
        wide = np.diff(masses)[open_] > 2 * _NEAREST * end
        split = np.any(missed > _TOLERANCE, axis=0) & wide
        if not split.any():
            return masses
        new = tried[1, split]
        order = np.argsort(np.append(masses, new))
        masses = np.append(masses, new)[order]
        kept = {f: np.concatenate([kept[f], true[f][1, split]])[order] for f in signals}
        at = np.searchsorted(masses, new)
        open_ = np.sort(np.concatenate([at - 1, at]))
    raise NotConverged(f"the templates of {next(iter(signals.values())).probe.name} are not met "
                       f"between masses within {_TOLERANCE:g}")


def _missed(guess: np.ndarray, true: np.ndarray, problem: Problem) -> np.ndarray:
    r"""How far a limit is off, relative: half of :math:`\sum_i |w_i \Delta_i| / \sum_i w_i S_i`
    with the weights w of a fit beside the backgrounds."""
    B = problem.background
    n = B.sum(axis=0) if problem.error is None else problem.error**2
    bend = (B / n) @ B.T + np.diag(1 / problem.prior**2)
    w = (true - (true / n) @ B.T @ np.linalg.solve(bend, B)) / n if len(B) else true / n
    return 0.5 * np.abs(w * (guess - true)).sum(axis=-1) / (w * true).sum(axis=-1)


def _line_ends(probe: Probe) -> list[float]:
    """Masses at which the recoils of a line end within the bins [MeV]."""
    if probe.name == "conus_plus":
        return []
    top = max(b.axes[-1].edges[-1] for b in probe.backgrounds.values())
    source = solar.source("GS98", flavors.mixing())
    ends = []
    for E, _ in source.lines:
        M_N = float(kinematics.M_N_max(E, m_e))
        if kinematics.recoil_range(E, M_N * (1 - 1e-9), m_e)[1] < top:
            ends.append(float(_rounded(M_N / MeV)))
    return sorted(ends)


def _asked(axis: Any) -> dict[str, Any]:
    """DARWIN's flat background: counts of one event a tonne, year and keV."""
    exposure = float(darwin.EXPOSURE.split()[0])
    return {"name": "flat", "about": "radon, krypton and materials", "unit": "1/(t yr keV)",
            "counts": _numbers(exposure * axis.widths / keV), "error": 0.1}


def _rounded(x: Any) -> np.ndarray:
    """Seven digits, which are short in JSON."""
    return np.vectorize(lambda v: float(f"{v:.7g}"), otypes=[float])(np.maximum(x, 0.0))


def _numbers(a: np.ndarray) -> list[float]:
    return [float(f"{v:.12g}") for v in np.ravel(a)]


def _packed(a: np.ndarray) -> str:
    return base64.b64encode(np.asarray(a, dtype="<f4").tobytes()).decode()
