"""A minute for a machine that is not the usual one: every room once, against a known value.

``run.py test --quick`` runs this file alone; what is shown here is that the packages of this
machine are those that munu can use, not that munu is right.
"""

import json

import numpy as np
import pytest

import munu
from munu import _rooms
from munu.units import MeV, TeV, cm, keV, km, s
from tests.unit.command import answer, run

LIMIT = 7.475e-12
FIELD = ["--field", "dipole:5e9G@1000km", "--mu", "emu=1e-12", "--energies", "15MeV"]


def test_every_room_has_one():
    assert {f"test_{room}" for room in (*_rooms.rooms(), "cli")} <= set(globals())


def test_errors():
    with pytest.raises(munu.errors.UnknownName, match="did you mean 'xenonnt'"):
        munu.probes.get("xenont")


def test_units():
    assert munu.units.parse("50 keV", "MeV", what="M_N") == pytest.approx(0.05 * MeV)


def test_parameters():
    assert [p.name for p in munu.probes.parameters("darwin")]


def test_grid():
    assert munu.grid.masses("0,1keV:1MeV:4") / keV == pytest.approx([0, 1, 10, 100, 1000])


def test_constants():
    assert munu.constants.m_e / keV == pytest.approx(510.99895, rel=1e-8)


def test_references():
    assert munu.references.bibtex("VogelEngel1989").startswith("@")


def test_events():
    portal = munu.DipolePortal("4.2186e-9", "0.2 GeV", "mu", "dirac")
    made = munu.events.sample("miniboone", portal, 1000, 7, targets="C12")
    assert made.all_decays == pytest.approx(9470, rel=0.003) and len(made) == 1000
    assert made.expected_events / made.all_decays == pytest.approx(0.552, abs=1.5e-3)
    assert 0.2 < made.mean()["E_gamma_GeV"] < 0.6


def test_scans(tmp_path):
    munu.scans.run({"model": "leptoquark", "parameters": {"y1": 0.05, "y2": 1},
                    "points": {"grid": {"m_LQ": "1TeV:2TeV:3"}}, "chunk": 2}, tmp_path / "made",
                   executor="serial")
    moment = munu.scans.open(tmp_path / "made").columns()["mu_tau"][1]
    assert moment[0] == pytest.approx(1.347e-11, rel=1e-3) and len(moment) == 3


def test_spectrum():
    made = munu.probes.get("xenonnt").predict(munu.DipolePortal(1e-11, 0.0, "universal"))
    assert made.components["dipole"].total == pytest.approx(30.84, rel=5e-3)


def test_results(tmp_path):
    path = munu.results.to_table({"M_N": ("keV", [1 / 3])}, tmp_path / "t.ecsv", {"a": 1})
    assert munu._data.read(path)["M_N"][0] == pytest.approx(keV / 3, rel=1e-15)


def test_formulas():
    assert "kinematics.E_nu_min" in munu.formulas.names()


def test_kinematics():
    least = munu.kinematics.E_nu_min(3 * keV, 0.2 * MeV, munu.constants.m_e)
    assert least / MeV == pytest.approx(0.410522763, rel=1e-8)


def test_flavors():
    U = munu.flavors.mixing("nufit-6.0").U
    assert np.abs(U @ U.conj().T - np.eye(3)).max() < 1e-14


def test_targets():
    assert munu.targets.material("CsI").parts[0][1].Z == 55


def test_media():
    assert munu.media.get("sun").density(1e5 * km) > 0


def test_detectors():
    part = munu.detectors.lindhard(2 * keV, Z=32, A=72.63, k=0.157)
    assert part == pytest.approx(0.188, abs=5e-4)


def test_couplings():
    assert munu.DipolePortal.from_d(1e-10 / MeV, 0.0, "e").mu == pytest.approx(
        6.74982e-10, rel=1e-5)


def test_sources():
    assert munu.sources.get("solar").flux(MeV).shape[0] == 6


def test_weak():
    assert munu.weak.r2_sm("mu") / cm**2 == pytest.approx(-4.8e-33, rel=2e-2)


def test_ray():
    assert munu.ray.read("emu=1,etau=1").along


def test_processes():
    tau = munu.processes.radiative_decay.lifetime(MeV, 1e-11, "dirac")
    assert tau / s == pytest.approx(3768, rel=1e-3)


def test_propagation(capsys):
    code, out, err = run(capsys, "propagate", *FIELD, "--json")
    assert code == 0 and err.count("\n") <= 1
    row = json.loads(out)["probabilities"][0]
    assert sum(row) == pytest.approx(1, abs=1e-6) and row[1] == pytest.approx(0.0425, abs=1e-3)


def test_models():
    point = munu.models.get("leptoquark", m_LQ=1 * TeV, y1=0.05, y2=1)
    assert point.couplings() is not None


def test_rates():
    term = munu.processes.electron_scattering.dipole_term(3 * keV, 0.0, np.eye(3))
    assert munu.rates.recoil.dR_dT([term], munu.sources.get("solar")) > 0


def test_interchange(tmp_path):
    point = munu.models.get("leptoquark", m_LQ=1 * TeV, y1=0.05, y2=1)
    for name in ("a.yaml", "a.slha"):
        assert munu.interchange.read(munu.interchange.write(point, tmp_path / name)).m_LQ \
            == pytest.approx(TeV, rel=1e-15)


def test_probes():
    assert munu.probes.get("xenonnt").grade == "events"


def test_inference():
    found = munu.limit("xenonnt", M_N=[0, 50 * keV, MeV])
    assert found.upper == pytest.approx([LIMIT, 7.66e-12, 4.87e-9], rel=3e-2)
    assert munu.limit("xenonnt", method="feldman_cousins", toys=200).value > 0


def test_atlas():
    assert munu.atlas.verdict(munu.DipolePortal(1e-9, 0.0, "e")).excluded


def test_plots(tmp_path):
    from munu.plots import drawers, save

    save(drawers.plot("limit", munu.limit("xenonnt")), tmp_path, ("pdf", "png", "svg"))
    assert {p.suffix for p in tmp_path.iterdir()} == {".pdf", ".png", ".svg", ".ecsv"}


def test_cli(capsys):
    assert answer(capsys, "limit", "xenonnt")["limits"][0]["mu"] == pytest.approx(LIMIT, rel=1e-2)
    assert run(capsys, "--help")[0] == 0 and run(capsys, "limit", "--help")[0] == 0
    code, out, err = run(capsys, "limit", "xenonnt", "--masses", "0")
    assert (code, out, err.count("\n")) == (2, "", 1) and "--mass" in err
