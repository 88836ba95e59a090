"""A limit as CSV that ``munu.atlas.read`` reads back: entries above, a column of masses and one of
moments.

A curve with a gap and a region of several parts are several files; :func:`to_csv` numbers them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, _files, references
from munu.errors import DomainError
from munu.inference.record import Limit
from munu.inference.tell import projected
from munu.interchange._outlines import is_curve, outlines
from munu.results import csv, version
from munu.units import MeV


def curves(x: Limit) -> list[str]:
    """The texts of the files that a limit on a moment makes.

    Of what munu computed that is the observed limit, and for a projection the expected one.  A
    bound at M_N = 0 beside a curve stands in its note: no logarithm shows that mass.

    Raises
    ------
    DomainError
        A limit on a charge or a radius, a flavor of three numbers, nothing that is excluded.
    """
    if x.parameter != "mu" or x.along != "mu":
        raise DomainError(f"{x.name} is along {x.along}; a curve in CSV is of mu, so write it as "
                          "hepdata, or with munu limit --out")
    if not isinstance(x.flavor, str) and not all(isinstance(f, str) for f in x.flavor):
        raise DomainError(f"{x.name} is of one coherent N with the flavors {x.flavor}; a curve in "
                          "CSV is of e, mu, tau or universal")
    if x.level is not None and x.level <= 0.5:
        raise DomainError(f"{x.name} is at {x.level:.4g}; a curve in CSV is at a level above 0.5, "
                          "so write it as hepdata, or with munu limit --out")
    if projected(x) and x.expected is not None:
        x = x.expected.with_(name=x.name, meta=x.meta)
    made = [_text(x, entries, columns, note) for entries, columns, note in _parts(x)]
    if not made:
        raise DomainError(f"{x.name} excludes " + (
            "a region at one mass, which has no outline; ask for several masses"
            if any(x.excluded) else "nothing; there is no curve to write"))
    return made


def to_csv(x: Limit, path: str | Path) -> list[Path]:
    """Write them: ``limit.csv``, ``limit_2.csv`` and so on.  Raises DomainError, DataError."""
    path = Path(path)
    texts = curves(x)
    return [_data.save(path if k == 1 else path.with_name(f"{path.stem}_{k}{path.suffix}"), text)
            for k, text in enumerate(texts, start=1)]


def _parts(x: Limit) -> Iterable[tuple[dict[str, Any], dict[str, tuple[str, Any]], str]]:
    """Shape with how it is closed, columns and note of each file."""
    if x.axis is None or (x.axis.size == 1 and x.axis[0] == 0):
        if np.isfinite(x.upper[0]):
            low = {"mu_low": ("mu_B", x.lower)} if x.lower[0] > 0 else {}
            yield {"shape": "interval"}, {**low, "mu": ("mu_B", x.upper)}, ""
        return
    at_rest = [f"{x.upper[k]:.6g} mu_B" for k in np.flatnonzero(x.axis == 0)
               if np.isfinite(x.upper[k])]
    note = f"; at M_N = 0 it is {at_rest[0]}" if at_rest else ""
    if is_curve(x):
        order = np.argsort(x.axis)
        M, mu = x.axis[order], x.upper[order]
        good = np.isfinite(mu) & (M > 0)
        for run in np.split(np.arange(M.size), np.flatnonzero(np.diff(good)) + 1):
            if good[run[0]]:
                yield {"shape": "function"}, _columns(M[run], mu[run]), note
        return
    if x.outlined and x.meta.get("closed") == "left_down":
        # the last three corners are the frame of the paper's figure
        corner = {"M_N_MeV": float(x.axis[-2] / MeV), "mu": float(x.upper[-2])}
        yield {"shape": "path", "closed": "left_down", "frame": corner}, _columns(
            x.axis[:-3], x.upper[:-3]), note
        return
    for outline in outlines(x):
        there = outline.M_N > 0
        if np.unique(outline.M_N[there]).size > 1:
            M, mu = outline.M_N[there], outline.size[there]
            rises = not outline.closed and bool(np.all(np.diff(M) > 0))
            shape = {"shape": "polygon", "closed": "self"} if outline.closed else {
                "shape": "function" if rises else "path"}
            yield shape, _columns(M, mu), note + (
                "; some of its points are where the data end" if outline.ends.any() else "")


def _columns(M: np.ndarray, mu: np.ndarray) -> dict[str, tuple[str, Any]]:
    return {"M_N": ("MeV", M / MeV), "mu": ("mu_B", mu)}


def _text(x: Limit, shape: dict[str, Any], columns: dict[str, tuple[str, Any]], note: str) -> str:
    known = [k for k in x.papers if k in references.bibliography()]
    entries = {
        "level": x.level, "flavor": list(x.flavor) if isinstance(x.flavor, tuple) else x.flavor,
        **shape,
        "statistic": x.statistic if x.statistic in _STATISTICS else "unknown",
        "nature": x.nature or "none", "convention": "half_mu",
        "status": "projection" if x.status == "projection" else "standing",
        # nobody compared a computed one with a listing
        "certainty": x.certainty, "checked": "no" if x.ours else x.checked,
        "label": str(x.meta.get("label") or x.name),
        **({} if x.ours or not known else {"source": known[0]}),
        **{k: x.meta[k] for k in _KEPT if not x.ours and k in x.meta},
        "assumes": list(x.assumptions),
        "note": f"munu {version()}, {x.name}, {x.statistic}{note}"
                + (f"; rests on {', '.join(known)}" if known else "")}
    # as in a mapping in brackets, without them: each entry is one line
    head = "".join("# " + _files.dump({k: v}, default_flow_style=True, width=1e9).strip()[1:-1]
                   + "\n" for k, v in entries.items())
    return head + "".join(csv(columns))


# what else of a published limit goes along
_KEPT = ("error", "experiment", "year", "channel", "kind", "quantity", "antineutrino", "effective",
         "recoil", "heaviest", "family", "licence")
# the words that a published limit may say; another construction of ours stands in the note
_STATISTICS = ("profile", "one_sided", "feldman_cousins", "cls", "power_constrained", "bayes",
               "counting", "criterion")
