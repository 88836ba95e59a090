"""An experiment without Python: a YAML card beside small tables.

The card names target, source, exposure, resolution, efficiency and a table of counts with its
backgrounds; ``docs/add/probe.md`` shows one.  What is missing or unknown is said in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, _files, references, sources
from munu._arrays import Numbers
from munu.detectors import quenching as _quenching
from munu.detectors.response import Efficiency
from munu.errors import DataError, DomainError, MunuError, UnitError, UnknownName
from munu.probes.measured import Counts, Values
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils, bins, gaussian
from munu.processes import electron_scattering, nuclear_scattering
from munu.processes.process import Reaction
from munu.sources.source import Source
from munu.targets import atom, material
from munu.targets.atom import ELECTRON
from munu.targets.atom import names as atoms
from munu.units import keV, parse

REQUIRED = ("name", "target", "recoil", "source", "exposure", "resolution", "counts")
OPTIONAL = ("title", "electrons", "quenching", "efficiency", "efficiency_in", "background_error",
            "standard_model", "norm_error", "lowest_recoil", "highest_recoil", "cite", "pot")
RECOILS = ("electrons", "nuclei")
OPEN = "TO FILL"


def read(path: str | Path) -> Probe:
    """A probe from a card.

    Raises
    ------
    DataError, DomainError, UnknownName, UnitError
    """
    path = Path(path)
    card = _Card(path, _load(path))
    try:
        return card.probe()
    except DataError:
        raise
    except MunuError as err:
        raise DataError(path, str(err)) from None


def _load(path: Path) -> _files.Entries:
    text = _files.text(path, most=_files.MOST_YAML,
                       missing="no such card; write one with: munu data template probe")
    made = _files.entries(path, text, "must hold entries such as 'name: my_experiment'")
    for key in made:
        if key not in (*REQUIRED, *OPTIONAL):
            raise DataError(path, str(UnknownName("entry", key, (*REQUIRED, *OPTIONAL))),
                            line=made.lines[key])
    missing = [k for k in REQUIRED if k not in made]
    if missing:
        raise DataError(path, f"the entry '{missing[0]}' is missing; a card needs "
                              f"{', '.join(REQUIRED)}")
    unfilled = [k for k, v in _flat(made) if v == OPEN]
    if unfilled:
        raise DataError(path, f"still to fill: {', '.join(unfilled)}")
    return made


def _flat(card: Mapping[str, Any], stem: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in card.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{stem}{key}.")
        else:
            yield f"{stem}{key}", value


# options of sources that are quantities: a bare number there has no unit
_EXAMPLES = {"power": "3 GW", "distance": "20 m", "flux": "1e13 cm^-2 s^-1", "E_nu": "0.75 MeV"}
_QUANTITIES = tuple(_EXAMPLES)


def _plain(value: Any) -> Any:
    """A number where YAML saw a text: it takes 1e23 for one."""
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value


def _amount(text: str, *, with_time: bool) -> float:
    """An exposure: a mass times a time, or a mass; the units must be there."""
    try:
        return parse(text, "kg d" if with_time else "kg", what="exposure", strict=True, low=0)
    except UnitError:
        raise DomainError(f"exposure '{text}' must be " + (
            "a mass times a time, as in 100 kg d" if with_time else
            "a mass, as in 14.6 kg: this source counts per proton")) from None


class _Card:
    """One card with the folder that its tables lie in."""

    def __init__(self, path: Path, entries: _files.Entries) -> None:
        self.path, self.entries = path, entries

    @contextmanager
    def _at(self, key: str) -> Iterator[None]:
        """An error names the line of the entry."""
        try:
            yield
        except DataError:
            raise
        except MunuError as err:
            raise DataError(self.path, str(err), line=self.entries.lines.get(key)) from None

    def _number(self, key: str, default: float, low: float = 0.0) -> float:
        with self._at(key):
            return _files.number(self.entries.get(key, default), key, low=low)

    def _word(self, key: str, default: str = "") -> str:
        with self._at(key):
            return _files.word(self.entries.get(key, default), key)

    def _table(self, key: str, require: tuple[str, ...]) -> _data.Table:
        return _data.read(self.path.parent / self._word(key), require=require)

    def _choice(self, key: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.entries.get(key, default)
        # one of the choices of efficiency_in is YAML's own word
        value = "true" if value is True else value
        if value not in allowed:
            said = UnknownName(key, _files.shown(value).strip("'"), allowed)
            raise DataError(self.path, str(said), line=self.entries.lines.get(key))
        return str(value)

    def _source(self) -> Source:
        given = self.entries["source"]
        if not isinstance(given, str | dict):
            raise DomainError(f"source {given!r} must be a name, or a mapping as {{name: solar}}")
        given = {"name": given} if isinstance(given, str) else {
            k: x if k in _QUANTITIES else _plain(x) for k, x in given.items()}
        for key in _QUANTITIES:
            if key in given and not isinstance(given[key], str):
                raise DomainError(f"source: {key} = {given[key]!r} has no unit; write e.g. "
                                  f"{_EXAMPLES[key]}")
        if "path" in given:
            given["path"] = self.path.parent / str(given["path"])
        name = given.pop("name", None)
        if name is None:
            raise DomainError("the source needs a name, as in 'source: {name: solar}'")
        return sources.get(str(name), **given)

    def _reaction(self) -> Reaction:
        target = self._word("target")
        if self._choice("recoil", "", RECOILS) == "nuclei":
            return nuclear_scattering.reaction(material(target))
        scheme = self._choice("electrons", "stepping", ("stepping", "free"))
        if target in atoms() and target != "e":
            return electron_scattering.reaction(atom(target, scheme))
        if scheme == "stepping":
            raise DomainError(f"target '{target}' has no table of shells; those with one are "
                              f"{', '.join(atoms())}; any other needs 'electrons: free'")
        one = material(target)
        electrons = sum(number * nucleus.Z for number, nucleus in one.parts)
        return electron_scattering.reaction(ELECTRON, per_mass=electrons * one.per_mass())

    def _exposure(self, source: Source) -> float:
        text = str(self.entries["exposure"])
        if source.per == "second":
            if "pot" in self.entries:
                raise DomainError(f"source {source.name} counts per second: 'pot' goes with a "
                                  "source per proton")
            return _amount(text, with_time=True)
        if "pot" not in self.entries:
            raise DomainError(f"source {source.name} counts per proton: exposure is a mass, and "
                              "'pot' says how many protons")
        pot = self._number("pot", 0.0)
        if not pot > 0:
            raise DomainError(f"pot = {pot:g} must be above 0")
        return _amount(text, with_time=False) * pot

    def _sigma(self) -> Callable[[Numbers], Numbers]:
        given = self.entries["resolution"]
        if not isinstance(given, dict) or not given \
                or set(given) - {"sqrt", "linear", "constant"}:
            raise DomainError("resolution must name some of sqrt, linear, constant: sigma/keV = "
                              "sqrt * (E/keV)^0.5 + linear * E/keV + constant")
        a, b, c = (_files.number(given.get(k, 0.0), f"resolution: {k}", low=0, high=1e6)
                   for k in ("sqrt", "linear", "constant"))
        return lambda E: (a * np.sqrt(np.asarray(E) / keV) + b * np.asarray(E) / keV + c) * keV

    def _observed(self, reaction: Reaction) -> Callable[[Numbers], Numbers] | None:
        given = self.entries.get("quenching")
        if given is None:
            if self.entries["recoil"] == "nuclei":
                raise DomainError("recoils of nuclei need an entry 'quenching', as in "
                                  "{name: lindhard, k: 0.157}, or {name: none}")
            return None
        name = given.get("name") if isinstance(given, dict) else given
        if name == "none":
            return None
        if name == "lindhard":
            _, one = material(str(self.entries["target"])).parts[0]
            k = _plain(given.get("k")) if isinstance(given, dict) else None
            if k is not None and not isinstance(k, int | float):
                raise DomainError(f"quenching: k = {k!r} must be a number")
            return lambda T: T * _quenching.lindhard(T, Z=one.Z, A=one.A, k=k)
        if name in _quenching.NAMES:
            return _quenching.germanium(name)
        raise UnknownName("quenching", name, (*_quenching.NAMES, "none"))

    def _channel(self, edges: np.ndarray) -> Channel:
        with self._at("source"):
            source = self._source()
        with self._at("target"):
            reaction = self._reaction()
        with self._at("exposure"):
            exposure = self._exposure(source)
        efficiency = None
        if "efficiency" in self.entries:
            table = self._table("efficiency", ("E", "efficiency")).check(
                {"E": "an energy", "efficiency": "a share"})
            try:
                efficiency = Efficiency(table["E"], table["efficiency"])
            except DomainError as err:
                raise DataError(table.path, str(err)) from None
        elif "efficiency_in" in self.entries:
            raise DomainError("efficiency_in says of what energy the efficiency is; an entry "
                              "'efficiency' is missing")
        with self._at("resolution"):
            sigma = self._sigma()
        width = float(np.max(sigma(edges[:1])))
        limits = {}
        for key, name in (("lowest_recoil", "low"), ("highest_recoil", "high")):
            if key in self.entries:
                with self._at(key):
                    limits[name] = parse(str(self.entries[key]), "keV", what=key, strict=True,
                                         low=0)
        if self.entries["recoil"] == "nuclei" and len(limits) < 2:
            raise DomainError("recoils of nuclei need the range of true energies: lowest_recoil "
                              "and highest_recoil")
        limits.setdefault("low", max(edges[0] - 8 * width, 0.02 * edges[0], 1e-3 * keV))
        with self._at("quenching"):
            observed = self._observed(reaction)
        return gaussian(source, reaction, edges, exposure, sigma,
                        efficiency=efficiency, observed=observed,
                        efficiency_in=self._choice("efficiency_in", "reconstructed",
                                                   ("reconstructed", "true")),
                        low=limits["low"], high=limits.get("high"))

    def probe(self) -> Probe:
        table = self._table("counts", ("E_low", "E_high")).check(
            {"E_low": "an energy", "E_high": "an energy"}, others="counts")
        axis = bins(table, "E", "reconstructed energy", table.units["E_low"])
        shapes = {n: table[n] for n in table.columns
                  if n not in ("E_low", "E_high", "counts", "error")}
        for n, shape in shapes.items():
            if np.any(shape < 0) or not np.any(shape > 0):
                raise DataError(table.path, "a background is negative or 0 everywhere", column=n,
                                line=table.lines[int(np.argmin(shape))])
        if "counts" in table.columns and "error" not in table.columns:
            table.refuse("counts", table["counts"] < 0, "a count is negative; values with Gaussian "
                                                        "errors need a column 'error'")
        known = self.entries.get("background_error", {})
        with self._at("background_error"):
            if not isinstance(known, dict) or set(known) - set(shapes):
                raise DomainError(f"background_error must name some of the backgrounds "
                                  f"{', '.join(shapes) or '(there are none)'}")
            for n, error in known.items():
                _files.number(error, f"background_error of {n}, which may be left out for a free "
                                     "norm,", low=0, strict=True)
        nuisances = tuple(Nuisance(n, float(known[n]) if n in known else None) for n in shapes)
        errors = table.columns.get("error")
        if errors is not None:
            table.refuse("error", errors <= 0, "an error is not above 0")
        seen = None
        if "counts" in table.columns:
            seen = Counts(axis, table["counts"]) if errors is None else \
                Values(axis, table["counts"], errors)
        name = self._word("name")
        if not name.isidentifier():
            raise DataError(self.path, f"name {name!r} must be a word of letters, digits and _",
                            line=self.entries.lines["name"])
        keys: tuple[str, ...] = ()
        if "cite" in self.entries:
            with self._at("cite"):
                given = self.entries["cite"]
                keys = references.known([_files.word(k, "cite", "a key") for k in (
                    given if isinstance(given, list) else [given])], self.path)
        run = Recoils(name=name, channels=(self._channel(axis.edges),), axes=(axis,),
                      backgrounds=shapes, nuisances=nuisances, measured=seen,
                      standard=self._choice("standard_model", "inside", ("inside", "added")),
                      norm_error=self._number("norm_error", 0.0), errors=errors, papers=keys)
        return run.probe(self._word("title", name),
                         "sensitivity" if seen is None else "counts",
                         assumptions=(f"card {self.path.name}",
                                      f"the Standard Model is {run.standard}"))


# ---- templates ---------------------------------------------------------------------------

_COUNTS = """# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {name: E_low, unit: keV, datatype: float64}
# - {name: E_high, unit: keV, datatype: float64}
# - {name: counts, unit: '1', datatype: float64, description: left out for a sensitivity}
# - {name: flat, unit: '1', datatype: float64, description: a background; there may be more}
# meta:
#   source: unpublished
E_low,E_high,counts,flat
"""
_EFFICIENCY = """# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {name: E, unit: keV, datatype: float64}
# - {name: efficiency, unit: '1', datatype: float64}
# meta:
#   source: unpublished
E,efficiency
"""


def template(name: str = "my_experiment", *, target: str = "Xe", recoil: str = "electrons",
             electrons: str = "stepping", source: str = "{name: solar}",
             exposure: str = "1 t yr", resolution: str = "{sqrt: 0.31, linear: 0.0037}",
             rows: str | None = None, note: str = "", more: str = "",
             efficiency: bool = True) -> dict[str, str]:
    """The files of a card: names to texts, to be filled in and read again."""
    card = (f"# {note}\n" if note else "") + (
        f"name: {name}\n"
        f"target: {target}          # {', '.join(a for a in atoms() if a != 'e')}; any formula for "
        "nuclei or free electrons\n"
        f"recoil: {recoil}   # or nuclei, with quenching, lowest_recoil, highest_recoil\n"
        f"electrons: {electrons}    # stepping (shells) or free\n"
        f"source: {source}\n"
        f"exposure: {exposure}     # mass times time; a mass for a source per proton, with pot\n"
        f"resolution: {resolution}   # sigma/keV = sqrt (E/keV)^0.5 + linear E/keV + constant\n")
    files = {}
    if efficiency:
        card += "efficiency: efficiency.ecsv\nefficiency_in: reconstructed   # or true\n"
        files["efficiency.ecsv"] = _EFFICIENCY + "1,0.1\n2,0.8\n5,0.9\n"
    card += ("counts: counts.ecsv\n"
             "background_error: {flat: 0.05}   # relative; a background not named here is free\n"
             "standard_model: inside   # inside a background already, or added\n" + more)
    files["counts.ecsv"] = _COUNTS + (rows or "1,2,5,6\n2,3,12,12.5\n3,5,26,25.7\n5,10,66,65\n")
    return {f"{name}.yaml": card, **files}
