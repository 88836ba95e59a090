"""Trinity: telescopes on a mountain that look at the horizon; the aperture is needed from the user.

Showers of N that cosmogenic neutrinos make in the Earth's crust, as of GRAND.  The aperture for
them, area times solid angle by the energy of the shower, is on no page that was opened as numbers;
a published sensitivity to tau leptons is none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from munu.parameters import About, Quantity, declared
from munu.probes import _skimming
from munu.probes._options import SmallX
from munu.probes.probe import Probe


def template() -> dict[str, str]:
    """The table to fill in."""
    return _skimming.template("trinity")


@declared
def probe(*, aperture: Annotated[str | Path | None, About(
            "path of a table E, aperture; without it there are no data")] = None,
          angle: Annotated[Quantity, About(
              "greatest above the horizon at which N leaves the ground", "deg")] = "3 deg",
          air: Annotated[Quantity, About("way of N in the air on which its decay is seen", "km")]
          = "50 km",
          time: Annotated[Quantity, About("of observation", "yr")] = "3 yr",
          small_x: SmallX = "continued") -> Probe:
    """Showers of N in Trinity.

    Raises
    ------
    DataError, DomainError, UnknownName

    Source : Otte2019, VanVliet2019
    """
    setting = {"angle": float(angle), "air": float(air), "time": float(time), "small_x": small_x}
    return _skimming.waiting("trinity", "Trinity, showers of N (projection)", ("Otte2019",),
                             aperture, setting)
