r"""The likelihood of a probe as a HistFactory workspace, which pyhf and others read.

One mass of N.  Its parameter of interest ``signal`` multiplies the signal of one size of the
coupling, so that it is the size over that one, to the power in which the signal goes (2: of a
moment).  Norms that are free are normfactors.  Norms within an error and pulls are histosys with
symmetric variations, which pyhf's ``code4p`` moves along a straight line: the Gaussian of munu's
own likelihood (a normsys would be exponential).  The two likelihoods are one function; what
differs in :math:`CL_s` is the Asimov data set, see :func:`pyhf`.

Source : Pyhf2021, Cowan2011
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, ray
from munu._arrays import Numbers
from munu.couplings import Flavor
from munu.errors import DomainError
from munu.inference.limits import limit
from munu.inference.study import Study, solved_together, study
from munu.probes import get
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.units import MeV

POI = "signal"
# how far a norm may go from 1 and a pull from 0, in which munu's own fits have no bound
_NORM, _PULL = 10.0, 10.0


def pyhf(probe: Probe | str | Path | Sequence[Probe | str | Path], M_N: Numbers = 0.0, *,
         along: str | Ray | None = None, flavor: Flavor = "universal", nature: str | None = None,
         level: float | str | None = None, size: float | None = None,
         background_error: float | None = None, flux_nuisances: bool = False) -> dict[str, Any]:
    r"""A workspace of one probe, or of several that multiply, at one mass of N.

    .. math:: n_i = s\,S_i(x_1) + F_i + \sum_b\theta_b B_{bi} + \dots, \qquad s = (x/x_1)^p

    At ``s = 1`` it is the signal of the size ``x_1``: munu's limit by ``cls`` at the level, unless
    ``size`` is given.  ``pyhf.infer.hypotest(1.0, ...)`` answers there up to one per cent the
    :math:`CL_s` of that level.  It is not exactly the same because pyhf makes its Asimov data with
    backgrounds fitted to the data, munu with those that the probe expects.

    Parameters
    ----------
    probe : Probe, name, path of a card, or a list of these
    M_N : one mass [energy]
    along, flavor, nature, background_error, flux_nuisances : as of ``munu.limit``
    level : of the limit, 0.90
    size : x_1, of the ray [mu_B]

    Returns
    -------
    dict
        the workspace as JSON knows it; ``measurements[0]["name"]`` says what ``s = 1`` is

    Raises
    ------
    DomainError
        Several masses; no likelihood of counts that is linear in one power of the size; no limit.

    >>> made = pyhf("xenonnt")
    >>> made["measurements"][0]["config"]["poi"], len(made["channels"][0]["samples"])
    ('signal', 2)
    """
    given: Any = probe if isinstance(probe, list | tuple) else [probe]
    many = [p if isinstance(p, Probe) else get(p) for p in given]
    line = ray.read("mu" if along is None else along, M_N=M_N, flavor=flavor, nature=nature)
    if line.rows != 1:
        raise DomainError(f"{line.rows} masses were given; a workspace is of one")
    names = " + ".join(p.name for p in many)
    for p in many:
        if p.derived or (p.measured is None and p.grade != "sensitivity"):
            raise DomainError(f"{p.name} holds no counts, and a workspace is a likelihood of "
                              "counts; write its limit as hepdata or csv")
    made = study(many, line, background_error=background_error, flux_nuisances=flux_nuisances)
    if made.error is not None:
        raise DomainError(f"{names} holds values with Gaussian errors; a workspace counts events")
    if line.signed or not solved_together(made.expected):
        raise DomainError(f"the signal of {names} is not one even power of the size; no factor "
                          "makes it of another")
    said = ""
    if size is None:
        found = limit(many, line, level=level, method="cls", expected=False, scan=False,
                      background_error=background_error, flux_nuisances=flux_nuisances)
        size, said = float(found.upper[0]), f", the {found.level:.4g} limit by cls"
    elif level is not None:
        raise DomainError("level is of the limit; with a size leave it out")
    if not (np.isfinite(size) and size > 0):
        raise DomainError(f"{names} has no limit there; give the size that the signal is of")
    mass = "" if line.masses is None else f", M_N = {line.masses[0] / MeV:.6g} MeV"
    name = (f"{names}: {POI} = 1 is {line.along} = {size:.6g} mu_B{said}; it goes with the power "
            f"{made.power}; flavor {line.flavor}{mass}"
            + (f", {line.nature}" if line.nature else "")
            + ("" if made.seen is not None else "; no data: the median experiment"))
    return _workspace(made, size, names.replace(" + ", "_"), name)


def to_pyhf(workspace: dict[str, Any], path: str | Path) -> Path:
    """Write a workspace as JSON.  Raises DataError."""
    return _data.save(path, json.dumps(workspace, indent=1, allow_nan=False) + "\n")


def _workspace(made: Study, size: float, channel: str, name: str) -> dict[str, Any]:
    """The likelihood of a study whose signal is of one power, as samples and modifiers."""
    problem, expected = made.even(), made.polynomial
    y = size**made.power
    counts = made.data if made.data.ndim == 1 else made.data[0]
    parameters: list[dict[str, Any]] = [{"name": POI, "inits": [1.0], "bounds": [[0.0, 10.0]]}]
    signal = _sample("signal", y * problem.signal[0], [_factor(POI)])
    samples, fixed = [signal], _sample("fixed", problem.fixed, [])
    for label, template, error in zip(expected.backgrounds, problem.background, problem.prior,
                                      strict=True):
        key = _key("norm", label)
        if np.isinf(error):
            modifiers = [_factor(key)]
            most = _NORM * max(1.0, counts.sum() / max(template.sum(), 1e-300))
            parameters.append({"name": key, "inits": [1.0], "bounds": [[0.0, float(most)]]})
        else:
            modifiers = [_moved(key, template, error * template)]
            # no background is below 0
            parameters.append(_constrained(key, low=-1 / error))
        samples.append(_sample(label, template, modifiers))
    for k, label in enumerate(expected.pulls):
        key = _key("pull", label)
        parts = (problem.pulls[k, 0] * y, problem.pulls_fixed[k])
        if np.isfinite(problem.pulls_prior[k]):
            for sample, change in zip((signal, fixed), parts, strict=True):
                if np.any(change):
                    sample["modifiers"].append(_moved(key, np.array(sample["data"]), change))
            parameters.append(_constrained(key))
        else:
            for of, change, factors in (("signal", parts[0], [POI, key]), ("rest", parts[1],
                                                                           [key])):
                if np.any(change):
                    samples.append(_sample(f"{label}: {of}", change, [_factor(x) for x in factors]))
            parameters.append({"name": key, "inits": [0.0], "bounds": [[-_PULL, _PULL]]})
    if np.any(problem.fixed) or fixed["modifiers"]:
        samples.append(fixed)
    return {"channels": [{"name": channel, "samples": samples}],
            "observations": [{"name": channel, "data": [float(x) for x in counts]}],
            "measurements": [{"name": name, "config": {"poi": POI, "parameters": parameters}}],
            "version": "1.0.0"}


def _key(kind: str, label: str) -> str:
    return f"{kind}: {label}"


def _factor(name: str) -> dict[str, Any]:
    return {"name": name, "type": "normfactor", "data": None}


def _moved(name: str, nominal: np.ndarray, change: np.ndarray) -> dict[str, Any]:
    """A template that moves by ``change`` with one standard deviation, either way."""
    return {"name": name, "type": "histosys", "data": {
        "hi_data": (nominal + change).tolist(), "lo_data": (nominal - change).tolist()}}


def _constrained(name: str, low: float = -_PULL) -> dict[str, Any]:
    return {"name": name, "inits": [0.0], "bounds": [[max(low, -_PULL), _PULL]]}


def _sample(name: str, data: np.ndarray, modifiers: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "data": [float(x) for x in data], "modifiers": modifiers}
