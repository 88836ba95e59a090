r"""Transverse magnetic fields along a path, as functions of r.

A field is given as :math:`\mu_B B`, an energy: a moment in Bohr magnetons times it is what the
Hamiltonian takes.
"""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data
from munu._arrays import finite
from munu.constants import m_e
from munu.errors import DataError, DomainError, UnitError, UnknownName
from munu.media import _curves, _tabulated, _turbulence
from munu.media.profile import Profile
from munu.units import eV, km, m, parse, s, to_float

# of a field, in gauss
UNITS = {"uG": 1e-6, "G": 1.0, "T": 1e4}
# what the columns of a file of one's own are
COLUMNS = {"r": "a length", "B": "a field", "phi": "an angle"}
# what the text of a turbulent field may give, and how it is read
_TURBULENT = {"l_outer": str, "l_inner": str, "seed": int, "index": float, "modes": int, "n": float}
# e hbar/(2 m_e) times one gauss; e times a tesla is one eV s/m^2
MU_B_PER_GAUSS = 1e-4 * (eV * s / m**2) / (2 * m_e)


def strength(B: float | str) -> float:
    """A field in gauss (``5e9``, ``5e9G``, ``1e6T``) as mu_B B [energy].

    >>> from munu.units import km
    >>> print(round(1e-12 * strength("1e10G") * km, 5))
    0.29334
    """
    if isinstance(B, str):
        text = B.strip()
        suffix = next((u for u in UNITS if text.endswith(u)), None)
        if suffix is None:
            raise DomainError(f"field '{B}' has no unit; write 5e9G or 5e5T")
        try:
            B = parse(text, "G", what="field")
        except UnitError:
            raise DomainError(f"field '{B}' is no number of gauss; write 5e9G") from None
    if not np.isfinite(B):
        raise DomainError(f"field {B!r} must be finite")
    return float(B) * MU_B_PER_GAUSS


def power_law(B0: float | str, r0: float | str, n: float = 3.0) -> Callable:
    """B0 (r0/r)^n; a dipole has n = 3, a constant field n = 0."""
    size, radius = strength(B0), to_float(r0, "km")
    if not (radius > 0 and np.isfinite(n)):
        raise DomainError(f"r0 = {r0} must be above 0 and n = {n} finite")
    return _curves.Power(size, radius, n)


def dipole(B0: float | str, r0: float | str) -> Callable:
    """A dipole, B0 (r0/r)^3."""
    return power_law(B0, r0, 3.0)


def constant(B0: float | str) -> Callable:
    """The same everywhere."""
    return _curves.Constant(strength(B0))


@dataclass(frozen=True, eq=False)
class Field:
    """A field along a path; called with r it gives mu_B B [energy].

    Attributes
    ----------
    name : str
    function : function of r [energy]
    twist : function of r, rate of turning of its direction [1/length], or None
    range : (low, high) in which it holds [length], or None
    breaks : radii of discontinuities [length]
    refit : the function from a closer refit of its rows, or None
    """

    name: str
    function: Callable
    twist: Callable | None = None
    range: tuple[float, float] | None = None
    breaks: tuple[float, ...] = ()
    refit: Callable | None = None

    def __call__(self, r):
        return self.function(r)

    def on(self, profile: Profile, r=None) -> Profile:
        """A profile with this field, its turning and its discontinuities.

        A turning of the profile stays where it had no field and this one has none of its own.

        Parameters
        ----------
        profile : Profile
        r : (from, to), the path that the field must cover, default the whole profile [length]

        Raises
        ------
        DomainError
        """
        low, high = sorted((profile.r_min, profile.r_max) if r is None else r)
        if self.range and (low < self.range[0] * (1 - 1e-9) or high > self.range[1] * (1 + 1e-9)):
            a, b = (x / km for x in self.range)
            raise DomainError(f"field {self.name} holds from {a:g} to {b:g} km and does not cover "
                              f"the path from {low / km:g} to {high / km:g} km")
        # how another field turned says nothing of this one
        kept = profile.twist if profile.field is None else None
        changes = {"twist": self.twist or kept,
                   "breaks": tuple(sorted({*profile.breaks, *self.breaks}))}
        refit = None
        if profile.refit is not None or self.refit is not None:
            refit = (profile.refit or profile).with_(field=self.refit or self, **changes)
        return profile.with_(field=self, refit=refit, **changes)


