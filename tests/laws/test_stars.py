"""Stars: equilibrium against other ways to have it, sums over zones, and what is refused."""

import pickle

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from munu import constants, media
from munu.errors import DataError, DomainError, UnknownName
from munu.media import sun
from munu.media.plasma import Plasma
from munu.media.stars import _hydrostatic, _laws, _matter
from munu.processes import plasmon_decay
from munu.units import K, M_sun, R_sun, cm, erg, g, keV, km, parse, s

GCC = g / cm**3
AMU, M_E, G = constants.amu, constants.m_e, _hydrostatic.gravity()
CORES = {"red_giant": _matter.HELIUM, "horizontal_branch": _matter.HELIUM,
         "white_dwarf": _matter.CARBON_OXYGEN}
ASKED = [(name, said) for name in CORES for said in ("", *media.variants(name))]
STARS = (*CORES, "sun")


def star(name, said=""):
    return media.get(name, **(media.variants(name)[said] if said else {}))


def potential_energy(profile, n=400):
    """Integral of G m dm/r, the mass inside by an integral of its own."""
    r = np.linspace(0.0, profile.r_max, n + 1)
    r = np.maximum(r, profile.r_min)
    t, w = np.polynomial.legendre.leggauss(6)
    half, middle = 0.5 * np.diff(r)[:, None], 0.5 * (r[1:] + r[:-1])[:, None]
    x = middle + half * t
    shells = 4 * np.pi * x**2 * AMU * profile.density(x.ravel()).reshape(x.shape)
    start = np.append(0.0, np.cumsum((half * w * shells).sum(axis=1)))
    # inside a panel: the polynomial through its nodes, integrated to each of them
    powers = np.arange(6)
    fit = np.linalg.solve(t[:, None] ** powers, shells.T)
    part = ((t[:, None] ** (powers + 1) - (-1.0) ** (powers + 1)) / (powers + 1)) @ fit
    m = start[:-1, None] + half * part.T
    return float((half * w * G * m * shells / x).sum()), float(start[-1])


def cold(matter, rho, edge=1e-2):
    """A star of 1e4 K by the density of its centre: radius and mass."""
    made = _matter.barotrope(_laws.Isothermal(1e4 * K), matter, edge * GCC / AMU,
                             rho * GCC / AMU)
    _, ln_u, ln_v = _hydrostatic.integrated(made, np.array([made.high]))
    return np.exp(0.5 * ln_u[-1, 0]), np.exp(ln_v[-1, 0] + 1.5 * ln_u[-1, 0])


def chandrasekhar(rho):
    """The equation of cold white dwarfs in phi, with mu_e = 2: radius and mass.

    (1/eta^2) d/deta(eta^2 dphi/deta) = -(phi^2 - 1/y0^2)^(3/2).
    """
    x = (3 * np.pi**2 * rho / (2 * AMU)) ** (1 / 3) / M_E
    y2 = 1 + x * x
    A, B = M_E**4 / (24 * np.pi**2), 2 * AMU * M_E**3 / (3 * np.pi**2)
    length = np.sqrt(2 * A / (np.pi * G)) / (B * np.sqrt(y2))

    def change(eta, f):
        return [f[1], -max(f[0] ** 2 - 1 / y2, 0.0) ** 1.5 - 2 * f[1] / eta]

    def surface(eta, f):
        return f[0] - y2**-0.5
    surface.terminal = True
    e = 1e-4
    start = (1 - 1 / y2) ** 1.5
    made = solve_ivp(change, (e, 50), [1 - start * e * e / 6, -start * e / 3], "DOP853",
                     rtol=1e-11, atol=1e-13, events=surface)
    eta, (_, slope) = made.t_events[0][0], made.y_events[0][0]
    mass = -4 * np.pi / B**2 * (2 * A / (np.pi * G)) ** 1.5 * eta**2 * slope
    return length * eta, mass


def test_no_cold_star_weighs_more_than_the_limit_of_Chandrasekhar():
    limit = 2.01824 * np.sqrt(3 * np.pi) / 2 * G**-1.5 / (2 * AMU) ** 2
    assert limit == pytest.approx(1.456 * M_sun, rel=1e-3)
    found = [cold(_matter.HELIUM, rho)[1] for rho in (1e7, 1e9, 1e12)]
    assert found == sorted(found) and found[-1] < limit
    assert found[-1] == pytest.approx(limit, rel=3e-3)


@pytest.mark.parametrize("rho", [3e4, 3.2e6, 1e9])
def test_a_cold_star_is_that_of_the_equation_of_white_dwarfs(rho):
    """Another equation in another variable; ions weigh and hardly press at 1e4 K."""
    radius, mass = cold(_matter.CARBON_OXYGEN, rho)
    R, M = chandrasekhar(rho * GCC)
    assert mass == pytest.approx(M, rel=1e-4)
    assert radius == pytest.approx(R, rel=2e-3)


