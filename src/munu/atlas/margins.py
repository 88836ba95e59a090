r"""Many points of a model held against bounds at once: sizes over limits, as columns.

A bound in coupling space is the same for all points of one direction, one mass of N and one
nature: it is solved once for them, by itself, so that what stands beside a point does not touch
its last bits, and is what :func:`munu.atlas.verdict` says of that point.  What changes from point
to point is the size alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real
from typing import Any

import numpy as np

from munu import flavors, probes
from munu._guard import called
from munu.atlas import _edges, _mass_tables, ours, signed
from munu.atlas._bound import Bound
from munu.atlas._edges import Edges
from munu.atlas.families import FAMILIES
from munu.atlas.published import names as published_names
from munu.couplings import LARGEST, DipolePortal
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.inference.intervals import check_level
from munu.inference.record import Limit
from munu.models import get
from munu.models._matrices import Matrices, Portal
from munu.ray import Ray

# for each point whether it is excluded, and the margin
Judged = tuple[np.ndarray, np.ndarray]


@called
def margins(model: str, fixed: Mapping[str, Any], box: Mapping[str, np.ndarray],
            against: Sequence[str], level: float | None = None, *,
            within: float | None = None) -> dict[str, tuple[str, np.ndarray]]:
    """How far many points of a model lie beyond bounds, and which exclude them.

    Parameters
    ----------
    model : name
    fixed : the parameters that are one number or a word, as :func:`munu.models.get` takes them
    box : arrays (n,) of the others, internal; none of them is one point
    against : names of probes, of published limits on moments, or of families of probes
        (``recoils``), see :func:`known`; a name of both kinds (``lsnd``) is both
    level : of what munu computes; None is 0.90, or that of a claim.  A criterion has none, and a
        published limit its own
    within : relative error that a limit may have between the masses of a table, at least 0.01;
        None solves every mass.  For a scan in which each of many points has a mass of its own: a
        table solves 65 masses or more an octave, whatever is asked

    Returns
    -------
    dict of name to (unit, array (n,))
        ``margin_NAME`` [1]: size over the limit; 0 where that means nothing (above a region that
        ends, or where nothing is excluded), nan where the bound says nothing of the point; of
        several moments the one that is excluded most.  ``excluded_by``: names joined by ``;``,
        or ``-``.

    Raises
    ------
    UnknownName, DomainError
        Of any of the points.

    >>> made = margins("leptoquark", {"m_LQ": "1TeV", "y1": 1.0, "M_N": "1keV"},
    ...                {"y2": np.array([0.01, 3.0])}, ["xenonnt", "donut_nutau"])
    >>> [f"{x:.3g}" for x in made["margin_xenonnt"][1]]
    ['0.175', '52.6']
    >>> made["excluded_by"][1].tolist()
    ['-', 'xenonnt']
    """
    if within is not None:
        check_within(within)
    level = None if level is None else check_level(level)
    names = known(against)
    for what, given in (("fixed", fixed), ("box", box)):
        if not isinstance(given, Mapping):
            raise DomainError(f"{what} = {given!r} must be a mapping of parameters")
    twice = next((k for k in box if k in fixed), None)
    if twice is not None:
        raise DomainError(f"parameter {twice} is given twice: fixed, and in the box")
    bounds = _bounds(tuple(against), level)
    shapes = {np.shape(x) for x in box.values()}
    # an empty box is the one point of the fixed parameters
    n = (1,) if not box else shapes.pop() if len(shapes) == 1 else ()
    if len(n) != 1:
        raise DomainError("the arrays of a box must be of one length; they are of "
                          + (", ".join(f"{k} {np.shape(x)}" for k, x in box.items()) or "none"))
    none = np.zeros(n, dtype=bool), np.full(n, np.nan)
    found = dict.fromkeys(names, none)
    for where, point in _alike(model, fixed, box, n[0]):
        for bound in bounds:
            for i, judged in _all(point, bound, within):
                out, margin = (x.copy() for x in found[bound.name])
                at = where[i]
                out[at], margin[at] = _edges.stricter((out[at], margin[at]), judged)
                found[bound.name] = out, margin
    return {**{f"margin_{k}": ("1", x) for k, (_, x) in found.items()},
            "excluded_by": ("", _edges.named([(k, x) for k, (x, _) in found.items()], n[0]))}


def check_within(within: float) -> None:
    """Whether it is a relative error of a table.  Raises DomainError."""
    if not isinstance(within, Real) or not _mass_tables.FINEST <= within < 1:
        raise DomainError(f"within = {within!r} must be a relative error from "
                          f"{_mass_tables.FINEST:g} to 1")


@called
def known(against: Sequence[str]) -> tuple[str, ...]:
    """The names of bounds, a family of probes as its members.

    Raises
    ------
    UnknownName, DomainError
        A name that is not there, or one given twice.

    >>> known(["recoils", "sn1987a_cooling"])[-2:]
    ('lsnd', 'sn1987a_cooling')
    """
    if isinstance(against, str) or not isinstance(against, Iterable):
        raise DomainError(f"against = {against!r} must be a list of names, as [{against}]")
    out: list[str] = []
    for name in against:
        members = [p.name for p in ours.all_() if p.family == name] if name in FAMILIES else [name]
        if name not in FAMILIES and name not in (every := _every()):
            raise UnknownName("bound", name, every)
        out += members
    twice = next((x for x in out if out.count(x) > 1), None)
    if twice is not None:
        raise DomainError(f"{twice} is named twice")
    return tuple(out)


@called
def papers(against: Sequence[str]) -> tuple[str, ...]:
    """Keys of the papers behind bounds, by names as of :func:`margins`.

    Raises
    ------
    UnknownName, DomainError
        As :func:`known`.

    >>> papers(["xenonnt", "donut_nutau"])[0]
    'XENONnT2022'
    """
    known(against)
    return tuple(dict.fromkeys(k for b in _bounds(tuple(against), None)
                               for x in (b.probe, b.limit) if x is not None for k in x.papers))


def _every() -> tuple[str, ...]:
    return (*FAMILIES, *dict.fromkeys((*probes.names(), *published_names())))


@lru_cache(maxsize=16)
def _bounds(against: tuple[str, ...], level: float | None) -> tuple[Bound, ...]:
    """What stands behind names, made once."""
    made = {p.name: p for p in ours.all_()} if set(against) & set(FAMILIES) else {}
    out = []
    for name in known(against):
        if name in probes.names():
            out.append(Bound.computed(made.get(name) or probes.get(name), level))
        if name in published_names():
            out.append(Bound.published(name))
    return tuple(out)


# ---- what the points are -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Points:
    """Points of a model whose neutrinos mix alike."""

    matrices: Matrices
    mixing: Mixing
    U: np.ndarray
    n: int


def _alike(model: str, fixed: Mapping[str, Any], box: Mapping[str, np.ndarray], n: int
           ) -> Iterator[tuple[np.ndarray, _Points]]:
    """Points in blocks of one mixing; most often all of them."""
    box = {k: np.broadcast_to(x, (n,)) for k, x in box.items()}
    if "delta" in box and hasattr(type(get(model, **fixed, **{k: x[0] for k, x in box.items()})),
                                  "fit"):
        # the phase of the fit is that of the Sun's neutrinos too
        values, which = np.unique(box["delta"], return_inverse=True)
        for i, value in enumerate(values):
            where = np.flatnonzero(which == i)
            here = {k: x[where] for k, x in box.items() if k != "delta"}
            yield where, _points(model, {**fixed, "delta": float(value)}, here, where.size)
        return
    yield np.arange(n), _points(model, fixed, box, n)


def _points(model: str, fixed: Mapping[str, Any], box: Mapping[str, np.ndarray], n: int) -> _Points:
    point = get(model, **fixed, **box)
    # what is no finite number is said below
    with np.errstate(all="ignore"):
        made = point.matrices()
    for what in ("mu", "eps", "charge", "r2"):
        x = getattr(made, what)
        if x is not None and not np.all(np.isfinite(x)):
            raise DomainError(f"{model}: {what} is no finite number here; a parameter is too large "
                              "or too small to compute with")
    mixing = getattr(point, "fit", None) or flavors.mixing()
    # of a model with a fit its own matrix, Majorana phases and all
    return _Points(made, mixing, point.U if hasattr(point, "fit") and hasattr(point, "U") else
                   mixing.U, n)


def _all(points: _Points, bound: Bound, within: float | None
         ) -> Iterator[tuple[np.ndarray, Judged]]:
    """What a bound says: numbers of points, and the judgement of them."""
    for portal in points.matrices.portals:
        yield from _of_portal(portal, points, bound, within)
    yield from _of_light(points, bound)
    for kind, matrix in (("charge", points.matrices.charge), ("radius", points.matrices.r2)):
        if matrix is not None and bound.probe is not None:
            yield from _of_signed(kind, matrix, points, bound)


# ---- moments to N --------------------------------------------------------------------------------


def _of_portal(portal: Portal, points: _Points, bound: Bound, within: float | None
               ) -> Iterator[tuple[np.ndarray, Judged]]:
    n = points.n
    there = np.flatnonzero(np.broadcast_to(portal.there, (n,)))
    if not there.size:
        return
    mu, M_N = (np.broadcast_to(x, (n,))[there] for x in (portal.mu, portal.M_N))
    word = portal.flavor if isinstance(portal.flavor, str) else None
    direction = np.zeros((there.size, 0), dtype=complex) if word else \
        np.broadcast_to(np.asarray(portal.flavor), (n, 3))[there].astype(complex)
    bad = ~(np.isfinite(mu) & (mu >= 0) & (mu <= LARGEST) & np.isfinite(M_N) & (M_N >= 0)
            & np.isfinite(direction).all(axis=1))
    if bad.any():
        # in the words of the record itself
        i = int(np.argmax(bad))
        DipolePortal(float(mu[i]), float(M_N[i]), word or tuple(direction[i]))
    keys = np.column_stack([M_N, direction.real, direction.imag])
    rows, which = (keys[:1], np.zeros(len(keys), dtype=int)) if np.all(keys == keys[0]) else \
        np.unique(keys, axis=0, return_inverse=True)
    which = which.ravel()
    if within is not None and bound.probe is not None and word:
        edges = _mass_tables.edges(bound, rows[:, 0], word, portal.nature, points.mixing, within)
    else:
        edges = Edges.of([bound.at(float(x[0]), word or _tuple(x[1:]), portal.nature,
                                   points.mixing) for x in rows])
    yield there, edges.take(which).judged(mu)


def _tuple(x: np.ndarray) -> tuple[complex, ...]:
    """A direction as a portal of one point has it: real where it is."""
    return tuple(a if b == 0 else complex(a, b) for a, b in zip(
        x[:3].tolist(), x[3:].tolist(), strict=True))


# ---- moments among the light neutrinos, charges and radii ---------------------------------------


def _of_light(points: _Points, bound: Bound) -> Iterator[tuple[np.ndarray, Judged]]:
    m = points.matrices
    given = [x for x in (m.mu, m.eps) if x is not None and np.any(x)]
    if not given or m.nature is None:
        return
    zero = np.zeros((points.n, 3, 3), dtype=complex)
    parts = [zero if x is None else zero + x for x in (m.mu, m.eps)]
    if m.basis == "mass":
        left = points.U.conj()
        right = np.swapaxes(left, -1, -2) if m.nature == "majorana" else np.eye(3)
        parts = [left @ x @ right for x in parts]
    lam = parts[0] - 1j * parts[1]
    size = np.abs(lam).max(axis=(1, 2))
    there = np.flatnonzero(size > 0)
    lam, size = lam[there], size[there]
    if bound.probe is None:
        judged = bound.effective(lam.conj() @ np.swapaxes(lam, -1, -2), points.mixing, m.nature)
    else:
        judged = _along(bound, lam, size, m.nature)
    if judged is not None:
        yield there, judged


def _along(bound: Bound, lam: np.ndarray, size: np.ndarray, nature: str) -> Judged:
    """Along each direction that there is, solved by itself."""
    unit = lam / size[:, None, None] + 0.0
    flat = np.ascontiguousarray(unit.reshape(len(unit), 9))
    rows, which = np.unique(flat.view(float), axis=0, return_inverse=True)
    inside, margin = np.zeros(size.size, dtype=bool), np.full(size.size, np.nan)
    for i, row in enumerate(rows):
        found = bound.along(Ray(kind=nature, along="moments", nature=nature,
                                direction=row.view(complex).reshape(3, 3)))
        if found is None:
            continue
        at = np.flatnonzero(which.ravel() == i) if len(rows) > 1 else np.arange(size.size)
        edges = Edges.of([(found.excluded_at(0.0), False)]).take(np.zeros(at.size, dtype=int))
        inside[at] = edges.judged(size[at])[0]
        margin[at] = _edges.over(size[at], float(found.upper[0]))
    return inside, margin


@dataclass(frozen=True, eq=False)
class _One:
    """One bound, asked as :mod:`munu.atlas.ours` asks all."""

    bound: Bound

    def along(self, ray: Ray) -> tuple[list[Limit], dict[str, str]]:
        found = self.bound.along(ray)
        return [] if found is None else [found], {}


def _of_signed(kind: str, matrix: np.ndarray, points: _Points, bound: Bound
               ) -> Iterator[tuple[np.ndarray, Judged]]:
    """Charges or radii; signs and the Standard Model's part are judged point by point."""
    every = np.broadcast_to(matrix, (points.n, 3, 3))
    if points.matrices.basis == "mass":
        left = np.broadcast_to(points.U, every.shape).conj()
        every = left @ every @ np.swapaxes(left.conj(), -1, -2)
    for i in np.flatnonzero(np.any(every, axis=(1, 2))):
        for _, out, margin in signed.computed(kind, every[i], {}, _One(bound)):
            yield np.array([i]), (np.array([out]), np.array([margin]))
