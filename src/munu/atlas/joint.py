r"""The moments of the Lagrangian, fitted to what experiments saw: their likelihoods multiplied.

:func:`munu.atlas.fundamental` asks which moments every published limit allows.  Here each
experiment brings its bins, its backgrounds and its errors instead,

.. math:: -2\ln L(X) = \sum_{\rm probes} -2\ln L_p\left(n_i = \mathrm{Re\,Tr}[W_i X]\right),
          \qquad X = Y Y^\dagger,

with W of each bin, so that a shape that changes with the direction (the Sun's states, pp or 7Be)
counts as it is.  Y holds the moments of a kind: one column for a portal and for Majorana moments,
three for Dirac neutrinos, each a right-handed state.  An interval of :math:`|x_i|` is where
-2 ln L, profiled over the other moments, all phases and all nuisances, has risen by what the level
says.  Of Dirac neutrinos the experiments see :math:`x_i^2 = \sum_j|\lambda_{ij}|^2`; any single
:math:`|\lambda_{ij}|` has the same upper edge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from munu import flavors, probes, results
from munu._frozen import FrozenMap
from munu._guard import called
from munu.atlas.moments import KINDS, form
from munu.errors import DomainError, NotConverged, UnknownName
from munu.flavors import Mixing
from munu.inference import intervals
from munu.inference.matrix import Matrix, coordinates, hermitian, matrix
from munu.probes.probe import Probe
from munu.ray import check_mass
from munu.units import MeV

PROBES = ("xenonnt", "borexino", "conus_plus", "coherent_csi")
CLAIMS = ("lsnd",)
TOTAL = "total"
# moments are counted in it inside, where all that is known of them is of order 1 [mu_B]
_UNIT = 1e-11
# random starts beside those that are known to be near, and how often a valley is left for another
_STARTS, _AGAIN = 2, 5
# beyond this many times what binds the moments that are seen, one counts as free
_FREE, _STEP = 1e4, 3.0
_CLOSE = 1e-6


@dataclass(frozen=True, eq=False, kw_only=True)
class Joint:
    """Moments of a kind, fitted together [mu_B].

    Attributes
    ----------
    kind, names : one of ``KINDS``; its three moments and ``total``, the root of the sum of squares
    level : confidence level of every interval
    rise : by how much -2 ln L has risen at an edge
    alone : array (4, 2), lower and upper edge with the other moments 0; nan of the total
    profiled : array (4, 2), the others, their phases and all nuisances profiled
    reached : complex array (4, 3, columns), moments at which each profiled upper edge is reached
    best : complex array (3, columns), where -2 ln L is least
    gain : by how much -2 ln L is lower there than without moments
    curves : by name (sizes, rise of -2 ln L), profiled
    plane : None, or ``(names, sizes, sizes, rise)`` of two moments: the rise of -2 ln L where both
        are given, (n, n), the first along its rows
    plane_rise : by how much it has risen where the level of both together ends
    probes, claims : names of those that take part
    left_out : name to reason, of probes of recoils that do not
    M_N : mass of N [energy]
    assumptions, papers : in words; keys
    """

    kind: str
    names: tuple[str, ...]
    level: float
    rise: float
    alone: np.ndarray
    profiled: np.ndarray
    reached: np.ndarray
    best: np.ndarray
    gain: float
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=FrozenMap)
    plane: tuple[tuple[str, str], np.ndarray, np.ndarray, np.ndarray] | None = None
    plane_rise: float = float("nan")
    probes: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=FrozenMap)
    M_N: float = 0.0
    assumptions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()

    def __repr__(self) -> str:
        said = ", ".join(f"{n} < {results.shown(x[1])}" for n, x in
                         zip(self.names, self.profiled, strict=True))
        return (f"<Joint {self.kind} of {' + '.join((*self.probes, *self.claims))}: {said} mu_B at "
                f"{100 * self.level:g} %, all others and all phases free>")

    def __getitem__(self, name: str) -> tuple[float, float]:
        """Lower and upper edge of a moment, profiled [mu_B].  Raises UnknownName."""
        if name not in self.names:
            raise UnknownName(f"moment of a {self.kind} fit", name, self.names)
        low, high = self.profiled[self.names.index(name)]
        return float(low), float(high)

    @property
    def columns(self) -> results.Columns:
        """A row a moment."""
        return {"moment": ("", list(self.names)),
                **{f"{what}_{edge}": ("mu_B", made[:, k]) for what, made in
                   (("alone", self.alone), ("profiled", self.profiled))
                   for k, edge in enumerate(("lower", "upper"))}}

    def rows(self) -> list[dict[str, Any]]:
        """One mapping a moment; null is no edge."""
        return list(results.rows(self.columns))

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return results.plain(results.provenance(
            kind=self.kind, unit="mu_B", M_N_MeV=self.M_N / MeV, level=self.level,
            statistic="profile", rise=self.rise, probes=self.probes, claims=self.claims,
            gain=self.gain, moments=self.rows(), best=self.best,
            reached=dict(zip(self.names, self.reached, strict=True)),
            curves={n: {"size": x, "ratio": y} for n, (x, y) in self.curves.items()},
            plane=None if self.plane is None else dict(zip(
                ("moments", "first", "second", "ratio"), self.plane, strict=True))
            | {"rise": self.plane_rise},
            left_out=self.left_out, assumptions=self.assumptions, citations=self.papers))

    def to_table(self, path: Any = None) -> Any:
        """See :func:`munu.results.to_table`."""
        about = {k: x for k, x in self.as_dict().items() if k not in ("moments", "curves")}
        return results.to_table(self.columns, path, about)

    def _repr_html_(self) -> str:
        return results.html(repr(self).strip("<>"), self.rows())


@dataclass(frozen=True, eq=False)
class Fit:
    """The likelihood of the moments of a kind, and where it is least.

    Sizes are in units of :data:`_UNIT`; Y (3, columns) are the moments of a kind.
    """

    likelihood: Matrix
    columns: int
    seed: int

    @classmethod
    def of(cls, made: Matrix, kind: str, U: np.ndarray, seed: int) -> Fit:
        """Of the likelihood of a trace matrix in flavor."""
        units = [hermitian(e) for e in np.eye(9)]
        # Tr[A C] = sum_k a_k c_k, and A becomes W: the same turn of coordinates for every bin
        turn = np.array([coordinates(form(R, kind, U)) for R in units])
        return cls(made.turned(_UNIT**2 * turn), 3 if kind == "dirac" else 1, seed)

    def __call__(self, Y: np.ndarray, eta: np.ndarray | None = None
                 ) -> tuple[float, np.ndarray, np.ndarray]:
        """-2 ln L, its derivatives by the real and imaginary parts of Y, the nuisances."""
        value, slope, eta = self.likelihood.value(coordinates(Y @ Y.conj().T), eta)
        return value, 2 * hermitian(slope) @ Y, eta

    def least(self, fixed: Mapping[int, float], starts: Iterable[np.ndarray], *,
              total: float | None = None) -> tuple[float, np.ndarray]:
        """The least -2 ln L, and Y there, with the sizes of some moments, or of all, fixed."""
        from scipy.optimize import minimize

        shape = (3, self.columns)
        held: list[np.ndarray | None] = [None]

        def moments(z: np.ndarray) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
            Z = (z[:z.size // 2] + 1j * z[z.size // 2:]).reshape(shape)
            Y, back = Z.copy(), []
            rows = [([0, 1, 2], total)] if total is not None else \
                [([i], s) for i, s in fixed.items()]
            for k, s in rows:
                norm = np.sqrt(np.sum(np.abs(Z[k]) ** 2))
                Y[k] = s * Z[k] / norm
                back.append((k, s, norm))

            def slope(G: np.ndarray) -> np.ndarray:
                out = G.copy()
                for k, s, norm in back:
                    unit = Z[k] / norm
                    out[k] = s / norm * (G[k] - unit * np.sum(unit.conj() * G[k]).real)
                return np.concatenate([out.real.ravel(), out.imag.ravel()])
            return Y, slope

        def value(z: np.ndarray) -> tuple[float, np.ndarray]:
            Y, slope = moments(z)
            found, G, held[0] = self(Y, held[0])
            return found, slope(G)

        best = None
        for start in starts:
            z = np.concatenate([start.real.ravel(), start.imag.ravel()])
            held[0] = None
            made = minimize(value, z, jac=True, method="BFGS",
                            options={"gtol": 1e-4, "maxiter": 500})
            if np.isfinite(made.fun) and (best is None or made.fun < best.fun):
                best = made
        if best is None:
            raise NotConverged("the likelihood of the moments is infinite wherever it was begun")
        return float(best.fun), moments(best.x)[0]

    def around(self, fixed: Mapping[int, float], size: float) -> list[np.ndarray]:
        """Where to begin: the others almost 0, and some at random."""
        rng = np.random.default_rng(self.seed)
        out = []
        for k in range(1 + _STARTS):
            Z = rng.normal(size=(3, self.columns)) + 1j * rng.normal(size=(3, self.columns))
            Z *= size * (1e-3 if k == 0 else 0.7)
            for i, s in fixed.items():
                Z[i] = 0
                Z[i, 0] = max(s, 1e-3 * size)
                if self.columns > 1 and k:
                    Z[i] += 0.1 * size * rng.normal(size=self.columns)
            out.append(Z)
        return out


@dataclass(frozen=True, eq=False)
class _Profile:
    """-2 ln L of one size, all else profiled."""

    fit: Fit
    which: int | None
    size: float
    least: float
    best: np.ndarray

    def __call__(self, s: float, near: Iterable[np.ndarray] = (), *, many: bool = True
                 ) -> tuple[float, np.ndarray]:
        """Its rise above the least, and the moments there."""
        fixed = {} if self.which is None else {self.which: s}
        rows = slice(None) if self.which is None else self.which
        # no direction follows from what is 0
        starts = [Y for Y in near if np.any(Y[rows])]
        if many or not starts:
            starts += self.fit.around(fixed, self.size)
        value, Y = self.fit.least(fixed, starts, total=s if self.which is None else None)
        return value - self.least, Y


@called
def joint(kind: str = "majorana", members: Iterable[str | Probe] = PROBES,
          claims: Iterable[str | Probe] = CLAIMS, *, M_N: Any = 0.0, level: float | str = 0.90,
          flux_nuisances: bool = True, mixing: Mixing | None = None, points: int = 13,
          plane: tuple[str, str] | None = None, seed: int = 1) -> Joint:
    """Moments of a kind, fitted to what several experiments saw.

    Parameters
    ----------
    kind : ``majorana``, ``dirac`` (mass basis) or ``portal`` (flavor basis, one N)
    members : probes of recoils, or their names; their likelihoods multiply
    claims : those of which only a published bound on a sum of squares is known, such as ``lsnd``:
        a parabola about 0, as high at the bound as its level says; () for none
    M_N : mass of N [energy], of a portal alone; or a text
    level : confidence level of each interval, one parameter at a time
    flux_nuisances : whether the fluxes float within their errors; those of the Sun are shared
    mixing : Mixing, default NuFIT 6.0 NO
    points : sizes of each curve, and of each of ``plane``; 0 for none
    plane : two moments whose region is wanted too, as ``("d_e", "d_mu")``
    seed : of the random starts; the result does not hang on it

    Returns
    -------
    Joint

    Raises
    ------
    UnknownName, DomainError, NotConverged

    Source : Canas2015

    >>> made = joint("portal", ["xenonnt", "lz"], claims=(), points=0)
    >>> bool(made["d_e"][1] > made.alone[0, 1])
    True
    """
    if kind not in KINDS:
        raise UnknownName("kind of moments", kind, KINDS)
    level = intervals.check_level(level)
    delta = intervals.rise(level, "profile")
    if isinstance(points, bool) or not isinstance(points, int) or points < 0 or points == 1:
        raise DomainError(f"points = {points!r} must be 0, or a whole number of at least 2")
    pair = _pair(plane, kind, points)
    mass = check_mass(M_N)
    if mass and kind != "portal":
        raise DomainError(f"{kind} moments are among light neutrinos; leave M_N out")
    mix = mixing or flavors.mixing()
    held, beside = _made(members, "members", mix), _made(claims, "claims", mix)
    names = [p.name for p in beside]
    for name in names:
        if names.count(name) > 1:
            raise DomainError(f"the claim {name} is named twice; it counts once: take one of them")
    if not held:
        raise DomainError("no probe was given; name at least one that holds data")
    made = matrix(held, beside, M_N=mass, flux_nuisances=flux_nuisances)
    fit = Fit.of(made, kind, mix.U, seed)
    return replace(
        _fitted(fit, KINDS[kind], delta, points, pair), kind=kind, level=level, M_N=mass,
        plane_rise=float(-2 * np.log1p(-level)) if pair else float("nan"),
        probes=tuple(p.name for p in held), claims=tuple(p.name for p in beside),
        left_out=_left_out({p.name for p in (*held, *beside)}),
        assumptions=_says(held, beside, made, mix),
        papers=tuple(dict.fromkeys((*(k for p in (*held, *beside) for k in p.papers),
                                    "Canas2015"))))


def _made(given: Iterable[str | Probe], what: str, mix: Mixing) -> list[Probe]:
    """Probes of their names, the Sun's with the mixing of the fit."""
    if isinstance(given, str | Probe):
        given = (given,)
    out = []
    for x in given:
        if not isinstance(x, str | Probe):
            raise DomainError(f"{what} hold {x!r}; they must be probes or their names")
        if isinstance(x, str):
            known = any(p.name == "mixing" for p in probes.parameters(x))
            x = probes.get(x, **({"mixing": mix} if known else {}))
        out.append(x)
    return out


