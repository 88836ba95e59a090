"""N that decays on its way, from decay lengths far below a body to far above it."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu.detectors.geometry import Box, Cylinder, Sphere
from munu.errors import DomainError
from munu.media.earth import line_of_sight
from munu.processes import radiative_decay
from munu.rates import decay_in_flight as flight
from munu.units import GeV, MeV, cm, g, km, m, s

BODIES = [Box(4 * m, 3 * m, 5 * m), Cylinder(2 * m, 10 * m, "x"), Cylinder(5 * m, 1 * m),
          Sphere(5 * m)]
TILTED = np.array([0.3, 1.0, 0.2])
# decay lengths over lengths, and their logarithms
RATIOS = 10.0 ** np.arange(-30, 31)
LOG, SHARE = st.floats(-30, 30), st.just(0.0) | st.floats(1e-12, 1)
# nine roundings
DIGITS = 1e-15
NATURES = ("dirac", "majorana")


def exactly(text, **numbers):
    """A formula as it is printed, with so many digits that 60 are left whatever cancels."""
    with localcontext() as c:
        c.prec, c.Emin, c.Emax = 450, -10**17, 10**17
        return eval(text, {"exp": lambda x: x.exp()},
                    {k: Decimal(float(x)) for k, x in numbers.items()})


def near(made, wanted, digits=DIGITS):
    """Relative, wherever a float can say the number."""
    return abs(Decimal(float(made)) - wanted) <= Decimal(digits) * abs(wanted) + Decimal("1e-300")


@given(LOG, st.floats(-3, 3))
def test_even_production_to_sixty_digits(log, log_l):
    L, ell = 10.0**log_l, 10.0 ** (log_l + log)
    assert near(flight.inside(L, ell), exactly("1 - l/L*(1 - exp(-L/l))", L=L, l=ell))


@given(LOG, SHARE)
def test_a_double_bang_is_its_printed_formula_to_sixty_digits(log, share):
    """Of which floats have nothing left where the decay length is long."""
    L, ell = 7.0, 7.0 * 10.0**log
    d = share * L
    wanted = exactly("exp(-d/l)*(1 - (d + l)/L) + l/L*exp(-L/l)", L=L, l=ell, d=d)
    assert near(flight.double_bang(L, ell, d), wanted, DIGITS * (1 + min(d / ell, 750)))


def test_the_printed_double_bang_loses_what_the_stable_one_keeps():
    L, d, ell = 10.0, 5.0, 1e9
    printed = np.exp(-d / ell) * (1 - (d + ell) / L) + ell / L * np.exp(-L / ell)
    made = flight.double_bang(L, ell, d)
    assert made == pytest.approx((L - d) ** 2 / (2 * L * ell), rel=1e-8)
    assert abs(printed / made - 1) > 0.5


@given(LOG, SHARE, SHARE)
def test_a_double_bang_within_a_window_to_sixty_digits(log, a, b):
    L, ell = 7.0, 7.0 * 10.0**log
    d, D = sorted((a * L, b * L))
    form = "(exp(-{0}/l)*(1 - ({0} + l)/L))"
    wanted = exactly(form.format("d") + " - " + form.format("D"), L=L, l=ell, d=d, D=D)
    # the width of the window itself is a difference of its ends
    room = DIGITS * (1 + min(d / ell, 750)) * (1 + D / max(D - d, 1e-300))
    assert near(flight.double_bang(L, ell, d, farthest=D), wanted, room)


@given(LOG, SHARE, SHARE, SHARE)
def test_between_two_distances_and_behind_a_slab_to_sixty_digits(log, a, b, share):
    ell, depth = 10.0**log, 5 * share
    z1, z2 = sorted((a, b))
    room = DIGITS * (1 + min(z1 / ell, 750)) * (1 + z2 / max(z2 - z1, 1e-300))
    assert near(flight.between(z1, z2, ell), exactly("exp(-a/l) - exp(-b/l)", a=z1, b=z2, l=ell),
                room)
    wanted = exactly("l*exp(-g/l)*(1 - exp(-D/l))*(1 - exp(-L/l))", l=ell, D=depth, L=b, g=a)
    assert near(flight.upstream(b, depth, ell, gap=a), wanted, DIGITS * (1 + min(a / ell, 750)))


@given(LOG, SHARE, SHARE, SHARE)
def test_probabilities_lie_in_0_to_1_and_windows_add_up(log, a, b, c):
    ell, (d, D, L) = 10.0**log, sorted((a, b, c))
    out = [flight.inside(L, ell), flight.between(d, D, ell), flight.double_bang(L, ell, d),
           flight.double_bang(L, ell, d, farthest=D), flight.double_bang(L, ell, D)]
    assert all(0 <= x <= 1 for x in out)
    assert out[3] + out[4] == pytest.approx(out[2], rel=1e-13)
    assert out[4] <= out[2] <= out[0]
    assert flight.double_bang(L, ell, 0.0) == out[0]


def test_the_ends_of_a_decay_length():
    """0: it decays where it is made; infinite: nowhere; nothing warns, nothing is nan."""
    ell = np.array([0.0, 1.0, np.inf])
    e = np.exp(-1)
    for made, wanted in (
            (flight.inside(1.0, ell), [1, e, 0]), (flight.inside(0.0, ell), [0, 0, 0]),
            (flight.between(0.0, 1.0, ell), [1, 1 - e, 0]),
            (flight.between(0.5, np.inf, ell), [0, np.exp(-0.5), 0]),
            (flight.between(np.inf, np.inf, ell), [0, 0, 0]),
            (flight.double_bang(1.0, ell), [1, e, 0]),
            (flight.double_bang(1.0, ell, 1.0), [0, 0, 0]),
            (flight.double_bang(1.0, ell, 2.0, farthest=3.0), [0, 0, 0]),
            (flight.double_bang(0.0, ell), [0, 0, 0]),
            (flight.upstream(1.0, np.inf, ell), [0, 1 - e, 0]),
            (flight.upstream(0.0, 1.0, ell), [0, 0, 0]),
            (flight.mean_inside(BODIES[3], ell * 1e30 * m), [1, 0, 0]),
            (flight.decay_area(BODIES[3], ell * 1e-30 * m) / m**2, [25 * np.pi, 25 * np.pi, 0])):
        assert made == pytest.approx(wanted, rel=1e-14)


def test_long_and_short_decay_lengths():
    """A part of L/(2 l) decays where l is long, all but l/L where it is short."""
    assert flight.inside(1.0, RATIOS[45:]) * RATIOS[45:] == pytest.approx(0.5, rel=1e-14)
    assert 1 - flight.inside(1.0, RATIOS[24:28]) == pytest.approx(RATIOS[24:28], rel=1e-9)
    assert flight.upstream(3.0, np.inf, 1e20) == pytest.approx(3.0)
    for ell in RATIOS:
        deep = flight.upstream(3.0, 1e3 * ell, ell)
        assert deep == pytest.approx(flight.upstream(3.0, np.inf, ell), rel=1e-14)


@given(st.sampled_from(BODIES), LOG)
def test_as_many_decay_in_a_part_of_an_endless_medium_as_are_made_there(body, log):
    ell = 10.0**log * m
    for u in ((0, 0, 1), TILTED):
        inside = flight.mean_inside(body, ell, u)
        before = flight.mean_upstream(body, np.inf, ell, u)
        assert 0 <= inside <= 1 and inside + before == pytest.approx(1, rel=1e-12)
        assert before * body.volume == pytest.approx(
            ell * flight.decay_area(body, ell, u), rel=1e-12)


def test_a_ball_in_closed_form():
    """The mean of e^{-s/l} over what is left in a ball of radius R, y = 2R/l."""
    for y in (0.01, 0.3, 2.0, 30.0, 1e3):
        escaped = exactly("3/(2*y)*(1 - 2*(1 - (1 + y)*exp(-y))/(y*y))", y=y)
        made = flight.mean_inside(Sphere(5 * m), 10 * m / y)
        assert near(made, 1 - escaped, 1e-9)


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_means_over_chords_are_means_over_points_drawn_in_the_body(body):
    points = body.sample(np.random.default_rng(5), 40_000)
    for u in ((0, 0, 1), TILTED):
        left = body.exit(points, u)
        for ell in np.array([0.3, 3.0, 100.0]) * m:
            for made, each in (
                    (flight.mean_inside(body, ell, u), -np.expm1(-left / ell)),
                    (flight.mean_double_bang(body, ell, 0.7 * m, u),
                     flight.between(np.minimum(0.7 * m, left), left, ell)),
                    (flight.mean_double_bang(body, ell, 0.3 * m, u, farthest=1.2 * m),
                     flight.between(np.minimum(0.3 * m, left), np.minimum(1.2 * m, left), ell))):
                assert abs(each.mean() - made) <= 4 * each.std() / 200 + 1e-12


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_nodes_are_enough_for_any_decay_length(body, monkeypatch):
    from munu.detectors import geometry

    ell = RATIOS[20:41] * m

    def means():
        return [flight.mean_inside(body, ell, TILTED), flight.decay_area(body, ell, TILTED),
                flight.mean_double_bang(body, ell, 0.3 * m, TILTED),
                flight.mean_double_bang(body, ell, 0.3 * m, TILTED, farthest=2 * m)]
    made = means()
    monkeypatch.setattr(geometry, "_PANELS", (0.0, *3.0 ** -np.arange(16.0, -1, -1)))
    monkeypatch.setattr(geometry, "_NODES", 24)
    for a, b in zip(made, means(), strict=True):
        assert np.all(np.abs(a - b) <= 2e-6 * b)


def test_directions_and_decay_lengths_go_together():
    rng = np.random.default_rng(2)
    u, ell, body = rng.normal(size=(4, 3)), rng.uniform(1, 9, size=(5, 4)) * m, BODIES[0]
    made = flight.mean_inside(body, ell, u)
    assert made.shape == (5, 4)
    for i in range(5):
        for k in range(4):
            assert made[i, k] == pytest.approx(flight.mean_inside(body, ell[i, k], u[k]))
    assert flight.mean_inside(body, ell[:, :1], u[None]).shape == (5, 4)
    assert flight.mean_inside(body, ell[0], u[:1]) == pytest.approx(
        flight.mean_inside(body, ell[0], u[0]))
    assert flight.mean_upstream(body, ell[0] / 3, ell, TILTED, gap=ell[:, :1]).shape == (5, 4)
    with pytest.raises(DomainError, match="shapes together"):
        flight.mean_inside(body, ell, u[:3])


@given(st.floats(-6, 6), st.floats(-3, 4), st.sampled_from(NATURES))
def test_a_decay_length_is_a_lifetime_at_a_speed_and_a_boost(log_boost, log_M, nature):
    """gamma beta c tau, and E_N/M_N times as long a life as at rest."""
    M = 10.0**log_M * MeV
    p = 10.0**log_boost * M
    E = np.hypot(p, M)
    made = flight.decay_length(p, M, 1e-8, nature)
    assert made == pytest.approx(p / E * E / M * radiative_decay.lifetime(M, 1e-8, nature))
    assert flight.decay_length(p, M, 1e-7, nature) == pytest.approx(made / 100)


def test_a_light_or_uncoupled_n_does_not_decay():
    M = np.array([0.0, 1e-9, 1.0]) * MeV
    made = flight.decay_length(5 * MeV, M, 1e-9, "dirac")
    assert np.isinf(made[0]) and np.isfinite(made[1:]).all() and made[1] > 1e20 * made[2]
    assert np.isinf(flight.decay_length(5 * MeV, M, 0.0, "majorana")).all()
    assert flight.decay_length(0.0, 1 * MeV, 1e-9, "dirac") == 0
    assert flight.inside(5 * m, made)[0] == 0
    assert flight.decay_length(5 * MeV, 1.0 * MeV, 1e-9, "dirac") == 2 * flight.decay_length(
        5 * MeV, 1.0 * MeV, 1e-9, "majorana")


def test_the_lifetime_of_the_talk_as_a_length():
    """3768 s at 1e-11 mu_B and 1 MeV."""
    made = flight.decay_length(1 * GeV, 1 * MeV, 1e-11, "dirac")
    assert made / (1e3 * 299792458 * m) == pytest.approx(3768, abs=0.5)
    assert made / s == pytest.approx(made / (299792458 * m)) and made / cm > made / m


@given(st.floats(-1, 1).map(lambda c: round(c, 9)), st.just(0.0) | st.floats(1e-9, 3000),
       st.floats(-3, 7))
def test_the_earth_before_a_detector_is_layers_of_one_line(cosine, depth, log):
    """In parts or at once, of whatever length a layer is; and less than an endless densest one."""
    edges, density = line_of_sight(cosine, depth * km)
    ell, L = 10.0**log * km, 50 * m
    made = flight.arriving(edges, density, ell, L)
    parts = [flight.arriving(edges[k:k + 2], density[k:k + 1], ell, L) for k in range(density.size)]
    assert made == pytest.approx(sum(parts), rel=1e-12)
    assert 0 <= made <= density.max() * L
    halves = np.sort(np.concatenate([edges, (edges[1:] + edges[:-1]) / 2]))
    assert flight.arriving(halves, np.repeat(density, 2), ell, L) == pytest.approx(made, rel=1e-12)
    # where l is far longer all matter counts alike
    far = flight.arriving(edges, density, 1e12 * km, L)
    assert far * 1e12 * km / L == pytest.approx(density @ np.diff(edges), rel=1e-6)


def test_rock_around_a_detector_below_ground():
    """A decay length far below the layer: as many decay as are made in the detector itself."""
    ell = np.array([0.0, 1.0, 100.0, np.inf]) * m
    edges, density = line_of_sight(1.0, 1 * km)
    assert density / (g / cm**3) == pytest.approx([2.6])
    made = flight.arriving(edges, density, ell[:, None], np.array([1.0, 40.0]) * m)
    assert made.shape == (4, 2) and (made[[0, 3]] == 0).all()
    assert made[1, 1] == pytest.approx(density[0] * 1 * m)
    assert made[2, 0] == pytest.approx(density[0] * 100 * m * -np.expm1(-0.01), rel=1e-4)
    assert flight.arriving(*line_of_sight(0.5), ell, 1 * m).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("call", "said"), [
    (lambda: flight.arriving([0.0, 2.0], [1.0, 2.0], 1.0, 1.0), "one more than the 2 layers"),
    (lambda: flight.arriving([0.0, 2.0, 1.0], [1.0, 2.0], 1.0, 1.0), "edges must rise"),
    (lambda: flight.arriving([0.0, 2.0], [-1.0], 1.0, 1.0), "density = -1 must be at least 0"),
    (lambda: flight.between(2.0, 1.0, 1.0), "z1 must be at most z2"),
    (lambda: flight.double_bang(2.0, 1.0, 1.0, farthest=0.5), "farthest must be at least"),
    (lambda: flight.inside(-1.0, 1.0), "length = -1 must be at least 0"),
    (lambda: flight.inside(1.0, -1.0), "decay_length = -1 must be at least 0"),
    (lambda: flight.inside(1.0, [1.0, np.nan]), "decay_length = [1.0, nan] must be finite"),
    (lambda: flight.inside(np.inf, 1.0), "length = inf must be finite"),
    (lambda: flight.mean_inside("sphere:5m", 1.0), "geometry = 'sphere:5m' must be a Body"),
    (lambda: flight.mean_inside(BODIES[0], 1.0, (0, 0, 0)), "points nowhere"),
    (lambda: flight.mean_double_bang(BODIES[0], 1.0, [1.0, 2.0]), "separation = [1.0, 2.0] must"),
    (lambda: flight.decay_length(1.0, 1.0, 1e-8), "nature is needed here"),
    (lambda: flight.decay_length(-1.0, 1.0, 1e-8, "dirac"), "p = -1 must be at least 0"),
])
def test_what_is_no_decay_is_refused_in_one_line(call, said):
    with pytest.raises(DomainError) as caught:
        call()
    assert said in str(caught.value) and "\n" not in str(caught.value)
