r"""Magnetic fields between the stars: closed forms of a Dirac neutrino's survival.

Only Dirac neutrinos turn: left- and right-handed states have one mass.  A Majorana moment joins
two different masses, and what it can move is quenched by their splitting (:func:`quenching`).
"""

from __future__ import annotations

import numpy as np

from munu._arrays import finite
from munu._guard import formula
from munu.errors import DomainError
from munu.media.fields import strength


def _length(name: str, value):
    return finite(name, value, low=0.0)


@formula
def survival(mu, B, length):
    r"""Survival in a field of one strength and direction.

    .. math:: P_{LL} = \cos^2(\mu B_\perp L)

    Parameters
    ----------
    mu : float or array [mu_B]
    B : float [G] or text, ``1uG``
    length : float or array [length]

    Returns
    -------
    float or array [1]

    Holds : Dirac; mu B is integrated as a vector where its direction changes.
    Source : LimMarciano1988

    >>> from munu.units import kpc
    >>> print(round(float(survival(1e-13, "1uG", 10 * kpc)), 3))
    0.381
    """
    return np.cos(finite("mu", mu) * strength(B) * _length("the length", length)) ** 2


@formula
def survival_cells(mu, B, cell, count: int):
    r"""Mean survival through cells of one strength and random transverse direction.

    .. math:: \langle P_{LL}\rangle = \tfrac12\left[1 + \cos^N(2\mu B d)\right]

    Parameters
    ----------
    mu : float or array [mu_B]
    B : float [G] or text
    cell : float, d [length]
    count : N, number of cells

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError

    Holds : Dirac.      Source : LimMarciano1988
    """
    if count < 0 or count != int(count):
        raise DomainError(f"count = {count} must be a whole number, 0 or above")
    return 0.5 * (1 + np.cos(2 * finite("mu", mu) * strength(B) * _length("the cell", cell))
                  ** int(count))


@formula
def survival_noise(mu, b, correlation, length):
    r"""Mean survival in a white-noise field of two independent transverse components.

    .. math:: \langle P_{LL}\rangle = \tfrac12\left[1 + e^{-4\mu^2 b^2 \ell L}\right]

    Parameters
    ----------
    mu : float or array [mu_B]
    b : float [G] or text, root mean square of one component
    correlation : float, l [length]
    length : float or array, L [length]

    Returns
    -------
    float or array [1]

    Holds : Dirac; 2 mu b l << 1.
    Source : LimMarciano1988
    Anchors : gal.whitenoise
    """
    rate = 4 * (finite("mu", mu) * strength(b)) ** 2 * _length("the correlation", correlation)
    return 0.5 * (1 + np.exp(-rate * _length("the length", length)))


@formula
def quenching(mu, B, dm2, E_nu):
    r"""Largest conversion of a Majorana neutrino in vacuum: the amplitude of its oscillation.

    .. math:: P_{\max} = \frac{(2\mu B)^2}{(2\mu B)^2 + (\Delta m^2/2E)^2}

    Parameters
    ----------
    mu : float [mu_B]
    B : float [G] or text
    dm2 : float, splitting of the two mass states [energy^2]
    E_nu : float or array [energy]

    Returns
    -------
    float or array [1]

    Source : LimMarciano1988

    >>> from munu.units import MeV, eV
    >>> print(f"{quenching(1e-12, '1uG', 7.4e-5 * eV**2, 15 * MeV):.0e}")
    2e-29
    """
    turn = 2 * finite("mu", mu) * strength(B)
    apart = finite("the splitting", dm2) / (2 * finite("E_nu", E_nu, low=0.0))
    return turn**2 / (turn**2 + apart**2)
