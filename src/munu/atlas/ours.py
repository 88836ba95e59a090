"""The limits that munu computes of a point, kept in memory: recoils with data, and the sky."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from munu import probes
from munu.atlas import own
from munu.couplings import NATURES, DipolePortal
from munu.errors import DomainError
from munu.inference import limit
from munu.inference.limits import ONE_LEVEL
from munu.inference.record import Limit
from munu.probes.probe import Probe
from munu.ray import KINDS, Ray


@cache
def _made() -> tuple[Probe, ...]:
    return tuple(probes.get(n) for n in probes.names())


@cache
def recoils() -> tuple[Probe, ...]:
    """The probes of recoils that hold data, made once: they answer to whatever scatters."""
    return tuple(p for p in _made() if p.grade in ("events", "counts") and p.rays == KINDS)


@cache
def skies() -> tuple[Probe, ...]:
    """Stars, supernovae, epochs and decays in beams: what holds a criterion or was seen, but for
    recoils, made once."""
    return tuple(p for p in _made() if p.grade in ("events", "counts", "published")
                 and p.measured is not None and "portal" in p.rays and p not in recoils())


def all_() -> tuple[Probe, ...]:
    """Every probe whose limit takes part in a verdict."""
    return (*recoils(), *skies())


@lru_cache(maxsize=4096)
def _of(probe: Probe, M_N: float, flavor: str | tuple, nature: str | None, level: float | None
       ) -> Limit:
    found = limit(probe, M_N=M_N, level=level, flavor=flavor, nature=nature, expected=False,
                  scan=False)
    return found.with_(meta={**found.meta, "label": f"{found.meta['title']}, computed"})


@lru_cache(maxsize=1024)
def _both(probe: Probe, M_N: float, flavor: str | tuple, level: float | None) -> Limit:
    made = own.both(*(_of(probe, M_N, flavor, nature, level) for nature in NATURES))
    return made.with_(meta={**made.meta, "label": f"{made.meta['title']}, computed for both "
                                                  "natures"})


def of_portal(portal: DipolePortal) -> tuple[list[Limit], dict[str, str]]:
    """Limits on the moment of a portal at its own mass, flavor and nature; 90 % where there is a
    choice.

    Beside them the names of the probes that cannot be asked, and why.  Where an answer hangs on N's
    nature and none is given, the kept bound of the map is taken: what both natures exclude.
    """
    found, why = [], {}
    for p in all_():
        try:
            found.append(at(p, portal))
        except DomainError as err:
            why[p.name] = str(err)
    return found, why


def at(probe: Probe, portal: DipolePortal, level: float | None = None) -> Limit:
    """The limit of one probe, as of :func:`of_portal`; ``level`` where there is a choice.

    Raises
    ------
    DomainError
        It cannot be asked; with the reason.
    """
    try:
        found = _of(probe, portal.M_N, portal.flavor, portal.nature, level)
        if portal.nature is None and own.natured(probe.name):
            # a probe that takes a nature where none is said: what the other one leaves is open
            return _both(probe, portal.M_N, portal.flavor, level)
        return found
    except DomainError:
        kept = _of_both(probe.name, portal) if level in (None, ONE_LEVEL) else None
        if kept is None:
            raise
        return kept


def _of_both(probe: str, portal: DipolePortal) -> Limit | None:
    """What is kept of both natures, where the mass of a portal lies among those that it knows."""
    if portal.nature is not None or portal.flavor not in own.FLAVORS \
            or probe not in own.names():
        return None
    kept = own.bound(probe, portal.flavor)
    if kept is None or kept.axis is None or not kept.meta["both"] \
            or not kept.axis[0] <= portal.M_N <= kept.axis[-1]:
        return None
    # of the map: between its masses nothing is computed
    return kept.with_(again=None, meta={
        **kept.meta, "label": f"{kept.meta['title']}, computed for both natures"})


def along(ray: Ray) -> tuple[list[Limit], dict[str, str]]:
    """Limits along moments of the light neutrinos, charges, radii; 90 % where there is a choice.

    Beside them the names of the probes that see nothing along that ray, and why.
    """
    found, why = [], {}
    for p in all_():
        if ray.kind not in p.rays:
            continue
        try:
            found.append(on(p, ray))
        except DomainError as err:
            why[p.name] = str(err)
    return found, why


def on(probe: Probe, ray: Ray, level: float | None = None) -> Limit:
    """The limit of one probe, as of :func:`along`; raises DomainError where it sees nothing."""
    return _along(probe, ray.kind, ray.along, ray.direction.tobytes(), ray.nature, level)


@lru_cache(maxsize=1024)
def _along(probe: Probe, kind: str, text: str, direction: bytes, nature: str | None,
           level: float | None) -> Limit:
    matrix = np.frombuffer(direction, dtype=complex).reshape(3, 3)
    ray = Ray(kind=kind, along=text, direction=matrix, nature=nature)
    return limit(probe, ray, level=level, expected=False, scan=False)
