r"""Several probes as one likelihood of a matrix of moments, nuisances profiled.

What recoils expect is linear in the trace matrix of the couplings, bin by bin,

.. math:: n_i = \mathrm{Re\,Tr}[A_i C] + F_i + \sum_b\theta_b B_{bi}
          + \sum_c\epsilon_c\left(\mathrm{Re\,Tr}[A^c_i C] + F^c_i\right),

and nine directions of one N that couples coherently span every C.  So the Sun's weights, which
change with energy, and their phases are all in the A of each bin, made once.  A pull that is
shared (a flux of the Sun) is one for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from munu.errors import DomainError
from munu.inference.intervals import rise
from munu.inference.likelihood import Problem, profile
from munu.inference.study import study
from munu.probes.expected import Polynomial
from munu.probes.measured import Ceiling, Claim
from munu.probes.probe import Probe
from munu.ray import Ray

# directions (d_e, d_mu, d_tau) whose trace matrices span the Hermitian ones
_SPAN = np.array([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1),
                  (1, 1j, 0), (1, 0, 1j), (0, 1, 1j)])


@dataclass(frozen=True)
class _Floating:
    """What a probe expects, with the fluxes within their errors."""

    probe: Probe

    def __call__(self, ray: Ray, **ways: Any) -> Any:
        return self.probe.expects(ray, flux_nuisances=True, **ways)


@dataclass(frozen=True, eq=False, kw_only=True)
class Matrix:
    """The likelihood of a trace matrix C [mu_B^2].

    Attributes
    ----------
    problem : Problem of one row, of no coupling
    data : array (n_bins,)
    signal : array (9, n_bins), by coordinate of C, see :func:`coordinates`
    pulls : array (F, 9, n_bins)
    claims : array (9, n_claims), the value of each claim over its edge
    rises : array (n_claims,), by how much -2 ln L has risen at the edge
    floating : names of the probes whose fluxes float
    """

    problem: Problem
    data: np.ndarray
    signal: np.ndarray
    pulls: np.ndarray
    claims: np.ndarray
    rises: np.ndarray
    floating: tuple[str, ...] = ()

    def turned(self, turn: np.ndarray) -> Matrix:
        """In other coordinates: ``turn`` (9, 9) makes those of C from the new ones."""
        return replace(self, signal=turn.T @ self.signal, pulls=turn.T @ self.pulls,
                       claims=turn.T @ self.claims)

    def value(self, c: np.ndarray, eta: np.ndarray | None = None
              ) -> tuple[float, np.ndarray, np.ndarray]:
        """-2 ln L with the nuisances profiled at coordinates c (9,), its gradient (9,), and the
        nuisances, from which a next call may begin."""
        p = self.problem
        held = Problem.of(c @ self.signal, p.background, p.prior, pulls=(c @ self.pulls)[:, None],
                          pulls_prior=p.pulls_prior, fixed=p.fixed, pulls_fixed=p.pulls_fixed,
                          error=p.error)
        (value,), _, eta = profile(held, np.ones(1), self.data, eta)
        K = len(p.background)
        mean = held.signal[0] + p.fixed + eta[0, :K] @ p.background
        mean = mean + eta[0, K:] @ (held.pulls[:, 0] + p.pulls_fixed)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = 1 - np.where(self.data > 0, self.data / mean, 0.0)
            if p.error is not None:
                slope = np.where(np.isnan(p.error), slope, (mean - self.data) / p.error**2)
        each = self.signal + np.tensordot(eta[0, K:], self.pulls, axes=(0, 0))
        over = c @ self.claims
        return (float(value + self.rises @ over**2),
                2 * each @ slope + 2 * self.claims @ (self.rises * over), eta)


def coordinates(C: np.ndarray) -> np.ndarray:
    """Nine real numbers of Hermitian matrices (..., 3, 3), such that Tr[A C] is a sum of products.

    >>> coordinates(np.diag([1.0, 2.0, 3.0]))[:3]
    array([1., 2., 3.])
    """
    upper = np.array([C[..., a, b] for a, b in ((0, 1), (0, 2), (1, 2))]) * np.sqrt(2)
    return np.moveaxis(np.concatenate([
        np.real(np.array([C[..., a, a] for a in range(3)])), upper.real, upper.imag]), 0, -1)


def hermitian(c: np.ndarray) -> np.ndarray:
    """The matrix (3, 3) of nine coordinates."""
    C = np.diag(c[:3]).astype(complex)
    for k, (a, b) in enumerate(((0, 1), (0, 2), (1, 2))):
        C[a, b] = (c[3 + k] + 1j * c[6 + k]) / np.sqrt(2)
        C[b, a] = C[a, b].conjugate()
    return C


def matrix(probes: Sequence[Probe], claims: Sequence[Probe] = (), *, M_N: float = 0.0,
           flux_nuisances: bool = True) -> Matrix:
    """The likelihood of probes, with a parabola for each claim.

    Parameters
    ----------
    probes : of data, or all of them projections; one power of the size, the second
    claims : probes that hold a claim of a sum of squares of moments: no likelihood, but a parabola
        about 0 that has risen at the published edge as its level says
    M_N : mass of N [energy]
    flux_nuisances : whether each flux floats within its error, where a probe knows one

    Raises
    ------
    DomainError
        A probe that does not multiply, or is no such claim, with the reason.
    """
    for p in probes:
        _multiplies(p)
    floating = tuple(p.name for p in probes if flux_nuisances and _floats(p, M_N))
    held = [replace(p, expects=_Floating(p)) if p.name in floating else p for p in probes]
    rays = [Ray.portal(M_N, tuple(complex(x) for x in d)) for d in _SPAN]
    each = [study(held, ray) for ray in rays]
    # one row of coordinates a direction: what is expected of each coordinate follows
    back = np.linalg.inv(coordinates(np.array([r.trace_matrix() for r in rays])))
    problems = [s.even() for s in each]
    data = each[0].data
    edges, rises = [_edge(p) for p in claims], [_rise(p) for p in claims]
    over = np.array([[p.expected(r).values(np.ones(1), np.zeros(1, dtype=int))[0, 0] / edge
                      for p, edge in zip(claims, edges, strict=True)] for r in rays]).reshape(9, -1)
    return Matrix(
        problem=problems[0], data=data, signal=back @ np.array([p.signal[0] for p in problems]),
        pulls=back @ np.moveaxis(np.array([p.pulls[:, 0] for p in problems]), 0, 1),
        claims=back @ over, rises=np.array(rises), floating=floating)


def _multiplies(p: Probe) -> None:
    """Refuse what is no likelihood of one power of the size."""
    if p.derived:
        raise DomainError(f"{p.name} holds a ceiling or a claim, no likelihood: it does not "
                          "multiply; name it among the claims, if it is one of recoils")
    if p.grade == "needs_data":
        raise DomainError(f"{p.name} needs data: " + "; ".join(p.assumptions[:1]))
    if "portal" not in p.rays:
        raise DomainError(f"{p.name} sees no single recoils; it answers along {', '.join(p.rays)}")


def _floats(p: Probe, M_N: float) -> bool:
    """Whether a probe knows an error of its fluxes."""
    if "flux_nuisances" not in p.ways:
        return False
    try:
        made = p.expects(Ray.portal(M_N, "e"), flux_nuisances=True)
    except DomainError:
        return False
    return isinstance(made, Polynomial)


def _edge(p: Probe) -> float:
    """The upper edge of a claim on a sum of squares of moments."""
    m = p.measured
    if not isinstance(m, Claim) or isinstance(m, Ceiling) or p.family != "recoils" \
            or not np.isfinite(m.high):
        raise DomainError(f"{p.name} holds no claim with an upper edge on recoils: it cannot stand "
                          "beside a likelihood of moments; take munu check for it")
    return float(m.high)


def _rise(p: Probe) -> float:
    level = getattr(p.measured, "level", None)
    if level is None:
        raise DomainError(f"the claim of {p.name} has no level; no parabola follows")
    return rise(level, "profile")
