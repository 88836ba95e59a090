"""Evolution through matter and field: what must hold whatever the medium."""

import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from munu import flavors, media
from munu.couplings import Couplings
from munu.errors import DataError, DomainError, UnknownName
from munu.media import fields
from munu.propagation import dirac, evolution, evolve, galactic, majorana, resonances, two_state
from munu.propagation.hamiltonian import potential
from munu.units import MeV, eV, km, kpc

RANGE = (1e3 * km, 1e6 * km)
MOMENTS = Couplings.majorana(1e-12, 7e-13, 4e-13)
A = media.get("profile_a").with_(field=fields.dipole("5e9G", "1000km"))
NO, IO = (flavors.mixing("nufit-5.2", o).with_(delta=0.0) for o in ("NO", "IO"))
SCAN = np.geomspace(1, 100, 200) * MeV


def at(profile, moments=MOMENTS, mixing=NO, E=15.0, r=RANGE, tol=1e-4, **more):
    return evolve(majorana(profile, moments, mixing, **more), r, np.atleast_1d(E) * MeV, tol=tol)


def slabs(hamiltonian, r, E_nu, count):
    """The same by exponentials of the Hamiltonian at midpoints of slabs even in ln r."""
    edges = np.geomspace(*r, count + 1)
    H = np.array([hamiltonian(float(x), E_nu) for x in np.sqrt(edges[1:] * edges[:-1])])
    w, v = np.linalg.eigh(H)
    step = v * np.exp(-1j * w * np.diff(edges)[:, None])[:, None, :] @ np.swapaxes(v.conj(), 1, 2)
    psi = np.eye(len(hamiltonian.states), dtype=complex)
    for U in step:
        psi = U @ psi
    return np.abs(psi.T) ** 2


@pytest.mark.parametrize("tol", [1e-2, 1e-4, 1e-6])
@pytest.mark.parametrize("profile", [A, media.get("fischer_3s"), media.get("mesa15")],
                         ids=lambda p: p.name)
def test_unitarity(profile, tol):
    """S S^dagger = 1 to round-off at any tolerance, with the field and without."""
    for medium in (profile, profile.with_(field=fields.dipole("1e10G", "1000km"))):
        S = at(medium, E=[2.0, 15.0, 60.0], tol=tol).amplitudes
        np.testing.assert_allclose(S @ np.swapaxes(S.conj(), 1, 2),
                                   np.broadcast_to(np.eye(6), S.shape), atol=1e-10)


@pytest.mark.parametrize("mixing", [NO, IO], ids=["NO", "IO"])
def test_the_error_stays_below_tol_and_falls_with_it(mixing):
    """200 energies: rare failures hide between five."""
    H = majorana(A, MOMENTS, mixing)
    best = evolve(H, RANGE, SCAN, tol=1e-6).probabilities
    last = 1.0
    for tol in (1e-3, 1e-4, 1e-5):
        worst = np.abs(evolve(H, RANGE, SCAN, tol=tol).probabilities - best).max()
        assert worst < tol
        assert worst < 0.5 * last
        last = worst
    assert last < 1e-5


@pytest.mark.parametrize("name", ["mesa15", "fischer_3s"])
def test_tables_hold_their_tolerance_too(name):
    """Fronts, shells and shocks: narrow structure must not fall between nodes."""
    H = majorana(media.get(name).with_(field=fields.dipole("5e9G", "1000km")), MOMENTS, NO)
    E = np.geomspace(2, 60, 12) * MeV
    best = evolve(H, RANGE, E, tol=1e-6)
    for tol in (1e-3, 1e-4, 1e-5):
        made = evolve(H, RANGE, E, tol=tol)
        assert np.abs(made.probabilities - best.probabilities).max() < tol


def test_slabs_agree():
    """An independent way: exponentials of slabs, where they are affordable."""
    r = (2e4 * km, 4e4 * km)
    for mixing in (NO, IO):
        H = majorana(A, Couplings.majorana(3e-10, -2e-10, 1e-10), mixing)
        made = evolve(H, r, 15 * MeV, tol=1e-6).probabilities[0]
        np.testing.assert_allclose(made, slabs(H, r, 15 * MeV, 6000), atol=2e-5)
        assert made[0, 3:].sum() > 1e-4


