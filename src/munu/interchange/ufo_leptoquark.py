r"""The scalar leptoquark S1 with a heavy neutral lepton N as a UFO model.

.. math:: \mathcal L = y^L_{3\alpha}\,\overline{Q^c_3}\,i\tau_2L_\alpha S_1
          + y^R_{i\alpha}\,\overline{u^c_i}e_\alpha S_1 + y_1\,\overline{b^c}P_RN S_1
          + \mathrm{h.c.}

in the down basis, with photon and gluon of quarks, leptons and S1; no W, Z or Higgs.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import pi, sqrt

import numpy as np

from munu._arrays import Numbers
from munu._guard import formula
from munu.constants import m_e, m_mu, m_tau
from munu.couplings import check_nature
from munu.errors import DomainError
from munu.interchange import _standard_model as sm
from munu.interchange._ufo import Particle, Ufo
from munu.interchange.wcxf import yukawas
from munu.models.leptoquark import Leptoquark
from munu.units import GeV

_PDG_S1, _PDG_N = 42, 9900012
# world average of DEnterria2016, 0.1181 +- 0.0013
_ALPHA_S = 0.1181
_ABOUT = """Scalar leptoquark S1 ~ (3bar, 1, 1/3) with a {nature} N; couplings in block S1.
The particle s1 of these files is the triplet of charge -1/3 (the conjugate of the field S1).
Photon, gluon, quarks and leptons; V_ub = 0 and V_tb^2 = 1 - V_cb^2 in the up component of Q_3;
m_b and m_t are those of the model.  Tree level; no W, Z or Higgs."""


@formula
def width(left: complex, right: complex, m_S: float, m_q: float, m_l: float) -> float:
    r"""Width of S1 to a quark and a lepton [energy].

    .. math:: \Gamma = \frac{\lambda^{1/2}(m_S^2, m_q^2, m_\ell^2)}{16\pi m_S^3}
              \Big[(|y_L|^2 + |y_R|^2)(m_S^2 - m_q^2 - m_\ell^2)
              - 4m_qm_\ell\,\mathrm{Re}(y_Ly_R^*)\Big]

    Parameters
    ----------
    left, right : couplings of the two chiralities, may be complex [1]
    m_S, m_q, m_l : masses [energy]

    Returns
    -------
    float [energy]; 0 below the threshold

    Source : BrdarTalk
    """
    if m_S <= m_q + m_l:
        return 0.0
    free, both = m_S**2 - m_q**2 - m_l**2, m_q * m_l
    square = (abs(left)**2 + abs(right)**2) * free - 4 * both * (left * np.conj(right)).real
    return float(square * sqrt(free**2 - 4 * both**2) / (16 * pi * m_S**3))


def build(model: Leptoquark, *, alpha_s: float = _ALPHA_S) -> Ufo:
    """The UFO model of one point of the leptoquark.

    Parameters
    ----------
    model : the leptoquark
    alpha_s : at M_Z; generators replace it by that of their parton densities [1]

    Raises
    ------
    DomainError
        Many points; a nature of N that is not given.
    """
    nature = check_nature(model.nature, needed_by="a UFO model")
    left, right = yukawas(model)
    for name in ("y1", "M_N", "m_b", "m_t", "V_cb"):
        if np.ndim(getattr(model, name)):
            raise DomainError(f"leptoquark: {name} has many points; a file is one")
    ufo = Ufo("Scalar leptoquark S1", _ABOUT.format(
        nature="Dirac" if nature == "dirac" else "Majorana"), model.papers)
    sm.electroweak(ufo)
    ufo.order("QCD", 1)
    ufo.order("NP", 1)
    ufo.external("aS", alpha_s, "SMINPUTS", 3, r"\alpha_s")
    ufo.internal("G", "2*cmath.sqrt(cmath.pi*aS)", tex="g_s")
    ufo.external("MB", model.m_b / GeV, "MASS", 5, "m_b")
    ufo.external("MT", model.m_t / GeV, "MASS", 6, "m_t")
    ufo.external("MN1", model.M_N / GeV, "MASS", _PDG_N, "M_N")
    ufo.external("MS1", model.m_LQ / GeV, "MASS", _PDG_S1, "m_{S_1}")
    ufo.external("WS1", _total(model, left, right) / GeV, "DECAY", _PDG_S1, r"\Gamma_{S_1}")
    ufo.external("Vcb", model.V_cb, "S1", 1, "V_{cb}")
    ufo.internal("Vtb", "cmath.sqrt(1 - Vcb**2)", tex="V_{tb}")
    known = sm.leptons(ufo)
    known["N"] = ufo.particle("N1", "N1" if nature == "majorana" else "N1~", _PDG_N, 2, 1,
                              Fraction(0), "MN1", lepton=int(nature == "dirac"))
    known["g"] = ufo.particle("g", "g", 21, 3, 8, Fraction(0))
    known["s1"] = ufo.particle("s1", "s1~", _PDG_S1, 1, 3, Fraction(-1, 3), "MS1", "WS1")
    colored = sm.quarks(ufo, {"b": "MB", "t": "MT"})
    _gauge(ufo, known, colored)
    _yukawas(ufo, known | colored, complex(model.y1), left, right)
    return ufo


def _total(model: Leptoquark, left: Numbers, right: Numbers) -> float:
    """Width of S1, all channels."""
    m_S = float(model.m_LQ)
    total = width(0j, complex(model.y1), m_S, model.m_b, model.M_N)
    for k, m_l in enumerate((m_e, m_mu, m_tau)):
        y = left[2, k]
        total += width(y, 0j, m_S, model.m_b, 0.0)
        total += width(model.V_cb * y, right[1, k], m_S, 0.0, m_l)
        total += width(sqrt(1 - model.V_cb**2) * y, right[2, k], m_S, model.m_t, m_l)
    return total


def _gauge(ufo: Ufo, known: Mapping[str, Particle], colored: Mapping[str, Particle]) -> None:
    """Photon and gluon; S1 has D = d - ieQA - ig T G."""
    a, g, s = known["a"], known["g"], known["s1"]
    for quark in colored.values():
        sm.photon(ufo, a, quark)
        ufo.vertex((quark.anti, quark.one, g.one), {(0, 0): "complex(0,1)*G"}, ("FFV1",),
                   {"QCD": 1}, ("T(3,2,1)",))
    Q = sm.number(s.charge)
    ufo.vertex((a.one, s.anti, s.one), {(0, 0): f"-complex(0,1)*ee*{Q}"}, ("VSS1",), {"QED": 1},
               ("Identity(2,3)",))
    ufo.vertex((a.one, a.one, s.anti, s.one), {(0, 0): f"2*complex(0,1)*ee**2*{Q}**2"},
               ("VVSS1",), {"QED": 2}, ("Identity(3,4)",))
    ufo.vertex((g.one, s.anti, s.one), {(0, 0): "-complex(0,1)*G"}, ("VSS1",), {"QCD": 1},
               ("T(1,3,2)",))
    ufo.vertex((a.one, g.one, s.anti, s.one), {(0, 0): f"2*complex(0,1)*ee*{Q}*G"}, ("VVSS1",),
               {"QED": 1, "QCD": 1}, ("T(2,4,3)",))
    seagull = "complex(0,1)*G**2"
    ufo.vertex((g.one, g.one, s.anti, s.one), {(0, 0): seagull, (1, 0): seagull}, ("VVSS1",),
               {"QCD": 2}, ("T(1,-1,3)*T(2,4,-1)", "T(1,4,-1)*T(2,-1,3)"))
    ufo.vertex((g.one,) * 3, {(0, 0): "-G"}, ("VVV1",), {"QCD": 1}, ("f(1,2,3)",))
    ufo.vertex((g.one,) * 4, {(k, k): seagull for k in range(3)}, ("VVVV1", "VVVV2", "VVVV3"),
               {"QCD": 2}, ("f(-1,1,2)*f(3,4,-1)", "f(-1,1,3)*f(2,4,-1)", "f(-1,1,4)*f(2,3,-1)"))


def _yukawas(ufo: Ufo, known: Mapping[str, Particle], y1: complex, left: Numbers, right: Numbers
             ) -> None:
    """The couplings of S1 with two fermions, and their conjugates."""
    code = 10

    def coupling(name: str, value: complex, tex: str) -> str:
        nonlocal code
        code += 10
        ufo.external(f"{name}R", value.real, "S1", code, rf"\mathrm{{Re}}\,{tex}")
        ufo.external(f"{name}I", value.imag, "S1", code + 1, rf"\mathrm{{Im}}\,{tex}")
        return ufo.internal(name, f"{name}R + complex(0,1)*{name}I", "complex", tex)

    def meet(quark: str, lepton: str, **y: str) -> None:
        """A quark, a lepton and S1; expressions of the couplings by chirality."""
        q, f, s = known[quark], known[lepton], known["s1"]
        other = {"L": "R", "R": "L"}
        at = {c: (0, n) for n, c in enumerate(y)}
        # the field S1 makes an s1, the triplet
        ufo.vertex((q.anti, f.anti, s.one), {at[c]: x.format("") for c, x in y.items()},
                   tuple(f"FFS_{c}" for c in y), {"NP": 1}, ("Identity(1,3)",))
        ufo.vertex((q.one, f.one, s.anti),
                   {at[c]: x.format("complexconjugate") for c, x in y.items()},
                   tuple(f"FFS_{other[c]}" for c in y), {"NP": 1}, ("Identity(1,3)",))

    meet("b", "N", R=f"complex(0,1)*{{}}({coupling('y1', y1, 'y_1')})")
    for k, flavor in enumerate(sm.FLAVORS):
        y = coupling(f"yL3{flavor}", complex(left[2, k]), rf"y^L_{{3{flavor}}}")
        # i tau_2: up with the charged lepton, minus down with the neutrino
        meet("b", f"nu_{flavor}", L=f"-complex(0,1)*{{}}({y})")
        for i, quark in ((1, "c"), (2, "t")):
            z = coupling(f"yR{quark}{flavor}", complex(right[i, k]), rf"y^R_{{{quark}{flavor}}}")
            meet(quark, flavor, L=f"complex(0,1)*V{quark}b*{{}}({y})",
                 R=f"complex(0,1)*{{}}({z})")
