"""What can be asked, one record a command of munu: its fields are the options of the command.

The options that name a file, or write one, are not among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
)

from munu import _kinds
from munu.errors import DomainError

# no text is longer, and none holds what cannot be seen
LONGEST, MOST_OPTIONS = 200, 30
_KINDS = ("bool", "float", "str", "int")
Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST,
                                        pattern=r"^[ -~\u00a1-\ud7ff\ue000-\ufffd]+$")]
# a file of munu's own is never meant: its name has neither a point nor a slash
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,60}$")]
Names = Annotated[str, StringConstraints(
    pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,60}(\+[A-Za-z][A-Za-z0-9_-]{0,60}){0,5}$")]
Dotted = Annotated[str, StringConstraints(
    pattern=r"^[A-Za-z][A-Za-z0-9_]{0,60}(\.[A-Za-z0-9_]{1,60}){1,6}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,60}$")]


def _number(value: Any) -> Any:
    """What is written as a number alone: pydantic would take false for 0 and "7" for 7."""
    if isinstance(value, bool | str):
        raise ValueError(f"{value!r} is no number")
    return value


Whole = Annotated[int, BeforeValidator(_number), Field(ge=-10**9, le=10**9)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Value = bool | Whole | Finite | Text
Options = Annotated[dict[Key, Value], Field(max_length=MOST_OPTIONS)]
Nature = Literal["dirac", "majorana"]
Ordering = Literal["NO", "IO"]
Seed = Annotated[int, BeforeValidator(_number), Field(ge=0, le=2**31 - 1)]


def _there(kind: str) -> Callable[[dict[str, Any]], None]:
    """The names of a kind, for whoever reads the interface."""
    def extra(schema: dict[str, Any]) -> None:
        schema.pop("pattern", None)
        schema["enum"] = sorted(_kinds.names(kind))

    return extra


class Asked(BaseModel):
    """One question.  ``NAME`` is the field that stands first on the command line, ``ROOM`` the
    kind of what it names, ``SETTINGS`` the field whose entries follow as ``key=value``."""

    model_config = ConfigDict(extra="forbid", frozen=True, title=None)
    COMMAND: ClassVar[str] = ""
    NAME: ClassVar[str] = ""
    ROOM: ClassVar[str] = ""
    SETTINGS: ClassVar[str] = ""


class Limit(Asked):
    """The limit of one probe, or of several together."""

    COMMAND, NAME, ROOM = "limit", "probe", "probes"
    probe: Names = Field(description="A probe, or several as xenonnt+lz", examples=["xenonnt"])
    mass: Text = Field("0", description="0,50keV,1MeV or a grid 1keV:1MeV:60")
    method: Literal["profile", "profile_unbounded", "one_sided", "feldman_cousins", "cls",
                    "power_constrained"] = Field("profile", description="Statistic")
    along: Text | None = Field(None, description="mu, q, r2, or emu=1,etau=0.5")
    level: Text | None = Field(None, description="Confidence level, as 0.9 or 90%")
    flavor: Text = Field("universal", description="universal, e, mu, tau, or 1,1,1")
    nature: Nature | None = Field(None, description="Of N")
    toys: Annotated[int, BeforeValidator(_number), Field(ge=100, le=20000)] | None = Field(
        None, description="Toys a point, of feldman_cousins")
    seed: Seed | None = Field(None, description="Of the toys")
    power: Text | None = Field(None, description="Least power of power_constrained, as 16%")
    mixing: Text | None = Field(None, description="nufit-5.0 to nufit-6.0")
    ordering: Ordering = Field("NO", description="Of the masses")
    flux_nuisances: StrictBool = Field(False, description="Each flux floats in its error")
    background_error: Text | None = Field(None, description="Of the background, 5%")
    unbinned: StrictBool = Field(False, description="Likelihood of the single events")
    systematic: StrictBool = Field(False, description="The envelope of the variants too")
    option: Options = Field({}, description="Of the probe")


class Spectrum(Asked):
    """The predicted spectrum, with what was seen."""

    COMMAND, NAME, ROOM = "spectrum", "probe", "probes"
    probe: Name = Field(description="A probe", examples=["xenonnt"],
                        json_schema_extra=_there("probes"))
    mu: Text = Field("1e-11", description="Moment in mu_B, or emu=1e-12,etau=1e-12")
    mass: Text = Field("0", description="Of N, as 50keV")
    flavor: Text = Field("universal", description="universal, e, mu, tau, or 1,1,1")
    nature: Nature | None = Field(None, description="Of N")
    option: Options = Field({}, description="Of the probe")


class Natures(Asked):
    """Dirac or Majorana: how many photons of N tell."""

    COMMAND, NAME, ROOM = "natures", "probe", "probes"
    probe: Name = Field(description="A probe that sees photons of N", examples=["sbnd"],
                        json_schema_extra=_there("probes"))
    mass: Text = Field("0.2GeV", description="Of N")
    mu: Text = Field("1e-9", description="Moment in mu_B")
    flavor: Text = Field("universal", description="universal, e, mu, tau, or 1,1,1")
    true: Nature = Field("majorana", description="That N has")
    background: Text = Field("0", description="Events besides")
    toys: Annotated[int, BeforeValidator(_number), Field(ge=0, le=5000)] = Field(
        0, description="Experiments of each")
    seed: Seed = Field(1, description="Of the toys")
    option: Options = Field({}, description="Of the probe")


class Propagate(Asked):
    """Spin-flavor evolution: probabilities against energy, and the resonances."""

    COMMAND, ROOM, NAME = "propagate", "media", "medium"
    medium: Name = Field("profile_a", description="A medium",
                         json_schema_extra=_there("media"))
    field: Text | None = Field(None, description="dipole:5e9G@1000km, constant:1e6G, ...")
    mu: Text | None = Field(None, description="Moments in mu_B: emu=1e-12,etau=7e-13")
    nature: Nature = Field("majorana", description="Of the neutrinos")
    mixing: Text | None = Field(None, description="nufit-5.0 to nufit-6.0, or s12=..,...")
    ordering: Ordering = Field("NO", description="Of the masses")
    energies: Text = Field("5MeV:40MeV:36", description="15MeV, a list or a grid")
    bin: Text | None = Field(None, description="Full width of a bin around each energy")
    initial: Text | None = Field(None, description="nubar_e, nu_mu, ...")
    final: Literal["mass", "flavor"] = Field("mass", description="States at the end")
    from_: Text | None = Field(None, alias="from", description="Radius to begin at, 1e3km")
    to: Text | None = Field(None, description="Radius to end at, 1e6km")
    twist: Text | None = Field(None, description="Rate of turning of the field, -100/km")
    loop: StrictBool = Field(False, description="With the one-loop potential of mu and tau")
    tol: Text | None = Field(None, description="Wanted error, 1e-7 to 1e-2")
    fast: StrictBool = Field(False, description="Landau-Zener crossings alone")
    radii: Text | None = Field(None, description="Radii where probabilities are wanted too")
    option: Options = Field({}, description="Of the medium")


class Model(Asked):
    """What a UV completion predicts, and what excludes it."""

    COMMAND, NAME, ROOM, SETTINGS = "model", "name", "models", "parameters"
    name: Name = Field(description="A model", examples=["leptoquark"],
                       json_schema_extra=_there("models"))
    parameters: Options = Field({}, description="As m_LQ: 2TeV, y1: 0.1",
                                examples=[{"m_LQ": "2TeV", "y1": 0.1, "y2": 0.1}])
    scan: Annotated[dict[Key, Text], Field(max_length=3)] = Field(
        {}, description="Grids in parameters, m_LQ: 1TeV:5TeV:20")


class Check(Asked):
    """What all limits say of a point, or of a model: what excludes it, by what margin."""

    COMMAND, NAME, ROOM, SETTINGS = "check", "model", "models", "point"
    model: Name | None = Field(None, description="A model, or none for a point of couplings")
    point: Options = Field({}, description="As mu: 1e-11, M_N: 50keV, flavor: mu; of a model its "
                           "parameters", examples=[{"mu": 1e-11, "M_N": "50keV"}])
    mixing: Text | None = Field(None, description="nufit-5.0 to nufit-6.0")
    ordering: Ordering = Field("NO", description="Of a mixing that is named")


class Moments(Asked):
    """Bounds on fundamental moments from limits on effective ones, phases profiled."""

    COMMAND = "moments"
    kind: Literal["majorana", "dirac", "portal"] = Field("majorana", description="Of moments")
    limits: Text | None = Field(None, description="Published limits, as xenonnt_2022,gemma_2012")
    mixing: Text | None = Field(None, description="nufit-5.0 to nufit-6.0")
    ordering: Ordering = Field("NO", description="Of the masses")


class Convert(Asked):
    """A moment in all conventions."""

    COMMAND, NAME = "convert", "quantity"
    quantity: Text = Field(description="'d = 1e-7 /GeV' or 'mu = 1e-11 mu_B'",
                           examples=["mu = 1e-11 mu_B"])
    to: Text = Field("mu_B", description="mu_B, 1/GeV, mu:1/GeV, d:mu_B")


class Calc(Asked):
    """Any public formula by its dotted name, units in and out."""

    COMMAND, NAME, ROOM, SETTINGS = "calc", "formula", "formulas", "arguments"
    formula: Dotted = Field(description="A formula", examples=["kinematics.E_nu_min"])
    arguments: Options = Field({}, description="As T: 3keV, m: m_e")
    unit: Text | None = Field(None, description="Of the answer")


ASKED: dict[str, type[Asked]] = {c.COMMAND: c for c in (
    Limit, Spectrum, Natures, Propagate, Model, Check, Moments, Convert, Calc)}


def read(command: str, fields: Mapping[str, Any]) -> Asked:
    """The question of a command, or munu's one line of what is wrong with a field.

    Raises
    ------
    DomainError
    """
    try:
        return ASKED[command].model_validate(fields)
    except ValidationError as err:
        raise DomainError(line(err.errors())) from None


def line(errors: Any) -> str:
    """The first of pydantic's complaints as one line."""
    def place(error: Any) -> str:
        return ".".join(str(x) for x in error["loc"] if x != "body" and "[" not in str(x)
                        and str(x).removeprefix("constrained-") not in _KINDS)

    # where one of several kinds is meant each of them complains, of a text the last
    last = {place(e): e for e in errors}
    where, first = next(iter(last.items()))
    more = f" (and {len(last) - 1} more)" if len(last) > 1 else ""
    said = {"extra_forbidden": "there is no such field", "missing": "is needed"}.get(
        first["type"], " ".join(str(first["msg"]).split()))
    return f"{where or 'the request'}: {said}{more}"
