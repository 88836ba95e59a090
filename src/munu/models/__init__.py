"""UV models: one file each; ``get(name, **parameters)`` makes one point, or many."""

from __future__ import annotations

from munu import _plugins
from munu._guard import called
from munu.models._answers import NotPredicted
from munu.models.model import Constraint, Model, check_names
from munu.parameters import Parameter

__all__ = ["Constraint", "Model", "NotPredicted", "about", "get", "names", "parameters"]


def names() -> list[str]:
    """The models that there are."""
    return _plugins.names("models")


def about(name: str) -> str:
    """One line on a model, read from its file."""
    return _plugins.about("models", name)


def parameters(name: str) -> tuple[Parameter, ...]:
    """The parameters of a model: default, unit, kind and one line each."""
    return _plugins.parameters("models", name)


@called
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
    factory = _plugins.factory("models", name)
    check_names(name, parameters, factory)
    return factory(**parameters)