def test_runge_kutta_agrees():
    from scipy.integrate import solve_ivp

    mixing = NO.with_(delta=1.2)
    H = majorana(A.with_(field=fields.dipole("5e12G", "1000km")),
                 Couplings.majorana(1e-12, 7e-13j, 4e-13), mixing)
    r = (3e4 * km, 3.3e4 * km)
    ours = evolve(H, r, 15 * MeV, tol=1e-7).amplitudes[0]
    for k in (0, 3):
        start = np.eye(6, dtype=complex)[k]
        done = solve_ivp(lambda x, psi: -1j * km * (H(x * km, 15 * MeV) @ psi),
                         (r[0] / km, r[1] / km), start, method="DOP853", rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(ours[:, k], done.y[:, -1], atol=2e-6)


def test_a_step_in_density_is_two_media_in_turn():
    low, high = (media.get("power_law", density=f"{d} g/cm^3", n=0.0, Y_e=0.48)
                 for d in (500.0, 5000.0))
    edge = 2e4 * km
    both = low.with_(density=lambda r: np.where(np.asarray(r) < edge, high.density(r),
                                                low.density(r)), breaks=(edge,))
    whole = at(both, r=(1e4 * km, 3e4 * km), tol=1e-6).amplitudes[0]
    first = at(high, r=(1e4 * km, edge), tol=1e-6).amplitudes[0]
    second = at(low, r=(edge, 3e4 * km), tol=1e-6).amplitudes[0]
    np.testing.assert_allclose(whole, second @ first, atol=1e-6)


def test_without_moment_neutrinos_stay_neutrinos():
    P = at(A, np.zeros((3, 3)), E=[1.0, 15.0, 100.0]).probabilities
    assert P[:, :3, 3:].max() == 0 and P[:, 3:, :3].max() == 0


def test_a_small_moment_moves_as_its_square():
    P = [at(A, Couplings.majorana(m, 0, 0), tol=1e-7).probabilities[0, 3, :3].sum()
         for m in (1e-13, 2e-13)]
    assert P[1] / P[0] == pytest.approx(4, rel=2e-2)


def test_the_path_back_undoes_the_path():
    out = at(A, E=[5.0, 20.0], tol=1e-6).amplitudes
    back = at(A, E=[5.0, 20.0], r=RANGE[::-1], tol=1e-6).amplitudes
    np.testing.assert_allclose(back @ out, np.broadcast_to(np.eye(6), out.shape), atol=1e-5)


def test_a_basis_is_a_matter_of_taste():
    """The same Hamiltonian in another basis of all six states gives the same probabilities."""
    H = majorana(A, MOMENTS, NO)
    U = NO.U
    V = np.zeros((6, 6), complex)
    V[:3, :3], V[3:, 3:] = U, U.conj()
    turned = replace(H, constant=V.conj().T @ H.constant @ V,
                     per_energy=V.conj().T @ H.per_energy @ V,
                     terms=tuple((f, V.conj().T @ C @ V) for f, C in H.terms))
    a = evolve(H, RANGE, 15 * MeV, tol=1e-6).amplitudes[0]
    b = evolve(turned, RANGE, 15 * MeV, tol=1e-6).amplitudes[0]
    np.testing.assert_allclose(np.abs(V @ b @ V.conj().T), np.abs(a), atol=1e-5)


def test_a_turning_field_is_a_turning_frame():
    """The field with phase e^{i phi} in the frame at rest, as two terms of the Hamiltonian."""
    rate, r = 20.0, (2e4 * km, 2.02e4 * km)
    still = A.with_(field=fields.constant("1e9G"))
    turning = majorana(still.with_(twist=lambda x: rate / km + 0 * np.asarray(x)),
                       Couplings.majorana(1e-10, 0, 0), NO)
    plain = majorana(still.with_(field=None), np.zeros((3, 3)), NO)
    M = np.zeros((3, 3), complex)
    M[0, 1], M[1, 0] = 1e-10, -1e-10
    B = fields.strength("1e9G")
    for part, trig in ((M, np.cos), (1j * M, np.sin)):
        C = np.zeros((6, 6), complex)
        C[:3, 3:], C[3:, :3] = part, part.conj().T
        plain = plain.plus(lambda x, trig=trig: B * trig(rate * (np.asarray(x) - r[0]) / km), C)
    a = evolve(turning, r, 15 * MeV, tol=1e-6).probabilities
    b = evolve(plain, r, 15 * MeV, tol=1e-6).probabilities
    np.testing.assert_allclose(a, b, atol=1e-5)
    assert a[0, 0, 3:].sum() > 1e-3


def test_a_new_interaction_is_one_more_pair():
    """An NSI and a light scalar, against the Hamiltonian that holds them from the start."""
    H = majorana(A, MOMENTS, NO)
    V = H.terms[0][0]
    nsi = np.zeros((6, 6), complex)
    nsi[0, 2] = nsi[2, 0] = 0.1
    nsi[3, 5] = nsi[5, 3] = -0.1
    P = evolve(H.plus(V, nsi), RANGE, 15 * MeV, tol=1e-5).probabilities
    Q = evolve(H, RANGE, 15 * MeV, tol=1e-5).probabilities
    assert np.abs(P - Q).max() > 1e-3
    np.testing.assert_allclose(P.sum(axis=2), 1, atol=1e-10)
    # a scalar that shifts masses squared alike moves nothing
    same = H.plus(lambda r: 1e-3 * eV**2 / (30 * MeV) * (1000 * km / np.asarray(r)), np.eye(6))
    np.testing.assert_allclose(evolve(same, RANGE, 15 * MeV, tol=1e-5).probabilities, Q,
                               atol=1e-5)


def test_dirac_moments_lead_to_sterile_states():
    P = evolve(dirac(A, np.diag([3e-11, 0, 0]), NO), RANGE, 15 * MeV, tol=1e-5).probabilities[0]
    assert P[0, 3:].sum() > 0
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-10)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.1, 3), st.floats(-3, 3), st.floats(1, 50))
def test_two_states_in_a_constant_field(g, d, L):
    """P = (2g)^2/W^2 sin^2(W L/2)."""
    H = two_state(lambda r: d / km + 0 * r, lambda r: g / km + 0 * r)
    P = evolve(H, (1e3 * km, (1e3 + L) * km), MeV, tol=1e-7).probabilities[0, 0, 1]
    W = np.hypot(2 * g, d)
    assert pytest.approx((2 * g / W * np.sin(0.5 * W * L)) ** 2, abs=1e-6) == P


def test_a_path_of_no_length_does_nothing():
    made = at(A, r=(1e3 * km, 1e3 * km * (1 + 1e-10)), tol=1e-6)
    np.testing.assert_allclose(made.probabilities[0], np.eye(6), atol=1e-6)
    assert made.error[0] < 1e-6


@pytest.mark.parametrize("E", [0.1, 1e4])
def test_from_a_tenth_of_MeV_to_ten_GeV(E):
    a, b = (at(A, E=[E], tol=t).probabilities for t in (1e-4, 1e-6))
    np.testing.assert_allclose(a, b, atol=1e-4)


