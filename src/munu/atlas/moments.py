r"""From limits on effective moments to the moments of the Lagrangian.

Every experiment bounds one Hermitian form of the same moments,

.. math:: \mu_{\rm eff}^2 = x^\dagger W x \le L^2,

with W from the flavor state of its neutrinos.  One moment alone is bounded by
:math:`L/\sqrt{W_{ii}}`; with all others and all phases free, by the largest :math:`|x_i|` that
every experiment allows,

.. math:: |x_i|^2 \le \min_{w\ge0,\ \sum w_k=1}
          \left[\Big(\sum_k w_k W_k/L_k^2\Big)^{-1}\right]_{ii}.

Kinds: ``portal`` (:math:`d_e, d_\mu, d_\tau` of one N), ``dirac`` (moments of the mass states to
one right-handed state), ``majorana`` (:math:`\Lambda_i = \tfrac12\epsilon_{ijk}\lambda_{jk}`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from munu import flavors
from munu._guard import formula
from munu.atlas.published import get
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.inference.record import Limit
from munu.processes.electron_scattering import dipole_term
from munu.rates.energy_loss import counted
from munu.rates.recoil import dR_dT
from munu.sources import solar
from munu.sources.source import Source
from munu.units import parse

KINDS = {"portal": ("d_e", "d_mu", "d_tau"), "dirac": ("lambda_1", "lambda_2", "lambda_3"),
         "majorana": ("Lambda_1", "Lambda_2", "Lambda_3")}
DEFAULT = ("xenonnt_2022", "borexino_2017", "gemma_2012", "lsnd_2001", "donut_2001")
# beyond this many times the bound of one alone a moment counts as free
_FREE = 1e4


@dataclass(frozen=True, eq=False)
class Moments:
    """Bounds on the moments of one kind [mu_B].

    Attributes
    ----------
    kind, names : one of ``KINDS`` and its moments
    alone : array (3,), each with the others 0
    profiled : array (3,), each with the others and all phases free; inf where nothing bounds it
    limits : names of the limits used
    papers : keys of the papers
    """

    kind: str
    names: tuple[str, ...]
    alone: np.ndarray
    profiled: np.ndarray
    limits: tuple[str, ...]
    papers: tuple[str, ...]


def state(source: Source, T) -> np.ndarray:
    r"""Mean flavor state of the neutrinos that recoil with energy T, normalized to weight 1.

    .. math:: R = \frac{\int \rho(E)\,(1/T - 1/E)\,\mathrm dE}
                  {\int \mathrm{Tr}\rho(E)\,(1/T - 1/E)\,\mathrm dE}

    Antineutrinos count with their complex conjugate, so that :math:`\mu_{\rm eff}^2 =
    \mathrm{Tr}[RC]` for both.

    Parameters
    ----------
    source : Source
    T : float, recoil energy of an electron [energy]

    Returns
    -------
    complex array (3, 3)

    Raises
    ------
    DomainError
        No neutrino reaches this recoil.

    Source : Canas2015
    """
    at = np.array([float(T)])

    def rate(C) -> float:
        return float(dR_dT([dipole_term(at, 0.0, np.asarray(C, dtype=complex))], source)[0])

    total = rate(np.eye(3))
    if not total > 0:
        raise DomainError(f"no neutrino of {source.name} makes a recoil of that energy")
    R = np.zeros((3, 3), dtype=complex)
    for a in range(3):
        for b in range(a, 3):
            e = np.zeros((3, 3), dtype=complex)
            e[a, b] += 0.5
            e[b, a] += 0.5
            R[a, b] = rate(e)
            if a != b:
                e[a, b], e[b, a] = 0.5j, -0.5j
                R[a, b] += 1j * rate(e)
                R[b, a] = R[a, b].conj()
    return R / total


@formula
def form(R: np.ndarray, kind: str, U: np.ndarray) -> np.ndarray:
    r"""The Hermitian form W of a flavor state: :math:`\mu_{\rm eff}^2 = x^\dagger W x`.

    Parameters
    ----------
    R : complex (3, 3), flavor state
    kind : ``portal``, ``dirac``, ``majorana``
    U : complex (3, 3), mixing matrix

    Returns
    -------
    complex array (3, 3) [1]

    Raises
    ------
    UnknownName

    Source : Canas2015
    """
    if kind not in KINDS:
        raise UnknownName("kind of moments", kind, KINDS)
    W = np.asarray(R, dtype=complex).T
    if kind == "portal":
        return W
    W = U.T @ W @ U.conj()
    if kind == "dirac":
        return W
    eps = np.zeros((3, 3, 3))
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        eps[i, j, k], eps[i, k, j] = 1, -1
    # the column of lambda that ends in mass state j, as a matrix on Lambda
    return sum(eps[:, j, :].T @ W @ eps[:, j, :] for j in range(3))


def of_limit(limit: Limit, mixing: Mixing, nature: str | None = None) -> np.ndarray:
    """The flavor state R of a published limit on an effective moment, mu_eff^2 = Tr[R C].

    ``effective`` in its header says which: ``solar``, elastic scattering of solar neutrinos at its
    ``recoil``; ``nu_2``, that mass state (solar neutrinos of boron, above 5 MeV); ``Lambda``, all
    transition moments of Majorana neutrinos, sum |Lambda_i|^2; ``plasmon``, all pairs that a
    plasmon decays to, of which ``nature`` (of moments among the light neutrinos) says how many
    there are.  Else its flavor.

    Raises
    ------
    DomainError
        The limit is no effective moment, or does not say which.
    """
    if limit.axis is not None:
        raise DomainError(f"{limit.name} is a curve in M_N, not an effective moment")
    which = str(limit.meta.get("effective", ""))
    if which == "nu_2":
        column = mixing.U[:, 1]
        return np.outer(column, column.conj())
    if which == "plasmon":
        return counted(nature) * np.eye(3, dtype=complex)
    if which == "Lambda":
        # lambda is antisymmetric: each Lambda_i stands twice in Tr C
        return np.eye(3, dtype=complex) / 2
    if which == "appearance":
        raise DomainError(f"{limit.name} is no elastic scattering: it bounds another moment")
    if which == "solar":
        if "recoil" not in limit.meta:
            raise DomainError(f"{limit.name} names no recoil energy of solar neutrinos, so their "
                              "flavors are not known")
        recoil = parse(str(limit.meta["recoil"]), "keV", what="recoil")
        return state(solar.source(mixing=mixing), recoil)
    if limit.flavor not in flavors.NAMES:
        raise DomainError(f"{limit.name} is on flavor {limit.flavor}; an effective moment belongs "
                          "to one flavor or to solar neutrinos")
    return flavors.projector(limit.flavor)


def fundamental(kind: str = "majorana",
                limits: Iterable[str | Limit | tuple[Limit, np.ndarray]] = DEFAULT, *,
                mixing: Mixing | None = None) -> Moments:
    """Bounds on the moments of a kind, from limits on effective moments together.

    Parameters
    ----------
    kind : ``majorana``, ``dirac`` (mass basis) or ``portal`` (flavor basis, one massless N)
    limits : names of published limits, or pairs of a Limit at M_N = 0 and the flavor state
        (3, 3) of its neutrinos, see :func:`state`
    mixing : Mixing, default NuFIT 6.0 NO

    Returns
    -------
    Moments

    Raises
    ------
    UnknownName, DomainError

    Source : Canas2015

    >>> made = fundamental("portal", ["gemma_2012"])
    >>> print(f"{made.alone[0]:.2e}", made.profiled[1])
    2.90e-11 inf
    """
    if kind not in KINDS:
        raise UnknownName("kind of moments", kind, KINDS)
    mix = mixing or flavors.mixing()
    pairs = [x if isinstance(x, tuple) else (one := get(x) if isinstance(x, str) else x,
                                             of_limit(one, mix, kind)) for x in limits]
    if not pairs:
        raise DomainError("no limit was given; name at least one")
    used = [x for x, _ in pairs]
    forms = [form(R, kind, mix.U) / x.upper[0] ** 2 for x, R in pairs]
    with np.errstate(divide="ignore"):
        alone = np.min([1 / np.sqrt(np.maximum(np.diag(A).real, 1e-300)) for A in forms], axis=0)
    alone = np.where(alone > 1e100, np.inf, alone)
    profiled = np.array([_profiled(np.array(forms), i) for i in range(3)])
    keys = tuple(dict.fromkeys(k for x in used for k in x.papers))
    return Moments(kind, KINDS[kind], alone, profiled, tuple(x.name for x in used),
                   (*keys, "Canas2015"))


def _profiled(forms: np.ndarray, i: int) -> float:
    """The largest |x_i| inside all ellipsoids, by its convex dual."""
    from scipy.optimize import minimize

    # in units in which every form is of order 1
    scale = np.sqrt(np.max([np.diag(A).real for A in forms], axis=0))
    scale = np.where(scale > 0, scale, scale.max())
    A = forms / (scale[:, None] * scale)
    A = A / np.trace(A, axis1=1, axis2=2).real.max()
    unit = np.zeros(3, dtype=complex)
    unit[i] = 1

    def value(w):
        M = np.tensordot(w, A, axes=(0, 0)) + 1e-14 * np.eye(3)
        v = np.linalg.solve(M, unit)
        top = v[i].real
        return np.log(top), -np.einsum("a,kab,b->k", v.conj(), A, v).real / top

    # convex in w: any start finds the minimum; every w, met or not, gives a valid bound
    n = len(A)
    starts = [np.full(n, 1 / n), *(0.9 * np.eye(n) + 0.1 / n)]
    found = [minimize(value, w, jac=True, method="SLSQP", bounds=[(0, 1)] * n,
                      constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
                      options={"ftol": 1e-13, "maxiter": 500}).fun for w in starts]
    top = np.exp(min([*found, *(value(w)[0] for w in np.eye(n))]))
    norm = np.trace(forms / (scale[:, None] * scale), axis1=1, axis2=2).real.max()
    return float(np.inf) if top > _FREE**2 else float(np.sqrt(top / norm) / scale[i])
