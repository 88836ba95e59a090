r"""LSND: neutrinos of a beam stop on electrons, by the combination of moments that it bounds.

What electrons of 18 to 50 MeV bound is a number of recoils, and so a sum of squares of moments,

.. math:: \mu_e^2 + w\,\mu_\mu^2 < 1.1\times10^{-18}\,\mu_B^2,\qquad
          w = \frac{R_{\nu_\mu} + R_{\bar\nu_\mu}}{R_{\nu_e}}

with R the recoils in the window of one flavor.  Pions and muons that decay at rest give w = 2.13;
the published 2.4 has pions that decay in flight besides, whose flux is not public.  For N with a
mass each rate is that of its own mass.  A card with counts makes a recast of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

import numpy as np

from munu import flavors
from munu.couplings import Couplings
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.parameters import About, declared
from munu.probes import _needed
from munu.probes._options import Mixed
from munu.probes.expected import Polynomial
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.probes.recoil import Channel, sharp
from munu.processes import electron_scattering
from munu.processes.process import dipole_parts
from munu.ray import Ray
from munu.sources import stopped_pion
from munu.spectrum import Axis, Prediction, Spectrum
from munu.targets.atom import ELECTRON
from munu.units import MeV, m

#: electrons that count, and the published combination of squares of moments [mu_B^2]
WINDOW, BOUND, LEVEL, PUBLISHED_WEIGHT = (18 * MeV, 50 * MeV), 1.1e-18, 0.90, 2.4
WEIGHTS = ("computed", "published")
AXIS = Axis("combination of squares of moments", "1", np.array([0.0, 1.0]))
OTHERWISE = ("bounds moments alone: of charges and radii the published combination says nothing, "
             "and its counts are needed; write them into the card of: munu data template lsnd")


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
def probe(*, weights: Annotated[str | None, About(
              "weight of the moment of nu_mu: computed (decays at rest, 2.13), if nothing is said, "
              "or published (2.4)", choices=WEIGHTS)] = None,
          card: Annotated[str | Path | None, About(
              "path of a filled card: its counts instead of the published combination")] = None,
          mixing: Mixed = None) -> Probe:
    """LSND's elastic scattering on electrons.

    Raises
    ------
    DataError, DomainError, UnknownName

    Source : LSND2001
    """
    if weights is not None and weights not in WEIGHTS:
        raise UnknownName("weights", weights, WEIGHTS)
    if card is not None:
        if weights is not None or mixing is not None:
            raise DomainError("a card says all that LSND is computed with; leave weights and "
                              "mixing out")
        return _needed.probe("lsnd", "LSND", OTHERWISE, ("LSND2001",), card)
    setting = Setting(weights or "computed", mixing or flavors.mixing())
    return Probe(
        name="lsnd", title="LSND", grade="published",
        measured=Claim(high=BOUND, level=LEVEL, unit="mu_B^2",
                       what=f"mu_e^2 + {setting.weight:.3g} mu_mu^2"),
        signal=setting.predict, expects=setting.expects, rays=("portal", "majorana", "dirac"),
        otherwise=OTHERWISE, setting=setting, heaviest=setting.channels["e"].heaviest,
        data=("LSND electrons",), variants={"weights as published": {"weights": "published"}},
        papers=("LSND2001", *setting.channels["e"].source.papers), assumptions=setting.says())


@dataclass(frozen=True)
class Setting:
    """What the combination is computed with.

    Attributes
    ----------
    weights : one of :data:`WEIGHTS`
    mixing : Mixing, of moments in the mass basis
    """

    weights: str
    mixing: Mixing

    @cached_property
    def channels(self) -> dict[str, Channel]:
        """Recoils in the window, by flavor."""
        beam = stopped_pion.source(distance=30 * m)
        reaction = electron_scattering.reaction(ELECTRON, per_mass=1.0)
        return {f: sharp(beam.only(*parts), reaction, np.array(WINDOW), 1.0)
                for f, parts in (("e", ("nu_e",)), ("mu", ("prompt", "nubar_mu")))}

    @cached_property
    def at_rest(self) -> float:
        """Weight of the moment of nu_mu from decays at rest, without a mass of N [1]."""
        return float((self._rate("mu", np.zeros(1)) / self._rate("e", np.zeros(1)))[0])

    @property
    def weight(self) -> float:
        """Weight of the moment of nu_mu, without a mass of N [1]."""
        return self.at_rest if self.weights == "computed" else PUBLISHED_WEIGHT

    def _rate(self, flavor: str, M_N: np.ndarray) -> np.ndarray:
        channel = self.channels[flavor]
        terms = channel.reaction.dipole(channel.T, M_N[:, None],
                                        flavors.projector(flavor).astype(complex))
        return channel.counts(terms)[:, 0]

    def shares(self, M_N: np.ndarray) -> np.ndarray:
        """What the square of a moment of nu_e, and of nu_mu, counts at masses (n,): (2, n) [1]."""
        light = self._rate("e", np.zeros(1))
        return np.stack([self._rate("e", M_N) / light,
                         self._rate("mu", M_N) / light * (self.weight / self.at_rest)])

    def expects(self, ray: Ray) -> Polynomial:
        """The combination by the square of the size."""
        M_N = np.zeros(1) if ray.masses is None else np.asarray(ray.masses)
        C = np.diag(ray.trace_matrix(self.mixing.U)).real
        return Polynomial(signal={2: (C[:2] @ self.shares(M_N))[:, None]})

    def predict(self, couplings: object) -> Prediction:
        """The combination, flavor by flavor."""
        held = Couplings.of(couplings)
        if held.charge.any() or held.r2.any():
            raise DomainError(f"lsnd {OTHERWISE}")
        total = np.zeros(2)
        for M_N, C in dipole_parts(held, self.mixing.U):
            total += np.diag(C).real[:2] * self.shares(np.array([M_N]))[:, 0]
        return Prediction({n: Spectrum((AXIS,), np.array([x]), "mu_B^2", papers=("LSND2001",))
                           for n, x in zip(("nu_e", "nu_mu"), total, strict=True)})

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        return (
            f"mu_e^2 + {self.weight:.3g} mu_mu^2 < {BOUND:g} mu_B^2: the bound as published; "
            f"decays at rest give the weight {self.at_rest:.3g}, published is "
            f"{PUBLISHED_WEIGHT:g}, with decays in flight",
            "the abstract was read (6.8e-10 mu_B of nu_mu, which is this bound at the weight 2.4), "
            "the combination itself not on an opened page",
            "electrons of 18 to 50 MeV, free, efficiency flat, no resolution; N with a mass counts "
            "by the recoils that it leaves in that window"
            + ("" if self.weights == "computed" else
               ", decays in flight with the shape of those at rest"),
            "N that decays in the detector, the published curve lsnd, needs_data: the flux of "
            "decays in flight, efficiency and counts")
