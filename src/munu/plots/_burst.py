"""What the figures of the neutronization burst share: star, field, moment, detectors and words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from munu import flavors, media, propagation
from munu.couplings import Couplings
from munu.detectors import supernova
from munu.media import fields
from munu.plots import _style
from munu.probes import galactic_supernova_twist
from munu.propagation import earth
from munu.sources import burst
from munu.units import MeV, km, parse

FIT, WINDOW, DISTANCE = flavors.DEFAULT, "-10ms:50ms", "10kpc"
MOMENT, FIELD = 1e-12, ("5e9G", "1000km")
# of a Dirac nu_e with N_1, in a field that turns [1/length]
DIRAC, TWIST = 3e-11, parse(galactic_supernova_twist.TWIST, "1/km")
E_MAX, SHOWN = 80, 60
SEEN = (("dune", "nu_e_argon", r"DUNE, $\nu_e$ on argon", _style.BLUE),
        ("hyper_kamiokande", "ibd", r"Hyper-Kamiokande, $\bar\nu_e p$", _style.GREEN),
        ("juno", "ibd", r"JUNO, $\bar\nu_e p$", _style.RED))
SAID = (r"Garching 8.8 $M_\odot$ burst, $-10$ to 50 ms after bounce, 10 kpc")
STAMP = (r"Majorana: $H_{\nu\bar\nu}=\mu_{ab}B_\perp$, $\mu_{e\mu}=\mu_{e\tau}=10^{-12}\,\mu_B$;"
         r"  profile A, $B_\perp=5\times10^9\,\mathrm{G}\,(1000\,\mathrm{km}/r)^3$;  NuFIT 6.0")


def medium(**changes):
    """Profile A with its dipole field."""
    return media.get("profile_a").with_(field=fields.dipole(*FIELD), **changes)


def conversion(hamiltonian) -> tuple[np.ndarray, np.ndarray]:
    """Energies (n,) and probabilities (n, 6, 6) of a flavor to arrive as a mass state."""
    E = np.arange(0.5, E_MAX) * MeV
    return E, _arriving(hamiltonian, E)


def _arriving(hamiltonian, E) -> np.ndarray:
    return propagation.evolve(hamiltonian, (1e3 * km, 1e6 * km), E, tol=1e-4).mass_probabilities


def leaving(hamiltonians, E) -> np.ndarray:
    """Probabilities (n, 6, 6) of a flavor to arrive as an active mass state: of one Majorana
    Hamiltonian, or of a Dirac neutrino's and of its antineutrino's."""
    if len(hamiltonians) == 1:
        return _arriving(hamiltonians[0], E)
    out = np.zeros((np.size(E), 6, 6))
    for k, H in zip((0, 3), hamiltonians, strict=True):
        out[:, k:k + 3, k:k + 3] = _arriving(H, E)[:, :3, :3]
    return out


def majorana(mixing, moment: float):
    """The Hamiltonian of two equal transition moments of the electron flavor [mu_B]."""
    return propagation.majorana(medium(), Couplings.majorana(moment, moment), mixing)


def dirac(mixing, twist: float, **more):
    """One moment, of nu_e with N_1, in a field that turns at a constant rate [1/length]."""
    turning = medium(twist=(lambda r: twist + 0 * np.asarray(r)) if twist else None)
    return propagation.dirac(turning, np.diag([DIRAC, 0.0, 0.0]), mixing, **more)


def arrivals(E, P, mixing, fluence: Callable) -> Callable:
    """Fluence by flavor at Earth as a function of energy; probabilities linear between nodes."""
    by_flavor = earth.at_earth(P, mixing)

    def arrives(at):
        at = np.asarray(at, dtype=float)
        k = np.clip(np.searchsorted(E, at) - 1, 0, E.size - 2)
        x = np.clip((at - E[k]) / (E[k + 1] - E[k]), 0, 1)[:, None, None]
        return burst.arriving(fluence(at), (1 - x) * by_flavor[k] + x * by_flavor[k + 1])

    return arrives


def left(at) -> np.ndarray:
    """What left the star through a unit area, (6, n) [1/(area energy)]."""
    return burst.burst().fluence(at, WINDOW, DISTANCE)


def papers(seen=()) -> tuple[str, ...]:
    """Papers of the medium, the mixing, the burst and the channels."""
    keys = [*media.get("profile_a").papers, *flavors.mixing(FIT).papers,
            *burst.burst().papers]
    for _, channel, *_ in seen:
        keys += supernova.CHANNELS[channel].papers
    return tuple(dict.fromkeys(keys))
