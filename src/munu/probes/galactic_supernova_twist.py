r"""The neutronization burst of a galactic supernova: Dirac moments in a field that turns.

Where :math:`V_e + \dot\phi = 0` a left-handed neutrino meets its right-handed states, and some
never arrive.  Antineutrinos meet theirs at the same radius.  What is missing is counted in bins of
time and energy in DUNE and Hyper-Kamiokande; nothing has been seen yet.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from munu import flavors
from munu.couplings import Couplings
from munu.errors import DomainError
from munu.media import _curves, fields
from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared
from munu.probes import _burst
from munu.probes.probe import Probe
from munu.propagation import dirac, evolve, resonances
from munu.propagation.earth import at_earth
from munu.units import MeV, km, parse

#: of a field that does not say how it turns: nu_e meet their right-handed states far inside
TWIST = "-100/km"
# at which the radius of the resonance is named: it moves by less than its digits
_AT = 15 * MeV
_OTHERWISE = (
    "answers to Dirac moments times the star's field, not to a portal to N, a charge or moments of "
    "Majorana neutrinos; its reach: munu.limit('galactic_supernova_twist', 'ee=1', "
    "nature='dirac')")


@declared
def probe(*, distance: _burst.Distance = "10kpc", ordering: _burst.Ordering = "NO",
          B0: _burst.Strength = None, field: _burst.Course = None,
          twist: Annotated[Quantity | None, About(
              "rate at which the field turns, constant; default -100 /km, or what the field or the "
              "medium says", "1/km")] = None,
          medium: _burst.Medium = "profile_a", norm: _burst.Norm = "free",
          detectors: _burst.Detectors = ("dune", "hyper_kamiokande"),
          window: _burst.Window = "-10ms:50ms", mixing: _burst.Mixed = flavors.DEFAULT,
          model: _burst.Model = "garching_8p8", earth: _burst.Earth = None,
          threshold: _burst.Threshold = "0MeV", tol: _burst.Tol = _burst.TOL) -> Probe:
    """The neutronization burst of a supernova in our galaxy, of Dirac neutrinos.

    Raises
    ------
    DomainError, UnknownName

    Source : Huedepohl2010, Dighe2000, LimMarciano1988, Akhmedov1988
    """
    star, own = _burst.star(medium, B0, field)
    setting = _burst.setting(
        Setting, distance=distance, ordering=ordering, star=turning(star, twist), own=own,
        norm=norm, detectors=detectors, window=window, mixing=mixing, model=model, earth=earth,
        threshold=threshold, tol=tol)
    return Probe(
        family="supernova",
        name="galactic_supernova_twist", title="Galactic supernova, Dirac (projection)",
        grade="sensitivity", signal=setting.predict, expects=setting.expects, rays=("dirac",),
        setting=setting, otherwise=_OTHERWISE, papers=setting.papers,
        assumptions=setting.says(*setting.turns()))


def turning(star: Profile, twist: float | None) -> Profile:
    """The star with its field turning at a rate [1/length], unless it says so itself.

    Raises
    ------
    DomainError
    """
    if star.twist is not None:
        if twist is not None:
            raise DomainError(f"twist = {twist * km:g} /km does not go with the medium "
                              f"{star.name}, whose field says how it turns; leave one away")
        return star
    return star.with_(twist=_curves.Constant(parse(TWIST, "1/km") if twist is None else twist))


@dataclass(frozen=True, eq=False)
class Setting(_burst.Setting):
    """Dirac neutrinos and antineutrinos, each with three right-handed states of its own."""

    nothing: ClassVar[Couplings] = Couplings(mu=np.zeros((3, 3)), nature="dirac")
    theory: ClassVar[tuple[str, ...]] = ("LimMarciano1988", "Akhmedov1988")
    start: ClassVar[float] = 3e-12 * 5e9

    def turns(self) -> tuple[str, ...]:
        """How the field turns, where levels meet, and what is bounded, in words."""
        twist, field = self.medium.twist, self.medium.field
        assert twist is not None
        assert field is not None
        rate = np.asarray(twist(np.geomspace(self.medium.r_min, self.medium.r_max, 1001))) * km
        said = f"{rate[0]:g}" if np.ptp(rate) == 0 else f"{rate.min():.4g} to {rate.max():.4g}"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            found = resonances.find(self.medium, self.mixing, _AT, nature="dirac")
        met: dict[str, float] = {}
        for x in found:
            if x.name == "twist":
                met.setdefault(x.between[0], x.r)
        B = {k: abs(float(field(x))) / fields.MU_B_PER_GAUSS for k, x in met.items()}
        where = [f"{k} meets its right-handed states at {x / km:.4g} km (15 MeV), where the "
                 f"field is {B[k]:.3g} G" for k, x in met.items()]
        return (f"the field turns at {said} rad/km, H_LR = mu B exp(+i phi)",
                "; ".join(where) or "V + phidot is nowhere 0: no twist resonance",
                "what is bounded is mu B [mu_B G], mu times the field there; three right-handed "
                "states for neutrinos and three for antineutrinos, none made in the core")

    def leaving(self, couplings: object) -> np.ndarray:
        """Flavor that leaves to active mass state nu_1 ... nubar_3 at the end: (n_E, 6, 6).

        What is missing of 1 in a row has become sterile.
        """
        held = _burst.refused("galactic_supernova_twist", couplings, "Dirac moments alone, such as "
                              "Ray.dirac(matrix).at(1e-11)")
        E, ends = self.energy.centers, (self.medium.r_min, self.medium.r_max)
        out = np.zeros((E.size, 6, 6))
        for k, other in ((0, False), (3, True)):
            H = dirac(self.medium, held, self.mixing, antineutrinos=other)
            made = evolve(H, ends, E, tol=self.tol, spread=False)
            out[:, k:k + 3, k:k + 3] = made.mass_probabilities[:, :3, :3]
        return out

    def sterile(self, couplings: object) -> np.ndarray:
        """Share of each flavor that leaves and arrives as nothing to be seen: (n_E, 6) [1]."""
        return np.maximum(1 - self.leaving(couplings).sum(axis=2), 0.0)

    def flow(self, couplings: object) -> np.ndarray:
        """Flavor that leaves to flavor that arrives, at the middles of the bins: (n_E, 6, 6)."""
        return at_earth(self.leaving(couplings), self.mixing, self.earth, self.energy.centers)
