r"""What a probe expects along a ray: a polynomial in the size, or any curve of it.

.. math:: n_i(x) = S_i(x) + F_i + \sum_b \theta_b B_{bi} + \sum_c \epsilon_c\,\Delta_{ci}(x)

with the signal S, a fixed part F (such as the Standard Model), backgrounds B whose norms theta are
free or have a relative error about 1, and pulls epsilon: a change of the expectation by one
standard deviation, or a free one.  ``Polynomial`` and ``Curve`` differ in the signal alone.

Which to use : a polynomial where the rate is one, since all masses are then solved at once;
a curve for a star that traps, a decay in flight, a flavor flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np

from munu._arrays import Numbers, finite
from munu.errors import DomainError

#: a relative error, at most: 5 is no 5 %
MOST_ERROR = 2.0


def check_error(error: Any, what: str, *, least: str = "above 0") -> None:
    """Refuse what is no relative error: 0 or below, or beyond :data:`MOST_ERROR`.

    Raises
    ------
    DomainError
    """
    if not _is_size(error) or error > MOST_ERROR:
        raise DomainError(f"{what} = {error} must be {least} and at most {MOST_ERROR:g}; 5 per "
                          "cent are 0.05 or '5%'")


@dataclass(frozen=True, eq=False)
class Background:
    """A background whose norm floats.

    Attributes
    ----------
    template : array (n_bins,), at least 0
    error : relative error of the norm; None leaves it free
    """

    template: np.ndarray
    error: float | None = None


@dataclass(frozen=True, eq=False)
class Pull:
    """One thing that is not known and moves many bins together.

    Attributes
    ----------
    change : by one standard deviation, or by a unit of a free one.  Of a Polynomial: power to
        array (n_mass, n_bins), power 0 an array (n_bins,).  Of a Curve: an array (n_bins,), or a
        function (x, j, signal) -> (m, n_bins).  ``"all"`` scales the whole expectation
    error : relative error that the change is multiplied with; None is free
    shared : whether another probe's pull of the same name is the same quantity, such as a flux of
        the Sun; others belong to their probe alone
    """

    change: Any
    error: float | None = 1.0
    shared: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Polynomial:
    """Expected counts as powers of the size x: ``sum_p x^p signal[p]`` and the rest.

    Attributes
    ----------
    signal : power to array (n_mass, n_bins), bins of all axes in one row
    fixed : array (n_bins,), or None: expected whatever the size
    backgrounds : name to Background
    pulls : name to Pull
    errors : array (n_bins,), Gaussian errors of a projection of values; None for counts, and where
        values were measured, which bring their own
    binned : None; for an unbinned likelihood, whose templates are densities at the events, the
        same in bins, which gives the total expectations
    """

    signal: Mapping[int, np.ndarray]
    fixed: np.ndarray | None = None
    backgrounds: Mapping[str, Background] = field(default_factory=dict)
    pulls: Mapping[str, Pull] = field(default_factory=dict)
    errors: np.ndarray | None = None
    binned: Polynomial | None = None

    def __post_init__(self) -> None:
        if not self.signal or any(not isinstance(p, int) or p < 1 for p in self.signal):
            raise DomainError("a polynomial needs whole powers of at least 1, as {2: array}")
        object.__setattr__(self, "signal", {
            p: np.atleast_2d(finite(f"the signal of power {p}, by masses and bins,", s))
            for p, s in self.signal.items()})
        shapes = {p: s.shape for p, s in self.signal.items()}
        if len({s[1:] for s in shapes.values()}) > 1 or any(len(s) > 2 for s in shapes.values()):
            raise DomainError(f"the signals {shapes} must have the same bins, (masses, bins)")
        _check(self)

    @property
    def bins(self) -> int:
        """How many bins there are."""
        return next(iter(self.signal.values())).shape[-1]

    @property
    def power(self) -> int | None:
        """The one even power, or None."""
        powers = list(self.signal)
        return powers[0] if len(powers) == 1 and powers[0] % 2 == 0 else None

    def values(self, x: Numbers, j: Numbers) -> np.ndarray:
        """The signal at sizes x (m,) for masses number j (m,): (m, n_bins)."""
        x = np.asarray(x, dtype=float)[:, None]
        return sum(x**p * s[j if len(s) > 1 else np.zeros(len(x), dtype=int)]
                   for p, s in self.signal.items())

    def change(self, name: str, x: Numbers, j: Numbers, signal: np.ndarray) -> np.ndarray:
        """What a pull changes there, errors included: (m, n_bins)."""
        pull = self.pulls[name]
        if isinstance(pull.change, str):
            return _whole(self, pull, signal)
        x = np.asarray(x, dtype=float)[:, None]
        made = sum(x**p * (np.atleast_2d(s)[j if np.ndim(s) == 2 and len(s) > 1 else
                                            np.zeros(len(x), dtype=int)])
                   for p, s in pull.change.items())
        return _size(pull) * made


@dataclass(frozen=True, eq=False, kw_only=True)
class Curve:
    """Expected counts, or one value of a ceiling or claim, as any function of the size.

    Attributes
    ----------
    signal : function of equally long arrays, sizes x (m,) and numbers of masses j (m,), ->
        (m, n_bins)
    where : function of j -> (low, high), both above 0: the sizes between which it is worth looking;
        below, nodes are added while sizes there still differ from 0, above nothing is looked at
    until : function of j -> the size above which nothing is computed, or None: what is excluded up
        to there ends there as data end, not as a bound
    bins : how many there are
    fixed, backgrounds, pulls, errors : as of a :class:`Polynomial`
    steps : nodes a decade of size; fewer where the curve is smooth and dear, more where it has
        structure finer than a node: of two islands within one step one is seen
    precision : relative, of an edge
    """

    signal: Callable[..., np.ndarray]
    where: Callable[[int], tuple[float, float]]
    until: Callable[[int], float] | None = None
    bins: int = 1
    fixed: np.ndarray | None = None
    backgrounds: Mapping[str, Background] = field(default_factory=dict)
    pulls: Mapping[str, Pull] = field(default_factory=dict)
    errors: np.ndarray | None = None
    steps: float = 8
    precision: float = 1e-9

    def __post_init__(self) -> None:
        _check(self)

    def values(self, x: Numbers, j: Numbers) -> np.ndarray:
        """The signal at sizes x (m,) for masses number j (m,): (m, n_bins)."""
        x, j = np.atleast_1d(np.asarray(x, dtype=float)), np.atleast_1d(np.asarray(j, dtype=int))
        made = np.asarray(self.signal(x, j), dtype=float).reshape(x.size, self.bins)
        if not np.all(np.isfinite(made)):
            bad = int(np.argmax(~np.isfinite(made).all(axis=1)))
            raise DomainError(f"the expectation at size {x[bad]:.4g} is not finite")
        return made

    def change(self, name: str, x: Numbers, j: Numbers, signal: np.ndarray) -> np.ndarray:
        """What a pull changes there, errors included: (m, n_bins)."""
        pull = self.pulls[name]
        if isinstance(pull.change, str):
            return _whole(self, pull, signal)
        made = pull.change(x, j, signal) if callable(pull.change) else \
            np.broadcast_to(pull.change, signal.shape)
        return _size(pull) * np.asarray(made, dtype=float)


Expected = Polynomial | Curve


def _size(pull: Pull) -> float:
    return 1.0 if pull.error is None else pull.error


def _whole(expected: Expected, pull: Pull, signal: np.ndarray) -> np.ndarray:
    return _size(pull) * (signal if expected.fixed is None else signal + expected.fixed)


def _check(expected: Expected) -> None:
    n = expected.bins
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise DomainError(f"bins = {n!r} must be a whole number, at least 1")
    if expected.fixed is not None:
        object.__setattr__(expected, "fixed", finite("the fixed part", expected.fixed).ravel())
        if expected.fixed.shape != (n,):
            raise DomainError(f"the fixed part has {expected.fixed.size} bins, the signal {n}")
    for name, b in expected.backgrounds.items():
        made = finite(f"the background {name}", b.template)
        if made.shape != (n,) or np.any(made < 0):
            raise DomainError(f"the background {name} must be at least 0 in {n} bins")
        if b.error is not None and not _is_size(b.error):
            raise DomainError(f"the error of the background {name} must be above 0, or None for "
                              "free")
    for name, pull in expected.pulls.items():
        if isinstance(pull.change, str) and pull.change != "all":
            raise DomainError(f"the pull {name} changes '{pull.change}'; a word must be 'all'")
        _check_change(expected, name, pull.change)
        if pull.error is not None and not _is_size(pull.error):
            raise DomainError(f"the error of the pull {name} must be above 0, or None for free")


def _is_size(error: Any) -> bool:
    return isinstance(error, Real) and not isinstance(error, bool) and 0 < float(error) < np.inf


def _check_change(expected: Expected, name: str, change: Any) -> None:
    """Of a polynomial powers to arrays that fit its bins and masses; of a curve one array."""
    if isinstance(change, str) or (callable(change) and isinstance(expected, Curve)):
        return
    n, rows = expected.bins, {1}
    if isinstance(expected, Polynomial):
        rows |= {len(s) for s in expected.signal.values()}
        if not isinstance(change, Mapping) or any(not isinstance(p, int) or p < 0 for p in change):
            raise DomainError(f"the pull {name} changes {change!r}; of a polynomial it must be "
                              "powers to arrays, as {2: array}, or 'all'")
    elif isinstance(change, Mapping) or change is None:
        raise DomainError(f"the pull {name} changes {change!r}; of a curve it must be an array "
                          "of its bins, a function (x, j, signal), or 'all'")
    for part in change.values() if isinstance(change, Mapping) else (change,):
        made = finite(f"the change of the pull {name}", part)
        if (made.shape[-1:] not in ((n,), (1,)) and made.ndim) or made.ndim > 2 or (
                made.ndim == 2 and len(made) not in rows):
            raise DomainError(f"the change of the pull {name} has the shape {made.shape}; the "
                              f"signal has {n} bins and {max(rows)} masses")
