"""munu: electromagnetic properties of neutrinos, from a Lagrangian to the map of bounds.

>>> import munu
>>> found = munu.limit("xenonnt", M_N=0.0)
>>> print(f"mu < {found.value:.2e} mu_B at {found.level:.0%} ({found.statistic})")
mu < 7.47e-12 mu_B at 90% (profile)

Everything is imported when it is first touched: ``import munu`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# name: where it lives; None is the sub-package of that name
_PUBLIC = {
    "Couplings": "couplings", "DipolePortal": "couplings", "Limit": "inference",
    "Prediction": "spectrum", "Ray": "ray", "Spectrum": "spectrum", "cite": "references",
    "limit": "inference",
}
__all__ = sorted([*_PUBLIC, "__version__"])

if TYPE_CHECKING:
    from munu.couplings import Couplings, DipolePortal
    from munu.inference import Limit, limit
    from munu.ray import Ray
    from munu.references import cite
    from munu.spectrum import Prediction, Spectrum


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"module 'munu' has no attribute '{name}'")
    if name in _PUBLIC:
        value = getattr(import_module(f"munu.{_PUBLIC[name]}"), name)
        globals()[name] = value
        return value
    from munu import _rooms
    from munu.errors import meant

    if name in _rooms.rooms():
        return import_module(f"munu.{name}")
    raise AttributeError(f"module 'munu' has no attribute '{name}'"
                         f"{meant(name, (*_PUBLIC, *_rooms.rooms()))} (dir(munu) lists all)")


def __dir__() -> list[str]:
    from munu import _rooms

    return sorted([*__all__, *_rooms.rooms()])