def test_one_minus_two_Ye_may_change_its_sign():
    shell = A.with_(asymmetry=lambda r: 4e-4 * np.tanh(np.log(6e3 * km / np.asarray(r)) / 0.3))
    a, b = (at(shell, E=[5.0, 15.0, 40.0], tol=t).probabilities for t in (1e-4, 1e-6))
    np.testing.assert_allclose(a, b, atol=5e-5)


# resonances

@pytest.mark.parametrize(("mixing", "flip", "rsfp_h", "msw_h"), [
    (NO, 1, (3, 2), (0, 2)), (IO, 1, (0, 5), (3, 5)),
    (NO, -1, (0, 5), (0, 2)), (IO, -1, (3, 2), (3, 5))])
def test_which_states_meet(mixing, flip, rsfp_h, msw_h):
    """Both orderings, both signs of 1 - 2 Y_e."""
    medium = A.with_(asymmetry=lambda r: flip * 4e-4 + 0 * np.asarray(r))
    found = {x.name: x for x in resonances.find(medium, mixing, 15 * MeV, moments=MOMENTS)}
    assert found["RSFP-H"].states == rsfp_h and found["MSW-H"].states == msw_h
    assert found["RSFP-L"].states == ((3, 1) if flip > 0 else (0, 4))
    assert found["MSW-L"].states == (0, 1)
    assert 0.98 < found["third"].r / found["MSW-H"].r < 1.02


@pytest.mark.parametrize("mixing", [NO, IO], ids=["NO", "IO"])
@pytest.mark.parametrize("moments", [(1e-12, 7e-13, 4e-13), (1e-12, 0, 0), (0, 1e-12, 0)])
def test_crossings_in_a_row_come_close(mixing, moments):
    """Every entry within 1e-2 of the evolution, whichever moment does it."""
    E = np.array([5.0, 10.0, 15.0, 25.0, 40.0]) * MeV
    made = Couplings.majorana(*moments)
    fast = resonances.crossings(A, mixing, E, moments=made)
    slow = evolve(majorana(A, made, mixing), RANGE, E, tol=1e-5).mass_probabilities
    np.testing.assert_allclose(fast, slow, atol=1e-2)
    np.testing.assert_allclose(fast.sum(axis=2), 1, atol=1e-12)


@pytest.mark.parametrize(("mixing", "states"), [(NO, (0, 4)), (IO, (1, 3))], ids=["NO", "IO"])
def test_inside_the_mikheyev_smirnov_layer_three_flavors_decide_who_meets(mixing, states):
    """theta_13 outweighs the solar splitting there: nu_e and nubar_mu' in normal ordering."""
    medium = media.get("profile_a").with_(field=fields.dipole("2e10G", "1000km"))
    only = Couplings.majorana(*(1e-12 * x for x in (np.sqrt(1 - mixing.s23),
                                                    -np.sqrt(mixing.s23), 0)))
    inner = (3700 * km, 20000 * km)
    found = [x for x in resonances.find(medium, mixing, 15 * MeV, moments=only, r=inner,
                                        three_flavors=True) if x.name == "RSFP-L"]
    assert [x.states for x in found] == [(states[0], states[1] if states[1] > 2 else 3)]
    rotate = np.kron(np.eye(2), [[1, 0, 0], [0, np.sqrt(1 - mixing.s23), -np.sqrt(mixing.s23)],
                                 [0, np.sqrt(mixing.s23), np.sqrt(1 - mixing.s23)]])
    made = evolve(majorana(medium, only, mixing), inner, 15 * MeV, tol=1e-5).amplitudes[0]
    P = np.abs(rotate @ made @ rotate.T) ** 2
    a, b = found[0].states
    assert P[b, a] == pytest.approx(1 - found[0].P_LZ, abs=0.05)


@pytest.mark.parametrize("delta", [0.0, 1.2, 3.7])
def test_a_moment_between_two_masses_leaves_the_third_alone(delta):
    """Couplings of the mass basis, whatever the CP phase: lambda_12 does nothing to nu_3."""
    mixing = NO.with_(delta=delta)
    made = Couplings.majorana(1e-12, 0, 0, basis="mass")
    thin = media.get("power_law", density="1e-12 g/cm^3", n=0.0, Y_e=0.5).with_(
        field=fields.constant("1e12G"))
    r = (1000 * km, 1001 * km)
    H = majorana(thin, made, mixing)
    U = np.kron(np.eye(2), np.zeros((3, 3))).astype(complex)
    U[:3, :3], U[3:, 3:] = mixing.U, mixing.U.conj()
    P = np.abs(U.conj().T @ evolve(H, r, 15 * MeV, tol=1e-6).amplitudes[0] @ U) ** 2
    assert P[2, 2] == pytest.approx(1, abs=1e-7) and P[0, 0] < 0.999


@pytest.mark.parametrize("density", [1e-20, 1e-10])
def test_states_that_are_one_to_round_off(density):
    """A field in next to nothing, and a star followed far into empty space."""
    thin = media.get("power_law", density=f"{density} g/cm^3", n=0.0, Y_e=0.48).with_(
        field=fields.constant("1e12G"))
    for E in (1, 15, 100):
        made = evolve(majorana(thin, Couplings.majorana(1e-12), NO.with_(delta=3.7)),
                      (1000 * km, 1010 * km), E * MeV)
        np.testing.assert_allclose(made.probabilities.sum(axis=2), 1, atol=1e-10)
    star = media.get("power_law", n=3.0, Y_e=0.49, r_max="1e10km").with_(
        field=fields.dipole("5e9G", "1000km"))
    H = majorana(star, MOMENTS, NO.with_(delta=3.7))
    far = evolve(H, (1e3 * km, 1e10 * km), 15 * MeV).mass_probabilities
    near = evolve(H, (1e3 * km, 5e7 * km), 15 * MeV).mass_probabilities
    np.testing.assert_allclose(far, near, atol=1e-4)


