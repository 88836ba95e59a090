r"""What if it is there: a moment is put in, and every probe says what it would see of it.

A probe with a likelihood has a significance, :mod:`munu.inference.injected`, and a fingerprint:
its events by bin, and the bins that tell.  One with a claim or a ceiling has a value and an edge.
Stars, supernovae and the early Universe are vetoes: whether their bounds allow the point, and on
which assumptions that rests, as :func:`munu.atlas.check` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from munu import probes, results
from munu._frozen import FrozenMap
from munu._guard import called
from munu.atlas import _injected_text, families
from munu.atlas.cheapest import Point
from munu.atlas.check import check
from munu.atlas.published import published
from munu.atlas.verdict import Verdict
from munu.couplings import Couplings
from munu.errors import DomainError, MunuError, UnknownName
from munu.inference.injected import Signature, signature
from munu.models.model import Model
from munu.probes.measured import Ceiling, Claim
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.units import keV

#: families whose bounds are vetoes
VETOES = ("stars", "supernova", "cosmology")
LEVELS = (3.0, 5.0)


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A probe without a likelihood: what it would find, and the edge of what it allows.

    Attributes
    ----------
    name, title, grade, family : of the probe
    value, edge, unit, what : what the point makes, what must not be passed, of which quantity
    level : of a claim, or None
    projection : whether nobody has looked yet: beyond the edge it would be seen
    assumptions, papers : of the probe
    """

    name: str
    title: str
    grade: str
    family: str
    value: float
    edge: float
    unit: str
    what: str
    level: float | None = None
    projection: bool = False
    assumptions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """The value over the edge."""
        return self.value / self.edge if self.edge else np.inf

    @property
    def passed(self) -> bool:
        """Whether the value is beyond the edge: excluded, or of a projection within reach."""
        return self.value > self.edge

    @property
    def exposure(self) -> float:
        """How many times its exposure a projection of events takes to its edge; else nan."""
        counted = self.projection and self.unit in ("events", "showers")
        return (self.edge / self.value if self.value > 0 else np.inf) if counted else np.nan


