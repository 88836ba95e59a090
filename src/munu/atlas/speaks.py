r"""What a limit on one coupling says of another: by trace matrices and flavor states, not by words.

A limit was made with neutrinos of some flavor state rho and bounds
:math:`\mu_{\rm eff}^2 = \mathrm{Re\,Tr}[\rho\,C]`.  Where the state is known, any C is compared
directly.  Where only the coupling :math:`C_0` of the limit is known, C makes at least k times its
rate, whatever the state, with the greatest k that leaves :math:`C - kC_0` without negative
eigenvalue.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from munu import flavors
from munu.atlas.moments import of_limit
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.inference.record import Limit
from munu.inference.region import Intervals
from munu.units import MeV, keV

#: of a coupling's size: less is none
NONE = 1e-9


def limits(given: Limit | Iterable[Limit]) -> list[Limit]:
    """One limit or several, as a list.  Raises DomainError where one of them is none."""
    out = [given] if isinstance(given, Limit) else list(given)
    for x in out:
        if not isinstance(x, Limit):
            raise DomainError(f"{x!r} is no Limit; take munu.limit(...) or munu.atlas.get(...)")
    return out


def share(limit: Limit, C: np.ndarray, mixing: Mixing, nature: str | None = None) -> float:
    """How much of the limit's own size a unit of coupling C is worth [1].

    A size x along C makes at least the rate of ``share * x`` along the limit's own coupling.

    Parameters
    ----------
    limit : on a moment
    C : complex (3, 3), trace matrix of a unit size [1]
    mixing : of the neutrinos of the Sun
    nature : of moments among the light neutrinos; None of a portal

    Raises
    ------
    DomainError
        The limit says nothing of this coupling; with the reason.
    """
    state = seen(limit, mixing, nature)
    k = _least(C, own(limit)) if state is None else float(np.trace(state @ C).real)
    if k <= NONE * np.abs(C).max():
        raise DomainError(f"its flavor {limit.flavor} says nothing of this coupling")
    return float(np.sqrt(k))


def seen(limit: Limit, mixing: Mixing, nature: str | None = None) -> np.ndarray | None:
    """The flavor state (3, 3) that a limit on a moment was made with, None where only its own
    coupling is known; raises DomainError where it is on no moment."""
    if limit.parameter != "mu":
        raise DomainError(f"it bounds {limit.parameter}, not a moment")
    if "effective" in limit.meta and limit.axis is None:
        return of_limit(limit, mixing, nature)
    return flavors.projector(limit.flavor) if limit.flavor in flavors.NAMES else None


def excluded(limit: Limit, M_N: float, C: np.ndarray, mixing: Mixing) -> Intervals:
    """The sizes along C that a limit excludes at a mass [energy]; raises as :func:`share`."""
    return Shared.of(limit, C, mixing).out(limit.excluded_at(M_N))


class Shared(NamedTuple):
    r"""How sizes of a limit are shared out along another coupling C; the same at every mass.

    Below, an interval is left where the limit's own coupling is made too rarely, so that edge is
    shared out as the rate is.  Above, N decays or is caught too early, by whatever it couples to:
    that edge moves down with :math:`\mathrm{Tr}\,C`, and never further up than the rate says.
    """

    low: float
    high: float

    @classmethod
    def of(cls, limit: Limit, C: np.ndarray, mixing: Mixing) -> Shared:
        """Of a limit and a coupling; raises as :func:`share`."""
        k = share(limit, C, mixing)
        if limit.axis is None:
            return cls(k, k)
        whole = float(np.sqrt(np.trace(C).real / np.trace(own(limit)).real))
        return cls(k, max(k, whole))

    def out(self, found: Intervals) -> Intervals:
        """Excluded sizes of the limit as sizes along C."""
        made = (i._replace(low=i.low / self.low, high=float(i.high / self.high)) for i in found)
        return tuple(i for i in made if i.low < i.high)


def own(limit: Limit) -> np.ndarray:
    """Trace matrix of the coupling that a limit is on, unit size (3, 3) [1]."""
    flavor = limit.flavor
    if isinstance(flavor, tuple) and any(isinstance(f, str) for f in flavor):
        return np.diag([1.0 if n in flavor else 0.0 for n in flavors.NAMES]).astype(complex)
    if flavor is None:
        raise DomainError("it does not say which neutrinos it is on")
    return DipolePortal(1.0, 0.0, flavor).trace_matrix


def _least(C: np.ndarray, C_0: np.ndarray) -> float:
    """The greatest k for which C - k C_0 has no negative eigenvalue."""
    size, vectors = np.linalg.eigh(C)
    kept = size > NONE * size.max()
    inside = vectors[:, kept] / np.sqrt(size[kept])
    out = C_0 - vectors[:, kept] @ (vectors[:, kept].conj().T @ C_0)
    if np.abs(out).max() > 1e-6 * np.abs(C_0).max():
        return 0.0
    return float(1 / np.linalg.eigvalsh(inside.conj().T @ C_0 @ inside).max())


def sees(limit: Limit, M_N: float) -> None:
    """Whether an N of that mass [energy] leaves anything in the bins of a limit that munu made.

    Raises
    ------
    DomainError
        With the heaviest that does.
    """
    # of a published limit the entry is a text, and reaches() reads it
    heaviest = limit.meta.get("heaviest") if limit.ours else None
    if heaviest is not None and heaviest < M_N:
        raise DomainError(f"an N above {heaviest / MeV:.3g} MeV leaves no recoils in its bins")


def reaches(limit: Limit, M_N: float) -> None:
    """Whether a limit at M_N = 0 holds for a portal to an N of that mass [energy].

    Raises
    ------
    DomainError
        With the reason.
    """
    if limit.meta.get("effective") == "Lambda":
        raise DomainError("it is on moments of the light neutrinos among themselves")
    if limit.axis is None and limit.reach < M_N:
        raise DomainError(f"it is one at M_N = 0 and holds up to {limit.reach / keV:.3g} keV"
                          if limit.reach else "it is one at M_N = 0 and names no recoil energy")


def held(limit: Limit, M_N: float, C: np.ndarray, mixing: Mixing, nature: str | None) -> Intervals:
    """What a limit excludes along a moment to an N of that mass [energy] and nature, C of size 1.

    Raises
    ------
    DomainError
        It says nothing there; with the reason.
    """
    if nature and limit.nature and nature != limit.nature:
        raise DomainError(f"it holds for {limit.nature}, not {nature}")
    reaches(limit, M_N)
    found = excluded(limit, M_N, C, mixing)
    if not found:
        sees(limit, M_N)
    return found
