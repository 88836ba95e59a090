"""What is said of a limit in a figure, and the numbers behind it."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu.inference.record import Limit
from munu.plots import _style
from munu.plots.figure import long_form
from munu.units import MeV, unit

# what a coupling is called, counted in, and how it is defined
_WORDS = {"mu": (r"$\mu_\nu$", "mu_B", _style.STAMP),
          "q": (r"$q_\nu$", "e", r"$q_\nu$ in units of $+e$"),
          "r2": (r"$\langle r_\nu^2\rangle$", "cm^2",
                 r"$\langle\nu|J_\mu|\nu\rangle=\frac{q^2}{6}\langle r^2\rangle\,"
                 r"\bar\nu_L\gamma_\mu\nu_L$, on top of the Standard Model's")}
_UNITS = {"mu_B": r"$\mu_B$", "cm^2": r"cm$^2$", "e": r"$e$"}


def columns(limit: Limit, **style) -> dict[str, tuple[str, Any]]:
    """The numbers that are drawn, those that are finite."""
    name = limit.parameter
    if scanned(limit):
        x, q = ratio(limit)
        return {name: (unit_of(limit), x), "ratio": ("1", q)}
    edges = {"upper": limit.upper, "lower": limit.lower}
    if limit.expected is not None:
        edges["expected"] = np.asarray(limit.expected)
    for band, (low, high) in limit.bands.items():
        edges |= {f"{band}, low": low, f"{band}, high": high}
    M = np.zeros(limit.upper.size) if limit.axis is None else limit.axis / MeV
    rows = [{"edge": edge, "M_N": m, name: x / factor(limit)} for edge, values in edges.items()
            for m, x in zip(M, values, strict=True) if np.isfinite(x)]
    rows += [{"edge": f"island {k}", "M_N": m, name: x}
             for k, (masses_, sizes) in enumerate(islands(limit), 1)
             for m, x in zip(masses_, sizes, strict=True)]
    return long_form(rows, {"edge": "1", "M_N": "MeV", name: unit_of(limit)})


def scanned(limit: Limit) -> bool:
    """Whether it is one point whose likelihood ratio was kept."""
    one = limit.axis is None or limit.axis.size == 1
    return one and limit.scan is not None and {"ratio"} < set(limit.scan)


def ratio(limit: Limit) -> tuple[np.ndarray, np.ndarray]:
    """Sizes in the unit shown, and the likelihood ratio there."""
    scan = limit.scan or {}
    key = next(k for k in scan if k != "ratio")
    return np.asarray(scan[key]) / factor(limit), np.asarray(scan["ratio"])


def masses(limit: Limit, M) -> np.ndarray:
    """Masses in MeV, a massless one at half of the least of the others: a log axis has no 0."""
    M, axis = np.asarray(M) / MeV, np.atleast_1d(0.0 if limit.axis is None else limit.axis) / MeV
    return np.where(M > 0, M, np.min(axis[axis > 0], initial=np.inf) / 2)


def outlines(limit: Limit) -> list[tuple[np.ndarray, np.ndarray]]:
    """Outlines of what is excluded: masses [MeV] and sizes in the unit shown, inf where open."""
    return [(masses(limit, path[:, 0]), path[:, 1] / factor(limit)) for path in limit.region()]


def islands(limit: Limit) -> list[tuple[np.ndarray, np.ndarray]]:
    """The closed ones of an excluded region that is given by intervals at each mass."""
    if limit.axis is None or limit.outlined:
        return []
    return [(x, y) for x, y in outlines(limit) if np.isfinite(y).all() and x.size > 2]


def unit_of(limit: Limit) -> str:
    """The unit that it is shown in."""
    return getattr(limit, "unit", None) or _WORDS.get(limit.parameter, ("", "1"))[1]


def factor(limit: Limit) -> float:
    """That unit [internal]."""
    return unit(unit_of(limit)).factor


def title(limit: Limit) -> str:
    """Whose it is."""
    return str(limit.meta.get("title") or limit.meta.get("label") or limit.name)


def name(limit: Limit) -> str:
    """Symbol and unit, for an axis."""
    symbol, u = _WORDS.get(limit.parameter, (limit.parameter,))[0], unit_of(limit)
    along = getattr(limit, "along", None)
    ray = f" along {along}" if isinstance(along, str) and along != limit.parameter else ""
    return f"{symbol}{ray} [{_UNITS.get(u, u)}]"


def level(limit: Limit) -> str:
    """Its confidence level, or the criterion that it has in its place."""
    return limit.statistic if limit.level is None else f"{100 * limit.level:.4g} % CL"


def said(limit: Limit) -> str:
    """One sentence: whose limit, on what, by which construction."""
    value = "" if limit.upper.size > 1 else \
        f", {limit.upper[0] / factor(limit):.3g} {unit_of(limit)}"
    level = () if limit.level is None else (f"{100 * limit.level:.4g} %",)
    of = [str(x) for x in (limit.flavor, limit.nature) if x is not None]
    words = ", ".join((*level, limit.statistic.replace("_", " "), *of))
    return f"{title(limit)}: limit on {limit.parameter}{value}, {words}."


def stamp(limit: Limit) -> str:
    """The convention of the coupling, which flavor and which nature."""
    flavor = _style.FLAVOR_TEXT.get(limit.flavor) if isinstance(limit.flavor, str) else None
    convention = _WORDS[limit.parameter][2] if limit.parameter in _WORDS else _style.STAMP
    of = ", ".join(str(x) for x in (flavor or limit.flavor, limit.nature) if x is not None)
    return f"{convention};  {of}" if of else convention