def _pair(plane: Iterable[str] | None, kind: str, points: int) -> tuple[int, ...]:
    """Two moments by their numbers; none where none were asked."""
    if plane is None:
        return ()
    two = (plane,) if isinstance(plane, str) else tuple(plane)
    for name in two:
        if name not in KINDS[kind]:
            raise UnknownName(f"moment of a {kind} fit", str(name), KINDS[kind])
    if len(two) != 2 or two[0] == two[1]:
        raise DomainError(f"plane = {plane!r} must be two moments of {', '.join(KINDS[kind])}")
    if not points:
        raise DomainError("a plane needs points; give at least 2")
    return tuple(KINDS[kind].index(name) for name in two)


def _fitted(fit: Fit, names: tuple[str, ...], delta: float, points: int, pair: tuple[int, ...]
           ) -> Joint:
    nothing = np.zeros((3, fit.columns), dtype=complex)
    zero = fit(nothing)[0]
    size = _sizes(fit, zero, delta)
    if not np.isfinite(size).any():
        raise DomainError("none of these probes sees any of the moments")
    scale = float(np.min(size))
    least, best = fit.least({}, fit.around({}, scale))
    if least > zero - _CLOSE:
        least, best = zero, nothing
    alone = np.full((4, 2), np.nan)
    profiled = np.zeros((4, 2))
    reached = np.zeros((4, 3, fit.columns), dtype=complex)
    curves = {}
    for i, name in enumerate((*names, TOTAL)):
        which = None if name == TOTAL else i
        if which is not None:
            alone[i] = _alone(fit, i, zero, delta, scale)
        one = _Profile(fit, which, scale, least, best)
        low, high, at = _edges(one, zero - least, delta, scale)
        profiled[i], reached[i] = (low, high), at
        if points and np.isfinite(high):
            curves[name] = _curve(one, high, at, points)
    region = None
    if pair:
        ends = profiled[list(pair), 1]
        if not np.isfinite(ends).all():
            raise DomainError(f"{names[pair[0]]} or {names[pair[1]]} is free; a plane needs two "
                              "that are bound")
        sizes = [np.linspace(1e-4, 1.4, points) * x for x in ends]
        region = ((names[pair[0]], names[pair[1]]), *(_UNIT * x for x in sizes),
                  _plane(fit, pair, sizes, least, scale))
    return Joint(
        plane=region, kind="", names=(*names, TOTAL), level=0.0, rise=delta, alone=_UNIT * alone,
        profiled=_UNIT * profiled, reached=_UNIT * reached, best=_UNIT * best, gain=zero - least,
        curves=FrozenMap({n: (_UNIT * x, y) for n, (x, y) in curves.items()}))


