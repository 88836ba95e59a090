r"""What detectors along the beams of the LHC share: three signals of one moment.

.. math:: N = x^2\left(S_e + S_p\right) + x^2\sum_k w_k\,P(\ell_k/x^2)

electrons that recoil within a window, protons knocked out above a threshold, and N that decays in
the detector after it was made there, where its making was not counted already.  Nuclei as a whole
recoil with keV and are not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import log10, sqrt
from typing import Annotated, Any

import numpy as np

from munu import flavors
from munu.constants import alpha, m_e
from munu.couplings import LARGEST, Couplings, check_nature
from munu.detectors.geometry import Box
from munu.errors import DomainError, UnknownName
from munu.kinematics import E_nu_min
from munu.parameters import About, Quantity
from munu.probes import _beams
from munu.probes._beam_detectors import facts
from munu.probes._beams import EVENTS, Beam, Efficiency, Row
from munu.probes.expected import Curve, Expected, Polynomial
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.probes.recoil import Channel, sharp
from munu.processes import electron_scattering, proton_scattering
from munu.processes.process import Reaction, Term, dipole_parts
from munu.processes.upscattering import K_F, Scatterer
from munu.ray import Ray
from munu.sources import forward
from munu.sources.source import Source
from munu.spectrum import Axis, Prediction, Spectrum
from munu.targets import material
from munu.targets.atom import ELECTRON
from munu.targets.nucleus import Nucleus
from munu.units import GeV, MeV, cm, fm, g, m, per_unit, tonne

CHANNELS = ("electrons", "protons", "decays")
#: without protons, of which the weak current knocks out many more than three
DEFAULT = ("electrons", "decays")
#: densities of what fills a body without gaps
DENSITIES = {"W": 19.3 * g / cm**3, "Ar": 1.396 * g / cm**3}
# protons beyond are broken, and are left out
_HARDEST = 5 * GeV
# where nothing else is said
_HIGHEST, _PROTONS = 1 * GeV, 50 * MeV
# options that count with one channel alone
_OF = {"length": "decays", "highest": "electrons", "proton_threshold": "protons"}
# bins a decade of visible energy; nodes a decade of size, how close an edge is, and where the
# search for it begins where nothing is seen at once
_A_DECADE, _STEPS, _PRECISION, _START = 8, 2, 1e-6, 1e-6
OTHERWISE = ("answers to moments alone: of charges and radii the recoils of quarks say more, which "
             "are left out")

Channels = Annotated[tuple[str, ...] | str, About(
    "what counts: some of electrons, protons, decays")]
Luminosity = Annotated[Quantity, About("integrated", "fb^-1")]
Mass = Annotated[Quantity, About("of the target", "t")]
Threshold = Annotated[Quantity, About("least recoil of an electron, and least photon", "MeV")]
Highest = Annotated[Quantity | None, About(
    "highest recoil of an electron that counts; 1 GeV if not given", "GeV")]
Protons = Annotated[Quantity | None, About(
    "least recoil of a proton that is seen, where protons count; 50 MeV if not given", "MeV")]
Length = Annotated[Quantity | None, About(
    "along the beam, for decays; that of the detector if not given, or of its target without gaps",
    "m")]
Lines = Annotated[str, About("of the flux, as the source has it: density or bins",
                             choices=forward.SPECTRA)]


@dataclass(frozen=True)
class _Knocked:
    """Terms of nucleons that are knocked out by a moment."""

    scatterer: Scatterer

    def __call__(self, T: np.ndarray, M_N: Any, C: np.ndarray) -> list[Term]:
        mass = self.scatterer.mass
        c = self.scatterer.coefficients(T, M_N)
        scale = np.pi * alpha**2 / m_e**2
        return [Term(scale * np.stack(np.broadcast_arrays(*c)),
                     np.asarray(E_nu_min(T, M_N, mass)), np.stack([C, C.conj()]), "dipole")]


def _weak(T: np.ndarray, _new: object, power: int) -> list[Term]:
    """Protons that the weak current knocks out, as free ones; charges and radii are not asked."""
    return proton_scattering.terms(T) if power == 0 else []


@dataclass(frozen=True, eq=False, kw_only=True)
class Setting:
    """A detector in the beam.

    Attributes
    ----------
    name, experiment : of the probe, and of its flux
    target : ``W`` or ``Ar``
    channels : some of :data:`CHANNELS`
    luminosity : integrated [1/area]
    mass, length : of the target [energy], [length]
    threshold, highest : window of recoils of electrons [energy]
    protons : least recoil of a proton [energy]
    spectrum : of the flux
    """

    name: str
    experiment: str
    target: str
    channels: tuple[str, ...]
    luminosity: float
    mass: float
    length: float
    threshold: float
    highest: float
    protons: float
    spectrum: str

    @cached_property
    def source(self) -> Source:
        """The flux, per luminosity."""
        return forward.source(experiment=self.experiment, spectrum=self.spectrum)

    @property
    def area(self) -> float:
        """Of the detector across the beam [area]."""
        known = facts(self.experiment)
        return known["x"] * known["y"]

    @cached_property
    def axis(self) -> Axis:
        """Visible energy: of an electron, a proton, a photon."""
        low, top = min(self.threshold, self.protons), self.source.support[1]
        bins = int(np.ceil(_A_DECADE * log10(top / low)))
        edges = np.geomspace(low, top, bins + 1)
        ends = [self.threshold, self.highest, self.protons, _HARDEST]
        # an edge of a window takes the place of what is next to it
        near = np.abs(np.log(edges[:, None] / ends)).min(axis=1) < 0.1
        edges = edges[~near]
        return Axis("visible energy", "GeV", np.unique([low, *edges, *ends, top]))

    def _struck(self, kinds: Sequence[str]) -> tuple[tuple[Scatterer, float], ...]:
        held = _beams.targets(material(self.target), self.mass, tuple(kinds), K_F)
        # isotopes as a whole differ by less than a per mille together: the commonest is for all
        nuclei = [x for x in held if x[0].kind == "coherent"]
        if not nuclei:
            return held
        common, _ = max(nuclei, key=lambda x: x[1])
        return ((common, sum(n for _, n in nuclei)),
                *(x for x in held if x[0].kind != "coherent"))

    def _edges(self, low: float, high: float) -> tuple[int, int]:
        edges = self.axis.edges
        return int(np.searchsorted(edges, low * (1 - 1e-12))), \
            int(np.searchsorted(edges, high * (1 - 1e-12)))

    @cached_property
    def recoils(self) -> dict[str, tuple[int, Channel]]:
        """Channels of recoils, each with the bin of the axis that it begins in."""
        (_, electrons), = self._struck(("electrons",))
        (proton, protons), = self._struck(("protons",))
        made = {
            "electrons": (electron_scattering.reaction(ELECTRON, per_mass=electrons / self.mass),
                          self.threshold, self.highest),
            "protons": (Reaction(name="protons", on="nuclei", dipole=_Knocked(proton),
                                 weak=_weak, per_mass=protons / self.mass,
                                 papers=proton.papers), self.protons, _HARDEST)}
        out = {}
        for name, (reaction, low, high) in made.items():
            first, last = self._edges(low, high)
            out[name] = first, sharp(self.source, reaction, self.axis.edges[first:last + 1],
                                     self.mass * self.luminosity)
        return out

    @cached_property
    def beams(self) -> tuple[tuple[int, Beam], ...]:
        """N that decays: all that is made, less that whose recoil counts already."""
        side = sqrt(self.area)
        parts: list[tuple[int, tuple[str, ...], float]] = [
            (1, ("coherent",), self.screened), (1, ("protons", "neutrons", "electrons"), 0.0)]
        if "protons" in self.channels:
            parts.append((-1, ("protons",), self.protons))
        if "electrons" in self.channels:
            parts += [(-1, ("electrons",), self.threshold), (1, ("electrons",), self.highest)]
        kept: dict[Any, Any] = {}
        return tuple((sign, Beam(
            source=self.source, targets=self._struck(kinds), exposure=self.luminosity,
            geometry=Box(side, side, self.length), T_min=least, kept=kept,
            efficiency=Efficiency.flat(low=self.threshold))) for sign, kinds, least in parts)

    def rows(self, matrix: np.ndarray, M_N: float, nature: str | None) -> list[tuple[int, Row]]:
        """N of one mass, for moments (3, n_N), with the sign by which each counts."""
        if M_N == 0 or "decays" not in self.channels:
            return []
        return [(sign, row) for sign, beam in self.beams for row in beam.rows(matrix, M_N, nature)]

    def counts(self, C: np.ndarray, M_N: np.ndarray) -> dict[str, np.ndarray]:
        """Recoils at a unit size for masses (n,), in the bins of each channel that counts."""
        out: dict[str, np.ndarray] = {}
        for name in ("electrons", "protons"):
            if name in self.channels:
                _, channel = self.recoils[name]
                out[name] = channel.counts(channel.reaction.dipole(channel.T, M_N[:, None], C))
        return out

    def expects(self, ray: Ray) -> Expected:
        """Events against the size."""
        M_N = np.zeros(1) if ray.masses is None else np.asarray(ray.masses)
        made = self.counts(ray.trace_matrix(flavors.mixing().U), M_N)
        prompt = sum((c.sum(axis=1) for c in made.values()), start=np.zeros(M_N.size))
        if "decays" not in self.channels or not M_N.any():
            return Polynomial(signal={2: prompt[:, None]})
        check_nature(ray.nature, needed_by=_beams.NEEDED)
        along = Along(self, ray, prompt)
        return Curve(signal=along.signal, where=along.where, steps=_STEPS, precision=_PRECISION)

    def predict(self, couplings: object) -> Prediction:
        """Events by signal, in bins of the visible energy."""
        held = Couplings.of(couplings)
        if held.charge.any() or held.r2.any():
            raise DomainError(f"{self.name} {OTHERWISE}")
        size = self.axis.edges.size - 1
        total = {n: np.zeros(size) for n in CHANNELS if n in self.channels}
        for M_N, C in dipole_parts(held, flavors.mixing().U):
            for name, made in self.counts(C, np.array([M_N])).items():
                first = self.recoils[name][0]
                total[name][first:first + made.shape[1]] += made[0]
        for p in held.portals:
            for sign, row in self.rows(p.matrix, p.M_N, p.nature) if np.any(p.matrix) else []:
                for made in row.photons(1.0, self.axis.edges).values():
                    total["decays"] += sign * made[:, 0]
        if "decays" in total:
            # what is taken off is that to the last digits alone
            total["decays"] = np.maximum(total["decays"], 0.0)
        return Prediction({n: Spectrum((self.axis,), x, papers=self.papers)
                           for n, x in total.items()})

    @property
    def screened(self) -> float:
        r"""Recoil of a nucleus below which its electrons screen it [energy].

        .. math:: T = \frac{Q^2}{2m},\qquad Q = \alpha m_e Z^{1/3}
        """
        nucleus = self._nucleus
        return (alpha * m_e) ** 2 * nucleus.Z ** (2 / 3) / (2 * nucleus.mass)

    @property
    def _nucleus(self) -> Nucleus:
        return max(material(self.target).parts, key=lambda part: part[0])[1]

    def standard_model(self, channel: str) -> float:
        """Electrons, or protons, in their window that the weak current scatters."""
        _, made = self.recoils[channel]
        return float(made.counts(made.reaction.weak(made.T, None, 0)).sum())

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the flux, of the study and of the scattering."""
        return tuple(dict.fromkeys((*self.source.papers, "Ismail2021", "BrdarTalk")))

    @property
    def coherent(self) -> float:
        r"""Mass of N above which no nucleus recoils as a whole [energy].

        .. math:: \frac{M^2}{2E} = \frac1R

        at the energy about which half of the neutrinos are, their harmonic mean.
        """
        count, inverse, _ = self.source.moments()(np.array(0.5 * self.source.support[0]))
        radius = 1.2 * fm * self._nucleus.A ** (1 / 3)
        return float(np.sqrt(2 * count / inverse / radius))

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        said = [f"{EVENTS:g} events of {' and '.join(self.channels)}, without background, in "
                f"{per_unit(self.luminosity, 'fb^-1'):g} /fb",
                f"{self.mass / tonne:g} t of {self.target}, filled evenly",
                "nuclei as a whole recoil with keV, unseen",
                "elastic scattering alone: above about "
                f"{self.coherent / GeV:.2g} GeV (M^2/2E above 1/R) N is made by breaking nucleons, "
                "which is left out, and the reach there is too weak", *self.source.assumed]
        if "electrons" in self.channels:
            said.append(f"electrons of {self.threshold / MeV:g} MeV to {self.highest / GeV:g} GeV, "
                        "efficiency 1; the Standard Model scatters "
                        f"{self.standard_model('electrons'):.2g} there, not taken off")
        if "protons" in self.channels:
            said.append(f"protons of {self.protons / MeV:g} MeV to {_HARDEST / GeV:g} GeV, a "
                        "choice; a Fermi gas of 221 MeV, nothing happens to them on their way out; "
                        "the weak current knocks out about "
                        f"{self.standard_model('protons'):.2g}, not taken off")
        if "decays" in self.channels:
            said += [f"N that decays within {self.length / m:.2g} m of target, photons above "
                     f"{self.threshold / MeV:g} MeV; what is made in front of the detector is left "
                     "out, and so is N whose recoil counts already",
                     "nuclei make N from a momentum transfer of alpha m_e Z^1/3 on, below which "
                     "their electrons screen them"]
        return tuple(said)

    def probe(self, title: str) -> Probe:
        """The probe of it."""
        return Probe(
            family="beams",
            name=self.name, title=title, grade="sensitivity",
            measured=Claim(high=EVENTS, unit="events", projection=True,
                           what=f"events of {', '.join(self.channels)}"),
            signal=self.predict, expects=self.expects,
            rays=("portal",) if self.channels == ("decays",) else ("portal", "majorana", "dirac"),
            otherwise=OTHERWISE, setting=self, median=False, papers=self.papers,
            assumptions=self.says(),
            variants={"protons too": {"channels": CHANNELS},
                      **{f"{n} alone": {"channels": n, **{
                          option: None for option, of in _OF.items() if of != n}}
                         for n in DEFAULT}})


