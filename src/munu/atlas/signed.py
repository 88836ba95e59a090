"""Charges and radii of a point against bounds on them: signed sizes against intervals.

A bound on one flavor speaks of that flavor.  One on all of them together (the Sun's neutrinos)
needs one value for all; one on each of them (stars) takes the largest.  Radii are what a model
adds to the Standard Model's; published ones do not all say whether that is inside, so each is
asked both ways and has a say only where both answers are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from munu import flavors
from munu.atlas import ours
from munu.errors import DomainError
from munu.inference import region
from munu.inference.record import Limit
from munu.inference.region import Intervals
from munu.ray import PARAMETERS, Ray
from munu.weak import r2_sm

Held = tuple[Limit, bool, float]


def published(kind: str, matrix: np.ndarray, limits: Iterable[Limit], unsaid: dict[str, str]
              ) -> list[Held]:
    """What bounds say of charges or radii: each bound, whether it excludes, size over its edge.

    Parameters
    ----------
    kind : ``charge`` or ``radius``
    matrix : Hermitian (3, 3) in the flavor basis [e or length^2]
    limits : bounds on ``q`` or ``r2``
    unsaid : takes the names of those that cannot be compared, and why
    """
    out = []
    values = dict(zip(flavors.NAMES, np.diag(matrix).real.tolist(), strict=True))
    mixed = bool(np.any(matrix - np.diag(np.diag(matrix))))
    for x in limits:
        try:
            if mixed:
                raise DomainError("it is on flavors, not on transitions between them")
            out.append(_held(x, _readings(x, kind, values)))
        except DomainError as why:
            unsaid[_name(x, unsaid)] = str(why)
    return out


def computed(kind: str, matrix: np.ndarray, unsaid: dict[str, str], asked: Any = ours
             ) -> list[Held]:
    """The same of munu's own limits, or of what else is ``asked``, along the direction of the
    matrix itself."""
    flat = np.asarray(matrix).ravel()
    top = flat[np.argmax(np.abs(flat))]
    # a limit has both signs: a matrix and its opposite are one direction, and so are two that
    # differ by rounding
    size = float(np.abs(top)) * (-1 if top.real < 0 else 1)
    unit = np.round(matrix / size, 12) + 0.0
    diagonal = np.diag(unit).real
    same = np.array_equal(unit, np.diag(np.diag(unit)))
    make = Ray.charge if kind == "charge" else Ray.radius
    made, why = asked.along(make(diagonal if same else unit))
    unsaid |= {f"{n}, {PARAMETERS[kind]}": text for n, text in why.items()}
    return [_held(x, [size]) for x in made]


def _readings(x: Limit, kind: str, values: dict[str, float]) -> list[float]:
    """The sizes that a bound may mean by this point."""
    if x.meta.get("kind") == "measurement":
        raise DomainError(f"it is a measured interval at {x.level or 0:.0%}, no limit")
    if x.flavor in values:
        told = {str(x.flavor): values[str(x.flavor)]}
    elif x.flavor == "all":
        told = dict([max(values.items(), key=lambda item: abs(item[1]))])
    elif x.flavor not in ("solar", "universal"):
        raise DomainError(f"its flavor is {x.flavor}")
    elif np.ptp(list(values.values())) > 1e-9 * max(map(abs, values.values())):
        raise DomainError("it is on one size for all flavors, here they differ")
    else:
        told = values
    if not any(told.values()):
        raise DomainError(f"nu_{next(iter(told))} has none")
    if kind == "charge":
        return list(told.values())
    return [v + s for f, v in told.items() for s in (0.0, r2_sm(f))]


def _held(x: Limit, sizes: list[float]) -> Held:
    found = x.excluded_at(0.0)
    inside = {region.contains(found, v) for v in sizes}
    if len(inside) > 1:
        raise DomainError("the answer hangs on whether the Standard Model's radius is inside")
    out = inside.pop()
    over = [_over(found, v) for v in sizes]
    return x, out, min(over) if out else max(over)


def _over(found: Intervals, value: float) -> float:
    """How far beyond the edge on its own side; infinite where that is 0."""
    edge = min((i.low for i in found if i.low >= 0), default=np.inf) if value > 0 else \
        -max((i.high for i in found if i.high <= 0), default=-np.inf)
    return float(abs(value) / edge) if edge else np.inf if value else 0.0


def _name(x: Limit, unsaid: dict[str, str]) -> str:
    """A bound on a charge and one on a radius may have one name."""
    return f"{x.name}, {x.parameter}" if x.name in unsaid else x.name