def read(text: str) -> Field:
    """A field from a text.

    ``dipole:5e9G@1000km``, ``power2:1e9G@1000km``, ``constant:1e6G``; a turbulent one, whose root
    mean square falls as r^-n where there is a radius,
    ``turbulent:5e9G@1000km,n=3,l_outer=1e4km,l_inner=1e3km,seed=1`` (also ``index``, ``modes``);
    a file, ``file:mine.ecsv`` or just ``mine.csv``, see :func:`from_file`.

    Raises
    ------
    DomainError, UnknownName, DataError

    >>> read("dipole:5e9G@1000km").name
    'dipole:5e9G@1000km'
    """
    kind, _, rest = text.partition(":")
    if kind == "file" and rest:
        return from_file(rest)
    if text.endswith((".csv", ".ecsv")):
        return from_file(text)
    if kind == "turbulent" and rest:
        return Field(text, _read_turbulent(text, rest))
    B, _, at = rest.partition("@")
    if kind == "constant" and B and not at:
        return Field(text, constant(B))
    if B and at and (kind == "dipole" or kind.startswith("power")):
        try:
            n = 3.0 if kind == "dipole" else float(kind.removeprefix("power"))
        except ValueError:
            n = None
        if n is not None:
            return Field(text, power_law(B, at, n))
    raise DomainError(f"field '{text}' must read dipole:5e9G@1000km, power2:5e9G@1000km, "
                      "constant:1e6G, turbulent:5e9G@1000km,n=3,l_outer=1e4km,l_inner=1e3km,seed=1 "
                      "or file:mine.ecsv")


def _read_turbulent(text: str, rest: str) -> Callable:
    head, *items = rest.split(",")
    B, _, at = head.partition("@")
    given: dict[str, Any] = {}
    for item in items:
        key, _, value = (x.strip() for x in item.partition("="))
        if key not in _TURBULENT:
            raise UnknownName("entry of a turbulent field", key, _TURBULENT)
        if key in given:
            raise DomainError(f"field '{text}' gives {key} twice")
        try:
            given[key] = _TURBULENT[key](value)
        except ValueError as err:
            if isinstance(err, DomainError):
                raise
            raise DomainError(f"{key} = '{value}' of a turbulent field is no "
                              + ("whole number" if key in ("seed", "modes") else "number")
                              ) from None
    missing = [k for k in ("l_outer", "l_inner", "seed") if k not in given]
    if missing or not B:
        raise DomainError(f"field '{text}' lacks {', '.join(missing or ['its strength'])}; write "
                          "turbulent:1e9G,l_outer=1e4km,l_inner=1e3km,seed=1")
    return turbulent(B, given.pop("l_outer"), given.pop("l_inner"), r0=at or None, **given)


def from_file(path: str | Path) -> Field:
    """A field of one's own, from an ECSV file or a CSV file with units in its first line.

    Columns: ``r`` [length], ``B`` [uG, G or T], the transverse field, which may change its sign;
    optional ``phi`` [rad or deg], its direction, of which the rate of turning is made.  A radius
    that stands twice is a discontinuity.

    Raises
    ------
    DataError
        A missing or unknown column or unit, a value that is not finite, radii out of order.
    """
    table = _data.read(path, require=("r", "B")).check(COLUMNS)
    r = table["r"]
    wrong = np.diff(r, prepend=0.0) < 0
    wrong[0] = r[0] <= 0
    wrong[2:] |= r[2:] == r[:-2]
    table.refuse("r", wrong, "radii must rise from above 0; one may stand twice, at a "
                             "discontinuity")
    try:
        function, closer = (tabulated(r, table["B"], closer=c) for c in (False, True))
        twist = turning(r, table["phi"]) if "phi" in table.columns else None
    except DomainError as err:
        raise DataError(table.path, str(err)) from None
    return Field(str(path), function, twist, (float(r[0]), float(r[-1])), _breaks(r), closer)


