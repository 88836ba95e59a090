"""Events as HepMC3: pyhepmc reads them back, and each requirement of NuHepMC 1.0.0 is a test.

Labels G (run), E (event), V (vertex), P (particle); R are requirements, C conventions that the file
says it follows.
"""

import re
from types import SimpleNamespace

import numpy as np
import pyhepmc
import pytest

from munu import DipolePortal, events
from munu.errors import DataError, DomainError
from munu.events import hepmc3
from munu.references import bibtex

N_12C, PROTON, REMNANT = 1000060120, 2212, 2009900000
# followed by other means, or for what is not there
NOT_FOLLOWED = {"E.C.2", "E.C.3", "E.C.4"}


@pytest.fixture(scope="module", params=["dirac", "majorana"])
def read(request, tmp_path_factory):
    """A file as pyhepmc reads it, the events that it is of, and its text."""
    portal = DipolePortal("4.2186e-9", "0.2GeV", "mu", request.param)
    made = events.sample("miniboone", portal, 400, 7, flavors="nu_mu,nubar_mu", targets=(
        "coherent", "protons", "neutrons"))
    path = made.to_hepmc3(tmp_path_factory.mktemp("hepmc") / "a.hepmc3")
    with pyhepmc.open(str(path)) as file:
        back = list(file)
    return SimpleNamespace(made=made, back=back, run=back[0].run_info, text=path.read_text(),
                           header=made.as_dict())


def said(of, name, kind):
    """An attribute, which pyhepmc reads as the kind that is asked first."""
    found = of.attributes[name]
    return found.astype(kind) if hasattr(found, "astype") else found


def declared(read, word, listed):
    """Numbers of one kind, each of which must have a name and a description."""
    numbers = said(read.run, f"NuHepMC.{listed}", list[int])
    for k in numbers:
        assert said(read.run, f"NuHepMC.{word}[{k}].Name", str).strip()
        assert said(read.run, f"NuHepMC.{word}[{k}].Description", str).strip()
    assert len(set(numbers)) == len(numbers) > 0
    return set(numbers)


def at(event, status):
    return [p for p in event.particles if p.status == status]


def g_r_1(read):
    assert all(e.run_info is not None for e in read.back)


def g_r_2(read):
    assert [said(read.run, f"NuHepMC.Version.{x}", int) for x in ("Major", "Minor", "Patch")] \
        == [1, 0, 0]


def g_r_3(read):
    assert [t.name for t in read.run.tools] == ["munu"]
    assert all(t.name and t.version for t in read.run.tools)


def g_r_4(read):
    followed = said(read.run, "NuHepMC.Conventions", list[str])
    assert set(followed) == {k for k in CHECKS if k.split(".")[1] == "C"} - NOT_FOLLOWED | {
        "G.S.1", "G.S.2"}


def g_r_5(read):
    assert "G.C.2" in said(read.run, "NuHepMC.Conventions", list[str])
    assert said(read.run, "NuHepMC.FluxAveragedTotalCrossSection", float) > 0


def g_r_6(read):
    assert said(read.run, "NuHepMC.Units.CrossSection.Unit", str) == "pb"
    assert said(read.run, "NuHepMC.Units.CrossSection.TargetScale", str) == "PerAtom"


def g_r_7(read):
    assert read.run.weight_names == ["CV"]
    for e in read.back:
        assert e.weights == [pytest.approx(read.made.weight, rel=1e-9)]


def g_r_8(read):
    known = declared(read, "ProcessInfo", "ProcessIDs")
    assert {said(e, "signal_process_id", int) for e in read.back} <= known


def g_r_9(read):
    known = declared(read, "VertexStatusInfo", "VertexStatusIDs")
    assert {v.status for e in read.back for v in e.vertices} == known


def g_r_10(read):
    known = declared(read, "ParticleStatusInfo", "ParticleStatusIDs")
    assert {p.status for e in read.back for p in e.particles} == known


