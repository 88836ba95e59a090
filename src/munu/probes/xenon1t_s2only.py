"""XENON1T, ionization alone (2019): electronic recoils from 0.2 keV, for an upper limit only.

The published response matrix takes a true recoil to the S2 bins, all selections included.  Its
rows below 0.186 keV are not used, as in the release: only so does its flat background of electron
recoils come out as one rate (52 events a tonne, year and keV) in every range of S2.
The background of the cathode is not modelled, so no background is ever taken off: the counts of
the region bound the signal from above, as in the paper.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import _data, flavors
from munu._arrays import gauss_panels
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes import _xenon
from munu.probes._options import Electrons, Millicharge, Mixed, Sun
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils, targets
from munu.processes import electron_scattering
from munu.processes.process import Reaction
from munu.sources import solar
from munu.spectrum import Axis
from munu.targets.atom import atom
from munu.units import keV, to_float, unit

REGION = (165.0, 272.0)
LOWEST = "0.186 keV"


def _response(reaction: Reaction, exposure: float, inside: np.ndarray, lowest: float
             ) -> tuple[np.ndarray, np.ndarray, float]:
    """Recoil energies, probability to be seen in a bin times weight, and up to where: a step."""
    table = _data.load("observations/xenon1t_s2only_response")
    rows = np.stack([table[c] for c in table.columns if c[0] == "p" and c[1:].isdigit()], axis=1)
    edges = np.append(table["E_low"], table["E_high"][-1])
    low = max(edges[0], lowest)
    cuts = np.array([low, *(b for b in (*edges, *reaction.breaks) if low < b <= edges[-1])])
    T, w = gauss_panels(np.unique(cuts), 4)
    row = np.clip(np.searchsorted(edges, T, side="right") - 1, 0, len(rows) - 1)
    seen = rows[row][:, inside].sum(axis=1)
    # the region holds a recoil as long as half of the greatest share of them falls into it
    top = T[seen >= 0.5 * seen.max()].max()
    return T, seen[None] * targets(reaction, w, exposure), float(top)


@declared
def probe(*, region: Annotated[tuple[float, float], About(
            "S2 from and to; whole bins inside it count", "PE")] = REGION,
          sun: Sun = "GS98",
          lowest: Annotated[Quantity, About("recoils below do not count", "keV")] = LOWEST,
          electrons: Electrons = "stepping", mixing: Mixed = None,
          millicharge: Millicharge = "stepping") -> Probe:
    """XENON1T's S2-only analysis.

    Raises
    ------
    DomainError, UnknownName

    Source : XENON1TS2only2019
    """
    mix = mixing or flavors.mixing()
    table = _data.load("observations/xenon1t_s2only")
    if len(region) != 2:
        raise DomainError(f"region = {region} must be two numbers, as 165,272")
    PE = unit("PE").factor
    low, high = table["S2_low"] / PE, table["S2_high"] / PE
    inside = (low >= region[0] * (1 - 1e-2)) & (high <= region[1] * (1 + 1e-2))
    if not inside.any():
        raise DomainError(f"no S2 bin lies inside {region[0]:g} to {region[1]:g} PE; there are "
                          f"bins from {low[0]:g} to {high[-1]:g} PE")
    reaction = electron_scattering.reaction(atom("Xe", electrons), millicharge=millicharge)
    exposure = to_float(str(table.meta["exposure"]), "t yr")
    if not 0 <= lowest < 10 * keV:
        raise DomainError(f"lowest = {lowest / keV:g} keV must lie between 0 and 10")
    T, fold, top = _response(reaction, exposure, inside, lowest)
    axis = Axis("S2", "PE", np.array([low[inside][0], high[inside][-1]]) * PE)
    counts = np.array([table["counts"][inside].sum()])
    # whatever else was seen, without a model: it may fill the region, never below 0
    run = Recoils(name="xenon1t_s2only",
                  channels=(Channel(solar.source(sun, mix), reaction, T, fold, top=top),),
                  axes=(axis,),
                  backgrounds={"not modelled": np.ones(1)}, nuisances=(Nuisance("not modelled"),),
                  measured=Counts(axis, counts), mixing=mix,
                  papers=("XENON1TS2only2019",))
    return run.probe(
        "XENON1T S2-only", "counts", median=False,
        variants=_xenon.VARIANTS | {"all rows of the matrix": {"lowest": "0 keV"}},
        assumptions=(*_xenon.says(sun, electrons, mix), "upper limit only: no background is "
                     "taken off", "response as published; stepping is poor below 1 keV"))
