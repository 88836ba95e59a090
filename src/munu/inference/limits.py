"""``limit``: from a probe's templates and what it saw to a :class:`Limit`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from munu import probes
from munu.couplings import CONVENTION, check_flavor, check_nature
from munu.errors import DomainError, NotConverged, UnknownName
from munu.inference import intervals
from munu.inference import toys as fc
from munu.inference.likelihood import Problem, profile
from munu.inference.record import Limit
from munu.probes.probe import Probe, Templates
from munu.units import GeV

_HEAVIEST = 1e12 * GeV
_KEYS = {"feldman_cousins": ("FeldmanCousins1998",), "cls": ("Cowan2011",)}


def limit(probe: Probe | str, parameter: str = "mu", M_N=0.0, level: float = 0.90,
          method: str = "profile", flavor="universal", nature: str | None = None, *,
          toys: int = 10000, seed: int = 1, flux_nuisances: bool = False,
          background_error: float | None = None, unbinned: bool = False,
          expected: bool = True, systematic: bool = False, scan: bool | None = None,
          progress: Callable[[float], None] | None = None) -> Limit:
    r"""Upper limit of one probe on one coupling, at one mass of N or many.

    .. math:: -2\ln\frac{L(\mu,\hat{\hat\theta})}{L(\hat\mu,\hat\theta)} = \Delta

    Parameters
    ----------
    probe : Probe, name, or path of a card
    parameter : ``mu`` [mu_B], ``q`` [e] or ``r2`` [length^2]
    M_N : float or array (n,), mass of N [energy], at least 0; for ``mu`` alone
    level : confidence level in (0, 1)
    method : ``profile`` (default), ``profile_unbounded``, ``one_sided``, ``feldman_cousins``,
        ``cls``; see :mod:`munu.inference.intervals` for which to use
    flavor : ``universal``, ``e``, ``mu``, ``tau``, or a coherent tuple
    nature : None, ``dirac``, ``majorana``; recorded
    toys, seed : of ``feldman_cousins``
    flux_nuisances : let each flux float within its uncertainty
    background_error : relative error of the background norms; None leaves them free
    unbinned : likelihood of the single events instead of bins
    expected : also the median expected limit with 1 and 2 sigma bands (in bins alone)
    systematic : also the envelope over the probe's variants, each edge named
    scan : keep the likelihood ratio against the coupling; default for a single mass
    progress : function of the fraction done

    Returns
    -------
    Limit
        with ``upper`` [mu_B, e or length^2], ``expected``, ``bands``, ``best_fit``, ``scan``,
        ``statistic``, ``seed``, ``solver``.

    Raises
    ------
    UnknownName, DomainError, NotConverged

    Source : Cowan2011, FeldmanCousins1998

    >>> from munu.units import keV
    >>> found = limit("xenonnt", M_N=[0.0, 300 * keV], expected=False)
    >>> [f"{mu:.2e}" for mu in found.upper]
    ['7.47e-12', '8.84e-11']
    """
    probe = probe if isinstance(probe, Probe) else probes.get(probe)
    intervals.check_level(level)
    if method not in intervals.METHODS:
        raise UnknownName("method", method, intervals.METHODS)
    if parameter not in probe.parameters:
        raise UnknownName(f"parameter of {probe.name}", parameter, probe.parameters)
    flavor, nature = check_flavor(flavor), check_nature(nature)
    masses = _masses(M_N)
    if not isinstance(seed, int | np.integer):
        raise DomainError(f"seed = {seed!r} must be a whole number")
    if probe.measured is None and probe.grade != "sensitivity":
        raise DomainError(f"{probe.name} is {probe.grade}: it holds no data to make a limit of"
                          + "".join(f"; {a}" for a in probe.assumptions[:1]))
    options = {"flux": flux_nuisances, "unbinned": unbinned}
    if unbinned and (probe.measured is None or probe.measured.events is None
                     or method in ("feldman_cousins", "cls")):
        raise DomainError(f"an unbinned likelihood of {probe.name} by {method} is not to be had; "
                          "it needs single events and a profile or one_sided method")
    if background_error is not None and not background_error > 0:
        raise DomainError(f"background_error = {background_error!r} must be above 0")
    templates = probe.templates_of(parameter, masses, flavor, **options)
    if not any(np.any(part) for part in templates.signal.values()) and parameter != "mu":
        raise DomainError(f"{probe.name} sees nothing of {parameter} of flavor {flavor}: its "
                          "neutrinos are of another flavor")
    if parameter != "mu":
        if np.any(masses != 0) or method not in ("profile", "profile_unbounded"):
            raise DomainError(f"a limit on {parameter} knows no mass of N and takes the method "
                              "profile")
        return _polynomial(probe, parameter, templates, level, flavor, nature,
                           background_error, unbinned, expected, options)
    problem = _model(templates, background_error)
    counts, asimov = _counts(probe, templates, unbinned)
    solved = _solve(problem, counts, asimov, level, method, expected and not unbinned, toys, seed,
                    progress)
    upper = np.sqrt(np.maximum(solved["upper"], 0.0))
    root = {k: np.sqrt(v) for k, v in solved["bands"].items()}
    fit = solved["best"]
    return Limit(
        name=probe.name, parameter=parameter, axis=masses, lower=np.sqrt(solved["lower"]),
        upper=upper, shape="function" if np.all(np.diff(masses) > 0) else "path",
        level=level, statistic=method, sides=2 if method == "feldman_cousins" else 1,
        flavor=flavor, nature=nature, convention=CONVENTION, ours=True, status=_status(probe),
        assumptions=_assumptions(probe, background_error, options),
        papers=tuple(dict.fromkeys((*probe.papers, *_KEYS.get(method, ())))),
        expected=None if solved["expected"] is None else np.sqrt(solved["expected"]),
        bands=root, best_fit=np.sign(fit) * np.sqrt(np.abs(fit)),
        systematic=_systematic(probe, masses, level, method, flavor, toys, seed, options,
                               background_error) if systematic else {},
        scan=_scan(problem, counts, upper) if scan or (scan is None and masses.size == 1) else None,
        seed=seed if method == "feldman_cousins" else None,
        solver=_words(problem, solved, probe.measured is None),
        meta={"grade": probe.grade, "title": probe.title, "options": dict(probe.options),
              "toys": toys if method == "feldman_cousins" else None,
              "bands": "toys" if method == "feldman_cousins" else "asymptotic",
              "minimum_2nll": solved["least"]})


def _status(probe: Probe) -> str:
    return "standing" if probe.measured is not None else "projection"


def _masses(M_N) -> np.ndarray:
    try:
        masses = np.atleast_1d(np.asarray(M_N, dtype=float))
    except (TypeError, ValueError):
        raise DomainError(f"M_N = {M_N!r} must be a number or a list of numbers [energy], as "
                          "50 * keV") from None
    if masses.ndim > 1:
        raise DomainError(f"M_N has {masses.ndim} axes; it takes one mass or a list of masses")
    if masses.size == 0:
        raise DomainError("M_N is empty; give at least one mass")
    if not np.all(np.isfinite(masses)) or np.any(masses < 0):
        raise DomainError("M_N must be finite and at least 0")
    if np.any(masses > _HEAVIEST):
        raise DomainError(f"M_N = {masses.max() / GeV:.3g} GeV is beyond "
                          f"{_HEAVIEST / GeV:.0e} GeV; nothing can make it")
    return masses


def _priors(t: Templates, background_error: float | None) -> list[float]:
    return [background_error or n.relative_error or np.inf for n in t.nuisances]


def _model(t: Templates, background_error: float | None) -> Problem:
    names = list(t.background)
    pulls = list(t.flux.values())
    return Problem.of(
        t.signal[2], np.array([t.background[n] for n in names]), _priors(t, background_error),
        np.array([e * part[2] for e, part in pulls]) if pulls else None,
        None if t.signal_totals is None else t.signal_totals[2],
        None if t.background_totals is None else [t.background_totals[n] for n in names],
        None if not t.flux_totals else [e * t.flux_totals[n][2] for n, (e, _) in t.flux.items()],
        fixed=t.fixed, pulls_fixed=_pulls_fixed(t), error=t.errors)


def _pulls_fixed(t: Templates):
    """Parts of the fixed expectation with an error of their own: sigma_c F^c."""
    if not t.flux:
        return None
    n_bins = next(iter(t.signal.values())).shape[-1]
    return np.array([e * part.get(0, np.zeros(n_bins)) for e, part in t.flux.values()])


def _counts(probe: Probe, t: Templates, unbinned: bool):
    if unbinned:
        return np.ones(len(probe.measured.events)), None
    asimov = sum(t.background.values(), start=np.zeros(next(iter(t.signal.values())).shape[-1]))
    asimov = asimov if t.fixed is None else asimov + t.fixed
    # a sensitivity has seen nothing: its limit is that of the median experiment
    return asimov if probe.measured is None else probe.measured.counts.ravel(), asimov


def _solve(problem, counts, asimov, level, method, expected, toys, seed, progress) -> dict:
    delta = intervals.rise(level, method)
    bounded = method != "profile_unbounded"
    out = {"lower": np.zeros(len(problem.signal)), "expected": None, "bands": {}}
    if method == "feldman_cousins":
        return out | _feldman_cousins(
            problem, counts, asimov, level, toys, seed, expected, progress
        )
    fit = intervals.best_fit(problem, counts, bounded=bounded)
    out |= {"best": fit[0], "least": fit[1]}
    if method == "cls":
        out["upper"] = intervals.cls_upper(problem, counts, level, asimov)
        if expected:
            out["expected"] = intervals.cls_upper(problem, asimov, level, asimov)
    else:
        out["upper"] = intervals.upper(problem, counts, delta, bounded=bounded, fit=fit)[0]
        if expected:
            out["expected"] = intervals.upper(problem, asimov, delta)[0]
    if method == "profile":
        out["lower"] = intervals.lower(problem, counts, delta, fit)
    if expected:
        out["bands"] = intervals.asymptotic_bands(out["expected"], delta, method, level)
    return out


def _feldman_cousins(problem, counts, asimov, level, toys, seed, expected, progress) -> dict:
    delta = intervals.rise(level, "profile")
    reach = intervals.upper(problem, counts, delta)
    widest = np.maximum(reach[0], intervals.upper(problem, asimov, delta)[0])
    n, points = len(problem.signal), 15
    edges, median, bands = np.zeros((2, n)), np.zeros(n), {}
    done = 0
    for j in range(n):
        if not np.isfinite(widest[j]):
            edges[:, j], median[j] = (0, np.inf), np.inf
            continue

        def step(j=j):
            nonlocal done
            done += 1
            if progress is not None:
                progress(done / (n * points))

        one = problem.rows([j])
        made = fc.construct(one, counts, level, 1.5 * float(widest[j]), toys=toys, seed=seed + j,
                            points=points, progress=step)
        edges[:, j] = made.interval()
        if expected:
            seen = fc.band_edges(made, one, asimov)
            median[j] = seen["median"]
            for name in ("1 sigma", "2 sigma"):
                bands.setdefault(name, np.full((2, n), np.inf))[:, j] = seen[name]
    return {"lower": edges[0], "upper": edges[1], "expected": median if expected else None,
            "bands": bands, "best": reach[1], "least": reach[2]}


def _scan(problem: Problem, counts, upper) -> dict[str, np.ndarray] | None:
    """The likelihood ratio of the first mass against mu, from 0 to twice the limit."""
    if not np.isfinite(upper[0]) or upper[0] == 0:
        return None
    mu = np.linspace(0, 2 * upper[0], 81)
    one = problem.rows(np.zeros(mu.size, dtype=int))
    value = profile(one, mu**2, counts)[0]
    least = intervals.best_fit(problem.rows([0]), counts)[1][0]
    return {"mu": mu, "q": value - least}


def _systematic(probe, masses, level, method, flavor, toys, seed, options, background_error):
    """The limit of every variant, by its name, and the envelope."""
    out = {}
    for name in probe.variants:
        other = probe.varied(name)
        t = other.templates_of("mu", masses, flavor, **options)
        problem = _model(t, background_error)
        counts, asimov = _counts(other, t, options["unbinned"])
        solved = _solve(problem, counts, asimov, level, method, False, toys, seed, None)
        out[name] = np.sqrt(np.maximum(solved["upper"], 0.0))
    return out


def _assumptions(probe: Probe, background_error, options) -> tuple[str, ...]:
    known = [f"{n.name} within {n.relative_error:.2g}" for n in probe.nuisances
             if n.relative_error is not None]
    norm = f"within {background_error:.0%}" if background_error is not None else \
        "free" + (f" but {', '.join(known)}" if known else "")
    return (*probe.assumptions, *([f"background norm {norm}"] if probe.nuisances else []),
            "flux errors profiled" if options["flux"] else "fluxes fixed",
            "unbinned" if options["unbinned"] else "binned")


def _words(problem: Problem, solved: dict, no_data: bool) -> str:
    open_ = problem.signal_total > 0
    empty = int(np.sum(~open_))
    if not open_.any():
        return "no signal at any mass: no limit (another flavor, or thresholds out of reach)"
    said = ["converged"] if not no_data else [
        "converged; no data, the limit is that of the median experiment without signal"]
    if empty:
        said.append(f"{empty} of {open_.size} masses give no signal at all: no limit there")
    if np.any(solved["upper"] < 0):
        said.append("an unbounded limit on mu^2 lies below 0 and is given as 0")
    if open_.any() and np.all(solved["best"][open_] == 0):
        said.append("best fit at the boundary mu = 0")
    return "; ".join(said)


def _polynomial(probe, parameter, templates, level, flavor, nature, background_error, unbinned,
                expected, options) -> Limit:
    """Linear and quadratic in the coupling: the ratio is scanned over both signs."""
    counts, asimov = _counts(probe, templates, unbinned)
    delta = intervals.rise(level, "profile")
    found = _scan_polynomial(templates, counts, delta, background_error)
    other = _scan_polynomial(templates, asimov, delta, background_error) \
        if expected and not unbinned else None
    pieces = found["pieces"]
    return Limit(
        name=probe.name, parameter=parameter, axis=None, lower=pieces[0][0], upper=pieces[-1][1],
        shape="interval", level=level, statistic="profile", sides=2, flavor=flavor, nature=nature,
        convention="lh_vertex" if parameter == "r2" else "units of +e", ours=True,
        status=_status(probe),
        assumptions=_assumptions(probe, background_error, options), papers=probe.papers,
        expected=None if other is None else np.array([other["pieces"][-1][1]]),
        best_fit=np.array([found["best"]]), scan={parameter: found["x"], "q": found["q"]},
        solver=("converged" if len(pieces) == 1 else f"{len(pieces)} separate intervals")
        + ("" if any(a <= 0 <= b for a, b in pieces) else "; 0 is excluded"),
        meta={"intervals": [[float(a), float(b)] for a, b in pieces], "grade": probe.grade,
              "expected_intervals": None if other is None else
              [[float(a), float(b)] for a, b in other["pieces"]]})


# of the scan over both signs of a coupling; the edges are then found by halving
_POINTS = 1001


def _scan_polynomial(t: Templates, counts, delta, background_error) -> dict:
    linear, square, errors = t.signal[1][0], t.signal[2][0], t.errors
    background, prior = np.array(list(t.background.values())), _priors(t, background_error)
    fixed = _pulls_fixed(t)

    def ratio(x):
        x = x[:, None]
        totals = None if t.signal_totals is None else \
            (x * t.signal_totals[1][0] + x**2 * t.signal_totals[2][0])[:, 0]
        pulls = np.array([e * (x * p[1][0] + x**2 * p[2][0]) for e, p in t.flux.values()]) \
            if t.flux else None
        problem = Problem.of(x * linear + x**2 * square, background, prior, pulls,
                         signal_total=totals, background_total=None if t.background_totals is None
                         else list(t.background_totals.values()), fixed=t.fixed,
                         pulls_fixed=fixed, error=errors)
        return profile(problem, np.ones(len(x)), counts)[0]

    noise = np.sqrt(np.maximum(counts, 0).sum() + 10) if errors is None \
        else np.sqrt((errors**2).sum())
    reach = 4 * np.sqrt(noise / square.sum()) + 2 * abs(linear.sum() / square.sum())
    for _ in range(20):
        x = np.linspace(-reach, reach, _POINTS)
        value = ratio(x)
        q = value - value.min()
        allowed = q <= delta
        if not (allowed[0] or allowed[-1]):
            break
        reach *= 2
    else:
        raise NotConverged(f"the likelihood ratio stays below {delta:.3g} out to {reach:.3g}: "
                           "the data hold no limit of this coupling")
    i = int(np.argmin(q))
    fine = np.linspace(x[max(i - 1, 0)], x[min(i + 1, x.size - 1)], 201)
    finer = ratio(fine)
    best, least = float(fine[np.argmin(finer)]), float(finer.min())

    def edge(inside, outside):
        for _ in range(50):
            middle = 0.5 * (inside + outside)
            if ratio(np.array([middle]))[0] - least <= delta:
                inside = middle
            else:
                outside = middle
        return inside

    starts = np.flatnonzero(allowed & ~np.append(False, allowed[:-1]))
    ends = np.flatnonzero(allowed & ~np.append(allowed[1:], False))
    pieces = [(edge(x[a], x[a - 1]), edge(x[b], x[b + 1])) for a, b in
              zip(starts, ends, strict=True)]
    return {"x": x, "q": value - least, "pieces": pieces, "best": best}