def test_a_turning_field_has_a_resonance_of_its_own():
    medium = A.with_(twist=lambda r: -100 / km + 0 * np.asarray(r),
                     asymmetry=lambda r: -0.1 + 0 * np.asarray(r))
    found = resonances.find(medium, NO, 15 * MeV, moments=MOMENTS)
    assert {x.name for x in found if max(x.states) >= 3} >= {"twist"}


def test_a_range_that_ends_inside_a_resonance_says_so():
    with pytest.warns(RuntimeWarning, match="ends at 27000 km, inside the resonance MSW-H"):
        resonances.find(A, NO, 15 * MeV, moments=MOMENTS, r=(1e3 * km, 2.7e4 * km))


# between the stars

def test_cells_tend_to_noise_and_one_cell_to_a_constant_field():
    d = 0.01 * kpc
    many = galactic.survival_cells(1e-13, "1uG", d, 1000)
    noise = galactic.survival_noise(1e-13, 1e-6 / np.sqrt(2), d, 1000 * d)
    assert many == pytest.approx(noise, rel=1e-3)
    assert galactic.survival_cells(1e-13, "1uG", kpc, 1) == pytest.approx(
        galactic.survival(1e-13, "1uG", kpc), rel=1e-12)


def test_a_majorana_neutrino_does_not_turn_in_space():
    """Six states in vacuum and a constant field: nothing above the quenched amplitude."""
    r0 = 1e6 * km
    empty = media.get("power_law", density="1e-30 g/cm^3", n=0.0, r_max="1e9km").with_(
        field=fields.constant("1e3G"))
    P = evolve(majorana(empty, Couplings.majorana(1e-12, 1e-12, 1e-12), NO), (r0, 1.001 * r0),
               15 * MeV, tol=1e-7).probabilities[0]
    bound = 9 * galactic.quenching(1e-12, "1e3G", NO.dm21, 15 * MeV)
    assert P[:3, 3:].max() < max(bound, 1e-12)
    one = 2 * np.pi / (1e-12 * fields.strength("1e3G"))
    assert galactic.survival(1e-12, "1e3G", one / 4) == pytest.approx(0, abs=1e-12)


# what is refused

@pytest.mark.parametrize(("call", "said"), [
    (lambda: at(A, r=(2e3 * km, 2e3 * km)), "two different radii"),
    (lambda: at(A, r=(10 * km, 1e5 * km)), "holds from 1000 to"),
    (lambda: at(A, E=[]), "empty"),
    (lambda: at(A, E=[-1.0]), "above 0"),
    (lambda: at(A, E=[np.nan]), "E_nu"),
    (lambda: at(A, tol=1e-9), "tol"),
    (lambda: at(A, np.ones((3, 3))), "antisymmetric"),
    (lambda: fields.read("dipole:5e9@1000km"), "no unit"),
    (lambda: fields.read("quadrupole"), "must read"),
    (lambda: media.get("power_law", density="-1.0 g/cm^3"), "above 0"),
    (lambda: media.get("profile_a", scale=-1.0), "above 0"),
    (lambda: media.get("power_law", Y_e=1.2), r"\[0, 1\]"),
    (lambda: media.get("power_law", r_min="1e6km", r_max="1e3km"), "must rise"),
])
def test_bad_input(call, said):
    with pytest.raises(DomainError, match=said):
        call()


def test_a_medium_that_is_not_there():
    with pytest.raises(UnknownName, match="did you mean 'profile_a'"):
        media.get("profil_a")


HEADER = """# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {name: r, unit: km, datatype: float64}
# - {name: density, unit: g/cm^3, datatype: float64}
# - {name: Y_e, unit: '1', datatype: float64}
"""


@pytest.mark.parametrize(("rows", "said"), [
    ("r,density,Y_e\n1e3,1e6,0.5\n9e2,1e5,0.5\n", "radii must rise"),
    ("r,density,Y_e\n1e3,-1e6,0.5\n2e3,1e5,0.5\n", "density must be above 0"),
    ("r,density,Y_e\n1e3,1e6,0.5\n2e3,1e5,1.5\n", r"Y_e must lie in \[0, 1\]"),
    ("r,density,Y_e\n1e3,1e6,0.5\n2e3,nan,0.5\n", "finite"),
    ("r,density\n1e3,1e6\n2e3,1e5\n", "Y_e"),
])
def test_a_broken_file(tmp_path, rows, said):
    path = tmp_path / "star.ecsv"
    path.write_text(HEADER + rows)
    with pytest.raises(DataError, match=said):
        media.get("from_file", path=str(path))


def test_a_file_is_a_medium(tmp_path):
    """Profile A written to a file and read again."""
    r = np.geomspace(1e3, 1e6, 400)
    text = "".join(f"{x!r},{4e7 * (1e3 / x)**3!r},{0.4998 - 0.06 / (1 + (x / 1500)**6)!r}\n"
                   for x in r.tolist())
    path = tmp_path / "a.ecsv"
    path.write_text(HEADER + "r,density,Y_e\n" + text)
    medium = media.get("from_file", path=str(path), deviation=1e-6)
    again = at(medium.with_(field=A.field), E=[5.0, 15.0]).probabilities
    np.testing.assert_allclose(again, at(A, E=[5.0, 15.0]).probabilities, atol=1e-3)


