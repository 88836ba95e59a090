"""How large a moment models make: over grids of their parameters, allowed and natural ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from munu import models
from munu.models import NotPredicted, naturalness
from munu.models.model import Model
from munu.units import GeV, TeV, eV

# heaviest of the lightest neutrino where a moment goes with masses; mass that must stay natural
LIGHT, M_NU = 0.1 * eV, 0.05 * eV
SCALES = (1 * TeV, 100 * TeV)
#: a mass is natural where it need not be tuned below its own size
TUNING = 1.0


class Range(NamedTuple):
    """Moments of a model [mu_B].

    ``low`` is 0 where couplings may be as small as one likes; ``natural`` the greatest at which
    the mass of neutrinos need not be tuned away, nan where that is not asked; ``high`` the
    greatest that the model's own constraints leave.
    """

    name: str
    label: str
    low: float
    natural: float
    high: float
    papers: tuple[str, ...]


def _grid(**axes: Any) -> dict[str, np.ndarray]:
    return dict(zip(axes, np.meshgrid(*axes.values(), indexing="ij"), strict=True))


def _coupling(n: int = 25) -> np.ndarray:
    """Up to what stays perturbative."""
    return np.geomspace(1e-5, 3.0, n)


def _mass(low: float, high: float, n: int) -> np.ndarray:
    return np.geomspace(low, high, n) * GeV


def _ordered(made: dict, light: str, heavy: str) -> dict:
    """Two masses in their order."""
    low, high = np.minimum(made[light], made[heavy]), np.maximum(made[light], made[heavy])
    return made | {light: low, heavy: high}


def _su2h() -> dict:
    made = _ordered(_grid(f=_coupling(15), f_prime=_coupling(15), m_h1=_mass(100, 500, 4),
                          m_H1=_mass(100, 500, 4), sin2alpha=np.geomspace(1e-3, 1, 6)),
                    "m_h1", "m_H1")
    # neutral and charged parts of the doublet alike: the least that breaks isospin
    return made | {"m_phi1": made["m_H1"]}


def _zee() -> dict:
    return _ordered(_grid(f_mutau=_coupling(17), Y_tautau=_coupling(17), m_h=_mass(100, 2000, 4),
                          m_H=_mass(100, 2000, 4), sin2alpha=np.geomspace(1e-3, 1, 5)),
                    "m_h", "m_H")


#: what is varied: by model a label and a function that gives its parameters
GRIDS: dict[str, tuple[str, Callable[[], dict]]] = {
    "left_right": (r"left-right symmetry, $W_L$-$W_R$ mixing",
                   lambda: {"sin2xi": np.linspace(0.0, 0.2, 2001)}),
    "rpv": ("supersymmetry without $R$-parity", lambda: _grid(
        lambda1=_coupling(15), lambda2=_coupling(15), M=_mass(100, 5000, 7),
        A=_mass(10, 5000, 6))),
    "zee": ("Zee model", _zee),
    "spin_symmetry": ("spin symmetry (Barr-Freire-Zee)", lambda: _grid(
        f_emu=_coupling(), m_h=_mass(100, 1000, 5), m_plus=_mass(100, 1000, 5),
        mu_3=_mass(10, 3000, 7)) | {"g": 1.0}),
    "su2h": (r"$SU(2)_H$", _su2h),
    "leptoquark": (r"leptoquark $S_1$, heavy $N$", lambda: _grid(
        y1=_coupling(), y2=_coupling(), m_LQ=_mass(1000, 5000, 5))),
    "leptoquark_voloshin": (r"$S_1+\tilde R_2$, Voloshin's symmetry", lambda: _grid(
        y1=_coupling(), y2=_coupling(), m_S1=_mass(1000, 5000, 5)))}


def size(model: Model) -> np.ndarray:
    """Greatest moment of each point: of light neutrinos among themselves, or with N [mu_B]."""
    said = model.matrices()
    if said.portals:
        return np.abs(np.broadcast_to(said.portals[0].mu, model.shape))
    both = np.hypot(*(np.abs(np.zeros((3, 3)) if x is None else x) for x in (said.mu, said.eps)))
    return np.broadcast_to(both.max(axis=(-1, -2)), model.shape)


def of_grid(name: str) -> Range:
    """The range of one model of :data:`GRIDS`."""
    label, given = GRIDS[name]
    made = models.get(name, **given())
    mu, allowed, calm = size(made), *np.ones((2, *made.shape), dtype=bool)
    for c in made.constraints():
        # what a mass asks is the question of naturalness
        if c.status == "theory":
            calm &= ~np.broadcast_to(c.excludes, made.shape)
            continue
        allowed &= ~np.broadcast_to(c.excludes, made.shape)
    try:
        calm &= np.broadcast_to(made.tuning(), made.shape) <= TUNING
        natural = float(mu[allowed & calm].max(initial=0.0))
    except NotPredicted:
        natural = np.nan
    return Range(name, label, 0.0, natural, float(mu[allowed].max(initial=0.0)),
                 tuple(made.papers))


def of_masses(name: str, label: str) -> Range:
    """The Standard Model's moment, which goes with the masses of neutrinos: up to ``LIGHT``."""
    ends = [size(models.get(name, m_lightest=m)) for m in (0.0, LIGHT)]
    papers = tuple(models.get(name).papers)
    return Range(name, label, float(np.min(ends)), np.nan, float(np.max(ends)), papers)


def of_nature(form: str, label: str) -> Range:
    """What an estimate leaves natural at ``M_NU``, new physics between two scales."""
    ends = [float(naturalness.mu_max(M_NU, scale, form)) for scale in SCALES]
    return Range(f"natural_{form}", label, min(ends), np.nan, max(ends), ("Bell2005", "Bell2006"))


@cache
def all_() -> tuple[Range, ...]:
    """Every range, by the greatest moment."""
    found = [of_masses("sm_majorana", "Standard Model, Majorana"),
             of_masses("sm_dirac", "Standard Model, Dirac"),
             of_nature("dirac", "natural Dirac mass, 1 to 100 TeV"),
             of_nature("majorana", r"natural Majorana mass, 1 to 100 TeV"),
             *(of_grid(name) for name in GRIDS)]
    return tuple(sorted(found, key=lambda r: -r.high))
