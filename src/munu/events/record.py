"""Events of one run: columns, and the header that makes numbers of them.

Momenta are in GeV, places in cm, times in ns, in the frame of the laboratory: the neutrino comes
along +z, the middle of the volume is at 0, time counts from where N is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from munu import results
from munu._frozen import FrozenMap
from munu.couplings import LARGEST, PDG_N
from munu.errors import DataError, DomainError
from munu.units import cm, ns, parse

#: columns of numbers with their units, in the order of the kernel
NUMBERS = FrozenMap({
    "E_nu": "GeV", "Q2": "GeV^2", "E_N": "GeV", "px_N": "GeV", "py_N": "GeV", "pz_N": "GeV",
    "E_gamma": "GeV", "px_gamma": "GeV", "py_gamma": "GeV", "pz_gamma": "GeV",
    "x": "cm", "y": "cm", "z": "cm", "x_decay": "cm", "y_decay": "cm", "z_decay": "cm",
    "time": "ns"})
#: whole numbers: incoming neutrino and neutrino of the decay as the Particle Data Group numbers
#: them, target as a number in ``targets`` of the header, whether N decays inside of the volume
WORDS = ("flavor", "target", "lepton", "inside")
#: what means are given of, in the order of the kernel
MEANS = ("E_gamma_GeV", "cos_theta", "E_nu_GeV", "E_N_GeV", "Q2_GeV2", "length_cm")


@dataclass(frozen=True, eq=False)
class Events:
    """Unweighted events.

    Attributes
    ----------
    columns : mapping of name to array (n,); see :data:`NUMBERS` and :data:`WORDS`
    header : what the run was and what it amounts to, plain values
    """

    columns: Mapping[str, np.ndarray]
    header: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", FrozenMap(dict(self.columns)))
        object.__setattr__(self, "header", FrozenMap(dict(self.header)))

    def __len__(self) -> int:
        return len(self.columns["E_nu"])

    def __getitem__(self, name: str) -> np.ndarray:
        try:
            return self.columns[name]
        except KeyError:
            from munu.errors import UnknownName

            raise UnknownName("column of events", name, self.columns) from None

    def __repr__(self) -> str:
        h = self.header
        return (f"<Events {h['experiment']}: {len(self)} of {h['expected_events']:.4g} expected in "
                f"{h['volume']}, {h['all_decays']:.4g} decays in all; seed {h['seed']}>")

    def _repr_html_(self) -> str:
        return results.html(repr(self)[1:-1], self.summary())

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the papers."""
        return tuple(self.header["citations"])

    @property
    def expected_events(self) -> float:
        """Decays inside of the volume that the exposure gives, before cuts on the photon."""
        return float(self.header["expected_events"])

    @property
    def all_decays(self) -> float:
        """N made in the volume by the exposure, wherever they decay."""
        return float(self.header["all_decays"])

    @property
    def weight(self) -> float:
        """What each event stands for, in events of the exposure."""
        return float(self.header["weight"])

    @property
    def cos_theta(self) -> np.ndarray:
        """Cosine of the photon's angle to the beam [1]."""
        return self["pz_gamma"] / self["E_gamma"]

    @property
    def length(self) -> np.ndarray:
        """Length of flight of N [cm]; of the time, for places may lie closer than their digits."""
        return self["time"] * float(ns / cm) * self.momentum / self["E_N"]

    @property
    def momentum(self) -> np.ndarray:
        """Momentum of N [GeV]."""
        return np.sqrt(sum(self[f"p{k}_N"] ** 2 for k in "xyz"))

    @property
    def neutrino(self) -> dict[str, np.ndarray]:
        """Energy and momentum of the neutrino from the decay: what the photon leaves [GeV]."""
        return {"E": self["E_N"] - self["E_gamma"],
                **{f"p{k}": self[f"p{k}_N"] - self[f"p{k}_gamma"] for k in "xyz"}}

    @property
    def pdg(self) -> np.ndarray:
        """N as the Particle Data Group numbers heavy leptons: below 0 for an anti-N."""
        flavor = np.asarray(self["flavor"], dtype=np.int64)
        first = np.array(PDG_N)[(np.abs(flavor) - 12) // 2] \
            if self.header["flavor"] == "universal" else np.full(flavor.shape, PDG_N[0])
        return np.where((flavor < 0) & (self.header["nature"] == "dirac"), -first, first)

    def mean(self) -> dict[str, float | None]:
        """Means over the events; None of no event."""
        values = (self["E_gamma"], self.cos_theta, self["E_nu"], self["E_N"], self["Q2"],
                  self.length)
        return {k: float(np.mean(x)) if len(self) else None
                for k, x in zip(MEANS, values, strict=True)}

    def as_dict(self) -> dict[str, Any]:
        """The header with the means, as plain values; the events themselves are in columns."""
        return results.plain({**self.header, "kept": len(self), "mean": self.mean()})

    def summary(self) -> list[dict[str, Any]]:
        """A row for each target: what is expected, how many of the events are there."""
        target, inside = np.asarray(self["target"]), np.asarray(self["inside"])
        return [{"target": name, "all_decays": one["all_decays"],
                 "expected_events": one["expected_events"],
                 "drawn": int(((target == i)).sum()), "inside": int(((target == i) & inside).sum())}
                for i, (name, one) in enumerate(self.header["by_target"].items())]

    def reweight(self, mu: Any) -> np.ndarray:
        r"""What each event stands for at another moment [events of the exposure].

        .. math:: w = w_0\, r\cdot r\, e^{-(r - 1)\,t/\tau},\qquad r = \mu^2/\mu_0^2

        one r for what is made and one for the density of decays at the length that was drawn, t
        and tau in the frame of N.  The sum is the number at that moment within its error, which
        :math:`\sqrt{\sum w^2}` gives; towards a much larger moment few events carry it all.

        Parameters
        ----------
        mu : float or text, at least 0 [mu_B]

        Returns
        -------
        array (n,)

        Raises
        ------
        DomainError
            No moment; or with escaping N one of which the error would be infinite: mu^2 half of
            that of the run or less.
        """
        size: Any = parse(mu, "mu_B", what="mu") if isinstance(mu, str) else mu
        one = isinstance(size, int | float | np.number) and not isinstance(size, bool)
        if not one or not 0 <= size <= LARGEST:
            raise DomainError(f"mu = {mu!r} must be one number of 0 to {LARGEST:g} mu_B")
        if not len(self):
            return np.zeros(0)
        r = (float(size) / float(self.header["mu"])) ** 2
        if self.header["include_escaping"] and r <= 0.5:
            raise DomainError("events that may decay at any distance give no finite error below "
                              "0.7 of their moment; draw them at the smaller one")
        # proper time over lifetime
        lives = self.length / (self.momentum * self.header["decay_length_cm_per_GeV"])
        return self.weight * r**2 * np.exp(-(r - 1) * lives)

    def to_pandas(self) -> Any:
        """A pandas.DataFrame; ``attrs["units"]`` are the units, ``attrs["header"]`` the header.

        Raises
        ------
        DomainError
            pandas is not installed.
        """
        frame = results.to_pandas(self.table())
        frame.attrs["header"] = self.as_dict()
        return frame

    def table(self) -> results.Columns:
        """Columns by name with their units; targets by name."""
        named = np.array(self.header["targets"] or [""])[np.asarray(self["target"], dtype=int)]
        return {**{k: (u, self[k]) for k, u in NUMBERS.items()}, "flavor": ("1", self["flavor"]),
                "target": ("1", named), "lepton": ("1", self["lepton"]),
                "inside": ("1", np.asarray(self["inside"], dtype=bool))}

    def to_parquet(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write a Parquet file, numbers with 7 digits, the header as JSON under the key ``munu``.

        Raises
        ------
        DataError, DomainError, NotInstalled
            A file that is there already, a place that cannot be written, no pyarrow.
        """
        from munu.events import _parquet

        return _parquet.write(path, [self], self.as_dict(), overwrite=overwrite)

    def to_hepmc3(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write a text of HepMC3 that follows NuHepMC 1.0.0.

        Raises
        ------
        DataError, DomainError
            A file that is there already, a place that cannot be written.
        """
        from munu.events import hepmc3

        return hepmc3.write(path, [self], self.as_dict(), overwrite=overwrite)

    def plot(self, **options: Any) -> Any:
        """A figure: energy and angle of the photon, where N decays.  Raises
        :class:`UnknownName`."""
        return results.plot(self, "events", **options)


def joined(parts: Iterable[Events], header: Mapping[str, Any]) -> Events:
    """All events together under one header."""
    parts = list(parts)
    if not parts:
        return empty(header)
    return Events({k: np.concatenate([p.columns[k] for p in parts]) for k in parts[0].columns},
                  header)


def empty(header: Mapping[str, Any]) -> Events:
    """No event."""
    return Events({**{k: np.empty(0) for k in NUMBERS},
                   **{k: np.empty(0, dtype=bool if k == "inside" else np.int8) for k in WORDS}},
                  header)


def first(events: Events, n: int) -> Events:
    """The first n."""
    return replace(events, columns={k: x[:n] for k, x in events.columns.items()})


def free(path: str | Path, overwrite: bool, endings: tuple[str, ...], option: str = "the file"
         ) -> Path:
    """The place of a file of events, judged before anything is drawn.

    Raises
    ------
    DomainError, DataError
        Another ending, a place that cannot be written, a file that is there already.
    """
    place = results.target(path, option, endings)
    if place.is_file() and not overwrite:
        raise DataError(place, "is there already; give another file, or --overwrite "
                               "(overwrite=True)")
    return place
