"""FASERnu at the LHC, a projection: 1.2 t of tungsten between films of emulsion, Run 3.

Electrons that recoil, N that decays in the detector after it was made there, and, where asked for,
protons that are knocked out.
"""

from __future__ import annotations

from munu.parameters import declared
from munu.probes import _forward
from munu.probes._forward import DEFAULT
from munu.probes.probe import Probe


@declared
def probe(*, channels: _forward.Channels = DEFAULT, luminosity: _forward.Luminosity = "150 fb^-1",
          mass: _forward.Mass = "1.2 t", length: _forward.Length = None,
          threshold: _forward.Threshold = "300 MeV", highest: _forward.Highest = None,
          proton_threshold: _forward.Protons = None,
          spectrum: _forward.Lines = "density") -> Probe:
    """The reach of FASERnu.

    Raises
    ------
    DomainError, UnknownName

    Source : KlingNevay2021, Ismail2021
    """
    return _forward.setting(
        "fasernu", "fasernu", "W", channels=channels, luminosity=luminosity, mass=mass,
        length=length, threshold=threshold, highest=highest, protons=proton_threshold,
        spectrum=spectrum).probe("FASERnu (projection)")
