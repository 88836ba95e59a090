"""Compute munu's own bounds and keep them: each probe in a process of its own, so that what was
imported and read there is what its bounds were made of."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

import munu
from munu import _data, probes
from munu._log import log
from munu.atlas import _kept, own
from munu.couplings import NATURES
from munu.errors import DataError, DomainError, MunuError, NotConverged
from munu.inference import region
from munu.inference.limits import limit
from munu.inference.record import Limit
from munu.inference.region import Intervals
from munu.probes.probe import Probe
from munu.units import GeV, MeV, keV

# what shows bounds takes no part in what they are
_ABOVE = ("munu.cli", "munu.plots", "munu.site", "munu.explore", "munu.atlas", "munu.__main__")
# masses of N by family: stretches, each with its first, its last and how many; regions open and
# close where N decays, above an MeV
_MASSES = {"recoils": ((1 * keV, 50 * MeV, 61),), "stars": ((1 * keV, 1 * MeV, 61),),
           "supernova": ((1 * keV, 1 * MeV, 13), (1 * MeV, 1 * GeV, 37)),
           "cosmology": ((1 * keV, 1 * MeV, 13), (1 * MeV, 1 * GeV, 61)),
           "beams": ((1 * keV, 1 * MeV, 13), (1 * MeV, 100 * GeV, 61))}
# bounds that are as near are the same
SAME = 1e-6
# masses at which flavors are told apart
_FEW = 6
# the data files that this process has read
_READ: set[str] = set()
# families that answer to a massless N, and that ask for no nature
_FROM_ZERO = ("recoils", "stars")
# how far a line in the logarithms may miss such a bound between two masses, and the nearest masses
_EVEN, _CLOSE = 0.01, 2e-3


def asked() -> list[str]:
    """The probes that have a bound of their own on a portal."""
    return [n for n in probes.names() if _has_one(probes.get(n))]


def _has_one(p: Probe) -> bool:
    return "portal" in p.rays and (p.measured is not None or p.grade == "sensitivity") \
        and p.grade != "needs_data"


def masses(p: Probe) -> np.ndarray:
    """The masses at which a probe is asked [energy]; a massless N too where that is a question."""
    pieces = _MASSES[p.family]
    if p.family == "recoils" and p.heaviest is not None:
        pieces = tuple((low, p.heaviest, n) for low, _, n in pieces)
    M = np.unique(np.concatenate([np.geomspace(*piece) for piece in pieces]))
    return np.append(0.0, M) if p.family in _FROM_ZERO else M


def followed(p: Probe, M_N: np.ndarray) -> np.ndarray:
    """The masses, and more between two where a line in the logarithms, which a map draws, misses a
    bound by more than 1 %: where a line of the Sun stops giving recoils, and where a bound ends.

    Parameters
    ----------
    p : of a family that asks for no nature; to others nothing is added
    M_N : array, rising masses [energy]
    """
    if p.family not in _FROM_ZERO:
        return M_N
    rows = _at(p, M_N)
    tried = [*pairwise(m for m in rows if m > 0)]
    while tried:
        tried = [(a, b) for a, b in tried if b > a * (1 + _CLOSE) and any(rows[a] + rows[b])]
        between = {ab: [float(ab[0] * (ab[1] / ab[0]) ** t) for t in (1 / 3, 2 / 3)]
                   for ab in tried}
        found = _at(p, np.array([m for pair in between.values() for m in pair]))
        tried = []
        for (a, b), pair in between.items():
            if not all(_met(m, found[m], (a, rows[a]), (b, rows[b])) for m in pair):
                rows |= {m: found[m] for m in pair}
                tried += pairwise((a, *pair, b))
    return np.array(sorted(rows))


def _at(p: Probe, M_N: np.ndarray) -> dict[float, list[Intervals]]:
    """What is excluded at each mass: for every flavor, and by what is contested."""
    out: dict[float, list[Intervals]] = {float(m): [] for m in M_N}
    for flavor in own.FLAVORS if M_N.size else ():
        x = _limit(p, M_N, flavor, None)
        for one in () if x is None else (x, *x.systematic.values()):
            for m, row in zip(out, one.excluded, strict=True):
                out[m].append(row)
    return out


def _met(M: float, rows: list[Intervals], left: tuple[float, list[Intervals]],
         right: tuple[float, list[Intervals]]) -> bool:
    """Whether all that is excluded at a mass is what lies between two others."""
    return all(len(a) == len(b) and _apart_by(region.between(M, (left[0], a), (right[0], b)), row)
               <= _EVEN for a, b, row in zip(left[1], right[1], rows, strict=True))


def recompute(names: str | Iterable[str] | None = None, *, folder: Path | None = None,
              workers: int = 2,
              progress: Callable[[str, float, int, int], None] | None = None,
              stale: bool = False) -> list[Path]:
    """Compute bounds anew and keep them.

    Parameters
    ----------
    names : of probes; default all that have a bound on a portal
    folder : where they are kept; default the user's cache
    workers : processes at a time
    progress : called after each with its name, its seconds, how many are done and of how many
    stale : leave out those that are kept and not older than the code, and compute those that are
        older only where they moved by more than 1e-6 at a few masses

    Returns
    -------
    list of Path

    Raises
    ------
    DataError
        There is no folder to write to.
    NotConverged, DomainError
        What a probe said; those before it are kept.
    """
    chosen = asked() if names is None else [names] if isinstance(names, str) else \
        list(dict.fromkeys(names))
    if stale:
        kept = {n: _kept.found(n, {}) for n in chosen}
        chosen = [n for n, x in kept.items() if x is None or x[1]]
    place = folder or _kept.home()
    if place is None:
        raise DataError("~/.cache", "no folder can be written to keep bounds; set XDG_CACHE_HOME "
                                    "to one")
    paths = []
    with ThreadPoolExecutor(max(1, workers)) as pool:
        jobs = {pool.submit(_apart, n, place / _kept.name_of(n, {}), stale): n
                for n in chosen}
        try:
            for k, job in enumerate(as_completed(jobs), start=1):
                path, seconds = job.result()
                paths.append(path)
                if progress is not None:
                    progress(jobs[job], seconds, k, len(chosen))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            own.forget()
    return paths


def _apart(name: str, path: Path, stale: bool) -> tuple[Path, float]:
    """One probe in a new process."""
    begin = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "munu.atlas.recompute", name, str(path),
                           *(["stale"] if stale else [])],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it was stopped"]
        raise (NotConverged if done.returncode == 3 else DomainError)(f"{name}: {said[-1]}")
    return path, time.monotonic() - begin


def moved(held: Mapping[str, Any], few: int = 3) -> float:
    """How far today's code is from kept bounds, relative, at a few masses of each.

    Parameters
    ----------
    held : content of a file of bounds
    few : masses of each flavor and nature, spread evenly over those at which something is excluded

    Returns
    -------
    float; infinite where one has an interval that the other has not
    """
    p, most = probes.get(held["probe"], **held["options"]), 0.0
    for row in held["bounds"]:
        x = _kept.limit_of(row, held["probe"], held["options"], old=False)
        some = np.flatnonzero([bool(e) for e in x.excluded])
        at = some[np.unique(np.linspace(0, some.size - 1, few).astype(int))]
        M = np.zeros(1) if x.axis is None else x.axis[at]
        nature = x.nature or (None if p.family in _FROM_ZERO else NATURES[0])
        for k, m in zip(at, M, strict=True):
            # one by one: between two masses far apart each region that closes would be followed
            now = _limit(p, np.array([m]), x.flavor, nature)
            most = max(most, _apart_by(x.excluded[k], () if now is None else now.excluded[0]))
    return most


def _apart_by(one: Intervals, other: Intervals) -> float:
    """The largest relative distance of two edges."""
    if len(one) != len(other):
        return np.inf
    pairs = [(a, b) for i, j in zip(one, other, strict=True) for a, b in zip(i[:2], j[:2],
                                                                            strict=True)]
    return max((0.0 if a == b else abs(a / b - 1) if b else np.inf for a, b in pairs), default=0.0)


def one(name: str, options: Mapping[str, Any] | None = None,
        M_N: np.ndarray | None = None) -> dict[str, Any]:
    """All bounds of a probe as plain data, made in this process."""
    with _watched() as read:
        p = probes.get(name, **(options or {}))
        # as they are written, so that a bound stands at its own mass where it is steep
        M = _kept.as_written(followed(p, masses(p)) if M_N is None else M_N)
        rows = _rows(p, M)
    return {"format": _kept.FORMAT, "probe": name, "options": dict(options or {}),
            "version": munu.__version__, "made_of": _made_of(read), "bounds": rows}


def again(held: Mapping[str, Any]) -> dict[str, Any]:
    """Kept bounds as today's code makes them: themselves, said to be of it, where they agree at a
    few masses to 1e-6, else computed anew."""
    with _watched() as read:
        far = moved(held)
    if not far < SAME:
        log.info("%s has moved by %.1e", held["probe"], far)
        made = one(held["probe"], held["options"])
        # what was read to see that is not read again
        return {**made, "made_of": _made_of({*read, *made["made_of"]["data"]})}
    return {**held, "version": munu.__version__,
            "made_of": _made_of({*read, *held["made_of"]["data"]}, held["made_of"]["modules"])}


@contextmanager
def _watched() -> Iterator[set[str]]:
    """The data files that were read under watch in this process: what is read once is kept."""
    hears = _Reads(_READ)
    log.addHandler(hears)
    # a level that is written beside setLevel is not heard by a logger that was asked before
    before = log.level
    log.setLevel(logging.DEBUG)
    try:
        yield _READ
    finally:
        log.removeHandler(hears)
        log.setLevel(before)


def _made_of(data: Iterable[str], modules: Iterable[str] = ()) -> dict[str, Any]:
    """What was imported and read, as far as it is still there, with its hash."""
    loaded = {m for m in sys.modules if m.split(".")[0] == "munu"} | {*modules}
    those = sorted(m for m in loaded if not m.startswith(_ABOVE) and _kept.there(m))
    files = sorted(n for n in {*data} if (_data.ROOT / f"{n}.ecsv").is_file())
    return {"hash": _kept.made_of(those, files), "modules": those, "data": files}


def _rows(p: Probe, M: np.ndarray) -> list[dict[str, Any]]:
    """Its limits on every flavor.  To many probes some flavors are one: a flavor that says the same
    as another at a few masses is not computed at all of them."""
    few = M[np.unique(np.linspace(0, M.size - 1, _FEW).astype(int))]
    tried: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]] = []
    out: list[dict[str, Any]] = []
    for flavor in own.FLAVORS:
        # one by one: between masses far apart each region that closes would be followed
        here = [_nameless(x) for m in few for x in _of(p, flavor, m[None])]
        known = next((rows for some, rows in tried if some and some == here), None)
        made = [{**row, "flavor": flavor} for row in known] if known is not None else \
            [_kept.told(x) for x in _of(p, flavor, M)]
        tried.append((here, made))
        out += made
    return out


def _nameless(x: Limit) -> dict[str, Any]:
    """What a limit says, but for the word of its flavor."""
    return {**_kept.told(x), "flavor": "", "assumptions": [], "solver": ""}


def _of(p: Probe, flavor: str, M: np.ndarray) -> list[Limit]:
    """Its limits on one flavor: one where N's nature is no question, else one each."""
    if p.family in _FROM_ZERO:
        found = [_limit(p, M, flavor, None)]
    else:
        found = [_limit(p, M, flavor, n) for n in NATURES]
        one, other = found
        if one is not None and other is not None and _same(one, other):
            found = [one.with_(nature=None)]
    return [x for x in found if x is not None and any(x.excluded)]


