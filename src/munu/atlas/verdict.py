"""What all limits say of one point: which exclude it, by what margin, on what assumption."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from munu import flavors
from munu._guard import called
from munu.atlas import assumptions, ours, signed, speaks
from munu.atlas.charges import charges, radii
from munu.atlas.published import published
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.inference import limit, region
from munu.inference.record import Limit
from munu.models.model import Constraint, Model, NotPredicted
from munu.probes.probe import Probe
from munu.ray import PARAMETERS, Ray


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One limit's word on a point: excluded or not, and mu over the limit.

    Above a region that ends the margin means nothing and is 0.  ``kind`` is ``limit`` for one of
    the map, ``constraint`` for one of the model itself; of that the margin is how far its value has
    gone on the way to the edge: 1 at the edge, 0 where this means nothing.  ``certainty`` and
    ``checked`` are those of a published reading; of a constraint and of a limit of munu's own
    certainty is empty, and the latter is ``computed``.  ``rests`` are those of its assumptions that
    have a name, see :mod:`munu.atlas.assumptions`.
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
    rests: tuple[assumptions.Rest, ...] = ()


class Verdicts(list[Verdict]):
    """Verdicts, the strictest first; ``unsaid`` names what could not be compared, and why."""

    def __init__(self, found: Iterable[Verdict] = (), unsaid: Mapping[str, str] | None = None):
        super().__init__(found)
        self.unsaid = dict(unsaid or {})

    @property
    def excluded(self) -> bool:
        """Whether any of them excludes the point."""
        return any(v.excluded for v in self)

    def __repr__(self) -> str:
        """One line: how many exclude, the strictest, how many could not be compared."""
        if not self:
            said = "none that speaks of the point"
        else:
            first, many = self[0], sum(v.excluded for v in self)
            said = f"{many or 'none'} of {len(self)} exclude{'' if many > 1 else 's'} the point, " \
                f"the {'strictest' if many else 'closest'} {first.name} at {first.margin:.3g} " \
                "times its limit"
        return f"<Verdicts: {said}; {len(self.unsaid)} not compared>"


@called
def verdict(couplings: DipolePortal | Couplings | Model,
            limits: Limit | Iterable[Limit] | None = None, *, mixing: Mixing | None = None,
            computed: bool | Probe | None = None) -> Verdicts:
    """What each limit says of a point, the strictest first.

    Parameters
    ----------
    couplings : DipolePortal; Couplings, whose moments are held as effective ones against the
        limits at M_N = 0, charges and radii against theirs (:mod:`munu.atlas.signed`) and portals
        as portals; or a Model,
        whose own constraints are then among the verdicts
    limits : default all published ones that stand
    mixing : of the Sun and of moments among the light neutrinos, default NuFIT 6.0 NO
    computed : whether the limits of every recoil probe with data and of stars and epochs take part,
        computed at the point; default where no ``limits`` are given.  Or one Probe that is asked
        in place of all of them, such as ``munu.probes.get("bbn", T_RH="10 MeV")``

    Returns
    -------
    Verdicts, a list of Verdict; every limit speaks for every flavor and mass for which its own
    flavor state and kinematics let it, see :mod:`munu.atlas.speaks`, and the others are ``unsaid``

    Raises
    ------
    DomainError

    >>> from munu.units import MeV
    >>> found = verdict(DipolePortal(1e-8, 10 * MeV, "mu"))
    >>> any(v.excluded for v in found)
    True
    """
    limits = None if limits is None else speaks.limits(limits)
    own = limits is None if computed is None else computed
    unsaid: dict[str, str] = {}
    if isinstance(couplings, Model):
        out = [_own(x) for x in couplings.constraints()]
        # a model of masses alone meets no limit of the map
        with suppress(NotPredicted):
            made = couplings.couplings()
            fit = getattr(couplings, "fit", None)
            if isinstance(made, Couplings) and made.basis == "mass" and fit is not None:
                # its own mixing matrix, Majorana phases and all
                made = made.in_basis("flavor", couplings.U)
            found = verdict(made, limits, mixing=mixing or fit, computed=own)
            out += found
            unsaid |= found.unsaid
    else:
        out = _of_light(Couplings.of(couplings), limits, mixing or flavors.mixing(), own, unsaid)
    return Verdicts(sorted(out, key=lambda v: (not v.excluded, -v.margin)), unsaid)


def _said(x: Limit, excluded, margin) -> Verdict:
    # rows of charges say in a remark what limits say as assumptions
    remark = (str(x.meta["remark"]),) if x.meta.get("remark") else ()
    return Verdict(name=x.name, excluded=bool(excluded), margin=float(margin), level=x.level,
                   statistic=x.statistic, assumptions=(*x.assumptions, *remark),
                   certainty="" if x.ours else x.certainty,
                   checked="computed" if x.ours else x.checked, papers=x.papers,
                   rests=assumptions.rests(x))


@dataclass(frozen=True)
class _Alone:
    """One probe that is asked as :mod:`munu.atlas.ours` asks all."""

    probe: Probe

    def of_portal(self, portal: DipolePortal) -> tuple[list[Limit], dict[str, str]]:
        return [limit(self.probe, M_N=portal.M_N, flavor=portal.flavor, nature=portal.nature,
                      expected=False, scan=False)], {}

    def along(self, ray: Ray) -> tuple[list[Limit], dict[str, str]]:
        return [limit(self.probe, ray, expected=False, scan=False)], {}


def _of_portal(portal: DipolePortal, limits: Iterable[Limit], mixing: Mixing,
               unsaid: dict[str, str]) -> list[Verdict]:
    out, C = [], portal.with_(mu=1.0).trace_matrix
    for x in limits:
        try:
            found = speaks.held(x, portal.M_N, C, mixing, portal.nature)
        except DomainError as why:
            unsaid[x.name] = str(why)
            continue
        inside = region.contains(found, portal.mu)
        # where the data of a function end, not what is allowed beyond
        known = max((i.high for i in found if i.high_ends), default=np.inf)
        if x.shape == "function" and x.ours and portal.mu > known:
            unsaid[x.name] = f"nothing is computed above {known:.3g} mu_B"
            continue
        # of several regions the edge is that of the one that holds the point
        held = [i for i in found if region.contains((i,), portal.mu)] or found
        edge = min((i.low for i in held if not i.low_ends), default=np.inf)
        # above a region that ends the distance to its lower edge means nothing
        known = np.isfinite(edge) and (inside or portal.mu < edge)
        out.append(_said(x, inside, _over(portal.mu, edge) if known else 0.0))
    return out


def _of_light(c: Couplings, limits: list[Limit] | None, mixing: Mixing, computed: bool | Probe,
              unsaid: dict[str, str]) -> list[Verdict]:
    """Moments as effective ones, charges and radii of the flavors, and the portals beside."""
    given, asked = limits is not None, _Alone(computed) if isinstance(computed, Probe) else ours
    standing = limits if limits is not None else published(status="standing")
    out = []
    many = len(c.portals) + int(c.mu.any() or c.eps.any())
    if c.portals and many > 1:
        unsaid["the sum of all moments"] = \
            f"{many} moments, to N and among the light, are judged one by one; their rates add"
    for p in c.portals:
        made, why = asked.of_portal(p) if computed else ([], {})
        unsaid |= why
        out += _of_portal(p, [*standing, *made], mixing, unsaid)
    if c.mu.any() or c.eps.any():
        lam = c.amplitude(mixing.U)
        C = lam.conj() @ lam.T
        for x in standing:
            try:
                if x.axis is not None:
                    raise DomainError("it is on a heavy N")
                if x.nature and x.nature != c.nature:
                    raise DomainError(f"it holds for {x.nature}, not {c.nature}")
                if not (x.flavor in flavors.NAMES or "effective" in x.meta):
                    raise DomainError("it does not say which neutrinos it saw")
                mu = speaks.share(x, C, mixing, c.nature)
            except DomainError as why:
                unsaid[x.name] = str(why)
                continue
            out.append(_said(x, x.contains(0.0, mu), _over(mu, x.upper[0])))
        if computed:
            size = np.abs(lam).max()
            ray = Ray(kind=str(c.nature), along="moments", direction=lam / size, nature=c.nature)
            made, why = asked.along(ray)
            unsaid |= why
            out += [_said(x, x.contains(0.0, size), _over(size, x.upper[0])) for x in made]
    flat = c.in_basis("flavor", mixing.U)
    for kind, matrix, rows in (("charge", flat.charge, charges), ("radius", flat.r2, radii)):
        if matrix.any():
            theirs = rows() if not given else \
                [x for x in standing if x.parameter == PARAMETERS[kind]]
            held = signed.published(kind, matrix, theirs, unsaid)
            held += signed.computed(kind, matrix, unsaid, asked) if computed else []
            out += [_said(*x) for x in held]
    return out


def _over(size: float, edge: float) -> float:
    """How far beyond the edge; infinite where that is 0."""
    return float(size / edge) if edge else np.inf if size else 0.0


def _own(x: Constraint) -> Verdict:
    """A constraint of a model as a verdict."""
    value = np.asarray(x.predicted)
    if value.ndim:
        raise DomainError(f"a verdict is on one point; {x.observable} holds {value.size}")
    return Verdict(name=x.observable, excluded=bool(x.excludes),
                   margin=_margin(float(value), x.low, x.high), level=x.level,
                   statistic="constraint", assumptions=(x.note,) if x.note else (),
                   certainty="", checked=x.checked,
                   papers=(x.source,) if x.source else (), kind="constraint")


def _margin(value: float, low: float | None, high: float | None) -> float:
    if low is not None and high is not None and high > low:
        return abs(value - (low + high) / 2) / ((high - low) / 2)
    if high is not None and high > 0:
        return max(value / high, 0.0)
    if low is not None and low > 0 and value > 0:
        return low / value
    return 0.0
