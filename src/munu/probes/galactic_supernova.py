r"""The neutronization burst of a galactic supernova: Majorana moments times the star's field.

Neutrinos turn into antineutrinos of another flavor on their way out of the star.  What changes is
counted in bins of time and energy in DUNE, Hyper-Kamiokande and JUNO; nothing has been seen yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from munu import flavors
from munu.couplings import Couplings
from munu.parameters import About, declared
from munu.probes import _burst
from munu.probes.probe import Probe
from munu.propagation import evolve, majorana
from munu.propagation.earth import at_earth

_OTHERWISE = (
    "answers to Majorana transition moments times the star's field, not to a portal to N or a "
    "charge; its reach: munu.limit('galactic_supernova', 'emu=1,etau=1')")


@declared
def probe(*, distance: _burst.Distance = "10kpc", ordering: _burst.Ordering = "NO",
          B0: _burst.Strength = None, field: _burst.Course = None,
          medium: _burst.Medium = "profile_a", norm: _burst.Norm = "free",
          detectors: _burst.Detectors = ("dune", "hyper_kamiokande", "juno"),
          window: _burst.Window = "-10ms:50ms", mixing: _burst.Mixed = flavors.DEFAULT,
          model: _burst.Model = "garching_8p8", earth: _burst.Earth = None,
          dark: Annotated[bool, About("whether bins count in which nothing is expected without a "
                                      "moment: no background of theirs is known")] = False,
          threshold: _burst.Threshold = "0MeV", tol: _burst.Tol = _burst.TOL) -> Probe:
    """The neutronization burst of a supernova in our galaxy.

    Raises
    ------
    DomainError, UnknownName

    Source : Huedepohl2010, Dighe2000, LimMarciano1988, Akhmedov1988
    """
    star, own = _burst.star(medium, B0, field)
    setting = _burst.setting(
        Setting, distance=distance, ordering=ordering, star=star, own=own, norm=norm,
        detectors=detectors, window=window, mixing=mixing, model=model, earth=earth, dark=dark,
        threshold=threshold, tol=tol)
    return Probe(
        family="supernova",
        name="galactic_supernova", title="Galactic supernova (projection)", grade="sensitivity",
        signal=setting.predict, expects=setting.expects, rays=("majorana",), setting=setting,
        otherwise=_OTHERWISE, papers=setting.papers, assumptions=setting.says())


@dataclass(frozen=True, eq=False)
class Setting(_burst.Setting):
    """Majorana neutrinos: one six by six evolution of neutrinos and antineutrinos."""

    nothing: ClassVar[Couplings] = Couplings.majorana()
    theory: ClassVar[tuple[str, ...]] = ("LimMarciano1988", "Akhmedov1988")
    start: ClassVar[float] = 1e-13 * 5e9

    def flow(self, couplings: object) -> np.ndarray:
        """Flavor that leaves to flavor that arrives, at the middles of the bins: (n_E, 6, 6)."""
        held = _burst.refused("galactic_supernova", couplings, "transition moments alone, such as "
                              "Couplings.majorana(emu=1e-12, etau=1e-12)")
        H = majorana(self.medium, held, self.mixing)
        E = self.energy.centers
        made = evolve(H, (self.medium.r_min, self.medium.r_max), E, tol=self.tol, spread=False)
        return at_earth(made.mass_probabilities, self.mixing, self.earth, E)
