r"""What all experiments of recoils share: channels that fold into bins, and what is made of them.

An experiment states its channels, its bins, its backgrounds and what it saw; the prediction and
what is expected along a ray follow.  A channel is one source on one material through one
response matrix, made once: every mass and every coupling is a matrix product,

.. math:: S_i = \sum_t R_{it}\, w_t\, \frac{\mathrm dR}{\mathrm dT}(T_t).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from munu import _data, flavors
from munu._arrays import Numbers
from munu.couplings import Couplings
from munu.detectors.response import Efficiency, density, inverse, matrix, nodes
from munu.errors import DataError, DomainError, UnknownName
from munu.flavors import Mixing
from munu.probes.expected import Background, Polynomial, Pull, check_error
from munu.probes.measured import Counts, Values
from munu.probes.probe import Nuisance, Probe
from munu.processes.process import Reaction, Term
from munu.rates.recoil import dR_dT
from munu.ray import Ray
from munu.sources.source import Source
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import MeV

# what a channel scatters, term by term
Terms: TypeAlias = Callable[["Channel"], list[Term]]
# recoil energies among which the end of a line is found, to 1e-6
_ENDS = 4000


@dataclass(frozen=True, eq=False)
class Channel:
    """One source that scatters on one material, seen through one response.

    Attributes
    ----------
    source : Source
    reaction : Reaction
    T : array (n,), true recoil energies [energy]
    fold : array (n_bins, n), response times quadrature weight times targets times time, so that
        counts are ``fold @ dR_dT``; bins of the first axis, or of all axes in one row
    spread : array (n_bins or 1, k), how the counts of a bin share out over the other axes
        (time, pulse shape); None where ``fold`` has all bins
    at : array (n_events, n), the same at the single events, for an unbinned likelihood
    cells : array (n + 1,), edges of the cells that the nodes T stand for [energy]; with them the
        recoils of a line begin and end within a cell
    top : greatest recoil that is seen inside the bins where nothing smears it; None for the last
        of ``T`` [energy]
    """

    source: Source
    reaction: Reaction
    T: np.ndarray
    fold: np.ndarray
    spread: np.ndarray | None = None
    at: np.ndarray | None = None
    cells: np.ndarray | None = None
    top: float | None = None

    @property
    def heaviest(self) -> float:
        r"""Largest M_N with a recoil inside the bins [energy].

        .. math:: E_\nu^{\min}(T, M_N) = E_\nu^{\min}(T, 0) + s(T)\,M_N^2 \le E_\nu^{\max}
        """
        T = self.T if self.top is None else self.T[self.top >= self.T]
        end = max((e for c in self.source.components.values() for e in (
            *c.lines_E[np.any(c.lines_phi > 0, axis=0)],
            *c.E[np.any(c.phi > 0, axis=0)][-1:])), default=0.0)
        C = np.broadcast_to(np.eye(3, dtype=complex), (2, 3, 3))
        light, heavy = (self.reaction.dipole(T, M, C) for M in (0.0, end))
        squares = [(end - a.E_min) * end**2 / (b.E_min - a.E_min)
                   for a, b in zip(light, heavy, strict=True)]
        return float(np.sqrt(max(0.0, *(np.max(x) for x in squares)))) if T.size else 0.0

    def counts(self, terms: Sequence[Term], source: Source | None = None, *, at: bool = False
              ) -> np.ndarray:
        """Counts in all bins in one row, or densities at the events: (..., n_bins)."""
        grid = None if self.cells is None else (self.T, self.cells)
        rate = dR_dT(terms, source or self.source, grid) if terms else np.zeros_like(self.T)
        matrix = self.events if at else self.fold
        # each mass by itself: a row is the same to the last bit whatever stands beside it
        seen = np.stack([row @ matrix.T for row in np.atleast_2d(rate)]).reshape(
            *rate.shape[:-1], len(matrix))
        if at:
            return seen
        if self.spread is None:
            return seen
        shared = seen[..., None] * self.spread
        return shared.reshape(*seen.shape[:-1], -1)

    @property
    def events(self) -> np.ndarray:
        """The response at the single events (n_events, n).  Raises DomainError without any."""
        if self.at is None:
            raise DomainError(f"{self.source.name} on {self.reaction.name} has no single events; "
                              "take bins")
        return self.at


def targets(reaction: Reaction, w: Numbers, exposure: float) -> np.ndarray:
    """Quadrature weights (n,) times the number of targets times time, for a mass times time."""
    return np.asarray(w) * reaction.per_mass * exposure


@dataclass(frozen=True, eq=False, kw_only=True)
class Recoils:
    """An experiment of recoils.

    Attributes
    ----------
    name : str
    channels : tuple of Channel
    axes : tuple of Axis
    backgrounds : name to array, in the bins of all axes
    nuisances : a Nuisance for each background
    measured : Counts, Values, or None
    standard : ``inside`` where a background holds the Standard Model already, or ``added``
    norm_error : relative error of all that is computed (flux, quenching, efficiency together)
    systematics : name to channels with one input moved by one standard deviation; each becomes a
        pull on the change of shape and size
    errors : Gaussian errors of the bins; None for counts
    mixing : Mixing
    background_at : name to density at the events, for an unbinned likelihood
    papers : keys of the papers of the experiment itself
    """

    name: str
    channels: tuple[Channel, ...]
    axes: tuple[Axis, ...]
    backgrounds: Mapping[str, np.ndarray] = field(default_factory=dict)
    nuisances: tuple[Nuisance, ...] = ()
    measured: Counts | Values | None = None
    standard: str = "inside"
    norm_error: float = 0.0
    systematics: Mapping[str, tuple[Channel, ...]] = field(default_factory=dict)
    errors: np.ndarray | None = None
    mixing: Mixing | None = None
    background_at: Mapping[str, np.ndarray] = field(default_factory=dict)
    papers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.nuisances) != len(self.backgrounds):
            raise DomainError(f"{self.name} has {len(self.backgrounds)} backgrounds and "
                              f"{len(self.nuisances)} nuisances; each needs one")
        if self.standard not in ("inside", "added"):
            raise UnknownName("place of the Standard Model", self.standard, ("inside", "added"))
        # of values a background was subtracted, and the Standard Model with it
        counted = self.errors is None and not isinstance(self.measured, Values)
        if self.standard == "inside" and not self.backgrounds and counted:
            raise DomainError(f"{self.name} has no background that the Standard Model could be "
                              "inside of; take standard='added', or give the background")
        if self.norm_error != 0:
            check_error(self.norm_error, "norm_error", least="at least 0")

    @property
    def shape(self) -> tuple[int, ...]:
        """Bins along each axis."""
        return tuple(a.edges.size - 1 for a in self.axes)

    @property
    def all_papers(self) -> tuple[str, ...]:
        """Keys of the experiment, of its sources and of its targets."""
        keys = list(self.papers)
        for c in self.channels:
            keys += [*c.source.papers, *c.reaction.papers]
        return tuple(dict.fromkeys(keys))

    # ---- prediction ----------------------------------------------------------------------

    def _spectrum(self, counts: np.ndarray, *keys: str) -> Spectrum:
        return Spectrum(self.axes, counts.reshape(self.shape),
                        papers=tuple(dict.fromkeys((*self.all_papers, *keys))))

    def _sum(self, make: Terms, at: bool = False) -> np.ndarray | None:
        made = [c.counts(terms, at=at) for c in self.channels if (terms := make(c))]
        return _added(made) if made else None

    def predict(self, couplings: object) -> Prediction:
        """Components that couplings make, and the Standard Model where it is added."""
        U, new = self._U, Couplings.of(couplings)
        made = {
            "dipole": (lambda c: c.reaction.dipole_terms(c.T, new, U), "Brdar2020"),
            "charge and radius": (lambda c: [t for p in (1, 2) for t in c.reaction.weak(
                c.T, _flavored(new, U), p)], "GiuntiStudenikin2014"),
            "interference": (lambda c: [] if c.reaction.interference is None else [
                t for p in new.portals for t in c.reaction.interference(c.T, p)], "Brdar2020"),
        }
        if self.standard == "added":
            made["standard model"] = (lambda c: c.reaction.weak(c.T, None, 0), self._weak_key)
        parts = {name: self._spectrum(counts, key) for name, (terms, key) in made.items()
                 if (counts := self._sum(terms)) is not None}
        if not parts:
            raise DomainError("these couplings are all 0; there is nothing to predict")
        return Prediction(parts)

    @property
    def _U(self) -> np.ndarray:
        return (self.mixing or flavors.mixing()).U

    def standard_model(self) -> Spectrum:
        """What the Standard Model alone scatters."""
        return self._spectrum(self._weak(self.channels), self._weak_key)

    @staticmethod
    def _weak(channels: Sequence[Channel]) -> np.ndarray:
        """The Standard Model's counts in all bins in one row."""
        return _added([c.counts(c.reaction.weak(c.T, None, 0)) for c in channels])

    @property
    def _weak_key(self) -> str:
        electrons = any(c.reaction.on == "electrons" for c in self.channels)
        return "Bahcall1995" if electrons else "GiuntiStudenikin2014"

    # ---- what is expected along a ray ----------------------------------------------------------

    def _terms(self, ray: Ray) -> dict[int, Terms]:
        """Power of the size -> function of a channel -> terms of a unit size."""
        if not ray.signed:
            C, M_N = ray.trace_matrix(self._U), np.zeros(1) if ray.masses is None else ray.masses
            return {2: lambda c: c.reaction.dipole(c.T, M_N[:, None], C)}
        new = ray.at(1.0)

        def weak(power: int) -> Terms:
            return lambda c: c.reaction.weak(c.T, new, power)

        return {p: weak(p) for p in (1, 2)}

    def expects(self, ray: Ray, *, flux_nuisances: bool = False, unbinned: bool = False
                ) -> Polynomial:
        """Counts by power of the size, or densities at the single events; see :class:`Polynomial`.
        """
        if unbinned and self.standard == "added":
            raise DomainError(f"{self.name} has no density of the Standard Model at its events; "
                              "take bins")
        binned = self._expects(ray, flux_nuisances, False)
        return replace(self._expects(ray, flux_nuisances, True), binned=binned) if unbinned \
            else binned

    def _expects(self, ray: Ray, flux: bool, at: bool) -> Polynomial:
        make, size = self._terms(ray), self._bins(at)

        def signal(source: Callable[[Channel], Source] | None = None,
                   only: Sequence[Channel] | None = None) -> dict[int, np.ndarray]:
            out = {}
            for power, terms in make.items():
                made = [np.atleast_2d(c.counts(t, source(c) if source else None, at=at))
                        for c in (self.channels if only is None else only) if (t := terms(c))]
                out[power] = _added(made) if made else np.zeros((ray.rows, size))
            return out

        parts = signal()
        fixed = self._weak(self.channels) if self.standard == "added" else None
        pulls = {}
        if self.norm_error:
            pulls["norm"] = Pull(parts if fixed is None else parts | {0: fixed}, self.norm_error)
        for name, moved in self.systematics.items():
            change = {p: s - parts[p] for p, s in signal(only=moved).items()}
            pulls[name] = Pull(change if fixed is None else
                               change | {0: self._weak(moved) - fixed})
        if flux:
            pulls |= self._flux_pulls(signal)
        held = self.background_at if at else {n: b.ravel() for n, b in self.backgrounds.items()}
        return Polynomial(
            signal=parts, fixed=fixed, pulls=pulls,
            errors=None if self.errors is None else self.errors.ravel(),
            backgrounds={n: Background(b, v.relative_error)
                         for (n, b), v in zip(held.items(), self.nuisances, strict=True)})

    def _bins(self, at: bool) -> int:
        return len(self.channels[0].events) if at else int(np.prod(self.shape))

    def _flux_pulls(self, signal: Callable[..., dict[int, np.ndarray]]) -> dict[str, Pull]:
        """Each flux within its error: what belongs to one zone of the source moves together."""
        if self.standard == "added":
            raise DomainError(f"{self.name} has one error of the flux, which is in its norm; "
                              "leave flux_nuisances out")
        out: dict[str, Pull] = {}
        for channel in self.channels:
            groups: dict[str, list[str]] = {}
            for name, part in channel.source.components.items():
                if part.uncertainty > 0:
                    groups.setdefault(name.split("_")[0], []).append(name)
            for group, members in groups.items():
                said = f"{channel.source.name} {group} flux"
                error = channel.source.error(*members)
                if said in out:
                    error = out[said].error or error
                # each member by its own error, in units of the one that the pull has
                share = {m: channel.source.components[m].uncertainty / error for m in members}
                parts = signal(lambda c, m=share: c.source.only(*m).scaled(m), (channel,))
                if said in out:
                    parts = {p: parts[p] + out[said].change[p] for p in parts}
                # the flux of the Sun is one for all who look at it
                out[said] = Pull(parts, error, shared=channel.source.name == "solar")
        if not out:
            raise DomainError(f"the source of {self.name} gives no error of its flux")
        return out

    # ---- the probe -----------------------------------------------------------------------

    def probe(self, title: str, grade: str, **more: Any) -> Probe:
        """The probe of this experiment; ``more`` are attributes of :class:`Probe`."""
        made = {n: Spectrum(self.axes, b.reshape(self.shape), papers=self.papers[:1])
                for n, b in self.backgrounds.items()}
        events = all(c.at is not None for c in self.channels) and self.standard == "inside"
        ways = ("flux_nuisances", "unbinned") if events else ("flux_nuisances",)
        heaviest = max(c.heaviest for c in self.channels)
        said = (*more.pop("assumptions", ()),
                f"M_N up to {heaviest / MeV:.3g} MeV leaves recoils in the bins")
        return Probe(name=self.name, title=title, grade=grade, measured=self.measured,
                     backgrounds=made, nuisances=self.nuisances, signal=self.predict,
                     expects=self.expects, ways=ways, papers=self.all_papers, heaviest=heaviest,
                     assumptions=said, **more)


