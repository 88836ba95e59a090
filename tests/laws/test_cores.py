"""Cores of supernovae: chemical potentials against integrals of their own, rows, edges, doors."""

import pickle

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from munu import _data, constants, media
from munu.errors import DataError, DomainError
from munu.media import nuclear_matter
from munu.media.plasma import screening
from munu.units import M_sun, MeV, cm, fm, g, km

GCC = g / cm**3
M_N, M_P, M_E, AMU = constants.m_n, constants.m_p, constants.m_e, constants.amu
MASSES = {"fischer18": 1.33, "fiducial": 1.37, "derocco": 1.43}


@pytest.fixture(scope="module", params=sorted(MASSES))
def core(request):
    return media.get(request.param)


def fermions(mu, T, m):
    """Particles less antiparticles a volume, by an adaptive integral of its own."""
    def one(p):
        E = np.hypot(p, m)
        return p * p * (1 / (np.exp((E - mu) / T) + 1) - 1 / (np.exp((E + mu) / T) + 1))
    edge = np.sqrt(max(mu * mu - m * m, 0.0))
    top = np.sqrt((max(mu, m) + 60 * T) ** 2 - m * m)
    return quad(one, 0, top, points=[min(edge, 0.9 * top)], epsrel=1e-10, epsabs=0,
                limit=300)[0] / np.pi**2


def potential(n, T, m):
    return brentq(lambda mu: np.log(fermions(mu, T, m) / n), max(m - 40 * T, 1e-3 * MeV),
                  m + 600 * MeV, xtol=1e-9 * MeV)


@pytest.mark.parametrize(("rho", "T", "Y_e"), [(3e14, 30.0, 0.3), (1.1e13, 6.5, 0.052),
                                               (4e14, 17.6, 0.2846)])
def test_beta_equilibrium_by_integrals_of_its_own(rho, T, Y_e):
    rho, T = rho * GCC, T * MeV
    n = rho / AMU
    mu_e, mu_p, mu_n = (potential(x * n, T, m) for x, m in
                        ((Y_e, M_E), (Y_e, M_P), (1 - Y_e, M_N)))
    energy = 4 * 18 * MeV * (n / (0.16 / fm**3)) ** 0.6 * (1 - 2 * Y_e)
    assert nuclear_matter.mu_hat(rho, T, Y_e) == pytest.approx(mu_n - mu_p + energy, rel=1e-6)
    assert nuclear_matter.mu_nu(rho, T, Y_e) == pytest.approx(mu_e - (mu_n - mu_p) - energy,
                                                              rel=1e-6)
    # T dn/dmu is the number of protons weighed with the holes at their energy
    def blocked(p):
        f = 1 / (np.exp((np.hypot(p, M_P) - mu_p) / T) + 1)
        return p * p * f * (1 - f)
    direct = quad(blocked, 0, np.sqrt(60 * T * (60 * T + 2 * M_P)), epsrel=1e-9, epsabs=0,
                  points=[np.sqrt(2 * M_P * T)], limit=300)[0] / np.pi**2
    assert nuclear_matter.blocked_protons(rho, T, Y_e) == pytest.approx(direct, rel=1e-6)


def test_free_nucleons_and_symmetric_matter():
    rho, T, Y_e = 2e14 * GCC, 25 * MeV, np.array([0.1, 0.3, 0.5])
    free, held = (nuclear_matter.mu_hat(rho, T, Y_e, S_pot=S) for S in (0.0, 18 * MeV))
    energy = 72 * MeV * (rho / AMU * fm**3 / 0.16) ** 0.6
    assert held - free == pytest.approx(energy * (1 - 2 * Y_e), rel=1e-9, abs=1e-9 * MeV)
    # as many of both: only their masses differ
    alike = nuclear_matter.mu_hat(rho, T, 0.5, m_n=M_P)
    assert abs(alike) < 1e-9 * MeV
    # where nucleons are dilute eta = T ln(n lambda^3/2), so mu_hat is T ln(n_n/n_p) and masses
    thin = nuclear_matter.mu_hat(1e6 * GCC, 5 * MeV, 0.2, S_pot=0.0)
    rest = 5 * MeV * (np.log(4) - 1.5 * np.log(M_N / M_P)) + M_N - M_P
    assert thin == pytest.approx(rest, rel=1e-4)


