r"""Bodies that N flies through: boxes, cylinders, spheres, centred at 0.

What a convex body looks like along a direction is a distribution of chords, and that follows from
the volume :math:`g(t)` that it has in common with itself moved by t along the direction: the area
of chords longer than t is :math:`-g'(t)`.  So :meth:`Body.chords` is a quadrature in t with the
weights :math:`g''(t)`, and a single longest chord where g ends with a slope.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from math import pi
from typing import ClassVar

import numpy as np

from munu._arrays import Numbers, finite, gauss
from munu.errors import DomainError, UnknownName
from munu.units import m, parse

#: bodies by the word that :func:`read` knows them by
NAMES = ("box", "cylinder", "sphere")
AXES = ("x", "y", "z")
# panels and nodes between two cuts: fine near the short end, where a decay length may end
_PANELS, _NODES = (0.0, 8.0**-4, 8.0**-3, 8.0**-2, 8.0**-1, 1.0), 10
# of the size: a point that rounding put outside of the surface
_ROUND = 1e-9


@dataclass(frozen=True)
class Body:
    """What a box, a cylinder and a sphere have in common."""

    NAME: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for f in fields(self):
            if f.name == "axis":
                continue
            value, what = getattr(self, f.name), f"the {f.name} of a {self.NAME}"
            size = finite(what, value)
            if size.ndim or not 0 < size <= 1e60:
                raise DomainError(f"{what} = {value!r} is no size of a body: it must be one "
                                  "length above 0, as 5 * munu.units.m or '5m'")
            object.__setattr__(self, f.name, float(size))

    def __str__(self) -> str:
        sizes = [getattr(self, f.name) for f in fields(self)]
        return f"{self.NAME}:" + ",".join(
            x if isinstance(x, str) else f"{x / m:.14g}m" for x in sizes)

    @property
    def volume(self) -> float:
        """[volume]"""
        raise NotImplementedError

    @property
    def widest(self) -> float:
        """The longest chord of all directions [length]."""
        raise NotImplementedError

    @cached_property
    def _size(self) -> float:
        return max(x for f in fields(self) if isinstance(x := getattr(self, f.name), float))

    def chords(self, direction: Numbers = (0.0, 0.0, 1.0), cuts: Numbers = ()
               ) -> tuple[np.ndarray, np.ndarray]:
        """Chords along a direction: lengths, and the area of the shadow that has each.

        Parameters
        ----------
        direction : array (3,), of any length but 0 [1]
        cuts : lengths at which what is averaged has a kink [length]

        Returns
        -------
        lengths : array (n,) [length]
        areas : array (n,), above 0; the sum of lengths times areas is the volume to 1e-12 [area]

        Raises
        ------
        DomainError
            A direction of length 0.

        >>> lengths, areas = Box(4.0, 3.0, 5.0).chords((0, 0, 1))
        >>> print(lengths, areas)
        [5.] [12.]
        """
        u = unit(direction)
        if u.ndim != 1:
            raise DomainError(f"direction has the shape {u.shape}; chords are along one, (3,)")
        return self._chords(u, np.atleast_1d(finite("cuts", cuts, low=0.0))
                            if np.size(cuts) else np.zeros(0))

    def _chords(self, u: np.ndarray, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        raise NotImplementedError

    def _line(self, p: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where whole lines enter and leave; entry above exit where they miss."""
        raise NotImplementedError

    def sample(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Points that are uniform in the volume.

        Parameters
        ----------
        rng : numpy.random.Generator
        n : int, at least 0

        Returns
        -------
        array (n, 3) [length]
        """
        raise NotImplementedError

    def inside(self, points: Numbers) -> np.ndarray:
        """Whether points lie inside or on the surface.

        Parameters
        ----------
        points : array (..., 3) [length]

        Returns
        -------
        array (...) of bool
        """
        return self._beyond(_points(points)) <= 0

    def _beyond(self, p: np.ndarray) -> np.ndarray:
        """How far points lie outside in their worst coordinate, at most 0 inside."""
        raise NotImplementedError

    def entry_exit(self, points: Numbers, directions: Numbers) -> tuple[np.ndarray, np.ndarray]:
        """How far it is forward to where a ray enters and to where it leaves.

        Parameters
        ----------
        points : array (..., 3), inside or outside [length]
        directions : array (..., 3), of any length but 0 [1]

        Returns
        -------
        entry, exit : arrays (...); 0 is the entry of a point inside; both infinite where the ray
            misses [length]

        Raises
        ------
        DomainError

        >>> entry, exit = Sphere(1.0).entry_exit([[0, 0, -3], [0, 2, -3]], (0, 0, 1))
        >>> print(entry, exit)
        [ 2. inf] [ 4. inf]
        """
        p, u = _points(points), unit(directions)
        with np.errstate(all="ignore"):
            low, high = self._line(p, u)
        low = np.maximum(low, 0.0)
        hit = high > low
        return np.where(hit, low, np.inf), np.where(hit, high, np.inf)

    def exit(self, points: Numbers, directions: Numbers) -> np.ndarray:
        """How far it is from points inside to the surface.

        Parameters
        ----------
        points : array (..., 3), inside [length]
        directions : array (..., 3), of any length but 0 [1]

        Returns
        -------
        array (...) [length]

        Raises
        ------
        DomainError
            A point outside.
        """
        p, u = _points(points), unit(directions)
        out = self._beyond(p) > _ROUND * self._size
        if out.any():
            x, y, z = p[np.unravel_index(np.argmax(out), out.shape)] / m
            raise DomainError(f"the point ({x:g}, {y:g}, {z:g}) m is outside of {self}; entry_exit "
                              "takes points outside")
        with np.errstate(all="ignore"):
            low, high = self._line(p, u)
        # a point on the surface may miss by rounding
        return np.where(high >= low, np.maximum(high, 0.0), 0.0)


@dataclass(frozen=True)
class Box(Body):
    """A box along the axes.

    Attributes
    ----------
    x, y, z : full edges [length]

    >>> print(read("box:4m,3m,5m"))
    box:4m,3m,5m
    """

    NAME: ClassVar[str] = "box"
    x: float
    y: float
    z: float

    @property
    def volume(self) -> float:
        """[volume]"""
        return self.x * self.y * self.z

    @property
    def widest(self) -> float:
        """The longest chord of all directions [length]."""
        return float(np.sqrt(self.x**2 + self.y**2 + self.z**2))

    @cached_property
    def _edges(self) -> np.ndarray:
        return np.array([self.x, self.y, self.z])

    def _chords(self, u: np.ndarray, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        # g = product of (a_k - t |u_k|)
        a, c = self._edges, np.abs(u)
        with np.errstate(divide="ignore", over="ignore"):
            ends = a / c
        k = int(np.argmin(ends))
        longest = float(ends[k])
        i, j = (n for n in range(3) if n != k)
        t, w = _panels(longest, cuts)
        left = [np.maximum(a[n] - t * c[n], 0.0) for n in range(3)]
        bend = 2 * (c[0] * c[1] * left[2] + c[1] * c[2] * left[0] + c[2] * c[0] * left[1])
        atom = c[k] * np.maximum(a[i] - longest * c[i], 0) * np.maximum(a[j] - longest * c[j], 0)
        return _joined(t, w * bend, longest, float(atom))

    def _line(self, p: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low, high = zip(*(_slab(p[..., n], u[..., n], 0.5 * self._edges[n]) for n in range(3)),
                        strict=True)
        return np.maximum(np.maximum(*low[:2]), low[2]), np.minimum(np.minimum(*high[:2]), high[2])

    def sample(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Uniform points (n, 3) [length]; see :meth:`Body.sample`."""
        return (rng.random((_count(n), 3)) - 0.5) * self._edges

    def _beyond(self, p: np.ndarray) -> np.ndarray:
        return (np.abs(p) - 0.5 * self._edges).max(axis=-1)


@dataclass(frozen=True)
class Cylinder(Body):
    """A round cylinder.

    Attributes
    ----------
    radius, length : [length]
    axis : ``x``, ``y`` or ``z``, along which it lies

    >>> print(read("cylinder:2m,10m"))
    cylinder:2m,10m,z
    """

    NAME: ClassVar[str] = "cylinder"
    radius: float
    length: float
    axis: str = "z"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.axis not in AXES:
            raise UnknownName("axis of a cylinder", str(self.axis), AXES)

    @property
    def volume(self) -> float:
        """[volume]"""
        return pi * self.radius**2 * self.length

    @property
    def widest(self) -> float:
        """The longest chord of all directions [length]."""
        return float(np.hypot(2 * self.radius, self.length))

    @property
    def _k(self) -> int:
        return AXES.index(self.axis)

    def _chords(self, u: np.ndarray, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        # g = (length - t c) times what two discs have in common that are 2 R sin(phi) = t s apart
        R, H, (i, j) = self.radius, self.length, _others(self._k)
        c, s = float(np.abs(u[self._k])), float(np.hypot(u[i], u[j]))
        ends = (H / c if c > 0 else np.inf), (2 * R / s if s > 0 else np.inf)
        longest = min(ends)
        top = float(np.arcsin(min(longest * s / (2 * R), 1.0))) if ends[1] > ends[0] else pi / 2
        t, areas = np.zeros(0), np.zeros(0)
        if top > 0:
            near = cuts[cuts < longest] * s / (2 * R)
            phi, w = _panels(top, np.arcsin(np.minimum(near, 1.0)))
            t = 2 * R * np.sin(phi) / s
            areas = w * (2 * R * s * np.sin(phi) * np.maximum(H - t * c, 0.0)
                         + 8 * R**2 * c * np.cos(phi)**2)
        rest = pi / 2 - top
        atom = 2 * c * R**2 * (rest - np.sin(rest) * np.cos(rest)) if ends[0] <= ends[1] else 0.0
        return _joined(t, areas, longest, float(atom))

    def _line(self, p: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        k, across = self._k, list(_others(self._k))
        low, high = _slab(p[..., k], u[..., k], 0.5 * self.length)
        near, far = _round(p[..., across], u[..., across], self.radius)
        return np.maximum(low, near), np.minimum(high, far)

    def sample(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Uniform points (n, 3) [length]; see :meth:`Body.sample`."""
        v = rng.random((_count(n), 3))
        r, phi, (i, j) = self.radius * np.sqrt(v[:, 0]), 2 * pi * v[:, 1], _others(self._k)
        out = np.empty((n, 3))
        out[:, i], out[:, j] = r * np.cos(phi), r * np.sin(phi)
        out[:, self._k] = (v[:, 2] - 0.5) * self.length
        return out

    def _beyond(self, p: np.ndarray) -> np.ndarray:
        i, j = _others(self._k)
        return np.maximum(np.hypot(p[..., i], p[..., j]) - self.radius,
                          np.abs(p[..., self._k]) - 0.5 * self.length)


@dataclass(frozen=True)
class Sphere(Body):
    """A ball.

    Attributes
    ----------
    radius : [length]

    >>> print(read("sphere:610cm"))
    sphere:6.1m
    """

    NAME: ClassVar[str] = "sphere"
    radius: float

    @property
    def volume(self) -> float:
        """[volume]"""
        return 4 / 3 * pi * self.radius**3

    @property
    def widest(self) -> float:
        """The longest chord of all directions [length]."""
        return 2 * self.radius

    def _chords(self, u: np.ndarray, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        t, w = _panels(2 * self.radius, cuts)
        return t, w * 0.5 * pi * t

    def _line(self, p: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return _round(p, u, self.radius)

    def sample(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Uniform points (n, 3) [length]; see :meth:`Body.sample`."""
        v = rng.random((_count(n), 3))
        r, z, phi = self.radius * np.cbrt(v[:, 0]), 2 * v[:, 1] - 1, 2 * pi * v[:, 2]
        across = np.sqrt(1 - z**2)
        return r[:, None] * np.stack([across * np.cos(phi), across * np.sin(phi), z], axis=-1)

    def _beyond(self, p: np.ndarray) -> np.ndarray:
        return np.sqrt((p**2).sum(axis=-1)) - self.radius


def read(text: str | Body) -> Body:
    """A body of a text: ``sphere:RADIUS``, ``box:X,Y,Z``, ``cylinder:RADIUS,LENGTH,AXIS``.

    Parameters
    ----------
    text : such as ``sphere:5m``, ``box:4m,3m,5m`` or ``cylinder:2m,10m,z``; a body stays itself

    Returns
    -------
    Body; ``str`` of it is such a text again, to 14 digits

    Raises
    ------
    UnknownName, DomainError, UnitError

    >>> read("sphere:5")
    Traceback (most recent call last):
        ...
    munu.errors.UnitError: radius of a sphere '5' has no unit; write e.g. 5m
    """
    if isinstance(text, Body):
        return text
    if not isinstance(text, str):
        raise DomainError(f"geometry {text!r} must be a text, such as sphere:5m")
    name, _, rest = text.replace(" ", "").partition(":")
    kinds: dict[str, type[Body]] = {k.NAME: k for k in (Box, Cylinder, Sphere)}
    if name not in kinds:
        raise UnknownName("body", name, NAMES)
    wanted = [f.name for f in fields(kinds[name])]
    given = rest.split(",") if rest else []
    if len(given) not in {len(wanted), len(wanted) - ("axis" in wanted)}:
        raise DomainError(f"geometry '{text}' has {len(given)} sizes; it must be "
                          f"{name}:{','.join(w.upper() for w in wanted)}, such as "
                          + {"box": "box:4m,3m,5m", "sphere": "sphere:5m",
                             "cylinder": "cylinder:2m,10m,z"}[name])
    return kinds[name](**{
        w: x if w == "axis" else _length(x, f"{w} of a {name}")
        for w, x in zip(wanted, given, strict=False)})


def _length(text: str, what: str) -> float:
    made = parse(text, "m", what=what)
    if made <= 0:
        raise DomainError(f"the {what} '{text}' is no size of a body: it must be above 0, as 5m")
    return made


def unit(directions: Numbers) -> np.ndarray:
    """Directions with length 1.

    Parameters
    ----------
    directions : array (..., 3) [1]

    Returns
    -------
    array (..., 3) [1]

    Raises
    ------
    DomainError
        No three numbers, not finite, or all of them 0.
    """
    u = finite("direction", directions)
    if u.ndim < 1 or u.shape[-1] != 3:
        raise DomainError(f"direction has the shape {u.shape}; it must be (..., 3)")
    big = np.abs(u).max(axis=-1, keepdims=True)
    if (big == 0).any():
        raise DomainError("direction (0, 0, 0) points nowhere; give a vector of any length but 0")
    u = u / big
    return u / np.sqrt((u**2).sum(axis=-1, keepdims=True))


def _points(points: Numbers) -> np.ndarray:
    p = finite("points", points)
    if p.ndim < 1 or p.shape[-1] != 3:
        raise DomainError(f"points have the shape {p.shape}; it must be (..., 3)")
    return p


def _count(n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
        raise DomainError(f"n = {n!r} must be a whole number of points, at least 0")
    return int(n)


def _others(k: int) -> tuple[int, int]:
    return (k + 1) % 3, (k + 2) % 3


def _panels(top: float, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights from 0 to the top, panels that grow from 0 and from each cut."""
    inner = np.unique(cuts[(cuts > 0) & (cuts < top)])
    ends = np.concatenate([[0.0], inner, [top]])
    x, v = gauss(_NODES)
    # of the share of the way between two ends; edges themselves could fall together
    a = np.array(_PANELS)
    s = (0.5 * (a[1:] + a[:-1])[:, None] + 0.5 * np.diff(a)[:, None] * x).ravel()
    w = (0.5 * np.diff(a)[:, None] * v).ravel()
    way = np.diff(ends)[:, None]
    return (ends[:-1, None] + way * s).ravel(), (way * w).ravel()


def _joined(t: np.ndarray, areas: np.ndarray, longest: float, atom: float
            ) -> tuple[np.ndarray, np.ndarray]:
    """The distribution and the single longest chord; what has no area is left out."""
    t, areas = np.append(t, longest), np.append(areas, atom)
    return t[areas > 0], areas[areas > 0]


def _slab(p: np.ndarray, u: np.ndarray, half: float) -> tuple[np.ndarray, np.ndarray]:
    """Where lines pass -half to half in one coordinate."""
    within = np.abs(p) <= half
    a, b = (-half - p) / u, (half - p) / u
    low = np.where(u == 0, np.where(within, -np.inf, np.inf), np.minimum(a, b))
    return low, np.where(u == 0, np.where(within, np.inf, -np.inf), np.maximum(a, b))


def _round(p: np.ndarray, u: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Where lines pass a circle or a sphere; u may be shorter than 1."""
    p, u = np.broadcast_arrays(p, u)
    u2 = (u**2).sum(axis=-1)
    middle = -(p * u).sum(axis=-1) / u2
    still = u2 == 0
    near = p + np.where(still, 0.0, middle)[..., None] * u
    # from the nearest point, so that a far start costs no digits
    left = radius**2 - (near**2).sum(axis=-1)
    half = np.sqrt(np.maximum(left, 0.0) / u2)
    low = np.where(still, -np.inf, middle - half)
    high = np.where(still, np.inf, middle + half)
    return np.where(left >= 0, low, np.inf), np.where(left >= 0, high, -np.inf)
