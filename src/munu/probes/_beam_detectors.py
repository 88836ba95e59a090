"""What is known of experiments at beams: one table, read with its units."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from munu import _data
from munu._frozen import FrozenMap
from munu.errors import UnknownName
from munu.units import parse

# of a quantity that is no pure number
_LIKE = {"distance": "m", "mass": "t", "radius": "m", "fiducial_radius": "m", "density": "g/cm^3",
         "x": "m", "y": "m", "z": "m", "fiducial_x": "m", "fiducial_y": "m", "fiducial_z": "m",
         "dirt": "m", "to_dirt": "m", "luminosity": "fb^-1"}


@cache
def _experiments() -> dict[str, list[dict[str, str]]]:
    made: dict[str, list[dict[str, str]]] = {}
    for row in _data.load("observations/beam_detectors").rows():
        made.setdefault(row["experiment"], []).append(row)
    return made


def names() -> list[str]:
    """The experiments of the table."""
    return list(_experiments())


@cache
def facts(experiment: str) -> Mapping[str, float]:
    """The quantities of an experiment in internal units: ``distance``, ``mass``, ``x``, ``pot_fhc``
    and others.  Raises UnknownName."""
    return FrozenMap({q: parse(r["value"], _LIKE.get(q, "1"), what=f"{experiment}: {q}", low=0,
                               strict=True)
                      for r in _rows(experiment) for q in [r["quantity"]]})


def unchecked(experiment: str) -> tuple[str, ...]:
    """Quantities whose number was not compared with the paper."""
    return tuple(r["quantity"] for r in _rows(experiment) if r["checked"] == "no")


def papers(experiment: str, *quantities: str) -> tuple[str, ...]:
    """Keys of the papers of some quantities of an experiment, or of all.  Raises UnknownName."""
    rows = _rows(experiment)
    for q in quantities:
        if q not in [r["quantity"] for r in rows]:
            raise UnknownName(f"quantity of {experiment}", q, [r["quantity"] for r in rows])
    return tuple(dict.fromkeys(r["source"] for r in rows
                               if not quantities or r["quantity"] in quantities))


def _rows(experiment: str) -> list[dict[str, str]]:
    if experiment not in _experiments():
        raise UnknownName("experiment at a beam", experiment, names())
    return _experiments()[experiment]
