"""Unweighted events: N made in a body, its flight, its photon.

What is drawn follows the density that :func:`munu.rates.upscattered.upscattered` integrates, times
the probability to decay inside of the body: every event has the same weight, and the sum of the
weights is the number of decays that the quadrature gives.

Events come in blocks of :data:`BLOCK`, each with a stream of random numbers of its own that the
seed and the number of the block fix: neither how many are drawn at a time nor how many threads
draw them changes an event, and a longer run begins with a shorter one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from munu import results
from munu._arrays import counted as in_units
from munu._log import log
from munu.couplings import DipolePortal, check_nature
from munu.errors import DomainError, UnknownName
from munu.events import _density
from munu.events.experiment import Experiment
from munu.events.record import MEANS, NUMBERS, WORDS, Events, empty, joined
from munu.flavors import SIX
from munu.kinematics import threshold
from munu.processes.radiative_decay import width_of
from munu.processes.upscattering import Scatterer
from munu.rates.decay_in_flight import decay_length
from munu.units import GeV, cm, m, ns, parse

#: events of one stream of random numbers
BLOCK = 32768
#: what becomes of the spin of N
SPINS = ("full", "helicity")
# of columns in memory: 140 bytes an event
_MOST = 50_000_000
# below this moment what is made and decays is less than any number
_LEAST = 1e-60
_PAPERS = ("BrdarTalk", "Magill2018")


class Block(NamedTuple):
    """Some events: their columns, and the sums that make means."""

    columns: dict[str, np.ndarray]
    sums: dict[str, float]


@dataclass(frozen=True, eq=False, kw_only=True)
class Run:
    """A generator, ready to draw.

    Attributes
    ----------
    experiment : Experiment
    couplings : DipolePortal with its nature
    seed : int, at least 0
    targets : names or kinds of scatterers; None is the card's
    spin : ``full``: along and across the momentum of N, as it is made; ``helicity``: all along it
    E_gamma : least and greatest energy of the photon that is kept [energy]
    cos_theta : least and greatest cosine of its angle to the beam that is kept [1]
    include_escaping : whether N that decay outside are drawn too
    """

    experiment: Experiment
    couplings: DipolePortal
    seed: int = 1
    targets: tuple[str, ...] | None = None
    spin: str = "full"
    E_gamma: tuple[float, float] = (0.0, np.inf)
    cos_theta: tuple[float, float] = (-1.0, 1.0)
    include_escaping: bool = False
    _kept: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        c = self.couplings
        if not isinstance(c, DipolePortal):
            raise DomainError(f"couplings {type(c).__name__} must be a DipolePortal: events are of "
                              "N that decays to a photon")
        check_nature(c.nature, needed_by="the lifetime and the photon of N")
        if c.M_N == 0:
            raise DomainError("M_N = 0 never decays; give a mass above 0, as 0.2GeV")
        if self.spin not in SPINS:
            raise UnknownName("spin", self.spin, SPINS)
        if isinstance(self.seed, bool) or not isinstance(self.seed, int | np.integer) \
                or self.seed < 0:
            raise DomainError(f"seed = {self.seed!r} must be a whole number, at least 0")
        (low, high), (back, front) = self.E_gamma, self.cos_theta
        if not 0 <= low < high:
            raise DomainError(f"E_gamma from {low / GeV:g} to {high / GeV:g} GeV keeps no photon; "
                              "the first must be at least 0 and below the second")
        if not -1 <= back < front <= 1:
            raise DomainError(f"cos_theta from {back:g} to {front:g} keeps no photon; the first "
                              "must be below the second, both within -1 and 1")
        # a name that is none is refused now
        self.experiment.struck(self.targets)

    @cached_property
    def struck(self) -> tuple[tuple[Scatterer, float], ...]:
        """The scatterers that count, and how many there are."""
        return self.experiment.struck(self.targets)

    @cached_property
    def kinds(self) -> tuple[_density.Kind, ...]:
        """Classes of events in which something is made."""
        e, c = self.experiment, self.couplings
        return tuple(_density.kinds(
            e.source, e.flavors, self.struck, c.with_(mu=1.0).trace_matrix, c.mu, c.M_N, e.window,
            e.exposure, e.screened)) if c.mu >= _LEAST else ()

    @cached_property
    def inside(self) -> tuple[float, ...]:
        """Of each class, the decays inside of the body [1]."""
        if not self.kinds:
            return ()
        p, cosine = (np.concatenate([getattr(k.made, x) for k in self.kinds])
                     for x in ("p", "cos_theta"))
        far = np.asarray(decay_length(p, self.couplings.M_N, self._size, self.couplings.nature))
        # all classes at once: directions of a body take their time
        share = _density.inside(self.experiment.body, far, cosine)
        ends = np.cumsum([k.made.weight.size for k in self.kinds])
        return tuple(float(k.made.weight @ x) for k, x in zip(
            self.kinds, np.split(share, ends[:-1]), strict=True))

    @property
    def cuts(self) -> bool:
        """Whether photons may fail to be kept."""
        return (*self.E_gamma, *self.cos_theta) != (0.0, np.inf, -1.0, 1.0)

    @property
    def _size(self) -> float:
        return float(np.linalg.norm(self.couplings.matrix[:, 0]))

    @property
    def why(self) -> str | None:
        """Why nothing is made; None where something is."""
        if self.kinds:
            return None
        e, c = self.experiment, self.couplings
        if c.mu < _LEAST:
            return f"mu = {c.mu:g}: nothing is made and nothing decays; zero events"
        C = c.with_(mu=1.0).trace_matrix
        if not any(C[SIX.index(f) % 3, SIX.index(f) % 3].real for f in e.flavors):
            return (f"N couples to {c.flavor}, and of the beam {', '.join(e.flavors)} counts")
        need = min((float(threshold(c.M_N, one.mass)), one.name) for one, _ in self.struck)
        return (f"M_N = {c.M_N / GeV:g} GeV is above threshold: on {need[1]} it takes neutrinos "
                f"above {need[0] / GeV:.4g} GeV, and those of {e.name} end at "
                f"{e.window[1] / GeV:g} GeV; zero events")

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """All that the events follow from, their number apart; plain values."""
        e, c = self.experiment, self.couplings
        given = {k: None if x is None else str(x) for k, x in e.options.items()}
        return results.plain({
            "experiment": e.name, "options": given, "M_N_GeV": c.M_N / GeV, "mu": c.mu,
            "flavor": c.flavor, "nature": c.nature, "seed": int(self.seed), "spin": self.spin,
            "targets": [one.name for one, _ in self.struck], "volume": str(e.body),
            "cuts": {"E_gamma_GeV": [x / GeV for x in self.E_gamma],
                     "cos_theta": list(self.cos_theta)},
            "include_escaping": self.include_escaping, "block": BLOCK,
            "version": results.version()})

    def header(self, n: int) -> dict[str, Any]:
        """What n events of this run amount to."""
        e = self.experiment
        all_decays = sum(k.total for k in self.kinds)
        expected = sum(self.inside)
        by = {one.name: {
            "all_decays": sum(k.total for k in self.kinds if k.scatterer is one),
            "expected_events": sum(x for k, x in zip(self.kinds, self.inside, strict=True)
                                   if k.scatterer is one)} for one, _ in self.struck}
        cm_per_GeV = float(decay_length(GeV, self.couplings.M_N, self._size,
                                        self.couplings.nature)) / cm if self.couplings.mu else None
        return results.plain({
            **self.configuration, "n": n, "expected_events": expected, "all_decays": all_decays,
            "weight": (all_decays if self.include_escaping else expected) / n,
            "by_target": by, "volume_m3": e.body.volume / m**3,
            "decay_length_cm_per_GeV": cm_per_GeV, "exposure": e.exposure,
            "per": e.source.per, "beam": self.beam, "why": self.why,
            "atoms": sum(many for _, many in e.contents),
            "struck": {one.name: {"kind": one.kind, "mass_GeV": one.mass / GeV, **{
                k: getattr(e.nuclei[one.name], k) for k in ("Z", "A")},
                "nucleus_GeV": e.nuclei[one.name].mass / GeV} for one, _ in self.struck},
            "assumed": list(e.assumed),
            "citations": list(dict.fromkeys((*e.papers, *_PAPERS, *e.source.papers, *(
                p for one, _ in self.struck for p in one.papers)))),
            **results.provenance()})

    @cached_property
    def beam(self) -> dict[str, dict[str, Any]]:
        """By flavor: edges [GeV], and neutrinos of the exposure in between [1/cm^2]."""
        e, out = self.experiment, {}
        low, high = e.window
        for name in e.flavors:
            one = next(iter(_density.alone(e.source, SIX.index(name)).components.values()))
            # of a line a bin that holds it
            begin = low if low < high else low * (1 - 1e-9)
            inner = one.E[(low < one.E) & (high > one.E)]
            at = np.unique(np.concatenate([[begin], inner, [high]]))
            y = np.interp(at, one.E, one.phi[0], left=0.0, right=0.0) if one.E.size \
                else np.zeros(at.size)
            bins = 0.5 * (y[1:] + y[:-1]) * np.diff(at)
            inside = (one.lines_E >= low) & (one.lines_E <= high)
            bins += np.histogram(one.lines_E[inside], at, weights=one.lines_phi[0][inside])[0]
            out[name] = {"edges_GeV": at / GeV, "per_cm2": bins * e.exposure * cm**2}
        return out

    @cached_property
    def _ready(self) -> tuple[Any, ...]:
        body = _density.shape(self.experiment.body)
        width = width_of(self.couplings)
        cells = _density.cells(self.kinds, self.couplings.M_N,
                               None if self.include_escaping else (width, body[3]))
        names = [one.name for one, _ in self.struck]
        classes = np.array([
            [k.scatterer.mass for k in self.kinds],
            [names.index(k.scatterer.name) for k in self.kinds],
            [(12 + 2 * (k.flavor % 3)) * (1 if k.flavor < 3 else -1) for k in self.kinds]])
        return cells, body, width, classes, self._shares()

    def _shares(self) -> np.ndarray:
        """Cumulative shares of the flavors that N of each class decays to."""
        if self.couplings.flavor == "universal":
            share = np.array([np.eye(3)[k.flavor % 3] for k in self.kinds])
        else:
            one = np.abs(self.couplings.matrix[:, 0]) ** 2
            share = np.broadcast_to(one / one.sum(), (len(self.kinds), 3))
        return np.cumsum(share, axis=1)

    def block(self, i: int, n: int = BLOCK, dtype: Any = np.float64) -> Block:
        """The first n events of block i, those that pass the cuts."""
        _kernel = _density.compiled()
        cells, (body, a, turn, longest), width, classes, shares = self._ready
        M = self.couplings.M_N
        one, two = (np.random.Generator(np.random.SFC64(np.random.SeedSequence(
            int(self.seed), spawn_key=(i, k)))) for k in range(2))
        made, which = np.empty((n, 11)), np.empty(n, dtype=np.uint8)
        _kernel.produce(one, cells.cells, cells.classes, cells.coefficients, (M, width), body, a,
                        turn, longest, self.include_escaping, self.spin == "full", made, which)
        out, words = np.empty((len(NUMBERS), n), dtype), np.empty((len(WORDS), n), np.int8)
        total = np.zeros(len(MEANS))
        kept = _kernel.decay(two, made, which, (classes, shares), M,
                             self.couplings.nature == "majorana", (*self.E_gamma, *self.cos_theta),
                             (GeV, cm, ns), out, words, total)
        columns = {**{k: out[j, :kept] for j, k in enumerate(NUMBERS)},
                **{k: words[j, :kept] if k != "inside" else words[j, :kept].view(bool)
                   for j, k in enumerate(WORDS)}}
        return Block(columns, {"n": float(kept), **dict(zip(MEANS, total.tolist(), strict=True))})

    def blocks(self, n: int, *, first: int = 0, workers: int = 1, dtype: Any = np.float64
               ) -> Iterator[Block]:
        """n events block by block, from block ``first`` on."""
        if not self.kinds:
            return
        sizes = [min(BLOCK, n - at) for at in range(0, n, BLOCK)]
        self._ready  # noqa: B018
        if workers == 1:
            for i, size in enumerate(sizes):
                yield self.block(first + i, size, dtype)
            return
        with ThreadPoolExecutor(workers) as pool:
            waiting: deque[Any] = deque()
            try:
                for i, size in enumerate(sizes):
                    waiting.append(pool.submit(self.block, first + i, size, dtype))
                    # not all of a long run at once
                    if len(waiting) > 2 * workers:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for left in waiting:
                    left.cancel()


def run(experiment: str | Experiment, couplings: DipolePortal, seed: int = 1, *,
        targets: str | tuple[str, ...] | None = None, spin: str = "full",
        E_gamma: tuple[Any, Any] = (None, None), cos_theta: tuple[float, float] = (-1.0, 1.0),
        include_escaping: bool = False, **options: Any) -> Run:
    """A generator of events; see :func:`sample`."""
    if isinstance(experiment, Experiment):
        if options:
            raise DomainError(f"the experiment says all; the options {', '.join(options)} belong "
                              "where it is made")
        card = experiment
    else:
        from munu.events import get

        card = get(str(experiment), **options)
    low, high = (None if x is None else parse(x, "GeV", what="E_gamma") if isinstance(x, str)
                 else in_units("E_gamma", x, "GeV") for x in E_gamma)
    return Run(experiment=card, couplings=couplings, seed=seed,
               targets=(targets,) if isinstance(targets, str) else targets, spin=spin,
               E_gamma=(0.0 if low is None else low, np.inf if high is None else high),
               cos_theta=cos_theta, include_escaping=include_escaping)


def counted(n: Any, most: float = np.inf) -> int:
    """The number of events.  Raises :class:`DomainError`."""
    whole = isinstance(n, int | np.integer | float) and not isinstance(n, bool) and n == int(n) \
        if not (isinstance(n, float) and not np.isfinite(n)) else False
    if not whole or n < 1:
        raise DomainError(f"n = {n!r} must be a whole number of events, at least 1")
    if n > most:
        raise DomainError(f"n = {n:g} events do not fit into memory; at most {most:g} do, and "
                          "munu sample --out writes more into a file or a folder")
    return int(n)


def sample(experiment: str | Experiment, couplings: DipolePortal, n: int, seed: int = 1, *,
           targets: str | tuple[str, ...] | None = None, spin: str = "full",
           E_gamma: tuple[Any, Any] = (None, None), cos_theta: tuple[float, float] = (-1.0, 1.0),
           include_escaping: bool = False, workers: int = 1,
           tell: Callable[[float], None] | None = None, **options: Any) -> Events:
    r"""Unweighted events of an experiment.

    .. math:: \mathrm dN \propto \phi(E)\,\frac{\mathrm d\sigma}{\mathrm dQ^2}\,
              \frac{\mathrm d^3x}{V}\,\frac{e^{-\ell/\lambda}}{\lambda}\,\mathrm d\ell\,
              \big(1 + \mathbf A\cdot\hat{\mathbf k}\big)\,\mathrm d\Omega

    with x and x + l inside of the body.  ``expected_events`` and ``all_decays`` are sums of a
    quadrature, not of events.

    Parameters
    ----------
    experiment : a name of ``munu.events.names()``, or an Experiment
    couplings : DipolePortal with its nature
    n : decays to be drawn, at least 1; cuts on the photon keep part of them
    seed : whole number; the same gives the same events, whatever n and workers are
    targets : names of scatterers, such as ``C12 protons``, or kinds, such as ``electrons``
    spin : ``full`` or ``helicity``, N with all of its spin along its momentum
    E_gamma : least and greatest energy of photons to be kept; texts, or [energy]
    cos_theta : least and greatest cosine to the beam of photons to be kept [1]
    include_escaping : N that decay outside of the volume too; then an event stands for
        ``all_decays / n``
    workers : threads
    tell : called with the fraction done
    options : of the experiment, if it is a name

    Returns
    -------
    Events

    Raises
    ------
    DomainError, UnknownName, NotInstalled
        Without numba.

    Source : BrdarTalk, Magill2018

    >>> from munu import DipolePortal, events
    >>> portal = DipolePortal("4.2186e-9 mu_B", "0.2 GeV", "mu", "dirac")
    >>> made = events.sample("miniboone", portal, 1000, seed=7, targets="C12")
    >>> len(made), round(made.expected_events / made.all_decays, 3)
    (1000, 0.552)
    """
    made = run(experiment, couplings, seed, targets=targets, spin=spin, E_gamma=E_gamma,
               cos_theta=cos_theta, include_escaping=include_escaping, **options)
    n = counted(n, _MOST)
    header = made.header(n)
    if made.why is not None:
        log.warning("%s", made.why)
        return empty(header)
    parts, done = [], 0
    for block in made.blocks(n, workers=workers):
        parts.append(Events(block.columns, header))
        done += BLOCK
        if tell:
            tell(min(done / n, 1.0))
    return joined(parts, header)
