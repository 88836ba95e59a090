"""All core collapses: N counted once, from emission to decay to today."""

import numpy as np
import pytest

from munu._arrays import gauss_panels
from munu.errors import DomainError, UnknownName
from munu.processes import radiative_decay
from munu.rates import diffuse
from munu.units import MeV, Mpc, cm, km, s, yr

E_N = np.linspace(10.1, 400, 300) * MeV
DN_DE = 1e56 / MeV * (E_N / (40 * MeV)) ** 2 * np.exp(-E_N / (40 * MeV))
M, R = 10 * MeV, 3e12 * cm
KINDS = (diffuse.photon_flux, diffuse.neutrino_flux)
NUMBER = np.trapezoid(DN_DE, E_N)


def flux(f, E, tau, nature="dirac", radius=R, M_N=M, E_N=E_N, **more):
    return f(E, E_N, DN_DE, M_N, tau, radius, nature, **more)


def total(f, tau, power=0, **more):
    E, w = gauss_panels(np.geomspace(1e-3, 400, 40) * MeV, 4)
    return 4 * np.pi * np.sum(w * E**power * flux(f, E, tau, **more))


@pytest.mark.parametrize("fit", diffuse.FITS)
def test_where_all_decay_at_once_it_is_the_flux_of_massless_quanta(fit):
    """Of the spectrum of photons at the source."""
    source = np.geomspace(0.1, 400, 500) * MeV
    nodes, w = gauss_panels(E_N, 4)
    E = np.array([2, 10, 40, 120]) * MeV
    for f, spectrum in zip(KINDS, (radiative_decay.photon_spectrum,
                                   radiative_decay.neutrino_spectrum), strict=True):
        sent = np.sum(w * np.interp(nodes, E_N, DN_DE)
                      * spectrum(source[:, None], nodes, M, "dirac"), axis=1)
        want = diffuse.redshifted_flux(E, source, sent, fit)
        assert flux(f, E, 1e3 * s, radius=0.0, fit=fit) == pytest.approx(want, rel=3e-3)


@pytest.mark.parametrize("tau", [1e8, 1e16, 3e17])
def test_every_n_is_counted_once(tau):
    """Photons and neutrinos today are what decayed; with what is left they are all that left."""
    k, made, left = diffuse._decays(diffuse._edges("yuksel", 5.0, 240), E_N, DN_DE, M, tau * s,
                                    0.0, "yuksel", 70 * km / s / Mpc, 0.3)
    decayed = np.trapezoid(made.sum(axis=0), k)
    all_of_it = NUMBER * diffuse.past_events()
    assert decayed + np.trapezoid(left, k) == pytest.approx(all_of_it, rel=1e-3)
    for f in KINDS:
        assert total(f, tau * s, radius=0.0) == pytest.approx(decayed, rel=5e-3)
    assert (tau < 1e10) == (decayed > 0.99 * all_of_it)


def test_a_long_life_decays_as_its_inverse_and_ages_by_its_own_time():
    """Where few decay, against the integral over emission and decay by hand."""
    tau = 1e22 * s
    assert total(KINDS[0], tau) == pytest.approx(10 * total(KINDS[0], 10 * tau), rel=1e-3)
    z, w = gauss_panels(np.linspace(0, 5, 40), 4)
    hubble = 70 * km / s / Mpc * np.sqrt(0.3 * (1 + z) ** 3 + 0.7)
    e, v = gauss_panels(np.linspace(10.1, 400, 40) * MeV, 4)
    p = np.sqrt(e**2 - M**2)
    want = 0.0
    for z1, w1, h1 in zip(z, w, hubble, strict=True):
        x, u = gauss_panels(np.linspace(0, z1, 3), 8)
        slower = M / np.hypot(p[:, None] * (1 + x) / (1 + z1), M)
        age = slower @ (u / (1 + x) / (70 * km / s / Mpc * np.sqrt(0.3 * (1 + x) ** 3 + 0.7)))
        want += w1 / (1 + z1) / h1 * diffuse.core_collapse_rate(z1) * np.sum(
            v * np.interp(e, E_N, DN_DE) * age / tau)
    assert total(KINDS[0], tau) == pytest.approx(want, rel=5e-3)


def test_a_star_hides_what_decays_within_it_and_a_light_n_does_not_decay():
    tau = 1e-3 * s  # L of 3 light milliseconds against 100 light seconds
    assert total(KINDS[0], tau) < 1e-100 * total(KINDS[0], tau, radius=0.0)
    E = np.array([20.0, 60.0]) * MeV
    assert np.all(flux(KINDS[0], E, 1e15 * s, M_N=0.0) == 0)
    light = [flux(KINDS[0], E, 1e17 * s, M_N=m * MeV) for m in (1e-8, 1e-9)]
    assert light[0] == pytest.approx(10 * light[1], rel=1e-3)
    # unpolarised a photon has half of the energy, of a fast Dirac N a third
    dirac, flat = (total(KINDS[0], 1e5 * s, 1, nature=n, M_N=0.1 * MeV)
                   for n in ("dirac", "majorana"))
    assert 1.5 * dirac == pytest.approx(flat, rel=2e-3)


def test_rates_of_the_fits_today():
    today = [diffuse.core_collapse_rate(0.0, fit) * yr * Mpc**3 for fit in diffuse.FITS]
    assert today == pytest.approx([1.25e-4, 1e-4, 1.0174e-4], rel=1e-4)
    assert diffuse.core_collapse_rate([4.49, 4.5], "lunardini") * yr * Mpc**3 == \
        pytest.approx([9.7136e-4, 0.0], rel=1e-4)


def test_what_cannot_be_asked():
    with pytest.raises(UnknownName, match="madau"):
        diffuse.past_events("madua")
    with pytest.raises(DomainError, match="nature"):
        flux(KINDS[0], MeV, s, nature=None)
    with pytest.raises(DomainError, match="below the mass"):
        flux(KINDS[0], MeV, s, M_N=20 * MeV)