# Dirac neutrinos and fields that turn

POWER = media.get("power_law", density="4e7 g/cm^3", n=3.0, Y_e=0.5)


def one_moment(flavor, mass, size):
    M = np.zeros((3, 3), complex)
    M[flavor, mass] = size
    return M


def test_left_handed_levels_meet_right_handed_ones():
    """At each crossing two eigenvalues of the Hamiltonian without field are one."""
    H = dirac(POWER, np.zeros((3, 3)), NO)
    found = [x for x in resonances.find(POWER, NO, 15 * MeV, nature="dirac") if x.states[1] >= 3]
    assert [x.name for x in found] == ["SFP-tau1", "SFP-e3", "SFP-tau2", "SFP-e2", "SFP-mu1"]
    for x in found:
        matrix = H(x.r, 15 * MeV)
        apart = np.linalg.eigvalsh(matrix[:3, :3]) - matrix[x.states[1], x.states[1]].real
        assert np.abs(apart).min() < 1e-9 * np.abs(matrix).max()
        assert x.gamma == 0 and pytest.approx(1) == x.P_LZ
        assert str(x) == f"{x.name} of {x.between[0]} and {x.between[1]}"


def test_a_dirac_neutrino_alone_meets_matter_as_neutrinos_do():
    for mixing in (NO, IO):
        ours, both = (
            {(x.name, x.states): x.r for x in resonances.find(A, mixing, 15 * MeV, nature=nature)
             if x.name.startswith("MSW") and max(x.states) < 3} for nature in ("dirac", "majorana"))
        assert ours.keys() == both.keys() and ("MSW-L", (0, 1)) in ours
        assert (("MSW-H", (0, 2)) in ours) == (mixing is NO)
        assert all(ours[k] == pytest.approx(both[k], rel=1e-12) for k in ours)


@pytest.mark.parametrize("E", [5.0, 15.0, 40.0])
@pytest.mark.parametrize("size", [1e-12, 2e-12])
def test_an_electron_neutrino_of_no_potential_turns(E, size):
    """Y_e = 1/3: V_e = sqrt2 G_F n_N (3 Y_e - 1)/2 = 0, one crossing, a diagonal moment."""
    shell = POWER.with_(
        asymmetry=lambda r: 1 / 3 + 0.15 * np.tanh((np.asarray(r) / km - 2000) / 300),
        field=fields.dipole("5e10G", "1000km"))
    r, mu = (1.2e3 * km, 4e3 * km), np.diag([size, 0, 0])
    found = [x for x in resonances.find(shell, NO, E * MeV, moments=mu, r=r, nature="dirac")
             if x.gamma > 0]
    assert [x.name for x in found] == ["SFP-e1"]
    assert shell.Y_e(found[0].r) == pytest.approx(1 / 3, abs=1e-4)
    P = evolve(dirac(shell, mu, NO), r, E * MeV, tol=1e-6).probabilities[0, 0, 3]
    assert 0.1 < P < 0.9
    assert pytest.approx(P, abs=5e-3) == 1 - found[0].P_LZ


@pytest.mark.parametrize("E", [5.0, 15.0, 40.0])
@pytest.mark.parametrize(("flavors_", "size"), [((1, 0, 0), 1e-10), ((1, 1, 1), 1e-10),
                                                ((0, 0.5, 1), 3e-10), ((1, 0, 1j), 1e-10)])
def test_a_crossing_of_masses_apart(E, flavors_, size):
    """SFP-e3 without twist: g is the moment of the level in matter, a mixture of flavors."""
    star = POWER.with_(field=fields.dipole("5e9G", "1000km"))
    mu = sum(one_moment(a, 2, size * x) for a, x in enumerate(flavors_))
    found = [x for x in resonances.find(star, NO, E * MeV, moments=mu, nature="dirac")
             if x.name == "SFP-e3"]
    assert len(found) == 1
    P = evolve(dirac(star, mu, NO), RANGE, E * MeV, tol=1e-6).probabilities[0, 0, 5]
    assert P > 0.02
    assert pytest.approx(P, abs=1e-2) == 1 - found[0].P_LZ


@pytest.mark.parametrize("E", [5.0, 15.0, 40.0])
@pytest.mark.parametrize("B", ["2e9G", "5e9G", "1e10G"])
def test_a_dirac_twist_resonance_is_landau_and_zener_s(B, E):
    star = A.with_(field=fields.dipole(B, "1000km"), twist=lambda r: -100 / km + 0 * np.asarray(r))
    r, mu = (2e3 * km, 8e3 * km), np.diag([3e-11, 0, 0])
    found = [x for x in resonances.find(star, NO, E * MeV, moments=mu, r=r, nature="dirac")
             if x.gamma > 0]
    assert [str(x) for x in found] == ["twist of nu_e and N_1"]
    P = evolve(dirac(star, mu, NO), r, E * MeV, tol=1e-6).probabilities[0, 0, 3]
    assert 0.1 < P < 0.99
    assert pytest.approx(P, abs=3e-3) == 1 - found[0].P_LZ


