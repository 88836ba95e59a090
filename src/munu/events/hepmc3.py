"""Events as text of HepMC3 that follows NuHepMC 1.0.0, written without any library.

The vertices of an event: where a bound nucleon leaves its nucleus (status 21), where N is made (1,
primary), where it decays (22).  Momenta are in GeV and places in cm of the laboratory; the fourth
number of a place is c t.  A nucleon is struck at rest with its free mass, and what is left of the
nucleus is the pseudoparticle that NuHepMC has for it.

The cross section averaged over the flux is the one that belongs to the events of the file: their
weights over neutrinos an area and nuclei.  That of all that is made stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from munu import _data, references
from munu.couplings import PDG_N
from munu.events.record import Events, free
from munu.flavors import SIX
from munu.units import cm, ns

ENDINGS = (".hepmc3", ".hepmc")
VERSION = (1, 0, 0)
CONVENTIONS = ("G.C.1", "G.C.2", "G.C.3", "G.C.4", "G.C.5", "G.S.1", "G.S.2", "E.C.1", "E.C.5",
               "V.C.1", "P.C.1", "P.C.2")
REMNANT = 2009900000
#: below 0: a photon is exchanged
PROCESSES = {
    "coherent": (-150, "coherent", "nu A -> N A by a magnetic moment, the nucleus as a whole"),
    "bound protons": (-250, "bound proton", "nu p -> N p by a magnetic moment, p bound"),
    "protons": (-251, "free proton", "nu p -> N p by a magnetic moment, p free"),
    "bound neutrons": (-252, "bound neutron", "nu n -> N n by a magnetic moment, n bound"),
    "electrons": (-750, "electron", "nu e -> N e by a magnetic moment"),
}
VERTICES = {1: ("Primary", "N is made"),
            21: ("NucleonSeparation", "A nucleon leaves its nucleus, to be struck"),
            22: ("Decay", "N decays to a neutrino and a photon")}
PARTICLES = {1: ("Final", "Undecayed physical particle"),
             2: ("Decayed", "Decayed physical particle"),
             4: ("Beam", "Incoming beam particle"), 20: ("Target", "Target particle"),
             21: ("StruckNucleon", "Nucleon bound in the target that is struck")}
_PB = 1e36
_NUCLEONS = {"protons": 2212, "neutrons": 2112}
# cm that light goes in a ns
_C = float(ns / cm)


def write(path: str | Path, parts: Iterable[Events], header: Mapping[str, Any], *,
          overwrite: bool = False) -> Path:
    """Write a file; it is there whole or not at all.

    Parameters
    ----------
    path : ends in ``.hepmc3`` or ``.hepmc``
    parts : events
    header : of all of them, with how many there are (``kept``)

    Raises
    ------
    DataError, DomainError
    """
    place = free(path, overwrite, ENDINGS)
    with stream(place, header) as out:
        for part in parts:
            out.write(part)
    return place


@contextmanager
def stream(place: Path, header: Mapping[str, Any]) -> Iterator[Stream]:
    """A file to write events into.  Raises :class:`DataError`."""
    with _data.whole(place) as part, open(part, "w", encoding="ascii", newline="\n") as file:
        out = Stream(file, header)
        yield out
        file.write("HepMC::Asciiv3-END_EVENT_LISTING\n\n")


class Stream:
    """A file that is being written."""

    def __init__(self, file: TextIO, header: Mapping[str, Any]):
        self._file, self._header, self._number = file, header, 0
        self._shapes = [_Shape(one, header) for one in header["struck"].values()]
        file.write("HepMC::Version 3.02.06\nHepMC::Asciiv3-START_EVENT_LISTING\nW CV\n"
                   f"T munu\\|{header['version']}\\|electromagnetic properties of neutrinos\n")
        for name, value in attributes(header):
            file.write(f"A {name} {_text(value)}\n")

    def write(self, events: Events) -> None:
        """Some events more."""
        texts = np.empty(len(events), dtype=object)
        values = _values(events, self._number)
        for i, shape in enumerate(self._shapes):
            at = np.flatnonzero(np.asarray(events["target"]) == i)
            if at.size:
                rows = zip(*(values[k][at].tolist() for k in shape.keys), strict=True)
                texts[at] = [shape.text % row for row in rows]
        self._file.writelines(texts)
        self._number += len(events)


class _Shape:
    """An event on one target: a text with places for numbers, and which go there."""

    def __init__(self, one: Mapping[str, Any], header: Mapping[str, Any]):
        Z, A, m = one["Z"], round(one["A"]), one["mass_GeV"]
        whole = nucleus(Z, A)
        kind = one["kind"]
        bound = kind in _NUCLEONS and A > 1
        struck = _NUCLEONS.get(kind, 11 if kind == "electrons" else whole)
        process = PROCESSES[f"bound {kind}" if bound else kind][0]
        M = header["M_N_GeV"]
        lines = ["E %{number}d " + ("3 8" if bound else "2 6"), "U GEV CM",
                 f"W {header['weight']:.10g}", f"A 0 signal_process_id {process}",
                 "A 0 lab_pos %{x}s %{y}s %{z}s 0"]
        place = "@ %{x}s %{y}s %{z}s 0"
        beam = "P 1 0 %{flavor}d 0 0 %{E_nu}s %{E_nu}s 0 4"
        if bound:
            rest = one["nucleus_GeV"] - m
            lines += [f"A 4 remnant_particle_number {nucleus(Z - (kind == 'protons'), A - 1)}",
                      beam, f"P 2 0 {whole} 0 0 0 {_n(one['nucleus_GeV'])} "
                      f"{_n(one['nucleus_GeV'])} 20",
                      f"V -1 21 [2] {place}", f"P 3 -1 {struck} 0 0 0 {_n(m)} {_n(m)} 21",
                      f"P 4 -1 {REMNANT} 0 0 0 {_n(rest)} {_n(rest)} 1",
                      f"V -2 1 [1,3] {place}"]
            first, vertex = 5, -2
        else:
            lines += [beam, f"P 2 0 {struck} 0 0 0 {_n(m)} {_n(m)} 20", f"V -1 1 [1,2] {place}"]
            first, vertex = 3, -1
        lines += [f"P {first} {vertex} %{{N}}d %{{px_N}}s %{{py_N}}s %{{pz_N}}s %{{E_N}}s "
                  f"{_n(M)} 2",
                  f"P {first + 1} {vertex} {struck} %{{px_r}}s %{{py_r}}s %{{pz_r}}s %{{E_r}}s "
                  f"{_n(m)} 1",
                  f"V {vertex - 1} 22 [{first}] @ %{{x_decay}}s %{{y_decay}}s %{{z_decay}}s "
                  "%{ct}s",
                  f"P {first + 2} {vertex - 1} 22 %{{px_gamma}}s %{{py_gamma}}s %{{pz_gamma}}s "
                  "%{E_gamma}s 0 1",
                  f"P {first + 3} {vertex - 1} %{{lepton}}d %{{px_nu}}s %{{py_nu}}s %{{pz_nu}}s "
                  "%{E_nu_out}s 0 1"]
        text = "\n".join(lines) + "\n"
        self.keys = tuple(re.findall(r"%\{(\w+)\}", text))
        self.text = re.sub(r"%\{(\w+)\}(\w)", lambda x: "%d" if x[2] == "d" else "%.10g", text)


def _values(events: Events, first: int) -> dict[str, np.ndarray]:
    """All numbers of the events by name."""
    out: dict[str, np.ndarray] = dict(events.columns)
    struck = list(events.header["struck"].values())
    mass = np.array([one["mass_GeV"] for one in struck])[np.asarray(events["target"], dtype=int)]
    left = events.neutrino
    return {**out, "number": first + np.arange(len(events)), "N": events.pdg,
            "px_r": -out["px_N"], "py_r": -out["py_N"], "pz_r": out["E_nu"] - out["pz_N"],
            "E_r": mass + (out["E_nu"] - out["E_N"]), "ct": out["time"] * _C,
            "px_nu": left["px"], "py_nu": left["py"], "pz_nu": left["pz"], "E_nu_out": left["E"]}


def attributes(header: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What stands in the header of the file, in NuHepMC's words."""
    for part, number in zip(("Major", "Minor", "Patch"), VERSION, strict=True):
        yield f"NuHepMC.Version.{part}", number
    yield "NuHepMC.Conventions", CONVENTIONS
    yield "NuHepMC.Units.CrossSection.Unit", "pb"
    yield "NuHepMC.Units.CrossSection.TargetScale", "PerAtom"
    reach = sum(sum(x["per_cm2"]) for x in header["beam"].values()) * header["atoms"]
    yield "NuHepMC.FluxAveragedTotalCrossSection", \
        header["weight"] * header["kept"] / reach * _PB if reach else 0.0
    yield "munu.FluxAveragedProductionCrossSection", \
        header["all_decays"] / reach * _PB if reach else 0.0
    yield "NuHepMC.Exposure.NEvents", header["kept"]
    if header["per"] == "pot":
        yield "NuHepMC.Exposure.POT", header["exposure"]
    yield from _declared("Process", "ProcessIDs", {
        number: (name, about) for number, name, about in PROCESSES.values()})
    yield from _declared("VertexStatus", "VertexStatusIDs", VERTICES)
    yield from _declared("ParticleStatus", "ParticleStatusIDs", PARTICLES)
    yield from _particles(header)
    yield "NuHepMC.Beam.EnergyUnit", "GEV"
    yield "NuHepMC.Beam.FluxUnit", "1/cm2"
    for name, beam in header["beam"].items():
        of = f"NuHepMC.Beam[{pdg(name)}]"
        yield f"{of}.Type", "Histogram"
        yield f"{of}.Histogram.BinEdges", beam["edges_GeV"]
        yield f"{of}.Histogram.BinContent", beam["per_cm2"]
        yield f"{of}.Histogram.ContentIsPerWidth", False
    yield from _cited("Generator", [*header["citations"], "NuHepMC2025"])
    for key in ("experiment", "options", "M_N_GeV", "mu", "flavor", "nature", "seed", "spin",
                "targets", "volume", "cuts", "include_escaping", "block", "n", "expected_events",
                "all_decays", "data", "convention"):
        yield f"NuHepMC.Provenance.munu.{key}", str(header[key])


