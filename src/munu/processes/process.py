"""What a recoil process hands to a rate: cross sections as powers of 1/E_nu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from munu import flavors
from munu._arrays import Numbers
from munu.couplings import Couplings
from munu.errors import DomainError


@dataclass(frozen=True, eq=False)
class Term:
    r"""One part of a recoil cross section.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \mathrm{Re\,Tr}[\rho\, C]\;
              \left[\sum_k c_k(T)\, E_\nu^{-k} + \ell(T)\ln\frac{E_\nu}{E_0}\right]
              \quad\text{for}\quad E_\nu \ge E_\nu^{\min}(T)

    Attributes
    ----------
    coefficients : array (3, *T.shape), c_0, c_1, c_2
    E_min : array (*T.shape) [energy]
    matrix : complex (2, 3, 3), C for neutrinos and for antineutrinos
    name : what it is
    log : None, or array (*T.shape), the coefficient of the logarithm, with ``E_0`` [energy]
    """

    coefficients: np.ndarray
    E_min: np.ndarray
    matrix: np.ndarray
    name: str = ""
    log: np.ndarray | None = None
    E_0: float = 1.0

    def dsigma_dT(self, E_nu: Numbers, state: np.ndarray) -> np.ndarray:
        """The cross section for one flavor state (2, 3, 3) [area/energy]; exact 0 outside."""
        E = np.asarray(E_nu, dtype=float)
        weight = np.einsum("xij,xji->", state, self.matrix).real
        c0, c1, c2 = self.coefficients
        safe = np.where(E > 0, E, 1.0)
        value = c0 + c1 / safe + c2 / safe**2
        if self.log is not None:
            value = value + self.log * np.log(safe / self.E_0)
        return np.where((self.E_min <= E) & (E > 0), weight * value, 0.0)

    def scaled(self, factor: Numbers) -> Term:
        """The same times a function of T: an array that broadcasts with ``T.shape``."""
        return Term(self.coefficients * factor, self.E_min, self.matrix, self.name,
                    None if self.log is None else self.log * factor, self.E_0)


@dataclass(frozen=True, eq=False, kw_only=True)
class Reaction:
    """Everything that scatters in one material, per formula unit of it.

    Attributes
    ----------
    name : what it is
    on : ``electrons`` or ``nuclei``, which recoil
    dipole : function (T, M_N, C) -> list of Term, for one trace matrix C [mu_B^2]
    weak : function (T, Couplings, power) -> list of Term: of order ``power`` in charges and
        radii; 0 is the Standard Model
    per_mass : formula units per mass [1/energy]
    breaks : energies at which the cross section jumps [energy]
    interference : function (T, DipolePortal) -> list of Term, or None
    papers : keys of the papers
    """

    name: str
    on: str
    dipole: Callable[..., list[Term]]
    weak: Callable[..., list[Term]]
    per_mass: float
    breaks: tuple[float, ...] = ()
    interference: Callable[..., list[Term]] | None = None
    papers: tuple[str, ...] = ()

    def dipole_terms(self, T: Numbers, couplings: object, U: np.ndarray | None = None
                    ) -> list[Term]:
        """The dipole part for whatever couplings, see :func:`dipole_parts`."""
        return [t for M_N, C in dipole_parts(couplings, U) for t in self.dipole(T, M_N, C)]


def dipole_parts(couplings: object, U: np.ndarray | None = None) -> list[tuple[float, np.ndarray]]:
    """Each mass of N with its trace matrix C [mu_B^2]; moments among light neutrinos have 0.

    Takes a DipolePortal, or Couplings with moments (in the mass basis with U) and portals.
    """
    held = Couplings.of(couplings)
    parts = [(p.M_N, p.trace_matrix) for p in held.portals]
    if held.mu.any() or held.eps.any():
        lam = held.amplitude(U)
        parts.append((0.0, lam.conj() @ lam.T))
    return parts


def in_flavor_basis(couplings: Couplings | None, U: np.ndarray | None) -> Couplings:
    """The couplings in the flavor basis; none at all for None."""
    new = couplings if couplings is not None else Couplings()
    if new.basis == "mass":
        if U is None:
            raise DomainError("couplings in the mass basis need the mixing matrix U")
        new = new.in_basis("flavor", U)
    return new


def pure_state(flavor: str, antineutrino: bool, couplings: object = None) -> np.ndarray:
    """Flavor state (2, 3, 3) of a pure flavor; ``universal`` where every flavor is alike."""
    if flavor == "universal":
        portals = () if couplings is None else Couplings.of(couplings).portals
        if not portals or any(p.flavor != "universal" for p in portals):
            raise DomainError("flavor 'universal' names no incoming neutrino here; give e, mu or "
                              "tau")
        flavor = "e"
    state = np.zeros((2, 3, 3), dtype=complex)
    state[int(antineutrino)] = flavors.projector(flavor)
    return state


def flavor_weights(couplings: object, flavor: str | None, antineutrino: bool
                   ) -> list[tuple[float, float]]:
    """Masses of N and their weights [mu_B^2] for one incoming flavor; None is that of the portal.
    """
    if flavor is None:
        found = {p.flavor for p in Couplings.of(couplings).portals}
        flavor = str(next(iter(found))) if len(found) == 1 else "None"
        if flavor not in ("e", "mu", "tau", "universal"):
            raise DomainError("the incoming flavor is needed: flavor = e, mu or tau")
    state = pure_state(flavor, antineutrino, couplings)
    return [(M, float(np.einsum("xij,xji->", state, np.stack([C, C.conj()])).real))
            for M, C in dipole_parts(couplings)]


def hermitian_product(a: np.ndarray, b: np.ndarray, same: bool) -> np.ndarray:
    """Hermitian part of conj(a) b^T, twice it for two different pieces."""
    product = a.conj() @ b.T
    product = (product + product.conj().T) / 2
    return product if same else 2 * product