@pytest.mark.parametrize("E", [5.0, 15.0, 40.0])
@pytest.mark.parametrize("B", ["2e9G", "5e9G"])
def test_a_majorana_twist_resonance_is_landau_and_zener_s(B, E):
    """Moments along tau' alone: one crossing of nu_e and one of nubar_e."""
    star = A.with_(field=fields.dipole(B, "1000km"), twist=lambda r: 30 / km + 0 * np.asarray(r))
    r = (1.2e3 * km, 8e3 * km)
    mu = Couplings.majorana(6e-12 * np.sqrt(NO.s23), 6e-12 * np.sqrt(1 - NO.s23), 0)
    met = {x.states: x for x in resonances.find(star, NO, E * MeV, moments=mu, r=r)}
    assert {x.name for x in met.values()} == {"twist"}
    P = evolve(majorana(star, mu, NO), r, E * MeV, tol=1e-6).probabilities[0]
    assert pytest.approx(P[0, 3:].sum(), abs=1e-3) == 1 - met[0, 5].P_LZ
    assert pytest.approx(P[3, :3].sum(), abs=1e-3) == 1 - met[3, 2].P_LZ


def test_without_masses_it_is_the_resonance_of_the_two_states():
    """dirac.twist.profileA: at 3377.441 km, 0.6046, where vacuum terms are dropped."""
    star = A.with_(twist=lambda r: -100 / km + 0 * np.asarray(r))
    found = resonances.find(star, NO, 1e9 * MeV, moments=np.diag([3e-11, 0, 0]),
                            r=(2e3 * km, 8e3 * km), nature="dirac")
    one = next(x for x in found if x.gamma > 0)
    assert one.r / km == pytest.approx(3377.441, abs=1e-3)
    assert pytest.approx(0.6046, abs=5e-5) == 1 - one.P_LZ


def test_the_slope_of_a_crossing_holds_the_change_of_the_turning():
    """phidot = -V_e x with x falling: V_e + phidot = 0 where x = 1, however steep V_e is."""
    V = potential(A)

    def turn(r, power):
        return -0.5 * V(r) * (3 * A.Y_e(r) - 1) * (np.asarray(r) / (3e3 * km)) ** power

    r, mu, gammas = (2.5e3 * km, 3.5e3 * km), np.diag([1e-11, 0, 0]), []
    for power in (1.0, 2.0, 4.0):
        star = A.with_(twist=lambda r, power=power: turn(r, power))
        x = next(x for x in resonances.find(star, NO, 1e9 * MeV, moments=mu, r=r, nature="dirac")
                 if x.gamma > 0)
        assert x.r / km == pytest.approx(3e3, abs=1e-3)
        gammas.append(x.gamma * power)
    np.testing.assert_allclose(gammas, gammas[0], rtol=1e-3)


@pytest.mark.parametrize(("nature", "states"), [
    ("dirac", ("nu_e", "N_1")), ("dirac", ("nu_mu'", "N_3")), ("majorana", ("nu_e", "nubar_tau'")),
    ("majorana", ("nu_tau'", "nubar_e")), ("majorana", ("nu_mu'", "nubar_tau'"))])
def test_the_turning_that_is_needed_makes_the_resonance(nature, states):
    for at in (2e3, 5e3):
        needed = resonances.twist_needed(A, NO, 15 * MeV, at * km, states, nature=nature)
        star = A.with_(twist=lambda r, rate=needed: rate + 0 * np.asarray(r))
        found = [x.r / km for x in resonances.find(star, NO, 15 * MeV, nature=nature)
                 if set(x.between) == set(states)]
        assert min(abs(x / at - 1) for x in found) < 1e-6
    r = np.array([2e3, 5e3]) * km
    many = resonances.twist_needed(A, NO, 15 * MeV, r, states[::-1], nature=nature)
    assert many[1] == pytest.approx(needed, rel=1e-9)


def test_deep_inside_it_is_the_potential_that_must_be_met():
    r = 1.5e3 * km
    V_e = float(potential(A)(r) * (3 * A.Y_e(r) - 1) / 2)
    needed = resonances.twist_needed(A, NO, 15 * MeV, r, ("nu_e", "N_1"), nature="dirac")
    assert needed == pytest.approx(-V_e, rel=1e-4)


def test_a_dirac_neutrino_in_nothing_has_no_crossing():
    """Left- and right-handed states of one mass: what differs is round-off."""
    empty = media.get("power_law", density="1e-30 g/cm^3", n=0.0)
    assert resonances.find(empty, NO, 15 * MeV, nature="dirac") == []


def test_a_front_is_jumped_over():
    """A drop in density across V_e of the crossing: an infinite slope, nothing converts."""
    edge = 2e4 * km
    low, high = (media.get("power_law", density=f"{d} g/cm^3", n=0.0) for d in (500.0, 20000.0))
    both = low.with_(density=lambda r: np.where(np.asarray(r) < edge, high.density(r),
                                                low.density(r)), breaks=(edge,))
    found = [x for x in resonances.find(both, NO, 15 * MeV, moments=one_moment(0, 2, 1e-12),
                                        nature="dirac") if x.name.startswith("SFP")]
    assert found and all(x.r == pytest.approx(edge) and pytest.approx(1) == x.P_LZ for x in found)