def test_blocking_of_protons_in_both_limits():
    thin = nuclear_matter.blocked_protons(1e8 * GCC, 10 * MeV, 0.3)
    assert thin == pytest.approx(0.3 * 1e8 * GCC / AMU, rel=1e-5)
    # degenerate: (3/2) T/T_F of them
    n, T = 0.3 * 1e15 * GCC / AMU, 0.5 * MeV
    fermi = np.sqrt(np.cbrt(3 * np.pi**2 * n) ** 2 + M_P**2)
    slope = np.cbrt(3 * np.pi**2 * n) * fermi / np.pi**2
    assert nuclear_matter.blocked_protons(1e15 * GCC, T, 0.3) == pytest.approx(T * slope, rel=1e-3)
    # protons screen by the same number over T
    rho, T, a = 3e14 * GCC, 30 * MeV, constants.alpha
    both = screening(rho, T, 0.3) ** 2 / (4 * np.pi * a)
    electrons = both - nuclear_matter.blocked_protons(rho, T, 0.3) / T
    assert 0.3 < electrons / both < 0.7


def test_masses_inside_20_km(core):
    assert core.mass() == pytest.approx(MASSES[core.name] * M_sun, rel=5e-3)
    _, volume, zones = core.zones()
    assert volume @ zones.rho == pytest.approx(core.mass(), rel=1e-3)
    # free protons screen: a charge squared a proton, none a neutron
    assert zones.ions == pytest.approx(zones.n_e, rel=1e-12)


def test_electrons_of_the_paper():
    table = _data.load("profiles/sn_core_fischer18_1s")
    made = media.get("fischer18")
    r = np.maximum(table["r"], made.r_min)
    off = np.abs(made.plasma(r).mu_e / table["mu_e_read"] - 1)
    # where the density falls steepest, a third a kilometre, a small error of a radius tells most
    steepest = int(np.argmax(-np.diff(np.log(table["density"][:15])))) + 1
    assert table["r"][steepest] == 8 * km
    assert 0.05 < off[steepest] < 0.062
    assert np.delete(off, steepest).max() < 0.05
    assert off[:6].max() < 0.005
    assert np.sqrt(np.mean(off**2)) < 0.025


def test_mu_nu_is_in_equilibrium_along_the_core(core):
    r = np.linspace(core.r_min, core.r_max, 33)
    state = core.plasma(r)
    hat = nuclear_matter.mu_hat(state.rho, state.temperature, core.Y_e(r))
    assert core.mu_nu(r) + hat == pytest.approx(state.mu_e, rel=1e-9)
    assert core.assumed == ("mu_nu: beta equilibrium of free nucleons, with S_pot = 18 MeV for "
                            "their interaction",)
    for said in media.variants(core.name).values():
        other = media.get(core.name, **said)
        assert said["S_pot"] in other.assumed[0]
        assert (other.mu_nu(r) > core.mu_nu(r)).all() == (said["S_pot"] == "0 MeV")
    again = pickle.loads(pickle.dumps(core))
    assert np.array_equal(again.mu_nu(r), core.mu_nu(r))


@pytest.mark.parametrize("name", ["fischer18", "derocco"])
def test_rows_are_kept_and_nothing_lies_beyond(name):
    table, made = _data.load(f"profiles/sn_core_{name}_1s"), media.get(name)
    r = table["r"]
    assert made.density(r) * AMU == pytest.approx(table["density"], rel=1e-12)
    assert made.temperature(r) == pytest.approx(table["temperature"], rel=1e-12)
    assert made.Y_e(r) == pytest.approx(table["Y_e"], rel=1e-12)
    middle = 0.5 * (r[1:] + r[:-1])
    for curve, to in ((made.density, np.log), (made.temperature, np.array), (made.Y_e, np.array)):
        ends = to(curve(r))
        assert to(curve(middle)) == pytest.approx(0.5 * (ends[1:] + ends[:-1]), rel=1e-12)
    for curve in (made.density, made.temperature, made.asymmetry, made.mu_nu):
        with pytest.raises(DomainError, match="holds from 0 to 20 km, and nothing is said beyond"):
            curve(r[-1] * (1 + 1e-11))
    with pytest.raises(DomainError, match="lies outside"):
        made.plasma(r[-1] * (1 + 1e-11))


def test_the_fiducial_law_against_its_table():
    made = media.get("fiducial")
    for r, rho, T in ((0.5, 3.57e14, 15.75), (9.0, 3.06e14, 28.5), (10.0, 3e14, 30.0),
                      (11.0, 1.8628e14, 25.594), (20.0, 9.375e12, 9.449)):
        zone = made.plasma(r * km)
        assert zone.rho[0] == pytest.approx(rho * GCC, rel=1e-4)
        assert zone.temperature[0] == pytest.approx(T * MeV, rel=1e-4)
        assert zone.n_e[0] == pytest.approx(0.3 * zone.rho[0] / AMU, rel=1e-12)


