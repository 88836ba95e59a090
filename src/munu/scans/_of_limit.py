"""What a scan asks of a probe: its limit along a ray, at many masses and with many options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from munu import probes, results
from munu._frozen import FrozenMap
from munu.errors import DomainError, UnknownName
from munu.inference.limits import limit
from munu.inference.region import Interval
from munu.inference.tell import columns as told
from munu.probes.probe import Probe
from munu.scans.points import Box, Known

# of ``limit``, that may be laid out: name to unit
_WORDS = {"M_N": "MeV", "along": "", "flavor": "", "nature": "", "method": "", "level": "1"}
_HOW = ("along", "flavor", "nature", "method", "level", "toys", "seed", "flux_nuisances",
        "background_error", "unbinned", "expected")


@dataclass(frozen=True)
class OfLimit:
    """A probe, or several whose likelihoods multiply.

    Attributes
    ----------
    names : of the probes, or paths of cards
    options : of the only probe
    how : keywords of :func:`munu.limit`
    """

    names: tuple[str, ...]
    options: Mapping[str, Any]
    how: Mapping[str, Any]

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> OfLimit:
        """From the entries of a plan.  Raises UnknownName, DomainError."""
        text = said["limit"]
        names = (text,) if text.endswith((".yaml", ".yml")) else tuple(
            x.strip() for x in text.split("+"))
        if len(names) > 1 and said["options"]:
            raise DomainError(f"options go with one probe; {text} are {len(names)}")
        how = {k: said[k] for k in _HOW}
        how["flavor"] = _flavor(how["flavor"])
        mass = said["M_N"]
        how["M_N"] = None if mass is None else Known("M_N", "MeV").value(mass)
        made = cls(names, FrozenMap(said["options"]), FrozenMap(how))
        for name in names:
            probes.get(name) if name.endswith((".yaml", ".yml")) else probes.parameters(name)
        return made

    def elsewhere(self, laid: tuple[str, ...]) -> dict[str, str]:
        """Nothing: the entries of the plan say it."""
        return {}

    @property
    def members(self) -> tuple[tuple[str, str], ...]:
        """Kind and name of what it asks."""
        return tuple(("probes", x) for x in self.names if not x.endswith((".yaml", ".yml")))

    def known(self, name: str) -> Known:
        """What may be laid out: a word of :func:`munu.limit`, or an option of the only probe.

        Raises
        ------
        UnknownName
        """
        if name in _WORDS:
            return Known(name, _WORDS[name])
        card = self.names[0].endswith((".yaml", ".yml"))
        own = {} if len(self.names) > 1 or card else {
            p.name: p for p in probes.parameters(self.names[0])}
        if name not in own:
            raise UnknownName("option", name, {*_WORDS, *own})
        p = own[name]
        return Known(name, p.unit if p.kind in ("quantity", "number", "whole number") else "")

    def fits(self, laid: tuple[str, ...]) -> None:
        """Nothing is said twice.  Raises DomainError."""
        for name in laid:
            if name in self.options or (name == "M_N" and self.how["M_N"] is not None):
                raise DomainError(f"{name} is given twice: fixed, and laid out")

    def papers(self, box: Box) -> tuple[str, ...]:
        """Keys of papers, of the first of some points.  Raises MunuError."""
        return self._limit({k: x[:1] for k, x in box.items()}).papers

    def alike(self, box: Box, n: int) -> Iterator[np.ndarray]:
        """Points that differ in mass alone."""
        which: dict[tuple, list[int]] = {}
        others = [x.tolist() for k, x in box.items() if k != "M_N"]
        for i, key in enumerate(zip(*others, strict=True) if others else [()] * n):
            which.setdefault(key, []).append(i)
        yield from map(np.array, which.values())

    def possible(self, box: Box, n: int) -> None:
        """Whether the probe of n points, which are alike, can be made.  Raises MunuError."""
        _made(self.names, self._options(box))

    def columns(self, box: Box, n: int) -> results.Columns:
        """All columns of n points, which are alike.  Raises MunuError of any of them."""
        out: dict[str, tuple[str, np.ndarray]] = {}
        for k, x in box.items():
            of = self.known(k)
            out[k] = (of.unit, x if of.word else x / of.factor)
        if "M_N" not in box:
            found, at = self._limit(box), np.zeros(n, dtype=int)
        else:
            # the axis of a limit rises
            M, at = np.unique(box["M_N"], return_inverse=True)
            found = self._limit(box | {"M_N": M})
        made = {k: x for k, x in told(found).items() if k != "M_N"}
        f, u = found.factor, found.unit
        made["lower"] = (u, found.lower / f)
        made["excluded"] = ("", np.array([_said(row, f) for row in found.excluded], dtype=object))
        return out | {k: (u, np.asarray(x)[at]) for k, (u, x) in made.items()}

    def _limit(self, box: Box) -> Any:
        given = dict(self.how)
        for k in _WORDS:
            if k in box:
                x = box[k]
                given[k] = x if k == "M_N" else _flavor(x[0]) if k == "flavor" else \
                    float(x[0]) if k == "level" else x[0]
        M = given.pop("M_N")
        return limit(list(_made(self.names, self._options(box))), systematic=False, scan=False,
                     **given, **({} if M is None else {"M_N": M}))

    def _options(self, box: Box) -> tuple[tuple[str, Any], ...]:
        """Of the probe, by name."""
        made = dict(self.options)
        for k, x in box.items():
            if k not in _WORDS:
                of = self.known(k)
                made[k] = x[0] if of.word else float(x[0]) if of.unit == "1" else \
                    f"{float(x[0] / of.factor)!r} {of.unit}"
        return tuple(sorted(made.items()))

    @staticmethod
    def empty(name: str, like: np.ndarray, n: int) -> np.ndarray:
        """A column of points that do not have it."""
        return np.full(n, "", dtype=object) if like.dtype == object else np.full(n, np.nan)


def _made(names: tuple[str, ...], options: tuple[tuple[str, Any], ...]) -> tuple[Probe, ...]:
    try:
        return _kept(names, options)
    except TypeError:
        # an option that is a list
        return tuple(probes.get(n, **dict(options)) for n in names)


@lru_cache(maxsize=16)
def _kept(names: tuple[str, ...], options: tuple[tuple[str, Any], ...]) -> tuple[Probe, ...]:
    return tuple(probes.get(n, **dict(options)) for n in names)


def _flavor(given: Any) -> Any:
    """A word, or three numbers of one coherent N as a list or a text such as ``1,1,0``."""
    many = given.split(",") if isinstance(given, str) and "," in given else given
    if isinstance(many, str):
        return many
    try:
        return tuple(complex(str(x).strip().replace("i", "j")) for x in many)
    except (TypeError, ValueError):
        raise DomainError(f"flavor = {given!r} is no word and no three numbers; write e.g. mu, "
                          "or 1,0.5,0") from None


def _said(row: tuple[Interval, ...], factor: float) -> str:
    """Intervals of excluded sizes as a text: ``low..high;low..``."""
    return ";".join(f"{_edge(i.low / factor)}..{_edge(i.high / factor)}" for i in row) or "-"


def _edge(x: float) -> str:
    return repr(float(x)) if abs(x) < np.inf else ""
