"""What a probe is: what it should see along a ray of couplings, and what it saw.

A probe knows no statistics.  It hands what it expects to an inference that knows no physics.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from munu._frozen import FrozenMap
from munu._guard import called
from munu._plugins import Made
from munu.couplings import Couplings
from munu.errors import DomainError, UnknownName
from munu.probes.expected import Curve, Expected, Polynomial, check_error
from munu.probes.measured import Ceiling, Claim, Measured
from munu.ray import KINDS, PARAMETERS, Ray
from munu.spectrum import Prediction, Spectrum

GRADES = ("events", "counts", "sensitivity", "published", "needs_data")
#: where couplings are felt: recoils of neutrinos' own scattering, stars, supernovae, the early
#: Universe, and N that are made and decay in a beam, in the atmosphere or in the Earth
FAMILIES = ("recoils", "stars", "supernova", "cosmology", "beams")
#: what an expectation may be asked for besides
WAYS = ("flux_nuisances", "unbinned")


@dataclass(frozen=True, eq=False)
class Nuisance:
    """A normalization that is not known: free, or a relative Gaussian error."""

    name: str
    relative_error: float | None = None

    def __post_init__(self) -> None:
        if self.relative_error is not None:
            check_error(self.relative_error, f"the relative error of {self.name}")


@dataclass(frozen=True, eq=False, kw_only=True)
class Probe(Made):
    """An experiment, a star or an epoch that answers to couplings.

    Attributes
    ----------
    name, title : str
    grade : one of ``GRADES``; ``events`` and ``counts`` hold observed data
    family : one of ``FAMILIES``: where on the map it belongs
    measured : Counts, Values, Ceiling or Claim; None where nothing was looked at yet
    expects : function (ray, **ways) -> Polynomial or Curve
    signal : function of couplings -> Prediction, the components that couplings make
    rays : kinds of rays that it answers, of ``munu.ray.KINDS``
    otherwise : what to say where it is asked along another ray
    ways : of ``WAYS``, what ``expects`` may be asked for by keyword
    backgrounds : name to Spectrum
    nuisances : a Nuisance for each background
    variants : name to factory options, the systematic envelope
    contested : names of variants between which nobody can choose for a reader: every limit brings
        them
    remake : the factory, called with options; it says so itself, see :mod:`munu.parameters`
    options : what it was made with, as given
    heaviest : largest M_N with recoils in its bins; at more, what is left of a limit rests on tails
        of the resolution; None where that is no question [energy]
    median : whether it is known what the median experiment without a signal sees
    setting : what it computes with, where a figure or a table wants more of it
    data : names of the data sets that it uses; two probes with one in common do not multiply
    assumptions : in words
    papers : keys of the papers
    """

    name: str
    title: str
    grade: str
    family: str = "recoils"
    measured: Measured | None = None
    expects: Callable[..., Expected]
    signal: Callable[..., Prediction]
    rays: tuple[str, ...] = KINDS
    otherwise: str = ""
    ways: tuple[str, ...] = ()
    backgrounds: Mapping[str, Spectrum] = field(default_factory=dict)
    nuisances: tuple[Nuisance, ...] = ()
    variants: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    contested: tuple[str, ...] = ()
    remake: Callable[..., Probe] | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    heaviest: float | None = None
    median: bool = True
    setting: Any = None
    data: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.grade not in GRADES:
            raise UnknownName("grade", self.grade, GRADES)
        if self.family not in FAMILIES:
            raise UnknownName("family of probes", self.family, FAMILIES)
        for kind in self.rays:
            if kind not in KINDS:
                raise UnknownName("kind of ray", kind, KINDS)
        for way in self.ways:
            if way not in WAYS:
                raise UnknownName("way of expecting", way, WAYS)
        if self.options:
            # one that is what the probe has already says nothing of an error
            kept = {n: x for n, x in self.variants.items() if self._changed(x)}
            object.__setattr__(self, "contested", tuple(n for n in self.contested if n in kept))
            object.__setattr__(self, "variants", kept)
        for name in ("backgrounds", "variants", "options"):
            object.__setattr__(self, name, FrozenMap(dict(getattr(self, name))))

    def __repr__(self) -> str:
        return (f"<Probe {self.name}: {self.title}, {self.grade}, along "
                f"{', '.join(self.rays)}>")

    @property
    def parameters(self) -> tuple[str, ...]:
        """What a limit can scan: ``mu``, ``q``, ``r2``."""
        return tuple(dict.fromkeys(PARAMETERS[k] for k in self.rays))

    @property
    def derived(self) -> bool:
        """Whether it holds a ceiling or a claim, not data."""
        return isinstance(self.measured, Ceiling | Claim)

    def expected(self, ray: Ray, **ways: Any) -> Expected:
        """What is expected along a ray.

        Parameters
        ----------
        ray : Ray
        ways : of ``WAYS``: ``flux_nuisances=True`` lets each flux float within its error,
            ``unbinned=True`` gives densities at the single events

        Returns
        -------
        Polynomial or Curve

        Raises
        ------
        DomainError, UnknownName
            A ray or a way that this probe does not know.
        """
        if not isinstance(ray, Ray):
            raise DomainError(f"{self.name} expects along a Ray, such as Ray.portal(M_N, 'e'), not "
                              f"a {type(ray).__name__}; predict takes couplings")
        if ray.kind not in self.rays:
            if self.otherwise:
                raise DomainError(f"{self.name} {self.otherwise}")
            raise UnknownName(f"parameter of {self.name}", ray.parameter, self.parameters)
        asked = {k: v for k, v in ways.items() if v}
        for way in asked:
            if way not in self.ways:
                raise DomainError(f"{self.name} has no {way.replace('_', ' ')} likelihood; it has: "
                                  + (", ".join(self.ways) or "none of these"))
        made = self.expects(ray, **asked)
        if not isinstance(made, Polynomial | Curve):
            raise DomainError(f"{self.name} expects a {type(made).__name__}; it must be a "
                              "Polynomial or a Curve")
        return made

    @called
    def predict(self, couplings: object, nuisances: Sequence[float] = ()) -> Prediction:
        """Expected counts, component by component.

        Parameters
        ----------
        couplings : DipolePortal, Couplings or a model
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
        made = dict(self.signal(Couplings.of(couplings)).components)
        made |= {n: b * f for (n, b), f in zip(self.backgrounds.items(), norms, strict=True)}
        return Prediction(made)

    def _changed(self, variant: Mapping[str, object]) -> bool:
        """Whether options of a variant are other ones than these."""
        known = {p.name: p for p in getattr(self.remake, "parameters", ())}
        for name, value in variant.items():
            both = [value, self.options.get(name)]
            if name in known and all(isinstance(x, str) for x in both):
                both = [known[name].read(x, name) for x in both]
            plain = all(isinstance(x, str | float | int | tuple | None) for x in both)
            if not (both[0] == both[1] if plain else both[0] is both[1]):
                return True
        return False

    def varied(self, name: str) -> Probe:
        """The same with one systematic choice changed, by the name of the variant."""
        if name not in self.variants or self.remake is None:
            raise UnknownName(f"variant of {self.name}", name, self.variants)
        return self.remake(**{**self.options, **self.variants[name]})
