r"""What every UV completion answers to: parameters in, couplings and consequences out.

A model is a frozen record of parameters, each one number or an array of many points that
broadcast; whatever it predicts has the shape of its parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from math import pi, prod, sqrt
from typing import Any, ClassVar

import numpy as np

from munu._arrays import counted
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError, UnitError, UnknownName
from munu.models._answers import NotPredicted, ask
from munu.models._matrices import Matrices
from munu.units import example, parse, split, unit

PERTURBATIVE = sqrt(4 * pi)
# sizes of parameters, in their units, beyond which products overflow
_HUGE = 1e60


def parameter(default: Any = MISSING, unit: str = "1", about: str = "", *, yukawa: bool = False,
              real: bool = False, low: float | None = None, high: float | None = None,
              imaginary: bool = False) -> Any:
    """A parameter of a model.

    Parameters
    ----------
    default : internal units; none where the user must say
    unit : what it is counted in, such as ``GeV``; ``1`` for a pure number; ``""`` for a word
    about : one line
    yukawa : a coupling: may be complex, and its size must stay below sqrt(4 pi)
    real : a coupling that must be real
    low, high : least and greatest value allowed; masses are above 0 of themselves
    imaginary : whether what is no coupling may be complex
    """
    return field(default=default, metadata={
        "unit": unit, "about": about, "yukawa": yukawa, "low": low, "high": high,
        "complex": (yukawa and not real) or imaginary})


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """What an observable allows, and what the model says of it.

    Attributes
    ----------
    observable : str, with its unit in brackets
    predicted : float or array, of the model
    low, high : what is allowed; None where there is no such edge
    level : confidence level, or None where it is no statistical statement
    source : key of the paper, or ``""`` where the user sets it
    status : ``hard`` (a published bound), ``user`` (set by the user), ``theory``, or ``data``: a
        measurement that the Standard Model misses too, which excludes nothing
    checked : table, abstract or no
    note : assumption, in a few words
    """

    observable: str
    predicted: float | np.ndarray
    low: float | None = None
    high: float | None = None
    level: float | None = None
    source: str = ""
    status: str = "hard"
    checked: str = "no"
    note: str = ""

    @property
    def violated(self):
        """Whether the prediction is outside, bool or array; what is no number is."""
        x = np.asarray(self.predicted)
        out = ~np.isfinite(x) & (self.low is not None or self.high is not None)
        if self.low is not None:
            out |= x < self.low
        if self.high is not None:
            out |= x > self.high
        return out[()]

    @property
    def excludes(self):
        """Whether a violation speaks against the model, bool or array."""
        return self.violated if self.status != "data" else np.zeros_like(self.violated)


@dataclass(frozen=True, eq=False, kw_only=True)
class Model:
    """A UV completion; each file of this folder has one.

    Raises
    ------
    DomainError, UnitError
        A value that is not finite, out of its range, or a coupling that is not perturbative.
    """

    name: ClassVar[str] = ""
    papers: ClassVar[tuple[str, ...]] = ()
    # what it bears on and no constraint asks, a line each
    unsaid: ClassVar[tuple[str, ...]] = ()
    # the parameter that is the mass of N on a line against it
    axis: ClassVar[str] = "M_N"
    # axes of neutrino_mass() behind those of the points
    mass_axes: ClassVar[int] = 0
    # parameters that cannot be arrays
    single: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self):
        for f in fields(self):
            object.__setattr__(self, f.name, _value(self.name, f, getattr(self, f.name)))
            if f.name in self.single and np.ndim(getattr(self, f.name)):
                raise DomainError(f"{self.name}: {f.name} must be one number, unlike other "
                                  "parameters")
        shapes = {f.name: np.shape(getattr(self, f.name)) for f in fields(self)
                  if f.metadata["unit"] != ""}
        try:
            np.broadcast_shapes(*shapes.values())
        except ValueError:
            said = ", ".join(f"{k} {s}" for k, s in shapes.items() if s)
            raise DomainError(f"{self.name}: arrays of shapes {said} do not go together; give one "
                              "number or as many as the others") from None

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by name, internal units."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the points: () of one."""
        return np.broadcast_shapes(*(np.shape(x) for f, x in zip(
            fields(self), self.parameters.values(), strict=True) if f.metadata["unit"] != ""))

    def at(self, point: int) -> Model:
        """One of many points, counted through in C order."""
        shape = self.shape
        return replace(self, **{f.name: np.broadcast_to(x, shape).flat[point] for f, x in zip(
            fields(self), self.parameters.values(), strict=True) if np.ndim(x)
            and f.metadata["unit"] != ""})

    def matrices(self) -> Matrices:
        """Couplings of one point or of many: what a model says, as arrays."""
        if type(self).couplings is Model.couplings:
            self._silent("couplings")
        # a model that has written out the couplings of one point alone
        return Matrices.of([self.at(i).couplings() for i in range(prod(self.shape))], self.shape)

    def couplings(self) -> Couplings | DipolePortal:
        """What a process needs, of one point; of many points there are :meth:`matrices`."""
        return self.matrices().one(self.name)

    def answers(self, shape: tuple[int, ...] | None = None) -> dict[str, Any]:
        """Every question asked once, with an entry a point; None where it says nothing.

        See :func:`munu.models._answers.ask`.
        """
        return ask(self, shape)

    def neutrino_mass(self):
        """Mass that the model gives to neutrinos: number or matrix [energy]."""
        return self._silent("neutrino_mass")

    def tuning(self):
        """How far the mass must be tuned away: its size over what is wanted [1]."""
        return self._silent("tuning")

    def delta_a_mu(self):
        """Shift of the muon's (g - 2)/2 [1]."""
        return self._silent("delta_a_mu")

    def ratios_RD(self) -> dict[str, Any]:
        """R(D) and R(D*), and both over the Standard Model [1]."""
        return self._silent("ratios_RD")

    def B_to_K_nunu(self):
        """Rate of B -> K nu nu over the Standard Model's [1]."""
        return self._silent("B_to_K_nunu")

    def wilson_coefficients(self) -> dict[str, Any]:
        """Wilson coefficients by name."""
        return self._silent("wilson_coefficients")

    def constraints(self) -> tuple[Constraint, ...]:
        """What excludes it, with its own values."""
        return ()

    def _silent(self, what: str):
        raise NotPredicted(f"the model {self.name} says nothing of {what}")


