r"""N that the early Universe makes by its moment and that decays to a neutrino and a photon.

Made on charges and by inverse decays from a highest temperature on, with the number of its helicity
states and with Boltzmann's factor where it is heavier than the bath; then decaying while the
Universe expands with it.  What decays heats photons, dilutes baryons and adds neutrinos.

Left out: how a hard neutrino turns protons into neutrons, photons that break nuclei (lifetimes
beyond about 1e4 s) or distort the background radiation (beyond about 1e6 s), and how N keeps
neutrinos themselves in the bath, where the moment is too large and is refused.

Source : BrdarTalk, Brdar2020, Borsanyi2016
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from munu import constants
from munu._arrays import Numbers, finite
from munu._guard import called, formula
from munu.couplings import check_nature
from munu.errors import DomainError
from munu.processes import radiative_decay
from munu.rates import _expansion, _flip, _relic, _thermal
from munu.rates._flip import HARD_THERMAL_LOOPS, TRUE
from munu.units import GeV, MeV, s

__all__ = ["delta_N_eff", "history", "largest_moment", "outcome", "relic"]

# where the bath begins to notice N
BEGIN = 20 * MeV
_HEAVIEST = 1e12 * GeV
# species: as many do not yet rule the bath where it is taken not to notice them
_MOST = 10


@formula
def delta_N_eff(M_N: Numbers, mu: Numbers, nature: str | None = None, n_species: int = 1, *,
                T_RH: float = TRUE, rate: float = HARD_THERMAL_LOOPS,
                mu_B: float = constants.mu_B) -> Numbers:
    r"""Effective number of neutrinos at recombination, less the same without N.

    .. math:: N_{\rm eff} = \frac{\rho_\nu + n_N\langle p_N\rangle}
              {\frac78\left(\frac4{11}\right)^{4/3}\rho_\gamma}

    Parameters
    ----------
    M_N : float or array, mass of N [energy]
    mu : float or array, root of the sum of squares over flavors, of each N [mu_B]
    nature : ``dirac`` or ``majorana``, needed where N has a mass
    n_species : int, degenerate N
    T_RH : float, highest temperature there was [energy]
    rate : float, the coefficient c of the rate on charges, 0.001 to 1 [1]
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError
        No nature, a T_RH outside 4 MeV to 280 GeV, a moment above :func:`largest_moment`.

    Holds : T_RH below 100 GeV; decays to a photon alone.  What outlives recombination counts as the
        radiation it once was (its momentum); that it is matter then is not counted.
    Source : BrdarTalk, Brdar2020, Elmfors1997, Borsanyi2016
    Anchors : AC70

    >>> print(f"{delta_N_eff(10 * MeV, 3e-12, 'majorana'):.2f}")
    0.13
    """
    return outcome(M_N, mu, nature, n_species, T_RH=T_RH, rate=rate, mu_B=mu_B).delta_N_eff


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """What N leaves behind, of one point or a map.

    Attributes
    ----------
    delta_N_eff : as :func:`delta_N_eff` [1]
    baryons : baryons over photons at recombination, over the same at 0.07 MeV, where nuclei form;
        0.953 without N, from the last electrons and positrons [1]
    greatest_share : largest energy of N over that of all others, below 20 MeV [1]
    matter : what outlived recombination weighs beyond its momentum, in neutrinos' energies [1]
    """

    delta_N_eff: Numbers
    baryons: Numbers
    greatest_share: Numbers
    matter: Numbers


@called
def outcome(M_N: Numbers, mu: Numbers, nature: str | None = None, n_species: int = 1, *,
            T_RH: float = TRUE, rate: float = HARD_THERMAL_LOOPS, mu_B: float = constants.mu_B
            ) -> Outcome:
    """All that N leaves behind; the arguments are those of :func:`delta_N_eff`.

    Raises
    ------
    DomainError

    Source : BrdarTalk, Brdar2020, Borsanyi2016

    >>> print(f"{outcome(1 * MeV, 1e-11, 'majorana').baryons:.2f}")
    0.76
    """
    heavy, shape = _heavy(M_N, mu, nature, n_species, T_RH, rate, mu_B)
    end = _expansion.follow(heavy, _begun(heavy, T_RH))
    made = end.neutrinos - _without().neutrinos + end.radiation
    # nothing made is nothing, not a rounding
    made = np.where(heavy.mu == 0, 0.0, made)
    return Outcome(delta_N_eff=made.reshape(shape)[()], baryons=end.eta.reshape(shape)[()],
                   greatest_share=end.peak.reshape(shape)[()], matter=end.matter.reshape(shape)[()])


@formula
def relic(M_N: Numbers, mu: Numbers, nature: str | None = None, n_species: int = 1, *,
          T_RH: float = TRUE, rate: float = HARD_THERMAL_LOOPS, mu_B: float = constants.mu_B
          ) -> Numbers:
    r"""Number of N and its antiparticle over entropy at 20 MeV, or at T_RH below.

    .. math:: \frac{dY}{d\ln a} = -\frac{\Gamma}{H}(Y-Y_{\rm eq})

    from 0 at T_RH: :math:`Y_{\rm eq}(1-e^{-Y_{\rm FI}/Y_{\rm eq}})` where little is made.

    Parameters
    ----------
    M_N, mu, nature, n_species, T_RH, rate, mu_B : as :func:`delta_N_eff`

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError

    Holds : the bath does not notice N above 20 MeV, true for every moment and T_RH that are taken.
    Source : Elmfors1997, Borsanyi2016
    """
    heavy, shape = _heavy(M_N, mu, nature, n_species, T_RH, rate, mu_B)
    if T_RH <= BEGIN:
        return np.zeros(shape)[()]
    return _relic.made(heavy, T_RH, BEGIN)[0].sum(axis=0).reshape(shape)[()]


@formula
def largest_moment(*, rate: float = HARD_THERMAL_LOOPS, mu_B: float = constants.mu_B) -> float:
    r"""The moment whose rate on charges is that of the expansion at 4 MeV.

    .. math:: \Gamma(4\,{\rm MeV}) = H(4\,{\rm MeV})

    A larger one keeps N, and with it neutrinos, in the bath while they should part from it.

    Parameters
    ----------
    rate : float, the coefficient c of the rate on charges, 0.001 to 1 [1]
    mu_B : constant [1/energy]

    Returns
    -------
    float [mu_B]

    Source : Elmfors1997

    >>> print(f"{largest_moment():.1e}")
    3.1e-10
    """
    return _flip.largest(rate) / mu_B


@dataclass(frozen=True, eq=False, kw_only=True)
class History:
    """The Universe with one kind of N, from 20 MeV to recombination; arrays (n,), a rising.

    A background for a nuclear network: H, neutrinos and entropy against the temperature.

    Attributes
    ----------
    M_N, mu, nature, n_species, T_RH : what was asked
    a : size, 1 at the begin [1]
    t : time since the begin [time]
    T : temperature of the photons [energy]
    H : rate of the expansion [energy]
    bath : energy of photons, electrons and positrons [energy^4]
    nu, N : energy of neutrinos and of N [energy^4]
    entropy : of the bath in a comoving volume, neutrinos included where they are still in it,
        without them from the first size of ``free`` on [1]
    free : whether neutrinos have parted from the bath
    """

    M_N: float
    mu: float
    nature: str | None
    n_species: int
    T_RH: float
    a: np.ndarray
    t: np.ndarray
    T: np.ndarray
    H: np.ndarray
    bath: np.ndarray
    nu: np.ndarray
    N: np.ndarray
    entropy: np.ndarray
    free: np.ndarray

    @property
    def N_eff(self) -> np.ndarray:
        """Energy of neutrinos over that of one that was never heated, at the time."""
        return 3 * self.nu / (_thermal.NEUTRINOS * _expansion.standard(self.T) ** 4)

    def columns(self) -> dict[str, tuple[str, Any]]:
        """For a table: name to unit and values."""
        energy = {k: ("MeV^4", getattr(self, k) / MeV**4) for k in ("bath", "nu", "N")}
        return {"a": ("1", self.a), "t": ("s", self.t / s), "T": ("MeV", self.T / MeV),
                "H": ("s^-1", self.H * s), **energy}


@called
def history(M_N: float, mu: float, nature: str | None = None, n_species: int = 1, *,
            T_RH: float = TRUE, rate: float = HARD_THERMAL_LOOPS,
            mu_B: float = constants.mu_B) -> History:
    """Expansion, temperature and energies for one N, step by step.

    Parameters
    ----------
    M_N : float, mass of N [energy]
    mu : float, root of the sum of squares over flavors, of each N [mu_B]
    nature : ``dirac`` or ``majorana``, needed where N has a mass
    n_species : int, degenerate N
    T_RH : float, highest temperature there was [energy]
    rate : float, the coefficient c of the rate on charges, 0.001 to 1 [1]
    mu_B : constant [1/energy]

    Raises
    ------
    DomainError

    Source : BrdarTalk, Borsanyi2016
    """
    heavy, shape = _heavy(M_N, mu, nature, n_species, T_RH, rate, mu_B)
    if shape:
        raise DomainError("the history is that of one N: M_N and mu are numbers")
    steps: list[tuple[_expansion.State, _expansion.Seen]] = []
    _expansion.follow(heavy, _begun(heavy, T_RH), steps)

    def row(of: int, name: str) -> np.ndarray:
        return np.array([getattr(x[of], name)[0] for x in steps])

    return History(
        M_N=float(M_N), mu=float(mu), nature=nature, n_species=n_species, T_RH=float(T_RH),
        a=np.exp(row(0, "x")), t=row(0, "t"), T=row(1, "T"), H=row(1, "H"), bath=row(1, "bath"),
        nu=row(1, "nu"), N=row(1, "N"), entropy=row(0, "S"), free=~row(0, "together"))


def followed(T_RH: float, rate: float) -> None:
    """Whether a history begins at this temperature [energy] with this coefficient of the rate.

    Raises
    ------
    DomainError
    """
    _flip.reheating(T_RH)
    if not 1e-3 <= rate <= 1:
        raise DomainError(f"rate = {rate:g} must lie between 0.001 and 1: 0.0132 with hard thermal "
                          "loops, 0.0108 for a screened photon")


def _heavy(M_N: Numbers, mu: Numbers, nature: str | None, n_species: int, T_RH: float,
           rate: float, mu_B: float) -> tuple[_relic.Heavy, tuple[int, ...]]:
    """What was asked, in one row, and its shape."""
    if isinstance(n_species, bool) or not isinstance(n_species, int) \
            or not 1 <= n_species <= _MOST:
        raise DomainError(f"n_species = {n_species!r} must be a whole number, 1 to {_MOST}")
    followed(T_RH, rate)
    M_N, mu = finite("M_N", M_N), np.abs(finite("mu", mu))
    if np.any(M_N < 0):
        raise DomainError(f"M_N = {M_N.min() / MeV:g} MeV must be at least 0")
    if np.any(M_N > _HEAVIEST):
        raise DomainError(f"M_N = {np.max(M_N) / GeV:.3g} GeV is beyond {_HEAVIEST / GeV:.0e} GeV; "
                          "nothing can make it")
    M, size = np.broadcast_arrays(M_N, mu * mu_B)
    check_nature(nature, needed_by="the states and the width of N" if np.any(M > 0) else None)
    most = _flip.largest(rate)
    if np.any(size > most * (1 + 1e-9)):
        raise DomainError(f"mu = {size.max() / mu_B:.3g} must be at most {most / mu_B:.3g}: a "
                          "larger moment keeps neutrinos themselves in the bath, which is not "
                          "followed")
    M, size = M.ravel(), size.ravel()
    width = radiative_decay.width(M, size / mu_B, nature or "majorana", mu_B=mu_B)
    return _relic.Heavy(M, size, np.atleast_1d(width), 4 if nature == "dirac" else 2, n_species,
                        rate), np.broadcast_shapes(np.shape(M_N), np.shape(mu))


def _begun(heavy: _relic.Heavy, T_RH: float) -> _expansion.State:
    T = min(BEGIN, T_RH)
    if T_RH > BEGIN:
        return _expansion.begin(heavy.M.size, T, *_relic.made(heavy, T_RH, T))
    none = np.zeros((2 if heavy.dirac else 1, heavy.M.size))
    return _expansion.begin(heavy.M.size, T, none, none)


@cache
def _without() -> _expansion.End:
    """The same Universe without N."""
    nothing = _relic.Heavy(np.zeros(1), np.zeros(1), np.zeros(1), 2, 1, HARD_THERMAL_LOOPS)
    return _expansion.follow(nothing, _begun(nothing, BEGIN))