@pytest.mark.parametrize(("call", "error", "said"), [
    (lambda: resonances.find(A, NO, 15 * MeV, nature="dirak"), UnknownName,
     "did you mean 'dirac'"),
    (lambda: resonances.find(A, NO, 15 * MeV, nature=None), DomainError, "nature is needed"),
    (lambda: resonances.find(A, NO, -MeV, nature="dirac"), DomainError, "above 0"),
    (lambda: resonances.find(A, NO, 15 * MeV, moments=MOMENTS, nature="dirac"), DomainError,
     "nature majorana in a dirac"),
    (lambda: resonances.find(A, NO, 15 * MeV, moments=np.eye(3)), DomainError, "antisymmetric"),
    (lambda: resonances.find(A, NO, 15 * MeV, r=(1.0, km), nature="dirac"), DomainError, "outside"),
    (lambda: resonances.twist_needed(A, NO, 15 * MeV, 2e3 * km, ("nu_e", "N_4"), nature="dirac"),
     UnknownName, "no dirac state named 'N_4'"),
    (lambda: resonances.twist_needed(A, NO, 15 * MeV, 2e3 * km, ("nu_e", "N_1")), UnknownName,
     "no majorana state named 'N_1'"),
    (lambda: resonances.twist_needed(A, NO, 15 * MeV, 2e3 * km, ("nu_e", "nu_tau'")), DomainError,
     "do not meet by a field that turns"),
    (lambda: resonances.twist_needed(A, NO, 0.0, 2e3 * km, ("nu_e", "nubar_tau'")), DomainError,
     "above 0"),
    (lambda: resonances.twist_needed(A, NO, MeV, 2e7 * km, ("nu_e", "nubar_tau'")), DomainError,
     "outside"),
])
def test_bad_input_to_resonances(call, error, said):
    with pytest.raises(error, match=said):
        call()


def test_a_field_that_fades_to_nothing_is_no_step():
    """A narrow Gaussian underflows far from its middle; what cannot matter is not resolved."""
    x = np.log(np.array([1e3, 1e5]))
    _, rows = evolution.table([lambda r: np.exp(-((r / km - 2e4) / 50.0) ** 2) / km], *x)
    assert np.abs(rows).max() == pytest.approx(1, rel=0.5)


# what adds up along the path

def driven(size, periods, tol, k=5.0, start=1e3):
    """Two states k/km apart and a coupling size sin(k r) between them."""
    H = two_state(lambda r: k / km + 0 * np.asarray(r),
                  lambda r: size * np.sin(k * np.asarray(r) / km) / km)
    made = evolve(H, (start * km, (start + 2 * np.pi * periods / k) * km), MeV, tol=tol)
    return made.probabilities[0, 0, 1], made.error[0]


@pytest.mark.parametrize(("size", "length", "tol", "right"), [
    (2e-4, 7854.0, 1e-2, 0.500),
    pytest.param(2e-5, 3e4, 1e-3, 0.0873, marks=pytest.mark.long)])
def test_a_drive_too_weak_for_any_panel_turns_a_state(size, length, tol, right):
    P, error = driven(size, length * 5 / (2 * np.pi), tol)
    assert pytest.approx(right, abs=1e-3) == P
    assert abs(P - np.sin(size * length / 2) ** 2) < min(tol, error + size)


