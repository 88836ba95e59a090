r"""The Sun: B16 fluxes, tabulated spectra, mass-state weights averaged over production.

Nine components (pp, pep, hep, two 7Be lines, 8B, 13N, 15O, 17F), by day.  Neutrinos leave the
Sun adiabatically and arrive as an incoherent mixture of mass states with weights

.. math:: P_1 = c_{13}^2 P,\quad P_2 = c_{13}^2 (1 - P),\quad P_3 = s_{13}^2,\quad
          P = \tfrac12\left(1 + \langle\cos 2\theta_{12}^m\rangle\right).
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Annotated

import numpy as np

from munu import _data, flavors
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.couplings import Couplings, DipolePortal
from munu.errors import UnknownName
from munu.flavors import Mixing
from munu.parameters import About, declared
from munu.sources.source import Component, Source
from munu.units import N_A, cm

MODELS = ("GS98", "AGSS09met")
COMPONENTS = ("pp", "pep", "hep", "be7_862", "be7_384", "b8", "n13", "o15", "f17")
_SPECTRA = {"pp": "solar_pp", "b8": "solar_b8", "hep": "solar_hep", "n13": "solar_n13",
            "o15": "solar_o15", "f17": "solar_f17"}


def _model(model: str) -> str:
    for known in MODELS:
        if str(model).lower() == known.lower():
            return known
    raise UnknownName("solar model", model, MODELS)


def _zone(component: str) -> str:
    """The production zone of a component: both 7Be lines come from one."""
    zone = "be7" if component.startswith("be7") else component
    if component not in (*COMPONENTS, "be7"):
        raise UnknownName("solar component", component, (*COMPONENTS, "be7"))
    return zone


@formula
@cache
def production(component: str, model: str = "GS98"
               ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where a component is made.

    Returns
    -------
    r in solar radii [1], electron density [1/volume], weights that sum to 1 [1]

    Raises
    ------
    UnknownName

    Source : Vinyoles2017
    """
    table = _data.load(f"fluxes/solar_production_{_model(model).lower()}")
    r, density = table["r_over_rsun"], table[_zone(component)]
    weight = density * np.gradient(r)
    weight[0], weight[-1] = (density[0] * (r[1] - r[0]) / 2, density[-1] * (r[-1] - r[-2]) / 2)
    return r, 10 ** table["log10_ne_per_NA"] * N_A / cm**3, weight / weight.sum()


@formula
def mean_cos_2theta_m(E_nu: Numbers, component: str = "pp", model: str = "GS98",
                      mixing: Mixing | None = None, *, G_F: float = _G_F) -> Numbers:
    r"""Cosine of twice the matter angle theta_12, averaged over where a component is made.

    .. math:: \cos 2\theta_m = \frac{\cos 2\theta_{12} - \beta}
              {\sqrt{(\cos 2\theta_{12} - \beta)^2 + \sin^2 2\theta_{12}}},\qquad
              \beta = \frac{2\sqrt2\, G_F n_e c_{13}^2 E_\nu}{\Delta m^2_{21}}

    Parameters
    ----------
    E_nu : float or array (...) [energy], at least 0
    component : one of ``COMPONENTS`` or ``be7``
    model : ``GS98`` or ``AGSS09met``
    mixing : Mixing, default NuFIT 6.0 NO
    G_F : float [1/energy^2]

    Returns
    -------
    array (...) [1]

    Raises
    ------
    UnknownName, DomainError

    Holds : adiabatic, two-flavor reduction of three (theta_13 in vacuum).
    Source : Vinyoles2017
    """
    mix = mixing or flavors.mixing()
    E = finite("E_nu", E_nu, low=0.0)
    _, n_e, weight = production(component, model)
    cos2, sin2 = 1 - 2 * mix.s12, 2 * sqrt(mix.s12 * (1 - mix.s12))
    beta = 2 * sqrt(2) * G_F * (1 - mix.s13) / mix.dm21 * E[..., None] * n_e
    return ((cos2 - beta) / np.hypot(cos2 - beta, sin2)) @ weight


@formula
def mass_weights(E_nu: Numbers, component: str = "pp", model: str = "GS98",
                 mixing: Mixing | None = None, *, G_F: float = _G_F) -> np.ndarray:
    r"""Fractions of the mass states at Earth, by day; they sum to 1.

    .. math:: P_1 = c_{13}^2 P,\quad P_2 = c_{13}^2 (1 - P),\quad P_3 = s_{13}^2,\quad
              P = \tfrac12(1 + \langle\cos 2\theta^m_{12}\rangle)

    Parameters
    ----------
    as :func:`mean_cos_2theta_m`

    Returns
    -------
    array (3, ...) [1]

    Raises
    ------
    UnknownName, DomainError

    Holds : adiabatic, decohered, day.
    Source : Canas2015
    """
    mix = mixing or flavors.mixing()
    P = 0.5 * (1 + mean_cos_2theta_m(E_nu, component, model, mix, G_F=G_F))
    c13 = 1 - mix.s13
    return np.stack([c13 * P, c13 * (1 - P), np.full_like(P, mix.s13)])


