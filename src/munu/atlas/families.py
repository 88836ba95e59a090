"""Where couplings are felt: the family of a bound, ours or published, with its word and its hue."""

from __future__ import annotations

from munu.inference.record import Limit
from munu.probes.probe import FAMILIES

__all__ = ["FAMILIES", "HUES", "OWN", "TITLES", "of"]

#: of a file of the user's that names none
OWN = "own"
TITLES = {"recoils": "recoils", "stars": "stars", "supernova": "supernovae",
          "cosmology": "early Universe", "beams": "beams, colliders", OWN: "own"}
# M. Okabe and K. Ito's palette: told apart by the colour-blind
HUES = {"recoils": "#0072B2", "stars": "#E69F00", "supernova": "#D55E00", "cosmology": "#009E73",
        "beams": "#CC79A7", OWN: "#000000"}


def of(limit: Limit) -> str:
    """The family of a limit: that of its probe, or of its header; ``own`` where it has none.

    >>> from munu.atlas import get
    >>> of(get("xenonnt_2022")), of(get("capozzi_raffelt_2020_ngc4258"))
    ('recoils', 'stars')
    """
    return str(limit.meta.get("family", OWN))