def test_a_white_dwarf_is_as_large_as_the_Earth():
    made = media.get("white_dwarf", temperature="1e6 K", edge="1 g/cm^3")
    assert made.r_max == pytest.approx(0.0127 * R_sun, rel=5e-3)
    rho = made.plasma(made.r_min).rho[0]
    # the equation of Chandrasekhar at the same mass
    same = brentq(lambda x: chandrasekhar(x * GCC)[1] / (0.6 * M_sun) - 1, 1e6, 1e7)
    assert rho / GCC == pytest.approx(same, rel=2e-3)
    assert same == pytest.approx(3.2e6, rel=0.02)


@pytest.mark.parametrize(("name", "said"), ASKED)
def test_the_virial_theorem(name, said):
    """3 int P dV - 4 pi R^3 P(R) = int G m dm/r, the pressure by its integral and by no spline."""
    made = star(name, said)
    _, volume, plasma = made.zones(64)
    n = plasma.rho / AMU
    P = _matter.pressure(n, plasma.temperature, CORES[name])
    edge = made.plasma(made.r_max)
    surface = _matter.pressure(edge.rho / AMU, edge.temperature, CORES[name])[0]
    weight, mass = potential_energy(made)
    assert 3 * volume @ P - 4 * np.pi * made.r_max**3 * surface == pytest.approx(weight, rel=3e-6)
    assert mass == pytest.approx(made.mass(), rel=1e-7)


def test_the_virial_theorem_holds_in_the_Sun():
    """Its tables say what electrons there are and how hot they are, and nothing of pressure."""
    made = media.get("sun")
    r, volume, plasma = made.zones(200)
    T, n, Y = plasma.temperature, plasma.rho / AMU, made.Y_e(r)
    # X + (1 - X)/4 ions, Y_e electrons
    P = n * T * (Y + (2 * Y - 1) + (2 - 2 * Y) / 4)
    weight, mass = potential_energy(made)
    assert 3 * volume @ P == pytest.approx(weight, rel=0.01)
    assert mass == pytest.approx(M_sun, rel=0.01)


@pytest.mark.parametrize("name", CORES)
def test_zones_weigh_what_the_core_weighs(name):
    asked = {"red_giant": "0.48 M_sun", "horizontal_branch": "0.5 M_sun",
             "white_dwarf": "0.6 M_sun"}[name]
    _, volume, plasma = media.get(name).zones()
    assert volume @ plasma.rho == pytest.approx(parse(asked), rel=1e-6)


@pytest.mark.parametrize("name", STARS)
def test_a_loss_is_known_to_a_thousandth_from_sixteen_zones(name):
    """Of a light N; at nine tenths of the heaviest that is made, to a hundredth from 48."""
    made = media.get(name)
    heavy = 0.9 * made.plasma(made.r_min).m_T[0]

    def loss(n):
        _, volume, plasma = made.zones(n)
        return plasmon_decay.by_moment(plasma, np.array([0.0, heavy])) @ volume

    fine = loss(120)
    assert loss(16)[0] == pytest.approx(fine[0], rel=1e-3)
    assert made.zones()[0].size == 48
    assert loss(48) == pytest.approx(fine, rel=1e-2) and 0 < fine[1] < 0.1 * fine[0]


@pytest.mark.parametrize(("name", "low", "high"), [
    ("red_giant", 14, 20), ("horizontal_branch", 2, 4.2), ("white_dwarf", 23, 37)])
def test_what_is_assumed_moves_the_heaviest_photon(name, low, high):
    """Every variant is a star; that of a red giant moves where plasmons cease to decay."""
    found = [star(name, said).plasma(star(name, said).r_min).omega_p[0] / keV
             for n, said in ASKED if n == name]
    assert min(found) > low and max(found) < high
    assert max(found) > 1.2 * min(found)


def test_a_core_of_a_red_giant_is_degenerate_and_hottest_off_its_centre():
    made = media.get("red_giant")
    r, _, plasma = made.zones()
    assert plasma.mu_e[0] - M_E > 10 * plasma.temperature[0]
    hottest = int(np.argmax(plasma.temperature))
    assert 0.2 < r[hottest] / made.r_max < 0.8
    assert plasma.temperature[hottest] == pytest.approx(1e8 * K, rel=0.03)
    assert np.all(np.diff(plasma.rho) < 0)
    flat = media.get("red_giant", law="isothermal").zones()[2].temperature
    assert flat == pytest.approx(1e8 * K, rel=1e-12)


