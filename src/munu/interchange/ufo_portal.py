r"""The dipole portal as a UFO model.

.. math:: \mathcal L = \tfrac12\mu^*_{\alpha j}\,\bar\nu_\alpha\sigma^{\beta\gamma}P_RN_j
          F_{\beta\gamma} + \mathrm{h.c.}

with photon and charged fermions; with ``d_W_over_d_B`` the same operator with Z and W, to first
order in the fields (no vertex of N with two bosons).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from munu._arrays import Numbers
from munu.couplings import PDG_N, DipolePortal, check_nature
from munu.errors import DomainError
from munu.interchange import _standard_model as sm
from munu.interchange._ufo import Particle, Ufo
from munu.models.dipole_completion import DipoleCompletion, decay_width
from munu.processes import radiative_decay
from munu.units import GeV

_ABOUT = """Dipole portal, L = (1/2) mu nubar_L sigma.F N_R + h.c., mu in Bohr magnetons
(block DIPOLE), N {nature}.  Photon, leptons and five massless quarks; {bosons}
Tree level, for energies below the scale of the new particles that make the moment."""


def build(portal: DipolePortal, d_W_over_d_B: float | None = None, cite: tuple[str, ...] = (),
          **constants: Any) -> Ufo:
    """The UFO model of a portal.

    Parameters
    ----------
    portal : DipolePortal with its nature
    d_W_over_d_B : ratio, or None for the photon alone [1]
    cite : keys of the model behind the portal
    constants : M_W, M_Z [energy], sin2_theta_W [1]; those of the model dipole_completion

    Raises
    ------
    DomainError
    """
    nature = check_nature(portal.nature, needed_by="a UFO model")
    weak = None if d_W_over_d_B is None else _completion(portal, d_W_over_d_B, constants)
    bosons = "no Z, no W." if d_W_over_d_B is None else \
        f"Z and W with d_W/d_B = {d_W_over_d_B:g}, one boson a vertex."
    ufo = Ufo("Dipole portal to a heavy neutral lepton",
              _ABOUT.format(nature="Dirac" if nature == "dirac" else "Majorana", bosons=bosons),
              tuple(dict.fromkeys((*cite, "Magill2018"))))
    sm.electroweak(ufo)
    ufo.order("DIP", 1)
    ufo.internal("muB", "ee/(2*Me)", tex=r"\mu_B")
    known = sm.leptons(ufo)
    for quark in sm.quarks(ufo, {}).values():
        sm.photon(ufo, known["a"], quark)
    vectors = ["a"]
    if weak is not None and d_W_over_d_B is not None:
        ufo.external("MZ", weak.M_Z / GeV, "MASS", 23, "M_Z")
        ufo.external("MW", weak.M_W / GeV, "MASS", 24, "M_W")
        ufo.external("rWB", d_W_over_d_B, "DIPOLE", 1, "d_W/d_B")
        ufo.external("sw2", weak.sin2_theta_W, "DIPOLE", 2, "s_W^2")
        ufo.internal("sw", "cmath.sqrt(sw2)", tex="s_W")
        ufo.internal("cw", "cmath.sqrt(1 - sw2)", tex="c_W")
        ufo.internal("rZ", "(rWB*cw - sw)/(cw + rWB*sw)", tex="r_Z")
        ufo.internal("rW", "cmath.sqrt(2)*rWB/(cw + rWB*sw)", tex="r_W")
        known["Z"] = ufo.particle("Z", "Z", 23, 3, 1, Fraction(0), "MZ")
        known["W"] = ufo.particle("W+", "W-", 24, 3, 1, Fraction(1), "MW")
        vectors.append("Z")
    moments = portal.matrix
    for j in range(moments.shape[1]):
        wide = _width(moments[:, j], portal.M_N, nature, weak)
        _heavy(ufo, known, j, moments[:, j], portal.M_N, wide, nature, vectors)
    return ufo


def _completion(portal: DipolePortal, ratio: float, constants: Numbers) -> DipoleCompletion:
    """d_B and d_W of a moment of 1 mu_B, for what Z and W have beside the photon."""
    if not np.isfinite(ratio):
        raise DomainError(f"d_W_over_d_B = {ratio} must be finite; with d_B = 0 give a large one")
    return DipoleCompletion.from_moment(1.0, ratio, M_N=portal.M_N, **constants)


def _width(moments: Numbers, M_N: float, nature: str | None, weak: DipoleCompletion | None
           ) -> float:
    """Of one N to a neutrino or charged lepton and a boson, leptons massless [energy]."""
    size = float(np.linalg.norm(moments))
    wide = radiative_decay.width(M_N, size, nature)
    if weak is None or M_N == 0:
        return float(wide)
    both = 2 if nature == "majorana" else 1
    return float(wide + both * size**2 * (decay_width(weak.d_Z, M_N, weak.M_Z)
                                          + decay_width(weak.d_charged, M_N, weak.M_W)))


def _heavy(ufo: Ufo, known: Mapping[str, Particle], j: int, moments: Numbers, M_N: float,
           wide: float, nature: str | None, vectors: list[str]) -> None:
    """One N with its vertices: what destroys N makes a neutrino, and the conjugate."""
    n = j + 1
    ufo.external(f"MN{n}", M_N / GeV, "MASS", PDG_N[j], f"M_{{N_{n}}}")
    ufo.external(f"WN{n}", wide / GeV, "DECAY", PDG_N[j], rf"\Gamma_{{N_{n}}}")
    name = f"N{n}"
    N = ufo.particle(name, name if nature == "majorana" else f"{name}~", PDG_N[j], 2, 1,
                     Fraction(0), f"MN{n}", f"WN{n}", lepton=int(nature == "dirac"))
    for k, (flavor, value) in enumerate(zip(sm.FLAVORS, moments, strict=True)):
        if value == 0:
            continue
        code = 100 * n + 10 * (k + 1)
        tex = rf"\mu_{{{flavor} {n}}}"
        ufo.external(f"mu{n}{flavor}R", value.real, "DIPOLE", code, rf"\mathrm{{Re}}{tex}")
        ufo.external(f"mu{n}{flavor}I", value.imag, "DIPOLE", code + 1, rf"\mathrm{{Im}}{tex}")
        mu = ufo.internal(f"mu{n}{flavor}", f"muB*(mu{n}{flavor}R + complex(0,1)*mu{n}{flavor}I)",
                          "complex", tex)
        nu, lepton = known[f"nu_{flavor}"], known[flavor]
        meet = [(known[v].one, known[v].one, nu, {"a": "", "Z": "rZ*"}[v]) for v in vectors]
        if "W" in known:
            # lbar sigma N W-: its field W- makes a W+
            meet.append((known["W"].one, known["W"].anti, lepton, "rW*"))
        for boson, other, light, ratio in meet:
            ufo.vertex((N.anti, light.one, boson),
                       {(0, 0): f"-(complex(0,1)*{ratio}{mu})/2"}, ("FFV_dipole_R",), {"DIP": 1})
            ufo.vertex((light.anti, N.one, other),
                       {(0, 0): f"-(complex(0,1)*{ratio}complexconjugate({mu}))/2"},
                       ("FFV_dipole_L",), {"DIP": 1})
