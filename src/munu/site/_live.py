"""What the page makes of its templates, in Python: the same numbers from the same JSON.

The likelihood is munu's own, so that the page's sixty lines are held against it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from munu.errors import DomainError, UnknownName
from munu.inference import intervals
from munu.inference.likelihood import Fit, Problem, best_fit, profile
from munu.site._spline import Spline

FLAVORS = ("e", "mu", "tau", "universal")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What one moves in the page.

    Attributes
    ----------
    flavor : ``e``, ``mu``, ``tau`` or ``universal``, the sum of the three
    background : factor of all backgrounds
    error : relative error of their norms; None leaves them as the experiment has them
    flat : the rate that the experiment asks for [its unit]; 0 where it asks for none
    flat_error : its relative error
    exposure : factor of the exposure; with another one than 1 there are no data
    """

    flavor: str = "universal"
    background: float = 1.0
    error: float | None = None
    flat: float = 0.0
    flat_error: float = 0.1
    exposure: float = 1.0

    def __post_init__(self) -> None:
        if self.flavor not in FLAVORS:
            raise UnknownName("flavor", self.flavor, FLAVORS)
        for name in ("background", "error", "flat_error", "exposure"):
            value = getattr(self, name)
            if value is not None and not (np.isfinite(value) and value > 0):
                raise DomainError(f"{name} = {value:g} must be above 0")
        if not (np.isfinite(self.flat) and self.flat >= 0):
            raise DomainError(f"flat = {self.flat:g} must be at least 0")


@dataclass(frozen=True, eq=False)
class Live:
    """One experiment of the templates.

    Attributes
    ----------
    all : the templates, see :func:`munu.site._templates.templates`
    name : of the experiment
    """

    all: Mapping[str, Any]
    name: str

    def __post_init__(self) -> None:
        if self.name not in self.all["probes"]:
            raise UnknownName("experiment with templates", self.name, tuple(self.all["probes"]))

    @property
    def one(self) -> Mapping[str, Any]:
        """Its templates."""
        return self.all["probes"][self.name]

    @cached_property
    def splines(self) -> dict[str, Spline]:
        """One for each flavor that it sees."""
        t = self.one
        masses, ends = np.array(t["masses"]), np.array(t["ends"])
        return {f: Spline(masses, ends, np.frombuffer(base64.b64decode(b), "<f4").reshape(
            masses.size, -1).astype(float)) for f, b in t["signal"].items()}

    def signal(self, M_N: np.ndarray, flavor: str) -> np.ndarray:
        """Counts of y = 1 (m, bins) at masses [MeV].  Raises DomainError beyond them."""
        last = self.one["masses"][-1]
        M_N = np.atleast_1d(np.asarray(M_N, dtype=float))
        if not np.all((M_N >= 0) & (M_N <= last)):
            raise DomainError(f"M_N = {M_N.max():g} MeV: the templates of {self.name} go from 0 "
                              f"to {last:g} MeV")
        kept = [f for f in FLAVORS[:3] if flavor in (f, "universal") and f in self.splines]
        if not kept:
            raise DomainError(f"{self.name} sees nothing of flavor {flavor}; it sees "
                              + ", ".join(self.splines))
        return sum((self.splines[f](M_N) for f in kept), start=np.zeros(1))

    def problem(self, M_N: np.ndarray, asked: Asked) -> tuple[Problem, np.ndarray, np.ndarray]:
        """The problem, what was seen, and what the median experiment sees."""
        t, k = self.one, asked.exposure
        held = [(np.array(b["counts"]), b["error"]) for b in t["backgrounds"]]
        if t["asks"] is not None:
            if asked.flat == 0:
                raise DomainError(f"{self.name} has no reach without {t['asks']['name']} "
                                  f"[{t['asks']['unit']}]: {t['asks']['about']}")
            held.append((asked.flat * np.array(t["asks"]["counts"]), asked.flat_error))
        S, F = k * self.signal(M_N, asked.flavor), k * np.array(t["fixed"])
        B = np.array([k * asked.background * b for b, _ in held]).reshape(-1, F.size)
        median = F + B.sum(axis=0)
        whole = {} if not t["whole"] else {
            "pulls": t["whole"] * S[None], "pulls_fixed": t["whole"] * F[None]}
        problem = Problem.of(
            S, B, [asked.error or e or np.inf for _, e in held], fixed=F, **whole,
            error=None if t["error"] is None else np.sqrt(k) * np.array(t["error"]))
        seen = median if t["counts"] is None or k != 1 else np.array(t["counts"])
        return problem, seen, median

    def limit(self, M_N: np.ndarray, level: float = 0.9, asked: Asked | None = None
              ) -> dict[str, np.ndarray]:
        """What ``munu limit`` says at masses [MeV].

        Returns
        -------
        dict
            ``upper``, ``lower``, ``expected`` (of the median experiment) [mu_B]

        Raises
        ------
        DomainError
        """
        problem, seen, median = self.problem(M_N, asked or Asked())
        delta = intervals.rise(level, "profile")
        fit = best_fit(problem, seen)
        made = {"upper": _settled(problem, seen, delta, fit, intervals.upper(
                    problem, seen, delta, fit=fit)[0]),
                "lower": intervals.lower(problem, seen, delta, fit)}
        fit = best_fit(problem, median)
        made["expected"] = _settled(problem, median, delta, fit, intervals.upper(
            problem, median, delta, fit=fit)[0])
        return {k: self.all["size"] * np.sqrt(v) for k, v in made.items()}

    def p_value(self, mu: float, M_N: float, asked: Asked | None = None) -> float:
        """How likely the data, or those farther off, are at a point [mu_B, MeV]; by a chi^2."""
        from scipy.special import erfc

        problem, seen, _ = self.problem(np.array([M_N]), asked or Asked())
        y = np.array([(mu / self.all["size"]) ** 2])
        rise = profile(problem, y, seen)[0] - best_fit(problem, seen)[1]
        return float(erfc(np.sqrt(0.5 * max(rise[0], 0.0))))


def _settled(problem: Problem, seen: np.ndarray, delta: float, fit: Fit, upper: np.ndarray
            ) -> np.ndarray:
    """An edge by one step of Newton more, which squares its error."""
    known = np.isfinite(upper)
    y = np.where(known, upper, 1.0)
    value, slope, _ = profile(problem, y, seen)
    return np.where(known, y - (value - fit[1] - delta) / slope, np.inf)
