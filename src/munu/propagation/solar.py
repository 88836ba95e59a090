r"""Neutrinos born in the Sun: evolved from where they are made, and small moments in closed form.

A neutrino leaves radially outward from :math:`r_0`.  A field converts it twice: where it is born,
by :math:`(\mu B/\Delta E)^2` (:func:`leading`), and far outside, where matter is so thin that a
state and its own antistate hardly come apart, :math:`\nu_i \to \bar\nu_i` (:func:`envelope`).
Neither knows the way in between, so that a neutrino from the far side, through the core, differs
only by the field that it meets at both.  Mass states arrive incoherently, and the place of birth
is averaged with the production of its source.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from munu._arrays import finite
from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.media import sun
from munu.media.profile import Profile
from munu.propagation.earth import at_earth
from munu.propagation.evolution import evolve, mass_basis
from munu.propagation.hamiltonian import majorana, moment_matrix
from munu.sources import solar

NODES = 8
# where the envelope is taken to begin, in solar radii, and radii of its integral
_INSIDE, _STEPS = 0.3, 4001


@formula
@cache
def birthplaces(component: str = "b8", model: str = "gs98", nodes: int = NODES
                ) -> tuple[np.ndarray, np.ndarray]:
    r"""Radii and weights of an average over where a component is made.

    .. math:: \int \mathrm dr\,\frac{\mathrm d\Phi}{\mathrm dr} f(r) = \sum_k w_k f(r_k)

    exact for polynomials up to degree 2 nodes - 1: the Gauss quadrature of the production itself.

    Parameters
    ----------
    component : as in ``sources.solar.COMPONENTS``
    model : ``gs98`` or ``agss09met``
    nodes : 1 to 40

    Returns
    -------
    r [length], rising; weights, which sum to 1 [1]

    Raises
    ------
    UnknownName, DomainError

    Source : Vinyoles2017
    """
    if not 1 <= nodes <= 40:
        raise DomainError(f"nodes = {nodes} must lie between 1 and 40")
    x, _, weight = solar.production(component, model)
    # Lanczos, orthogonalized twice: the Jacobi matrix of the discrete measure
    basis = [np.sqrt(weight)]
    diagonal, beside = [], []
    for _ in range(nodes):
        v = x * basis[-1]
        diagonal.append(basis[-1] @ v)
        for _ in range(2):
            for q in basis:
                v = v - (q @ v) * q
        beside.append(np.sqrt(v @ v))
        basis.append(v / beside[-1])
    T = np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1)
    at, vectors = np.linalg.eigh(T)
    return at * sun.radius(), vectors[0] ** 2


def conversion(medium: Profile, moments, mixing: Mixing, E_nu, *, component: str = "b8",
               model: str = "gs98", nodes: int = NODES, tol: float = 1e-7,
               G_F: float = _G_F) -> np.ndarray:
    r"""What a nu_e of the Sun arrives as, averaged over where it is made.

    .. math:: P(\nu_e\to\bar\nu_e) = \sum_k w_k\sum_i |U_{ei}|^2\,P(\nu_e(r_k)\to\bar\nu_i)

    Parameters
    ----------
    medium : Profile, with its field; the path ends where it does
    moments : Couplings, or complex antisymmetric 3 x 3 in flavor [mu_B]
    mixing : Mixing
    E_nu : float or array (n_E,) [energy]
    component, model, nodes : as :func:`birthplaces`
    tol : error of a probability on each stretch of the path
    G_F : float [1/energy^2]

    Returns
    -------
    array (n_E, 6), in the order of ``flavors.SIX`` [1]

    Raises
    ------
    DomainError, UnknownName, NotConverged

    Holds : radially outward, by day; Majorana; the field does not fluctuate.
    Source : LimMarciano1988, Akhmedov1988, Vinyoles2017
    """
    E = np.atleast_1d(finite("the neutrino energy E_nu", E_nu))
    r, weight = birthplaces(component, model, nodes)
    r = np.clip(r, medium.r_min, None)
    if r[-1] >= medium.r_max:
        raise DomainError(f"neutrinos of {component} are made out to {r[-1] / sun.radius():.3g} "
                          "solar radii, beyond the end of the medium")
    H = majorana(medium, moments, mixing, G_F=G_F)
    # from outside inwards: every stretch is evolved once
    out, rest, above = 0.0, None, medium.r_max
    for start, w in zip(r[::-1], weight[::-1], strict=True):
        if start < above:
            made = evolve(H, (start, above), E, tol=tol)
            if rest is None:
                to_mass = np.swapaxes(made.final_basis.conj(), 1, 2)
                rest = to_mass @ made.amplitudes
            else:
                rest = rest @ made.amplitudes
            above = start
        out = out + w * np.swapaxes(np.abs(rest) ** 2, 1, 2)
    return at_earth(out, mixing)[:, 0]


def leading(medium: Profile, moments, mixing: Mixing, E_nu, r, *, G_F: float = _G_F) -> np.ndarray:
    r"""Probability of nu_e to nubar_e to leading order in moment times field.

    .. math:: P = B_\perp^2(r_0)\sum_j |U_{ej}|^2\,\Big|\langle\bar\nu_j|\,\mu^\dagger
              \big(\bar E_j - H_\nu\big)^{-1}|\nu_e\rangle\Big|^2_{r_0}

    with the states :math:`\bar\nu_j` and energies :math:`\bar E_j` of antineutrinos in matter at
    birth: the end point of an integral whose phase runs fast everywhere else.

    Parameters
    ----------
    medium : Profile, with its field
    moments, mixing : as :func:`conversion`
    E_nu : float or array (n_E,) [energy]
    r : float or array (n_r,), where it is born [length]
    G_F : float [1/energy^2]

    Returns
    -------
    array (n_E, n_r) [1]

    Raises
    ------
    DomainError

    Holds : adiabatic, no level of a neutrino crosses one of an antineutrino, and the field is
    smooth and fades before matter is so thin that a state and its antistate do not come apart.
    Source : AkhmedovPulido2002, LimMarciano1988
    """
    if medium.field is None:
        raise DomainError(f"medium {medium.name} has no field")
    r = medium.check(np.atleast_1d(r))
    M = moment_matrix(moments, mixing, "majorana").conj().T
    H = majorana(medium, np.zeros((3, 3)), mixing, G_F=G_F)
    share = np.abs(mixing.U[0]) ** 2
    energies = np.atleast_1d(finite("the neutrino energy E_nu", E_nu))
    if np.any(energies <= 0):
        raise DomainError("E_nu must be above 0")
    out = []
    for E in energies:
        row = []
        for at in r:
            h = H(float(at), float(E))
            states = mass_basis(H, float(at), float(E))[3:, 3:]
            levels = np.einsum("aj,ab,bj->j", states.conj(), h[3:, 3:], states).real
            A = [states[:, j].conj() @ M @ np.linalg.solve(
                levels[j] * np.eye(3) - h[:3, :3], np.eye(3)[0]) for j in range(3)]
            row.append(share @ np.abs(A) ** 2 * medium.field(at) ** 2)
        out.append(row)
    return np.array(out, dtype=float)


def envelope(medium: Profile, moments, mixing: Mixing, E_nu, *, component: str = "b8",
             model: str = "gs98", nodes: int = NODES, G_F: float = _G_F) -> np.ndarray:
    r"""Probability of nu_e to nubar_e by fields beyond 0.3 solar radii, leading order.

    .. math:: P = \sum_i |U_{ei}|^2\,\langle|\langle\nu_i|\nu_e\rangle|^2_{r_0}\rangle\,
              \Big|\int \mathrm dr\, B_\perp\langle\bar\nu_i|\mu^\dagger|\nu_i\rangle
              \,e^{i\int(\bar E_i - E_i)\mathrm dr}\Big|^2

    In vacuum a Majorana state has no moment with its own antistate; in matter the two mix by
    different angles, and what separates them is matter alone.

    Parameters
    ----------
    medium : Profile, with its field
    moments, mixing : as :func:`conversion`
    E_nu : float or array (n_E,) [energy]
    component, model, nodes : as :func:`birthplaces`
    G_F : float [1/energy^2]

    Returns
    -------
    array (n_E,) [1]

    Raises
    ------
    DomainError, UnknownName

    Holds : adiabatic without the field; the field is smooth, and nothing where it is born.
    Source : LimMarciano1988
    """
    if medium.field is None:
        raise DomainError(f"medium {medium.name} has no field")
    low = _INSIDE * sun.radius()
    if not medium.r_min <= low < medium.r_max:
        raise DomainError(f"medium {medium.name} has no envelope beyond {_INSIDE} solar radii")
    r = np.linspace(low, medium.r_max, _STEPS)
    M = moment_matrix(moments, mixing, "majorana").conj().T
    H = majorana(medium, np.zeros((3, 3)), mixing, G_F=G_F)
    born_at, weight = birthplaces(component, model, nodes)
    born_at = np.clip(born_at, medium.r_min, None)
    share = np.abs(mixing.U[0]) ** 2
    out = []
    for E in np.atleast_1d(finite("the neutrino energy E_nu", E_nu)):
        states = np.array([mass_basis(H, x, E) for x in r])
        # phases of the states that do not turn on their way
        turns = np.einsum("rai,rai->ri", states[:-1].conj(), states[1:])
        states[1:] *= np.cumprod(turns / np.abs(turns), axis=0)[:, None, :].conj()
        h = np.array([H(x, E) for x in r])
        levels = np.einsum("rai,rab,rbi->ri", states.conj(), h, states).real
        apart = levels[:, 3:] - levels[:, :3]
        phase = np.zeros(apart.shape)
        phase[1:] = np.cumsum(0.5 * (apart[1:] + apart[:-1]) * np.diff(r)[:, None], axis=0)
        moment = np.einsum("rai,ab,rbi->ri", states[:, 3:, 3:].conj(), M, states[:, :3, :3])
        A = np.trapezoid(medium.field(r)[:, None] * moment * np.exp(1j * phase), r, axis=0)
        first = weight @ [np.abs(mass_basis(H, x, E)[0, :3]) ** 2 for x in born_at]
        out.append(share @ (first * np.abs(A) ** 2))
    return np.array(out)
