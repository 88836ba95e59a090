r"""Hamiltonians of neutrinos and antineutrinos in matter and magnetic fields.

.. math:: i\,\frac{\mathrm d\psi}{\mathrm dr} = H\psi,\qquad
          H(r, E) = A + \frac{D}{E} + \sum_k f_k(r)\, C_k

with constant matrices A, D, C_k.  A user's potential is one more pair (function of r, matrix).
The six states are nu_e, nu_mu, nu_tau and their antiparticles (Majorana), or left-handed flavors
and right-handed mass states (Dirac).

**Twist.** The field enters as :math:`H_{LR} = \mu B e^{+i\phi(r)}`.  In the frame that turns with
it the Hamiltonian is real again, with :math:`+\tfrac12\dot\phi` for left- and
:math:`-\tfrac12\dot\phi` for right-handed states: resonances at :math:`V + \dot\phi = 0`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any, TypeAlias

import numpy as np

from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.constants import M_W as _M_W
from munu.constants import m_tau
from munu.couplings import Couplings
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.media.profile import Profile

# a function of r [energy], and the matrix that it multiplies (n, n) [1]
Term: TypeAlias = tuple[Callable[..., Any], np.ndarray]
STATES = ("nu_e", "nu_mu", "nu_tau", "nubar_e", "nubar_mu", "nubar_tau")


@dataclass(frozen=True, eq=False, kw_only=True)
class Hamiltonian:
    """``A + D/E + sum_k f_k(r) C_k``.

    Attributes
    ----------
    constant : complex (n, n) [energy]
    per_energy : complex (n, n) [energy^2]
    terms : tuple of (function of r [energy], complex (n, n) [1])
    states : names of the n states
    field_off : indices of the terms that vanish where the field does (mass states at the end are
        eigenstates without them)
    breaks : radii of discontinuities [length]
    range : (r_min, r_max) in which the functions hold [length], or None
    papers : keys of the papers
    refit : the same in the closer refit of the medium's table, or None
    """

    constant: np.ndarray
    per_energy: np.ndarray
    terms: tuple[Term, ...]
    states: tuple[str, ...] = STATES
    field_off: tuple[int, ...] = ()
    breaks: tuple[float, ...] = ()
    range: tuple[float, float] | None = None
    papers: tuple[str, ...] = ()
    refit: Hamiltonian | None = None

    def __post_init__(self):
        n = len(self.states)
        for name, matrix in (("constant", self.constant), ("per_energy", self.per_energy),
                             *((f"term {i}", c) for i, (_, c) in enumerate(self.terms))):
            m = np.asarray(matrix)
            if m.shape != (n, n) or not np.all(np.isfinite(m)):
                raise DomainError(f"{name} must be a finite {n} x {n} matrix")
            if np.abs(m - m.conj().T).max() > 1e-12 * max(np.abs(m).max(), 1e-300):
                raise DomainError(f"{name} must be Hermitian")

    def __call__(self, r: float, E_nu: float, *, field: bool = True) -> np.ndarray:
        """The matrix at one radius and energy [energy]; ``field=False`` leaves the field out."""
        H = np.asarray(self.constant, complex) + np.asarray(self.per_energy) / E_nu
        for i, (f, C) in enumerate(self.terms):
            if field or i not in self.field_off:
                H = H + float(f(r)) * C
        return H

    def plus(self, function: Callable, matrix) -> Hamiltonian:
        """The same with one more term: a function of r [energy] and a Hermitian matrix [1]."""
        if not callable(function):
            raise DomainError(f"a term is a function of r and a matrix; a "
                              f"{type(function).__name__} came for the function")
        return replace(self, terms=(*self.terms, (function, np.asarray(matrix, complex))),
                       refit=None if self.refit is None else self.refit.plus(function, matrix))

    @property
    def real(self) -> bool:
        """Whether all matrices are real."""
        return not any(np.iscomplex(m).any() for m in (
            self.constant, self.per_energy, *(c for _, c in self.terms)))


# the same medium gives the same function, so that its table is made once for all moments
@dataclass(frozen=True)
class _Potential:
    profile: Profile
    G_F: float

    def __call__(self, r):
        return sqrt(2) * self.G_F * self.profile.density(r)


@dataclass(frozen=True)
class _Share:
    """That of electrons (sign -1), of neutrons (sign 1): V (1 + sign (1 - 2 Y_e))/2."""

    V: _Potential
    sign: float

    def __call__(self, r):
        return self.V(r) * 0.5 * (1 + self.sign * self.V.profile.asymmetry(r))


@dataclass(frozen=True)
class _Scaled:
    V: _Potential
    ratio: float

    def __call__(self, r):
        return self.V(r) * self.ratio


def potential(profile: Profile, *, G_F: float = _G_F) -> _Potential:
    r"""Potential scale of a medium, :math:`\sqrt2 G_F n_N(r)` as a function of r [energy].

    Source : Mikheyev1985
    """
    return _Potential(profile, G_F)


@formula
def loop_ratio(Y_n: float = 0.5, *, G_F: float = _G_F, M_W: float = _M_W,
               m_tau: float = m_tau) -> float:
    r"""One-loop difference of the tau and muon potentials over :math:`\sqrt2 G_F n_B`.

    .. math:: \frac{3\sqrt2\, G_F m_\tau^2}{(2\pi)^2}\left[\ln\frac{M_W^2}{m_\tau^2} - 1
              + \frac{Y_n}{3}\right]

    Parameters
    ----------
    Y_n : float, neutrons a nucleon, 0 to 1 [1]
    G_F, M_W, m_tau : constants [1/energy^2], [energy], [energy]

    Returns
    -------
    float [1]

    Source : Botella1987
    Anchors : const.VmuTau

    >>> print(f"{loop_ratio():.3e}")
    2.688e-05
    """
    return float(3 * sqrt(2) * G_F * m_tau**2 / (2 * np.pi) ** 2
                 * (np.log(M_W**2 / m_tau**2) - 1 + Y_n / 3))


def _vacuum(mixing: Mixing) -> np.ndarray:
    """U D U^dagger/2, to be divided by the energy [energy^2]."""
    U = mixing.U
    return U @ np.diag([0.0, mixing.dm21, mixing.dm31]) @ U.conj().T / 2


def moment_matrix(moments, mixing: Mixing, nature: str) -> np.ndarray:
    """The block M between left- and right-handed states in mu_B: flavor, and flavor of the
    antineutrino or right-handed mass state.

    Couplings say what a neutrino turns into, lambda: that is the lower block, so M is its
    complex conjugate.  A bare matrix is M itself.
    """
    if isinstance(moments, Couplings):
        if moments.nature is not None and moments.nature != nature:
            raise DomainError(f"couplings of nature {moments.nature} in a {nature} Hamiltonian")
        lam = moments.amplitude(mixing.U).conj()
    else:
        lam = np.asarray(moments, dtype=complex)
    if lam.shape != (3, 3) or not np.all(np.isfinite(lam)):
        raise DomainError("moments must be Couplings or a finite 3 x 3 matrix [mu_B]")
    if nature == "majorana" and np.abs(lam + lam.T).max() > 1e-12 * max(np.abs(lam).max(), 1e-300):
        raise DomainError("moments of Majorana neutrinos must be antisymmetric")
    return lam


def _check(profile, mixing) -> None:
    for given, kind, how in ((profile, Profile, "munu.media.get(name)"),
                             (mixing, Mixing, "munu.flavors.mixing(name, ordering)")):
        if not isinstance(given, kind):
            raise DomainError(f"a {kind.__name__} is needed, from {how}; a "
                              f"{type(given).__name__} came")


def _no_field(r):
    return 0.0 * np.asarray(r, dtype=float)


def _matter_terms(profile: Profile, loop: bool, G_F: float, sign: np.ndarray):
    """Charged and neutral current, and the loop, on states of the given signs (n,)."""
    V = potential(profile, G_F=G_F)
    electron = np.diag(np.where(np.arange(sign.size) % 3 == 0, sign, 0.0)).astype(complex)
    neutral = np.diag(-0.5 * sign).astype(complex)
    terms: list[Term] = [(_Share(V, -1.0), electron), (_Share(V, 1.0), neutral)]
    if loop:
        tau = np.diag(np.where(np.arange(sign.size) % 3 == 2, sign, 0.0)).astype(complex)
        terms.append((_Scaled(V, loop_ratio(G_F=G_F)), tau))
    return terms


def majorana(profile: Profile, moments, mixing: Mixing, *, loop: bool = False,
             G_F: float = _G_F) -> Hamiltonian:
    r"""Majorana neutrinos: six states, neutrinos into antineutrinos of another flavor.

    .. math:: H = \begin{pmatrix} H_\nu & B M\\ B M^\dagger & H_{\bar\nu}\end{pmatrix},\quad
       H_\nu = \frac{U D U^\dagger}{2E} + V,\quad H_{\bar\nu} = \frac{U^* D U^T}{2E} - V,\quad
       M = -M^T

    with :math:`V_e = \sqrt2 G_F n_N(Y_e - Y_n/2)`, :math:`V_{\mu,\tau} = -\sqrt2 G_F n_N Y_n/2`.

    Parameters
    ----------
    profile : Profile, with its field and twist
    moments : Couplings of Majorana nature, or M itself, antisymmetric complex 3 x 3 in flavor;
        of Couplings M is the complex conjugate [mu_B]
    mixing : Mixing
    loop : bool, the one-loop difference of mu and tau
    G_F : float [1/energy^2]

    Raises
    ------
    DomainError

    Source : LimMarciano1988, Akhmedov1988
    """
    _check(profile, mixing)
    M = moment_matrix(moments, mixing, "majorana")
    vacuum = _vacuum(mixing)
    D = np.zeros((6, 6), dtype=complex)
    D[:3, :3], D[3:, 3:] = vacuum, vacuum.conj()
    sign = np.array([1.0] * 3 + [-1.0] * 3)
    return _with_field(profile, D, M, sign, loop, G_F, STATES, mixing)


def dirac(profile: Profile, moments, mixing: Mixing, *, loop: bool = False, vacuum: bool = True,
          antineutrinos: bool = False, G_F: float = _G_F) -> Hamiltonian:
    r"""Dirac neutrinos: three left-handed flavors and three right-handed mass states.

    .. math:: H = \begin{pmatrix} \frac{UDU^\dagger}{2E} + V & \mu B\\ \mu^\dagger B &
              \frac{D}{2E}\end{pmatrix}

    Right-handed states feel no matter; moments of one and the same flavor are allowed.
    Antineutrinos have U*, -V and mu*, and the other helicity, so that the field turns the other way
    about them: :math:`-V - \dot\phi = 0` is met at the same radius.

    Parameters
    ----------
    profile : Profile, with its field and twist
    moments : Couplings, or the block itself, complex 3 x 3 (flavor, right-handed mass state);
        of Couplings it is the complex conjugate [mu_B]
    mixing : Mixing
    loop, G_F : as :func:`majorana`
    vacuum : bool, False drops the mass splittings
    antineutrinos : bool, right-handed antineutrinos and their left-handed sterile states instead

    Raises
    ------
    DomainError

    Source : LimMarciano1988
    """
    _check(profile, mixing)
    M = moment_matrix(moments, mixing, "dirac")
    D = np.zeros((6, 6), dtype=complex)
    if vacuum:
        D[:3, :3] = _vacuum(mixing)
        D[3:, 3:] = np.diag([0.0, mixing.dm21, mixing.dm31]) / 2
    sign = np.array([1.0] * 3 + [0.0] * 3)
    names = (*STATES[:3], "N_1", "N_2", "N_3")
    if antineutrinos:
        D, M, sign = D.conj(), M.conj(), -sign
        names = (*STATES[3:], "Nbar_1", "Nbar_2", "Nbar_3")
    return _with_field(profile, D, M, sign, loop, G_F, names, mixing)


def _with_field(profile, D, M, sign, loop, G_F, states, mixing) -> Hamiltonian:
    terms = _matter_terms(profile, loop, G_F, sign)
    off: list[int] = []
    C = np.zeros((6, 6), dtype=complex)
    C[:3, 3:], C[3:, :3] = M, M.conj().T
    if C.any():
        off.append(len(terms))
        terms.append((profile.field or _no_field, C))
    if profile.twist is not None:
        off.append(len(terms))
        # the helicity of the active states says which way the field turns about them
        half = 0.5 * sign[0]
        terms.append((profile.twist, np.diag([half] * 3 + [-half] * 3).astype(complex)))
    return Hamiltonian(constant=np.zeros((6, 6), dtype=complex), per_energy=D, terms=tuple(terms),
                       states=states, field_off=tuple(off), breaks=profile.breaks,
                       range=(profile.r_min, profile.r_max),
                       papers=tuple(dict.fromkeys((*profile.papers, *mixing.papers))),
                       refit=None if profile.refit is None else _with_field(
                           profile.refit, D, M, sign, loop, G_F, states, mixing))


def two_state(difference: Callable, coupling: Callable, *, names=("L", "R"),
              breaks: tuple[float, ...] = ()) -> Hamiltonian:
    r"""Two states, for teaching: :math:`H = \begin{pmatrix}\Delta V & g\\ g & 0\end{pmatrix}`.

    Parameters
    ----------
    difference, coupling : functions of r [energy]
    """
    z = np.zeros((2, 2), dtype=complex)
    return Hamiltonian(
        constant=z,
        per_energy=z,
        terms=(
            (difference, np.diag([1.0, 0.0]).astype(complex)),
            (coupling, np.array([[0, 1], [1, 0]], dtype=complex)),
        ),
        states=names,
        field_off=(1,),
        breaks=breaks,
    )