@dataclass(frozen=True, eq=False, kw_only=True)
class Injection:
    """A moment that was put in, and what every probe says of it.

    Attributes
    ----------
    point : what was put in, as words
    signatures : probes with a likelihood, the most significant first
    criteria : other probes of recoils and beams, the furthest beyond its edge first
    vetoes : verdicts of stars, supernovae and the early Universe, the strictest first
    families : name of a veto to its family
    combined : by ``data`` and ``projections``: the root of the sum of squares of what independent
        probes would see, and ``against``, the sum of what was seen in data
    left_out : name to reason
    papers : keys, of what sees, excludes or vetoes it
    """

    point: Mapping[str, Any]
    signatures: tuple[Signature, ...]
    criteria: tuple[Criterion, ...] = ()
    vetoes: tuple[Verdict, ...] = ()
    families: Mapping[str, str] = field(default_factory=FrozenMap)
    combined: Mapping[str, float] = field(default_factory=FrozenMap)
    left_out: Mapping[str, str] = field(default_factory=FrozenMap)
    papers: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Signature:
        """What one probe with a likelihood says.  Raises UnknownName."""
        for s in self.signatures:
            if s.name == name:
                return s
        raise UnknownName("probe with a likelihood", name, [s.name for s in self.signatures])

    @property
    def vetoed(self) -> tuple[Verdict, ...]:
        """The vetoes that exclude the point."""
        return tuple(v for v in self.vetoes if v.excluded)

    def rows(self) -> list[dict[str, Any]]:
        """A row a probe or veto: significances first, then criteria, then vetoes."""
        return _injected_text.rows(self)

    @property
    def columns(self) -> results.Columns:
        """The rows as columns."""
        return _injected_text.columns(self)

    def to_table(self, path: Any = None) -> Any:
        """See :func:`munu.results.to_table`."""
        about = {k: x for k, x in self.as_dict().items() if k not in ("rows", "fingerprints")}
        return results.to_table(self.columns, path, about)

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON knows it; null is infinite or not known."""
        return _injected_text.as_dict(self)

    def __repr__(self) -> str:
        top = next(iter(self.signatures), None)
        said = "no probe with a likelihood sees it" if top is None or not top.discovers > 0 else \
            f"{top.name} would see it at {top.discovers:.3g} sigma"
        return (f"<Injection {', '.join(f'{k} = {x}' for k, x in self.point.items())}: {said}, "
                f"{len(self.vetoed)} of {len(self.vetoes)} vetoes exclude it>")

    def __str__(self) -> str:
        return "\n".join(_injected_text.lines(self))

    def _repr_html_(self) -> str:
        return results.html(repr(self).strip("<>"), [
            {k: x for k, x in r.items() if k != "rests_on"} for r in self.rows()])


@called
def inject(point: Point, among: str | Probe | Iterable[str | Probe] | None = None, *,
           levels: Sequence[float] = LEVELS, about: Mapping[str, Any] | None = None) -> Injection:
    """Put a moment in and ask every probe at once what it would see.

    Parameters
    ----------
    point : DipolePortal, or Couplings, or a point of a Model, with one moment: to one N or among
        the light neutrinos
    among : probes, or their names, in place of all; vetoes are asked only where this is None
    levels : significances for which an exposure is asked, above 0
    about : what to say of the point

    Returns
    -------
    Injection

    Raises
    ------
    DomainError, UnknownName

    Source : Cowan2011

    >>> import munu
    >>> found = inject(munu.DipolePortal(2e-11, 0.0), "xenonnt")
    >>> f"{found['xenonnt'].discovers:.1f}"
    '5.2'
    """
    ray, size = _ray(point)
    wanted = tuple(float(z) for z in levels)
    if any(not 0 < z < np.inf for z in wanted):
        raise DomainError(f"levels = {levels!r} must be above 0, in standard deviations, as 3 and "
                          "5")
    asked, everything = _asked(among), among is None
    signatures: list[Signature] = []
    criteria: list[Criterion] = []
    bounds: list[Probe] = []
    why: dict[str, str] = {}
    for p in asked:
        if everything and p.family in VETOES and p.grade != "sensitivity":
            bounds.append(p)
            continue
        if everything and p.family in VETOES and not p.derived:
            why[p.name] = "waits for the next supernova, and takes long; name it to ask it"
            continue
        try:
            if p.derived:
                criteria.append(_criterion(p, ray, size))
            else:
                _looked(p)
                signatures.append(signature(p, ray, size, levels=wanted))
        except MunuError as err:
            why[p.name] = " ".join(str(err).split())
    vetoes: tuple[Verdict, ...] = ()
    kinds: dict[str, str] = {}
    if everything:
        found, known = check(point), _family()
        kinds = {v.name: known[v.name] for v in found.verdict
                 if known.get(v.name) in VETOES and v.kind == "limit"}
        vetoes = tuple(v for v in found.verdict if v.name in kinds)
        why |= {n: x for n, x in found.not_compared.items() if known.get(n) in VETOES}
        why |= {p.name: p.otherwise or "says nothing of this point" for p in bounds
                if p.name not in kinds and p.name not in why}
    signatures.sort(key=lambda s: -np.nan_to_num(s.discovers, nan=-1.0))
    criteria.sort(key=lambda c: -c.ratio)
    return Injection(
        point=FrozenMap(about or _words(ray, size)), signatures=tuple(signatures),
        criteria=tuple(criteria), vetoes=vetoes, families=FrozenMap(kinds),
        combined=FrozenMap(_combined(signatures)), left_out=FrozenMap(why),
        papers=tuple(dict.fromkeys((*(k for s in signatures if s.excluded
                                      or s.discovers >= _injected_text.SEEN for k in s.papers),
                                    *(k for v in vetoes if v.excluded for k in v.papers),
                                    "Cowan2011"))))


def _ray(point: Point) -> tuple[Ray, float]:
    """The point as a size along a ray."""
    if isinstance(point, Model):
        made, U = point.couplings(), getattr(point, "U", None)
        # its own mixing matrix, Majorana phases and all
        c = made.in_basis("flavor", U) if isinstance(made, Couplings) and made.basis == "mass" \
            and U is not None else Couplings.of(made)
    else:
        c = Couplings.of(point)
    if c.charge.any() or c.r2.any():
        raise DomainError("what is put in is a moment; of charges and radii ask munu.limit along q "
                          "or r2, and munu.atlas.check")
    light = c.mu.any() or c.eps.any()
    many = len(c.portals) + int(light)
    if many != 1:
        raise DomainError(f"the point has {many} moments, to N and among the light neutrinos; put "
                          "one in at a time")
    if not light:
        (p,) = c.portals
        return Ray.portal(p.M_N, p.flavor, p.nature, p.mixing), float(p.mu)
    lam = c.mu - 1j * c.eps
    size = float(np.abs(lam).max())
    return Ray(kind=str(c.nature), along="moments", direction=lam / size, nature=c.nature,
               basis=c.basis), size


def _words(ray: Ray, size: float) -> dict[str, Any]:
    if ray.kind != "portal":
        return {"mu": f"{size:g}", "along": "moments of light neutrinos", "nature": ray.nature}
    (m,) = np.asarray(ray.masses).tolist()
    return {"mu": f"{size:g}", "M_N": f"{m / keV:g} keV" if m else "0", "flavor": ray.flavor,
            **({} if ray.nature is None else {"nature": ray.nature})}


@cache
def _made() -> tuple[Probe, ...]:
    return tuple(probes.get(n) for n in probes.names())


def _asked(among: str | Probe | Iterable[str | Probe] | None) -> tuple[Probe, ...]:
    if among is None:
        return _made()
    many = (among,) if isinstance(among, str | Probe) else tuple(among)
    if not many:
        raise DomainError("among is empty; leave it out for every probe, or name some")
    for p in many:
        if not isinstance(p, str | Probe):
            raise DomainError(f"among holds {p!r}; it must hold probes or their names")
    return tuple(p if isinstance(p, Probe) else probes.get(p) for p in many)


def _looked(p: Probe) -> None:
    """Refuse what holds neither data nor a background for a projection."""
    if p.grade == "needs_data":
        raise DomainError(f"needs data: {'; '.join(p.assumptions[:1])}")
    if p.measured is None and p.grade != "sensitivity":
        raise DomainError(f"{p.grade}: it holds no data" + "".join(
            f"; {a}" for a in p.assumptions[:1]))


def _criterion(p: Probe, ray: Ray, size: float) -> Criterion:
    m = p.measured
    value = float(p.expected(ray).values(np.array([size]), np.zeros(1, dtype=int))[0, 0])
    if isinstance(m, Ceiling):
        edge, level, projection = m.value, None, False
    elif isinstance(m, Claim) and np.isfinite(m.high):
        edge, level, projection = m.high, m.level, m.projection
    else:
        raise DomainError(f"{p.name} holds no edge from above")
    return Criterion(name=p.name, title=p.title, grade=p.grade, family=p.family, value=value,
                     edge=edge, unit=m.unit, what=m.what, level=level, projection=projection,
                     assumptions=p.assumptions, papers=p.papers)


@cache
def _family() -> dict[str, str]:
    """The family of every bound that a verdict may name: published, and munu's own."""
    return {x.name: families.of(x) for x in published()} | {p.name: p.family for p in _made()}


def _combined(many: Sequence[Signature]) -> dict[str, float]:
    """Significances of independent probes in quadrature; of those with data in common the best."""
    out = {}
    for name, grades in (("data", ("events", "counts")), ("projections", ("sensitivity",))):
        used: set[str] = set()
        total = 0.0
        for s in sorted(many, key=lambda s: -np.nan_to_num(s.discovers, nan=-1.0)):
            sky = s.family in VETOES and name == "data"
            if s.grade in grades and not sky and np.isfinite(s.discovers) \
                    and not used & {*s.data}:
                used |= {*s.data}
                total += s.discovers**2
        out[name] = float(np.sqrt(total))
    held = [s for s in many if s.grade in ("events", "counts") and s.family not in VETOES]
    return out | {"against": float(sum(s.against for s in held if np.isfinite(s.against)))}
