r"""What a model says and a process needs: electromagnetic couplings of neutrinos.

**Convention**, once and for all: a moment is the mu of

.. math:: \mathcal L = \tfrac12\, \mu\, \bar\nu_L \sigma^{\alpha\beta} N_R F_{\alpha\beta}
          + \mathrm{h.c.},

in units of the Bohr magneton.  The habit ``L = d nubar sigma F N`` has mu = 2 d.

**Which entry is which.**  Every coupling matrix here has the incoming left-handed neutrino as
its first index and the outgoing state as its second: a state :math:`\psi_\alpha` makes the
outgoing j with amplitude :math:`\sum_\alpha \psi_\alpha\lambda_{\alpha j}`, so a process is
traced with :math:`C_j[\alpha,\beta] = \lambda^*_{\alpha j}\lambda_{\beta j}`.  (A complex
:math:`\lambda` is the coefficient of the term that destroys the neutrino.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from munu import flavors
from munu._arrays import Numbers, counted
from munu._guard import called, changed, formula
from munu.constants import mu_B
from munu.errors import DomainError, UnknownName
from munu.units import parse

# a word, or (d_e, d_mu, d_tau) of one coherent N
Flavor: TypeAlias = str | tuple[complex, ...]
CONVENTION = "half_mu"
NATURES = ("dirac", "majorana")
# numbers for neutral heavy leptons in the scheme of the Particle Data Group
PDG_N = (9900012, 9900014, 9900016)
# no moment of a neutrino is nearly as large [mu_B]
LARGEST = 1e-3


def check_nature(nature: str | None, *, needed_by: str | None = None) -> str | None:
    """``dirac``, ``majorana`` or, where nothing hangs on it, None.

    Raises
    ------
    UnknownName, or DomainError when ``needed_by`` names something whose result differs.

    >>> check_nature(None, needed_by="the width of N")
    Traceback (most recent call last):
        ...
    munu.errors.DomainError: nature is needed here (the width of N): dirac or majorana
    """
    if nature is not None and nature not in NATURES:
        raise UnknownName("nature", nature, NATURES)
    if nature is None and needed_by:
        raise DomainError(f"nature is needed here ({needed_by}): dirac or majorana")
    return nature


def check_flavor(flavor: Flavor) -> Flavor:
    """``universal``, ``e``, ``mu``, ``tau`` or a tuple (d_e, d_mu, d_tau) of one coherent N."""
    if isinstance(flavor, str):
        if flavor == "all":
            raise DomainError(
                "flavor 'all' is ambiguous: say 'universal' (mu_aj = mu delta_aj, three "
                "degenerate N, weight 1) or the tuple (1, 1, 1) (one coherent N)")
        if flavor != "universal" and flavor not in flavors.NAMES:
            raise UnknownName("flavor", flavor, (*flavors.NAMES, "universal"))
        return flavor
    try:
        entries = tuple(complex(x) for x in flavor)
    except (TypeError, ValueError):
        raise DomainError(f"flavor {flavor!r} is no name and no tuple of numbers; allowed are "
                          "e, mu, tau, universal, or (d_e, d_mu, d_tau)") from None
    if len(entries) != 3 or not all(math.isfinite(abs(x)) for x in entries) or not any(entries):
        raise DomainError(f"flavor {flavor!r} must be three finite numbers, not all 0")
    return tuple(x.real if x.imag == 0 else x for x in entries)


@called
@dataclass(frozen=True)
class DipolePortal:
    r"""Transition moments of the active neutrinos to a heavy neutral lepton N.

    Parameters
    ----------
    mu : float
        Size of the moment [mu_B], at least 0, in ``L = (1/2) mu nubar sigma F N + h.c.``; a text
        such as ``1e-11`` or ``1e-11 mu_B`` is read.
    M_N : float
        Mass of N [energy], at least 0; a text such as ``50keV`` or a quantity is read.
    flavor : str or tuple
        ``universal``: mu_aj = mu delta_aj, three degenerate N, weight exactly 1.
        ``e``, ``mu``, ``tau``: that flavor alone.
        ``(d_e, d_mu, d_tau)``: one N that all couple to coherently, lambda_a = mu d_a.
    nature : None, ``dirac`` or ``majorana``
        Scattering does not know it; decays do.
    mixing : tuple of three complex
        Active-sterile mixing U_aN [1]; only the interference with the weak current uses it.

    Raises
    ------
    DomainError, UnknownName

    Source : BrdarTalk, Magill2018

    >>> DipolePortal(mu=1e-11, M_N=0.0, flavor="mu").matrix[1, 0]
    np.complex128(1e-11+0j)
    """

    mu: float
    M_N: float
    flavor: Flavor = "universal"
    nature: str | None = None
    mixing: tuple[complex, ...] = (0.0, 0.0, 0.0)
    convention: str = field(default=CONVENTION, init=False)

    def __post_init__(self) -> None:
        if isinstance(self.mu, str):
            object.__setattr__(self, "mu", parse(self.mu, "mu_B", what="mu"))
        if isinstance(self.M_N, str):
            object.__setattr__(self, "M_N", parse(self.M_N, "keV", what="M_N"))
        object.__setattr__(self, "M_N", counted("M_N", self.M_N, "MeV"))
        for name, value, what in (("mu", self.mu, "in mu_B"), ("M_N", self.M_N, "[energy]")):
            one = np.isscalar(value) and not isinstance(value, str | complex)
            if not one:
                raise DomainError(f"{name} = {value!r} must be one real number {what}; phases go "
                                  "into a flavor tuple, arrays into munu.limit")
            if not math.isfinite(value) or value < 0:
                raise DomainError(f"{name} = {value!r} must be finite and at least 0")
        # 1 is the size of a direction, everywhere
        if self.mu > LARGEST and self.mu != 1:
            raise DomainError(f"mu = {self.mu:g} mu_B is far beyond every bound; the order is "
                              "DipolePortal(mu, M_N, flavor): the moment in mu_B, then the mass")
        if len(self.mixing) != 3:
            raise DomainError("mixing needs three entries: U_eN, U_muN, U_tauN")
        object.__setattr__(self, "flavor", check_flavor(self.flavor))
        check_nature(self.nature)

    @classmethod
    @called
    def from_d(cls, d: Any, M_N: float, flavor: Flavor = "universal",
               nature: str | None = None) -> DipolePortal:
        """From the coefficient d of ``L = d nubar_L sigma F N_R + h.c.``; mu = 2 d.

        ``d`` is in internal units [1/energy], ``1e-7 / GeV``; a text such as ``1e-7 /GeV`` or
        ``d = 1e-7 /GeV``; or what has ``to_value`` or ``to``.
        """
        if isinstance(d, str):
            head, equals, tail = (x.strip() for x in d.partition("="))
            if equals and head != "d":
                raise DomainError(f"'{d}' is no d; write 'd = 1e-7 /GeV', or take "
                                  "DipolePortal(mu, M_N)")
            d = parse(tail if equals else d, "1/GeV", what="d")
        d = counted("d", d, "1/GeV")
        one = np.isscalar(d) and not isinstance(d, complex)
        if not (one and math.isfinite(d) and d >= 0):
            raise DomainError(f"d = {d!r} must be one finite number [1/energy], at least 0")
        return cls(2 * d / mu_B, M_N, flavor, nature)

    @property
    def d(self) -> float:
        """mu/2 in internal units [1/energy]: what papers with ``L = d nubar sigma F N`` quote."""
        return self.mu * mu_B / 2

    @property
    def matrix(self) -> np.ndarray:
        """lambda[alpha, j] [mu_B], complex (3, n_N): three N if universal, else one."""
        if self.flavor == "universal":
            return self.mu * np.eye(3, dtype=complex)
        if isinstance(self.flavor, str):
            column = np.zeros(3, dtype=complex)
            column[flavors.index(self.flavor)] = 1
        else:
            column = np.array(self.flavor, dtype=complex)
        return self.mu * column[:, None]

    @property
    def trace_matrix(self) -> np.ndarray:
        """C = sum_j conj(lambda_aj) lambda_bj [mu_B^2], Hermitian (3, 3)."""
        return self.matrix.conj() @ self.matrix.T

    def weight(self, state: np.ndarray, *, antineutrino: bool = False) -> np.ndarray:
        """Re Tr[state C]: the effective moment squared of a source [mu_B^2].

        Parameters
        ----------
        state : complex array (..., 3, 3), flavor density matrix (not necessarily of trace 1)
        antineutrino : bool, conjugates the couplings
        """
        C = self.trace_matrix.conj() if antineutrino else self.trace_matrix
        return np.einsum("...ab,ba->...", state, C).real

    def with_(self, **changes: Any) -> DipolePortal:
        """The same with some entries changed."""
        return changed(self, changes)


def _nothing() -> np.ndarray:
    return np.zeros((3, 3), dtype=complex)


def _matrix(name: str, value: Numbers, *, hermitian: bool = False) -> np.ndarray:
    try:
        array = np.array(_nothing() if value is None else value, dtype=complex)
    except (TypeError, ValueError):
        raise DomainError(f"{name} must be one number, three, or a 3 x 3 matrix of numbers"
                          + (", as -1e-32 * munu.units.cm**2" if name == "r2" else "")) from None
    if array.shape == (3,):
        array = np.diag(array)
    if array.shape == ():
        array = array * np.eye(3)
    if array.shape != (3, 3) or not np.all(np.isfinite(array)):
        raise DomainError(f"{name} must be one number, three, or a finite 3 x 3 matrix")
    if hermitian and not np.allclose(array, array.conj().T):
        raise DomainError(f"{name} must be Hermitian")
    array.setflags(write=False)
    return array


@called
@dataclass(frozen=True, eq=False, kw_only=True)
class Couplings:
    r"""All electromagnetic couplings of the three light neutrinos, and to N.

    Parameters
    ----------
    mu, eps : 3 x 3 complex, magnetic and electric moments [mu_B]
        First index the incoming neutrino, second the outgoing one.  Dirac: Hermitian for
        CPT-even fields, not demanded; Majorana: antisymmetric, demanded.
    nature : ``dirac`` or ``majorana``; needed as soon as a moment is not 0
    basis : ``mass`` or ``flavor``, of every matrix here
    charge : number, three numbers or Hermitian 3 x 3, in units of +e
    r2 : number, three or Hermitian 3 x 3, charge radii in the left-handed-vertex normalization
        [length^2], on top of the one of the Standard Model
    portals : tuple of :class:`DipolePortal`

    Raises
    ------
    DomainError, UnknownName

    Source : GiuntiStudenikin2014

    >>> Couplings.majorana(emu=1e-11).mu[0, 1]
    np.complex128(1e-11+0j)
    """

    mu: np.ndarray = field(default_factory=_nothing)
    eps: np.ndarray = field(default_factory=_nothing)
    nature: str | None = None
    basis: str = "flavor"
    charge: np.ndarray = field(default_factory=_nothing)
    r2: np.ndarray = field(default_factory=_nothing)
    portals: tuple[DipolePortal, ...] = ()
    convention: str = field(default=CONVENTION, init=False)
    charge_radius_convention: str = field(default="lh_vertex", init=False)

    def __post_init__(self) -> None:
        if self.basis not in ("flavor", "mass"):
            raise UnknownName("basis", self.basis, ("flavor", "mass"))
        check_nature(self.nature)
        for name in ("mu", "eps"):
            object.__setattr__(self, name, _matrix(name, getattr(self, name)))
        for name in ("charge", "r2"):
            object.__setattr__(self, name, _matrix(name, getattr(self, name), hermitian=True))
        if self.mu.any() or self.eps.any():
            check_nature(self.nature, needed_by="moments among the light neutrinos")
        if self.nature == "majorana":
            for name in ("mu", "eps"):
                matrix = getattr(self, name)
                if not np.allclose(matrix, -matrix.T, atol=1e-12 * np.abs(matrix).max()):
                    raise DomainError(f"{name} of Majorana neutrinos must be antisymmetric")
            if self.charge.any():
                raise DomainError("Majorana neutrinos carry no charge; drop charge or nature")
        if isinstance(self.portals, DipolePortal):
            object.__setattr__(self, "portals", (self.portals,))

    @classmethod
    @called
    def of(cls, thing: object) -> Couplings:
        """Couplings of anything that has some: themselves, a portal, a point of a model.

        Raises
        ------
        DomainError

        >>> Couplings.of(DipolePortal(1e-11, 0.0)).portals[0].mu
        1e-11
        """
        if isinstance(thing, cls):
            return thing
        if isinstance(thing, DipolePortal):
            return cls(portals=(thing,))
        if callable(point := getattr(thing, "couplings", None)):
            return cls.of(point())
        raise DomainError(f"{type(thing).__name__} has no couplings; give a DipolePortal, "
                          "Couplings or a point of a model")

    @classmethod
    @called
    def majorana(cls, emu: complex = 0, etau: complex = 0, mutau: complex = 0,
                 basis: str = "flavor") -> Couplings:
        """Transition moments of Majorana neutrinos [mu_B], the antisymmetric matrix of three.

        In the mass basis the three are lambda_12, lambda_13, lambda_23.
        """
        m = _matrix("mu", [[0, emu, etau], [0, 0, mutau], [0, 0, 0]])
        return cls(mu=m - m.T, nature="majorana", basis=basis)

    def in_basis(self, basis: str, U: np.ndarray) -> Couplings:
        r"""The same couplings in the other basis.

        With :math:`\nu_\alpha = \sum_k U_{\alpha k}\nu_k`, a mass state is the flavor state
        :math:`\psi_\alpha = U_{\alpha k}`: first indices turn with :math:`U^T`.  The outgoing
        right-handed state of a Dirac neutrino has no flavor and keeps its mass label; the
        outgoing antineutrino of a Majorana one turns like the incoming neutrino.
        """
        if basis not in ("flavor", "mass"):
            raise UnknownName("basis", basis, ("flavor", "mass"))
        if basis == self.basis:
            return self
        left = U.T if basis == "mass" else U.conj()
        right = left.T if self.nature == "majorana" else np.eye(3)
        turned = {n: left @ getattr(self, n) @ right for n in ("mu", "eps")}
        kept = {n: left @ getattr(self, n) @ left.conj().T for n in ("charge", "r2")}
        return replace(self, basis=basis, **turned, **kept)

    def amplitude(self, U: np.ndarray | None = None) -> np.ndarray:
        r"""lambda = mu - i eps in the flavor basis of the incoming neutrino [mu_B]."""
        here = self
        if self.basis == "mass":
            if U is None:
                raise DomainError("couplings in the mass basis need the mixing matrix U")
            here = self.in_basis("flavor", U)
        return here.mu - 1j * here.eps

    def weight(self, state: np.ndarray, U: np.ndarray | None = None, *,
               antineutrino: bool = False) -> np.ndarray:
        r"""Effective moment squared of a source, phases included [mu_B^2].

        .. math:: \mu_{\rm eff}^2 = \mathrm{Tr}[\rho\, C],\quad
                  C_{\alpha\beta} = \sum_j \lambda^*_{\alpha j}\lambda_{\beta j},\quad
                  \lambda = \mu - i\epsilon

        Parameters
        ----------
        state : complex (..., 3, 3), flavor density matrix
        U : complex (3, 3), needed in the mass basis
        antineutrino : bool, takes :math:`\lambda = \mu + i\epsilon` conjugated

        Source : GiuntiStudenikin2014, Canas2015
        """
        lam = self.amplitude(U)
        C = lam.conj() @ lam.T
        return np.einsum("...ab,ba->...", state, C.conj() if antineutrino else C).real


@formula
def mu_eff_short_baseline(couplings: Couplings | DipolePortal, flavor: str,
                          U: np.ndarray | None = None, *, antineutrino: bool = False) -> float:
    r"""Effective moment of a pure flavor before it oscillates [mu_B].

    .. math:: \mu_{\rm eff}^2 = (\lambda\lambda^\dagger)_{\alpha\alpha}

    Parameters
    ----------
    couplings : Couplings or DipolePortal
    flavor : ``e``, ``mu``, ``tau``
    U : complex (3, 3), for couplings in the mass basis

    Returns
    -------
    float [mu_B]

    Raises
    ------
    UnknownName, DomainError

    Source : Canas2015

    >>> round(mu_eff_short_baseline(Couplings.majorana(emu=3e-11, etau=4e-11), "e") * 1e11, 9)
    5.0
    """
    state = flavors.projector(flavor)
    args = () if isinstance(couplings, DipolePortal) else (U,)
    return float(np.sqrt(couplings.weight(state, *args, antineutrino=antineutrino)))


@formula
def mu_eff_mass_states(couplings: Couplings | DipolePortal, probabilities: Numbers, U: np.ndarray
                      ) -> np.ndarray:
    r"""Effective moment of an incoherent mixture of mass states, such as the Sun's [mu_B].

    .. math:: \mu_{\rm eff}^2 = \sum_k P_k \sum_j |\lambda_{jk}|^2

    Parameters
    ----------
    couplings : Couplings or DipolePortal
    probabilities : array (3, ...), mass-state weights P_k [1]
    U : complex (3, 3), mixing matrix

    Returns
    -------
    array (...) [mu_B]

    Source : Canas2015
    """
    states = flavors.mass_projectors(U)
    w = couplings.weight(states) if isinstance(couplings, DipolePortal) else \
        couplings.weight(states, U)
    return np.sqrt(np.tensordot(w, np.asarray(probabilities, dtype=float), axes=(0, 0)))


@formula
def d_of_mu(mu: float) -> float:
    r"""Coefficient d of ``L = d nubar sigma F N`` for a moment mu.

    .. math:: d = \mu/2

    Parameters
    ----------
    mu : float or array, moment [mu_B]

    Returns
    -------
    float or array [1/energy]

    Source : Magill2018

    >>> from munu.units import GeV
    >>> round(d_of_mu(1e-9) * GeV, 12)
    1.48152e-07
    """
    return mu * mu_B / 2


@formula
def mu_of_d(d: float) -> float:
    r"""Moment of the coefficient d of ``L = d nubar sigma F N``.

    .. math:: \mu = 2 d

    Parameters
    ----------
    d : float or array [1/energy]

    Returns
    -------
    float or array [mu_B]

    Source : Magill2018

    >>> from munu.units import GeV
    >>> print(f"{mu_of_d(1e-7 / GeV):.4e}")
    6.7498e-10
    """
    return 2 * d / mu_B
