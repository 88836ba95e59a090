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
from munu.errors import DataError, DomainError, MunuError, UnknownName
from munu.probes import _card_values as _values
from munu.probes.measured import Counts, Values
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils, bins, gaussian
from munu.processes import electron_scattering, nuclear_scattering
from munu.processes.process import Reaction
from munu.sources.source import Source
from munu.spectrum import Axis
from munu.targets import atom, material
from munu.targets.atom import ELECTRON, SCHEMES
from munu.targets.atom import names as atoms
from munu.units import keV, parse

REQUIRED = ("name", "target", "recoil", "source", "exposure", "resolution", "counts")
OPTIONAL = ("title", "electrons", "quenching", "efficiency", "efficiency_in", "threshold",
            "background_error", "standard_model", "norm_error", "lowest_recoil",
            "highest_recoil", "cite", "pot", "luminosity")
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



class _Card:
    """One card with the folder that its tables lie in."""

    def __init__(self, path: Path, entries: _files.Entries) -> None:
        self.path, self.entries = path, entries
        # of the tables, as they are read
        self.papers: list[str] = []

    @contextmanager
    def _at(self, key: str) -> Iterator[None]:
        """An error names the line of the entry."""
        try:
            yield
        except DataError:
            raise
        except MunuError as err:
            raise DataError(self.path, str(err), line=self.entries.lines.get(key)) from None

    def _word(self, key: str, default: str = "") -> str:
        with self._at(key):
            return _files.word(self.entries.get(key, default), key)

    def _table(self, name: str, require: tuple[str, ...]) -> _data.Table:
        made = _data.read(self.path.parent / name, require=require)
        self.papers += references.of_table(made)
        return made

    def _passed(self, name: str, edges: np.ndarray) -> _data.Table:
        """The table of an efficiency, some of which lies inside the bins."""
        table = self._table(name, ("E", "efficiency"))
        E = table.check({"E": "an energy", "efficiency": "a share"})["E"]
        if np.min(E) >= edges[-1] or np.max(E) <= edges[0]:
            raise DataError(table.path, f"energies from {np.min(E) / keV:g} to "
                            f"{np.max(E) / keV:g} keV lie outside all bins, {edges[0] / keV:g} to "
                            f"{edges[-1] / keV:g} keV", column="E")
        return table

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
        given = {"name": given} if isinstance(given, str) else dict(given)
        if "path" in given:
            given["path"] = self.path.parent / str(given["path"])
        name = given.pop("name", None)
        if name is None:
            raise DomainError("the source needs a name, as in 'source: {name: solar}'")
        types = {p.name: {*p.types} for p in sources.parameters(str(name))}
        for key, value in given.items():
            many = isinstance(value, list | dict) and {tuple, Mapping} & types.get(key, set())
            plain = isinstance(value, str | Path | int | float) and not isinstance(value, bool)
            if not (many or plain):
                raise DomainError(f"source: {key} is {_files.shown(value)}, where a number or a "
                                  "text is meant")
        return sources.get(str(name), **given)

    def _electrons(self, scheme: str) -> Reaction:
        target = self._word("target")
        if target in atoms() and target != "e":
            return electron_scattering.reaction(atom(target, scheme))
        if scheme == "stepping":
            raise DomainError(f"target '{target}' has no table of shells; those with one are "
                              f"{', '.join(atoms())}; any other needs 'electrons: free'")
        one = material(target)
        electrons = sum(number * nucleus.Z for number, nucleus in one.parts)
        return electron_scattering.reaction(ELECTRON, per_mass=electrons * one.per_mass())

    def _exposure(self, source: Source) -> float:
        """Mass times what the source is per."""
        own = {"pot": "pot", "luminosity": "luminosity"}.get(source.per)
        for key, counted in (("pot", "proton"), ("luminosity", "luminosity")):
            if key in self.entries and key != own:
                raise DomainError(f"{key} belongs to a source per {counted}; {source.name} "
                                  + ("is one event" if source.per == "event" else
                                     f"counts per {'proton' if own == 'pot' else source.per}"))
        given = self.entries["exposure"]
        if own is None:
            return _values.amount(given, with_time=source.per == "second", source="one event")
        if own == "pot":
            if own not in self.entries:
                raise DomainError(f"source {source.name} counts per proton: exposure is a mass, "
                                  "and 'pot' says how many protons")
            pot = _values.number(self.entries["pot"], "pot", low=0, strict=True)
            return _values.amount(given, with_time=False) * pot
        if own not in self.entries:
            raise DomainError(f"source {source.name} counts per luminosity: exposure is a mass, "
                              "and 'luminosity' says how much, as in 150 fb^-1")
        made = parse(_files.word(self.entries["luminosity"], "luminosity", "150 fb^-1"), "fb^-1",
                     what="luminosity", low=0, strict=True)
        return _values.amount(given, with_time=False, source="counted per luminosity") * made

    def _recoiling(self) -> list[tuple[Reaction, Callable[[Numbers], Numbers] | None]]:
        """What recoils, each with how its energy is observed."""
        given = self.entries.get("quenching")
        scheme = self._choice("electrons", "stepping", SCHEMES)
        if self._choice("recoil", "", RECOILS) == "electrons":
            if given is not None:
                raise DomainError("quenching belongs to recoils of nuclei; electrons are observed "
                                  "as they are")
            return [(self._electrons(scheme), None)]
        return [(nuclear_scattering.reaction(one), observed) for one, observed in
                _values.quenching(given, material(self._word("target")))]

    def _channels(self, edges: np.ndarray, source: Source, exposure: float) -> tuple[Channel, ...]:
        limits = {}
        for key, name in (("lowest_recoil", "low"), ("highest_recoil", "high")):
            if key in self.entries:
                with self._at(key):
                    limits[name] = _values.energy(self.entries[key], key)
        threshold = None
        if "threshold" in self.entries:
            with self._at("threshold"):
                threshold = _values.energy(self.entries["threshold"], "threshold")
                if threshold >= edges[-1]:
                    raise DomainError(f"threshold '{self.entries['threshold']}' lies above all "
                                      "bins")
        with self._at("efficiency"):
            efficiency = _values.efficiency(self.entries.get("efficiency"), threshold,
                                            lambda name: self._passed(name, edges))
        if efficiency is None and "efficiency_in" in self.entries:
            raise DomainError("efficiency_in says of what energy efficiency and threshold are; an "
                              "entry 'efficiency' or 'threshold' is missing")
        with self._at("resolution"):
            sigma = _values.resolution(self.entries["resolution"])
        if self.entries["recoil"] == "nuclei" and len(limits) < 2:
            raise DomainError("recoils of nuclei need the range of true energies: lowest_recoil "
                              "and highest_recoil")
        width = float(np.max(sigma(edges[:1])))
        limits.setdefault("low", max(edges[0] - 8 * width, 0.02 * edges[0], 1e-3 * keV))
        efficiency_in = self._choice("efficiency_in", "reconstructed", ("reconstructed", "true"))
        with self._at("quenching" if "quenching" in self.entries else "target"):
            recoiling = self._recoiling()
        return tuple(gaussian(source, reaction, edges, exposure, sigma, efficiency=efficiency,
                              efficiency_in=efficiency_in, observed=observed, low=limits["low"],
                              high=limits.get("high"))
                     for reaction, observed in recoiling)

    def _backgrounds(self, table: _data.Table, axis: Axis, exposure: float, per: str
                     ) -> tuple[dict[str, np.ndarray], tuple[Nuisance, ...], tuple[str, ...]]:
        """Counts, norms, and in words how they grow with the exposure."""
        shapes, fixed = {}, []
        for n, kind in _values.kinds(table, per).items():
            if n in ("E_low", "E_high", "counts", "error"):
                continue
            shapes[n], grows = _values.background(table, n, kind, exposure, axis.widths)
            if np.any(shapes[n] < 0) or not np.any(shapes[n] > 0):
                raise DataError(table.path, "a background is negative or 0 everywhere", column=n,
                                line=table.lines[int(np.argmin(shapes[n]))])
            fixed += [] if grows else [n]
        known = self.entries.get("background_error", {})
        with self._at("background_error"):
            if not isinstance(known, dict) or set(known) - set(shapes):
                raise DomainError(f"background_error must name some of the backgrounds "
                                  f"{', '.join(shapes) or '(there are none)'}")
            errors = {n: _values.relative_error(x, f"background_error of {n}, which may be left "
                                                 "out for a free norm,", strict=True)
                      for n, x in known.items()}
        said = (f"{', '.join(fixed)}: counts as given, whatever the exposure",) if fixed else ()
        return shapes, tuple(Nuisance(n, errors.get(n)) for n in shapes), said

    def _measured(self, table: _data.Table, axis: Axis) -> Counts | Values | None:
        errors = None
        if "error" in table.columns:
            errors = table["error"]
            table.refuse("error", errors <= 0, "an error is not above 0")
        if "counts" not in table.columns:
            return None
        counts = table["counts"]
        if errors is not None:
            return Values(axis, counts, errors)
        table.refuse("counts", counts < 0, "a count is negative; values with Gaussian errors need "
                                           "a column 'error'")
        return Counts(axis, counts)

    def _standard(self, table: _data.Table, backgrounds: Mapping[str, Any]) -> str:
        """Where the Standard Model is; ``inside`` needs something that it can be inside of."""
        made = self._choice("standard_model", "inside", ("inside", "added"))
        # values with errors may be what is left when all that is known was subtracted
        subtracted = "error" in table.columns and "standard_model" in self.entries
        if made == "inside" and not backgrounds and not subtracted:
            raise DataError(self.path, "the Standard Model would be inside a background, and "
                            f"{table.path.name} has none; write 'standard_model: added', or give "
                            "a column with the background",
                            line=self.entries.lines.get("standard_model"))
        return made

    def _cited(self) -> tuple[str, ...]:
        if "cite" not in self.entries:
            return ()
        with self._at("cite"):
            given = self.entries["cite"]
            return references.known([_files.word(k, "cite", "a key") for k in (
                given if isinstance(given, list) else [given])], self.path)

    def probe(self) -> Probe:
        table = self._table(self._word("counts"), ("E_low", "E_high"))
        _values.seen(table)
        with self._at("source"):
            source = self._source()
        table.check(_values.kinds(table, source.per))
        axis = bins(table, "E", "reconstructed energy", table.units["E_low"])
        with self._at("exposure"):
            exposure = self._exposure(source)
        shapes, nuisances, said = self._backgrounds(table, axis, exposure, source.per)
        seen, standard = self._measured(table, axis), self._standard(table, shapes)
        name = self._word("name")
        if not name.isidentifier():
            raise DataError(self.path, f"name {name!r} must be a word of letters, digits and _",
                            line=self.entries.lines["name"])
        title, keys = self._word("title", name), self._cited()
        with self._at("norm_error"):
            norm = _values.relative_error(self.entries.get("norm_error", 0.0), "norm_error")
        channels = self._channels(axis.edges, source, exposure)
        run = Recoils(name=name, channels=channels, axes=(axis,), backgrounds=shapes,
                      nuisances=nuisances, measured=seen, standard=standard, norm_error=norm,
                      errors=table.columns.get("error"), papers=(*keys, *self.papers))
        return run.probe(title, "sensitivity" if seen is None else "counts",
                         assumptions=(f"card {self.path.name}",
                                      f"the Standard Model is {run.standard}",
                                      *(said if seen is None else ())))


# ---- templates ---------------------------------------------------------------------------

_COUNTS = """# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {name: E_low, unit: keV, datatype: float64}
# - {name: E_high, unit: keV, datatype: float64}
# - {name: counts, unit: '1', datatype: float64, description: left out for a sensitivity}
# - {name: flat, unit: '1', datatype: float64, description: counts or 1/(t yr keV); one column each}
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
        card += ("efficiency: efficiency.ecsv   # or a number; threshold: 1 keV cuts sharply\n"
                 "efficiency_in: reconstructed   # or true\n")
        files["efficiency.ecsv"] = _EFFICIENCY + "1,0.1\n2,0.8\n5,0.9\n"
    card += ("counts: counts.ecsv\n"
             "background_error: {flat: 0.05}   # relative; a background not named here is free\n"
             "standard_model: inside   # inside a background already, or added\n" + more)
    files["counts.ecsv"] = _COUNTS + (rows or "1,2,5,6\n2,3,12,12.5\n3,5,26,25.7\n5,10,66,65\n")
    return {f"{name}.yaml": card, **files}
