r"""A ray: a size times a direction in the space of couplings, at masses of N.

A limit moves along one ray.  The direction says what the size multiplies: a moment to N of one
flavor or more, moments among the light neutrinos, charges or charge radii.  A direction keeps its
length as it was given, and its phases belong to it.  Two rays of moments are compared by their
trace matrices :math:`C = \lambda^*\lambda^T`, never by the words that made them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from munu import flavors, grid
from munu._arrays import Numbers, counted
from munu._guard import called
from munu.couplings import Couplings, DipolePortal, Flavor, check_flavor, check_nature
from munu.errors import DomainError, UnknownName
from munu.units import GeV, cm, parse

KINDS = ("portal", "majorana", "dirac", "charge", "radius")
PARAMETERS = {"portal": "mu", "majorana": "mu", "dirac": "mu", "charge": "q", "radius": "r2"}
UNITS = {"mu": "mu_B", "q": "e", "r2": "cm^2"}
_MAJORANA = {"flavor": ("emu", "etau", "mutau"), "mass": ("12", "13", "23")}
_DIRAC = tuple(a + b for a in flavors.NAMES for b in flavors.NAMES)
# of a direction: squares of it and of a size stay far from the least number
_LONGEST = 1e30
_HEAVIEST = 1e12 * GeV


class Sized:
    """What has a parameter knows how its sizes are shown."""

    @property
    def unit(self) -> str:
        """The unit that a size is shown in: mu_B, e or cm^2."""
        return UNITS[self.parameter]  # type: ignore[attr-defined]  # a field or a property

    @property
    def factor(self) -> float:
        """One of that unit, internally."""
        return cm**2 if self.unit == "cm^2" else 1.0

    def size(self, x: Any) -> float:
        """A size, internal, of a finite number or of a text in its unit such as ``1e-33cm^2``.

        Raises
        ------
        DomainError, UnitError
        """
        value = parse(x, self.unit, what="size") if isinstance(x, str) else \
            counted("size", x, self.unit)
        made = np.asarray(value)
        if made.dtype.kind not in "iuf" or made.size != 1 or not np.isfinite(made).all():
            raise DomainError(f"size = {x!r} must be one finite number, or a text in {self.unit}")
        return float(made.item())

    @property
    def signed(self) -> bool:
        """Whether a size may be below 0."""
        return self.unit != "mu_B"


@dataclass(frozen=True, eq=False, kw_only=True)
class Ray(Sized):
    """A size times a direction, see the class methods that make one.

    Attributes
    ----------
    kind : one of ``KINDS``
    along : the text that says it again, such as ``mu`` or ``emu=1,etau=0.5``
    direction : what the size multiplies: the flavor of a portal, else a complex matrix (3, 3)
    masses : array (n,), masses of N [energy], or None where there is no N
    nature : ``dirac``, ``majorana`` or None
    mixing : U_aN of a portal [1]
    basis : ``flavor`` or ``mass``, of a matrix
    """

    kind: str
    along: str
    direction: Any
    masses: np.ndarray | None = None
    nature: str | None = None
    mixing: tuple[complex, ...] = (0.0, 0.0, 0.0)
    basis: str = "flavor"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UnknownName("kind of ray", self.kind, KINDS)
        check_nature(self.nature)
        if self.masses is not None:
            object.__setattr__(self, "masses", check_masses(self.masses))
        if not isinstance(self.direction, str):
            longest = np.abs(np.asarray(self.direction, dtype=complex)).max()
            if not 1 / _LONGEST <= longest <= _LONGEST:
                raise DomainError(f"the direction {self.along} is {longest:.3g} long, which no "
                                  f"size makes up for; give ratios, as emu=1 (at most "
                                  f"{_LONGEST:g})")

    # ---- the ways to make one ----------------------------------------------------------------

    @classmethod
    @called
    def portal(cls, M_N: Numbers = 0.0, flavor: Flavor = "universal",
               nature: str | None = None, mixing: tuple[complex, ...] = (0.0, 0.0, 0.0)) -> Ray:
        """The moment to N, sizes in mu_B: M_N a number or array (n,) [energy].

        Three numbers as ``flavor`` are one coherent N, see :class:`munu.DipolePortal`.
        """
        return cls(kind="portal", along="mu", direction=check_flavor(flavor),
                   masses=check_masses(M_N),
                   nature=nature, mixing=tuple(mixing))

    @classmethod
    @called
    def majorana(cls, emu: complex = 0, etau: complex = 0, mutau: complex = 0,
                 basis: str = "flavor") -> Ray:
        """Transition moments of Majorana neutrinos in units of the size, which is in mu_B.

        In the mass basis the three are lambda_12, lambda_13, lambda_23.
        """
        made = Couplings.majorana(emu, etau, mutau, basis)
        if not made.mu.any():
            raise DomainError("a direction of moments needs one that is not 0, such as emu=1")
        names = _MAJORANA[basis]
        said = ",".join(f"{n}={_number(x)}" for n, x in zip(names, (emu, etau, mutau), strict=True)
                        if x)
        return cls(kind="majorana", along=said, direction=made.mu, nature="majorana", basis=basis)

    @classmethod
    @called
    def dirac(cls, matrix: Numbers, basis: str = "flavor") -> Ray:
        """Moments of Dirac neutrinos, complex (3, 3): incoming flavor, then outgoing state."""
        made = Couplings(mu=matrix, nature="dirac", basis=basis)
        if not made.mu.any():
            raise DomainError("a direction of moments needs one that is not 0, such as ee=1")
        said = ",".join(f"{n}={_number(x)}" for n, x in zip(_DIRAC, made.mu.ravel(), strict=True)
                        if x)
        return cls(kind="dirac", along=said, direction=made.mu, nature="dirac", basis=basis)

    @classmethod
    @called
    def charge(cls, direction: Numbers = "universal") -> Ray:
        """Charges in units of the size, which is in e and of either sign.

        Three numbers are the diagonal in flavor, a Hermitian 3 x 3 is all; or a flavor.
        """
        return cls(kind="charge", along=_said("q", direction),
                   direction=Couplings(charge=_diagonal(direction)).charge)

    @classmethod
    @called
    def radius(cls, direction: Numbers = "universal") -> Ray:
        """Charge radii in units of the size [length^2] of either sign; see :meth:`charge`."""
        return cls(kind="radius", along=_said("r2", direction),
                   direction=Couplings(r2=_diagonal(direction)).r2)

    # ---- what it says ------------------------------------------------------------------------

    def __repr__(self) -> str:
        of = f", flavor {self.flavor}" if self.kind == "portal" else ""
        at = "" if self.masses is None else f", {self.rows} mass" + "es" * (self.rows > 1)
        return f"<Ray {self.along} [{self.unit}]{of}{at}>"

    @property
    def parameter(self) -> str:
        """``mu``, ``q`` or ``r2``."""
        return PARAMETERS[self.kind]

    @property
    def flavor(self) -> Flavor | None:
        """What a record of a limit names as flavor: of a portal; of charges where it is a word."""
        if self.kind == "portal":
            return self.direction
        return _word(self.direction) if self.signed else None

    @property
    def rows(self) -> int:
        """How many masses there are; one where there is no N."""
        return 1 if self.masses is None else self.masses.size

    def at(self, x: float, j: int = 0) -> Couplings:
        """The couplings of size x [unit of the ray, internal], for mass number j."""
        if self.kind == "portal":
            return Couplings(portals=(DipolePortal(
                float(x), 0.0 if self.masses is None else float(self.masses[j]), self.direction,
                self.nature, self.mixing),))
        if self.signed:
            name = "charge" if self.kind == "charge" else "r2"
            return Couplings(**{name: x * self.direction})
        return Couplings(mu=x * self.direction, nature=self.nature, basis=self.basis)

    def with_masses(self, M_N: Numbers) -> Ray:
        """The same direction at other masses [energy]."""
        if self.kind != "portal":
            raise DomainError(f"the ray {self.along} has no N; it takes no masses")
        return replace(self, masses=M_N)

    def trace_matrix(self, U: np.ndarray | None = None) -> np.ndarray:
        r"""C of a unit size in the flavor basis, Hermitian (3, 3) [1]; U for the mass basis."""
        if self.signed:
            raise DomainError(f"a ray of {self.kind} has an amplitude, not a trace matrix")
        if self.kind == "portal":
            return DipolePortal(1.0, 0.0, self.direction).trace_matrix
        lam = self.at(1.0).amplitude(U)
        return lam.conj() @ lam.T


def read(along: str | Ray = "mu", *, M_N: Numbers = 0.0, flavor: Flavor = "universal",
         nature: str | None = None) -> Ray:
    """A ray from its text, as ``mu``, ``q``, ``emu=1,etau=0.5+0.2j``, ``12=1``, ``q:e=1,mu=-1``.

    Raises
    ------
    DomainError, UnknownName
        An unknown word; masses, a flavor or a nature that this ray does not have.

    >>> read("emu=1,etau=1").unit
    'mu_B'
    """
    if isinstance(along, Ray):
        _only(along.along, M_N, flavor)
        if nature is not None and check_nature(nature) != along.nature:
            raise DomainError(f"the ray {along.along} says its own nature ({along.nature}), not "
                              f"{nature}; leave nature out")
        return along
    if not isinstance(along, str):
        raise DomainError(f"along = {along!r} must be mu, q, r2, a text such as emu=1,etau=1, or "
                          "a Ray; masses go by name: M_N=50 * keV")
    text = along.replace(" ", "")
    if text == "mu":
        return Ray.portal(M_N, flavor, nature)
    make = {"q": Ray.charge, "r2": Ray.radius}
    if text in make:
        _only(text, M_N, "universal")
        _charged(nature, text)
        return make[text](check_flavor(flavor))
    head, colon, tail = text.partition(":")
    if colon and head in make:
        _only(text, M_N, flavor)
        _charged(nature, head)
        given = _entries(tail, flavors.NAMES)
        return make[head]([given.get(n, 0.0) for n in flavors.NAMES])
    if {*text.split(",")} <= {*_MAJORANA["flavor"], *_MAJORANA["mass"], *_DIRAC}:
        raise DomainError(f"along = '{along}' names a direction without its numbers; write '"
                          + ",".join(f"{x}=1" for x in text.split(",")) + "'")
    if text[:1].isdigit() and "=" not in text:
        raise DomainError(f"along = '{along}' is no direction; a mass goes by name: "
                          f"M_N='{along}'")
    if "=" not in text:
        raise UnknownName("parameter or ray", along, ("mu", "q", "r2", "emu=1,etau=1", "12=1",
                                                      "q:e=1,mu=-1"))
    _only(text, M_N, flavor)
    return _moments(text, nature)


def _moments(text: str, nature: str | None) -> Ray:
    if check_nature(nature) == "dirac":
        given = _entries(text, _DIRAC)
        return Ray.dirac(np.array([given.get(n, 0) for n in _DIRAC]).reshape(3, 3))
    basis = "mass" if text.partition("=")[0].isdigit() else "flavor"
    own = [k for k in (x.partition("=")[0] for x in text.split(","))
           if k in _DIRAC and k not in _MAJORANA["flavor"]]
    if own and nature is None:
        raise DomainError(f"{own[0]} is a moment of Dirac neutrinos alone; give the nature too, "
                          "dirac")
    given = _entries(text, _MAJORANA[basis])
    emu, etau, mutau = (given.get(n, 0) for n in _MAJORANA[basis])
    return Ray.majorana(emu, etau, mutau, basis)


def _only(text: str, M_N: Numbers, flavor: Flavor) -> None:
    if np.any(check_masses(M_N) != 0):
        raise DomainError(f"a limit along {text} knows no mass of N; leave M_N out")
    if not (isinstance(flavor, str) and flavor == "universal"):
        raise DomainError(f"the ray {text} says its own direction; leave flavor out")


def _charged(nature: str | None, what: str) -> None:
    check_nature(nature)
    if what == "q" and nature == "majorana":
        raise DomainError("Majorana neutrinos carry no charge; leave nature out")


def _entries(text: str, known: Sequence[str]) -> dict[str, complex]:
    out: dict[str, complex] = {}
    for item in text.split(","):
        key, equals, value = item.partition("=")
        if not (equals and key and value):
            raise DomainError(f"'{item}' must read name=number, as {known[0]}=1")
        if key not in known:
            raise UnknownName("moment or flavor of a ray", key, known)
        if key in out:
            raise DomainError(f"{key} is given twice")
        try:
            # Python would read 1_0 as 10
            number = complex(value.replace("_", "?").replace("i", "j"))
        except ValueError:
            raise DomainError(f"{key} = '{value}' is no pure number; write 1 or 0.5+0.2j"
                              ) from None
        if not np.isfinite(number):
            raise DomainError(f"{key} = '{value}' must be finite")
        out[key] = number.real if number.imag == 0 else number
    return out


def _diagonal(direction: Numbers) -> np.ndarray:
    if isinstance(direction, str):
        check_flavor(direction)
        return np.ones(3) if direction == "universal" else \
            np.diag(flavors.projector(direction)).real
    made = np.asarray(direction)
    if not np.any(made):
        raise DomainError(f"the direction {direction!r} must not be 0")
    return made


def _said(head: str, direction: Numbers) -> str:
    if isinstance(direction, str):
        return head
    entries = np.asarray(direction)
    if entries.shape != (3,):
        return f"{head}:matrix"
    return f"{head}:" + ",".join(f"{n}={_number(x)}" for n, x in
                                 zip(flavors.NAMES, entries, strict=True) if x)


def _word(matrix: np.ndarray) -> Flavor:
    """The flavor whose matrix this is, or its diagonal."""
    diagonal = tuple(float(x) for x in np.diag(matrix).real)
    words: dict[tuple[float, ...], str] = {
        (1.0, 1.0, 1.0): "universal", (1.0, 0.0, 0.0): "e", (0.0, 1.0, 0.0): "mu",
        (0.0, 0.0, 1.0): "tau"}
    return words.get(diagonal, diagonal)


def _number(x: complex) -> str:
    z = complex(x)
    return f"{z.real:.12g}" if z.imag == 0 else f"{z.real:.12g}{z.imag:+.12g}j"


def check_mass(M_N: Numbers) -> float:
    """One mass of N [energy]; see :func:`check_masses`."""
    masses = check_masses(M_N)
    if masses.size > 1:
        raise DomainError(f"one mass of N is asked, not {masses.size}")
    return float(masses[0])


def check_masses(M_N: Numbers) -> np.ndarray:
    """Masses of N as an array (n,), finite, at least 0 [energy].

    Numbers, internal; a text such as ``0,50keV`` or ``1keV:1MeV:60``; what has ``to_value`` or
    ``to`` (astropy, pint); or a list of these.

    Raises
    ------
    DomainError, UnitError
    """
    masses = np.atleast_1d(_plain(M_N))
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


def _plain(M_N: Numbers) -> np.ndarray:
    if isinstance(M_N, str):
        try:
            return grid.masses(M_N)
        except DomainError as err:
            raise type(err)(f"M_N = {M_N!r}: {err}") from None
    if isinstance(M_N, list | tuple) and any(
            isinstance(x, str) or hasattr(x, "to_value") or hasattr(x, "magnitude") for x in M_N):
        return np.concatenate([check_masses(x) for x in M_N])
    M_N = counted("M_N", M_N, "MeV")
    try:
        made = np.asarray(M_N)
        if made.dtype.kind not in "iufO":
            raise TypeError
        return made.astype(float)
    except (TypeError, ValueError):
        raise DomainError(f"M_N = {' '.join(repr(M_N).split())} must be a number or a list of "
                          "numbers [energy], as 50 * keV, or a text such as 0,50keV") from None
