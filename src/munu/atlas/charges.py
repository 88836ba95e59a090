"""Published bounds on charge radii and charges, in one convention.

Radii are printed in two normalizations: that of the left-handed vertex, which munu uses, and
half of it.  Here every bound is in the first.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from munu import _data
from munu._data import Table
from munu.atlas._intervals import FACTORS, checked
from munu.atlas.quote import facts
from munu.errors import UnknownName
from munu.inference.record import Limit


def radii(flavor: str | None = None) -> list[Limit]:
    """Bounds on the charge radius, left-handed-vertex normalization [length^2].

    Parameters
    ----------
    flavor : ``e``, ``mu``, ``tau``, ``solar``, ``right-handed``, ``unknown`` where the source does
        not say it, or None for all

    Returns
    -------
    list of Limit
        ``lower`` is -inf where only an upper bound was given; ``meta["printed"]`` and
        ``meta["printed_in"]`` keep the printed interval and its normalization, ``meta["listed"]``
        the document of the PDG listing where it stands there, ``meta["talk_b"]`` what the talk
        prints of it and ``meta["talk_b_why"]`` why that differs.

    Raises
    ------
    UnknownName

    >>> [x.meta["experiment"] for x in radii("tau")]
    ['LEP-2', 'TRISTAN']
    """
    return _rows("charge_radius", "r2", flavor)


def charges(flavor: str | None = None) -> list[Limit]:
    """Bounds on the electric charge, units of +e; see :func:`radii`.

    >>> min(charges(), key=lambda x: x.upper[0]).meta["experiment"]
    'neutrality of the universe'
    """
    return _rows("millicharge", "q", flavor)


def names(kind: str = "charges") -> list[str]:
    """The bounds of one table, ``charges`` or ``radii``, by experiment and year."""
    return [x.name for x in {"charges": charges, "radii": radii}[kind]()]


def about(name: str, kind: str = "charges") -> str:
    """One line on a bound: interval, level, flavor and channel."""
    x = get(name, kind)
    low, high, unit = x.lower[0] / x.factor, x.upper[0] / x.factor, x.unit
    level = "-" if x.level is None else f"{x.level:.0%}"
    span = f"< {high:.3g}" if low == -np.inf else f"[{low:.3g}, {high:.3g}]"
    return (f"{span} {unit}  {level}  {x.flavor}  {x.meta['channel']}, certainty {x.certainty}, "
            f"checked: {x.checked}")


def row(name: str, kind: str = "charges") -> dict[str, Any]:
    """The bound as plain data: edges in cm^2 or e, null where there is none."""
    x = get(name, kind)
    low, high = (None if np.isinf(v[0]) else v[0] / x.factor for v in (x.lower, x.upper))
    return {"lower": low, "upper": high, "unit": x.unit, **facts(x),
            **{k: x.meta[k] for k in ("experiment", "year", "channel", "remark")},
            "talk_b": None if "talk_b" not in x.meta else
            [v / x.factor for v in x.meta["talk_b"]], "talk_b_why": x.meta.get("talk_b_why")}


def get(name: str, kind: str = "charges") -> Limit:
    """One bound by name.  Raises :class:`UnknownName`."""
    for x in {"charges": charges, "radii": radii}[kind]():
        if x.name == name:
            return x
    raise UnknownName(f"bound among the {kind}", name, names(kind))


def _rows(table: str, parameter: str, flavor: str | None) -> list[Limit]:
    rows = list(_table(table, parameter).rows())
    flavors = sorted({str(r["flavor"]) for r in rows})
    if flavor is not None and flavor not in flavors:
        raise UnknownName(f"flavor of the {table.replace('_', ' ')} table", flavor, flavors)
    return [_talked(_limit(r, parameter)) for r in rows if flavor in (None, r["flavor"])]


@cache
def _table(name: str, parameter: str) -> Table:
    return checked(_data.load(f"bounds/{name}"), parameter)


def _talked(x: Limit) -> Limit:
    """With what talk B prints of it, where it does: edges in the convention of the bound, why."""
    for r in _data.load(f"bounds/talk_b_{'radii' if x.parameter == 'r2' else 'charges'}").rows():
        if r["bound"] == x.name:
            k = FACTORS[str(r.get("convention", "lh_vertex"))]
            return x.with_(meta={**x.meta, "talk_b": (k * r["lower"], k * r["upper"]),
                                 "talk_b_why": str(r["why"])})
    return x


def _limit(row: dict, parameter: str) -> Limit:
    convention = str(row["convention"]) if parameter == "r2" else "units of +e"
    factor = FACTORS[convention] if parameter == "r2" else 1.0
    lower, upper = float(row["lower"]), float(row["upper"])
    # an absent lower edge is written as -1, far from any radius or charge
    absent = row["lower"] == _absent(parameter)
    return Limit(
        name=f"{row['experiment']} {int(row['year'])}", parameter=parameter, axis=None,
        lower=np.array([-np.inf if absent else factor * lower]), upper=np.array([factor * upper]),
        shape="interval", level=float(row["level"]) or None, sides=1 if absent else 2,
        flavor=str(row["flavor"]), convention="lh_vertex" if parameter == "r2" else convention,
        certainty=str(row["certainty"]), checked=str(row["checked"]),
        papers=(str(row["key"]),),
        meta={"experiment": str(row["experiment"]), "year": int(row["year"]),
              "channel": str(row["channel"]), "remark": str(row["remark"]),
              "listed": str(row["listed"]), "kind": str(row.get("kind", "limit")),
              "printed": (lower, upper), "printed_in": convention})


def _absent(parameter: str) -> float:
    from munu.units import cm

    return -1.0 * cm**2 if parameter == "r2" else -1.0
