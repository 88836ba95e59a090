"""UV models: one file each; ``get(name, **parameters)`` makes one point, or many."""

from __future__ import annotations

from munu import _plugins
from munu.models.model import Constraint, Model, NotPredicted, check_names

__all__ = ["Constraint", "Model", "NotPredicted", "get", "names"]


def names() -> list[str]:
    """The models that there are."""
    return _plugins.names("models")


def get(name: str, **parameters) -> Model:
    """A model by name with its parameters: internal floats, arrays of them, or texts with units.

    Raises
    ------
    UnknownName
        With the nearest names, of models or of parameters.
    DomainError, UnitError
        A parameter that is missing, out of range or without its unit.

    >>> print(f"{get('leptoquark', m_LQ='1TeV', y1=0.05, y2=1).couplings().mu:.3e} mu_B")
    1.347e-11 mu_B
    """
    factory = _plugins.load("models", name).model
    check_names(name, parameters, factory)
    return factory(**parameters)
