r"""Neutrinos of all flavors along the beams of the LHC, per luminosity and area of a detector.

The tables count neutrinos in each bin of energy through a detector's area, of one ratio
(1.26, twenty-eight bins from 10 GeV to 6.4 TeV).

>>> from munu.units import GeV, cm, parse
>>> nu_mu = source(experiment="fasernu").flux(903.116 * GeV)[1, 0]
>>> f"{nu_mu * parse('150 fb^-1', 'fb^-1') * 625 * cm**2 * GeV:.2e}"
'2.49e+08'
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import _data
from munu._data import Table
from munu.errors import UnknownName
from munu.parameters import About, declared
from munu.sources._tables import columns, states
from munu.sources.source import Component, Source
from munu.units import GeV, cm, parse

EXPERIMENTS = ("fasernu", "fasernu2", "flare10", "sndlhc")
SPECTRA = ("density", "bins")
# how much an edge may lie above the lower of its two neighbours: below 2 the middle stays above 0
_STEEPEST = 1.5


def edges(E: np.ndarray, ratio: float) -> np.ndarray:
    """Edges (n + 1,) of bins whose geometric centres are E (n,)."""
    between = np.sqrt(E[1:] * E[:-1])
    return np.concatenate([[E[0] / np.sqrt(ratio)], between, [E[-1] * np.sqrt(ratio)]])


def density(edges: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers per bin (..., n) as a continuous piecewise-linear density at nodes (2 n + 1,).

    At an edge it is the geometric mean of the two neighbours, at most 1.5 times the lower; in the
    middle of a bin what keeps the number of the bin, exactly.
    """
    mean = number / np.diff(edges)
    low, high = mean[..., :-1], mean[..., 1:]
    inner = np.minimum(np.sqrt(low) * np.sqrt(high), _STEEPEST * np.minimum(low, high))
    at = np.concatenate([mean[..., :1], inner, mean[..., -1:]], axis=-1)
    middle = 2 * mean - 0.5 * (at[..., :-1] + at[..., 1:])
    nodes = np.empty(2 * len(edges) - 1)
    nodes[::2], nodes[1::2] = edges, 0.5 * (edges[1:] + edges[:-1])
    made = np.empty((*number.shape[:-1], nodes.size))
    made[..., ::2], made[..., 1::2] = at, middle
    return nodes, made


def _stated(table: Table) -> tuple[float, float]:
    """Area and luminosity that the numbers of a table are for [area], [1/area]."""
    return (parse(str(table.meta["area"]), "cm^2"), parse(str(table.meta["luminosity"]), "fb^-1"))


@declared
def source(*, experiment: Annotated[str, About("whose area", choices=EXPERIMENTS)] = "fasernu",
           spectrum: Annotated[str, About(
               "a density that keeps the number of each bin, or lines at the bins' energies",
               choices=SPECTRA)] = "density") -> Source:
    r"""The flux per luminosity, averaged over the detector's area.

    .. math:: \phi = \frac{1}{A\,\mathcal L}\,\frac{\mathrm dN}{\mathrm dE}

    A rate is :math:`\mathcal L` times that of the flux: an exposure is a number of targets times a
    luminosity.  The average over the area is exact where the targets fill it evenly.

    Raises
    ------
    UnknownName

    Source : KlingNevay2021
    """
    if experiment not in EXPERIMENTS:
        raise UnknownName("forward experiment", experiment, EXPERIMENTS)
    if spectrum not in SPECTRA:
        raise UnknownName("spectrum", spectrum, SPECTRA)
    table = _data.load(f"fluxes/forward_{experiment}")
    names, E = columns(table), _data.monotone(table, "E_nu")
    area, luminosity = _stated(table)
    number = np.array([table[n] for n in names]) / (area * luminosity)
    if spectrum == "bins":
        part = Component("table", np.empty(0), np.empty((len(names), 0)), E, number)
    else:
        nodes, phi = density(edges(E, float(table.meta["ratio"])), number)
        part = Component("table", nodes, phi, np.empty(0), np.empty((len(names), 0)))
    return Source(name="forward", basis=states(names), components={"table": part},
                  per="luminosity", papers=tuple(str(table.meta[k]) for k in ("source", "via")),
                  assumed=(f"flux averaged over {area / cm**2:g} cm^2 of {experiment}",
                           f"no flux below {_least(part) / GeV:.3g} GeV, where the table begins"))


def _least(part: Component) -> float:
    return float(min(part.E.min(initial=np.inf), part.lines_E.min(initial=np.inf)))
