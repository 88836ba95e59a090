"""Transverse fields: texts, files and turbulence; one clear line for every slip."""

import numpy as np
import pytest

from munu import media
from munu.errors import DataError, DomainError, UnknownName
from munu.media import fields
from munu.propagation import galactic
from munu.units import km, kpc

RADII = np.geomspace(1e3, 1e6, 120)
DIPOLE = 5e9 * (1e3 / RADII) ** 3


def written(path, head, *columns):
    path.write_text(head + "\n" + "".join(
        ",".join(repr(float(x)) for x in row) + "\n" for row in zip(*columns, strict=True)))
    return str(path)


# a file

@pytest.mark.parametrize(("head", "scale"), [
    ("r [km],B [G]", (1, 1)), ("r [m],B [T]", (1e3, 1e-4)), ("r [cm], B [uG]", (1e5, 1e6))])
def test_a_file_is_the_field_that_was_written(tmp_path, head, scale):
    field = fields.read(written(tmp_path / "b.csv", head, RADII * scale[0], DIPOLE * scale[1]))
    between = np.sqrt(RADII[1:] * RADII[:-1]) * km
    np.testing.assert_allclose(field(between), fields.dipole("5e9G", "1000km")(between), rtol=1e-9)
    assert field.twist is None and field.breaks == ()
    assert np.array(field.range) / km == pytest.approx([1e3, 1e6])


def test_ecsv_and_csv_are_one(tmp_path):
    rows = "".join(f"{x!r},{b!r}\n" for x, b in zip(RADII.tolist(), DIPOLE.tolist(), strict=True))
    path = tmp_path / "b.ecsv"
    path.write_text("# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n"
                    "# - {name: r, unit: km, datatype: float64}\n"
                    "# - {name: B, unit: G, datatype: float64}\nr,B\n" + rows)
    plain = tmp_path / "b.csv"
    plain.write_text("# a comment\n\nr [km],B [G]\n" + rows)
    at = 3.3e4 * km
    assert fields.read(str(path))(at) == pytest.approx(fields.read(f"file:{plain}")(at), rel=1e-12)


def test_a_direction_gives_the_rate_of_turning(tmp_path):
    """phi = a r + b/r."""
    phi = -100 * RADII + 5e6 / RADII
    for unit, scale in (("rad", 1), ("deg", 180 / np.pi)):
        path = written(tmp_path / f"{unit}.csv", f"r [km],B [G],phi [{unit}]", RADII, DIPOLE,
                       phi * scale)
        at = np.array([2e3, 3e4, 5e5])
        np.testing.assert_allclose(fields.read(path).twist(at * km) * km, -100 - 5e6 / at**2,
                                   rtol=1e-6)


def test_a_field_may_change_its_sign_and_fall(tmp_path):
    B = DIPOLE * np.cos(6 * np.log(RADII / 1e3))
    field = fields.read(written(tmp_path / "b.csv", "r [km],B [G]", RADII, B))
    at = np.geomspace(1.1e3, 9e5, 50)
    wanted = (1e3 / at) ** 3 * np.cos(6 * np.log(at / 1e3))
    np.testing.assert_allclose(field(at * km) / fields.strength("5e9G") * (at / 1e3) ** 3,
                               wanted * (at / 1e3) ** 3, atol=1e-2)


def test_a_radius_that_stands_twice_is_a_discontinuity(tmp_path):
    r, B = [1e3, 2e3, 5e3, 5e3, 1e4, 2e4], [1e9, 1e9, 1e9, 3e9, 3e9, 3e9]
    field = fields.read(written(tmp_path / "b.csv", "r [km],B [G]", r, B))
    assert np.array(field.breaks) / km == pytest.approx([5e3])
    np.testing.assert_allclose(field(np.array([4.999e3, 5.001e3]) * km)
                               / fields.strength("1e9G"), [1, 3], rtol=1e-9)
    star = media.get("fischer_3s")
    laid = field.on(star, (1e3 * km, 2e4 * km))
    assert set(laid.breaks) == {*star.breaks, *field.breaks}


