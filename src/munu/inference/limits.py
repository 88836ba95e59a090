"""``limit``: from what probes expect along a ray and what they saw to a :class:`Limit`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from munu import probes, ray
from munu._arrays import Numbers
from munu._frozen import FrozenMap
from munu._guard import called
from munu._log import log
from munu.couplings import CONVENTION, Flavor
from munu.errors import DomainError, UnknownName
from munu.inference import along as curves
from munu.inference import ceilings, even, intervals
from munu.inference.record import Limit
from munu.inference.region import Interval, Intervals
from munu.inference.solved import Solved, joined
from munu.inference.study import Study, check_background_error, solved_together, study
from munu.inference.tips import closings
from munu.probes.measured import Ceiling, Claim, Counts
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.units import parse

# of feldman_cousins, unless said
_TOYS = {"toys": 10000, "seed": 1, "workers": 1}
# masses that are solved at once
_BLOCK = 512
_KEYS = {"feldman_cousins": ("FeldmanCousins1998",), "cls": ("Cowan2011",),
         "power_constrained": ("CowanPCL2011", "Cowan2011")}
# what is of one method alone, and whose
_OWN = {"toys": "feldman_cousins", "seed": "feldman_cousins", "workers": "feldman_cousins",
        "power": "power_constrained"}
CONVENTIONS = {"mu": CONVENTION, "q": "units of +e", "r2": "lh_vertex"}
ONE_LEVEL = 0.90


@called
def limit(probe: Probe | str | Path | Sequence[Probe | str | Path], along: str | Ray | None = None,
          M_N: Numbers = 0.0, level: float | str | None = None, method: str = "profile",
          flavor: Flavor = "universal", nature: str | None = None, *,
          parameter: str | Ray | None = None, toys: int | None = None, seed: int | None = None,
          workers: int | None = None, power: float | str | None = None,
          flux_nuisances: bool = False, background_error: float | str | None = None,
          unbinned: bool = False, expected: bool = True, systematic: bool | None = None,
          scan: bool | None = None, progress: Callable[[float], None] | None = None) -> Limit:
    r"""What a probe, or several, exclude along a ray of couplings, at one mass of N or many.

    .. math:: -2\ln\frac{L(x,\hat{\hat\theta})}{L(\hat x,\hat\theta)} = \Delta

    Parameters
    ----------
    probe : Probe, name, path of a card, or a list of these, whose likelihoods multiply
    along : ``mu`` [mu_B], which None is too, ``q`` [e], ``r2`` [length^2], a direction such as
        ``emu=1,etau=1`` (Majorana moments), ``12=1`` (mass basis), ``q:e=1,mu=-1``, or a Ray;
        ``parameter`` is its other name
    M_N : float or array (n,), mass of N [energy], at least 0; for ``mu`` alone; or a text such as
        ``0,50keV`` or ``1keV:1MeV:60``, or what has ``to_value`` or ``to`` (astropy, pint)
    level : confidence level in (0, 1), or a text such as ``90%``; None is 0.90, or that of a
        claim; a criterion has none
    method : ``profile`` (default), ``profile_unbounded``, ``one_sided``, ``feldman_cousins``,
        ``cls``, ``power_constrained``; see :mod:`munu.inference.intervals` for which to use
    flavor : ``universal``, ``e``, ``mu``, ``tau``, or a coherent tuple
    nature : None, ``dirac``, ``majorana``
    toys, seed : of ``feldman_cousins`` alone; None is 10000 toys a point and seed 1
    workers : of ``feldman_cousins`` alone, over how many processes masses are spread; None is 1;
        numbers do not know it
    power : of ``power_constrained`` alone, the least probability with which an experiment without
        signal excludes a size that is excluded, up to 0.5 or ``50%``; None is 15.87 %, the median
        less one standard deviation
    flux_nuisances : let each flux float within its uncertainty
    background_error : relative error of the background norms, 0.05 or ``5%``; None leaves them
    unbinned : likelihood of the single events instead of bins
    expected : also the median expected limit with 1 and 2 sigma bands (in bins alone)
    systematic : also the limits of the probe's variants, each named; None: of those alone that are
        contested, such as which published limit a star is held to (not where ``expected`` is False)
    scan : keep the likelihood ratio against the coupling; default for a single mass
    progress : function of the fraction done

    Returns
    -------
    Limit
        with ``upper`` [mu_B, e or length^2], ``excluded``, ``expected``, ``bands``, ``best_fit``,
        ``scan``, ``statistic``, ``seed``, ``solver``; of ``power_constrained`` also
        ``unconstrained``.

    Raises
    ------
    UnknownName, DomainError, NotConverged

    Source : Cowan2011, FeldmanCousins1998, CowanPCL2011

    >>> from munu.units import keV
    >>> found = limit("xenonnt", M_N=[0.0, 300 * keV], expected=False)
    >>> [f"{mu:.2e}" for mu in found.upper]
    ['7.47e-12', '8.84e-11']
    """
    chosen, level = _probes(probe), None if level is None else intervals.check_level(level)
    if parameter is not None and along is not None:
        raise DomainError("along and parameter are two names of one thing; give one of them")
    line = ray.read(next((x for x in (along, parameter) if x is not None), "mu"), M_N=M_N,
                    flavor=flavor, nature=nature)
    if isinstance(background_error, str):
        background_error = parse(background_error, "1", what="background_error")
    own = _own(method, toys=toys, seed=seed, workers=workers, power=power)
    how = {"flux_nuisances": flux_nuisances, "unbinned": unbinned}
    edges = [p.measured for p in chosen if isinstance(p.measured, Ceiling | Claim)]
    if edges:
        _no_likelihood(chosen, unbinned=unbinned, flux_nuisances=flux_nuisances,
                       background_error=background_error)
        found = _of_edge(chosen, edges[0], line, level, method)
    else:
        confidence = ONE_LEVEL if level is None else level
        _judge(chosen, line, method, unbinned, own, background_error)
        keep = scan if scan is not None else line.rows == 1
        found = _of_data(chosen, line, confidence, method, how, keep=keep, own=own,
                         expected=expected and not unbinned and all(p.median for p in chosen),
                         progress=progress,
                         background_error=background_error)
    if line.masses is not None:
        again = Again(chosen, line, FrozenMap(
            level=level, method=method, flux_nuisances=flux_nuisances, unbinned=unbinned,
            background_error=background_error, **own))
        found = found.with_(again=again, expected=None if found.expected is None else
                            found.expected.with_(again=replace(again, median=True)))
    varied = _variants(chosen) if systematic else \
        chosen[0].contested if systematic is None and expected and len(chosen) == 1 else ()
    if varied:
        found = found.with_(systematic={
            name: limit(chosen[0].varied(name), line, level=level, method=method,
                        background_error=background_error, expected=False, scan=False,
                        flux_nuisances=flux_nuisances, unbinned=unbinned, **own)
            for name in varied})
    return found


def _own(method: str, **given: Any) -> dict[str, Any]:
    """What is of this method alone, with its defaults; refused where it is of another one."""
    for name, value in given.items():
        if value is not None and method in intervals.METHODS and method != _OWN[name]:
            why = "draws no toys" if name in _TOYS else "holds no limit at a power"
            raise DomainError(f"{name} = {value!r} is of the method {_OWN[name]}; leave it out, "
                              f"{method} {why}")
    if method == "feldman_cousins":
        return {n: value if given[n] is None else given[n] for n, value in _TOYS.items()}
    if method == "power_constrained":
        return {"power": intervals.check_power(given["power"])}
    return {}


@dataclass(frozen=True, eq=False)
class Again:
    """A limit at other masses, asked as it was."""

    probes: tuple[Probe, ...]
    line: Ray
    options: Mapping[str, Any]
    # whether what the median experiment expects is asked, in place of what was seen
    median: bool = False

    def __call__(self, M_N: np.ndarray) -> Limit:
        """At masses [energy]; what was seen comes without what was expected."""
        found = limit(self.probes, self.line.with_masses(M_N), expected=self.median, scan=False,
                      **self.options)
        return found.expected if self.median and found.expected is not None else found


def _probes(given: Any) -> tuple[Probe, ...]:
    """Whatever came: what is no probe is refused by name."""
    many = given if isinstance(given, list | tuple) else [given]
    if not many:
        raise DomainError("no probe was given; name at least one")
    for p in many:
        if not isinstance(p, Probe | str | Path):
            raise DomainError(f"probe = {' '.join(repr(p).split())[:60]} must be a Probe, its name "
                              "or the path of a card; the order is limit(probe, along, M_N), and "
                              "a mass goes by name: munu.limit('xenonnt', M_N=50 * keV)")
    return tuple(p if isinstance(p, Probe) else probes.get(p) for p in many)


def _variants(chosen: Sequence[Probe]) -> tuple[str, ...]:
    if len(chosen) > 1:
        raise DomainError("systematic variants are of one probe; ask for each alone")
    return tuple(chosen[0].variants)


def _judge(chosen: Sequence[Probe], line: Ray, method: str, unbinned: bool,
           own: Mapping[str, Any], background_error: float | None) -> None:
    """What cannot be, before anything is computed."""
    if method not in intervals.METHODS:
        raise UnknownName("method", method, intervals.METHODS)
    for name, least in (("toys", 1), ("seed", 0), ("workers", 1)):
        value = own.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise DomainError(f"{name} = {value!r} must be a whole number, at least {least}")
    for p in chosen:
        if p.measured is None and p.grade != "sensitivity":
            raise DomainError(f"{p.name} is {p.grade}: it holds no data to make a limit of"
                              + "".join(f"; {a}" for a in p.assumptions[:1]))
        if unbinned and (getattr(p.measured, "events", None) is None
                         or method in ("feldman_cousins", "cls", "power_constrained")):
            raise DomainError(f"an unbinned likelihood of {p.name} by {method} is not to be had; "
                              "it needs single events and a profile or one_sided method")
        if method == "power_constrained" and not p.median:
            raise DomainError(f"it is not known what {p.name} sees without a signal, so no power "
                              "either; take one_sided")
    if method == "profile_unbounded" and any(
            isinstance(p.measured, Counts) and not p.measured.counts.any() for p in chosen):
        raise DomainError("no events were seen: the likelihood falls without end towards sizes "
                          "below 0 and has no best fit there; take profile")
    check_background_error(chosen, background_error)
    if line.signed and method not in ("profile", "profile_unbounded"):
        raise DomainError(f"a limit on {line.parameter} knows no mass of N and takes the method "
                          "profile")


def _no_likelihood(chosen: Sequence[Probe], **given: Any) -> None:
    """What a ceiling or a claim has no use for."""
    for name, value in given.items():
        if value not in (None, False):
            raise DomainError(f"{chosen[0].name} holds a ceiling or a claim, no counts; leave "
                              f"{name} out")


def _of_data(chosen: Sequence[Probe], line: Ray, level: float, method: str, how: Mapping[str, bool],
             *, keep: bool, own: Mapping[str, Any], expected: bool,
             progress: Callable[[float], None] | None, background_error: float | None) -> Limit:
    blocks = _blocks(line)
    log.info("limit of %s along %s: masses %d, %s", "+".join(p.name for p in chosen), line.along,
             line.rows, method)
    first = study(chosen, blocks[0], background_error=background_error, **how)
    if line.signed:
        _sees(first)
    parts = []
    for k, block in enumerate(blocks):
        begun = time.perf_counter()
        s = first if k == 0 else study(chosen, block, background_error=background_error, **how)
        parts.append(_solve(s, level, method, expected=expected, own=own,
                            progress=progress if len(blocks) == 1 else None))
        log.info("block %d of %d: masses %d, bins %d, %.3f s", k + 1, len(blocks), block.rows,
                 s.data.shape[-1], time.perf_counter() - begun)
        if progress is not None and len(blocks) > 1:
            progress((k + 1) / len(blocks))
    made = joined(parts)
    if made.excluded is not None and not line.signed:
        made = closings(made, line, lambda other: _along(
            study(chosen, other, background_error=background_error, **how), level,
            expected=False))
    drawn = made.scan or (even.scan(first, float(made.upper[0]))
                          if solved_together(first.expected) else None)
    return _record(first, line, made, level, method, how, scan=drawn if keep else None,
                   expected=expected, own=own)


def _blocks(line: Ray) -> list[Ray]:
    if line.masses is None or line.rows <= _BLOCK:
        return [line]
    return [line.with_masses(line.masses[k:k + _BLOCK]) for k in range(0, line.rows, _BLOCK)]


def _sees(s: Study) -> None:
    if not any(np.any(part) for part in s.polynomial.signal.values()):
        names = " + ".join(p.name for p in s.probes)
        raise DomainError(f"{names} sees nothing of {s.ray.parameter} of flavor {s.ray.flavor}: "
                          "its neutrinos are of another flavor")


def _solve(s: Study, level: float, method: str, *, expected: bool, own: Mapping[str, Any],
           progress: Callable[[float], None] | None) -> Solved:
    if s.ray.signed:
        return curves.signed(s, intervals.rise(level, "profile"), expected=expected)
    if solved_together(s.expected):
        return even.solve(s, level, method, expected=expected, progress=progress, **own)
    if method != "profile":
        raise DomainError(f"the method {method} needs an expectation that is one even power of "
                          f"the size; that of {s.probes[0].name} is a curve: take profile")
    return _along(s, level, expected=expected)


def _along(s: Study, level: float, *, expected: bool) -> Solved:
    """Along a curve; by the probability of no event where that is all there is."""
    if not s.silent:
        return curves.likelihood(s, intervals.rise(level, "profile"), expected=expected)
    rise = intervals.rise_of_none(level)
    return replace(curves.likelihood(s, rise, expected=expected), rise=rise)


def _of_edge(chosen: Sequence[Probe], measured: Ceiling | Claim, line: Ray, level: float | None,
             method: str) -> Limit:
    """Of a ceiling or a claim."""
    if len(chosen) > 1:
        raise DomainError("a ceiling or a claim is no likelihood and does not multiply ("
                          + ", ".join(p.name for p in chosen if p.derived)
                          + "); take the union of the limits: munu.atlas.combine")
    (probe,) = chosen
    own = measured.level if isinstance(measured, Claim) else None
    if level is not None and level != own:
        said = "is a criterion and has no level" if own is None else f"was published at {own:.0%}"
        raise DomainError(f"{probe.name} {said}; leave level out")
    if method != "profile":
        raise DomainError(f"{probe.name} holds no counts; leave method out")
    log.info("limit of %s along %s: masses %d, a ceiling or a claim", probe.name, line.along,
             line.rows)
    s = study(chosen, line)
    if ceilings.passed_by_roots(s.expected, measured):
        made = ceilings.edges(s, measured)
    elif line.signed:
        raise DomainError(f"{probe.name} holds a ceiling or a claim on a curve, which bounds "
                          "moments alone")
    else:
        made = closings(curves.derived(s, measured), line,
                        lambda other: curves.derived(study(chosen, other), measured))
    found = _record(s, line, made, own, "criterion" if own is None else "published", {},
                    scan=None, expected=False, own={})
    # nothing was fitted: zeros would say that no signal fits best, which for an excess is false
    return found.with_(best_fit=made.best if made.best.any() else None,
                       status="projection" if getattr(measured, "projection", False)
                       else "standing")


def _record(s: Study, line: Ray, made: Solved, level: float | None, method: str,
            how: Mapping[str, bool], *, scan: Mapping[str, np.ndarray] | None, expected: bool,
            own: Mapping[str, Any]) -> Limit:
    several = len(s.probes) > 1
    seen = s.seen is not None or s.probes[0].derived
    shape = "interval" if line.masses is None else \
        "function" if np.all(np.diff(line.masses) > 0) else "path"
    fc = method == "feldman_cousins"
    keys = dict.fromkeys(k for p in s.probes for k in p.papers)
    both: dict[str, Any] = {
        "name": "+".join(p.name for p in s.probes), "parameter": line.parameter,
        "along": line.along, "axis": line.masses, "shape": shape, "level": level,
        "statistic": "profile" if line.signed and not s.probes[0].derived else method,
        "flavor": line.flavor, "nature": line.nature,
        "convention": CONVENTIONS[line.parameter], "ours": True,
        "papers": tuple(dict.fromkeys((*keys, *_KEYS.get(method, ())))),
        "assumptions": _assumptions(s, how)}
    # masses that do not rise are no outline: each says what it excludes
    apart = shape == "path"
    other = None if made.expected is None else Limit(
        **both, upper=made.expected, lower=_low(made), status="projection",
        intervals=made.expected_excluded or (_beyond(made.expected) if apart else None),
        solver="median experiment without a signal")
    return Limit(
        **both, upper=made.upper, lower=made.lower, tips=made.tips,
        intervals=_beyond(made.upper) if made.excluded is None and apart else made.excluded,
        sides=1 if method in (*intervals.ONE_SIDED, "cls") else 2,
        unconstrained=made.unconstrained,
        status="standing" if seen else "projection", expected=other, bands=made.bands,
        best_fit=made.best, scan=scan,
        seed=own.get("seed"), solver=made.words(
            seen=seen, parameter=line.parameter, derived=s.probes[0].derived),
        meta={"grade": s.probes[0].grade, "title": " + ".join(p.title for p in s.probes),
              "family": "+".join(dict.fromkeys(p.family for p in s.probes)),
              "options": {} if several else dict(s.probes[0].options),
              "toys": own.get("toys"), "power": own.get("power"),
              "bands": "toys" if fc else "asymptotic",
              "toy_error": made.noise, "minimum_2nll": made.least,
              "heaviest": _heaviest(s.probes),
              **({} if made.rise is None else {"rise": made.rise}),
              **({} if made.pieces is None else {"intervals": [list(p) for p in made.pieces]}),
              **({} if made.expected_pieces is None else
                 {"expected_intervals": [list(p) for p in made.expected_pieces]})})


def _heaviest(many: Sequence[Probe]) -> float | None:
    """Largest M_N [energy] with recoils in the bins of any of them."""
    known = [p.heaviest for p in many if p.heaviest is not None]
    return max(known) if len(known) == len(many) else None


def _beyond(upper: np.ndarray) -> tuple[Intervals, ...]:
    return tuple((Interval(float(x)),) if np.isfinite(x) else () for x in upper)


def _low(made: Solved) -> np.ndarray:
    """Lower edges of what the median experiment allows: 0, or of the piece that holds 0."""
    if not made.expected_pieces:
        return np.zeros(0 if made.expected is None else made.expected.size)
    return np.array([max(a for a, _ in made.expected_pieces if a <= 0)])


def _assumptions(s: Study, how: Mapping[str, bool]) -> tuple[str, ...]:
    out = []
    for p in s.probes:
        head = f"{p.name}: " if len(s.probes) > 1 else ""
        out += [head + a for a in p.assumptions]
        known = [f"{n.name} within {n.relative_error:.2g}" for n in p.nuisances
                 if n.relative_error is not None]
        norm = f"within {s.background_error:.0%}" if s.background_error is not None else \
            "free" + (f" but {', '.join(known)}" if known else "")
        out += [f"{head}background norm {norm}"] if p.nuisances else []
    if not how:
        return tuple(out)
    return (*out, "flux errors profiled" if how["flux_nuisances"] else "fluxes fixed",
            "unbinned" if how["unbinned"] else "binned")