def _breaks(r) -> tuple[float, ...]:
    """Radii that stand twice."""
    return tuple(float(x) for x in r[1:][np.diff(r) == 0])


def _pieces(r) -> list[slice]:
    """Rows between discontinuities, radii checked."""
    step = np.diff(r)
    if r[0] <= 0 or np.any(step < 0):
        raise DomainError("the radii of a field must rise from above 0")
    bounds = [0, *(np.flatnonzero(step == 0) + 1), r.size]
    if np.any(np.diff(bounds) < 2):
        raise DomainError("a field needs two rows at least, two also beside a discontinuity")
    return [slice(a, b) for a, b in itertools.pairwise(bounds)]


def tabulated(r, B, *, deviation: float | None = None, closer: bool = False) -> Callable:
    r"""A field [gauss] given at radii (n,) [length]: smooth between them, no field outside.

    As for a profile, one smoothing spline in ln r: of :math:`\ln B` if B is above 0 everywhere,
    else of B over the power law that :math:`|B|` follows.  A radius that stands twice is a
    discontinuity.

    Parameters
    ----------
    r, B : arrays (n,) [length], [G]
    deviation : root mean square of the spline from the rows, relative (to that power law where B
        changes its sign); None is the noise of the rows [1]
    closer : bool, three times closer to the rows: what both differ by is not known of the field

    Raises
    ------
    DomainError
    """
    r, B = finite("the radii of the field", r), finite("the field", B)
    if r.ndim != 1 or r.shape != B.shape or r.size < 2:
        raise DomainError("a field needs two radii at least, and one value at each")
    pieces, breaks = _pieces(r), np.log(np.array(_breaks(r)) / km)
    if np.all(B == 0):
        return _curves.nothing
    x = np.log(r / km)
    if np.all(B > 0):
        y, back = np.log(B), {}
    else:
        # the power law that its size follows, so that a part far out is not lost
        some = B != 0
        n = float(np.polyfit(x[some], np.log(np.abs(B[some])), 1)[0]) if some.sum() > 1 else 0.0
        y = B * np.exp(-n * (x - x[0]))
        size = float(np.sqrt(np.mean(y**2)))
        y, back = y / size, {"size": size, "n": n, "x0": x[0]}
    if deviation is None:
        deviation = _tabulated.noise(x, y, pieces)
    if closer:
        deviation /= _tabulated.CLOSER
    curve = _tabulated._pieces(x, y, pieces, breaks, deviation)
    return _curves.Rows(curve, r[0] * (1 - 1e-9), r[-1] * (1 + 1e-9), MU_B_PER_GAUSS, **back)