def g_r_11(read):
    known = said(read.run, "NuHepMC.AdditionalParticleNumbers", list[int])
    names = {said(read.run, f"NuHepMC.AdditionalParticleNumber[{k}].Name", str) for k in known}
    assert len(names) == len(known)
    used = {p.pid for e in read.back for p in e.particles}
    # neutrinos, photon, nucleons, nuclei are the Particle Data Group's
    assert {k for k in used if abs(k) not in (14, 22, 2212, 2112) and not 10**9 < k < REMNANT} \
        <= set(known)
    assert (-9900012 in known) == (read.header["nature"] == "dirac")


def g_c_1(read):
    assert said(read.run, "NuHepMC.Exposure.POT", float) == 18.75e20
    assert said(read.run, "NuHepMC.Exposure.NEvents", int) == len(read.back)


def g_c_2(read):
    """Of all neutrinos and nuclei, the events of the file: no other unit enters than cm."""
    sigma = said(read.run, "NuHepMC.FluxAveragedTotalCrossSection", float) * 1e-36
    neutrinos = sum(sum(x["per_cm2"]) for x in read.header["beam"].values())
    assert sigma * neutrinos * read.header["atoms"] == pytest.approx(
        sum(e.weight("CV") for e in read.back), rel=1e-8)
    every = said(read.run, "munu.FluxAveragedProductionCrossSection", float) * 1e-36
    assert every / sigma == pytest.approx(read.made.all_decays / read.made.expected_events)
    # the flux release says 5.2e-10 muon neutrinos per cm^2 and proton
    assert 0.9 < sum(read.header["beam"]["nu_mu"]["per_cm2"]) / 18.75e20 / 5.18e-10 < 1.0


def g_c_3(read):
    for e in said(read.run, "NuHepMC.Citations.Generator.arXiv", list[str]):
        assert re.fullmatch(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}", e)
    assert all(bibtex(k) for k in said(read.run, "NuHepMC.Citations.Generator.munu", list[str]))


def g_c_4(read):
    assert said(read.run, "NuHepMC.Beam.EnergyUnit", str) == "GEV"
    assert said(read.run, "NuHepMC.Beam.FluxUnit", str)
    for k in {p.pid for e in read.back for p in at(e, 4)}:
        of = f"NuHepMC.Beam[{k}]"
        assert said(read.run, f"{of}.Type", str) == "Histogram"
        edges, content = (said(read.run, f"{of}.Histogram.{x}", list[float])
                          for x in ("BinEdges", "BinContent"))
        assert len(edges) == len(content) + 1 and np.all(np.diff(edges) > 0) and min(content) >= 0
        assert said(read.run, f"{of}.Histogram.ContentIsPerWidth", bool) is False
        energies = [p.momentum.e for e in read.back for p in at(e, 4) if p.pid == k]
        assert edges[0] <= min(energies) and max(energies) <= edges[-1]


def g_c_5(read):
    for k in said(read.run, "NuHepMC.AdditionalParticleNumbers", list[int]):
        assert said(read.run, f"NuHepMC.AdditionalParticleInfo[{k}].Description", str).strip()
    of = "NuHepMC.AdditionalParticleNumber[9900012].munu"
    assert said(read.run, f"{of}.Mass_GeV", float) == pytest.approx(0.2)
    # c tau of the run card, 79.35 cm, half as long for a Majorana N
    life = 79.35 / 29.9792458 / (2 if read.header["nature"] == "majorana" else 1)
    assert said(read.run, f"{of}.Lifetime_ns", float) == pytest.approx(life, rel=1e-3)


def e_r_1(read):
    """A graph that is whole: momentum and energy are conserved in each vertex, masses are
    masses."""
    for e in read.back:
        for v in e.vertices:
            for k in ("e", "px", "py", "pz"):
                left, right = (sum(getattr(p.momentum, k) for p in ps)
                               for ps in (v.particles_in, v.particles_out))
                assert left == pytest.approx(right, abs=2e-8)
        for p in e.particles:
            assert p.momentum.m2() == pytest.approx(p.generated_mass**2, abs=2e-7)
        masses = {p.pid: p.generated_mass for p in e.particles}
        assert all(masses[k] == pytest.approx(0.2) for k in masses if 9e6 < abs(k) < 1e9)
        assert masses.get(N_12C, 11.17486) == pytest.approx(11.17486, rel=1e-6)


