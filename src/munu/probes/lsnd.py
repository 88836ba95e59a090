"""LSND: neutrinos of a beam stop on electrons; the counts are needed from the user.

The abstract alone was read (cross section of nu_e and the limit on the moment of nu_mu), not the
counts, cuts and efficiencies.  With them in a card the recast runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from munu.parameters import About, declared
from munu.probes import _needed
from munu.probes.probe import Probe

MISSING = ("its numbers of events, energy bins, cuts and protons on target were not read from an "
           "opened page; write them into the card of: munu data template lsnd")


def template() -> dict[str, str]:
    """The card and tables to fill in."""
    from munu.probes._card import OPEN, template

    return template(
        "lsnd", target="CH2", electrons="free",
        source=f"{{name: stopped_pion, distance: {OPEN}, per_pot: {OPEN}}}",
        exposure=OPEN, resolution="{sqrt: 1.5}", note="LSND, hep-ex/0101039: elastic scattering "
        "on electrons, electron energies in keV", more=f"pot: {OPEN}\nnorm_error: {OPEN}\n",
        rows="18000,50000,0,1\n", efficiency=False)


@declared
def probe(*, card: Annotated[str | Path | None, About(
            "path of the filled card; without it there are no data")] = None) -> Probe:
    """LSND's elastic scattering on electrons.

    Raises
    ------
    DataError

    Source : LSND2001
    """
    return _needed.probe("lsnd", "LSND", MISSING, ("LSND2001",), card)