def _value(model: str, f, given: Any) -> Any:
    """A parameter as an internal float, an array of them, or a word."""
    about: Mapping[str, Any] = f.metadata
    what = f"{model}: {f.name}"
    if given is None and f.default is MISSING:
        raise DomainError(f"{what} must be given")
    if about["unit"] == "":
        if not isinstance(given, str | bool | int | tuple | list) and given is not None:
            raise DomainError(f"{what} = {given!r} must be a word")
        return given
    if given is None:
        return given
    if isinstance(given, bool | bytes):
        raise DomainError(f"{what} = {given!r} must be a number or an array of numbers")
    given, bare = counted(what, given, about["unit"]), not isinstance(given, str)
    if isinstance(given, str):
        given = _read(what, given, about["unit"])
    try:
        value = np.asarray(given)
        value = value.astype(complex if np.iscomplexobj(value) else float)
    except (TypeError, ValueError):
        raise DomainError(f"{what} = {given!r} must be a number or an array of numbers") from None
    if value.size == 0 or not np.all(np.isfinite(value)):
        raise DomainError(f"{what} = {given!r} must be finite and not empty")
    if np.iscomplexobj(value) and not about["complex"]:
        if np.any(value.imag):
            raise DomainError(f"{what} = {value.flat[np.argmax(np.abs(value.imag))]:.4g} must be "
                              "real")
        value = value.real
    scale = 1.0 if about["unit"] == "1" else unit(about["unit"]).factor
    shown = "" if about["unit"] == "1" else f" {about['unit']}"
    size = np.abs(value) / scale
    positive = about["unit"] != "1" and (about["low"] is None or about["low"] > 0)
    far = (size > _HUGE) | ((size > 0) & (size < 1 / _HUGE) & positive)
    if np.any(far):
        raise DomainError(f"{what} = {size[far].flat[0]:.3g}{shown} is beyond what can be computed "
                          f"with; its size must lie between {1 / _HUGE:g} and {_HUGE:g}{shown}")
    if about["yukawa"] and np.any(np.abs(value) > PERTURBATIVE):
        raise DomainError(f"{what} = {np.abs(value).max():.4g} is not perturbative; its size "
                          f"must be at most sqrt(4 pi) = {PERTURBATIVE:.4g}")
    if positive and np.any(value.real <= 0):
        raise DomainError(f"{what} = {value.min() / scale:.4g}{shown} must be above 0")
    for edge, wrong, word in ((about["low"], np.less, "at least"),
                              (about["high"], np.greater, "at most")):
        if edge is not None and np.any(wrong(value.real, edge)):
            bad = value.real[wrong(value.real, edge)].flat[0]
            raise DomainError(f"{what} = {bad / scale:.4g}{shown} must be {word} "
                              f"{edge / scale:g}{shown}" + (
                                  "; a number without its unit is internal (MeV)"
                                  if bare and shown else ""))
    return value if value.ndim else value[()]


def _read(what: str, text: str, wanted: str) -> complex | float:
    """A text with its unit; a pure number may be complex."""
    if wanted != "1":
        number, unit_given = split(text)
        if not unit_given and number != 0:
            raise UnitError(f"{what} '{text}' has no unit; write e.g. {example(text, wanted)}")
        return parse(text, wanted, what=what)
    try:
        return complex(text.replace("i", "j")) if text.rstrip()[-1:] in "ij" else \
            parse(text, "1", what=what)
    except ValueError as err:
        if isinstance(err, DomainError | UnitError):
            raise
        raise DomainError(f"{what} '{text}' is no pure number") from None


def check_names(model: str, given: Mapping[str, Any], cls: Any) -> None:
    """Parameters that a model has and that it needs.  Raises UnknownName, DomainError."""
    known = [f.name for f in fields(cls)]
    for name in given:
        if name not in known:
            raise UnknownName(f"parameter of {model}", name, known)
    missing = [f.name for f in fields(cls) if f.default is MISSING and f.name not in given]
    if missing:
        raise DomainError(f"the model {model} needs {', '.join(missing)}; its parameters are "
                          f"{', '.join(known)}")
