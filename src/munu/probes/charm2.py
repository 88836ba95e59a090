"""CHARM-II: muon neutrinos of a wide-band beam on electrons; the counts are needed from the user.

No page with its counts, cuts and beam spectrum was read.  With them in a card and a flux table
the recast runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from munu.parameters import About, declared
from munu.probes import _needed
from munu.probes.probe import Probe

MISSING = ("its numbers of events, energy bins, cuts and beam spectrum were not read from an "
           "opened page; write them into the card of: munu data template charm2")

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
def probe(*, card: Annotated[str | Path | None, About(
            "path of the filled card; without it there are no data")] = None) -> Probe:
    """CHARM-II's elastic scattering on electrons.

    Raises
    ------
    DataError

    Source : CHARMII1995
    """
    return _needed.probe("charm2", "CHARM-II", MISSING, ("CHARMII1995",), card)
