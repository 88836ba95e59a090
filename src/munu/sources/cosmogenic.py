r"""Cosmogenic neutrinos of 1e15 to 3e20 eV: a published spectrum of protons on photons.

>>> from munu.units import GeV, cm, s
>>> E = 1e9 * GeV
>>> f"{source().flux(E).sum() * E**2 * cm**2 * s / GeV:.2e}"
'2.00e-08'
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu import _data, flavors
from munu.parameters import declared
from munu.sources._tables import finer, states
from munu.sources.source import Component, Source


@declared
def source() -> Source:
    r"""The flux over the whole sphere.

    .. math:: \phi_a = \frac{4\pi}{6\,E^2}\left(E^2\frac{\mathrm dN}{\mathrm dE\,\mathrm d\Omega}
       \right)_{\rm six},\qquad a = \nu_e \ldots \bar\nu_\tau

    The table is the sum of the six; equal shares are an assumption, that of pions, then of
    averaged oscillations.  Its scale hangs on the sources of the cosmic rays and is open by more
    than an order of magnitude.

    Source : VanVliet2019
    """
    table = _data.load("fluxes/cosmogenic_vanvliet2019")
    E = _data.monotone(table, "E_nu")
    E, phi = finer(E, (4 * pi / 6 * table["E2_flux"] / E**2)[None])
    part = Component("van_vliet2019", E, np.repeat(phi, 6, axis=0), np.empty(0), np.empty((6, 0)))
    return Source(name="cosmogenic", basis=states(flavors.SIX), components={part.name: part},
                  papers=tuple(str(table.meta[k]) for k in ("source", "via")),
                  assumed=("a sixth of the flux in each of the six: pions, then averaged "
                           "oscillations",
                           "10 per cent of protons at 10^19.6 eV, sources as (1 + z)^3.4"))
