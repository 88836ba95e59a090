r"""Solar 8B neutrinos on the nuclei of xenon: up-scattering by a dipole, N to several MeV.

The acceptance of a nuclear recoil of a few keV decides, and no published table of it was opened:
the user brings one in a card, or states a step.  With a step everything is one count; the Standard
Model's coherent scattering is added.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np

from munu import flavors
from munu.detectors.response import nodes
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes import _needed, _xenon
from munu.probes._options import Mixed, Sun
from munu.probes.expected import check_error
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils, targets
from munu.processes import nuclear_scattering
from munu.sources import solar
from munu.spectrum import Axis
from munu.targets import material
from munu.units import keV, per_unit

TITLE = "8B on nuclei of xenon"
PAPERS = ("XENON1TB82021",)
# beyond the hardest recoil of a hep neutrino
TOP = 8 * keV
MISSING = ("the acceptance of nuclear recoils was read from no published table; write yours, "
           "columns E (true recoil) and efficiency, with the counts into the card of: munu data "
           "template xenon_b8_nuclear; or state a step, as step='1.6 keV', with its background")


def template() -> dict[str, str]:
    """The card and tables to fill in."""
    from munu.probes._card import _EFFICIENCY, OPEN, template

    files = template(
        "xenon_b8_nuclear", target="Xe", recoil="nuclei", exposure=OPEN,
        resolution="{constant: 0.05}", note="recoils of xenon nuclei by solar 8B neutrinos, in "
        "keV of true recoil: counts.ecsv has what was seen, efficiency.ecsv the acceptance",
        more="quenching: none\nlowest_recoil: 0.3 keV\nhighest_recoil: 8 keV\n",
        rows="0.5,8,0,1\n")
    card = files["xenon_b8_nuclear.yaml"].replace("efficiency_in: reconstructed   # or true",
                                                  "efficiency_in: 'true'")
    # the acceptance has no row that could be taken for a measured one
    return files | {"xenon_b8_nuclear.yaml": card, "efficiency.ecsv": _EFFICIENCY}


@declared
def probe(*, card: Annotated[str | Path | None, About(
              "path of the filled card; without it and without a step there are no data")] = None,
          step: Annotated[Quantity | None, About(
              "acceptance 0 below this recoil and height above it", "keV")] = None,
          height: Annotated[float, About("acceptance above the step, above 0 to 1")] = 1.0,
          background: Annotated[float | None, About(
              "events besides neutrinos above the step; a step needs it")] = None,
          background_error: Annotated[float, About("relative error of the background")] = 0.2,
          seen: Annotated[int | None, About(
              "events above the step; without it the limit is a projection")] = None,
          exposure: Annotated[Quantity, About("mass times time, above the step", "t yr")]
          = "0.6 t yr",
          sun: Sun = "GS98", mixing: Mixed = None) -> Probe:
    """Nuclear recoils of solar 8B (and hep) neutrinos in xenon.

    Raises
    ------
    DomainError, DataError, UnknownName

    Source : XENON1TB82021
    """
    if card is not None or step is None:
        # nothing is dropped in silence
        for name, given in (("step", step), ("background", background), ("seen", seen)):
            if given is not None:
                raise DomainError(f"{name} goes with a step alone; " + (
                    "the card holds what it needs" if card is not None else "give step too"))
        return _needed.probe("xenon_b8_nuclear", TITLE, MISSING, PAPERS, card)
    _xenon.check(step=step, exposure=exposure)
    check_error(background_error, "background_error")
    if background is None or not background >= 0:
        raise DomainError("a step needs its background, a number of events of at least 0, as "
                          "background=5")
    if not 0 < height <= 1:
        raise DomainError(f"height = {height:g} must lie above 0 and at most at 1")
    if step >= TOP:
        raise DomainError(f"step = {step / keV:g} keV must lie below {TOP / keV:g} keV, beyond the "
                          "hardest recoil")
    if seen is not None and seen < 0:
        raise DomainError(f"seen = {seen} must be at least 0")
    mix = mixing or flavors.mixing()
    source = solar.source(sun, mix).only("b8", "hep")
    reaction = nuclear_scattering.reaction(material("Xe"))
    T, w = nodes(step, TOP, panels=40)
    axis = Axis("recoil energy", "keV", np.array([step, TOP]))
    channel = Channel(source, reaction, T, height * targets(reaction, w, exposure)[None])
    other = {"other": np.array([float(background)])} if background else {}
    run = Recoils(name="xenon_b8_nuclear", channels=(channel,), axes=(axis,), backgrounds=other,
                  nuisances=tuple(Nuisance(n, background_error) for n in other),
                  measured=None if seen is None else Counts(axis, np.array([float(seen)])),
                  standard="added", norm_error=source.components["b8"].uncertainty, mixing=mix,
                  papers=PAPERS)
    return run.probe(
        TITLE if seen is not None else f"{TITLE} (projection)",
        "sensitivity" if seen is None else "counts",
        assumptions=(f"solar fluxes B16-{sun}", "day", f"{mix.name} {mix.ordering}",
                     f"acceptance {height:g} above {step / keV:g} keV of true recoil, a step",
                     f"{per_unit(exposure, 't yr'):g} t yr, {background:g} other events within "
                     f"{background_error:.0%}", "no resolution"))