def test_a_field_that_is_0_is_a_field(tmp_path):
    field = fields.read(written(tmp_path / "b.csv", "r [km],B [G]", RADII, 0 * DIPOLE))
    assert np.all(field(RADII * km) == 0)


def test_a_field_must_cover_the_path(tmp_path):
    star = media.get("profile_a")
    field = fields.read(written(tmp_path / "b.csv", "r [km],B [G]", RADII[:60], DIPOLE[:60]))
    with pytest.raises(DomainError, match=r"b.csv holds from 1000 to .* does not cover the path "
                                          r"from 1000 to 1e\+06 km"):
        field.on(star)
    assert field.on(star, (2e4 * km, 2e3 * km)).field is field
    assert fields.read("dipole:5e9G@1000km").on(star).field(1e3 * km) == pytest.approx(
        fields.strength("5e9G"))


def test_the_medium_keeps_its_direction_unless_the_field_has_one(tmp_path):
    star = media.get("profile_a").with_(twist=lambda r: 3 / km + 0 * np.asarray(r))
    assert fields.read("constant:1e6G").on(star).twist(1e4 * km) * km == pytest.approx(3)
    turned = fields.read(written(tmp_path / "b.csv", "r [km],B [G],phi [rad]", RADII, DIPOLE,
                                 7 * RADII))
    assert turned.on(star).twist(1e4 * km) * km == pytest.approx(7)
    # how another field turned says nothing of a new one
    assert fields.read("constant:1e6G").on(turned.on(star)).twist is None


@pytest.mark.parametrize("unit", ["G", "T"])
def test_a_medium_s_own_file_takes_a_field_with_its_unit(tmp_path, unit):
    path = tmp_path / "star.ecsv"
    size = 1e-4 if unit == "T" else 1.0
    path.write_text(
        "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n"
        "# - {name: r, unit: km, datatype: float64}\n"
        "# - {name: density, unit: g/cm^3, datatype: float64}\n"
        "# - {name: Y_e, unit: '1', datatype: float64}\n"
        f"# - {{name: B, unit: '{unit}', datatype: float64}}\nr,density,Y_e,B\n"
        + "".join(f"{x!r},{4e7 * (1e3 / x)**3!r},0.5,{b * size!r}\n"
                  for x, b in zip(RADII.tolist(), DIPOLE.tolist(), strict=True)))
    star = media.get("from_file", path=str(path))
    assert star.field(1e4 * km) == pytest.approx(fields.strength("5e6G"), rel=1e-6)


@pytest.mark.parametrize(("text", "said"), [
    ("r [km],B [G],Phi [rad]\n1e3,1,0\n2e3,1,1\n", "did you mean 'phi'"),
    ("\n\nr [km],B [G]\n\n1e3,1\n\n2e3,x\n", "line 7, column 'B': 'x' is not a number"),
    ("r [km],phi [rad]\n1e3,0\n2e3,0\n", "column 'B': no such column"),
    ("radius [km],B [G]\n1e3,1\n2e3,1\n", "column 'r': no such column"),
    ("r,B [G]\n1e3,1\n2e3,1\n", "line 1, column 'r': it has no unit"),
    ("r [km],B\n1e3,1\n2e3,1\n", "column 'B': it has no unit; a unit must be that of a field"),
    ("r [s],B [G]\n1e3,1\n2e3,1\n", "the unit 's' is not that of a length"),
    ("r [km],B [MeV]\n1e3,1\n2e3,1\n", "the unit 'MeV' is not that of a field"),
    ("r [km],B [gauss]\n1e3,1\n2e3,1\n", "unknown unit 'gauss'"),
    ("r [km],B [G],phi [km]\n1e3,1,0\n2e3,1,0\n", "the unit 'km' is not that of an angle"),
    ("r [km],B [G]\n1e3,nan\n2e3,1\n", "line 2, column 'B': a value is not finite"),
    ("r [km],B [G]\n1e3,much\n2e3,1\n", "'much' is not a number"),
    ("r [km],B [G]\n1e3,1\n2e3\n", "line 3: 1 fields where 2"),
    ("r [km],B [G]\n2e3,1\n1e3,1\n", "line 3, column 'r': radii must rise"),
    ("r [km],B [G]\n0,1\n1e3,1\n", "line 2, column 'r': radii must rise from above 0"),
    ("r [km],B [G]\n1e3,1\n1e3,1\n1e3,1\n", "line 4, column 'r': radii must rise"),
    ("r [km],B [G]\n1e3,1\n1e3,2\n2e3,1\n", "two rows at least"),
    ("r [km],B [G]\n1e3,1\n", "two radii at least"),
    ("r [km],B [G]\n", "holds no rows"),
    ("", "holds no rows"),
    ("r [km],r [km]\n1e3,1\n", "stands twice"),
    ("r [km]],B [G]\n1e3,1\n", "is no name of a column"),
    ("r [km],B [G],phi [rad]\n1e3,1,0\n2e3,1,1\n", "four rising radii"),
    ("r [km],B [G],phi [rad]\n1e3,1,0\n2e3,1,0\n2e3,1,1\n3e3,1,1\n", "phi jumps"),
])
def test_a_broken_file(tmp_path, text, said):
    path = tmp_path / "b.csv"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        fields.read(str(path))
    assert said in str(caught.value) and "b.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there():
    with pytest.raises(DataError, match="no such file"):
        fields.read("file:none.csv")