def e_r_2(read):
    assert [e.event_number for e in read.back] == list(range(400))


def e_r_3(read):
    names = {k: said(read.run, f"NuHepMC.ProcessInfo[{k}].Name", str)
             for k in said(read.run, "NuHepMC.ProcessIDs", list[int])}
    for e, target in zip(read.back, read.made["target"], strict=True):
        kind = read.header["targets"][target]
        word = {"C12": "coherent", "C12 protons": "bound proton", "H1 protons": "free proton",
                "C12 neutrons": "bound neutron"}[kind]
        assert names[said(e, "signal_process_id", int)] == word


def e_r_4(read):
    for e in read.back:
        assert (e.momentum_unit, e.length_unit) == (pyhepmc.Units.GEV, pyhepmc.Units.CM)


def e_r_5(read):
    where = np.array([said(e, "lab_pos", list[float])[:3] for e in read.back])
    np.testing.assert_allclose(where.T, [read.made[k] for k in "xyz"], rtol=1e-8)
    assert np.all(np.sqrt((where**2).sum(axis=1)) < 500)


def e_r_6(read):
    for e in read.back:
        assert [v.status for v in e.vertices].count(1) == 1
        assert all(v.status != 0 for v in e.vertices)


def e_r_7(read):
    for e in read.back:
        (beam,), (target,) = at(e, 4), at(e, 20)
        assert abs(beam.pid) == 14 and target.pid in (N_12C, PROTON)
        assert beam.production_vertex is None or not beam.production_vertex.particles_in
        assert target.momentum.length() == 0


def e_r_8(read):
    """What comes in and goes out, and the photon that is seen."""
    for i, e in enumerate(read.back):
        (photon,) = [p for p in at(e, 1) if p.pid == 22]
        (N,) = at(e, 2)
        (left,) = [p for p in at(e, 1) if abs(p.pid) in (12, 14, 16)]
        assert photon.momentum.e == pytest.approx(read.made["E_gamma"][i], rel=1e-8)
        assert N.momentum.pz == pytest.approx(read.made["pz_N"][i], rel=1e-8)
        assert left.pid == read.made["lepton"][i] and N.pid == read.made.pdg[i]
        where = N.end_vertex.position
        assert [where.x, where.y, where.z] == pytest.approx(
            [read.made[f"{k}_decay"][i] for k in "xyz"], rel=1e-7)
        assert where.t / 29.9792458 == pytest.approx(read.made["time"][i], rel=1e-7)


def e_r_9(read):
    """The laboratory's frame: the beam along z, the target at rest."""
    for e in read.back:
        beam = at(e, 4)[0].momentum
        assert (beam.px, beam.py) == (0, 0) and beam.pz == beam.e


def e_c_1(read):
    """Coherent 1xx, elastic on nucleons 2xx, neutral 50 to 99; below 0 by a photon."""
    for k in said(read.run, "NuHepMC.ProcessIDs", list[int]):
        assert k < 0 and -k % 100 >= 50
    coherent = {said(e, "signal_process_id", int) for e, t in zip(
        read.back, read.made["target"], strict=True) if t == 0}
    assert all(100 <= -k < 200 for k in coherent)


def e_c_2(read):
    assert all("tot_xs" not in e.attributes for e in read.back[:3])


def e_c_3(read):
    assert all("proc_xs" not in e.attributes for e in read.back[:3])


def e_c_4(read):
    """By G.C.2 instead: no running estimate that would say otherwise."""
    assert all(e.cross_section is None for e in read.back[:3])


def e_c_5(read):
    assert all(said(e, "lab_pos", list[float])[3:] == [0.0] for e in read.back)