@formula
def P_ee(E_nu: Numbers, component: str = "pp", model: str = "GS98", mixing: Mixing | None = None,
         *, G_F: float = _G_F) -> Numbers:
    r"""Day-time survival probability of solar electron neutrinos.

    .. math:: P_{ee} = \sum_k P_k |U_{ek}|^2
              = c_{13}^4\,\tfrac12\left(1 + \cos2\theta_{12}\langle\cos 2\theta_{12}^m\rangle
              \right) + s_{13}^4

    Parameters
    ----------
    as :func:`mean_cos_2theta_m`

    Returns
    -------
    float or array (...) [1]

    Raises
    ------
    UnknownName, DomainError

    Holds : adiabatic, decohered, day; night regeneration is below 3 %, in 8B only.
    Source : Vinyoles2017, NuFIT60

    >>> from munu.units import MeV
    >>> round(float(P_ee(10 * MeV, "b8")), 3)
    0.327
    """
    return flavor_probability(E_nu, "e", component, model, mixing, G_F=G_F)


@formula
def flavor_probability(E_nu: Numbers, flavor: str, component: str = "pp", model: str = "GS98",
                       mixing: Mixing | None = None, *, G_F: float = _G_F) -> Numbers:
    r"""Day-time probability to arrive as a flavor.

    .. math:: P_{e\alpha} = \sum_k P_k |U_{\alpha k}|^2

    Parameters
    ----------
    E_nu : float or array (...) [energy]
    flavor : ``e``, ``mu``, ``tau``
    others : as :func:`mean_cos_2theta_m`

    Returns
    -------
    float or array (...) [1]

    Raises
    ------
    UnknownName, DomainError

    Holds : adiabatic, decohered, day.
    Source : Canas2015
    """
    mix = mixing or flavors.mixing()
    P = mass_weights(E_nu, component, model, mix, G_F=G_F)
    return np.tensordot(np.abs(mix.U[flavors.index(flavor)]) ** 2, P, axes=(0, 0))[()]


@formula
def mu_eff(E_nu: Numbers, couplings: Couplings | DipolePortal, component: str = "pp",
           model: str = "GS98", mixing: Mixing | None = None) -> Numbers:
    r"""Effective moment of solar neutrinos at Earth.

    .. math:: \mu_{\rm eff}^2 = \sum_k P_k \sum_j |\lambda_{jk}|^2

    Parameters
    ----------
    E_nu : float or array (...) [energy]
    couplings : Couplings or DipolePortal
    others : as :func:`mean_cos_2theta_m`

    Returns
    -------
    float or array (...) [mu_B]

    Raises
    ------
    UnknownName, DomainError

    Source : Canas2015
    """
    from munu.couplings import mu_eff_mass_states

    mix = mixing or flavors.mixing()
    return mu_eff_mass_states(couplings, mass_weights(E_nu, component, model, mix), mix.U)[()]


def spectrum(component: str) -> tuple[np.ndarray, np.ndarray]:
    """Normalized spectrum of a continuum component: nodes [energy], pdf [1/energy].

    Linear between the nodes of the published table, 0 at E = 0 and at its end point.
    """
    if component not in _SPECTRA:
        raise UnknownName("continuum component of the Sun", component, _SPECTRA)
    table = _data.load(f"fluxes/{_SPECTRA[component]}")
    E = _data.monotone(table, "E_nu")
    pdf = table["intensity" if "intensity" in table.columns else "pdf"]
    if E[0] > 0:
        E, pdf = np.append(0.0, E), np.append(0.0, pdf)
    if pdf[-1] > 0:
        E, pdf = np.append(E, 2 * E[-1] - E[-2]), np.append(pdf, 0.0)
    return E, pdf / np.trapezoid(pdf, E)


@cache
@declared
def source(model: Annotated[str, About("composition of the B16 model", choices=MODELS)] = "GS98",
           mixing: Annotated[Mixing | None, About("default NuFIT 6.0 NO with SK-atm")] = None
           ) -> Source:
    """The Sun as a source.

    Source : Vinyoles2017, Bahcall1997, Winter2006
    """
    model = _model(model)
    mix = mixing or flavors.mixing()
    table = _data.load("fluxes/solar_b16")
    column = model.lower().removesuffix("met")
    parts, keys = {}, [str(table.meta["source"])]
    for row in table.rows():
        name, total = row["source"], float(row[f"flux_{column}"])
        if row["kind"] == "line":
            E, phi = np.empty(0), np.empty((3, 0))
            lines = np.array([row["e"]])
            lines_phi = total * mass_weights(lines, name, model, mix)
        else:
            E, pdf = spectrum(name)
            phi = total * pdf * mass_weights(E, name, model, mix)
            lines, lines_phi = np.empty(0), np.empty((3, 0))
            keys.append(str(_data.load(f"fluxes/{_SPECTRA[name]}").meta["source"]))
        parts[name] = Component(name, E, phi, lines, lines_phi,
                                float(row[f"frac_unc_{column}"]))
    basis = np.zeros((3, 2, 3, 3), dtype=complex)
    basis[:, 0] = flavors.mass_projectors(mix.U)
    return Source(name="solar", basis=basis, components=parts,
                  papers=tuple(dict.fromkeys((*keys, *mix.papers))))