def _limit(p: Probe, M_N: np.ndarray, flavor: str, nature: str | None) -> Limit | None:
    try:
        made = limit(p, M_N=M_N, flavor=flavor, nature=nature, expected=False, scan=False)
        rivals = {n: limit(p.varied(n), M_N=M_N, flavor=flavor, nature=nature, expected=False,
                           scan=False) for n in p.contested}
    except DomainError as err:
        log.info("%s, %s, %s: %s", p.name, flavor, nature, err)
        return None
    return made.with_(systematic=rivals) if rivals else made


def _same(one: Limit, other: Limit) -> bool:
    return one.excluded == other.excluded and one.tips == other.tips


class _Reads(logging.Handler):
    """Which data files of the package are read."""

    def __init__(self, read: set[str]):
        super().__init__(logging.DEBUG)
        self.read = read

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the name of a file that is read."""
        if record.msg == "reads %s" and isinstance(record.args, tuple):
            path = Path(str(record.args[0]))
            if path.is_relative_to(_data.ROOT):
                self.read.add(path.relative_to(_data.ROOT).with_suffix("").as_posix())


if __name__ == "__main__":
    try:
        # from the first, as what was read to find the old ones is not read again
        with _watched():
            known = _kept.found(sys.argv[1], {}) if sys.argv[3:] == ["stale"] else None
            made = one(sys.argv[1]) if known is None else again(known[0])
        _kept.write(Path(sys.argv[2]), made)
    except MunuError as err:
        print(err, file=sys.stderr)
        sys.exit(3 if isinstance(err, NotConverged) else 2)
