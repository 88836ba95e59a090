"""What decays of N outside a collapse send, for many sizes at once."""

import numpy as np
import pytest

from munu import flavors
from munu.errors import DomainError
from munu.probes._collapse import Sent
from munu.probes._decays import Decays, at_earth
from munu.processes import radiative_decay
from munu.rates import arrivals
from munu.units import MeV, km, kpc, s

D, R, WINDOW = 51.4 * kpc, 100 * km, np.array([0, 20]) * s
E_N = np.linspace(10.5, 400, 60) * MeV
DN_DE = 1e77 / MeV * (E_N / MeV) ** 2 * np.exp(-E_N / (40 * MeV))
SENT = Sent(E=E_N, neutrinos=DN_DE, antineutrinos=0.01 * DN_DE, M_N=10 * MeV,
            moments=np.array([0.7, 0.0, 0.0]))
E = np.array([2.0, 20.0, 90.0, 500.0]) * MeV


@pytest.mark.parametrize("nature", ["dirac", "majorana"])
def test_many_sizes_are_what_each_is(nature):
    """The fluence of one lifetime, times the square of the size."""
    decays, x = Decays(SENT, nature, D, R), np.geomspace(1e-14, 1e-8, 7)
    of = {arrivals.photon_fluence: decays.photons(x, E, WINDOW),
          arrivals.neutrino_fluence: sum(decays.arrive(x, E, WINDOW))}
    for f, made in of.items():
        assert made.max() > 0 and np.all(made[:, -1] == 0)
        for row, size in zip(made, x, strict=True):
            tau = radiative_decay.lifetime(10 * MeV, 0.7 * size, nature)
            assert row == pytest.approx(size**2 * f(E, E_N, SENT.total, 10 * MeV, tau, D, R,
                                                    WINDOW, nature), rel=1e-9)


def test_a_dirac_n_sends_neutrinos_its_antiparticle_antineutrinos():
    x = [1e-12]
    nu, nubar = Decays(SENT, "dirac", D, R).arrive(x, E, WINDOW)
    assert nubar == pytest.approx(0.01 * nu, rel=1e-12)
    nu, nubar = Decays(SENT, "majorana", D, R).arrive(x, E, WINDOW)
    assert np.array_equal(nu, nubar) and nu.max() > 0


def test_without_mass_or_moment_nothing_arrives():
    light = Sent(E=E_N, neutrinos=DN_DE, antineutrinos=DN_DE, M_N=0.0,
                 moments=np.array([0.0, 1.0, 0.0]))
    assert np.all(Decays(light, None, D, R).photons([1e-12], E, WINDOW) == 0)
    assert np.all(Decays(SENT, "dirac", D, R).photons([0.0], E, WINDOW) == 0)
    with pytest.raises(DomainError, match="nature is needed"):
        Decays(SENT, None, D, R)
    with pytest.raises(DomainError, match="below the distance"):
        Decays(SENT, "dirac", D, 2 * D)


def test_flavors_at_the_earth():
    """Each arrives as one; all three together evenly; the combination of a mass state as that."""
    mixing = flavors.mixing()
    each = np.array([at_earth(row, mixing) for row in np.eye(3)])
    assert each.sum(axis=0) == pytest.approx(1, rel=1e-12)
    assert each == pytest.approx(each.T, rel=1e-12)
    U = mixing.U
    assert each[0] == pytest.approx(np.abs(U) ** 2 @ np.abs(U[0]) ** 2, rel=1e-12)
    for i in range(3):
        assert at_earth(5j * U[:, i].conj(), mixing) == pytest.approx(np.abs(U[:, i]) ** 2)
