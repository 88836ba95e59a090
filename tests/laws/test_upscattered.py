"""N of a source as nodes of a quadrature, beside sums over many energies and beside lines."""

import pickle
from itertools import pairwise

import numpy as np
import pytest

from munu import DipolePortal, flavors, kinematics, sources
from munu._arrays import gauss_panels
from munu.constants import alpha, m_e
from munu.errors import DomainError
from munu.processes.upscattering import away, polarization, recoils, scatterers, sigma
from munu.rates.upscattered import collapsed, ends, upscattered
from munu.sources.source import Component, Source
from munu.units import GeV, MeV, cm, keV

UNIT = DipolePortal(1.0, 0.0, "mu")
BNB = sources.get("bnb")
ON = {"C": scatterers("C12", "coherent")[0], "p": scatterers("H1", "protons")[0],
      "p in C": scatterers("C12", "protons")[0], "n": scatterers("C12", "neutrons")[0],
      "e": scatterers("C12", "electrons")[0]}
MASSES = {"C": (50, 200, 1500), "p": (200, 1000, 2500), "p in C": (200, 1500), "n": (20, 500),
          "e": (1, 50, 70)}
CASES = [(name, M * MeV) for name, some in MASSES.items() for M in some]


def made_of(E=(), phi=(), lines=(), amounts=(), antineutrino=False):
    """A source of muon neutrinos."""
    basis = np.zeros((1, 2, 3, 3), dtype=complex)
    basis[0, int(antineutrino)] = flavors.projector("mu")
    part = Component("all", np.asarray(E, dtype=float), np.asarray(phi, dtype=float)[None],
                     np.asarray(lines, dtype=float), np.asarray(amounts, dtype=float)[None])
    return Source(name="some", basis=basis, components={"all": part}, per="pot")


def cross_section(E, M, one):
    """Per particle, at 1 mu_B: by its own integral over recoils."""
    target = one.nucleus if one.nucleus is not None else "H1"
    number = 1.0
    if one.kind in ("protons", "neutrons") and one.k_F:
        target, number = "C12", 6
    return sigma(E, UNIT.with_(M_N=M), target, kinds=one.kind) / number


def finely(source, M, one, window=(0.0, np.inf), nodes=4):
    """E, T and weights of very many nodes: energies between the table's, then recoils of each."""
    part = next(iter(source.components.values()))
    weight = source.basis[:, :, 1, 1].real.sum(axis=1)
    start = max(float(kinematics.threshold(M, one.mass)), part.E[0], window[0])
    stop = min(part.E[-1], window[1])
    knots = np.concatenate([part.E, start + (part.E[-1] - start) * np.geomspace(1e-7, 0.3, 30)])
    edges = np.unique(np.concatenate([[start, stop], knots[(knots > start) & (knots < stop)]]))
    E, w = gauss_panels(edges, nodes)
    w = w * sum(b * np.interp(E, part.E, y) for b, y in zip(weight, part.phi, strict=True))
    T, dT = recoils(*kinematics.recoil_range(E, M, one.mass), one)
    c = one.coefficients(T, M)
    E = np.broadcast_to(E[:, None], T.shape)
    w = w[:, None] * dT * (c[0] + c[1] / E + c[2] / E**2) * np.pi * alpha**2 / m_e**2
    return E.ravel(), T.ravel(), w.ravel()


@pytest.mark.parametrize(("name", "M"), CASES)
def test_all_that_a_beam_makes(name, M):
    """Number, energy, direction, spin, and what a decay length makes of it."""
    one = ON[name]
    made = upscattered(BNB, UNIT, one, M)
    E, T, w = finely(BNB, M, one)
    total = w.sum()
    assert made.total == pytest.approx(total, rel=1e-4)
    assert made.weight.min() > 0
    p, short = away(E, T, M, one.mass)
    assert made.weight @ made.E_N / made.total == pytest.approx(w @ (E - T) / total, rel=2e-4)
    assert made.weight @ made.short / made.total == pytest.approx(w @ short / total, rel=3e-3)
    ours = made.polarization
    for mine, theirs in zip(ours, polarization(2 * one.mass * T, E, M, one), strict=True):
        assert made.weight @ mine / made.total == pytest.approx(w @ theirs / total, abs=1.5e-3)
    few, share = collapsed([made])
    assert few.size < 100
    for depth in (1e-3, 0.1, 1.0, 3.0, 10.0):
        # a path in decay lengths of an N of the mean momentum
        path = depth * (w @ p) / total

        def survives(q, path=path):
            return np.exp(-path / q)

        exact = w @ survives(p) / total
        assert made.weight @ survives(made.p) / made.total == pytest.approx(
            exact, rel=1e-3 if depth <= 3 else 1e-2)
        assert share @ survives(few) / share.sum() == pytest.approx(
            exact, rel=1e-3 if depth <= 3 else 1e-2)
        lost = -w @ np.expm1(-path / p) / total
        assert -made.weight @ np.expm1(-path / made.p) / made.total == pytest.approx(lost, rel=1e-3)