def rows(**columns):
    """The fiducial core as rows of a file, with columns changed or added."""
    r = np.array([0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0])
    made = media.get("fiducial")
    at = np.maximum(r * km, made.r_min)
    out = {"r [km]": r, "density [g/cm^3]": made.density(at) * AMU / GCC,
           "temperature [MeV]": made.temperature(at) / MeV, "Y_e": np.full(r.size, 0.3)}
    return out | {k: np.broadcast_to(v, r.shape) for k, v in columns.items()}


def written(path, columns, keep=slice(None)):
    table = np.array(list(columns.values())).T[keep]
    path.write_text("\n".join([",".join(columns), *(",".join(f"{x:.8g}" for x in row)
                                                    for row in table)]) + "\n")
    return str(path)


def test_a_core_of_ones_own(tmp_path):
    made = media.core(written(tmp_path / "mine.csv", rows()), S_pot="0 MeV")
    r = np.array([1.0, 8.0, 16.0]) * km
    assert made.mu_nu(r) == pytest.approx(media.get("fiducial", S_pot="0 MeV").mu_nu(r), rel=1e-4)
    assert "S_pot = 0 MeV" in made.assumed[0]
    columns = {"mu_nu [MeV]": 120.0, "lapse": 0.9}
    given = media.get(written(tmp_path / "full.csv", rows(**columns)))
    assert given.mu_nu(r) == pytest.approx(120 * MeV)
    assert given.lapse(r) == pytest.approx(0.9)
    assert given.assumed == ()
    assert media.core(given).mu_nu is given.mu_nu
    with pytest.raises(DomainError, match="S_pot would change nothing"):
        media.core(given, S_pot="18 MeV")
    # one's own star without those columns stays one
    assert media.get(written(tmp_path / "star.csv", rows(), slice(1, None))).mu_nu is None


@pytest.mark.parametrize(("columns", "keep", "line"), [
    ({"temperature [keV]": 20.0, "temperature [MeV]": None}, slice(None),
     "temperature of a core must lie between 0.1 and 200 MeV; is its unit right"),
    ({"density [kg/m^3]": 3e20, "density [g/cm^3]": None}, slice(None), "at most 3e15 g/cm"),
    ({"Y_e": 1.2}, slice(None), "Y_e of a core must lie between 0 and 1"),
    ({"lapse": 1.1}, slice(None), "lapse must lie between 0"),
    ({"mu_nu [GeV]": 150.0}, slice(None), "mu_nu must lie within 1000 MeV; is its unit right"),
    ({}, [0, 1, 2, 3, 4, 9, 10, 11], "line 7, column 'r': rows are missing before this radius"),
    ({}, [0, 2, 1, 3], "radii of a core must rise"),
])
def test_rows_that_no_core_has(tmp_path, columns, keep, line):
    made = rows()
    for name, value in columns.items():
        if value is None:
            made.pop(name)
        else:
            made[name] = np.broadcast_to(value, made["r [km]"].shape)
    with pytest.raises(DataError, match=line):
        media.core(written(tmp_path / "bad.csv", made, keep))


def test_what_is_no_core(tmp_path):
    radii = rows()
    radii["r [m]"] = radii.pop("r [km]")
    with pytest.raises(DomainError, match=r"the mass of profile m is 1\.\d+e-09 M_sun, and a sup"):
        media.core(written(tmp_path / "m.csv", radii))
    with pytest.raises(DomainError, match="is its unit right"):
        media.core(media.get("red_giant"))
    with pytest.raises(DomainError, match="has no temperature, which a core needs"):
        media.core("profile_a")
    path = written(tmp_path / "mine.csv", rows(), slice(1, None))
    with pytest.raises(DomainError, match="S_pot is for a supernova's core; add core=True"):
        media.get(path, S_pot="18 MeV")
    with pytest.raises(DomainError, match="floor says nothing of a supernova's core"):
        media.get(path, core=True, floor=1e-3)
    for S in ("-1 MeV", "101 MeV"):
        with pytest.raises(DomainError, match=r"S_pot = .* must lie between 0 \(free nucleons\)"):
            media.get("fiducial", S_pot=S)


@pytest.mark.parametrize(("change", "line"), [
    ({"lapse": lambda r: np.full(r.shape, 1.01)}, "the lapse of profile .* and at most 1"),
    ({"lapse": lambda r: 0 * r}, "the lapse of profile .* and above 0"),
    ({"mu_nu": lambda r: np.full(r.shape, np.nan)}, "the mu_nu of profile .* must be finite"),
    ({"mu_nu": 150.0}, "the mu_nu of profile .* give a function of r"),
])
def test_functions_that_a_profile_refuses(change, line):
    with pytest.raises(DomainError, match=line):
        media.get("fiducial").with_(**change)
