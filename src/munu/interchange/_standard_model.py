"""The part of the Standard Model that exported UFO models share: photon, gluon, fermions."""

from __future__ import annotations

from fractions import Fraction

from munu.constants import alpha as _alpha
from munu.constants import m_e, m_mu, m_tau
from munu.interchange._ufo import Particle, Ufo
from munu.units import GeV

FLAVORS = ("e", "mu", "tau")
_LEPTONS = (("e-", "e+", 11, "Me", m_e), ("mu-", "mu+", 13, "MMU", m_mu),
            ("ta-", "ta+", 15, "MTA", m_tau))
_NEUTRINOS = (("ve", 12), ("vm", 14), ("vt", 16))
_DOWN, _UP = Fraction(-1, 3), Fraction(2, 3)


def electroweak(ufo: Ufo, alpha: float = _alpha) -> None:
    """Order QED, the charge of the electron, masses of charged leptons, ZERO."""
    ufo.order("QED", 2)
    ufo.internal("ZERO", "0.0")
    ufo.external("aEWM1", 1 / alpha, "SMINPUTS", 1, r"\alpha^{-1}")
    for name, _, pdg, mass, value in _LEPTONS:
        ufo.external(mass, value / GeV, "MASS", pdg, f"m_{{{name[:-1]}}}")
    ufo.internal("ee", "2*cmath.sqrt(cmath.pi/aEWM1)", tex="e")


def leptons(ufo: Ufo) -> dict[str, Particle]:
    """Photon, charged leptons and neutrinos by name, with the vertices of the photon."""
    out = {"a": ufo.particle("a", "a", 22, 3, 1, Fraction(0), tex=r"\gamma")}
    for flavor, (name, anti, pdg, mass, _), (nu, nu_pdg) in zip(FLAVORS, _LEPTONS, _NEUTRINOS,
                                                                strict=True):
        out[flavor] = ufo.particle(name, anti, pdg, 2, 1, Fraction(-1), mass, lepton=1)
        out[f"nu_{flavor}"] = ufo.particle(nu, f"{nu}~", nu_pdg, 2, 1, Fraction(0), lepton=1)
        photon(ufo, out["a"], out[flavor])
    return out


def quarks(ufo: Ufo, masses: dict[str, str]) -> dict[str, Particle]:
    """Quarks by name; those without a mass parameter are massless."""
    out = {}
    for pdg, name in enumerate("dusc", start=1):
        out[name] = ufo.particle(name, f"{name}~", pdg, 2, 3, _UP if name in "uc" else _DOWN,
                                 masses.get(name, "ZERO"))
    out["b"] = ufo.particle("b", "b~", 5, 2, 3, _DOWN, masses.get("b", "ZERO"))
    if "t" in masses:
        out["t"] = ufo.particle("t", "t~", 6, 2, 3, _UP, masses["t"])
    return out


def number(Q: Fraction) -> str:
    """A charge in an expression, in floats: some readers divide whole numbers as such.

    >>> number(Fraction(-1, 3))
    '(-1./3.)'
    """
    return f"({Q.numerator}./{Q.denominator}.)" if Q.denominator > 1 else f"({Q.numerator}.)"


def photon(ufo: Ufo, a: Particle, f: Particle) -> None:
    r"""i e Q of a charged fermion."""
    color = ("Identity(1,2)",) if f.color == 3 else ("1",)
    ufo.vertex((f.anti, f.one, a.one), {(0, 0): f"complex(0,1)*ee*{number(f.charge)}"}, ("FFV1",),
               {"QED": 1}, color)
