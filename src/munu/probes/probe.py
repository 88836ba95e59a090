"""What a probe is: what it should see of given couplings, and what it saw.

A probe knows no statistics.  It hands templates to an inference that knows no physics:
the expected counts as a polynomial in the scanned coupling plus named backgrounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from munu._plugins import Made
from munu.errors import DomainError, UnknownName
from munu.spectrum import Axis, Prediction, Spectrum

GRADES = ("events", "counts", "sensitivity", "published", "needs_data")


@dataclass(frozen=True, eq=False)
class Nuisance:
    """A normalization that is not known: free, or a relative Gaussian error."""

    name: str
    relative_error: float | None = None


@dataclass(frozen=True, eq=False)
class Measured:
    """What was seen.

    Attributes
    ----------
    axis : Axis, or a tuple of axes
    counts : array, one axis of bins for each; values where ``errors`` is given
    events : the events themselves where published [energy]
    errors : Gaussian errors of the values, or None for counts
    """

    axis: Axis | tuple[Axis, ...]
    counts: np.ndarray
    events: np.ndarray | None = None
    errors: np.ndarray | None = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes, as a tuple."""
        return self.axis if isinstance(self.axis, tuple) else (self.axis,)


@dataclass(frozen=True, eq=False)
class Templates:
    """Expected counts for an inference:
    ``sum_p x^p signal[p] + fixed + sum_b (norm_b) background[b]``, bins of all axes in one row.

    Attributes
    ----------
    signal : power of the coupling to array (n_mass, n_bins)
    background : name to array (n_bins,)
    nuisances : one for each background, in order
    fixed : array (n_bins,), or None: expected whatever the coupling, such as CEvNS
    flux : name to (relative error, power to array): parts of the expectation with an error of
        their own; power 0 is a part of ``fixed``
    errors : Gaussian errors (n_bins,) of values, or None for counts
    signal_totals, background_totals, flux_totals : for an unbinned likelihood, total
        expectations in place of the sums over bins: power to (n_mass,), name to float, name to
        power to (n_mass,); None when the sums are meant
    """

    signal: Mapping[int, np.ndarray]
    background: Mapping[str, np.ndarray]
    nuisances: Sequence[Nuisance]
    flux: Mapping[str, tuple[float, Mapping[int, np.ndarray]]] = field(default_factory=dict)
    fixed: np.ndarray | None = None
    errors: np.ndarray | None = None
    signal_totals: Mapping[int, np.ndarray] | None = None
    background_totals: Mapping[str, float] | None = None
    flux_totals: Mapping[str, Mapping[int, np.ndarray]] | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Probe(Made):
    """An experiment, a star or an epoch that answers to couplings.

    Attributes
    ----------
    name, title : str
    grade : one of ``GRADES``; ``events`` and ``counts`` hold observed data
    measured : Measured, or None
    backgrounds : name to Spectrum
    nuisances : a Nuisance for each background
    signal : function of couplings -> Prediction, the components that couplings make
    templates_of : function (parameter, M_N array, flavor, axis, flux, unbinned) -> Templates
    parameters : what a limit can scan: ``mu``, ``q``, ``r2``
    variants : name to factory options, the systematic envelope
    remake : the factory, called with options; it says so itself, see :mod:`munu.parameters`
    options : what it was made with, as given
    papers : keys of the papers
    """

    name: str
    title: str
    grade: str
    measured: Measured | None
    backgrounds: Mapping[str, Spectrum]
    nuisances: tuple[Nuisance, ...]
    signal: Callable[..., Prediction]
    templates_of: Callable[..., Templates]
    parameters: tuple[str, ...] = ("mu",)
    variants: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    remake: Callable[..., Probe] | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()

    def __post_init__(self):
        if self.grade not in GRADES:
            raise UnknownName("grade", self.grade, GRADES)
        for name in ("backgrounds", "variants", "options"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def predict(self, couplings, nuisances: Sequence[float] = ()) -> Prediction:
        """Expected counts, component by component.

        Parameters
        ----------
        couplings : DipolePortal or Couplings
        nuisances : normalizations of the backgrounds, in the order of ``nuisances``; default 1

        Returns
        -------
        Prediction
        """
        if len(nuisances) > len(self.nuisances):
            raise DomainError(f"{self.name} has {len(self.nuisances)} background norms "
                              f"({', '.join(n.name for n in self.nuisances)}), "
                              f"{len(nuisances)} were given")
        norms = [*nuisances, *[1.0] * (len(self.nuisances) - len(nuisances))]
        if not all(np.isfinite(norms)) or min(norms, default=0) < 0:
            raise DomainError(f"background norms {norms} must be finite and at least 0")
        made = dict(self.signal(couplings).components)
        made |= {n: b * f for (n, b), f in zip(self.backgrounds.items(), norms, strict=True)}
        return Prediction(made)

    def response(self, couplings) -> dict[int, Spectrum] | None:
        """The rate as a polynomial in the size of the dipole: {2: Spectrum at this size}."""
        dipole = self.signal(couplings).components.get("dipole")
        return None if dipole is None else {2: dipole}

    def varied(self, name: str) -> Probe:
        """The same with one systematic choice changed, by the name of the variant."""
        if name not in self.variants or self.remake is None:
            raise UnknownName(f"variant of {self.name}", name, self.variants)
        return self.remake(**{**self.options, **self.variants[name]})
