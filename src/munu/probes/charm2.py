"""CHARM-II: muon neutrinos of a wide-band beam on electrons, by the shape of their recoils.

A moment adds soft recoils to what the Standard Model scatters.  The published number of events sets
the size, since the flux is known by its shape alone; the reach is of the shape.  A card with counts
makes a recast of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np

from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes import _needed
from munu.probes._beam_detectors import facts
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils, sharp
from munu.processes import electron_scattering
from munu.sources import charm2_wbb
from munu.spectrum import Axis
from munu.targets.atom import ELECTRON
from munu.units import GeV

#: the window and the width of bins [GeV]
LOW, HIGH, WIDTH = 3.0, 24.0, 3.0
OTHERWISE = ("bounds moments alone: its norm is free, and a charge or a radius changes little but "
             "that; its counts are needed; write them into the card of: munu data template charm2")

_FLUX = """# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {name: E_nu, unit: GeV, datatype: float64}
# - {name: nu_mu, unit: cm^-2 GeV^-1, datatype: float64, description: per proton on target}
# - {name: nubar_mu, unit: cm^-2 GeV^-1, datatype: float64}
# meta:
#   source: unpublished
E_nu,nu_mu,nubar_mu
"""


def template() -> dict[str, str]:
    """The card and tables to fill in."""
    from munu.probes._card import OPEN, template

    files = template(
        "charm2", target="SiO2", electrons="free",
        source="{name: from_file, path: flux.ecsv}", exposure=OPEN,
        resolution="{sqrt: 100}", note="CHARM-II, recoil energies in keV; the target is glass",
        more=f"pot: {OPEN}\nnorm_error: {OPEN}\n", rows="3e6,24e6,0,1\n", efficiency=False)
    return files | {"flux.ecsv": _FLUX}


@declared
def probe(*, events: Annotated[float | None, About(
              "of neutrinos on electrons in neutrino mode, 2677 if not given")] = None,
          error: Annotated[float | None, About(
              "of that number, 82 if not given; what is above its root lies under the peak"
              )] = None,
          threshold: Annotated[Quantity | None, About(
              "least recoil, 3 GeV if not given", "GeV")] = None,
          card: Annotated[str | Path | None, About(
              "path of a filled card: its counts instead of a reach")] = None) -> Probe:
    """The reach of CHARM-II in the shape of elastic scattering on electrons.

    Raises
    ------
    DataError, DomainError

    Source : CHARMII1995, CHARMII1994
    """
    if card is not None:
        if not (events is None and error is None and threshold is None):
            raise DomainError("a card says all that CHARM-II is computed with; leave events, error "
                              "and threshold out")
        return _needed.probe("charm2", "CHARM-II", OTHERWISE, ("CHARMII1995",), card)
    known = facts("charm2")
    many = known["events"] if events is None else float(events)
    spread = known["events_error"] if error is None else float(error)
    least = LOW if threshold is None else threshold / GeV
    if not (np.isfinite(many) and many > 0):
        raise DomainError(f"events = {many:g} must be above 0")
    if not (np.isfinite(spread) and spread**2 >= many):
        raise DomainError(f"error = {spread:g} of {many:g} events must be at least their root, "
                          f"{np.sqrt(many):.3g}")
    if not 0 < least <= HIGH - WIDTH:
        raise DomainError(f"threshold = {least:g} GeV must be above 0 and at most "
                          f"{HIGH - WIDTH:g}, one bin below the end")
    edges = np.linspace(least, HIGH, max(round((HIGH - least) / WIDTH), 1) + 1) * GeV
    axis = Axis("recoil energy", "GeV", edges)
    beam, reaction = charm2_wbb.source(), electron_scattering.reaction(ELECTRON, per_mass=1.0)
    # the number is that of the whole window
    one = sharp(beam, reaction, np.array([LOW, HIGH]) * GeV, 1.0)
    channel = sharp(beam, reaction, edges, many / float(_weak(one).sum()))
    under = spread**2 - many
    name = "standard model and what lies under it"
    run = Recoils(
        name="charm2", channels=(channel,), axes=(axis,), nuisances=(Nuisance(name),),
        backgrounds={name: _weak(channel) * (1 + under / many)}, papers=("CHARMII1995",))
    return run.probe(
        "CHARM-II (sensitivity)", "sensitivity", rays=("portal", "majorana", "dirac"),
        otherwise=OTHERWISE,
        assumptions=(
            f"{many:g} +- {spread:g} events of the Standard Model from {LOW:g} to {HIGH:g} GeV set "
            "flux times targets: numbers and window as others quote them, not read on an opened "
            f"page; recoils above {least:g} GeV count",
            f"{under:.0f} events of background lie under the peak there, for that error, with the "
            "Standard Model's shape; the norm of both is free: the shape alone tells",
            "neutrino mode; of antineutrino mode no flux was found as numbers",
            f"bins of about {WIDTH:g} GeV, no resolution, efficiency flat",
            *channel.source.assumed))


def _weak(channel: Channel) -> np.ndarray:
    """What the Standard Model scatters, in the bins (n_bins,)."""
    return channel.counts(channel.reaction.weak(channel.T, None, 0))
