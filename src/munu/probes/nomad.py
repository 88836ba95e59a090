"""NOMAD: single photons in a beam of 24 GeV at CERN; the flux is needed from the user.

The published curve stands in the atlas.  Its flux (hep-ex/0306022) was found nowhere as numbers;
with a table of it, and the numbers of the detector, the recast runs.
"""

from __future__ import annotations

from munu.parameters import declared
from munu.probes import _beam_needed
from munu.probes._beam_needed import Events, Flux, Lowest, Mass, Place, Protons, Stuff
from munu.probes.probe import Probe

MISSING = ("its flux by energy and the target's mass and shape were not read from an opened page; "
           "give flux, a table E_nu, nu_mu, ... per proton on target, with pot, mass, material, "
           "geometry and lowest")


def template() -> dict[str, str]:
    """The table to fill in."""
    return _beam_needed.template("nomad")


@declared
def probe(*, flux: Flux = None, pot: Protons = None, mass: Mass = None, material: Stuff = None,
          geometry: Place = None, lowest: Lowest = None, events: Events = 3.0) -> Probe:
    """NOMAD's single photons of N.

    Raises
    ------
    DataError, DomainError, UnknownName

    Source : Coloma2017
    """
    return _beam_needed.probe("nomad", "NOMAD", MISSING, ("Coloma2017",), flux, events, pot=pot,
                              mass=mass, material=material, geometry=geometry, lowest=lowest)
