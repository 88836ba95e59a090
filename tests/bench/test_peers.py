"""Other people's code beside munu, in one process: how far apart the numbers, what each costs.

Each test is skipped where its peer is not installed; what a peer is told is in the test.  Times
are CPU seconds of one core, the least of several; compile time apart.
"""

import warnings

import numpy as np
import pytest

from munu import flavors, media
from munu.couplings import Couplings
from munu.detectors.supernova import argon, counts, water
from munu.media import fields
from munu.propagation import evolve, majorana
from munu.propagation.earth import at_earth
from munu.sources import burst
from munu.units import MeV, cm, erg, eV, g, km, kpc

from .test_speed import SLOW, cpu

pytestmark = pytest.mark.bench
# profile A without a field, through both MSW resonances of 15 MeV or through the first
SHORT, LONG = (2e4 * km, 1e5 * km), (2e4 * km, 1e6 * km)
E = 15 * MeV


def mixing(ordering="NO"):
    return flavors.mixing("nufit-6.0", ordering).with_(delta=0.0)


def ours(H, R, tol=1e-5):
    """Probabilities at tol 1e-7, error at tol, seconds an energy of twenty."""
    best = evolve(H, R, E, tol=1e-7).probabilities[0]
    error = np.abs(evolve(H, R, E, tol=tol).probabilities[0] - best).max()
    return best, error, cpu(lambda: evolve(H, R, np.full(20, E), tol=tol, workers=1)) / 20


def in_nusquids(nsq, R, nubar, error, rows=4000):
    """Seconds and the row of nu_e (nubar_e): one energy, Runge-Kutta-Prince-Dormand of order 8,
    the fastest of its steppers here, both its tolerances at ``error``."""
    unit, star, mix = nsq.Const(), media.get("profile_a"), mixing()
    r = np.geomspace(*R, rows)
    rho = star.density(r) / (unit.Na / cm**3)
    kind = nsq.NeutrinoType.antineutrino if nubar else nsq.NeutrinoType.neutrino
    seconds = []
    for _ in range(3):
        made = nsq.nuSQUIDS(3, kind)
        # a body is in cm, its track in natural units
        made.Set_Body(nsq.VariableDensity(list(r / cm), list(rho), list(star.Y_e(r))))
        made.Set_Track(nsq.VariableDensity.Track(R[0] / km * unit.km, R[1] / km * unit.km))
        made.Set_E(E / MeV * unit.MeV)
        for (i, j), s2 in (((0, 1), mix.s12), ((0, 2), mix.s13), ((1, 2), mix.s23)):
            made.Set_MixingAngle(i, j, np.arcsin(np.sqrt(s2)))
        made.Set_CPPhase(0, 2, 0.0)
        made.Set_SquareMassDifference(1, mix.dm21 / eV**2)
        made.Set_SquareMassDifference(2, mix.dm31 / eV**2)
        made.Set_GSL_step(nsq.GSL_STEP_FUNCTIONS.GSL_STEP_RK8PD)
        made.Set_rel_error(error)
        made.Set_abs_error(error)
        made.Set_initial_state(np.array([1.0, 0.0, 0.0]), nsq.Basis.flavor)
        seconds.append(cpu(made.EvolveState, 1))
    return min(seconds), np.array([made.EvalFlavor(i) for i in range(3)])


@pytest.mark.parametrize(("R", "least"), [(SHORT, 50), (LONG, 200)])
def test_nusquids(R, least, rows):
    """Three flavors, no field: nuSQuIDS gives a row of nu or nubar, we all 36 entries."""
    nsq = pytest.importorskip("nuSQuIDS")
    H = majorana(media.get("profile_a"), Couplings.majorana(), mixing(),
                 G_F=nsq.Const().GF / eV**2)
    best, error, each = ours(H, R)
    row = {False: best[0, :3], True: best[3, 3:]}
    for wanted in (1e-8, 1e-10):
        found = {n: in_nusquids(nsq, R, n, wanted) for n in (False, True)}
        apart = max(np.abs(p - row[n]).max() for n, (_, p) in found.items())
        rows.peer(f"nuSQuIDS {nsq_version()}, Runge-Kutta of order 8, errors {wanted:.0e}",
                  f"three flavors without field, {R[0] / km:.0e} to {R[1] / km:.0e} km, one row of "
                  f"nu; ours six states, 36 entries, error {error:.0e}", found[False][0], each,
                  f"{apart:.0e}")
    assert apart < 1e-6
    assert found[False][0] / each > least


def nsq_version():
    from importlib import metadata

    return next((metadata.version(n) for n in ("nuSQuIDS", "nusquids")
                 if n in metadata.packages_distributions().get("nuSQuIDS", [n])), "")


def in_magnus(oscprob, H, R, states, slabs):
    """Seconds and probabilities: the generic entry of magnuspy, order 4, slabs even in ln r."""
    def in_log(x):
        r = np.exp(np.atleast_1d(x)) * km
        made = sum(np.asarray(f(r), dtype=float)[:, None, None] * C for f, C in H.terms)
        made = (made + H.constant + H.per_energy / E) * r[:, None, None]
        return made[:, :states, :states] if np.ndim(x) else made[0, :states, :states]

    ends = np.log(np.asarray(R) / km)
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seconds = cpu(lambda: found.append(oscprob.osc_prob(
            in_log, *ends, n_slabs=slabs, rtol=None, atol=None, A_eval_mode="vector")), 2)
    return seconds, found[-1]


