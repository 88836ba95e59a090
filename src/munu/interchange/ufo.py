"""UFO models: folders of Python files that event generators read.

Source : UFO2012, UFO2023
"""

from __future__ import annotations

import keyword
from pathlib import Path

from munu import _part
from munu._log import log
from munu.couplings import DipolePortal
from munu.errors import DataError, DomainError
from munu.interchange import ufo_leptoquark, ufo_portal
from munu.models import Model


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
    _check(folder)
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


def _check(folder: Path) -> None:
    """Whether the folder is new, empty or an earlier UFO model."""
    if folder.exists() and not folder.is_dir():
        raise DataError(folder, "is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "object_library.py").is_file():
        raise DataError(folder, "holds other things; name a new folder, or an earlier UFO model")


def save(folder: str | Path, files: dict[str, str]) -> Path:
    """All files or none; an earlier model goes only when the new one is whole."""
    folder = Path(folder)
    _check(folder)
    try:
        with _part.replaced_folder(folder) as part:
            for name, text in files.items():
                (part / name).write_text(text, encoding="utf-8", newline="")
    except OSError as err:
        raise DataError(folder, f"cannot be written ({err.strerror or err})") from None
    log.info("wrote %s", folder)
    return folder
