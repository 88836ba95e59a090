"""An answer as the table that people read."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu.models._answers import RATIOS
from munu.results import shown

UNITS = {"mu": "mu_B", "eps": "mu_B", "charge": "e", "r2": "cm^2", "m_nuN": "GeV"}


def lines(answer) -> list[str]:
    """Parameters, predictions, constraints, limits, papers."""
    said = answer.said
    out = [f"{answer.model}:"]
    out += [f"{name:>16} = {shown(x['value']):>12} {_unit(x['unit']):8} {x['about']}"
            for name, x in answer.parameters.items() if x["value"] is not None]
    out.append("predicts")
    for key in ("mu", "eps", "charge", "r2"):
        entries = said.get(key) or {}
        seen = {n: x for n, x in entries.items() if abs(x) > 0}
        out += [f"{key + '_' + n:>16} = {shown(x):>12} {UNITS[key]}" for n, x in seen.items()]
        if entries and not seen:
            out.append(f"{key:>16} = {'0':>12} {UNITS[key]}")
    for p in said.get("portals", ()):
        j = p["N"]
        out += [f"{f'mu_{n} (N_{j})':>16} = {shown(x):>12} mu_B     M_N = {p['M_N']:.4g} GeV"
                for n, x in p["mu"].items()]
    for key in ("m_nuN", "tuning", "delta_a_mu", *RATIOS, "B_to_K_nunu_ratio"):
        if said.get(key) is not None:
            out += _valued(key, said[key])
    out += [f"{k:>16} = {shown(x):>12}" for k, x in (said["wilson_coefficients"] or {}).items()]
    out += _constraints(answer.constraints)
    if any(abs(x) > 0 for key in ("mu", "charge", "r2") for x in (said.get(key) or {}).values()):
        out += _limits(answer)
    out += [f"note: {x}" for x in answer.notes]
    out += [f"not said: {x}" for x in answer.unsaid]
    out.append(f"cite: {', '.join(answer.citations)}   (munu cite {answer.model})")
    return out


def _limits(answer) -> list[str]:
    out = [f"excluded by {x.name}: {x.margin:.3g} times its limit"
           + ("" if x.level is None else f" at {x.level:.0%}")
           + ("" if x.checked != "no" else ", reading not checked")
           for x in answer.verdict if x.excluded]
    asked, closest = len(answer.asked), answer.closest
    if not asked:
        out.append("no limit reaches this point")
    elif not out:
        out.append(f"none of {asked} limits excludes it" + (
            "" if closest is None else f"; the closest is {closest.name}, at {closest.margin:.2g} "
            "of its limit"))
    if answer.not_compared:
        out.append(f"not compared: {len(answer.not_compared)} (--json says which and why)")
    return out


def _unit(text: str | None) -> str:
    return "" if text in (None, "1") else str(text)


def _valued(key: str, value: Any) -> list[str]:
    x, unit = np.asarray(value), UNITS.get(key, "")
    if not x.ndim:
        return [f"{key:>16} = {shown(x[()]):>12} {unit}".rstrip()]
    names = {at: key + "_" + "".join(str(i + 1) for i in at) for at in np.ndindex(*x.shape)}
    return [f"{name:>16} = {shown(x[at]):>12} {unit}".rstrip() for at, name in names.items()]


def _constraints(rows) -> list[str]:
    wide = max((len(x.observable) for x in rows), default=20)
    out = [f"{'constraint':>{wide}} {'predicted':>11} {'low':>11} {'high':>11}"] if rows else []
    for x in rows:
        cells = " ".join(f"{'-' if y is None else shown(float(y)):>11}"
                         for y in (x.predicted, x.low, x.high))
        out.append(f"{x.observable:>{wide}} {cells}  {_word(x):8}  "
                   + ", ".join(t for t in (x.note, x.source) if t))
    return out


def _word(x) -> str:
    if x.low is None and x.high is None:
        return "shown"
    if not x.violated:
        return "ok"
    if x.status == "data":
        return "off"
    if x.status == "user":
        below = x.low is not None and x.predicted < x.low
        return f"{'below' if below else 'above'} the user's cut"
    return "violated"