def v_r_1(read):
    assert {v.status for e in read.back for v in e.vertices} <= {1, *range(21, 1000)}
    for e in read.back:
        (primary,) = [v for v in e.vertices if v.status == 1]
        assert at(e, 4)[0] in list(primary.particles_in)
        assert at(e, 2)[0] in list(primary.particles_out)


def v_c_1(read):
    for e in read.back:
        apart = [v for v in e.vertices if v.status == 21]
        assert len(apart) == len(at(e, 21)) <= 1
        for v in apart:
            assert [p.pid for p in v.particles_in] == [N_12C]
            assert {p.status for p in v.particles_out} == {1, 21}
    assert any(at(e, 21) for e in read.back) and not all(at(e, 21) for e in read.back)


def p_r_1(read):
    for e in read.back:
        for p in e.particles:
            first = p.production_vertex is None or not p.production_vertex.particles_in
            last = p.end_vertex is None
            assert p.status in ((4, 20) if first else (1,) if last else (2, 21))


def p_c_1(read):
    for e in read.back:
        for p in at(e, 21):
            assert p.pid in (PROTON, 2112)


def p_c_2(read):
    rests = [p for e in read.back for p in e.particles if p.pid == REMNANT]
    assert {said(p, "remnant_particle_number", int) for p in rests} == {1000050110, 1000060110}
    assert len(rests) == sum(len(at(e, 21)) for e in read.back)


CHECKS = {name[0].upper() + name[1:].replace("_", ".").upper(): check
          for name, check in list(globals().items()) if re.fullmatch(r"[gevp]_[rc]_\d+", name)}


@pytest.mark.parametrize("label", CHECKS)
def test_requirement(read, label):
    CHECKS[label](read)


def test_every_requirement_is_asked():
    """11 of runs, 9 of events, one of vertices and one of particles."""
    found = [k for k in CHECKS if k.split(".")[1] == "R"]
    assert sorted(found) == sorted([*(f"G.R.{i}" for i in range(1, 12)),
                                    *(f"E.R.{i}" for i in range(1, 10)), "V.R.1", "P.R.1"])
    assert hepmc3.VERSION == (1, 0, 0)


def test_universal_couplings_declare_three_heavy_leptons(tmp_path):
    portal = DipolePortal("4e-9", "0.2GeV", "universal", "dirac")
    made = events.sample("miniboone", portal, 200, 3, flavors="nu_e,nu_mu")
    with pyhepmc.open(str(made.to_hepmc3(tmp_path / "a.hepmc"))) as file:
        back = list(file)
    known = said(back[0].run_info, "NuHepMC.AdditionalParticleNumbers", list[int])
    assert {p.pid for e in back for p in at(e, 2)} == {9900012, 9900014} <= set(known)
    names = [said(back[0].run_info, f"NuHepMC.AdditionalParticleNumber[{k}].Name", str)
             for k in known]
    assert names[:2] == ["N_e", "Nbar_e"]


def test_electrons_and_no_event(tmp_path):
    portal = DipolePortal("4e-9", "20 MeV", "mu", "dirac")
    made = events.sample("miniboone", portal, 50, 3, targets="electrons", volume="box:2m,3m,4m")
    with pyhepmc.open(str(made.to_hepmc3(tmp_path / "a.hepmc3"))) as file:
        back = list(file)
    assert {at(e, 20)[0].pid for e in back} == {11}
    assert {said(e, "signal_process_id", int) for e in back} == {-750}
    none = events.sample("miniboone", portal.with_(M_N="9 GeV"), 50)
    with pyhepmc.open(str(none.to_hepmc3(tmp_path / "none.hepmc3"))) as file:
        assert not list(file)


def test_a_file_is_not_replaced_unasked(read, tmp_path):
    path = tmp_path / "a.hepmc3"
    path.write_text("somebody's\n")
    with pytest.raises(DataError, match="overwrite"):
        read.made.to_hepmc3(path)
    assert path.read_text() == "somebody's\n"
    assert read.made.to_hepmc3(path, overwrite=True).read_text() == read.text
    with pytest.raises(DomainError, match="hepmc3"):
        read.made.to_hepmc3(tmp_path / "a.txt")
