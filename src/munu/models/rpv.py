r"""Supersymmetry without R-parity: lepton and slepton, or down quark and squark, in the loop.

.. math:: W = \tfrac12\lambda_{ijk}L_iL_jE^c_k + \lambda'_{ijk}L_iQ_jD^c_k

A fermion of family j meets a sfermion of family k that mixes left with right, and the diagram
with both exchanged adds to the Majorana mass and is taken from the moment:

.. math:: \mu_{ab} \propto \lambda_{ajk}\lambda_{bkj}\,(m_jS_k - m_kS_j),\qquad
          m_{ab} \propto \lambda_{ajk}\lambda_{bkj}\,(m_jS_k + m_kS_j).

One family alone (j = k) makes no moment: :math:`m_jm_k` stands where estimates have
:math:`m_\ell^2`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import ClassVar

import numpy as np

from munu._guard import formula
from munu.constants import alpha as _alpha
from munu.constants import constant
from munu.constants import m_e as _m_e
from munu.constants import m_mu as _m_mu
from munu.constants import m_tau as _m_tau
from munu.constants import mu_B as _mu_B
from munu.errors import DomainError, UnknownName
from munu.models import _scalar, _universality
from munu.models._matrices import Matrices
from munu.models.model import Constraint, Model, parameter
from munu.units import GeV, eV

FLAVORS = ("e", "mu", "tau")
FAMILIES = {"lambda": FLAVORS, "lambda_prime": ("d", "s", "b")}
MASSES = {"e": _m_e, "mu": _m_mu, "tau": _m_tau, "d": constant("m_d").internal,
          "s": constant("m_s").internal, "b": constant("m_b").internal}
# closer than this two squared masses are one, and a difference is a derivative
_CLOSE = 1e-5


@formula
def estimate(lambda2, m_l, A, M, *, alpha: float = _alpha, mu_B: float = _mu_B):
    r"""Size that talk B gives, with the e that its print lacks.

    .. math:: \mu \sim \frac{e\lambda'^2}{16\pi^2}\frac{m_\ell^2A_\ell}{M_\ell^4}

    Parameters
    ----------
    lambda2 : float or array, product of two couplings [1]
    m_l, M : floats or arrays, masses of the fermion and of the sfermion [energy]; M above 0
    A : float or array, trilinear, either sign [energy]
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [mu_B]

    Holds : an order of magnitude: no logarithm, and one family for both, which makes no moment
        at all; with lambda' the fermion is a down quark.
    Source : JanaTalk
    Anchors : mu_RPV

    >>> from munu.units import TeV
    >>> print(f"{estimate(1e-2, _m_tau, TeV, TeV):.1e} mu_B")
    2.0e-16 mu_B
    """
    e = np.sqrt(4 * pi * alpha)
    return e * lambda2 * np.square(m_l) * A / (16 * pi**2 * np.power(M, 4.0)) / mu_B


@formula
def sfermion_masses(M_L, M_R, m_f, A):
    r"""Masses of the two sfermions of a family, and sine of twice their angle.

    .. math:: M^2_{1,2}:\ \begin{pmatrix} M_L^2 & m_fA\\ m_fA & M_R^2\end{pmatrix},\qquad
              \sin2\varphi = \frac{2m_fA}{M_2^2 - M_1^2}

    Parameters
    ----------
    M_L, M_R, m_f : floats or arrays, soft masses, mass of the fermion [energy]
    A : float or array, trilinear, either sign [energy]

    Returns
    -------
    M_1, M_2, sin 2 phi : [energy], [energy], [1]

    Raises
    ------
    DomainError
        A tachyon: the mixing exceeds the masses.

    Source : JanaTalk
    """
    a, b, mix = (np.asarray(x, dtype=float) for x in (M_L, M_R, np.multiply(m_f, A)))
    half, split = (a**2 + b**2) / 2, np.hypot((a - b) * (a + b) / 2, mix)
    if np.any(half <= split):
        raise DomainError("rpv: A is so large for M_L, M_R and m_f that a sfermion is a "
                          "tachyon; lower A or raise the masses")
    two = np.where(split > 0, split, 1.0)
    return np.sqrt(half - split), np.sqrt(half + split), np.where(split > 0, mix / two, 0.0)[()]


def _slope(function, derivative, M1, M2):
    """(f(M1^2) - f(M2^2))/(M2^2 - M1^2), through equal masses."""
    a, b = np.square(M1), np.square(M2)
    near = b - a < _CLOSE * a
    gap = np.where(near, 1.0, b - a)
    return np.where(near, -derivative(np.sqrt(M1 * M2)), (function(M1) - function(M2)) / gap)[()]


def _J_over_M2(m_f):
    def derivative(M):
        r = (m_f / M) ** 2
        return -(_scalar.J(r) * (1 + r) - 1) / ((1 - r) * M**4)

    return lambda M: _scalar.J((m_f / M) ** 2) / M**2, derivative


def _B0(m_f, scale):
    def derivative(M):
        r = (m_f / M) ** 2
        return -(1 - r * _scalar.K(0, r)) / ((1 - r) * M**2)

    return lambda M: _scalar.B0(m_f, M, scale), derivative


@dataclass(frozen=True, eq=False, kw_only=True)
class RParityViolation(Model):
    """One product lambda_ajk lambda_bkj of two families; see ``parameter`` fields.

    Holds : one loop, neutrinos light, other products of couplings 0; left and right soft masses
        and the trilinear A common to both families unless given as arrays.
    Source : JanaTalk, Bhattacharyya1999
    """

    name: ClassVar[str] = "rpv"
    papers: ClassVar[tuple[str, ...]] = ("JanaTalk", "Bhattacharyya1999", "Leveille1978",
                                         "HFLAVtau2022")
    unsaid: ClassVar[tuple[str, ...]] = (
        "g - 2 and l -> l' gamma, which need sneutrinos and the rest of the spectrum",
        "with lambda': decays of tau, pi, D and B, atomic parity violation",
        "other products of couplings; neutrino masses at tree level; searches at colliders")

    lambda1: float = parameter(about="lambda_ajk", yukawa=True)
    lambda2: float = parameter(about="lambda_bkj", yukawa=True)
    M: float = parameter(unit="GeV", about="soft mass of left and right sfermions")
    A: float = parameter(unit="GeV", about="trilinear, of both families unless A_j", low=-np.inf)
    coupling: str = parameter("lambda", "", "lambda (leptons) or lambda_prime (down quarks)")
    nu_a: str = parameter("mu", "", "first neutrino: e, mu or tau")
    nu_b: str = parameter("e", "", "second neutrino")
    j: str = parameter(None, "", "family of the fermion; default tau or b")
    k: str = parameter(None, "", "family of the sfermion; default mu or s")
    A_j: float = parameter(None, "GeV", "trilinear of family j", low=-np.inf)
    M_R: float = parameter(None, "GeV", "soft mass of right sfermions, where not M")
    m_j: float = parameter(None, "GeV", "mass of the fermion j, where not the measured one")
    m_k: float = parameter(None, "GeV", "mass of the fermion k, where not the measured one")
    m_nu: float = parameter(0.05 * eV, "eV", "entry of the mass matrix that tuning must reach")
    M_min: float = parameter(None, "GeV", "mass below which colliders exclude: a cut of the user")

    def __post_init__(self):
        super().__post_init__()
        if self.coupling not in FAMILIES:
            raise UnknownName("coupling of rpv", self.coupling, tuple(FAMILIES))
        known = FAMILIES[self.coupling]
        for f, default in (("j", known[2]), ("k", known[1])):
            if getattr(self, f) is None:
                object.__setattr__(self, f, default)
            if getattr(self, f) not in known:
                raise UnknownName(f"family {f} of rpv", getattr(self, f), known)
            if getattr(self, f"m_{f}") is None:
                object.__setattr__(self, f"m_{f}", MASSES[getattr(self, f)])
        for nu in (self.nu_a, self.nu_b):
            if nu not in FLAVORS:
                raise UnknownName("flavor", nu, FLAVORS)
        if self.coupling == "lambda" and (self.nu_a == self.j or self.nu_b == self.k):
            raise DomainError("rpv: lambda_ijk is antisymmetric in i and j: nu_a must differ from "
                              "family j and nu_b from family k")
        for family in ("j", "k"):
            self._mixing(family)

    @property
    def colors(self) -> int:
        """N_c; the charge of the fermion is -1/N_c."""
        return 1 if self.coupling == "lambda" else 3

    def _mixing(self, family: str):
        """m_f A, M_1 and M_2 of the sfermions of a family."""
        A = self.A if family == "k" or self.A_j is None else self.A_j
        m = getattr(self, f"m_{family}")
        M1, M2, _ = sfermion_masses(self.M, self.M if self.M_R is None else self.M_R, m, A)
        return np.multiply(m, A), M1, M2

    @property
    def product(self):
        """lambda_ajk lambda_bkj [1]."""
        return np.multiply(self.lambda1, self.lambda2)

    @property
    def moment(self):
        r"""Transition moment of nu_a and nu_b, antisymmetric in them [mu_B].

        .. math:: \mu_{ab} = \frac{e\lambda_{ajk}\lambda_{bkj}}{32\pi^2}
                  \big[m_j\sin2\varphi_k D_k(m_j) - m_k\sin2\varphi_jD_j(m_k)\big],\qquad
                  D(m) = \frac{J(m^2/M_1^2)}{M_1^2} - \frac{J(m^2/M_2^2)}{M_2^2}

        N_c Q is 1 for leptons and for down quarks alike.
        """
        e = np.sqrt(4 * pi * _alpha)
        sign = 0.0 if self.nu_a == self.nu_b else 1.0
        both = self._half("j", "k", _J_over_M2) - self._half("k", "j", _J_over_M2)
        return sign * e * self.product * both / (16 * pi**2) / _mu_B

    def _half(self, fermion: str, sfermion: str, integral):
        """m_f sin(2 phi)/2 times the difference of an integral between the two sfermions."""
        m = getattr(self, f"m_{fermion}")
        mix, M1, M2 = self._mixing(sfermion)
        return m * mix * _slope(*integral(m), M1, M2)

    def neutrino_mass(self):
        r"""Radiative Majorana mass m_ab, symmetric and finite [energy].

        .. math:: m_{ab} = \frac{N_c\lambda_{ajk}\lambda_{bkj}}{32\pi^2}\big[m_j\sin2\varphi_k
                  \Delta B_0^k(m_j) + m_k\sin2\varphi_j\Delta B_0^j(m_k)\big]

        For a = b and two families both orders are this product: twice as much.  The scale of
        B_0 drops out.
        """
        def integral(m):
            return _B0(m, self.M)

        both = self._half("j", "k", integral) + self._half("k", "j", integral)
        orders = 2 if self.nu_a == self.nu_b and self.j != self.k else 1
        return orders * self.colors * self.product * both / (16 * pi**2)

    def matrices(self) -> Matrices:
        """Majorana moments in the flavor basis."""
        a, b = FLAVORS.index(self.nu_a), FLAVORS.index(self.nu_b)
        # of one flavor with itself the moment is 0, and any pair holds it
        key = FLAVORS[min(a, b)] + FLAVORS[max(a, b)] if a != b else "emu"
        return Matrices.majorana(**{key: self.moment if a < b else -self.moment})

    def tuning(self):
        """Size of the radiative mass over the entry that is wanted [1]."""
        return np.abs(self.neutrino_mass()) / self.m_nu

    def _universality(self) -> tuple[Constraint, ...]:
        """Right-handed sleptons in decays of tau and mu, each coupling by itself."""
        if self.coupling != "lambda":
            return ()
        shifts = dict.fromkeys(("emu", "etau", "mutau"), np.zeros(()))
        M_L2 = np.square(self.M)
        M_R2 = M_L2 if self.M_R is None else np.square(self.M_R)
        for nu, family, slepton, coupling in ((self.nu_a, self.j, "k", self.lambda1),
                                              (self.nu_b, self.k, "j", self.lambda2)):
            # the right-handed entry of the inverse of the sleptons' mass matrix
            inverse = M_L2 / (M_L2 * M_R2 - np.square(self._mixing(slepton)[0]))
            pair = "".join(sorted((nu, family), key=FLAVORS.index))
            shifts[pair] = shifts[pair] + _universality.shift(coupling, inverse)
        return _universality.of_pairs(shifts)

    def constraints(self) -> tuple[Constraint, ...]:
        """The neutrino mass that comes along; tau decays; the user's cut on sfermions."""
        say = [Constraint(observable="m_nu [eV]", predicted=np.abs(self.neutrino_mass()) / eV,
                          high=self.m_nu / eV, status="theory",
                          note="radiative mass, unless tuned away"), *self._universality()]
        if self.M_min is not None:
            say.append(
                Constraint(observable="M [GeV]", predicted=self.M / GeV,
                           low=self.M_min / GeV, status="user")
            )
        return tuple(say)


model = RParityViolation
