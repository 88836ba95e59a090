r"""Wilson coefficients of the Standard Model's effective theory, in the exchange format WCxf.

The EFT is ``SMEFT``, the basis ``Warsaw``: charged leptons and down quarks are mass states, up
singlets too; :math:`\mathcal L = \sum C O + (C O + \mathrm{h.c.})`, hermitian operators once.
The file holds GeV and GeV\ :sup:`-2`; of two coefficients that are conjugates, one.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, _files, results
from munu._arrays import Numbers
from munu._frozen import FrozenMap
from munu._guard import formula
from munu.errors import DataError, DomainError, UnknownName
from munu.models import Model, NotPredicted
from munu.models.leptoquark import Leptoquark
from munu.units import GeV

EFT, BASIS = "SMEFT", "Warsaw"
ENTRIES = ("eft", "basis", "scale", "values", "metadata")
_FAMILY = {"e": 1, "mu": 2, "tau": 3}
# operators of the basis by the number of family indices
_OPERATORS = {
    0: "G Gtilde W Wtilde phi phiBox phiD phiG phiB phiW phiWB phiGtilde phiBtilde phiWtilde "
       "phiWtildeB",
    2: "uphi dphi ephi eW eB uG uW uB dG dW dB phil1 phil3 phie phiq1 phiq3 phiu phid phiud "
       "llphiphi",
    4: "ll qq1 qq3 lq1 lq3 ee uu dd eu ed ud1 ud8 le lu ld qe qu1 qd1 qu8 qd8 ledq quqd1 quqd8 "
       "lequ1 lequ3 duql qque qqql duue"}
_INDICES = {name: n for n, names in _OPERATORS.items() for name in names.split()}
_DIMENSION = {"llphiphi": -1}
# places of the indices that may be exchanged: the conjugate of a hermitian operator, two like pairs
_CONJUGATE = {**dict.fromkeys(_OPERATORS[2].split()[11:18], (1, 0)),
              **dict.fromkeys(_OPERATORS[4].split()[:20], (1, 0, 3, 2))}
_ALIKE = {**dict.fromkeys(["ll", "qq1", "qq3", "uu", "dd"], ((2, 3, 0, 1),)),
          "ee": ((2, 3, 0, 1), (0, 3, 2, 1)), "qque": ((1, 0, 2, 3),), "llphiphi": ((1, 0),)}


@dataclass(frozen=True)
class WilsonCoefficients:
    """Coefficients by name at one scale.

    Attributes
    ----------
    scale : float [energy]
    values : mapping of name to complex [1/energy^2]; ``llphiphi`` [1/energy]
    meta : mapping, what else the file says of itself
    """

    scale: float
    values: Mapping[str, complex]
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> complex:
        """A coefficient; 0 where the file names none.  Raises UnknownName."""
        _check_name(name)
        return self.values.get(name, 0j)


def yukawas(model: Leptoquark) -> tuple[np.ndarray, np.ndarray]:
    r"""Couplings of S1 to the Standard Model's fermions as 3 x 3 matrices [1].

    .. math:: \mathcal L = y^L_{i\alpha}\,\overline{Q^c_i}\,i\tau_2 L_\alpha S_1
              + y^R_{i\alpha}\,\overline{u^c_i}\,e_\alpha S_1 + \mathrm{h.c.}

    in the down basis: y2 and y_L_mu belong to the doublet of b.  With flavor mu these two are one
    coupling, and only one of them may be given.

    Parameters
    ----------
    model : the leptoquark, one point

    Returns
    -------
    (y_L, y_R), complex (3, 3): family of the quark, of the lepton

    Raises
    ------
    DomainError
    """
    for name in ("y2", "y_L_mu", "y_R", "y_R_mu", "m_LQ"):
        if np.ndim(getattr(model, name)):
            raise DomainError(f"leptoquark: {name} has many points; a file is one")
    left, right = np.zeros((3, 3), dtype=complex), np.zeros((3, 3), dtype=complex)
    if model.flavor == "mu" and model.y2 != 0 and model.y_L_mu != 0:
        raise DomainError("leptoquark: with flavor mu, y2 and y_L_mu are one coupling; give one")
    left[2, 1] = model.y_L_mu
    left[2, _FAMILY[model.flavor] - 1] += model.y2
    right[1, 2], right[2, 1] = model.y_R, model.y_R_mu
    return left, right


@formula
def scalar_singlet(left: Numbers, right: Numbers, m_LQ: float) -> dict[str, complex]:
    r"""Coefficients that S1 leaves at tree level at its own mass [1/energy^2].

    .. math:: C^{(1)}_{lq,\alpha\beta ij} = -C^{(3)}_{lq} =
              \frac{y^{L*}_{i\alpha}y^L_{j\beta}}{4m^2},\quad
              C_{eu} = \frac{y^{R*}_{i\alpha}y^R_{j\beta}}{2m^2},\quad
              C^{(1)}_{lequ} = -4C^{(3)}_{lequ} = \frac{y^{L*}_{i\alpha}y^R_{j\beta}}{2m^2}

    Parameters
    ----------
    left, right : y^L, y^R, complex (3, 3): family of the quark, of the lepton [1]
    m_LQ : mass of S1 [energy]

    Returns
    -------
    dict by name of the basis Warsaw, those that are not 0

    Holds : tree level; operators with N are outside the theory and left out.
    Source : BrdarTalk
    """
    out: dict[str, complex] = {}
    for a, b, i, j in np.ndindex(3, 3, 3, 3):
        at = f"{a + 1}{b + 1}{i + 1}{j + 1}"
        # C[a, b, i, j] and C[b, a, j, i] are conjugates: the basis names the first of the two
        if a < b or (a == b and i <= j):
            vector = np.conj(left[i, a]) * left[j, b] / (4 * m_LQ**2)
            out[f"lq1_{at}"], out[f"lq3_{at}"] = vector, -vector
            out[f"eu_{at}"] = np.conj(right[i, a]) * right[j, b] / (2 * m_LQ**2)
        scalar = np.conj(left[i, a]) * right[j, b] / (2 * m_LQ**2)
        out[f"lequ1_{at}"], out[f"lequ3_{at}"] = scalar, -scalar / 4
    return {k: complex(v) for k, v in sorted(out.items()) if v != 0}


def wilson_coefficients(model: Model) -> WilsonCoefficients:
    """What a model leaves below its scale.  Raises NotPredicted for models without a matching."""
    if not isinstance(model, Leptoquark):
        raise NotPredicted(f"the model {model.name} has no tree-level coefficients of {EFT}; the "
                           "leptoquark has")
    left, right = yukawas(model)
    return WilsonCoefficients(float(model.m_LQ), FrozenMap(
        scalar_singlet(left, right, float(model.m_LQ))))


def to_wcxf(model: Model | WilsonCoefficients, path: str | Path) -> Path:
    """Write a WCxf file (JSON).

    Parameters
    ----------
    model : Model with a matching, or coefficients
    path : file

    Returns
    -------
    Path

    Raises
    ------
    NotPredicted, DomainError, DataError
    """
    return _data.save(Path(path), wcxf_text(model))


def wcxf_text(model: Model | WilsonCoefficients) -> str:
    """A WCxf file as text; see :func:`to_wcxf`.

    Raises
    ------
    NotPredicted, DomainError
    """
    what, said = (model, {}) if isinstance(model, WilsonCoefficients) else \
        (wilson_coefficients(model), _about(model))
    values = {k: _plain(v, _factor(k)) for k, v in what.values.items()}
    made = {"eft": EFT, "basis": BASIS, "scale": what.scale / GeV,
            "metadata": {**dict(what.meta), **said, "generator": f"munu {results.version()}"},
            "values": values}
    return json.dumps(made, indent=2) + "\n"


def _about(model: Model) -> dict[str, Any]:
    return {"description": f"{model.name}: tree-level matching at its own mass; operators with N "
                           "are not part of this theory", "cite": list(model.papers)}


def _factor(name: str) -> float:
    return GeV ** _DIMENSION.get(name.split("_")[0], -2)


def _plain(value: complex, factor: float) -> float | dict[str, float]:
    z = complex(value) / factor
    return z.real if z.imag == 0 else {"Re": z.real, "Im": z.imag}


def from_wcxf(path: str | Path) -> WilsonCoefficients:
    """The numbers of a WCxf file, JSON or YAML.

    Raises
    ------
    DataError
        A file that is missing or broken, another theory or basis, an operator that the basis
        does not have, a value that is no finite number.
    """
    path = Path(path)
    text = _files.text(path)
    made = _parsed(path, text)
    for key in made:
        if key not in ENTRIES:
            raise DataError(path, str(UnknownName("entry", key, ENTRIES)), line=_line(text, key))
    for key in ("eft", "basis", "scale", "values"):
        if key not in made:
            raise DataError(path, f"the entry '{key}' is missing; a WCxf file needs eft, basis, "
                                  "scale and values")
    if (made["eft"], made["basis"]) != (EFT, BASIS):
        raise DataError(path, f"is of EFT {made['eft']!r}, basis {made['basis']!r}; munu reads "
                              f"{EFT}, {BASIS}", line=_line(text, "basis"))
    scale = _finite(path, text, "scale", made["scale"])
    if scale.imag or scale.real <= 0:
        raise DataError(path, "'scale' must be a number above 0, in GeV", line=_line(text, "scale"))
    if not isinstance(made["values"], dict):
        raise DataError(path, "'values' must hold entries such as \"lq1_3333\": 1e-8",
                        line=_line(text, "values"))
    values = {}
    for key, value in made["values"].items():
        try:
            _check_name(key)
        except (UnknownName, DomainError) as err:
            raise DataError(path, str(err), line=_line(text, key)) from None
        found = _finite(path, text, key, value)
        if found.imag and _real(key):
            raise DataError(path, f"'{key}' is its own conjugate, and a real number",
                            line=_line(text, key))
        values[key] = found * _factor(key)
    meta = made.get("metadata", {})
    if not isinstance(meta, dict):
        raise DataError(path, "'metadata' must hold entries such as \"generator\": \"munu\"",
                        line=_line(text, "metadata"))
    return WilsonCoefficients(scale.real * GeV, FrozenMap(values), FrozenMap(dict(meta)))


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        made = json.loads(text, object_pairs_hook=_once)
    except DomainError as err:
        raise DataError(path, str(err)) from None
    except RecursionError:
        raise DataError(path, "is nested too deeply for coefficients") from None
    except ValueError as err:
        if text.lstrip()[:1] in ("{", "["):
            raise DataError(path, f"is no JSON: {getattr(err, 'msg', err)}",
                            line=getattr(err, "lineno", None)) from None
        made = _files.entries(path, text, "must hold the entries eft, basis, scale and values")
    if not isinstance(made, dict):
        raise DataError(path, "must hold the entries eft, basis, scale and values")
    return made


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [k for k, _ in pairs]
    twice = sorted({k for k in names if names.count(k) > 1})
    if twice:
        raise DomainError(f"'{twice[0]}' stands twice")
    return dict(pairs)


def _check_name(name: str) -> None:
    """An operator of the basis with its family indices.  Raises UnknownName, DomainError."""
    operator, _, indices = name.partition("_")
    if operator not in _INDICES:
        raise UnknownName(f"operator of {EFT}, {BASIS}", operator, _INDICES)
    if not re.fullmatch(f"[123]{{{_INDICES[operator]}}}", indices):
        raise DomainError(f"'{name}': {operator} has {_INDICES[operator]} family indices, each "
                          "from 1 to 3")
    named = min(_same(operator, indices, conjugate=True))
    if operator == "qqql" and indices[:3] != "231" and indices[0] > indices[2]:
        # of three q in one color singlet four orders of three families are independent
        raise DomainError(f"'{name}' follows by symmetry from others that the basis names")
    if indices != named:
        same = named in _same(operator, indices, conjugate=False)
        raise DomainError(f"'{name}' is {'the same as' if same else 'the conjugate of'} "
                          f"{operator}_{named}, which the basis names instead")


def _same(operator: str, indices: str, conjugate: bool) -> set[str]:
    """All ways to write the indices of one coefficient."""
    places = _ALIKE.get(operator, ())
    if conjugate and operator in _CONJUGATE:
        places = (*places, _CONJUGATE[operator])
    found, new = {indices}, {indices}
    while new:
        new = {"".join(x[i] for i in p) for x in new for p in places} - found
        found |= new
    return found


def _real(name: str) -> bool:
    """Whether a coefficient is its own conjugate."""
    operator, _, indices = name.partition("_")
    if not indices:
        return True
    turned = _CONJUGATE.get(operator)
    return turned is not None and "".join(indices[i] for i in turned) in _same(
        operator, indices, conjugate=False)


def _finite(path: Path, text: str, key: str, value: Any) -> complex:
    """A number or {"Re": , "Im": }."""
    parts = value if isinstance(value, dict) else {"Re": value}
    try:
        if set(parts) - {"Re", "Im"} or not all(
                isinstance(x, int | float) and not isinstance(x, bool) for x in parts.values()):
            raise ValueError
        z = complex(float(parts.get("Re", 0)), float(parts.get("Im", 0)))
    except (OverflowError, ValueError):
        raise DataError(path, f"'{key}' must be a number or {{\"Re\": , \"Im\": }}",
                        line=_line(text, key)) from None
    if not (math.isfinite(z.real) and math.isfinite(z.imag)):
        raise DataError(path, f"'{key}' must be finite", line=_line(text, key))
    return z


def _line(text: str, key: str) -> int | None:
    for line, raw in enumerate(text.splitlines(), start=1):
        if re.search(rf"\b{re.escape(str(key))}\b['\"]?\s*:", raw):
            return line
    return None
