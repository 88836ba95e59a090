"""One probe or several along one ray: what is expected, what was seen, and the problem they make.

Likelihoods of several probes multiply.  A pull belongs to its probe unless it is declared shared
under a physical name; data that two of them use are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Real
from typing import Any, TypeAlias

import numpy as np

from munu._arrays import Numbers
from munu.errors import DomainError
from munu.inference.likelihood import Problem
from munu.probes.expected import MOST_ERROR, Background, Curve, Expected, Polynomial, Pull
from munu.probes.measured import Counts, Measured, Values
from munu.probes.probe import Probe
from munu.ray import Ray

# a part of one probe's bins in the row of all, at its place
Wide: TypeAlias = Callable[[Numbers, slice], np.ndarray]
#: numbers that one block of rows may hold
BLOCK = 3_000_000


@dataclass(frozen=True, eq=False, kw_only=True)
class Study:
    """What an inference works on.

    Attributes
    ----------
    probes : the probes
    ray : Ray
    expected : Polynomial or Curve, bins of all probes in one row
    seen : array (n_bins,), or None where nothing was looked at yet
    error : array (n_bins,) of Gaussian errors, nan where a bin counts; None for counts alone
    turn : matrix (n_bins, n_bins) that makes correlated errors unit ones, or None
    background_error : relative error of every background's norm, or None
    """

    probes: tuple[Probe, ...]
    ray: Ray
    expected: Expected
    seen: np.ndarray | None
    error: np.ndarray | None
    turn: np.ndarray | None = None
    background_error: float | None = None

    @property
    def rows(self) -> int:
        """How many masses."""
        return self.ray.rows

    @property
    def polynomial(self) -> Polynomial:
        """What is expected, where it is a polynomial.  Raises DomainError where it is a curve."""
        if not isinstance(self.expected, Polynomial):
            names = " + ".join(p.name for p in self.probes)
            raise DomainError(f"the expectation of {names} is a curve, no polynomial")
        return self.expected

    @property
    def power(self) -> int:
        """The one even power.  Raises DomainError where there are others."""
        found = self.polynomial.power
        if found is None:
            raise DomainError("the expectation is not one even power of the size: "
                              f"{sorted(self.polynomial.signal)}")
        return found

    @property
    def asimov(self) -> np.ndarray:
        """What the median experiment sees without a coupling: (1 or n_mass, n_bins)."""
        e = self.expected
        out = np.zeros((1, e.bins)) if isinstance(e, Polynomial) else \
            e.values(np.zeros(self.rows), np.arange(self.rows))
        out = out + sum((b.template for b in e.backgrounds.values()), start=np.zeros(e.bins))
        return self._turned(out if e.fixed is None else out + e.fixed)

    @property
    def data(self) -> np.ndarray:
        """What was seen, or else the median experiment: (n_bins,) or (n_mass, n_bins)."""
        if self.seen is not None:
            return self._turned(self.seen)
        return self.asimov[0] if len(self.asimov) == 1 else self.asimov

    def _turned(self, a: np.ndarray) -> np.ndarray:
        return a if self.turn is None else a @ self.turn.T

    def _parts(self) -> dict[str, Any]:
        """What a problem has whatever the size."""
        e = self.expected
        whole = e.binned if isinstance(e, Polynomial) and e.binned is not None else None
        priors = [self.background_error or b.error or np.inf for b in e.backgrounds.values()]
        return {
            "background": self._turned(np.array([b.template for b in e.backgrounds.values()]
                                                ).reshape(-1, e.bins)),
            "prior": priors, "error": self.error,
            "fixed": None if e.fixed is None else self._turned(e.fixed),
            "background_total": None if whole is None else np.array(
                [b.template.sum() for b in whole.backgrounds.values()]),
            "pulls_prior": [np.inf if p.error is None else 1.0 for p in e.pulls.values()]}

    def even(self) -> Problem:
        """Every mass a row, linear in y = x^power."""
        e, power = self.polynomial, self.power
        made = [_even(e, p, power) for p in e.pulls.values()]
        more: dict[str, Any] = {}
        if e.binned is not None:
            more = {"signal_total": e.binned.signal[power].sum(axis=1),
                    "pulls_total": np.array([_even(e.binned, p, power)[0].sum(axis=1)
                                             for p in e.binned.pulls.values()]) if made else None}
        return Problem.of(
            self._turned(e.signal[power]), pulls=self._turned(np.array([s for s, _ in made]))
            if made else None,
            pulls_fixed=self._turned(np.array([f for _, f in made])) if made else None,
            **self._parts(), **more)

    def at(self, x: np.ndarray, j: np.ndarray) -> Problem:
        """One row for each size x (m,) of mass number j (m,), with y = 1."""
        e = self.expected
        signal = e.values(x, j)
        pulls = [e.change(n, x, j, signal) for n in e.pulls]
        more: dict[str, Any] = {}
        if isinstance(e, Polynomial) and e.binned is not None:
            whole = e.binned
            totals = whole.values(x, j)
            more = {"signal_total": totals.sum(axis=1),
                    "pulls_total": np.array([whole.change(n, x, j, totals).sum(axis=1)
                                             for n in whole.pulls]) if pulls else None}
        return Problem.of(self._turned(signal), pulls=self._turned(np.array(pulls))
                          if pulls else None, **self._parts(), **more)

    @property
    def silent(self) -> bool:
        """Whether no event was seen along a curve and none is expected but of the signal."""
        e = self.expected
        return isinstance(e, Curve) and self.error is None and not e.pulls and not e.backgrounds \
            and not np.any(self.data) and not np.any(self.asimov)

    @property
    def block(self) -> int:
        """How many rows go together."""
        e = self.expected
        return max(16, BLOCK // (e.bins * (1 + len(e.pulls))))


def _even(e: Polynomial, pull: Pull, power: int) -> tuple[np.ndarray, np.ndarray]:
    """A pull as a change of the signal and one of the fixed part, errors included."""
    signal = e.signal[power]
    nothing = np.zeros(e.bins)
    if isinstance(pull.change, str):
        change = {power: signal, 0: nothing if e.fixed is None else e.fixed}
    else:
        change = pull.change
    size = 1.0 if pull.error is None else pull.error
    part = change.get(power, np.zeros_like(signal))
    return (size * np.broadcast_to(part, signal.shape),
            size * np.asarray(change.get(0, nothing)).reshape(-1))


def solved_together(e: Expected) -> bool:
    """Whether all masses are one linear problem: one even power, pulls of it and of power 0."""
    return isinstance(e, Polynomial) and e.power is not None and all(
        isinstance(p.change, str) or set(p.change) <= {e.power, 0} for p in e.pulls.values())


def check_background_error(probes: Sequence[Probe], error: Any) -> None:
    """Whether it is a relative error that the backgrounds may have.  Raises DomainError."""
    if error is None:
        return
    if isinstance(error, bool) or not isinstance(error, Real) \
            or not 1e-9 <= float(error) <= MOST_ERROR:
        raise DomainError(f"background_error = {error!r} must be a number above 1e-9 "
                          f"and at most {MOST_ERROR:g}, as 0.1 or '10%'")
    if not any(p.backgrounds for p in probes):
        raise DomainError(f"{probes[0].name} has no background; leave background_error out")


def study(probes: Sequence[Probe], ray: Ray, *, background_error: float | None = None,
          **ways: bool) -> Study:
    """Probes along a ray.

    Raises
    ------
    DomainError
        Data in common; unbinned likelihoods of several; what is no error of a background.
    """
    check_background_error(probes, background_error)
    probes = tuple(probes)
    _strangers(probes)
    if len(probes) > 1 and ways.get("unbinned"):
        raise DomainError("several probes multiply in bins; leave unbinned out")
    each = [p.expected(ray, **ways) for p in probes]
    if not ways.get("unbinned"):
        for p, e in zip(probes, each, strict=True):
            _fits(p, e)
    expected = each[0] if len(each) == 1 else _joined(probes, each)
    observed = [p.measured for p in probes]
    seen = [m.seen.ravel() for m in observed if isinstance(m, Counts | Values)]
    errors = [m.errors if isinstance(m, Values) else e.errors
              for m, e in zip(observed, each, strict=True)]
    if ways.get("unbinned"):
        # a row of one probe, each event a bin of its own
        seen = [np.ones(expected.bins)]
    error = None if all(x is None for x in errors) else np.concatenate([
        np.full(e.bins, np.nan) if x is None else np.asarray(x).ravel()
        for x, e in zip(errors, each, strict=True)])
    turn = _turn(observed, each)
    if error is not None and turn is not None:
        correlated = np.concatenate([np.full(e.bins, isinstance(m, Values) and
                                             m.covariance.ndim == 2)
                                     for m, e in zip(observed, each, strict=True)])
        error = np.where(correlated, 1.0, error)
    if 0 < len(seen) < len(probes):
        raise DomainError("a projection and data do not multiply: " + ", ".join(
            f"{p.name} is {p.grade}" for p in probes))
    return Study(probes=probes, ray=ray, expected=expected, error=error, turn=turn,
                 seen=np.concatenate(seen) if seen else None,
                 background_error=background_error)


def _fits(probe: Probe, expected: Expected) -> None:
    """As many bins expected as seen; one value for a ceiling or a claim."""
    m = probe.measured
    bins = m.seen.size if isinstance(m, Counts | Values) else expected.bins if m is None else 1
    if bins != expected.bins:
        raise DomainError(f"{probe.name} saw {bins} bins and expects {expected.bins}; they must "
                          "be the same ones")


def _strangers(probes: Sequence[Probe]) -> None:
    used: dict[str, str] = {}
    for p in probes:
        for name in p.data or (p.name,):
            if name in used:
                raise DomainError(f"{used[name]} and {p.name} rest on the same data ({name}); "
                                  "they do not multiply: take one of them")
            used[name] = p.name


def _turn(observed: Sequence[Measured | None], each: Sequence[Expected]) -> np.ndarray | None:
    """Inverse Cholesky factors of covariances on the diagonal, ones elsewhere."""
    if not any(isinstance(m, Values) and m.covariance.ndim == 2 for m in observed):
        return None
    blocks = [np.linalg.inv(np.linalg.cholesky(m.covariance))
              if isinstance(m, Values) and m.covariance.ndim == 2 else np.eye(e.bins)
              for m, e in zip(observed, each, strict=True)]
    n = sum(len(b) for b in blocks)
    out, k = np.zeros((n, n)), 0
    for b in blocks:
        out[k:k + len(b), k:k + len(b)] = b
        k += len(b)
    return out


def _joined(probes: Sequence[Probe], each: list[Expected]) -> Expected:
    """The bins of all in one row, what belongs to each padded with zeros."""
    sizes = [e.bins for e in each]
    begin = np.concatenate([[0], np.cumsum(sizes)])
    n = int(begin[-1])
    places = [slice(int(a), int(b)) for a, b in pairwise(begin)]

    def wide(part: Numbers, place: slice) -> np.ndarray:
        part = np.asarray(part, dtype=float)
        out = np.zeros((*part.shape[:-1], n))
        out[..., place] = part
        return out

    backgrounds = {f"{who}: {k}": Background(wide(b.template, at), b.error)
                   for who, e, at in zip(_labels(probes), each, places, strict=True)
                   for k, b in e.backgrounds.items()}
    fixed = None if all(e.fixed is None for e in each) else sum(
        (wide(np.zeros(e.bins) if e.fixed is None else e.fixed, at)
         for e, at in zip(each, places, strict=True)), start=np.zeros(n))
    even = [e for e in each if isinstance(e, Polynomial)]
    if len(even) == len(each):
        rows = max(len(s) for e in even for s in e.signal.values())
        powers = sorted({p for e in even for p in e.signal})
        signal = {p: sum((np.broadcast_to(wide(e.signal[p], at), (rows, n))
                          for e, at in zip(even, places, strict=True) if p in e.signal),
                         start=np.zeros((rows, n)))
                  for p in powers}
        return Polynomial(signal=signal, fixed=fixed, backgrounds=backgrounds,
                          pulls=_polynomial_pulls(probes, even, places, wide))
    row, dear = _Row(tuple(each)), [e for e in each if isinstance(e, Curve)]
    return Curve(
        signal=row.signal, bins=n, where=row.where, fixed=fixed, backgrounds=backgrounds,
        until=row.until if any(e.until for e in dear) else None,
        pulls=_curve_pulls(probes, each, places), steps=max(e.steps for e in dear),
        precision=min(e.precision for e in dear))


@dataclass(frozen=True, eq=False)
class _Row:
    """Expectations of several probes, the bins of all in one row."""

    each: tuple[Expected, ...]

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        return np.concatenate([e.values(x, j) for e in self.each], axis=1)

    def where(self, j: int) -> tuple[float, float]:
        ends = [e.where(j) for e in self.each if isinstance(e, Curve)]
        return min(a for a, _ in ends), max(b for _, b in ends)

    def until(self, j: int) -> float:
        """Beyond the first end of data nothing is known of all."""
        return min(e.until(j) for e in self.each if isinstance(e, Curve) and e.until)


@dataclass(frozen=True, eq=False)
class _Shared:
    """One pull on the bins of those that have it: each expectation, its name there, its bins."""

    members: tuple[tuple[Expected, str, slice], ...]

    def __call__(self, x: np.ndarray, j: np.ndarray, signal: np.ndarray) -> np.ndarray:
        made = np.zeros_like(signal)
        for e, name, place in self.members:
            made[:, place] += e.change(name, x, j, signal[:, place])
        return made


def _labels(probes: Sequence[Probe]) -> list[str]:
    """A name for each: two runs of one experiment are not one."""
    names = [p.name for p in probes]
    return [n if names.count(n) == 1 else f"{n} {k + 1}" for k, n in enumerate(names)]


def _named(probes: Sequence[Probe], each: Sequence[Expected]
          ) -> dict[str, list[tuple[int, str, Pull]]]:
    """Pulls by the name they have together, with the probes that have them."""
    out: dict[str, list[tuple[int, str, Pull]]] = {}
    for i, (who, e) in enumerate(zip(_labels(probes), each, strict=True)):
        for name, pull in e.pulls.items():
            out.setdefault(name if pull.shared else f"{who}: {name}", []).append(
                (i, name, pull))
    for name, members in out.items():
        if len({pull.error is None for _, _, pull in members}) > 1:
            raise DomainError(f"the pull {name} is free in one probe and has an error in another")
    return out


def _polynomial_pulls(probes: Sequence[Probe], each: Sequence[Polynomial], places: Sequence[slice],
                      wide: Wide) -> dict[str, Pull]:
    out = {}
    for name, members in _named(probes, each).items():
        change: dict[int, np.ndarray] = {}
        for i, _, pull in members:
            e, size = each[i], 1.0 if pull.error is None else pull.error
            own = {**e.signal, 0: np.zeros(e.bins) if e.fixed is None else e.fixed} \
                if isinstance(pull.change, str) else pull.change
            for p, part in own.items():
                change[p] = change.get(p, 0) + size * wide(part, places[i])
        out[name] = Pull(change, None if members[0][2].error is None else 1.0)
    return out


def _curve_pulls(probes: Sequence[Probe], each: Sequence[Expected], places: Sequence[slice]
                ) -> dict[str, Pull]:
    return {name: Pull(_Shared(tuple((each[i], own, places[i]) for i, own, _ in members)),
                       None if members[0][2].error is None else 1.0)
            for name, members in _named(probes, each).items()}
