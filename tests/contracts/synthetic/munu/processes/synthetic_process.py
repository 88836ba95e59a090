"""An invented process: a cross section that falls with the energy."""

from __future__ import annotations

__all__ = ["sigma"]


def sigma(E_nu):
    """Cross section.

    Parameters
    ----------
    E_nu : float or array, at least 0 [energy]

    Returns
    -------
    float or array [area]

    Source : VogelEngel1989
    """
    return 4 / E_nu**2
