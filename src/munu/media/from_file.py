"""A medium of one's own: a file with columns r, density and Y_e (temperature, B, phi), or a
supernova's core (mu_nu, lapse)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from munu import _data, references
from munu.errors import DataError, DomainError
from munu.media import _core, _tabulated, fields
from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared

_COLUMNS = {**fields.COLUMNS, "density": "a density", "Y_e": "a number",
            "temperature": "an energy", "mu_nu": "an energy", "lapse": "a number"}


def history(path: str | Path, S_pot: float | None = None) -> list[tuple[float, Profile]] | None:
    """Times after bounce and cores of a file with a column ``t`` [time], else None.

    Raises
    ------
    DataError, DomainError
    """
    table = _data.read(path, require=("r", "density", "Y_e", "temperature"))
    if "t" not in table.columns:
        return None
    core = {k: x for k, x in _COLUMNS.items() if k not in fields.COLUMNS or k == "r"}
    table.check({"t": "a time", **core})
    return _core.history(table.path.stem, table, S_pot, references.of_table(table))


@declared
def medium(*, path: Annotated[str | Path, About("the file")],
           deviation: Annotated[float | None, About(
            "root mean square of the smooth refit from the rows, relative; default the noise of "
            "the rows")] = None,
           floor: Annotated[float | None, About(
               "|1 - 2 Y_e| below which the deviation is absolute; default 1e-4")] = None,
           core_mass: Annotated[Quantity | None, About(
               "which the rows must hold, as where a star's whole loss is asked; default what they "
               "hold", "M_sun")] = None,
           Z2_A: Annotated[float | None, About(
               "sum of X_i Z_i^2/A_i over ions, 1 for hydrogen and helium, 3.5 for carbon and "
               "oxygen; default 1, and free protons in a core")] = None,
           core: Annotated[bool, About(
               "whether it is a supernova's core: straight between its rows, with mu_nu; it is "
               "where there is a column mu_nu or lapse")] = False,
           S_pot: Annotated[Quantity | None, About(
               "of a core without a column mu_nu: what interaction of nucleons adds to their "
               "symmetry energy; default 18 MeV", "MeV")] = None) -> Profile:
    r"""A medium from an ECSV file, or a CSV file with units in its first line,
    ``r [km],density [g/cm^3],Y_e``.

    Columns: ``r`` [length], ``density`` [g/cm^3 or kg/m^3], ``Y_e`` [1]; optional
    ``temperature`` [K or keV], ``B``, the transverse field [uG, G or T], and ``phi``, its direction
    [rad or deg].  A radius that stands twice is a discontinuity.  Of a supernova's core also
    ``mu_nu``, the chemical potential of electron neutrinos [MeV], derived where it is not given,
    and ``lapse`` [1]; ``temperature`` is needed then.

    Raises
    ------
    DataError
        A missing or unknown column or unit, radii out of order, a density or a temperature that is
        not above 0, Y_e outside [0, 1].
    DomainError
        A deviation or a floor out of range; rows that end inside the core; what no supernova's
        core can be; an option that would change nothing.
    """
    table = _data.read(path, require=("r", "density", "Y_e"))
    if "t" in table.columns:
        raise DataError(table.path, "has times, a history of a core, where one medium is meant; "
                                    "munu.media.history reads it, and probes of decays take it as "
                                    "core", column="t")
    table.check(_COLUMNS)
    papers = references.of_table(table)
    if core or not {"mu_nu", "lapse"}.isdisjoint(table.columns):
        for name, given in (("deviation", deviation), ("floor", floor)):
            if given is not None:
                raise DomainError(f"{name} says nothing of a supernova's core, which goes straight "
                                  "between its rows; leave it out")
        made = _core.of_table(table.path.stem, table, S_pot, papers)
        made = made if Z2_A is None else made.with_(Z2_A=Z2_A)
    elif S_pot is not None:
        raise DomainError("S_pot is for a supernova's core; add core=True")
    else:
        made = _tabulated.profile(table.path.stem, table, deviation=deviation,
                                  **({} if floor is None else {"floor": floor})
                                  ).with_(papers=papers, Z2_A=Z2_A)
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
