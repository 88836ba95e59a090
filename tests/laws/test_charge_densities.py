"""Form factors beside the densities that they are of, and a Fermi gas beside its spheres."""

import numpy as np
import pytest

from munu import _data
from munu._arrays import gauss_panels
from munu.errors import UnknownName
from munu.targets import material, nucleus
from munu.targets.form_factors import fourier_bessel, pauli_blocking
from munu.units import MeV, fm


def test_carbon_is_what_its_charge_density_says():
    """Its Fourier transform, at the poles of the closed form and beside them; charge and radius."""
    table, R = _data.load("targets/fourier_bessel"), 8 * fm
    r, w = gauss_panels(np.linspace(0, R, 31), 8)
    rho = table["C12"] @ np.sinc(np.outer(table["n"], r) / R)
    charge = 4 * np.pi * (w * r**2) @ rho
    assert charge == pytest.approx(6, rel=1e-4)
    assert np.sqrt((w * r**4) @ rho / ((w * r**2) @ rho)) / fm == pytest.approx(2.464, abs=1e-3)
    pole = 3 * np.pi / R
    q = np.array([0, 1e-9 * MeV, 50 * MeV, pole, pole * (1 + 1e-8), pole * (1 + 1e-5), 600 * MeV])
    by_hand = [4 * np.pi * (w * r**2 * np.sinc(x * r / np.pi)) @ rho / charge for x in q]
    assert fourier_bessel(q, "C12") == pytest.approx(by_hand, abs=1e-10)
    assert nucleus("C12", form_factor="fourier_bessel").F_charge(0.0) == 1


def test_a_density_that_nobody_gave_is_refused():
    with pytest.raises(UnknownName, match="there are: C12"):
        material("Ar", form_factor="fourier_bessel").parts[0][1].F_charge(1 * MeV)


@pytest.mark.parametrize("q", [0.1, 0.7, 1.5, 1.99, 2.0, 5.0])
def test_what_a_fermi_gas_lets_go(q):
    """The part of a sphere that a shift takes out of it."""
    z, w = gauss_panels(np.linspace(-1, 1, 2001), 4)
    # each slice across the shift is a disk, of which the other sphere covers a disk
    own, other = 1 - z**2, np.clip(1 - (z + q) ** 2, 0, None)
    out = np.pi * w @ (own - np.minimum(own, other)) / (4 * np.pi / 3)
    assert pauli_blocking(q * 221 * MeV, k_F=221 * MeV) == pytest.approx(out, abs=1e-6)