def _added(many: Sequence[np.ndarray]) -> np.ndarray:
    return sum(many, start=np.zeros(many[0].shape))


def _flavored(new: Couplings, U: np.ndarray) -> Couplings:
    return new.in_basis("flavor", U) if new.basis == "mass" else new


def gaussian(source: Source, reaction: Reaction, edges: np.ndarray, exposure: float,
             sigma: Callable[[Numbers], Numbers], *, efficiency: Efficiency | None = None,
             efficiency_in: str = "reconstructed", low: float, high: float | None = None,
             observed: Callable[[Numbers], Numbers] | None = None, events: np.ndarray | None = None,
             panels: int = 60) -> Channel:
    """A channel with a Gaussian resolution.

    The true energies resolve every bin, the resolution and the edges of the efficiency.

    Parameters
    ----------
    edges : array (n_bins + 1,), reconstructed energies [energy]
    exposure : mass times time
    sigma : function of the observed energy, the resolution [energy]
    efficiency : Efficiency; ``efficiency_in`` says of which energy: ``reconstructed`` (after
        smearing) or ``true``
    low, high : true recoil energies to integrate over [energy]; ``high`` by default so far
        above the last bin that nothing is smeared down into it
    observed : function recoil energy -> mean observed energy (quenching), rising; default the
        same
    events : array, reconstructed energies for an unbinned likelihood [energy]
    panels : at least so many panels of the integral over the recoil energy

    Raises
    ------
    DomainError, UnknownName
    """
    if efficiency_in not in ("reconstructed", "true"):
        raise UnknownName("energy of the efficiency", efficiency_in, ("reconstructed", "true"))
    top = edges[-1]
    high = _high(top, sigma) if high is None else high
    after = efficiency if efficiency_in == "reconstructed" else None
    breaks = [np.array(reaction.breaks), _ends(source, reaction, low, high)]
    cuts = [np.asarray(edges)]
    if after is not None:
        cuts.append(after.E[(edges[0] < after.E) & (edges[-1] > after.E)])
    elif efficiency is not None:
        breaks.append(inverse(observed, efficiency.E, low, high))
    if events is not None:
        cuts.append(np.asarray(events))
    T, w = nodes(low, high, np.concatenate(breaks), panels=panels, cuts=np.concatenate(cuts),
                 sigma=sigma, observed=observed)
    cells = low + np.append(0.0, np.cumsum(w))
    E = T if observed is None else np.asarray(observed(T))
    w = w if efficiency is None or after is not None else w * efficiency(E)
    weight = targets(reaction, w, exposure)
    inside = T[top >= E]
    return Channel(source, reaction, T, matrix(E, edges, sigma, after) * weight,
                   top=float(inside[-1]) if inside.size else 0.0, cells=cells,
                   at=None if events is None else density(E, events, sigma, after) * weight)