def test_the_inner_part_of_a_horizontal_branch_star_is_convective():
    """T ~ rho^(2/3) at the centre, the adiabat; hardly falling near the edge."""
    made = media.get("horizontal_branch", convective=0.2)
    _, _, plasma = made.zones()
    slope = np.gradient(np.log(plasma.temperature), np.log(plasma.rho))
    assert slope[0] == pytest.approx(2 / 3, abs=0.03) and slope[-1] == pytest.approx(0.1, abs=0.01)
    assert plasma.temperature[0] == pytest.approx(1e8 * K, rel=1e-3)


@pytest.mark.parametrize(("zone", "omega_p", "loss"), [
    ("RG_mean", 8.6324, 1.276), ("RG_flash", 17.977, 2.9418), ("HB_core", 1.9919, 0.090908),
    ("Sun_core", 0.29004, 1.0083e-5), ("WD_hot", 18.002, 1.585e-6)])
def test_one_zone_is_the_benchmark(zone, omega_p, loss):
    """Any number of zones above 1 makes the same of it, and of any mass."""
    for n, mass in ((2, "0.5 M_sun"), (5, "1 g")):
        made = media.get("one_zone", zone=zone, mass=mass)
        _, volume, plasma = made.zones(n)
        assert plasma.omega_p == pytest.approx(omega_p * keV, rel=1e-4)
        whole = volume @ plasmon_decay.by_moment(plasma, 0.0)[0] / (volume @ plasma.rho)
        assert whole * (1e-12 * constants.mu_B) ** 2 == pytest.approx(loss * erg / g / s, rel=1e-3)
        assert volume @ plasma.rho == pytest.approx(parse(mass), rel=1e-8)


def test_a_zone_of_ones_own():
    made = media.get("one_zone", density="3e5 g/cm^3", temperature="9e7 K", Y_e=0.5)
    same = Plasma.of(3e5 * GCC, 9e7 * K, 0.5)
    got = made.plasma(made.r_max)
    for what in ("temperature", "n_e", "rho", "ions", "omega_p"):
        assert getattr(got, what) == pytest.approx(getattr(same, what), rel=1e-12)


def test_a_plasma_at_radii_is_what_the_functions_say():
    made = media.get("sun", model="agss09met")
    r = np.array([0.1, 0.3, 0.6, 0.9]) * sun.radius()
    got = made.plasma(r)
    assert got.rho == pytest.approx(made.density(r) * AMU, rel=1e-14)
    assert got.n_e == pytest.approx(made.Y_e(r) * made.density(r), rel=1e-14)
    assert got.ions == pytest.approx(made.density(r), rel=1e-14)
    assert made.plasma(made.r_min).temperature[0] == pytest.approx(1.544e7 * K, rel=1e-3)
    dwarf = media.get("white_dwarf").plasma(1000 * km)
    assert dwarf.ions == pytest.approx(3.5 * dwarf.rho / AMU, rel=1e-14)


def test_a_break_is_between_zones():
    """A step of the density: a sum over zones of either side is exact."""
    def step(r):
        return np.where(np.asarray(r) < 50 * km, 4.0, 1.0) * GCC / AMU
    made = media.get("power_law").with_(density=step, breaks=(50 * km,), r_min=0.01 * km,
                                        r_max=100 * km, temperature=lambda r: 0 * r + 1e7 * K)
    _, volume, plasma = made.zones(3)
    exact = 4 * np.pi / 3 * (4 * 50**3 + 100**3 - 50**3) * km**3 * GCC
    assert volume.size == 6 and volume @ plasma.rho == pytest.approx(exact, rel=1e-10)


def test_the_mass_of_the_Sun_is_a_unit():
    assert pytest.approx(sun.mass(), rel=1e-14) == M_sun
    assert parse("2 M_sun") == 2 * M_sun


@pytest.fixture(scope="module")
def rows():
    made = media.get("red_giant")
    r = np.linspace(made.r_min * 10, made.r_max, 120)
    state = made.plasma(r)
    return [(a / km, b / GCC, 0.5, c / K) for a, b, c in zip(r, state.rho, state.temperature,
                                                             strict=True)]


def written(path, rows, head="r [km],density [g/cm^3],Y_e,temperature [K]"):
    path.write_text("\n".join([head, *(",".join(f"{x:.9g}" for x in row) for row in rows)]) + "\n")
    return str(path)


