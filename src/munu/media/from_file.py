"""A medium of one's own: a file with columns r, density and Y_e (temperature, B, phi)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from munu import _data, references
from munu.media import _tabulated, fields
from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared

_COLUMNS = {**fields.COLUMNS, "density": "a density", "Y_e": "a number",
            "temperature": "an energy"}


@declared
def medium(*, path: Annotated[str | Path, About("the file")],
           deviation: Annotated[float | None, About(
            "root mean square of the smooth refit from the rows, relative; default the noise of "
            "the rows")] = None,
           floor: Annotated[float, About(
               "|1 - 2 Y_e| below which the deviation is absolute")] = 1e-4,
           core_mass: Annotated[Quantity | None, About(
               "which the rows must hold, as where a star's whole loss is asked; default what they "
               "hold", "M_sun")] = None,
           Z2_A: Annotated[float | None, About(
               "sum of X_i Z_i^2/A_i over ions, 1 for hydrogen and helium, 3.5 for carbon and "
               "oxygen; default 1")] = None) -> Profile:
    r"""A medium from an ECSV file, or a CSV file with units in its first line,
    ``r [km],density [g/cm^3],Y_e``.

    Columns: ``r`` [length], ``density`` [g/cm^3 or kg/m^3], ``Y_e`` [1]; optional
    ``temperature`` [K or keV], ``B``, the transverse field [uG, G or T], and ``phi``, its direction
    [rad or deg].  A radius that stands twice is a discontinuity.

    Raises
    ------
    DataError
        A missing or unknown column or unit, radii out of order, a density or a temperature that is
        not above 0, Y_e outside [0, 1].
    DomainError
        A deviation or a floor out of range; rows that end inside the core.
    """
    table = _data.read(path, require=("r", "density", "Y_e")).check(_COLUMNS)
    papers = references.of_table(table)
    made = _tabulated.profile(table.path.stem, table, deviation=deviation,
                              floor=floor).with_(papers=papers, Z2_A=Z2_A)
    if core_mass is not None:
        made.whole(core_mass)
    if "B" in table.columns:
        curve, closer = (fields.tabulated(table["r"], table["B"], deviation=deviation, closer=c)
                         for c in (False, True))
        refit = None if made.refit is None else made.refit.with_(field=closer)
        made = made.with_(field=curve, refit=refit)
    if "phi" in table.columns:
        made = made.with_(twist=fields.turning(table["r"], table["phi"]))
    return made