def _sizes(fit: Fit, zero: float, delta: float) -> np.ndarray:
    """About how large each moment is where -2 ln L has risen: inf where it never does."""
    out = np.full(3, np.inf)
    for i in range(3):
        Y = np.zeros((3, fit.columns), dtype=complex)
        s = 1e-3
        while s < 1e3 * _FREE:
            Y[i, 0] = s
            if fit(Y)[0] - zero > delta:
                out[i] = s
                break
            s *= _STEP
    return out


def _alone(fit: Fit, i: int, zero: float, delta: float, scale: float) -> tuple[float, float]:
    """Edges with the other moments 0."""
    from scipy.optimize import brentq, minimize_scalar

    def value(s: float) -> float:
        Y = np.zeros((3, fit.columns), dtype=complex)
        Y[i, 0] = s
        return fit(Y)[0]

    top = scale
    while value(top) - zero <= delta:
        top *= _STEP
        if top > _FREE * scale:
            return 0.0, np.inf
    found = minimize_scalar(value, bounds=(0.0, top), method="bounded", options={"xatol": 1e-9})
    best, least = (found.x, found.fun) if found.fun < zero else (0.0, zero)

    def excess(s: float) -> float:
        return value(s) - least - delta

    high = brentq(excess, best, top, xtol=1e-9, rtol=1e-9)
    low = brentq(excess, 0.0, best, xtol=1e-9, rtol=1e-9) if zero - least > delta else 0.0
    return float(low), float(high)