# turbulence

OUTER, INNER = 1.0 * kpc, 0.05 * kpc


def along(k):
    """Share of one transverse component in waves with kappa = k c: mean of cos(k c x)."""
    y = np.maximum(k, 1e-3)
    return 1.5 * (np.sin(y) / y + np.cos(y) / y**2 - np.sin(y) / y**3)


def correlation(x, index):
    t = np.linspace(np.log(2 * np.pi / OUTER), np.log(2 * np.pi / INNER), 601)
    weight = np.exp((1 - index) * t)
    return (weight * along(np.multiply.outer(x, np.exp(t)))).sum(axis=-1) / weight.sum()


@pytest.mark.parametrize("index", [5 / 3, 1.0, 0.0])
def test_turbulence_has_its_strength_and_its_correlation(index):
    lags = np.array([0, 0.02, 0.05, 0.1, 0.3, 0.6]) * kpc
    starts = np.linspace(10, 60, 20)[:, None] * kpc
    one = fields.strength("1uG")
    made = []
    for seed in range(800):
        B = fields.turbulent("1uG", OUTER, INNER, seed=seed, index=index)(starts + lags) / one
        made.append((B[:, :1] * B).mean(axis=0))
    made = np.array(made)
    error = made.std(axis=0) / np.sqrt(len(made))
    assert error.max() < 0.015
    wanted = correlation(lags, index)
    assert wanted[0] == pytest.approx(1, rel=1e-6)
    assert np.all(np.abs(made.mean(axis=0) - wanted) < 4 * error + 1e-4)


@pytest.mark.parametrize("index", [5 / 3, 1.0, 0.0])
def test_the_correlation_length_is_the_integral_of_the_correlation(index):
    """By numbers: the correlation smoothed over its far oscillations."""
    step = INNER / 15
    x = (np.arange(3000) + 0.5) * step
    found = 2 * step * (correlation(x, index) * np.exp(-(x / (4 * OUTER)) ** 2)).sum()
    assert found == pytest.approx(fields.correlation_length(OUTER, INNER, index), rel=5e-3)


def test_of_Kolmogorov_s_spectrum_it_is_three_twentieths_of_the_outer_scale():
    assert fields.correlation_length(OUTER, 1e-8 * OUTER) / OUTER == pytest.approx(0.15, rel=1e-4)


@pytest.mark.long
def test_over_many_lengths_turbulence_is_white_noise():
    """One component: H = mu B(r) sigma_x commutes with itself and P = cos^2 of the integral.

    The closed form is one of two components that share the rate: each has b^2/2 here.
    """
    length, n = 40 * kpc, 1200
    r = kpc + (np.arange(n) + 0.5) * length / n
    turned = np.array([fields.turbulent("1uG", OUTER, INNER, seed=s)(r).mean()
                       for s in range(1000)]) * length
    l = fields.correlation_length(OUTER, INNER)
    for mu in (1e-13, 3e-13, 1e-12):
        P = np.cos(mu * turned) ** 2
        wanted = galactic.survival_noise(mu, 1e-6 / np.sqrt(2), l, length)
        # at the ends of the path a length or two are not yet noise
        least = galactic.survival_noise(mu, 1e-6 / np.sqrt(2), l, length - 4 * l)
        error = P.std() / np.sqrt(P.size)
        assert error < 0.015
        assert wanted - 3 * error < P.mean() < least + 3 * error
    assert 0.5 < wanted < 0.505