@pytest.mark.parametrize("name", ["C", "p in C", "e"])
def test_the_number_is_the_flux_times_the_cross_section(name):
    from scipy.integrate import quad

    one, M = ON[name], 40 * MeV
    E, phi = np.array([0.3, 2, 5, 9]) * GeV, np.array([0.0, 2.0, 1.0, 0.5]) / cm**2 / GeV
    source = made_of(E, phi)
    start = max(float(kinematics.threshold(M, one.mass)), E[0])
    exact = sum(quad(lambda x: np.interp(x, E, phi) * float(cross_section(x, M, one)), a, b,
                     epsrel=1e-8)[0]
                for a, b in ((max(a, start), b) for a, b in pairwise(E))
                if b > a)
    assert upscattered(source, UNIT, one, M).total == pytest.approx(exact, rel=2e-5)


def test_the_number_does_not_know_the_bins():
    numbers = [upscattered(BNB, UNIT, ON["C"], 100 * MeV, a_decade=n).total for n in (1, 7, 30)]
    assert numbers == pytest.approx([numbers[0]] * 3, rel=1e-10)


def test_windows_add_up():
    one, M = ON["C"], 100 * MeV
    whole = upscattered(BNB, UNIT, one, M)
    edges = np.array([0.0, 0.2, 0.7313, 2.5, 20.0]) * GeV
    parts = [upscattered(BNB, UNIT, one, M, window=w)
             for w in pairwise(edges)]
    assert sum(x.total for x in parts) == pytest.approx(whole.total, rel=1e-5)
    for x, low, high in zip(parts, edges[:-1], edges[1:], strict=True):
        assert low <= x.E_nu.min() and x.E_nu.max() <= high
    assert not upscattered(BNB, UNIT, one, M, window=(20 * GeV, 30 * GeV)).weight.size
    assert not upscattered(BNB, UNIT, one, M, window=(1 * MeV, 50 * MeV)).weight.size


def test_recoils_that_count():
    one, M = ON["C"], 100 * MeV
    parts = [upscattered(BNB, UNIT, one, M, T_min=t) for t in (0.0, 10 * keV, 1 * MeV, 100 * GeV)]
    assert np.all(np.diff([x.total for x in parts]) < 0)
    assert parts[2].T.min() >= 1 * MeV
    assert parts[3].total == 0


def test_lines():
    """One energy, at the end of a window too: from its own on, without the last."""
    one, M, E = ON["C"], 100 * MeV, 800 * MeV
    line = made_of(lines=[E], amounts=[3.0 / cm**2])
    exact = 3.0 / cm**2 * float(cross_section(E, M, one))
    made = upscattered(line, UNIT, one, M)
    assert made.total == pytest.approx(exact, rel=1e-5)
    assert made.E_nu == pytest.approx(np.full(made.E_nu.size, E), rel=1e-12)
    assert upscattered(line, UNIT, one, M, window=(E, 2 * E)).total == pytest.approx(exact,
                                                                                     rel=1e-5)
    assert upscattered(line, UNIT, one, M, window=(0.5 * E, E * (1 + 1e-9))).total \
        == pytest.approx(exact, rel=1e-5)
    several = made_of(lines=[0.3 * GeV, E, 5 * GeV], amounts=np.array([1.0, 3.0, 2.0]) / cm**2)
    each = [upscattered(several, UNIT, one, M, window=w).total for w in (
        (0.1 * GeV, 0.5 * GeV), (0.5 * GeV, 1 * GeV), (1 * GeV, 9 * GeV))]
    assert each[1] == pytest.approx(exact, rel=1e-5)
    assert sum(each) == pytest.approx(upscattered(several, UNIT, one, M).total, rel=1e-5)
    # a window is closed below and open above
    ends_at = [upscattered(several, UNIT, one, M, window=w).total
               for w in ((0.1 * GeV, E), (E, 9 * GeV))]
    assert ends_at == pytest.approx([each[0], each[1] + each[2]], rel=1e-5)


def test_bins_of_a_forward_table_are_lines():
    """Numbers a bin, at its energy: far apart, with thresholds between."""
    E = np.geomspace(10, 5000, 20) * GeV
    amounts = 1 / (E / GeV) / cm**2
    made = upscattered(made_of(lines=E, amounts=amounts), UNIT, ON["C"], 5 * GeV)
    exact = sum(a * float(cross_section(e, 5 * GeV, ON["C"])) for a, e in zip(amounts, E,
                                                                             strict=True))
    assert made.total == pytest.approx(exact, rel=1e-4)
    assert E[0] > kinematics.threshold(5 * GeV, ON["C"].mass)
    assert set(np.round(made.E_nu / GeV, 6)) <= set(np.round(E / GeV, 6))


