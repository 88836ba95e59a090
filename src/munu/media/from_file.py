"""A medium of one's own: a file with columns r, density and Y_e (and B, and phi)."""

from __future__ import annotations

from munu import _data
from munu.errors import DataError
from munu.media import _tabulated, fields
from munu.media.profile import Profile


def profile(*, path: str, deviation: float = 1e-3, floor: float = 1e-4) -> Profile:
    r"""A medium from an ECSV file.

    Columns: ``r`` [length], ``density`` [mass/volume], ``Y_e`` [1]; optional ``B``, the transverse
    field in gauss, and ``phi``, its direction [rad].  A radius that stands twice is a
    discontinuity.

    Parameters
    ----------
    path : the file
    deviation : root mean square of the smooth refit from the rows, relative [1]
    floor : :math:`|1-2Y_e|` below which the deviation is absolute [1]

    Raises
    ------
    DataError
        A missing column, radii out of order, a density that is not above 0, Y_e outside [0, 1].
    """
    table = _data.read(path, require=("r", "density", "Y_e"))
    made = _tabulated.profile(table.path.stem, table, deviation=deviation, floor=floor)
    if "B" in table.columns:
        B = table["B"]
        if table.units["B"] not in ("", "1", *fields.UNITS):
            raise DataError(table.path, f"unit '{table.units['B']}' of the field; it must be "
                            f"{', '.join(fields.UNITS)} or none (gauss)", column="B")
        made = made.with_(field=fields.tabulated(table["r"], B))
    if "phi" in table.columns:
        made = made.with_(twist=fields.turning(table["r"], table["phi"]))
    return made