def turning(r, phi) -> Callable:
    """The rate of turning d phi/dr of a direction phi (n,) [rad] given at radii [length].

    The derivative of a spline through the rows, of degree five where there are six or more.

    Raises
    ------
    DomainError
    """
    from scipy.interpolate import make_interp_spline

    r, phi = finite("the radii of the direction", r), finite("the direction phi", phi)
    if r.ndim != 1 or r.shape != phi.shape or r.size < 4:
        raise DomainError("a direction needs four rising radii at least, and one angle at each")
    pieces, breaks = _pieces(r), np.array(_breaks(r))
    if np.any(phi[1:][np.diff(r) == 0] != phi[:-1][np.diff(r) == 0]):
        raise DomainError("the direction phi jumps at a radius that stands twice; a jump is no "
                          "rate of turning")
    # in km, so that no power of a radius is out of reach; an odd degree below the number of rows
    slopes = [make_interp_spline(r[p] / km, phi[p], k=min(5, (p.stop - p.start - 2) // 2 * 2 + 1)
                                 ).derivative() for p in pieces]
    made = _curves.Pieces(tuple(_curves.PerKm(slope) for slope in slopes), breaks)
    return _curves.Clamped(made, r[0], r[-1])


def turbulent(B_rms: float | str, l_outer: float | str, l_inner: float | str, *, seed: int,
              index: float = 5 / 3, modes: int = 100, r0: float | str | None = None,
              n: float = 0.0) -> Callable:
    r"""One transverse component of an isotropic turbulent field, as a sum of random waves.

    .. math:: B(r) = \left(\frac{r_0}{r}\right)^n\sum_j A_j\cos(\kappa_jr + \varphi_j),\qquad
              \tfrac12\sum_jA_j^2 = B_{\rm rms}^2

    with phases even in :math:`(0, 2\pi)`.  In space the field is isotropic and without divergence,
    with power :math:`\propto k^{-\alpha}` between :math:`2\pi/l_{\rm outer}` and
    :math:`2\pi/l_{\rm inner}`; :math:`\kappa` is the part of k along the path, so that the power
    in :math:`\kappa` is flat below :math:`2\pi/l_{\rm outer}`.  The component is real and keeps
    its line: it does not turn, but changes its sign.  Gaussian for many modes; white noise on paths
    of many, up to some hundred, ``l_outer``.

    Parameters
    ----------
    B_rms : root mean square of this component, at ``r0`` if that is given [G or text]
    l_outer, l_inner : largest and least wavelength [length]
    seed : whole number; another one, another field
    index : :math:`\alpha` [1]
    modes : waves, one in each of as many bins of the number along the path
    r0 : radius from which the strength falls as r^-n [length]
    n : power [1]

    Raises
    ------
    DomainError
    """
    size, outer, inner = strength(B_rms), to_float(l_outer, "km"), to_float(l_inner, "km")
    _turbulence.check(outer, inner, index)
    for name, value, least, most in (("seed", seed, 0, 2**63), ("modes", modes, 1, 10**5)):
        if isinstance(value, bool) or not isinstance(value, numbers.Real) \
                or not least <= value <= most or value != int(value):
            raise DomainError(f"{name} = {value!r} must be a whole number from {least} to {most}")
    if size < 0:
        raise DomainError(f"B_rms = {B_rms} must be 0 or above")
    radius = None if r0 is None else to_float(r0, "km")
    if (radius is None and n != 0) or not np.isfinite(n) or (radius is not None and not radius > 0):
        raise DomainError(f"n = {n} must be finite and goes with a radius r0 above 0")
    waves = _turbulence.waves(outer, inner, float(index), int(modes), int(seed))
    return _turbulence.Waves(size, *waves, radius, n)


def correlation_length(l_outer: float | str, l_inner: float | str, index: float = 5 / 3) -> float:
    r"""Correlation length along the path of one component of :func:`turbulent`.

    .. math:: \ell = \int_{-\infty}^{\infty}\frac{\langle B(0)B(x)\rangle}{B_{\rm rms}^2}\,
              \mathrm dx = \tfrac38\left\langle\frac{2\pi}{k}\right\rangle

    the mean over the power; the whole integral, as the length of a cell is that of cells.

    Parameters
    ----------
    l_outer, l_inner, index : as :func:`turbulent`

    Returns
    -------
    float [length]

    Raises
    ------
    DomainError
    """
    outer, inner = to_float(l_outer, "km"), to_float(l_inner, "km")
    _turbulence.check(outer, inner, index)
    return 3 / 8 * _turbulence.mean_wavelength(outer, inner, float(index))


def cells(B_rms: float | str, length: float | str, r_min: float | str, r_max: float | str,
          seed: int, *, n: float = 0.0) -> tuple[Callable, tuple[float, ...]]:
    """A turbulent field: cells of one length, in each a strength drawn from a normal law.

    It is one component of a field whose strength has root mean square ``B_rms`` at ``r_min`` and
    falls as r^-n; the evolver must know where cells end.

    Returns
    -------
    field, radii at which it jumps (``Profile.with_(field=..., breaks=...)``)

    Raises
    ------
    DomainError
    """
    size, step, low, high = (strength(B_rms), to_float(length, "km"), to_float(r_min, "km"),
                             to_float(r_max, "km"))
    if not (step > 0 and 0 < low < high):
        raise DomainError("cells need a length above 0 and radii that rise from above 0")
    count = int(np.ceil((high - low) / step))
    if count > 10**6:
        raise DomainError(f"{count} cells are more than a million; take longer ones")
    drawn = np.random.default_rng(seed).normal(size=count) * size
    return _turbulence.Cells(drawn, low, step, n), tuple(low + step * np.arange(1, count))