@pytest.mark.parametrize("name", ["C", "e"])
def test_up_to_the_heaviest(name):
    """Where the window closes, as a power and without a jump."""
    one, E = ON[name], np.array([0.5, 1.0]) * GeV
    source = made_of(E, np.ones(2) / cm**2 / GeV)
    top = float(kinematics.M_N_max(E[-1], one.mass))
    numbers = [upscattered(source, UNIT, one, top * (1 - x)).total
               for x in (1e-3, 1e-4, 1e-5, 1e-8)]
    assert all(np.diff(numbers) < 0) and numbers[-1] > 0
    # one power of the energy that is left, half of one of phase space
    assert numbers[1] / numbers[2] == pytest.approx(10**1.5, rel=0.05)
    for x in (-1e-9, -1.0):
        assert upscattered(source, UNIT, one, top * (1 - x)).total == 0
    assert upscattered(source, UNIT, one, top * (1 + 1e-9)).polarization[0].size == 0


def test_at_ten_EeV():
    """Angles of 1e-9 are angles: the momentum across is that of Q2."""
    one, E, M = ON["p"], 1e10 * GeV, 10 * GeV
    made = upscattered(made_of(lines=[E], amounts=[1.0]), UNIT, one, M)
    across = made.p * np.sqrt(made.short * (2 - made.short))
    low, high = kinematics.recoil_range(E, M, one.mass)
    exact = one.mass / E * np.sqrt((made.T - low) * (high - made.T) * (1 + 2 * E / one.mass))
    inside = (low / made.T < 0.99) & (made.T / high < 0.99)
    assert across[inside] == pytest.approx(exact[inside], rel=1e-6)
    assert made.short.min() < 1e-20
    assert made.E_N.min() >= M and np.isfinite(made.cos_theta).all()


def test_nothing_comes_of_nothing():
    for source in (made_of(), made_of(E=[1 * GeV, 2 * GeV], phi=[0.0, 0.0])):
        made = upscattered(source, UNIT, ON["C"], 100 * MeV)
        assert made.total == 0 and made.p.size == 0 and made.polarization[0].size == 0
        assert [x.size for x in collapsed([made])] == [0, 0]
    assert ends(made_of()) == (0.0, 0.0)
    assert [x.size for x in collapsed([])] == [0, 0]
    # another flavor
    assert upscattered(made_of(lines=[GeV], amounts=[1.0]), DipolePortal(1.0, 0.0, "e"), ON["C"],
                       100 * MeV).total == 0


def test_antineutrinos_and_phases():
    """One matrix, or one each: couplings of antineutrinos are the conjugate."""
    source = made_of(lines=[GeV], amounts=[1.0], antineutrino=True)
    C = UNIT.trace_matrix
    one, M = ON["C"], 100 * MeV
    whole = upscattered(source, C, one, M).total
    assert whole == upscattered(source, UNIT, one, M).total > 0
    assert whole == upscattered(source, np.stack([0 * C, C]), one, M).total
    assert upscattered(source, np.stack([C, 0 * C]), one, M).total == 0
    assert upscattered(source, 4 * C, one, M).total == pytest.approx(4 * whole, rel=1e-12)


def test_what_is_collapsed_keeps_number_and_place():
    made = [upscattered(BNB, UNIT, ON[x], 200 * MeV) for x in ("C", "p")]
    made[1] = made[1].scaled(3.0)
    p, w = collapsed(made)
    assert w.sum() == pytest.approx(made[0].total + made[1].total, rel=1e-12)
    assert w.min() > 0 and np.all(np.diff(p) >= 0)
    mean = sum(x.weight @ np.log(x.p) for x in made)
    assert w @ np.log(p) == pytest.approx(mean, rel=1e-10)
    half = collapsed(made, [np.full(x.weight.size, 0.5) for x in made])
    assert half[1].sum() == pytest.approx(0.5 * w.sum(), rel=1e-12)


def test_it_travels():
    made = upscattered(BNB, UNIT, ON["p in C"], 200 * MeV)
    again = pickle.loads(pickle.dumps(made))
    assert again.total == made.total and again.scatterer == made.scatterer


@pytest.mark.parametrize(("call", "said"), [
    ({"M_N": 0.0}, "give T_min above 0"),
    ({"M_N": np.nan}, "M_N holds a value that is not finite"),
    ({"M_N": -1.0}, "below the least allowed"),
    ({"M_N": 1.0, "T_min": np.nan}, "T_min holds a value"),
    ({"M_N": 1.0, "window": (2.0, 1.0)}, "must go from a lower"),
    ({"M_N": 1.0, "a_decade": 0}, "a_decade = 0 must be above 0"),
    ({"M_N": 1.0, "couplings": np.eye(2)}, "couplings have the shape (2, 2)"),
    ({"M_N": 1.0 * MeV, "couplings": DipolePortal(1e-8, 2 * MeV)}, "the portal has M_N = 2 MeV"),
])
def test_what_cannot_be_is_said(call, said):
    call = {"couplings": UNIT, **call}
    with pytest.raises(DomainError) as caught:
        upscattered(BNB, scatterer=ON["C"], **call)
    assert said in str(caught.value)
