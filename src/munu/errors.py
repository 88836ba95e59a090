"""The ways in which munu says no.

::

    MunuError
     +-- DomainError    (ValueError)    a number or a word outside what a formula allows
     |    +-- UnitError                 a unit that is unknown or of the wrong dimension
     +-- UnknownName    (LookupError)   nothing of that name; the nearest names are given
     +-- DataError      (OSError)       a file that is missing, broken or incomplete
     +-- NotConverged   (RuntimeError)  a search that stopped short of its answer
     +-- NotInstalled   (ImportError)   a package that only some answers need

A message says what came, what is allowed and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# what people write first for what munu calls otherwise
_SYNONYMS = {"tau": "lifetime", "mass": "M_N", "masses": "M_N", "m_n": "M_N", "cl": "level",
             "gamma": "width", "nu_e": "e", "nu_mu": "mu", "nu_tau": "tau", "q": "charge",
             "pcl": "power_constrained"}
_SYNONYMS |= {word.format(f): f"nubar_{f}" for f in ("e", "mu", "tau") for word in (
    "antinu_{}", "anti_nu_{}", "anu_{}", "nu{}bar", "nu{}_bar", "nu_{}bar", "nu_{}_bar")}
_LONGEST = 2000


def meant(name: object, known: Iterable[str]) -> str:
    """The nearest names as the end of a message: by case, by initials, by spelling; or nothing.

    >>> meant("FC", ["profile", "feldman_cousins"])
    "; did you mean 'feldman_cousins'?"
    """
    import difflib

    text, names = str(name).lower(), sorted(map(str, known))
    room, dot, last = text.rpartition(".")
    near = [n for n in names if n.lower() == text
            or n == room + dot + _SYNONYMS.get(last, "?")] or [
        n for n in names if "".join(w[:1] for w in n.lower().split("_")) == text != ""] or \
        difflib.get_close_matches(str(name), names, n=3, cutoff=0.5 if len(text) < 4 else 0.55)
    return "; did you mean " + " or ".join(f"'{n}'" for n in near[:3]) + "?" if near else ""


class MunuError(Exception):
    """Base of every error that munu raises on purpose.  It is one line, and not an endless one,
    whatever came in."""

    def __str__(self) -> str:
        said = " ".join(super().__str__().splitlines())
        return said if len(said) <= _LONGEST else said[:_LONGEST] + "..."

    def __reduce__(self) -> tuple[Any, ...]:
        """It travels as what it says: a worker's error is one of the same kind."""
        return _told, (type(self), str(self))


def _told(kind: type[MunuError], text: str) -> MunuError:
    made = kind.__new__(kind, text)
    made.args = (text,)
    return made


class DomainError(MunuError, ValueError):
    """A value outside what the formula or the function allows."""


class UnitError(DomainError):
    """A unit that is unknown, missing, or of the wrong dimension."""


# names of one kind that an error shows; of more it says how all are listed
_SHOWN = 16
_LISTED = {"probe": "probes", "source": "sources", "medium": "media", "model": "models",
           "figure": "figures", "experiment": "events", "process": "processes",
           "published limit": "limits",
           "limit": "limits", "formula": "formulas", "reference": "references",
           "constant": "constants", "mixing": "mixings", "atom": "targets", "isotope": "nuclei"}


class UnknownName(MunuError, LookupError):
    """Nothing of that name: says what it is elsewhere, the nearest names, how to list all.

    >>> raise UnknownName("probe", "xenont", ["xenonnt", "lz"])
    Traceback (most recent call last):
        ...
    munu.errors.UnknownName: no probe named 'xenont'; did you mean 'xenonnt'? (there are: lz, xenonnt)
    """

    def __init__(self, kind: str, name: object, known: Iterable[str] = (), elsewhere: str = ""):
        names = sorted({str(k) for k in known})
        listed = _LISTED.get(kind.partition(",")[0])
        if len(names) <= _SHOWN or (listed is None and len(names) <= 3 * _SHOWN):
            rest = f"there are: {', '.join(names) or 'none'}"
        else:
            rest = f"{len(names)} there are" + (f": munu list {listed}" if listed else
                                                f", such as {', '.join(names[:3])}")
        # whatever came is one short line
        said = " ".join(str(name).split())
        said = said if len(said) <= 80 else said[:77] + "..."
        super().__init__(f"no {kind} named '{said}'" + (f"; {elsewhere}" if elsewhere else "")
                         # what bears that name elsewhere is no slip of one that is spelled alike
                         + f"{meant(name, [n for n in names if not elsewhere or str(name) in n])}"
                           f" ({rest})")


class DataError(MunuError, OSError):
    """A file that cannot be read, or that lacks what it must hold."""

    def __init__(self, path: object, what: str, *, column: str | None = None,
                 line: int | None = None):
        where = f"{path}" + (f", line {line}" if line else "") + (
            f", column '{column}'" if column else "")
        super().__init__(f"{where}: {what}")
        self.path, self.column, self.line = path, column, line

    # where it was is in the text, of one that has travelled
    path: object = None
    column: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        # not the errno and file name of an OSError
        return str(MunuError(self.args[0]))


class NotConverged(MunuError, RuntimeError):
    """A search that ended before its goal: says what was reached and what to try."""


# the group of pyproject.toml that brings a package
_EXTRAS = {"numba": "munu[evolve]", "matplotlib": "munu[plots]", "pyarrow": "munu[events]"}


class NotInstalled(MunuError, ImportError):
    """A package that this answer needs is not there: says what to install.

    >>> raise NotInstalled("numba")
    Traceback (most recent call last):
        ...
    munu.errors.NotInstalled: numba is not installed; run: pip install 'munu[evolve]'
    """

    def __init__(self, module: str | None, extra: str = ""):
        root = str(module).partition(".")[0]
        package = {"yaml": "PyYAML"}.get(root, root)
        extra = extra or _EXTRAS.get(root, "")
        wanted = f"'{extra}'" if extra else package
        super().__init__(f"{package} is not installed; run: pip install {wanted}", name=root)
