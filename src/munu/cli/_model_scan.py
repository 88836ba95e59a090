"""``munu model --scan``: a model over a grid, many points at a time where it takes them."""

from __future__ import annotations

from typing import Any

from munu.cli import _values as v
from munu.cli.model import RATIOS, cell, in_unit_of, predictions
from munu.errors import DataError, DomainError, UnknownName

# points of one grid, points that a table shows, and parts that a long scan is shown in
_MOST, _SHOWN, _PARTS = 10**6, 40, 20
# units of the columns, by how their names begin
_COLUMNS = {"mu_": "mu_B", "eps_": "mu_B", "charge_": "e", "r2_": "cm^2", "m_nuN": "GeV"}


def _axis(cls, text: str) -> tuple[str, Any]:
    """``m_LQ=1TeV:5TeV:50`` or ``y1=0.1,0.2`` as a name and internal values."""
    from dataclasses import fields

    import numpy as np

    known = {f.name: f for f in fields(cls)}
    key, equals, value = (x.strip() for x in text.partition("="))
    if not (equals and key and value):
        raise DomainError(f"scan '{text}' must read key=low:high:number, as m_LQ=1TeV:5TeV:50")
    if key not in known:
        raise UnknownName(f"parameter of {cls.name}", key, known)
    unit = known[key].metadata["unit"]
    if unit == "":
        raise DomainError(f"{key} is a word; a scan takes numbers")
    if ":" not in value:
        return key, np.array([_number(x, unit, f"scan of {key}") for x in value.split(",")])
    parts = [x.strip() for x in value.split(":")]
    if len(parts) not in (3, 4) or (len(parts) == 4 and parts[3] not in ("log", "lin")):
        raise DomainError(f"scan '{text}' must read key=low:high:number, or with :log or :lin "
                          "behind, as m_LQ=1TeV:5TeV:50")
    low, high = (_number(x, unit, f"scan of {key}") for x in parts[:2])
    n = int(parts[2]) if parts[2].isdigit() else 0
    if not 2 <= n <= _MOST:
        raise DomainError(f"scan '{text}' asks for '{parts[2]}' points; it needs a whole number "
                          f"from 2 to {_MOST}")
    if not low < high:
        raise DomainError(f"scan '{text}' must rise: low < high")
    how = parts[3] if len(parts) == 4 else "log" if low > 0 else "lin"
    if how == "log" and low <= 0:
        raise DomainError(f"scan '{text}' in equal ratios must begin above 0; write :lin")
    return key, (np.geomspace if how == "log" else np.linspace)(low, high, n)


def _number(text: str, unit: str, what: str) -> float:
    from munu.units import parse

    return parse(text.strip(), unit, what=what)


def run(name: str, cls, given: dict[str, Any], texts: list[str], out: str | None,
          as_json: bool) -> None:
    from dataclasses import fields

    import numpy as np

    from munu import models
    from munu.models.model import check_names

    target = None if out is None else _target(out)
    axes = [_axis(cls, t) for t in texts]
    names = [k for k, _ in axes]
    for i, key in enumerate(names):
        if key in names[:i] or key in given:
            raise DomainError(f"parameter {key} is given twice")
    check_names(name, dict.fromkeys([*given, *names]), cls)
    n = int(np.prod([float(x.size) for _, x in axes]))
    if n > _MOST:
        raise DomainError(f"the scan has {n} points; at most {_MOST}")
    grid = {k: g.ravel() for (k, _), g in zip(axes, np.meshgrid(
        *(x for _, x in axes), indexing="ij"), strict=True)}
    # the edges of the ranges are judged before anything is computed
    for i in (0, n - 1):
        models.get(name, **given, **{k: x[i] for k, x in grid.items()})
    columns = _columns(name, given, grid, n)
    unit = {f.name: f.metadata["unit"] for f in fields(cls)}
    shown = {k: (unit[k], v.in_unit(x, unit[k])) for k, x in grid.items()} | columns
    free = np.array(columns["violates"][1]) == "-"
    first = models.get(name, **given, **{k: x[0] for k, x in grid.items()})
    cited = dict.fromkeys([*first.papers, *(x.source for x in first.constraints() if x.source)])
    fixed = {f.name: {"value": in_unit_of(f, getattr(first, f.name)),
                      "unit": f.metadata["unit"] or None}
             for f in fields(cls) if f.name not in grid}
    data = v.provenance(
        model=name, parameters=fixed, scan=list(texts), points=n, allowed=int(free.sum()),
        columns={k: {"unit": u, "values": x} for k, (u, x) in shown.items()},
        file=None if target is None else str(target), citations=list(cited))
    if target is not None:
        _save(target, shown, {k: x for k, x in data.items() if k != "columns"})
    v.emit(data, as_json, _scan_lines(data, shown))