@pytest.mark.parametrize(("R", "field", "slabs", "apart", "least"), [
    (SHORT, None, 20_000, 1e-6, 20),
    ((1e3 * km, 1e6 * km), "5e9G", 20_000, 1e-2, 20),
    ((1e3 * km, 1e6 * km), "5e9G", 200_000, 1e-4, 200)])
def test_magnuspy(R, field, slabs, apart, least, rows):
    """Any Hamiltonian: the same matrices, three flavors, or six states in a field of 5e9 G."""
    oscprob = pytest.importorskip("magnus.oscprob")
    star = media.get("profile_a")
    star = star.with_(field=fields.dipole(field, "1000km")) if field else star
    H = majorana(star, Couplings.majorana(*((1e-12, 7e-13, 4e-13) if field else ())), mixing())
    best, error, each = ours(H, R)
    n = 6 if field else 3
    seconds, P = in_magnus(oscprob, H, R, n, slabs)
    found = np.abs(P - best[:n, :n]).max()
    rows.peer(f"magnuspy, order 4, {slabs} slabs even in ln r",
              f"{n} states{' in ' + field if field else ' without field'}, {R[0] / km:.0e} to "
              f"{R[1] / km:.0e} km; our error {error:.0e}", seconds, each, f"{found:.0e}")
    assert found < apart
    assert seconds / each > least


@pytest.mark.parametrize("ordering", ["NO", "IO"])
def test_the_closed_form_of_snewpy(ordering, rows):
    """AdiabaticMSW with our angles against the evolution through all of profile A."""
    transformation = pytest.importorskip("snewpy.flavor_transformation")
    from astropy import units as u
    from snewpy.neutrino import MassHierarchy

    mix = mixing(ordering)
    angles = tuple(np.arcsin(np.sqrt(x)) * u.rad for x in (mix.s12, mix.s13, mix.s23))
    closed = transformation.AdiabaticMSW(
        angles, MassHierarchy.NORMAL if ordering == "NO" else MassHierarchy.INVERTED)
    energies = np.linspace(5, 50, 10) * MeV
    H = majorana(media.get("profile_a"), Couplings.majorana(), mix)
    P = at_earth(evolve(H, (1e3 * km, 1e6 * km), energies, tol=1e-6).mass_probabilities, mix,
                 None, energies)
    theirs = np.array([closed.prob_ee(0, 0), closed.prob_eebar(0, 0)])
    apart = np.abs(P[:, [0, 3], [0, 3]] - theirs).max(axis=0)
    seconds = (cpu(lambda: closed.prob_ee(0, 0), 20), cpu(lambda: evolve(
        H, (1e3 * km, 1e6 * km), energies, tol=1e-6, workers=1), 2) / energies.size)
    rows.peer("SNEWPY, `AdiabaticMSW`", f"p and pbar in closed form, {ordering}; ours 5 to 50 MeV "
              "through all of profile A", *seconds, f"{apart.max():.0e}")
    assert apart.max() < 1e-6


@pytest.mark.parametrize(("name", "reaction", "channel", "rel"), [
    ("wc100kt30prct", "ibd", "ibd", 1e-3), ("ar40kt", "nue_Ar40", "nu_e_argon", 3e-3)])
def test_rates_of_snewpy(name, reaction, channel, rel, rows):
    """Interactions of one channel, detector ready, no smearing or efficiency: 5e52 erg a species,
    15 MeV, alpha 3, 10 kpc; SNEWPY on 2000 energies."""
    calculator = pytest.importorskip("snewpy.rate_calculator")
    from astropy import units as u
    from snewpy.flux import Container
    from snewpy.neutrino import Flavor

    made, d = burst.alpha_fit(5e52 * erg, 15 * MeV, 3.0), 10 * kpc
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = calculator.RateCalculator().read_detector(name)
    mass = theirs.mass.to_value("kg") * 1e3 * g
    ready = (water if reaction == "ibd" else argon)(name, mass)
    edges = np.arange(0, 101) * MeV

    def snewpy():
        fine = np.linspace(0.05, 100, 2000)
        F = made.fluence(fine * MeV, d) * cm**2 * MeV
        flux = Container(F[[0, 1, 3, 4], None] / (u.cm**2 * u.MeV), flavor=np.sort(Flavor),
                         time=[0] * u.s, energy=fine * u.MeV)
        rate = theirs.channels[reaction].calc_rate(flux, apply_smearing=False,
                                                   apply_efficiency=False)
        rate = (rate * theirs.mass.to_value("kg") * 1e-6).integrate_or_sum("energy")
        return float(np.squeeze(rate.array))

    def munu():
        return counts(ready, channel, edges, lambda x: made.fluence(x, d)).sum()

    N, M = munu(), snewpy()
    seconds = cpu(munu, 20), cpu(snewpy, 20)
    rows.peer("SNEWPY, rates", f"{channel} in {name}, 2000 energies", seconds[1], seconds[0],
              f"{M:.1f}, {N:.1f}")
    assert pytest.approx(M, rel=rel) == N
    assert seconds[0] < SLOW * seconds[1]
