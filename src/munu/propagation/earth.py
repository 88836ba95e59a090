"""From mass states that leave a star to flavors in a detector, through the Earth where it lies
in between.

On the way here the mass states lose their coherence, so probabilities multiply.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from munu._arrays import finite
from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.errors import DomainError, UnitError, UnknownName
from munu.flavors import Mixing
from munu.media.earth import along
from munu.units import N_A, cm, deg, g, parse, to_float

# denser than the Earth's center by seven
_DENSE = 100 * g / cm**3


@formula
def at_earth(probabilities, mixing: Mixing, earth: Sequence | str | None = None, E_nu=None, *,
             G_F: float = _G_F) -> np.ndarray:
    r"""What arrives as which flavor.

    .. math:: P(b \to a) = \sum_i P(b \to i)\, P(i \to a),\qquad P(i \to a) = |U_{ai}|^2

    without matter of the Earth, else as :func:`mass_to_flavor` says.

    Parameters
    ----------
    probabilities : array (n_E, 6, 6), initial flavor by mass state nu_1 ... nubar_3, such as
        ``evolve(...).mass_probabilities`` of Majorana neutrinos [1]
    mixing : Mixing
    earth : layers (length [length], density [mass/volume], Y_e [1]) in the order in which they
        are crossed, such as ``("3000km", "4.5 g/cm^3", 0.5)``; a text such as ``prem:30deg``, see
        :func:`prem`; None for none
    E_nu : array (n_E,), wanted with ``earth`` [energy]
    G_F : float [1/energy^2]

    Returns
    -------
    array (n_E, 6, 6), initial flavor by flavor in the detector, in the order of
        ``flavors.SIX`` [1]

    Raises
    ------
    DomainError

    Holds : mass states that have come apart on the way; the star's medium ends in vacuum.
    Source : Dighe2000

    >>> from munu.flavors import mixing
    >>> print(at_earth(np.eye(6)[None], mixing())[0, 2, :3].round(3))
    [0.022 0.46  0.518]
    """
    P = finite("the probabilities", probabilities)
    if P.ndim != 3 or P.shape[1:] != (6, 6):
        raise DomainError(f"probabilities of shape {P.shape} must be (n_E, 6, 6), initial flavor "
                          "by mass state")
    if P.min() < -1e-9 or P.sum(axis=2).max() > 1 + 1e-6:
        raise DomainError("probabilities must be at least 0 and sum to at most 1 over the mass "
                          "states")
    if not earth:
        return P @ mass_to_flavor(mixing)
    if E_nu is None or np.size(E_nu) != len(P):
        raise DomainError(f"layers of the Earth need E_nu, one energy for each of the {len(P)} "
                          "rows of probabilities")
    return P @ mass_to_flavor(mixing, earth, E_nu, G_F=G_F)


@formula
def mass_to_flavor(mixing: Mixing, earth: Sequence | str = (), E_nu=1.0, *, G_F: float = _G_F
                   ) -> np.ndarray:
    r"""Mass states of vacuum as flavors behind layers of constant matter.

    .. math:: P(i \to a) = \Big|\Big(\prod_k e^{-i H_k L_k}\, U\Big)_{ai}\Big|^2,\qquad
       H_k = \frac{U D U^\dagger}{2E} + \sqrt2 G_F n_k Y_{e,k}\,\mathrm{diag}(1, 0, 0)

    and for antineutrinos with U* and the opposite sign of the potential.

    Parameters
    ----------
    mixing : Mixing
    earth : layers (length [length], density [mass/volume], Y_e [1]) or a text, as
        :func:`at_earth`
    E_nu : float or array (n_E,), above 0 [energy]
    G_F : float [1/energy^2]

    Returns
    -------
    array (n_E, 6, 6), mass state nu_1 ... nubar_3 by flavor [1]

    Raises
    ------
    DomainError

    Holds : steps between layers; no absorption.
    Source : Dighe2000
    """
    E = np.atleast_1d(finite("the neutrino energy E_nu", E_nu))
    if E.ndim != 1 or np.any(E <= 0):
        raise DomainError("E_nu must be above 0, one number or one row of them")
    layers = [_layer(x) for x in read(earth)]
    out = np.zeros((E.size, 6, 6))
    for at, U, sign in ((0, mixing.U, 1.0), (3, mixing.U.conj(), -1.0)):
        S = np.broadcast_to(U, (E.size, 3, 3))
        vacuum = U @ np.diag([0.0, mixing.dm21, mixing.dm31]) @ U.conj().T / 2
        for length, electrons in layers:
            H = vacuum / E[:, None, None] + np.diag([sign * sqrt(2) * G_F * electrons, 0, 0])
            w, v = np.linalg.eigh(H)
            S = (v * np.exp(-1j * w * length)[:, None, :]) @ np.swapaxes(v.conj(), 1, 2) @ S
        out[:, at:at + 3, at:at + 3] = np.swapaxes(np.abs(S) ** 2, 1, 2)
    return out


def read(earth: Sequence | str) -> Sequence:
    """Layers as they are, or those of a text: ``prem:30deg``, the nadir angle.

    Raises
    ------
    DomainError, UnknownName, UnitError
    """
    if not isinstance(earth, str):
        return earth
    name, colon, angle = earth.partition(":")
    if name != "prem":
        raise UnknownName("model of the Earth", name, ("prem",))
    if not (colon and angle):
        raise DomainError(f"earth '{earth}' must say the nadir angle too, as prem:30deg")
    return prem(parse(angle, "rad", what="nadir angle"))


@formula
def prem(nadir: float) -> list[tuple[float, float, float]]:
    r"""Layers of the preliminary reference Earth model along a chord.

    .. math:: L = 2R\cos\eta,\qquad \rho(x) = c_0 + c_1x + c_2x^2 + c_3x^3,\quad x = r/R

    Parameters
    ----------
    nadir : float, :math:`\eta`, the angle between the way in and the vertical, 0 through the
        center and :math:`\pi/2` or more from above [1]

    Returns
    -------
    list of (length [length], mean density [mass/volume], Y_e [1]), in the order in which they are
        crossed: each shell in pieces of at most 100 km

    Raises
    ------
    DomainError

    Holds : a round Earth with a crust instead of an ocean; a detector at its surface.
    Source : Dziewonski1981

    >>> from munu.units import km
    >>> print(round(sum(length for length, *_ in prem(0.0)) / km, 3))
    12742.0
    """
    eta = float(finite("the nadir angle", nadir, low=0.0))
    if eta > np.pi:
        raise DomainError(f"the nadir angle {eta / deg:g} deg must lie in 0 to 180 deg")
    if eta >= np.pi / 2:
        return []
    edges, rho, Y_e = along(-np.cos(eta))
    lengths = np.diff(edges)
    # to the middle, and back
    half = [(float(a), float(b), float(c)) for a, b, c in zip(lengths, rho, Y_e, strict=True)]
    half = half[:len(half) // 2]
    return half + half[::-1]


def _layer(given) -> tuple[float, float]:
    """Length and electrons a volume, both internal."""
    try:
        length, density, Y_e = given
        length, density, Y_e = (to_float(length, "km"), to_float(density, "g/cm^3"),
                                float(Y_e))
    except UnitError as err:
        raise UnitError(f"the layer {given!r}: {err}") from None
    except (TypeError, ValueError):
        raise DomainError(f"the layer {given!r} must be a length, a density and a Y_e, such as "
                          "('3000km', '4.5 g/cm^3', 0.5)") from None
    if not (np.isfinite(length) and length >= 0 and np.isfinite(density) and density >= 0
            and 0 <= Y_e <= 1):
        raise DomainError(f"the layer {given!r} needs a length and a density of at least 0 and a "
                          "Y_e in [0, 1]")
    if density > _DENSE:
        raise DomainError(f"the layer {given!r} has {density / (g / cm**3):.3g} g/cm^3, no density "
                          "of the Earth; write '4.5 g/cm^3' or 4.5 * g / cm**3: a bare number is "
                          "in internal units")
    return length, density * N_A / g * Y_e