@dataclass(frozen=True, eq=False)
class Along:
    """Events along one ray; tables of a mass are made once.

    Attributes
    ----------
    setting : Setting
    ray : Ray, a portal
    prompt : recoils that count at a unit size, by mass
    """

    setting: Setting
    ray: Ray
    prompt: np.ndarray
    kept: dict[int, list[tuple[int, Row]]] = field(default_factory=dict, repr=False)

    def rows(self, j: int) -> list[tuple[int, Row]]:
        """Of mass number j."""
        if j not in self.kept:
            masses = self.ray.masses
            M = 0.0 if masses is None else float(masses[j])
            matrix = self.ray.at(1.0, j).portals[0].matrix
            self.kept[j] = self.setting.rows(np.asarray(matrix), M, self.ray.nature)
        return self.kept[j]

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Events (m, 1) at sizes x for masses number j."""
        out = x**2 * self.prompt[j]
        for k in np.unique(j):
            at = j == k
            later = sum((sign * row.decays(x[at]) for sign, row in self.rows(int(k))),
                        start=np.zeros(int(at.sum())))
            out[at] += np.maximum(later, 0.0)
        return out[:, None]

    def where(self, j: int) -> tuple[float, float]:
        """From below where there are as many as are looked for; more only see more.

        Events rise at least as the square of the size and at most as its fourth power.
        """
        prompt = float(self.prompt[j])
        x = min(sqrt(EVENTS / prompt), LARGEST) if prompt > 0 else _START
        many = float(self.signal(np.array([x]), np.array([j]))[0, 0])
        if not many > 0:
            return 1e-9 * LARGEST, LARGEST
        least = x * min((EVENTS / many) ** power for power in (0.25, 0.5))
        return min(0.5 * least, 0.1 * LARGEST), LARGEST


def setting(name: str, experiment: str, target: str, *, channels: Sequence[str] | str,
            luminosity: float, mass: float, length: float | None, threshold: float,
            highest: float | None, protons: float | None, spectrum: str) -> Setting:
    """A detector from its options, checked; one that its channels do not ask is refused.

    Raises
    ------
    DomainError, UnknownName
    """
    wanted = (channels,) if isinstance(channels, str) else tuple(map(str, channels))
    for one in wanted:
        if one not in CHANNELS:
            raise UnknownName(f"channel of {name}", one, CHANNELS)
    if not wanted or len(set(wanted)) != len(wanted):
        raise DomainError("channels must be one at least, none of them twice")
    for (option, of), value in zip(_OF.items(), (length, highest, protons), strict=True):
        if of not in wanted and value is not None:
            raise DomainError(f"{option} of {name} counts with the channel {of} alone; channels "
                              f"are {', '.join(wanted)}")
    highest = _HIGHEST if highest is None else highest
    protons = _PROTONS if protons is None else protons
    length = facts(experiment).get("z") if length is None else length
    if spectrum not in forward.SPECTRA:
        raise UnknownName("spectrum", spectrum, forward.SPECTRA)
    for what, value, unit in (("luminosity", luminosity, "fb^-1"), ("mass", mass, "t"),
                              ("length", 1.0 if length is None else length, "m"),
                              ("threshold", threshold, "MeV"),
                              ("proton_threshold", protons, "MeV")):
        if not (np.isfinite(value) and value > 0):
            raise DomainError(f"{what} = {per_unit(value, unit):g} {unit} must be above 0")
    if not (np.isfinite(highest) and threshold < highest):
        raise DomainError(f"highest = {highest / GeV:g} GeV must be above the threshold, "
                          f"{threshold / GeV:g} GeV")
    if protons >= _HARDEST:
        raise DomainError(f"proton_threshold = {protons / GeV:g} GeV must be below "
                          f"{_HARDEST / GeV:g} GeV, above which a proton is broken")
    made = Setting(name=name, experiment=experiment, target=target,
                   channels=tuple(c for c in CHANNELS if c in wanted),
                   luminosity=float(luminosity), mass=float(mass),
                   length=0.0 if length is None else float(length), threshold=float(threshold),
                   highest=float(highest), protons=float(protons), spectrum=spectrum)
    if length is None:
        made = replace(made, length=made.mass / DENSITIES[target] / made.area)
    return made