def _columns(name: str, given: dict[str, Any], grid: dict[str, Any], n: int) -> dict[str, tuple]:
    """Predictions at every point: many at a time where the model takes arrays, else one by one."""
    import numpy as np

    from munu import models

    show = v.progress(f"scan {name}")

    def at(where):
        return models.get(name, **given, **{k: x[where] for k, x in grid.items()})

    rows = [_flat(at(i)) for i in (0, n - 1)]
    size = max(1000, -(-n // _PARTS))
    made: list[dict[str, Any]] = []
    for first in range(0, n, size):
        here = slice(first, min(first + size, n))
        part = _many(lambda here=here: at(here), here.stop - first, list(rows[0]))
        if part is None or (first == 0 and not _same(part, rows[0], 0)):
            made = []
            break
        made.append(part)
        if show is not None and n > size:
            show(here.stop / n)
    if made and _same(made[-1], rows[1], -1):
        columns = {k: np.concatenate([p[k] for p in made]) for k in rows[0]}
    else:
        each = []
        for i in range(n):
            each.append(_flat(at(i)))
            if show is not None and (i % max(1, n // 100) == 0 or i == n - 1):
                show((i + 1) / n)
        columns = {k: np.array([row.get(k, np.nan) for row in each]) for k in each[0]}
    return {k: (next((u for start, u in _COLUMNS.items() if k.startswith(start)), "1"), x)
            for k, x in columns.items()}


def _flat(point) -> dict[str, Any]:
    """Predictions of one point by the names of columns: sizes of what is complex."""
    import numpy as np

    data, _ = predictions(point)
    out: dict[str, Any] = {}
    for key in ("mu", "eps", "charge", "r2"):
        one = abs if key in ("mu", "eps") else _real
        out |= {f"{key}_{n}": one(x) for n, x in (data.get(key) or {}).items()}
    for key in ("m_nuN", "tuning", "delta_a_mu", *RATIOS, "B_to_K_nunu_ratio"):
        if data.get(key) is not None:
            x = np.asarray(data[key])
            out |= {key + "".join(f"_{i + 1}" for i in where): _real(x[where])
                    for where in np.ndindex(*x.shape)} if x.ndim else {key: _real(x[()])}
    out["violates"] = _names([(x.observable, bool(x.excludes)) for x in point.constraints()])
    return out


def _many(make, n: int, wanted: list[str]) -> dict[str, Any] | None:
    """The same of many points at a time; None where the model does not take them so."""
    import numpy as np

    from munu.units import GeV

    out: dict[str, Any] = {}
    try:
        model = make()
        ask = {"m_nuN": lambda: model.neutrino_mass() / GeV, "tuning": model.tuning,
               "delta_a_mu": model.delta_a_mu,
               "B_to_K_nunu_ratio": lambda: model.B_to_K_nunu(),
               **{k: (lambda k=k: model.ratios_RD()[k]) for k in RATIOS}}
        for key in wanted:
            if key == "violates":
                continue
            if key.startswith("mu_") and sum(k.startswith(("mu_", "eps_")) for k in wanted) == 1:
                value = np.abs(model.moment)
            elif key in ask:
                value = _real(ask[key]())
            else:
                return None
            if np.shape(value) not in ((), (n,)):
                return None
            out[key] = np.broadcast_to(value, (n,))
        violated = [(x.observable, np.broadcast_to(x.excludes, (n,))) for x in model.constraints()]
    except (AttributeError, DomainError, TypeError, ValueError):
        return None
    out["violates"] = _joined(violated, n)
    return out


def _joined(violated: list[tuple[str, Any]], n: int):
    """Names of what is violated at each point; few different sets, so each is joined once."""
    import numpy as np

    code = np.zeros(n, dtype=np.int64)
    for k, (_, bad) in enumerate(violated):
        code += bad.astype(np.int64) << k
    sets, which = np.unique(code, return_inverse=True)
    texts = [_names([(name, bool(s >> k & 1)) for k, (name, _) in enumerate(violated)])
             for s in sets.tolist()]
    return np.array(texts, dtype=object)[which]


def _names(violated: list[tuple[str, bool]]) -> str:
    return ";".join(dict.fromkeys(n.split(" [")[0] for n, bad in violated if bad)) or "-"


def _same(part: dict[str, Any], row: dict[str, Any], at: int) -> bool:
    """Whether many at a time said what one point alone says."""
    import numpy as np

    return all(part[k][at] == x if isinstance(x, str)
               else np.isclose(part[k][at], x, rtol=1e-9, atol=0.0) for k, x in row.items())


def _real(x: Any) -> Any:
    import numpy as np

    # no sign of zero
    return np.abs(x) if np.iscomplexobj(x) else x + 0.0


def _target(out: str):
    """The file of a scan, judged before anything is computed."""
    from pathlib import Path

    path = Path(out)
    if path.suffix not in (".ecsv", ".csv"):
        raise DomainError(f"--out '{out}' must end in .ecsv or .csv")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise DataError(path, f"cannot be written ({err.strerror or err}); give another file with "
                              "--out") from None
    if path.is_dir():
        raise DataError(path, "is a folder; give a file with --out")
    return path


def _save(path, columns: dict[str, tuple], meta: dict[str, Any]) -> None:
    """The table whole or not at all; what no disk takes goes to stdout, so nothing is lost."""
    import io
    import sys

    from munu import _data

    try:
        if path.suffix == ".ecsv":
            _data.write(path, columns, v.plain(meta))
        else:
            held = io.StringIO()
            _csv(held, columns)
            _data.save(path, held.getvalue())
    except DataError as err:
        _csv(sys.stdout, columns)
        sys.stdout.flush()
        raise DomainError(f"{err}; the table went to stdout instead") from None


def _csv(stream, columns: dict[str, tuple]) -> None:
    """Columns with their units in the first line."""
    import csv

    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([k if u == "1" else f"{k} [{u}]" for k, (u, _) in columns.items()])
    for row in zip(*(x for _, x in columns.values()), strict=True):
        writer.writerow([x if isinstance(x, str) else repr(float(x)) for x in row])


def _scan_lines(data: dict[str, Any], columns: dict[str, tuple]) -> list[str]:
    import numpy as np

    n = data["points"]
    names = [k for k in columns if k != "violates"]
    wide = {k: max(13, len(k) + 1) for k in names}
    lines = [f"{data['model']}: {n} points, {data['allowed']} within the model's constraints",
             "".join(f"{k:>{wide[k]}}" for k in names) + "  violates",
             "".join(f"{'[' + columns[k][0] + ']':>{wide[k]}}" for k in names)]
    rows = np.unique(np.linspace(0, n - 1, min(n, _SHOWN)).astype(int))
    lines += ["".join(f"{cell(columns[k][1][i]):>{wide[k]}}" for k in names)
              + f"  {columns['violates'][1][i]}" for i in rows]
    if n > rows.size:
        lines.append(f"({rows.size} of {n} points"
                     + (")" if data["file"] else "; all: --out FILE.ecsv, or --json)"))
    if data["file"]:
        lines.append(data["file"])
    lines.append(f"cite: {', '.join(data['citations'])}   (munu cite {data['model']})")
    return lines
