r"""What a star loses to neutrinos that its plasma makes: three reactions, summed over its zones.

.. math:: L = \int dV\,\big(Q_{\gamma^*\to\nu N} + Q_{\gamma e\to e\nu N}
          + Q_{eZ\to eZ\nu N}\big)

Plasmon decay makes them below the plasma frequency, and electrons with photons and nuclei above.
All three make a pair of invariant mass K by the same vertex, so that for all masses of N a zone is
one sum over K.  Photons off their mass shell are the second reaction again (heavy, slow
electrons): they stand beside, and are never added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from munu import media
from munu._arrays import Numbers, finite
from munu._frozen import FrozenMap
from munu.couplings import Couplings
from munu.errors import DomainError, UnknownName
from munu.media.plasma import Plasma
from munu.media.profile import Profile
from munu.processes import _plasmons, compton, free_free, off_shell, plasmon_decay
from munu.processes._plasmons import Pairs
from munu.rates import _leaving

# K^2 and loss there, each (zones, nodes)
Spectrum: TypeAlias = tuple[np.ndarray, np.ndarray]
#: reactions that are summed, and what stands beside them
REACTIONS: Mapping[str, Callable[[Plasma], Spectrum]] = FrozenMap({
    "plasmon_decay": plasmon_decay.spectrum, "compton": compton.spectrum,
    "free_free": free_free.spectrum, "off_shell": off_shell.spectrum})
#: zones of a star between breaks, such that sums are good to 3e-3 at any mass: many where each ends
#: at a mass of its own
ZONES: Mapping[str, int] = FrozenMap({"plasmon_decay": 64, "compton": 16, "free_free": 16,
                                      "off_shell": 64})
DEFAULT = ("plasmon_decay", "compton", "free_free")


def counted(nature: str | None) -> float:
    r"""How much of :math:`\mathrm{Tr}\,C = \sum|\mu_{ab}|^2` a plasmon decays by [1].

    Scattering of :math:`\nu_a` to one state b with :math:`|\mu_{ab}|^2` crosses to a pair of these
    two.  Of a portal and of Dirac neutrinos every entry makes a pair of its own and its conjugate;
    of Majorana neutrinos (a, b) and (b, a) are one and the same pair.
    """
    return 0.5 if nature == "majorana" else 1.0


def checked(reactions: tuple[str, ...] | list[str] | str) -> tuple[str, ...]:
    """Names of reactions that may be summed.

    Raises
    ------
    UnknownName, DomainError
    """
    made = tuple(x.strip() for x in reactions.split(",")) if isinstance(reactions, str) else \
        tuple(reactions)
    for name in made:
        if name not in REACTIONS:
            raise UnknownName("reaction of a star", name, tuple(REACTIONS))
    if not made or len(set(made)) < len(made):
        raise DomainError("reactions must be one at least, none of them twice")
    if "off_shell" in made and len(made) > 1:
        raise DomainError("off_shell is plasmon decay and compton again, in one approximation: it "
                          "stands alone and is not added to others")
    return made


def by_moment(plasma: Plasma, M_N: Numbers, reactions: tuple[str, ...] = DEFAULT
              ) -> dict[str, np.ndarray]:
    """Energy loss per volume for a moment of 1/energy: each (masses, zones) [energy^7]."""
    M_N = np.atleast_1d(finite("M_N", M_N, low=0.0))
    return {name: _plasmons.loss(plasma, M_N, REACTIONS[name](plasma))
            for name in checked(reactions)}


def of_star(star: Profile, reactions: tuple[str, ...] = DEFAULT) -> dict[str, Pairs]:
    """What all zones of a star lose for a moment of 1/energy, as functions of M_N [energy^4].

    Parameters
    ----------
    star : Profile with a temperature
    reactions : of ``REACTIONS``

    Raises
    ------
    DomainError, UnknownName
        No temperature, a reaction that is none.
    """
    out = {}
    for name in checked(reactions):
        _, volume, plasma = star.zones(ZONES[name])
        K2, weight = REACTIONS[name](plasma)
        out[name] = Pairs(K2.ravel(), (weight * volume[:, None]).ravel())
    return out


def luminosity(core: Profile | str, couplings: object, *, reabsorbed: bool = True,
               nature: str | None = None, redshift: bool = False,
               targets: tuple[str, ...] = _leaving.TARGETS,
               returned: float = _leaving.RETURNED) -> float:
    r"""Energy that N take from a supernova's core a time, a second after bounce.

    .. math:: L = \sum_{\rm zones}V\int E\,\frac{\mathrm d^2n_N}{\mathrm dE\,\mathrm dt}\,
              \langle e^{-\tau}\rangle\,\mathrm dE

    with the optical depth to being taken up again and to decay, averaged over directions.

    Parameters
    ----------
    core : Profile with temperature and mu_nu, a name such as ``fischer18``, or a file
    couplings : a DipolePortal, Couplings or a model: moments to N, and Dirac moments of light
        neutrinos, whose other helicity is an N without mass
    reabsorbed : bool, whether N is taken up again and decays; else all that is made leaves
    nature : ``dirac`` or ``majorana`` where the couplings say none; a heavy N decays by it
    redshift : bool, whether energies are those far away
    targets : on which N is made and taken up: ``protons``, ``electrons``
    returned : radius within which a decay counts as no loss [length]

    Returns
    -------
    float [energy^2]

    Raises
    ------
    DomainError, UnknownName
        Majorana moments of light neutrinos (what they make is a neutrino, which the core keeps),
        charges, a heavy N without a nature.

    Holds : N leaves from within the profile; what it takes changes nothing in the core.
    Source : BrdarTalk, Raffelt1996

    >>> from munu.couplings import DipolePortal
    >>> from munu.units import MeV, erg, s
    >>> portal = DipolePortal(1e-12, 50 * MeV, "e", "dirac")
    >>> print(f"{luminosity('fischer18', portal) / (erg / s):.1e} erg/s")
    7.0e+51 erg/s
    """
    states = _leaving.of_couplings(Couplings.of(couplings), nature)
    return float(sum(
        made.luminosity(1.0)[0] if reabsorbed else made.free for made in (
            _leaving.of_state(media.core(core), M_N, squares, n, targets=targets,
                              redshift=redshift, returned=returned)
            for M_N, squares, n in states)))
