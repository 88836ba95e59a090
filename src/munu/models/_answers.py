"""Every question to a model, asked once; of one point or of as many as its parameters hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from munu import flavors
from munu.errors import DomainError
from munu.units import GeV, cm

RATIOS = ("R_D", "R_Dstar", "R_D_ratio", "R_Dstar_ratio")


class NotPredicted(DomainError):
    """Asked for what this model does not touch."""


def ask(model, shape: tuple[int, ...] | None = None) -> dict[str, Any]:
    """What a model says of its points, by the names that the command line and files use.

    Parameters
    ----------
    model : Model whose parameters are numbers, or arrays that broadcast to points (...)
    shape : of the points, where it is more than that of the parameters

    Returns
    -------
    dict
        ``mu`` and what else :meth:`Matrices.named` has, ``m_nuN`` [GeV], ``tuning``,
        ``delta_a_mu``, R(D) and R(D*), ``wilson_coefficients``, ``B_to_K_nunu_ratio`` and ``r2``
        [cm^2] where there are such, each an array (...) or several by name, None where the model
        says nothing; ``constraints``, records of the same points; ``notes``, why something is None
        that the model might have said.
    """
    notes: list[str] = []

    def said(question: Callable[[], Any]) -> Any:
        try:
            return question()
        except NotPredicted:
            return None
        except DomainError as err:
            notes.append(str(err))
            return None

    # what is no finite number is for the reader to judge
    with np.errstate(all="ignore"):
        matrices, mass = said(model.matrices), said(model.neutrino_mass)
        ratios, wilson = said(model.ratios_RD), said(model.wilson_coefficients)
        out = {**({"mu": None, "mu_unit": "mu_B"} if matrices is None else matrices.named()),
               "m_nuN": None if mass is None else mass / GeV, "m_nuN_unit": "GeV",
               "tuning": said(model.tuning), "delta_a_mu": said(model.delta_a_mu),
               **{k: None if ratios is None else ratios[k] for k in RATIOS},
               "wilson_coefficients": None if wilson is None else {
                   k: x + 0.0 for k, x in wilson.items()}}
        kaons = said(model.B_to_K_nunu)
        if kaons is not None:
            out["B_to_K_nunu_ratio"] = kaons
        if hasattr(model, "r2"):
            out |= {"r2": {n: model.r2[..., a] / cm**2 for a, n in enumerate(flavors.NAMES)},
                    "r2_unit": "cm^2", "r2_convention": getattr(model, "convention", "lh_vertex")}
        constraints = model.constraints()
    shape = model.shape if shape is None else shape
    if shape:
        out = {k: _spread(x, shape, model.mass_axes if k == "m_nuN" else 0)
               for k, x in out.items()}
        constraints = [replace(x, predicted=np.broadcast_to(x.predicted, shape))
                       for x in constraints]
    return out | {"constraints": tuple(constraints), "notes": notes}


def _spread(value: Any, shape: tuple[int, ...], axes: int) -> Any:
    """An answer, or several by name, with an entry a point; ``axes`` are those of one answer."""
    if isinstance(value, dict):
        return {k: _spread(x, shape, axes) for k, x in value.items()}
    if isinstance(value, list):
        return [_spread(x, shape, axes) for x in value]
    if value is None or isinstance(value, str):
        return value
    x = np.asarray(value)
    return np.broadcast_to(x, shape + x.shape[x.ndim - axes:])