def test_a_seed_is_a_field_and_its_size_falls_with_the_radius():
    text = "turbulent:5e9G@1000km,n=3,l_outer=1e4km,l_inner=1e3km,seed={}"
    a, b, c = (fields.read(text.format(s)) for s in (1, 1, 2))
    r = np.array([2e3, 3e4]) * km
    np.testing.assert_allclose(a(r), b(r), rtol=1e-12)
    assert np.all(a(r) != c(r)) and a.twist is None
    flat = fields.turbulent("5e9G", "1e4km", "1e3km", seed=1)
    np.testing.assert_allclose(a(r) / flat(r), (1e3 * km / r) ** 3, rtol=1e-12)
    assert fields.read("turbulent:1uG,l_outer=1kpc,l_inner=1pc,seed=0,index=1.5,modes=30"
                       )(kpc) == pytest.approx(float(fields.turbulent(
                           "1uG", "1kpc", "1pc", seed=0, index=1.5, modes=30)(kpc)), rel=1e-12)


@pytest.mark.parametrize(("text", "error", "said"), [
    ("turbulent:1e9G,l_outer=1e4km,l_inner=1e3km", DomainError, "lacks seed"),
    ("turbulent:1e9G", DomainError, "lacks l_outer, l_inner, seed"),
    ("turbulent:,l_outer=1e4km,l_inner=1e3km,seed=1", DomainError, "lacks its strength"),
    ("turbulent:1e9,l_outer=1e4km,l_inner=1e3km,seed=1", DomainError, "no unit"),
    ("turbulent:1e9G,l_outer=1e4,l_inner=1e3km,seed=1", DomainError, "no unit"),
    ("turbulent:1e9G,l_out=1e4km,l_inner=1e3km,seed=1", UnknownName, "did you mean 'l_outer'"),
    ("turbulent:1e9G,l_outer=1e3km,l_inner=1e4km,seed=1", DomainError, "0 < l_inner < l_outer"),
    ("turbulent:1e9G,l_outer=1e4km,l_inner=0,seed=1", DomainError, "0 < l_inner < l_outer"),
    ("turbulent:1e9G,l_outer=1e4km,l_inner=1e3km,seed=1.5", DomainError, "no whole number"),
    ("turbulent:1e9G,l_outer=1e4km,l_inner=1e3km,seed=-1", DomainError, "whole number from 0"),
    ("turbulent:1e9G,l_outer=1e4km,l_inner=1e3km,seed=1,seed=2", DomainError, "seed twice"),
    ("turbulent:1e9G,l_outer=1e4km,l_inner=1e3km,seed=1,modes=0", DomainError, "from 1 to 100000"),
    ("turbulent:1e9G,l_outer=1e4km,l_inner=1e3km,seed=1,index=steep", DomainError, "no number"),
    ("turbulent:1e9G,l_outer=1e4km,l_inner=1e3km,seed=1,index=nan", DomainError, "index"),
    ("turbulent:1e9G,l_outer=1e4km,l_inner=1e3km,seed=1,n=3", DomainError, "a radius r0"),
    ("turbulent:-1e9G,l_outer=1e4km,l_inner=1e3km,seed=1", DomainError, "0 or above"),
    ("turbulance:1e9G", DomainError, "must read dipole:"),
    ("mine.txt", DomainError, "file:mine.ecsv"),
    ("file:", DomainError, "must read"),
])
def test_a_text_that_is_no_field(text, error, said):
    with pytest.raises(error, match=said) as caught:
        fields.read(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seed", [None, "1", True, float("nan")])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(DomainError, match="seed"):
        fields.turbulent("1uG", OUTER, INNER, seed=seed)
