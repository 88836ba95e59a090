"""One grammar for numbers in a row, wherever a text may ask for several.

``0,50keV,1MeV`` is a list, ``1keV:1MeV:60`` a grid of 60 from low to high, ``1keV:1MeV:60:lin``
one in equal steps and ``:log`` in equal ratios; a list may hold grids.  Without a word the spacing
is that of what is asked: masses go in equal ratios, energies in equal steps, anything else in equal
ratios where it lies above 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from munu.errors import DomainError, UnitError
from munu.units import example, parse

# points of one grid
MOST, MOST_ENERGIES = 10**6, 10**5


def values(text: str, one: Callable[[str], float] | str = "1", what: str = "grid", *,
           log: bool | None = None, like: str = "", most: int = MOST):
    """A list, a grid, or a list of both, as internal values.

    Parameters
    ----------
    text : in the grammar of this module
    one : reads one entry; or a unit of its kind, such as ``GeV``
    what : the word for it in an error
    log : whether a grid goes in equal ratios where the text does not say; None where it can
    like : an example of a grid
    most : points of one grid

    Returns
    -------
    array (n,)

    Raises
    ------
    DomainError, UnitError
        With what came and what is allowed.

    >>> values("0,2:8:4:lin").tolist()
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    import numpy as np

    if isinstance(one, str):
        read, like = _reader(one, what), like or _like(one)
    else:
        read = one
    out: list[np.ndarray] = []
    for item in (x.strip() for x in str(text).split(",")):
        if not item:
            low = like.split(":")[0]
            raise DomainError(f"{what} list '{text}' holds an empty entry; write {low} or {like}")
        out.append(_grid(item, read, what, log, like, most) if ":" in item else
                   np.array([read(item)]))
    return np.concatenate(out)


def masses(text: str):
    """``0,50keV,1MeV`` or ``1keV:1MeV:60``, in equal ratios, as an array (n,) [energy]."""
    return values(text, _mass, "mass", log=True, like="1keV:1MeV:60", most=MOST_ENERGIES)


def energies(text: str):
    """``5MeV,10MeV`` or ``5MeV:40MeV:36``, in equal steps, as an array (n,), above 0 [energy]."""
    return values(text, _energy, "energy", log=False, like="5MeV:40MeV:36", most=MOST_ENERGIES)


def between(what: str, pair: Any, n: int, unit: str = "1"):
    """n values from low to high, in equal ratios where both lie above 0.

    Parameters
    ----------
    what : the word for it in an error
    pair : (low, high), internal numbers or texts with units
    n : at least 2
    unit : of its kind

    Returns
    -------
    array (n,)

    Raises
    ------
    DomainError, UnitError
    """
    import numpy as np

    if np.ndim(pair) != 1 or len(pair) != 2 or unit == "":
        raise DomainError(f"{what} = {pair!r} must be a pair (low, high) of numbers")
    try:
        low, high = (parse(x, unit, what=what) if isinstance(x, str) else float(x) for x in pair)
    except TypeError:
        raise DomainError(f"{what} = {pair!r} must be a pair (low, high) of numbers") from None
    if not (np.isfinite([low, high]).all() and low <= high):
        raise DomainError(f"{what} = {pair!r} must be finite and rise")
    if n < 2:
        raise DomainError(f"points = {n} must be at least 2: the ends of a range")
    return np.geomspace(low, high, n) if low > 0 else np.linspace(low, high, n)


def _grid(item: str, one: Callable[[str], float], what: str, log: bool | None, like: str,
          most: int):
    """``low:high:n``, ``low:high:n:log`` or ``:lin``."""
    import numpy as np

    first, last, n, *how = [x.strip() for x in item.split(":")] + [""] * (2 - item.count(":"))
    if not n or len(how) > 1 or (how and how[0] not in ("log", "lin")):
        raise DomainError(f"{what} grid '{item}' must read low:high:number, or with :log or :lin "
                          f"behind, as {like}")
    low, high, count = one(first), one(last), int(n) if n.isdecimal() else 0
    if not 2 <= count <= most:
        raise DomainError(f"{what} grid '{item}' asks for '{n}' points; it needs a whole number, "
                          f"at least 2 and at most {most}")
    if not low < high:
        raise DomainError(f"{what} grid '{item}' must rise: low < high")
    ratios = how[0] == "log" if how else low > 0 if log is None else log
    if ratios and low <= 0:
        raise DomainError(f"{what} grid '{item}' in equal ratios must begin above 0; write :lin")
    return (np.geomspace if ratios else np.linspace)(low, high, count)


def _reader(unit: str, what: str) -> Callable[[str], float]:
    return lambda text: parse(text.strip(), unit, what=what)


def _like(unit: str) -> str:
    low, high = ("1", "5") if unit in ("", "1") else (example("1", unit), example("5", unit))
    return f"{low}:{high}:50"


def _mass(text: str) -> float:
    return parse(text, "keV", what="mass", low=0.0)


def _energy(text: str) -> float:
    value = parse(text, "MeV", what="energy", low=0.0, strict=True)
    if not text.strip().endswith("eV"):
        raise UnitError(f"energy '{text}' is not counted in eV; write e.g. 15MeV")
    return value