@pytest.mark.parametrize("tol", [1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
@pytest.mark.parametrize("periods", [1, 30, 1000])
def test_a_driven_state_turns_as_the_closed_form_says(periods, tol):
    """sin^2(g L/2), in resonance; the other half of the drive is size/k of it."""
    length = 2 * np.pi * periods / 5
    size = min(np.pi / 2 / length, 5 * tol)
    P, error = driven(size, periods, tol)
    off = abs(P - np.sin(size * length / 2) ** 2)
    assert off < tol and off < error + size / 5


@pytest.mark.skipif(int(os.environ.get("MUNU_EFFORT", "60")) < 1000,
                    reason="twenty seconds: with MUNU_EFFORT=1000")
def test_a_hundred_thousand_periods():
    length = 2 * np.pi * 1e5 / 5
    P, error = driven(np.pi / 2 / length, 1e5, 1e-4)
    assert abs(P - 0.5) < error < 1e-4


@pytest.mark.parametrize("mixing", [NO, IO.with_(delta=1.2)], ids=["real", "complex"])
def test_waves_in_matter_in_resonance_with_two_levels(mixing):
    """Six states against a Magnus expansion of order four on even steps."""
    still = media.get("power_law", density="150 g/cm^3", n=0.0, Y_e=0.48, r_min="1e4km",
                      r_max="1.2e4km")
    zero, E = np.zeros((3, 3)), 30 * MeV
    levels = np.linalg.eigvalsh(majorana(still, zero, mixing)(1e4 * km, E)[:3, :3])
    k = levels[2] - levels[1]
    waves = still.with_(density=lambda r: still.density(r) * (1 + 2e-3 * np.sin(
        k * np.asarray(r))))
    H, r = majorana(waves, zero, mixing), (1e4 * km, 1.2e4 * km)
    right = brute(H, r, E, 4000)
    assert np.abs(right - brute(majorana(still, zero, mixing), r, E, 100)).max() > 5e-4
    for tol in (1e-3, 1e-4, 1e-5):
        made = evolve(H, r, E, tol=tol)
        off = np.abs(made.probabilities[0] - right).max()
        assert off < made.error[0] < tol


def brute(hamiltonian, r, E_nu, count):
    """Magnus of order four, steps even in r."""
    edges = np.linspace(*r, count + 1)
    h, middle = np.diff(edges), 0.5 * (edges[1:] + edges[:-1])
    at = [middle + s * np.sqrt(3) / 6 * h for s in (-1, 1)]
    vacuum = np.asarray(hamiltonian.constant) + np.asarray(hamiltonian.per_energy) / E_nu
    A, B = (vacuum + sum(np.asarray(f(x))[:, None, None] * C for f, C in hamiltonian.terms)
            for x in at)
    h = h[:, None, None]
    # exp(-i K)
    K = 0.5 * h * (A + B) - 1j * np.sqrt(3) / 12 * h**2 * (B @ A - A @ B)
    w, v = np.linalg.eigh(K)
    steps = v * np.exp(-1j * w)[:, None, :] @ np.swapaxes(v.conj(), 1, 2)
    psi = np.eye(len(hamiltonian.states), dtype=complex)
    for U in steps:
        psi = U @ psi
    return np.abs(psi.T) ** 2


def test_the_error_is_never_below_what_is_off():
    """Against a far smaller tolerance, at many energies and on media rough and smooth."""
    for medium in (A, media.get("mesa15").with_(field=A.field)):
        H = replace(majorana(medium, MOMENTS, NO), refit=None)
        E = np.geomspace(2, 60, 12) * MeV
        best = evolve(H, RANGE, E, tol=1e-6)
        for tol in (1e-2, 1e-3, 1e-4):
            made = evolve(H, RANGE, E, tol=tol)
            off = np.abs(made.probabilities - best.probabilities).max(axis=(1, 2))
            assert np.all(off < made.error + best.error) and np.all(made.error < tol)


# structures that nobody named

NARROW = (5122.9 * km, 5123.9 * km)


def spike(breaks=()):
    return two_state(lambda r: 0.01 / km + 0 * np.asarray(r),
                     lambda r: 1.2 / km * ((np.asarray(r) > NARROW[0])
                                           & (np.asarray(r) < NARROW[1])), breaks=breaks)


def test_a_narrow_coupling_is_refused_or_counted():
    r = (1e3 * km, 2e4 * km)
    with pytest.raises(DomainError, match=r"a step at 512[23]\.9[0-9]* km that is not among"):
        evolve(spike(), r, MeV)
    made = evolve(spike(NARROW), r, MeV)
    assert made.probabilities[0, 0, 1] == pytest.approx(0.869, abs=5e-4)
    w = np.hypot(2 * 1.2, 0.01)
    assert made.probabilities[0, 0, 1] == pytest.approx((2.4 / w * np.sin(w / 2)) ** 2, abs=1e-6)


# on the way, in the same call

@pytest.mark.parametrize("r", [RANGE, RANGE[::-1]], ids=["outwards", "inwards"])
def test_radii_of_one_call_are_those_of_many(r):
    H = majorana(A, MOMENTS, NO)
    radii = np.array([2e3, 2e4, 2e5]) * km
    radii = radii if r[0] < r[1] else radii[::-1]
    E = np.array([5.0, 15.0]) * MeV
    made = evolve(H, r, E, radii=[*radii, r[1]])
    for i, x in enumerate(radii):
        alone = evolve(H, (r[0], x), E)
        np.testing.assert_allclose(np.swapaxes(np.abs(made.at_radii[:, i]) ** 2, 1, 2),
                                   alone.probabilities, atol=2e-5)
    np.testing.assert_allclose(made.at_radii[:, -1], made.amplitudes, atol=1e-12)
    assert np.all(np.diff(made.error_at_radii, axis=1) >= 0)
    np.testing.assert_allclose(made.error_at_radii[:, -1], made.error, rtol=1e-9)
    with pytest.raises(DomainError, match="in the order in which it is gone"):
        evolve(H, r, E, radii=radii[::-1])


# what a table leaves open

def test_two_refits_are_in_the_error():
    medium = media.get("fischer_3s").with_(field=A.field)
    H, E = majorana(medium, MOMENTS, NO), np.array([10.0, 15.0, 20.0]) * MeV
    made, closer = evolve(H, RANGE, E), evolve(H.refit, RANGE, E)
    off = np.abs(made.probabilities - closer.probabilities).max(axis=(1, 2))
    assert off.max() > 0.05 and np.all(made.error > 0.9 * off)
    assert evolve(H, RANGE, E, spread=False).error.max() < 1e-5
    # another medium for the same table goes with its field, another density does not
    assert medium.refit.field is A.field and medium.with_(density=A.density).refit is None


def test_exact_rows_are_refit_as_exactly(tmp_path):
    """400 rows of profile A with twelve digits."""
    r = np.geomspace(1e3, 1e6, 400)
    rows = "".join(f"{x:.12g},{4e7 * (1e3 / x)**3:.12g},"
                   f"{0.4998 - 0.06 / (1 + (x / 1500)**6):.12g}\n" for x in r)
    path = tmp_path / "a.csv"
    path.write_text("r [km],density [g/cm^3],Y_e\n" + rows)
    medium = media.get(str(path)).with_(field=A.field)
    E = np.array([5.0, 15.0]) * MeV
    again = evolve(majorana(medium, MOMENTS, NO), (1.001e3 * km, 0.999e6 * km), E)
    right = evolve(majorana(A, MOMENTS, NO), (1.001e3 * km, 0.999e6 * km), E)
    off = np.abs(again.probabilities - right.probabilities).max(axis=(1, 2))
    assert np.all(off < 1e-4) and np.all(off < 3 * again.error)


@pytest.mark.parametrize("count", [4, 5, 6])
def test_a_few_rows_with_a_direction(tmp_path, count):
    r = np.linspace(1e3, 2e3, count)
    path = tmp_path / "few.csv"
    path.write_text("r [km],density [g/cm^3],Y_e,B [G],phi [rad]\n" + "".join(
        f"{x:.9g},{4e7 * (1e3 / x)**3:.9g},0.49,{1e9 * (1e3 / x)**3:.9g},{-0.01 * x:.9g}\n"
        for x in r))
    alone = tmp_path / "field.csv"
    alone.write_text("r [km],B [G],phi [rad]\n" + "".join(
        f"{x:.9g},{1e9 * (1e3 / x)**3:.9g},{-0.01 * x:.9g}\n" for x in r))
    for made in (media.get(str(path)), fields.read(f"file:{alone}").on(media.get(str(path)))):
        np.testing.assert_allclose(made.twist(1.5e3 * km), -0.01 / km, rtol=1e-6)
