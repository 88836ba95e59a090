"""Telescopes for gamma rays: effective areas against the energy of the photon.

A table ends somewhere, and nothing is seen beyond it: what a signal has there is not counted.

Source : FermiPass8, EASTROGAM2017
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from munu import _data
from munu._arrays import Numbers, finite
from munu.errors import DataError, DomainError, UnknownName

#: telescopes whose areas are here
NAMES = ("e_astrogam", "fermi_lat")
#: how the Large Area Telescope looks at a star
POINTINGS = ("acceptance", "on_axis")
_SAYS = {
    "acceptance": "fermi_lat: area averaged over the whole sky, of which it sees a fifth at a time",
    "on_axis": "fermi_lat: it happens to look at the star, on axis",
    "e_astrogam": "e_astrogam: a proposal that was never built"}


@dataclass(frozen=True, eq=False)
class Telescope:
    """Effective area at energies; between two of them linear in the logarithm of the energy.

    Attributes
    ----------
    name : str
    E : array (n,), rising, above 0 [energy]
    values : array (n,), at least 0 [area]
    says : what is assumed, in words
    papers : keys of the papers
    own : whether it is a file of one's own
    """

    name: str
    E: np.ndarray
    values: np.ndarray
    says: str = ""
    papers: tuple[str, ...] = ()
    own: bool = False

    def __post_init__(self) -> None:
        E, area = finite("the energies of an area", self.E), finite("an area", self.values)
        if E.ndim != 1 or E.size < 2 or E.shape != area.shape or E[0] <= 0 \
                or np.any(np.diff(E) <= 0) or np.any(area < 0) or not area.any():
            raise DomainError(f"the areas of {self.name} must be at least 0, one for each of two "
                              "or more energies above 0 that rise, and not all of them 0")
        object.__setattr__(self, "E", E)
        object.__setattr__(self, "values", area)

    def area(self, E: Numbers) -> Numbers:
        """Effective area, 0 outside of the table [area].

        Parameters
        ----------
        E : float or array, at least 0 [energy]

        Raises
        ------
        DomainError

        >>> from munu.units import MeV, cm
        >>> print(f"{get('fermi_lat', 'on_axis').area(500 * MeV) / cm**2:.0f} cm2")
        8522 cm2
        """
        E = finite("E", E, low=0.0)
        inside = (self.E[0] <= E) & (self.E[-1] >= E)
        x = np.log(np.where(inside, E, self.E[0]))
        return np.where(inside, np.interp(x, np.log(self.E), self.values), 0.0)[()]


def get(name: str | Path, pointing: str = "acceptance") -> Telescope:
    """A telescope by name, or a table ``E``, ``area`` of one's own by the path of its file.

    Parameters
    ----------
    name : of ``NAMES``, or a path that ends in .csv or .ecsv
    pointing : of ``POINTINGS``, of fermi_lat alone

    Returns
    -------
    Telescope, its areas at energies [area]

    Raises
    ------
    UnknownName, DataError
    """
    if pointing not in POINTINGS:
        raise UnknownName("pointing", pointing, POINTINGS)
    if str(name).endswith((".csv", ".ecsv")):
        return _from_file(Path(name))
    if name not in NAMES:
        raise UnknownName("telescope", str(name), NAMES)
    table = _data.load(f"observations/{name}_area")
    papers = tuple(table.meta[k] for k in ("source", "via"))
    if name != "fermi_lat":
        return Telescope(name, table["E"], table["area"], _SAYS[name], papers)
    low, high, area = table["E_low"], table["E_high"], table[pointing]
    # bins: the area of each stands at its middle, and holds to the ends of the outer ones
    return Telescope(name, np.concatenate([low[:1], np.sqrt(low * high), high[-1:]]),
                     np.concatenate([area[:1], area, area[-1:]]), _SAYS[pointing], papers)


def _from_file(path: Path) -> Telescope:
    table = _data.read(path, require=("E", "area")).check(
        {"E": "an energy", "area": "an area"})
    E = _data.monotone(table, "E")
    table.refuse("E", E <= 0, "an energy must be above 0")
    table.refuse("area", table["area"] < 0, "an area must be at least 0")
    if E.size < 2 or not table["area"].any():
        raise DataError(path, "needs two rows at least, and an area above 0", column="area")
    # a paper that it names is not in munu's own bibliography
    return Telescope(path.stem, E, table["area"], f"area of the file {path.name}", own=True)
