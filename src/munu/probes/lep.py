r"""LEP at the Z: one photon and nothing else, of N made in e+ e- and gone in the detector.

.. math:: \sigma = \big[\sigma_Z(d_Z) + \sigma_\gamma(\mu)\big]\,{\rm BR}(N\to\nu\gamma)\,
          \big(1 - e^{-R/\lambda}\big)

The photon's moment does not say d_Z: it is that of a completion, which is named by d_W/d_B.  The
cross section that experiments exclude, and within which distance a decay is seen, are on no page
that was opened as numbers; the user gives them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from munu import constants
from munu.errors import DomainError
from munu.models.dipole_completion import DipoleCompletion
from munu.parameters import About, Quantity, declared
from munu.probes import _monophoton, _needed
from munu.probes._collapse import OTHERWISE, portals
from munu.probes.expected import Curve
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.processes import annihilation
from munu.ray import Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import cm, per_unit

TITLE, PAPERS = "LEP, single photons at the Z", ("Magill2018", "ZhangLiu2023", "PDG2026")
MISSING = ("the cross section of single photons that is excluded at the Z, and the distance within "
           "which a decay is seen, are not published as numbers that were read; give sigma_max, "
           "such as '0.1 pb', and radius, such as '1 m'")
# of the completion, whose widths are squares of it [mu_B]
_SMALL = 1e-9
_STEPS, _PRECISION = 4, 1e-6


@declared
def probe(*, sigma_max: Annotated[Quantity | None, About(
              "cross section that is excluded; without it there is no limit", "pb")] = None,
          radius: Annotated[Quantity | None, About(
              "decays within this distance are seen; without it there is no limit", "cm")] = None,
          d_W_over_d_B: Annotated[float, About(
              "which completion: the ratio of the couplings to W and B; 0 is d_W = 0, as the "
              "published curves have it", assumes="d_Z")] = 0.0,
          efficiency: Annotated[float, About("of what decays in time")] = 1.0,
          level: Annotated[float | None, About("of sigma_max, where it has one")] = None) -> Probe:
    """Single photons at the Z, for one completion of the moment.

    Raises
    ------
    DomainError

    Source : Magill2018, ZhangLiu2023
    """
    if sigma_max is None or radius is None:
        return replace(_needed.probe("lep", TITLE, MISSING, PAPERS, None), family="beams",
                       rays=("portal",), otherwise=OTHERWISE)
    made = Setting(sigma_max=float(sigma_max), radius=float(radius), ratio=float(d_W_over_d_B),
                   efficiency=float(efficiency))
    return Probe(
        family="beams",
        name="lep", title=TITLE, grade="published",
        measured=Claim(high=per_unit(made.sigma_max, "pb"), unit="pb", level=level,
                       what="cross section of single photons at the Z"),
        signal=made.predict, expects=made.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=made, median=False, papers=PAPERS, assumptions=made.says(),
        variants={"d_W = d_B": {"d_W_over_d_B": 1.0}, "d_W = -d_B": {"d_W_over_d_B": -1.0}})


@dataclass(frozen=True, eq=False, kw_only=True)
class Setting:
    """What the cross section is made with.

    Attributes
    ----------
    sigma_max : excluded [area]
    radius : within which decays are seen [length]
    ratio : d_W/d_B of the completion
    efficiency : [1]
    """

    sigma_max: float
    radius: float
    ratio: float
    efficiency: float

    def __post_init__(self) -> None:
        for name, value, unit in (("sigma_max", self.sigma_max, "pb"),
                                  ("radius", self.radius, "cm")):
            if not 0 < value < np.inf:
                raise DomainError(f"{name} = {per_unit(value, unit):g} {unit} must be above 0")
        if not 0 < self.efficiency <= 1:
            raise DomainError(f"efficiency = {self.efficiency:g} must be above 0 and at most 1")
        self.completion(0.0, None)

    def completion(self, M_N: float, nature: str | None) -> DipoleCompletion:
        """The couplings to B and W of a moment of 1e-9 mu_B."""
        return DipoleCompletion.from_moment(_SMALL, self.ratio, M_N=M_N, nature=nature)

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        made = self.completion(0.0, None)
        return (f"d_W/d_B = {self.ratio:g}: d_Z/d_gamma = {made.d_Z / made.d_gamma:.4f}",
                f"{per_unit(self.sigma_max, 'pb'):g} pb at the top of the Z are excluded",
                f"N decays within {self.radius / cm:g} cm; efficiency {self.efficiency:g}",
                "no radiation off the beams, which takes about a quarter of the resonance away, "
                "and no cuts on the photon",
                "N and neutrino by Z and photon in the s channel; exchange of a W, which couples "
                "to the electron's flavor where d_W is not 0, is left out",
                "N decays to photon, Z and W on their mass shells")

    def expects(self, ray: Ray) -> Curve:
        """The cross section in pb against the size of the moments."""
        along = _monophoton.Along(self.nodes, ray, per_unit(self.sigma_max, "pb"))
        return Curve(signal=along.signal, where=along.where, steps=_STEPS, precision=_PRECISION)

    def predict(self, couplings: object) -> Prediction:
        """The cross section of single photons."""
        one = np.ones(1)
        made = sum(float(_monophoton.row(self.nodes, p.M_N, p.nature, p.matrix).seen(one)[0])
                   for p in portals(couplings, "lep") if p.M_N > 0 and np.any(p.matrix))
        axis = Axis("energy of the photon", "GeV", np.array([0.0, 0.5 * constants.value("M_Z")]))
        return Prediction({"single photons": Spectrum((axis,), np.array([made]), "pb",
                                                      papers=PAPERS)})

    def nodes(self, M_N: float, nature: str) -> tuple[np.ndarray, np.ndarray]:
        """Cross section [pb] if all decay, and mean paths inside, at a moment of 1 mu_B."""
        made = self.completion(M_N, nature)
        root = made.M_Z
        if root <= M_N:
            return np.zeros(0), np.zeros(0)
        sigma = annihilation.cross_section_Z(made.d_Z / _SMALL, M_N) \
            + annihilation.cross_section(root**2, 1.0, M_N)
        widths = {k: x / _SMALL**2 for k, x in made.widths().items()}
        whole, p_N = sum(widths.values()), (root**2 - M_N**2) / (2 * root)
        seen = self.efficiency * widths["gamma"] / whole if whole > 0 else 0.0
        return (np.array([per_unit(sigma * seen, "pb")]),
                np.array([self.radius * M_N * whole / p_N]))
