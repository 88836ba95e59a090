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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from munu import flavors, probes, results
from munu._frozen import FrozenMap
from munu._guard import called
from munu.atlas import _joint_fit
from munu.atlas._joint_fit import CLOSE, UNIT, Fit, Profile
from munu.atlas.moments import KINDS
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.inference import intervals
from munu.inference.matrix import Matrix, matrix
from munu.probes.probe import Probe
from munu.ray import check_mass
from munu.units import MeV

PROBES = ("xenonnt", "borexino", "conus_plus", "coherent_csi")
CLAIMS = ("lsnd",)
TOTAL = "total"


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


@called
def joint(kind: str = "majorana", members: Iterable[str | Probe] = PROBES,
          claims: Iterable[str | Probe] = CLAIMS, *, M_N: Any = 0.0, level: float | str = 0.90,
          flux_nuisances: bool = True, mixing: Mixing | None = None, points: int = 13,
          plane: Sequence[str] | None = None, seed: int = 1) -> Joint:
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
    size = _joint_fit.sizes(fit, zero, delta)
    if not np.isfinite(size).any():
        raise DomainError("none of these probes sees any of the moments")
    scale = float(np.min(size))
    least, best = fit.least({}, fit.around({}, scale))
    if least > zero - CLOSE:
        least, best = zero, nothing
    alone = np.full((4, 2), np.nan)
    profiled = np.zeros((4, 2))
    reached = np.zeros((4, 3, fit.columns), dtype=complex)
    curves = {}
    for i, name in enumerate((*names, TOTAL)):
        which = None if name == TOTAL else i
        if which is not None:
            alone[i] = _joint_fit.alone(fit, i, zero, delta, scale)
        one = Profile(fit, which, scale, least, best)
        low, high, at = _joint_fit.edges(one, zero - least, delta, scale)
        profiled[i], reached[i] = (low, high), at
        if points and np.isfinite(high):
            curves[name] = _joint_fit.curve(one, high, at, points)
    region = None
    if pair:
        ends = profiled[list(pair), 1]
        if not np.isfinite(ends).all():
            raise DomainError(f"{names[pair[0]]} or {names[pair[1]]} is free; a plane needs two "
                              "that are bound")
        sizes = [np.linspace(1e-4, 1.4, points) * x for x in ends]
        region = ((names[pair[0]], names[pair[1]]), *(UNIT * x for x in sizes),
                  _joint_fit.plane(fit, pair, sizes, least, scale))
    return Joint(
        plane=region, kind="", names=(*names, TOTAL), level=0.0, rise=delta, alone=UNIT * alone,
        profiled=UNIT * profiled, reached=UNIT * reached, best=UNIT * best, gain=zero - least,
        curves=FrozenMap({n: (UNIT * x, y) for n, (x, y) in curves.items()}))


def _left_out(used: set[str]) -> FrozenMap:
    """Why other probes of recoils take no part."""
    return FrozenMap({name: why for name, why in _recoils().items() if name not in used})


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
