"""Fluxes that come as a table: columns of ``flavors.SIX``, each one flavor state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from munu import _data, flavors
from munu._data import Table
from munu.errors import DomainError
from munu.sources.source import Component, Source
from munu.units import m, parse

MODES = ("fhc", "rhc")


def states(names: Sequence[str]) -> np.ndarray:
    """The flavor states of some of ``flavors.SIX``, complex (n, 2, 3, 3)."""
    basis = np.zeros((len(names), 2, 3, 3), dtype=complex)
    for b, n in enumerate(names):
        i = flavors.SIX.index(n)
        basis[b, i // 3, i % 3, i % 3] = 1
    return basis


def columns(table: Table) -> list[str]:
    """The flavors that a table has."""
    return [n for n in flavors.SIX if n in table.columns]


def finer(E: np.ndarray, phi: np.ndarray, steps: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Nodes between those of a steep spectrum, on straight lines in the logarithms.

    A spectrum that is linear between far nodes of a power law lies above it; cells that touch a
    zero stay linear.
    """
    x = np.arange(len(E) * steps - steps + 1) / steps
    fine = np.exp(np.interp(x, np.arange(len(E)), np.log(E)))
    fine[::steps] = E
    tiny = np.finfo(float).tiny
    made = []
    for y in phi:
        straight = np.interp(fine, E, y)
        bent = np.exp(np.interp(np.log(fine), np.log(E), np.log(np.maximum(y, tiny))))
        cell = np.minimum(np.searchsorted(E, fine, side="right") - 1, len(E) - 2)
        made.append(np.where((y[cell] > 0) & (y[cell + 1] > 0), bent, straight))
        made[-1][::steps] = y
    return fine, np.array(made)


def beam(name: str, table: Table, distance: float | None = None, assumed: tuple[str, ...] = ()
         ) -> Source:
    """A beam per proton on target from its table, which has no error of the flux: the component's
    ``uncertainty`` of 0 is no knowledge, and a probe states its own.

    Parameters
    ----------
    name : of the source
    table : columns of ``flavors.SIX``; ``distance`` stands in its header where it may be moved
    distance : from the target [length]; None is that of the table

    Raises
    ------
    DomainError
    """
    scale = 1.0
    if distance is not None:
        at = parse(str(table.meta["distance"]), "m")
        if not distance > 0:
            raise DomainError(f"the distance from the target of {name} must be above 0")
        if abs(distance - at) > 1e-9 * at:
            scale = (at / distance)**2
            assumed += (f"flux at {distance / m:g} m from that at {at / m:g} m by 1/L^2: a point "
                        "source, one angle", )
    names = columns(table)
    part = Component("table", _data.monotone(table, "E_nu"),
                     scale * np.array([table[n] for n in names]), np.empty(0),
                     np.empty((len(names), 0)))
    keys = tuple(str(table.meta[k]) for k in ("source", "via") if k in table.meta)
    return Source(name=name, basis=states(names), components={"table": part}, per="pot",
                  papers=keys, assumed=assumed)
