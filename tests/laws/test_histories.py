"""A core in snapshots: the history of what it sends, and what arrives of it by one call."""

import numpy as np
import pytest

import munu
from munu import DipolePortal, media
from munu.errors import DataError, DomainError
from munu.rates import arrivals
from munu.rates._collapse import Collapse
from munu.units import MeV, s

R = np.array([0.1, 5, 8, 10, 14, 20])
RHO = np.array([3e14, 2.6e14, 1.5e14, 6e13, 8e12, 1e12])
T, Y_E = np.array([15, 30, 35, 25, 12, 6]), np.array([0.28, 0.27, 0.2, 0.12, 0.1, 0.1])
WINDOW = ("-1s", "1e12s")


def written(path, times, scale=lambda t: 1.0):
    rows = [f"{t},{r},{rho},{scale(t) * temp},{y}" for t in times
            for r, rho, temp, y in zip(R, RHO, T, Y_E, strict=True)]
    path.write_text("\n".join(["t [s],r [km],density [g/cm^3],temperature [MeV],Y_e", *rows]))
    return str(path)


@pytest.fixture
def snapshot(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("\n".join(["r [km],density [g/cm^3],temperature [MeV],Y_e", *(
        f"{r},{rho},{temp},{y}" for r, rho, temp, y in zip(R, RHO, T, Y_E, strict=True))]))
    return str(path)


def test_a_core_that_does_not_change_is_a_snapshot_for_as_long(tmp_path, snapshot):
    still = Collapse.of(written(tmp_path / "still.csv", (0.5, 1.0, 4.5)))
    one = Collapse.of(snapshot, 4 * s)
    portal = DipolePortal(1e-12, 20 * MeV, "e")
    a, b = (x.of_matrix(portal.matrix, 20 * MeV)[0] for x in (still, one))
    assert still.duration == pytest.approx(4 * s) and len(still.cores) == 3
    assert np.allclose(a.E, b.E, rtol=1e-12) and np.allclose(a.total, b.total, rtol=1e-9)


def test_between_snapshots_it_is_straight(tmp_path):
    """What two times send is the mean of both, times what lies between."""
    path = written(tmp_path / "cools.csv", (1, 3), lambda t: 1.2 - 0.2 * t)
    matrix = DipolePortal(1e-12, 1 * MeV, "mu").matrix
    both = Collapse.of(path).of_matrix(matrix, 1 * MeV)[0]
    hot, cold = (Collapse((core,), (2 * s,)).of_matrix(matrix, 1 * MeV)[0]
                 for _, core in media.history(path))

    def number(x):
        return np.trapezoid(x.total, x.E)

    assert number(both) == pytest.approx(0.5 * (number(hot) + number(cold)), rel=2e-3)
    assert number(cold) < 0.5 * number(hot)


def test_what_a_history_cannot_be_is_one_line(tmp_path, snapshot):
    path = written(tmp_path / "still.csv", (0.5, 4.5))
    with pytest.raises(DomainError, match="times of its own"):
        munu.probes.get("low_energy_supernovae", core=path, duration="3s")
    with pytest.raises(DataError, match="history reads it"):
        munu.probes.get("sn1987a_cooling", core=path)
    with pytest.raises(DataError, match="two times"):
        Collapse.of(written(tmp_path / "once.csv", (1.0,)))
    with pytest.raises(DataError, match="times must rise"):
        Collapse.of(written(tmp_path / "back.csv", (2.0, 1.0)))
    assert media.history(snapshot) is None
    found = munu.limit(munu.probes.get("low_energy_supernovae", core=path), M_N=100 * MeV,
                       flavor="e", nature="dirac")
    assert np.isfinite(found.upper[0])


@pytest.mark.parametrize("nature", ["dirac", "majorana"])
def test_what_arrives_by_one_call_is_the_kernel_of_what_is_sent(nature):
    portal = DipolePortal(2e-14, 20 * MeV, "universal", nature)
    E = np.array([10, 50]) * MeV
    where = {"distance": "10kpc", "radius": "3e12cm", "window": WINDOW}
    e, mu, tau = (arrivals.fluence(E, "fischer18", DipolePortal(2e-14, 20 * MeV, a, nature),
                                   **where) for a in ("e", "mu", "tau"))
    assert arrivals.fluence(E, "fischer18", portal, **where) == pytest.approx(e + mu + tau)
    assert np.array_equal(mu, tau)
    longer = arrivals.fluence(E, "fischer18", portal, duration=6 * s, **where)
    assert longer == pytest.approx(2 * (e + mu + tau))


def test_what_arrives_asks_for_N():
    where = {"distance": "10kpc", "radius": "3e12cm"}
    with pytest.raises(DomainError, match="portal"):
        arrivals.fluence(MeV, "fischer18", munu.Couplings.majorana(emu=1e-12), **where)
    with pytest.raises(DomainError, match="nature"):
        arrivals.fluence(MeV, "fischer18", DipolePortal(1e-12, MeV, "e"), **where)
    assert arrivals.fluence(MeV, "fischer18", DipolePortal(1e-12, 0.0, "e"), **where) == 0