def _edges(one: _Profile, gain: float, delta: float, scale: float
          ) -> tuple[float, float, np.ndarray]:
    """Lower and upper edge, and the moments at the upper one; inf where there is none."""
    rows = slice(None) if one.which is None else one.which
    start = float(np.linalg.norm(one.best[rows]))
    top, at = max(start, scale), one.best
    while True:
        value, at = one(top, [at], many=top < 10 * scale)
        if value > delta:
            break
        top *= _STEP
        if top > _FREE * scale:
            return 0.0, np.inf, at
    high = top
    for _ in range(_AGAIN):
        high = _crossing(one, start, high, delta, at)
        value, at = one(high, [at])
        if value > delta - _CLOSE * (1 + delta):
            break
        # another valley reaches further
        while one(high, [at], many=False)[0] < delta:
            high *= 1.1
    low = 0.0
    if gain > delta and start and one(1e-6 * start, [one.best])[0] > delta:
        low = _crossing(one, start, 1e-6 * start, delta, one.best)
    return low, high, at


def _crossing(one: _Profile, inside: float, outside: float, delta: float, near: np.ndarray
             ) -> float:
    """Where the rise is delta, between the size of the best fit and one beyond; from one size to
    the next in the valley that ``near`` lies in."""
    from scipy.optimize import brentq

    held = [near]

    def excess(s: float) -> float:
        if s == inside:
            return -delta
        found, held[0] = one(s, [held[0]], many=False)
        return found - delta

    if excess(outside) <= 0:
        return outside
    return float(brentq(excess, inside, outside, xtol=1e-6, rtol=1e-6))