def _declared(word: str, listed: str, known: Mapping[int, tuple[str, str]]
              ) -> Iterator[tuple[str, Any]]:
    yield f"NuHepMC.{listed}", list(known)
    for number, (name, about) in known.items():
        yield f"NuHepMC.{word}Info[{number}].Name", name
        yield f"NuHepMC.{word}Info[{number}].Description", about


def _particles(header: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """N, and what is left of a nucleus."""
    many = 3 if header["flavor"] == "universal" else 1
    numbers = PDG_N[:many] if header["nature"] == "majorana" else \
        tuple(s * k for k in PDG_N[:many] for s in (1, -1))
    yield "NuHepMC.AdditionalParticleNumbers", [*numbers, REMNANT]
    length = header["decay_length_cm_per_GeV"]
    for k in numbers:
        of = f"NuHepMC.AdditionalParticleNumber[{k}]"
        flavor = f"_{SIX[PDG_N.index(abs(k))][3:]}" if many == 3 else ""
        yield f"{of}.Name", ("N" if k > 0 else "Nbar") + flavor
        yield f"NuHepMC.AdditionalParticleInfo[{k}].Description", \
            (f"{header['nature'].capitalize()} heavy neutral lepton with a transition magnetic "
             "moment; decays to a neutrino and a photon")
        yield f"{of}.munu.Mass_GeV", header["M_N_GeV"]
        if length:
            # c tau is M times the decay length over the momentum
            yield f"{of}.munu.Lifetime_ns", length * header["M_N_GeV"] / _C
        yield f"{of}.munu.Spin", 0.5
        yield f"{of}.munu.Charge", 0
    of = f"NuHepMC.AdditionalParticleNumber[{REMNANT}]"
    yield f"{of}.Name", "Remnant"
    yield f"NuHepMC.AdditionalParticleInfo[{REMNANT}].Description", \
        "What is left of a nucleus; its state is not computed"


def _cited(what: str, keys: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """arXiv numbers and DOIs of papers, and our keys."""
    entries = [references.bibtex(k) for k in keys]
    for kind, field in (("arXiv", "eprint"), ("DOI", "doi")):
        found = [x[1] for e in entries if (x := re.search(rf"\b{field}\s*=\s*\{{([^}}]+)\}}", e))]
        if found:
            yield f"NuHepMC.Citations.{what}.{kind}", list(dict.fromkeys(found))
    yield f"NuHepMC.Citations.{what}.munu", list(keys)


def pdg(name: str) -> int:
    """A neutrino of ``flavors.SIX`` as the Particle Data Group numbers it."""
    i = SIX.index(name)
    return (12 + 2 * (i % 3)) * (1 if i < 3 else -1)


def nucleus(Z: int, A: int) -> int:
    """A nucleus as the Particle Data Group numbers it; a nucleon alone has its own number."""
    if A == 1:
        return 2212 if Z else 2112
    return 1000000000 + 10000 * Z + 10 * A


def _n(x: float) -> str:
    return f"{x:.10g}"


def _text(value: Any) -> str:
    """A value as HepMC3 writes attributes."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list | tuple):
        return " ".join(_text(x) for x in value)
    if isinstance(value, float):
        return f"{value:.17g}"
    return str(value).replace("\\", "\\\\").replace("\n", "\\|")
