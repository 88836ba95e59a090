"""SHiP: photons of N behind a beam dump at CERN, a projection; the flux is needed from the user.

The published curves stand in the atlas.  The flux of neutrinos at the emulsion is on no page that
was opened as numbers; with a table of it, and the numbers of the detector, the recast runs.
"""

from __future__ import annotations

from munu.parameters import declared
from munu.probes import _beam_needed
from munu.probes._beam_needed import Events, Flux, Lowest, Mass, Place, Protons, Stuff
from munu.probes.probe import Probe

MISSING = ("its flux of neutrinos by energy was not read from an opened page; give flux, a table "
           "E_nu, nu_mu, ... per proton on target, with pot, mass, material, geometry and lowest")


def template() -> dict[str, str]:
    """The table to fill in."""
    return _beam_needed.template("ship")


@declared
def probe(*, flux: Flux = None, pot: Protons = None, mass: Mass = None, material: Stuff = None,
          geometry: Place = None, lowest: Lowest = None, events: Events = 3.0) -> Probe:
    """The reach of SHiP in photons of N.

    Raises
    ------
    DataError, DomainError, UnknownName

    Source : Magill2018
    """
    return _beam_needed.probe("ship", "SHiP (projection)", MISSING, ("Magill2018",), flux, events,
                              pot=pot, mass=mass, material=material, geometry=geometry,
                              lowest=lowest)