def test_a_star_of_ones_own_is_read_back(rows, tmp_path):
    made = media.get("red_giant")
    got = media.get(written(tmp_path / "mine.csv", rows), core_mass="0.48 M_sun")
    r = np.linspace(1000, 15000, 9) * km
    for what, rel in (("rho", 1e-4), ("temperature", 1e-4), ("omega_p", 1e-4)):
        assert getattr(got.plasma(r), what) == pytest.approx(getattr(made.plasma(r), what), rel=rel)
    assert got.mass() == pytest.approx(made.mass(), rel=1e-3)
    assert got.refit.temperature(r) == pytest.approx(got.temperature(r), rel=1e-3)
    for other in (got, pickle.loads(pickle.dumps(got))):
        assert other.with_(name="x").refit.temperature is not None


@pytest.mark.parametrize(("change", "line"), [
    (lambda t: [*t[:5], (*t[5][:3], 0.0), *t[6:]], "temperature': the temperature must be above"),
    (lambda t: [*t[:5], (t[5][0], -1.0, *t[5][2:]), *t[6:]], "density': the density must be above"),
])
def test_rows_that_no_star_has(rows, tmp_path, change, line):
    with pytest.raises(DataError, match=f"line 7, column '{line} 0"):
        media.get(written(tmp_path / "bad.csv", change(rows)))


def test_rows_that_end_inside_the_core(rows, tmp_path):
    path = written(tmp_path / "short.csv", rows[:40])
    with pytest.raises(DomainError, match=r"^profile short ends inside the core, at .* km: it "
                                          r"holds 0\.\d+ of 0\.48 M_sun; add the rows"):
        media.get(path, core_mass="0.48 M_sun")
    assert media.get(path).zones()[0].size == 48
    late = media.get(written(tmp_path / "late.csv", rows[30:]))
    with pytest.raises(DomainError, match=r"begins at .* nearer to the centre"):
        late.zones()


@pytest.mark.parametrize(("name", "options", "line"), [
    ("red_giant", {"core_mass": "1.5 M_sun"}, r"red giant of 1\.5 M_sun has no equilibrium: with "
     r"1e\+03 g/cm\^3 at its edge .* weighs 0\.\d+ to 1\.4\d M_sun"),
    ("red_giant", {"law": "isothermal", "core_mass": "0.4 M_sun"}, "weighs 0.46"),
    ("white_dwarf", {"mass": "1.45 M_sun"}, "has no equilibrium"),
    ("horizontal_branch", {"core_mass": "3 M_sun"}, "has no equilibrium"),
    ("horizontal_branch", {"temperature": "0 K"}, "must lie between 100000 and 5e"),
    ("horizontal_branch", {"convective": 1.0}, "a share of the density"),
    ("red_giant", {"temperature": "2e9 K"}, "must lie between"),
    ("red_giant", {"edge": "0 g/cm^3"}, "edge = 0 g/cm"),
    ("white_dwarf", {"mass": "-1 M_sun"}, "mass = -1 M_sun must lie"),
    ("one_zone", {"temperature": "0 K"}, "must lie between"),
    ("one_zone", {"density": "-1 g/cm^3"}, "must be above 0"),
    ("one_zone", {"Y_e": 1.5}, "Y_e = 1.5"),
])
def test_no_such_star(name, options, line):
    with pytest.raises(DomainError, match=line) as said:
        media.get(name, **options)
    assert "\n" not in str(said.value) and len(str(said.value)) < 300


def test_words_that_there_are_not():
    with pytest.raises(UnknownName, match="law of temperature"):
        media.get("red_giant", law="isotermal")
    with pytest.raises(UnknownName, match="RG_flash"):
        media.get("one_zone", zone="RG_flush")
    assert not media.variants("power_law")


def test_what_has_no_temperature_is_no_plasma():
    with pytest.raises(DomainError, match="profile_a has no temperature"):
        media.get("profile_a").plasma(2e3 * km)
    with pytest.raises(DomainError, match="n = 3 zones are too few for profile red_giant"):
        media.get("red_giant").zones(3)
    for n in (0, 2.5, True, "8"):
        with pytest.raises(DomainError, match="whole number above 0"):
            media.get("red_giant").zones(n)
    for bad in (lambda r: 0 * r, lambda r: -1e7 * K + 0 * r):
        with pytest.raises(DomainError, match="the temperature of profile power_law"):
            media.get("power_law").with_(temperature=bad)
    with pytest.raises(DomainError, match="Z2_A"):
        media.get("power_law").with_(Z2_A=-1.0)


def test_a_star_that_is_made_again_is_the_same_to_the_last_bit():
    """Workers of a scan each make their own."""
    made = []
    for _ in range(3):
        _hydrostatic.core.cache_clear()
        star = media.get("red_giant")
        made.append(star.density(np.geomspace(star.r_min, star.r_max, 20)))
    assert np.array_equal(made[0], made[1]) and np.array_equal(made[0], made[2])