def sharp(source: Source, reaction: Reaction, edges: np.ndarray, exposure: float, *,
          panels: int = 60) -> Channel:
    """A channel of bins of the true recoil energy, with no resolution and efficiency 1.

    Parameters
    ----------
    edges : array (n_bins + 1,), recoil energies, rising and above 0 [energy]
    exposure : mass times time, or times protons or luminosity
    panels : at least so many of the integral over the recoil energy

    Raises
    ------
    DomainError
    """
    low, high = float(edges[0]), float(edges[-1])
    T, w = nodes(low, high, np.concatenate([reaction.breaks, edges[1:-1],
                                            _ends(source, reaction, low, high)]), panels=panels)
    inside = np.searchsorted(edges, T) == np.arange(1, len(edges))[:, None]
    return Channel(source, reaction, T, inside * targets(reaction, w, exposure), top=high,
                   cells=low + np.append(0.0, np.cumsum(w)))


def _high(top: float, sigma: Callable[[Numbers], Numbers]) -> float:
    """The energy above which nothing is smeared down below ``top``, or far above it."""
    E = top * np.geomspace(1.0, 1e3, 1000)
    above = E - top > 5 * np.broadcast_to(np.asarray(sigma(E), dtype=float), E.shape)
    least = top + 5 * float(sigma(top)) + 0.15 * top
    return max(least, float(E[np.argmax(above)] if above.any() else E[-1]))


def _ends(source: Source, reaction: Reaction, low: float, high: float) -> np.ndarray:
    """Recoil energies at which the recoils of a line end, or of a flux that ends in a step."""
    energies = [e for e, _ in source.lines]
    energies += [c.E[-1] for c in source.components.values() if c.E.size and c.phi[:, -1].any()]
    if not energies:
        return np.zeros(0)
    T = np.geomspace(low, high, _ENDS)
    least = {t.E_min.tobytes(): t.E_min for t in reaction.weak(T, None, 0)}
    found = [np.exp(np.interp(np.log(energies), np.log(E), np.log(T))) for E in least.values()]
    return np.unique(np.concatenate([*found, np.zeros(0)]))


def bins(table: _data.Table, stem: str, name: str, unit: str, inside: Numbers = slice(None)
        ) -> Axis:
    """The axis of a table with columns ``stem_low`` and ``stem_high``, bins side by side."""
    low, high = table[f"{stem}_low"][inside], table[f"{stem}_high"][inside]
    if np.any(np.abs(low[1:] - high[:-1]) > 1e-6 * np.abs(high[:-1])):
        raise DataError(table.path, "the bins leave gaps or overlap", column=f"{stem}_low")
    return Axis(name, unit, np.append(low, high[-1]))
