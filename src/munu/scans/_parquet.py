"""A part of a scan as Parquet: columns with their units, what they follow from, and a checksum over
both in the file itself.

The same columns and the same header make the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from munu import results
from munu.errors import DataError, NotInstalled

_KEY = b"munu"


def arrow() -> tuple[Any, Any]:
    """pyarrow and its Parquet.  Raises :class:`NotInstalled`."""
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ModuleNotFoundError as err:
        raise NotInstalled(err.name, "munu[scan]") from None
    return pyarrow, parquet


def table(columns: results.Columns) -> Any:
    """Columns as a table of Arrow, the unit of each in its metadata."""
    pa, _ = arrow()
    arrays, fields = [], []
    for name, (unit, x) in columns.items():
        text = np.asarray(x).dtype == object
        kind = pa.string() if text else pa.float64()
        arrays.append(pa.array(list(x) if text else np.asarray(x, dtype=float), type=kind))
        fields.append(pa.field(name, kind, metadata={"unit": unit}))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def encoded(columns: results.Columns, header: Mapping[str, Any]) -> bytes:
    """A part as the bytes of its file."""
    _, parquet = arrow()
    made = table(columns)
    head = {**header, "checksum": checksum(columns, header)}
    made = made.replace_schema_metadata({_KEY: json.dumps(head)})
    out = io.BytesIO()
    parquet.write_table(made, out, **how(made))
    return out.getvalue()


def how(made: Any) -> dict[str, Any]:
    """How a table is written: numbers are mostly all different, words are few."""
    words = [f.name for f in made.schema if str(f.type) == "string"]
    return {"compression": "zstd", "write_statistics": False, "use_dictionary": words,
            "store_schema": True}


def checksum(columns: results.Columns, header: Mapping[str, Any]) -> str:
    """A hash over names, units and every bit of the values, and over the header."""
    held = hashlib.sha256(json.dumps(dict(header), sort_keys=True).encode())
    for name, (unit, x) in columns.items():
        held.update(f"{name}\0{unit}\0{len(x)}\0".encode())
        held.update("\0".join(x).encode() if np.asarray(x).dtype == object
                    else np.ascontiguousarray(x, dtype=float).tobytes())
    return held.hexdigest()


def read(path: Path) -> tuple[dict[str, tuple[str, np.ndarray]], dict[str, Any]]:
    """Columns and header of a part, which are what was written.

    Raises
    ------
    DataError
        No part, one that is cut short, or one of which a bit is another.
    """
    pa, parquet = arrow()
    try:
        # through memory: a file that is mapped may be replaced meanwhile
        held = parquet.read_table(pa.BufferReader(path.read_bytes()))
        header = json.loads(held.schema.metadata[_KEY])
        columns = unpacked(held)
        said = header.pop("checksum")
        if said != checksum(columns, header):
            raise ValueError("its checksum is another")
    except FileNotFoundError:
        raise DataError(path, "is not there") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException) as err:
        raise DataError(path, f"is no whole part of a scan ({' '.join(str(err).split())[:200]})"
                        ) from None
    return columns, header


def unpacked(held: Any) -> dict[str, tuple[str, np.ndarray]]:
    """A table of Arrow as columns."""
    out = {}
    for f in held.schema:
        x = held.column(f.name)
        values = np.array(x.to_pylist(), dtype=object) if str(f.type) == "string" \
            else x.to_numpy()
        out[f.name] = ((f.metadata or {})[b"unit"].decode(), values)
    return out