def _curve(one: _Profile, high: float, at: np.ndarray, points: int
          ) -> tuple[np.ndarray, np.ndarray]:
    """The rise of -2 ln L from almost 0 to 1.3 times the upper edge, in the valleys next to it."""
    x = np.linspace(1e-4 * high, 1.3 * high, points)
    y = np.zeros(points)
    for k in range(points - 1, -1, -1):
        y[k], at = one(float(x[k]), [at, one.best], many=k in (0, points // 2))
    return x, y


def _left_out(used: set[str]) -> FrozenMap:
    """Why other probes of recoils take no part."""
    return FrozenMap({name: why for name, why in _recoils().items() if name not in used})


def _plane(fit: Fit, pair: tuple[int, ...], sizes: list[np.ndarray], least: float, scale: float
          ) -> np.ndarray:
    """The rise of -2 ln L where two moments are given, from one node to the next."""
    out = np.zeros((sizes[0].size, sizes[1].size))
    above: list[np.ndarray] = [np.zeros((3, fit.columns))] * sizes[1].size
    for i, a in enumerate(sizes[0]):
        at = above[0]
        for j, b in enumerate(sizes[1]):
            fixed = {pair[0]: float(a), pair[1]: float(b)}
            near = [Y for Y in (at, above[j]) if all(np.any(Y[k]) for k in pair)]
            # all valleys at the corners, and wherever there is no neighbor yet
            many = not near or (i in (0, sizes[0].size - 1) and j in (0, sizes[1].size - 1))
            value, at = fit.least(fixed, [*near, *(fit.around(fixed, scale) if many else ())])
            above[j], out[i, j] = at, value - least
    return out


@cache
def _recoils() -> dict[str, str]:
    """What is to be said of each probe of recoils that takes no part."""
    out = {}
    for name in probes.names():
        p = probes.get(name)
        if p.family != "recoils":
            continue
        out[name] = "holds data and was not asked for" if p.grade in ("events", "counts") else \
            "holds a claim, no likelihood; it may stand among the claims" if p.derived else \
            "needs data" if p.grade == "needs_data" else \
            "a published limit without data" if p.grade == "published" else \
            "a sensitivity, which multiplies with no data"
    return out


def _says(held: list[Probe], beside: list[Probe], made: Matrix, mix: Mixing) -> tuple[str, ...]:
    out = [f"{p.name}: {a}" for p in (*held, *beside) for a in p.assumptions]
    out += [f"{p.name}: no counts are public; its bound enters as a parabola about 0 that has "
            f"risen by {r:.3g} at the bound" for p, r in zip(beside, made.rises, strict=True)]
    floating = ", ".join(made.floating)
    out.append(f"fluxes float within their errors: {floating}; those of the Sun are shared"
               if floating else "fluxes are fixed")
    return (*out, f"mixing {mix.name} {mix.ordering}, its own errors and phase not profiled",
            "phases of the moments, Majorana phases among them, are profiled")
