"""What all limits say of one point: which exclude it, by what margin, on what assumption."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from munu import flavors
from munu.atlas.charges import charges
from munu.atlas.combine import implies
from munu.atlas.moments import of_limit
from munu.atlas.published import published
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.inference.record import Limit
from munu.models.model import Constraint, Model, NotPredicted


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One limit's word on a point: excluded or not, and mu over the limit.

    ``kind`` is ``limit`` for one of the map, ``constraint`` for one of the model itself; of that
    the margin is how far its value has gone on the way to the edge: 1 at the edge, 0 where this
    means nothing.
    """

    name: str
    excluded: bool
    margin: float
    level: float | None
    statistic: str
    assumptions: tuple[str, ...]
    certainty: str
    checked: str
    papers: tuple[str, ...]
    kind: str = "limit"


def verdict(couplings: DipolePortal | Couplings | Model, limits: Iterable[Limit] | None = None, *,
            mixing: Mixing | None = None) -> list[Verdict]:
    """What each limit says of a point, the strictest first.

    Parameters
    ----------
    couplings : DipolePortal; Couplings, whose moments are held as effective ones against the
        limits at M_N = 0, with charges against theirs and its portals as portals; or a Model,
        whose own constraints are then among the verdicts
    limits : default all published ones that stand
    mixing : of moments among the light neutrinos, default NuFIT 6.0 NO

    Returns
    -------
    list of Verdict; limits without an axis hold for M_N = 0 alone

    Raises
    ------
    DomainError

    >>> from munu.units import MeV
    >>> found = verdict(DipolePortal(1e-8, 10 * MeV, "mu"))
    >>> any(v.excluded for v in found)
    True
    """
    limits = None if limits is None else list(limits)
    if isinstance(couplings, Model):
        out = [_own(x) for x in couplings.constraints()]
        # a model of masses alone meets no limit of the map
        with suppress(NotPredicted):
            made = couplings.couplings()
            own = getattr(couplings, "fit", None)
            if isinstance(made, Couplings) and made.basis == "mass" and own is not None:
                # its own mixing matrix, Majorana phases and all
                made = made.in_basis("flavor", couplings.U)
            out += verdict(made, limits, mixing=mixing or own)
    elif isinstance(couplings, DipolePortal):
        out = _of_portal(couplings, published(status="standing") if limits is None else limits)
    elif isinstance(couplings, Couplings):
        out = _of_light(couplings, limits, mixing or flavors.mixing())
    else:
        raise DomainError("a verdict is on a DipolePortal, Couplings or a Model, not on "
                          f"{type(couplings).__name__}")
    return sorted(out, key=lambda v: (not v.excluded, -v.margin))


def _said(x: Limit, excluded, margin) -> Verdict:
    # rows of charges say in a remark what limits say as assumptions
    remark = (str(x.meta["remark"]),) if x.meta.get("remark") else ()
    return Verdict(name=x.name, excluded=bool(excluded), margin=float(margin), level=x.level,
                   statistic=x.statistic, assumptions=(*x.assumptions, *remark),
                   certainty=x.certainty, checked=x.checked, papers=x.papers)


def _of_portal(portal: DipolePortal, limits: Iterable[Limit]) -> list[Verdict]:
    out = []
    for x in limits:
        if x.parameter != "mu" or not implies(x, portal.flavor):
            continue
        if (x.axis is None) != (portal.M_N == 0) and x.axis is None:
            continue
        if portal.nature and x.nature and portal.nature != x.nature:
            continue
        inside = x.contains(portal.M_N, portal.mu)
        edge = float(x.at(portal.M_N)[0])
        # beside a closed region the distance to its lower edge means nothing
        known = np.isfinite(edge) and (inside or x.shape != "polygon" or portal.mu < edge)
        out.append(_said(x, inside, portal.mu / edge if known else 0.0))
    return out


def _of_light(c: Couplings, limits: list[Limit] | None, mixing: Mixing) -> list[Verdict]:
    """Moments as effective ones, charges of the flavors, and the portals beside.

    Radii are left out: published ones do not all say whether the Standard Model's is inside.
    """
    given = limits is not None
    standing = limits if given else published(status="standing")
    out = [v for p in c.portals for v in _of_portal(p, standing)]
    if c.mu.any() or c.eps.any():
        for x in standing:
            if x.parameter != "mu" or x.axis is not None or not _one_state(x) \
                    or (x.nature and x.nature != c.nature):
                continue
            mu = np.sqrt(c.weight(of_limit(x, mixing), mixing.U))
            out.append(_said(x, x.contains(0.0, mu), mu / x.upper[0]))
    if c.charge.any():
        flat = c.in_basis("flavor", mixing.U)
        out += _intervals([x for x in limits if x.parameter == "q"] if given else charges(),
                          dict(zip(flavors.NAMES, np.diag(flat.charge).real, strict=True)))
    return out


def _one_state(x: Limit) -> bool:
    """Whether a limit at M_N = 0 says which neutrinos it saw."""
    return x.flavor in flavors.NAMES or (str(x.meta.get("effective")) == "solar"
                                         and "recoil" in x.meta)


def _intervals(limits: Iterable[Limit], values: dict[str, float]) -> list[Verdict]:
    """Signed values of the flavors against intervals; what the Sun mixes needs one value."""
    out = []
    for x in limits:
        if x.flavor in values:
            value = values[x.flavor]
        elif x.flavor == "all" or (x.flavor == "solar" and np.ptp(list(values.values())) == 0):
            value = max(values.values(), key=abs)
        else:
            continue
        edge = float(x.upper[0] if value > 0 else x.lower[0])
        known = np.isfinite(edge) and edge * value > 0
        out.append(_said(x, x.contains(0.0, value), value / edge if known else 0.0))
    return out


def _own(x: Constraint) -> Verdict:
    """A constraint of a model as a verdict."""
    value = np.asarray(x.predicted)
    if value.ndim:
        raise DomainError(f"a verdict is on one point; {x.observable} holds {value.size}")
    return Verdict(name=x.observable, excluded=bool(x.excludes),
                   margin=_margin(float(value), x.low, x.high), level=x.level,
                   statistic="constraint", assumptions=(x.note,) if x.note else (),
                   certainty="A" if x.checked == "table" else "B", checked=x.checked,
                   papers=(x.source,) if x.source else (), kind="constraint")


def _margin(value: float, low: float | None, high: float | None) -> float:
    if low is not None and high is not None and high > low:
        return abs(value - (low + high) / 2) / ((high - low) / 2)
    if high is not None and high > 0:
        return max(value / high, 0.0)
    if low is not None and low > 0 and value > 0:
        return low / value
    return 0.0
