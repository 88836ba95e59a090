"""UFO models: folders of Python files that event generators read.

Source : UFO2012, UFO2023
"""

from __future__ import annotations

import keyword
from pathlib import Path

from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.interchange import _folder, ufo_leptoquark, ufo_portal
from munu.models import Model

# the file by which an earlier one is known
_MARK = ("object_library.py", "UFO model")


def to_ufo(model: Model | DipolePortal, folder: str | Path, *,
           d_W_over_d_B: float | None = None) -> Path:
    """Write the folder of a UFO model: S1 of the leptoquark, or the dipole portal of any other.

    Parameters
    ----------
    model : the leptoquark, another Model whose couplings are a portal, or a DipolePortal
    folder : new, empty, or an earlier UFO model; its name is the model's
    d_W_over_d_B : ratio of the gauge-invariant dipoles, for vertices of Z and W; photon alone
        without it, unless the model is dipole_completion, which has its own

    Returns
    -------
    Path

    Raises
    ------
    DomainError, DataError
        A nature that is not given, a name that Python cannot import, a folder of other things.
    """
    return save(folder, ufo_files(model, folder, d_W_over_d_B=d_W_over_d_B))


def ufo_files(model: Model | DipolePortal, folder: str | Path, *,
              d_W_over_d_B: float | None = None) -> dict[str, str]:
    """The files of a UFO model by name, for a folder that may be written; see :func:`to_ufo`.

    Raises
    ------
    DomainError, DataError
    """
    folder = Path(folder)
    _folder.check(folder, *_MARK)
    if not folder.name.isidentifier() or keyword.iskeyword(folder.name):
        raise DomainError(f"the folder '{folder.name}' must be a name that Python can import: "
                          "letters, digits and _")
    if getattr(model, "name", None) == "leptoquark":
        if d_W_over_d_B is not None:
            raise DomainError("d_W_over_d_B belongs to a portal; write model.couplings()")
        made = ufo_leptoquark.build(model)
    else:
        portal = model if isinstance(model, DipolePortal) else model.couplings()
        if not isinstance(portal, DipolePortal):
            raise DomainError(f"the couplings of {getattr(model, 'name', model)} are no dipole "
                              "portal; a UFO model is written of a portal or of the leptoquark")
        constants = {}
        if getattr(model, "name", None) == "dipole_completion" and d_W_over_d_B is None:
            d_W_over_d_B = float(model.ratio)
            constants = {k: getattr(model, k) for k in ("M_W", "M_Z", "sin2_theta_W")}
        made = ufo_portal.build(portal, d_W_over_d_B, tuple(getattr(model, "papers", ())),
                                **constants)
    return made.text()


def save(folder: str | Path, files: dict[str, str]) -> Path:
    """All files or none; an earlier model goes only when the new one is whole."""
    return _folder.save(folder, files, *_MARK)
