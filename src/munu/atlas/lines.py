"""What models say in the plane of the map: a moment against M_N, and where it stops being natural.

A line is no limit: nothing is excluded on either side of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import prod
from typing import Any

import numpy as np

from munu import _plugins, grid
from munu._guard import formula
from munu.errors import DomainError, UnknownName
from munu.models import Model, NotPredicted, naturalness
from munu.models.model import check_names
from munu.units import MeV, eV, keV, parse

# no more values than this at once
_MOST = 2_000_000


@dataclass(frozen=True, eq=False, kw_only=True)
class Line:
    """A band in (M_N, mu); a line where its edges are one.

    Attributes
    ----------
    name, label : of the model or estimate; what a figure writes
    M_N : array (n,) [energy]
    lower, upper : arrays (n,) [mu_B]; nan where no point is left
    kind : ``model`` or ``naturalness``
    flavor : of the neutrino, or None
    papers : keys of the papers
    meta : parameters and conditions
    """

    name: str
    label: str
    M_N: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    kind: str = "model"
    flavor: str | None = None
    papers: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)


def model_line(model: Model | type | str, M_N=None, *, max_tuning: float | None = None,
               allowed: bool = False, points: int = 9, label: str | None = None,
               **parameters) -> Line:
    """Moments of a model against the mass of N, over ranges of its parameters.

    Parameters
    ----------
    model : name, class or one point, whose parameters then hold unless given here
    M_N : array (n,), above 0, rising [energy], or a text such as ``1keV:1MeV:60``; default 81
        from 1 keV to 100 GeV
    max_tuning : leaves out points whose tuning of the mass is worse
    allowed : leaves out points that a constraint of the model excludes
    points : of each range; logarithmic where both ends are above 0
    label : for a figure
    parameters : numbers, texts with units, pairs (low, high) of either, or several values as a
        text, ``1TeV:3TeV:9`` (:mod:`munu.grid`)

    Returns
    -------
    Line

    Notes
    -----
    Of several N, as of the seesaw, the axis is the mass of the first; the others are given, and
    the size over flavors is drawn.

    Raises
    ------
    UnknownName, DomainError, UnitError
        Besides slips: a model without N.

    >>> line = model_line("leptoquark", [1 * MeV], m_LQ=("1TeV", "3TeV"), y1=0.05, y2=1.0)
    >>> print(f"{line.lower[0]:.1e} to {line.upper[0]:.1e} mu_B")
    1.8e-12 to 1.3e-11 mu_B
    """
    masses, (cls, given) = _masses(M_N), _parts(model)
    given |= parameters
    known = {f.name: f for f in fields(cls)}
    if cls.axis not in known:
        _no_line(cls)
    if cls.axis in parameters:
        raise DomainError("give the masses of N as M_N of model_line, one array")
    check_names(cls.name, given | {cls.axis: masses}, cls)
    ranges = {k: _range(f"{cls.name}: {k}", v, known[k].metadata["unit"], points)
              for k, v in parameters.items() if isinstance(v, tuple | list)
              or (isinstance(v, str) and set(v) & set(",:") and known[k].metadata["unit"] != "")}
    rows = prod(x.size for x in ranges.values())
    if rows * masses.size > _MOST:
        raise DomainError(f"{len(ranges)} ranges of {rows} points at {masses.size} masses are "
                          f"{rows * masses.size} values; at most {_MOST}: lower points")
    # one row a point of the grid, one column a mass
    columns = {k: x.reshape(-1, 1) for k, x in zip(
        ranges, np.meshgrid(*ranges.values(), indexing="ij"), strict=True)}
    made = cls(**(given | columns | {cls.axis: masses[None, :]}))
    shape, said = (rows, masses.size), made.matrices()
    if not said.portals:
        _no_line(cls)
    first = said.portals[0]
    mu, keep = np.broadcast_to(first.mu, shape), np.array(np.broadcast_to(first.there, shape))
    if not keep.any():
        raise DomainError(f"{cls.name}: the first N has no moment here; it lies above M_W, or it "
                          "mixes with nothing, as where the lightest neutrino is massless")
    if max_tuning is not None:
        if not max_tuning > 0:
            raise DomainError(f"max_tuning = {max_tuning} must be above 0")
        keep &= np.broadcast_to(made.tuning() <= max_tuning, shape)
    if allowed:
        for c in made.constraints():
            keep &= ~np.broadcast_to(c.excludes, shape)
    some = keep.any(axis=0)
    if not some.any():
        raise DomainError(f"no point of {cls.name} is left; raise max_tuning, drop allowed or "
                          "widen the ranges")
    lower = np.where(some, np.where(keep, mu, np.inf).min(axis=0), np.nan)
    upper = np.where(some, np.where(keep, mu, -np.inf).max(axis=0), np.nan)
    flavor = getattr(made, "flavor", None)
    return Line(name=cls.name, label=label or cls.name.replace("_", " "), M_N=masses, lower=lower,
                upper=upper, kind="model", flavor=flavor if isinstance(flavor, str) else None,
                papers=tuple(cls.papers),
                meta={"parameters": parameters, "max_tuning": max_tuning, "allowed": allowed})


@formula
def naturalness_line(form: str = "talk_a", M_N=None, *, Lambda="1TeV", m_nu=0.05 * eV, mass=None,
                     label: str | None = None, **options) -> Line:
    r"""Greatest moment that leaves the masses natural, against the mass of N.

    The Dirac mass of nu and N that a seesaw bears, :math:`\sqrt{m_\nu M_N}`, or ``mass``.

    Parameters
    ----------
    form : estimate of :mod:`munu.models.naturalness`, all but ``majorana``
    M_N : array (n,), above 0, rising [energy], or a text such as ``1keV:1MeV:60``; default 81
        from 1 keV to 100 GeV
    Lambda : scale of new physics, or a pair (low, high) [energy], or texts
    m_nu : mass of the light neutrino [energy], or a text
    mass : Dirac mass that may be made, in place of the seesaw's [energy], or a text
    label : for a figure
    options : of the estimate

    Returns
    -------
    Line

    Raises
    ------
    UnknownName, DomainError, UnitError

    Source : Bell2005
    """
    masses = _masses(M_N)
    forms = [f for f in naturalness.FORMS if f != "majorana"]
    if form not in forms:
        raise UnknownName("estimate of naturalness for nu and N", form, forms)
    pair = Lambda if isinstance(Lambda, tuple | list) else (Lambda, Lambda)
    scales = grid.between("Lambda", pair, 2, "GeV")
    m_nu, mass = (parse(x, "eV", what=n) if isinstance(x, str) else x
                  for n, x in (("m_nu", m_nu), ("mass", mass)))
    m = np.sqrt(m_nu * masses) if mass is None else np.full(masses.shape, mass)
    both = np.array([naturalness.mu_max(m, scale, form, **options) for scale in scales])
    papers = {"talk_a": "BrdarTalk", "voloshin": "BrdarTalk", "talk_b": "JanaTalk"}
    return Line(name=form, label=label or f"natural ({form.replace('_', ' ')})", M_N=masses,
                lower=both.min(axis=0), upper=both.max(axis=0), kind="naturalness", flavor=None,
                papers=(papers.get(form, "Bell2005"),),
                meta={"Lambda": Lambda, "m_nu": m_nu, "mass": mass})


def _masses(M_N) -> np.ndarray:
    if M_N is None:
        return np.geomspace(1 * keV, 1e5 * MeV, 81)
    M = grid.masses(M_N) if isinstance(M_N, str) else np.atleast_1d(np.asarray(M_N, dtype=float))
    if M.ndim != 1 or not np.all(np.isfinite(M)) or np.any(M <= 0) or np.any(np.diff(M) <= 0):
        raise DomainError("M_N must be finite masses above 0 that rise")
    return M


def _parts(model) -> tuple[type, dict[str, Any]]:
    """Class and parameters of a name, a class or a point."""
    if isinstance(model, Model):
        return type(model), {k: v for k, v in model.parameters.items()
                             if k != type(model).axis}
    if isinstance(model, type) and issubclass(model, Model):
        return model, {}
    if isinstance(model, str):
        return _plugins.factory("models", model), {}
    raise DomainError(f"a model is a name, a class or a point, not {type(model).__name__}")


def _no_line(cls) -> None:
    raise NotPredicted(f"the model {cls.name} has no moment of a heavy N: it is no line against "
                       "M_N")


def _range(what: str, given, unit: str, points: int) -> np.ndarray:
    """Several values: a text in the grammar of grids, or the ends of a range."""
    return grid.values(given, unit, what) if isinstance(given, str) else \
        grid.between(what, given, points, unit)
