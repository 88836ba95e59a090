r"""Belle II: one photon and nothing else, of N made in e+ e- and gone before the calorimeter.

.. math:: N = L\,\varepsilon\,\sigma(e^+e^-\to\nu N)\int\mathrm d\Omega_N\,\mathrm d\Omega_\gamma\,
          \frac{\mathrm dn}{\mathrm d\Omega_N\mathrm d\Omega_\gamma}\,
          \big(1 - e^{-R/\lambda}\big),\qquad \lambda = \frac{p_N}{M_N\Gamma_N}

A projection.  The cross section is flat in the energy; directions are those of the amplitude, with
the spin of N in its decay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from munu import constants
from munu._arrays import gauss, gauss_panels
from munu.errors import DomainError, UnknownName
from munu.parameters import About, Quantity, declared
from munu.probes import _monophoton
from munu.probes._collapse import OTHERWISE, portals
from munu.probes.expected import Background, Curve, check_error
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.processes import annihilation, radiative_decay
from munu.ray import Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import GeV, cm, deg, per_unit

#: polar angles that the calorimeter covers, from the electron's direction [degrees]
ACCEPTANCES = {"calorimeter": ((12.4, 31.4), (32.2, 128.7), (130.7, 155.1)),
               "barrel": ((32.2, 128.7),), "all": ((0.0, 180.0),)}
#: events that are seen where no background is stated
EVENTS = 3.0
PAPERS = ("BelleII2018", "Santelj2017", "Basf2Acceptance", "Belle2002", "ZhangSong2022",
          "Magill2018")
# nodes: of a window of the photon's angle, of a panel of its energy, of the azimuth of N about it;
# bins shown; panels lie where a fast N turns its photon round, in powers of its mass squared
_ANGLES, _ENERGIES, _TURNS, _BINS = 12, 6, 8, 24
_BENDS, _FASTEST = np.array([1.0, 0.75, 0.5, 0.25]), 1e-4
_STEPS, _PRECISION = 4, 1e-6
_M_Z = constants.value("M_Z")


@declared
def probe(*, luminosity: Annotated[Quantity, About("integrated over time", "1/ab")] = "50 /ab",
          acceptance: Annotated[str, About(
              "where the photon is seen: in the three parts of the calorimeter, in its barrel, or "
              "all around", choices=tuple(ACCEPTANCES))] = "calorimeter",
          E_min: Annotated[Quantity, About(
              "the least energy of the photon, where the beams collide at rest; 0: any", "GeV")]
          = "0 GeV",
          radius: Annotated[Quantity, About(
              "decays within this distance are seen; that of the barrel of the calorimeter",
              "cm")] = "125 cm",
          efficiency: Annotated[float, About("of what is in the acceptance")] = 1.0,
          background: Annotated[float | None, About(
              "events of it; without it the reach is that of 3 events")] = None,
          background_error: Annotated[float | None, About(
              "relative; needed with a background")] = None,
          E_electron: Annotated[Quantity, About("energy of the electrons", "GeV")] = "7 GeV",
          E_positron: Annotated[Quantity, About("energy of the positrons", "GeV")] = "4 GeV"
          ) -> Probe:
    """The reach of Belle II in single photons.

    Raises
    ------
    DomainError, UnknownName

    Source : BelleII2018, Santelj2017, Basf2Acceptance, Belle2002
    """
    made = Setting(luminosity=float(luminosity), acceptance=acceptance, E_min=float(E_min),
                   radius=float(radius), efficiency=float(efficiency), background=background,
                   error=background_error, beams=(float(E_electron), float(E_positron)))
    quiet = background is None
    return Probe(
        family="beams",
        name="belle2", title="Belle II, single photons (projection)", grade="sensitivity",
        measured=Claim(high=EVENTS, unit="events", projection=True, what="single photons")
        if quiet else None,
        signal=made.predict, expects=made.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=made, median=not quiet, papers=PAPERS, assumptions=made.says(),
        variants={"barrel alone": {"acceptance": "barrel"}})


@dataclass(frozen=True, eq=False, kw_only=True)
class Setting:
    """What the events are made with.

    Attributes
    ----------
    luminosity : [1/area]
    acceptance : of ``ACCEPTANCES``
    E_min : least energy of the photon, where the beams collide at rest [energy]
    radius : within which decays are seen [length]
    efficiency : [1]
    background : events, or None
    error : of the background, relative, or None
    beams : energies of electrons and positrons [energy]
    """

    luminosity: float
    acceptance: str
    E_min: float
    radius: float
    efficiency: float
    background: float | None
    error: float | None
    beams: tuple[float, float]

    def __post_init__(self) -> None:
        if self.acceptance not in ACCEPTANCES:
            raise UnknownName("acceptance", self.acceptance, ACCEPTANCES)
        for name, value, unit in (
                ("luminosity", self.luminosity, "1/ab"), ("radius", self.radius, "cm"),
                ("E_electron", self.beams[0], "GeV"), ("E_positron", self.beams[1], "GeV")):
            if not 0 < value < np.inf:
                raise DomainError(f"{name} = {per_unit(value, unit):g} {unit} must be above 0")
        if not self.root < 0.5 * _M_Z:
            raise DomainError(f"E_electron and E_positron collide with {self.root / GeV:.4g} GeV; "
                              f"that must be below half the mass of the Z, {0.5 * _M_Z / GeV:.4g} "
                              "GeV: the Z is left out")
        if not 0 < self.efficiency <= 1:
            raise DomainError(f"efficiency = {self.efficiency:g} must be above 0 and at most 1")
        if not 0 <= self.E_min < 0.5 * self.root:
            raise DomainError(f"E_min = {self.E_min / GeV:g} GeV must be at least 0 and below half "
                              f"the energy, {0.5 * self.root / GeV:g} GeV")
        if self.background is None:
            if self.error is not None:
                raise DomainError("background_error belongs to a background; give background too")
            return
        if not 0 <= self.background < np.inf:
            raise DomainError(f"background = {self.background:g} must be at least 0 events")
        if self.error is None:
            raise DomainError("background needs background_error, how well its events are known: "
                              "0.05 is 5 per cent")
        check_error(self.error, "background_error")

    @property
    def root(self) -> float:
        """Energy where the beams collide at rest [energy]."""
        return float(2 * np.sqrt(self.beams[0] * self.beams[1]))

    @property
    def boost(self) -> float:
        """Velocity of that frame along the electrons."""
        return (self.beams[0] - self.beams[1]) / (self.beams[0] + self.beams[1])

    @property
    def windows(self) -> list[tuple[float, float]]:
        """Cosines that are seen, in that frame."""
        beta = self.boost
        lab = (np.cos(np.array(w) * deg)[::-1] for w in ACCEPTANCES[self.acceptance])
        return [tuple(((c - beta) / (1 - beta * c)).tolist()) for c in lab]

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        seen = f"a background of {self.background:g} events known to {self.error:.3g}" \
            if self.background is not None and self.error is not None else \
            f"{EVENTS:g} events, as if there were no background: none was stated"
        return (seen, f"{per_unit(self.luminosity, '1/ab'):g} /ab at {self.root / GeV:.4g} GeV, "
                f"electrons of {self.beams[0] / GeV:g} and positrons of {self.beams[1] / GeV:g} "
                "GeV head on",
                f"photons in the acceptance '{self.acceptance}' by their direction, from "
                f"{self.E_min / GeV:g} GeV where the beams collide at rest; efficiency "
                f"{self.efficiency:g}",
                f"N decays within {self.radius / cm:g} cm of where it is made",
                "no radiation off the beams, which lowers the energy of the photon a little and "
                "the cross section hardly; no resolution, no other cuts",
                "a moment without scale: formal where mu times the energy is near 1, which "
                "1e-3 mu_B is")

    def expects(self, ray: Ray) -> Curve:
        """Events against the size of the moments."""
        least = EVENTS if self.background is None else 0.1
        along = _monophoton.Along(self.nodes, ray, least)
        template = {} if self.background is None else {
            "background": Background(np.array([self.background]), self.error)}
        return Curve(signal=along.signal, where=along.where, backgrounds=template, steps=_STEPS,
                     precision=_PRECISION)

    def predict(self, couplings: object) -> Prediction:
        """Events by energy of the photon, where the beams collide at rest."""
        edges = np.linspace(self.E_min, 0.5 * self.root, _BINS + 1)
        total = np.zeros(_BINS)
        for p in portals(couplings, "belle2"):
            if p.M_N > 0 and np.any(p.matrix):
                made = _monophoton.row(lambda M, n: self.nodes(M, n, edges), p.M_N, p.nature,
                                       p.matrix)
                E = self._photons(p.M_N, edges)[0]
                total += np.histogram(E, edges, weights=made.values(np.ones(1))[0])[0]
        axis = Axis("energy of the photon", "GeV", edges)
        return Prediction({"single photons": Spectrum((axis,), total, papers=PAPERS)})

    def nodes(self, M_N: float, nature: str, edges: np.ndarray | None = None
              ) -> tuple[np.ndarray, np.ndarray]:
        """Events if all decay and mean paths inside, at a moment of 1 mu_B: (n,) each."""
        _, share, p = self._photons(M_N, edges, radiative_decay.asymmetry(nature))
        made = annihilation.cross_section(self.root**2, 1.0, M_N) * self.luminosity
        width = radiative_decay.width(M_N, 1.0, nature)
        slow = np.maximum(p, 1e-12 * M_N)
        return made * self.efficiency * share, self.radius * M_N * width / slow

    def _photons(self, M_N: float, edges: np.ndarray | None = None, asymmetry: float = 0.0
                 ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Energy of the photon, share of all N, and momentum of N in the laboratory: (n,) each.

        Laid out by the photon, which is what is cut: its direction, then its energy, then N about
        it; no panel of energies lies across one of ``edges``.
        """
        root, s = self.root, self.root**2
        if root <= M_N:
            return np.zeros(0), np.zeros(0), np.zeros(0)
        E_N, p_N = (s + M_N**2) / (2 * root), (s - M_N**2) / (2 * root)
        # the cosine at rest is the energy
        cuts = (2 * np.append(self.E_min, [] if edges is None else edges) - E_N) / p_N
        low = max(-1.0, float(cuts[0]))
        inner = np.append(cuts, -1 + 2 * max(M_N / root, _FASTEST) ** (2 * _BENDS))
        rest, w_rest = gauss_panels(np.unique([low, *inner[(inner > low) & (inner < 1)], 1.0]),
                                    _ENERGIES)
        t, v = gauss(_ANGLES)
        sky = [(0.5 * (a + b) + 0.5 * (b - a) * t, 0.5 * (b - a) * v) for a, b in self.windows]
        c_gamma, w_gamma = (np.concatenate(x)[:, None, None] for x in zip(*sky, strict=True))
        rest, w_rest = rest[:, None], w_rest[:, None]
        # one half of the turn is like the other
        turn = np.cos(np.pi * (np.arange(_TURNS) + 0.5) / _TURNS)
        # E_N - p_N is M_N^2 over the energy, which no difference would find
        twice = p_N * (1 + rest) + M_N**2 / root
        s_rest = np.sqrt((1 - rest) * (1 + rest))
        sine, cosine = M_N * s_rest / twice, (p_N * (1 + rest) + rest * M_N**2 / root) / twice
        s_gamma = np.sqrt((1 - c_gamma) * (1 + c_gamma))
        c_N = np.clip(c_gamma * cosine + s_gamma * sine * turn, -1, 1)
        made = annihilation.directions(c_N, s, M_N)
        along, across = annihilation.polarization(c_N, s, M_N)
        # the photon's part across N, towards the electron, is s_rest times this
        aside = (c_gamma * sine - s_gamma * cosine * turn) / np.sqrt(
            np.maximum((1 - c_N) * (1 + c_N), 1e-300))
        spin = 1 + asymmetry * (along * rest + across * s_rest * np.clip(aside, -1, 1))
        share = 0.5 * made * spin * w_gamma * w_rest / _TURNS
        gamma = 1 / np.sqrt(1 - self.boost**2)
        lab = gamma * (E_N + self.boost * p_N * c_N)
        p = np.sqrt(np.maximum((lab - M_N) * (lab + M_N), 0.0))
        return np.broadcast_to(0.5 * twice, share.shape).ravel(), share.ravel(), p.ravel()
