"""What came out of a run: probabilities along energy and radius, where states meet, papers."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from munu import results
from munu.errors import DomainError, UnknownName
from munu.propagation.resonances import Resonance
from munu.propagation.setting import Setting
from munu.units import MeV, eV, km

SCOPE = "forward scattering alone: collective effects and absorption are not in scope"
ADIABATICITY = "gamma = 4 g^2/|slope|, P_LZ = exp(-pi gamma/2)"
# rows of the table in a notebook
_SHOWN = 12


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Passage:
    """Probabilities from one state to all final ones.

    Attributes
    ----------
    setting : Setting, what was asked
    probabilities : array (n_E, 6), at the end of the path, by final state [1]
    error, steps : arrays (n_E,), bound of the error of a probability [1] and panels of the
        evolver; None for a chain of crossings
    spread : array (n_E,), by how much a closer refit of the medium's table moves a probability; it
        is in the error [1]
    at_radii, error_at_radii : arrays (n_E, n_r, 6) and (n_E, n_r), at the radii that were asked;
        mass states are those in matter there [1]
    resonances : by the conditions of two flavors, at ``resonance_energies``
    level_crossings : by levels of three flavors (Majorana)
    resonance_energies : array (n,) [energy]
    warnings : one line each
    papers : keys of the papers
    """

    setting: Setting
    probabilities: np.ndarray
    error: np.ndarray | None = None
    steps: np.ndarray | None = None
    spread: np.ndarray | None = None
    at_radii: np.ndarray | None = None
    error_at_radii: np.ndarray | None = None
    resonances: tuple[Resonance, ...] = ()
    level_crossings: tuple[Resonance, ...] = ()
    resonance_energies: np.ndarray
    warnings: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()

    @property
    def energies(self) -> np.ndarray:
        """The energies (n_E,) [energy]."""
        return self.setting.energies

    @property
    def states(self) -> tuple[str, ...]:
        """The final states."""
        return self.setting.final_states

    def probability(self, state: str) -> np.ndarray:
        """Probability of one final state at the end, by energy (n_E,) [1].

        Raises
        ------
        UnknownName
        """
        if state not in self.states:
            raise UnknownName("final state", state, self.states)
        return self.probabilities[:, self.states.index(state)]

    def as_dict(self) -> dict[str, Any]:
        """All of it as JSON knows it, units in the names of the keys: what ``munu propagate
        --json`` prints."""
        s = self.setting
        mix = s.oscillation
        more = {} if self.at_radii is None else {"along_r": {
            "radii_km": s.radii / km, "probabilities": self.at_radii,
            "error": self.error_at_radii}}
        return results.plain(results.provenance(
            energies_MeV=s.energies / MeV, initial=s.initial, final=s.final,
            final_states=self.states, probabilities=self.probabilities, error=self.error,
            spread=self.spread, steps=self.steps,
            bin_MeV=None if s.bin is None else s.bin / MeV,
            method="crossings" if s.fast else "evolve",
            resonances=[_resonance(x) for x in self.resonances],
            level_crossings=[_resonance(x) for x in self.level_crossings],
            resonance_energies_MeV=self.resonance_energies / MeV, adiabaticity=ADIABATICITY,
            medium=s.medium.name, field=_field(s), twist=_twist(s), nature=s.nature,
            moments=s.named_moments, moments_unit="mu_B", loop=s.loop,
            mixing={"name": mix.name, "ordering": mix.ordering, "s12": mix.s12, "s13": mix.s13,
                    "s23": mix.s23, "delta_rad": mix.delta, "dm21_eV2": mix.dm21 / eV**2,
                    "dm31_eV2": mix.dm31 / eV**2},
            ordering=mix.ordering, tol=None if s.fast else s.tol,
            radii_km=[x / km for x in s.path], scope=SCOPE, configuration=s.configuration,
            citations=list(self.papers), **more, warnings=list(self.warnings)))

    def columns(self, along: str | None = None) -> dict[str, tuple[str, Any]]:
        """Name to (unit, values): one row an energy, or one an energy and radius.

        Parameters
        ----------
        along : ``E`` or ``r``; None is r where radii were asked

        Raises
        ------
        DomainError, UnknownName
        """
        along = along or ("E" if self.at_radii is None else "r")
        if along not in ("E", "r"):
            raise UnknownName("axis of a passage", along, ("E", "r"))
        if along == "E":
            E, r, P, error = self.energies, None, self.probabilities, self.error
        elif self.at_radii is None or self.error_at_radii is None:
            raise DomainError("no radii were asked; give the setting radii=... to see them")
        else:
            n_E, n_r = self.at_radii.shape[:2]
            E, r = np.repeat(self.energies, n_r), np.tile(self.setting.radii, n_E)
            P, error = self.at_radii.reshape(n_E * n_r, -1), self.error_at_radii.ravel()
        out = {"E_nu": ("MeV", E / MeV)}
        if r is not None:
            out["r"] = ("km", r / km)
        out |= {name: ("1", P[:, i]) for i, name in enumerate(self.states)}
        if error is not None:
            out["error"] = ("1", error)
        if along == "E" and self.spread is not None and self.spread.any():
            out["spread"] = ("1", self.spread)
        if along == "E" and self.steps is not None:
            out["steps"] = ("1", self.steps)
        return out

    def rows(self, along: str | None = None) -> list[dict[str, Any]]:
        """The table row by row; E_nu [MeV], r [km], probabilities [1]."""
        return list(results.rows(self.columns(along)))

    def to_table(self, path: str | Path | None = None, along: str | None = None) -> str | Path:
        """The table as the text of a CSV, or as a file, ``.csv`` or ``.ecsv``; the header of an
        ECSV file holds all else that :meth:`as_dict` says.

        Raises
        ------
        DomainError, DataError, UnknownName
        """
        columns, said = self.columns(along), self.as_dict()
        for key in ("along_r",) if "r" in columns else ("energies_MeV", "probabilities", "error",
                                                        "spread", "steps"):
            said.pop(key, None)
        return results.to_table(columns, path, said)

    def to_pandas(self, along: str | None = None):
        """The table as a pandas.DataFrame.  Raises :class:`DomainError` without pandas."""
        return results.to_pandas(self.columns(along))

    def plot(self, **options):
        """A figure of it: along radius where radii were asked, else along energy."""
        return results.plot(self, "passage", **options)

    def _title(self) -> str:
        s = self.setting
        low, high = s.energies.min() / MeV, s.energies.max() / MeV
        E = f"{low:g} MeV" if s.energies.size == 1 else \
            f"{s.energies.size} energies from {low:g} to {high:g} MeV"
        if s.bin is not None:
            E += f", averaged over {s.bin / MeV:g} MeV"
        how = "chain of crossings" if self.error is None else \
            f"largest error {self.error.max():.1e}"
        return f"{s.initial} through {s.medium.name}, {E}, {how}" + (
            "" if not self.warnings else f", {len(self.warnings)} warning"
            + "s" * (len(self.warnings) > 1))

    def __repr__(self) -> str:
        return f"Passage({self._title()})"

    def _repr_html_(self) -> str:
        columns = self.columns("E")
        head = "".join(f"<th>{html.escape(k)}{'' if u == '1' else f' [{u}]'}</th>"
                       for k, (u, _) in columns.items())
        n = self.energies.size
        chosen = range(n) if n <= _SHOWN else np.unique(np.linspace(0, n - 1, _SHOWN).astype(int))
        body = "".join("<tr>" + "".join(f"<td>{v[i]:.4g}</td>" for _, v in columns.values())
                       + "</tr>" for i in chosen)
        said = "".join(f"<br>{html.escape(w)}" for w in self.warnings)
        return (f"<table><caption>{html.escape(self._title())}{said}</caption><thead><tr>{head}"
                f"</tr></thead><tbody>{body}</tbody></table>")


def _resonance(x: Resonance) -> dict[str, Any]:
    return {"energy_MeV": x.E_nu / MeV, "name": x.name, "states": list(x.between),
            "radius_km": x.r / km, "gamma": x.gamma, "P_LZ": x.P_LZ}


def _field(s: Setting) -> str | None:
    return None if s.medium.field is None else getattr(s.medium.field, "name", "of the medium")


def _twist(s: Setting) -> str | None:
    if s.twist is None:
        return None if s.medium.twist is None else "phi(r)"
    return s.twist if isinstance(s.twist, str) else f"{s.twist * km:g}/km"
