r"""Electric charges of neutrinos that no anomaly forbids.

.. math:: Q = Q_{\rm st} + \epsilon(L_i - L_j)\quad\text{(no } \nu_R\text{; one pair)},\qquad
          Q = Q_{\rm st} + \epsilon(B - L)\quad\text{(with Dirac } \nu_R\text{)}

A Majorana mass breaks either, and so does a mixing of flavors the first: what oscillates among
all three flavors can bear B - L alone.  Charges of everything else follow, and neutral matter
bounds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import ClassVar

import numpy as np

from munu import _data
from munu._guard import formula
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.errors import DomainError, UnknownName
from munu.models import _g2
from munu.models._matrices import Matrices, diagonal
from munu.models.model import Constraint, Model, parameter

FLAVORS = ("e", "mu", "tau")
GENERATORS = ("B-L", "Le-Lmu", "Le-Ltau", "Lmu-Ltau")
_NEUTRINOS = tuple(f"nu_{f}" for f in FLAVORS)
# standard charge and baryon number
_STANDARD = {"u": (2 / 3, 1 / 3), "d": (-1 / 3, 1 / 3), "p": (1.0, 1.0), "n": (0.0, 1.0),
             "e": (-1.0, 0.0), "mu": (-1.0, 0.0), "tau": (-1.0, 0.0), "W": (1.0, 0.0),
             **dict.fromkeys(_NEUTRINOS, (0.0, 0.0))}


@formula
def charge_of_moment(mu, T, *, m_e: float = _m_e):
    r"""Charge whose rate on free electrons equals that of a moment at a recoil energy.

    .. math:: q = \frac{\mu}{\mu_B}\sqrt{\frac{T}{2m_e}}

    Parameters
    ----------
    mu : float or array, moment [mu_B]
    T : float or array, recoil energy, such as a threshold [energy]
    m_e : electron mass [energy]

    Returns
    -------
    float or array [e]

    Holds : free electrons, T far below the neutrino's energy.
    Source : Studenikin2014
    Anchors : q_gemma

    >>> from munu.units import keV
    >>> print(f"{charge_of_moment(2.9e-11, 2.8 * keV):.2e} e")
    1.52e-12 e
    """
    return mu * np.sqrt(np.divide(T, 2 * m_e))


@dataclass(frozen=True, eq=False, kw_only=True)
class Millicharge(Model):
    """One generator with strength epsilon; see ``parameter`` fields.

    Holds : tree level; the photon massless; e is the unit of the standard charges.
    Source : BabuVolkas1992, FootLewVolkas1993
    """

    name: ClassVar[str] = "millicharge"
    papers: ClassVar[tuple[str, ...]] = ("BabuVolkas1992", "FootLewVolkas1993", "PDG2026",
                                         "WhitePaper2025")
    unsaid: ClassVar[tuple[str, ...]] = (
        "a thermal mass of the photon in a sea of charged neutrinos: no formula was read",
        "Lamb shift, muonium and positronium; charge conservation in beta decay")

    epsilon: float = parameter(about="strength, units of e", low=-1.0, high=1.0)
    generator: str = parameter("B-L", "", "B-L, Le-Lmu, Le-Ltau or Lmu-Ltau")

    def __post_init__(self):
        super().__post_init__()
        if self.generator not in GENERATORS:
            raise UnknownName("generator", self.generator, GENERATORS)

    def _lepton(self, flavor: str) -> int:
        """The generator on a lepton."""
        if self.generator == "B-L":
            return -1
        first, second = (x.removeprefix("L") for x in self.generator.split("-"))
        return (flavor == first) - (flavor == second)

    def generator_of(self, particle: str) -> float:
        """Number that epsilon is multiplied with.

        Raises
        ------
        UnknownName
        """
        if particle not in _STANDARD:
            raise UnknownName("particle", particle, tuple(_STANDARD))
        flavor = particle.removeprefix("nu_")
        if flavor in FLAVORS:
            return float(self._lepton(flavor))
        return _STANDARD[particle][1] if self.generator == "B-L" else 0.0

    def charge(self, particle: str):
        """Charge of a particle: u, d, p, n, e, mu, tau, nu_e, nu_mu, nu_tau or W+ (``W``) [e].

        Raises
        ------
        UnknownName

        >>> float(Millicharge(epsilon=1e-3, generator="Le-Lmu").charge("e"))
        -0.999
        """
        extra = self.excess({particle: 1})
        return _STANDARD[particle][0] + extra

    def excess(self, content: dict[str, int]):
        """What epsilon adds to the charge of a body of so many particles, exact [e]."""
        return np.multiply(self.epsilon,
                           sum(n * self.generator_of(x) for x, n in content.items()))

    def atom_charge(self, Z: int, N: int):
        r"""Charge of an atom of Z protons and electrons and N neutrons [e].

        .. math:: Q = \epsilon N\ (B - L),\qquad Q = \pm\epsilon Z\ (L_e - L_j)

        Nothing where electrons do not bear it.
        """
        return self.excess({"p": Z, "e": Z, "n": N})

    @property
    def hydrogen(self):
        """Charge of hydrogen [e]."""
        return self.atom_charge(1, 0)

    @property
    def neutron(self):
        """Charge of the neutron; under B - L that of the neutrino, of opposite sign [e]."""
        return self.excess({"n": 1})

    def lepton_ratio(self, first: str, second: str = "e"):
        """Charge of one charged lepton over another's: 1 under B - L."""
        for x in (first, second):
            if x not in FLAVORS:
                raise UnknownName("charged lepton", x, FLAVORS)
        if np.any(np.asarray(self.charge(second)) == 0):
            raise DomainError(f"millicharge: the {second} is neutral at this epsilon")
        return np.divide(self.charge(first), self.charge(second))

    def muonium(self):
        """Charge of muonium, mu+ e- [e]."""
        return self.excess({"e": 1, "mu": -1})

    def delta_a(self, lepton: str, *, alpha: float = _alpha):
        r"""Shift of a charged lepton's (g - 2)/2 against an electron of the same coupling.

        .. math:: \Delta a_\ell = \frac{\alpha}{2\pi}\Big[\frac{Q_\ell^2}{Q_e^2} - 1\Big]

        Parameters
        ----------
        lepton : ``e``, ``mu``, ``tau``
        alpha : fine-structure constant, as electrons show it [1]

        Returns
        -------
        float or array [1]

        Holds : leading order; 0 for the electron, and under B - L for all.
        Source : BabuVolkas1992
        """
        if lepton not in FLAVORS:
            raise UnknownName("charged lepton", lepton, FLAVORS)
        # Q_l = Q_e + x: (Q_l^2 - Q_e^2) without the cancellation
        Q, x = self.charge("e"), self.excess({lepton: 1, "e": -1} if lepton != "e" else {})
        return alpha / (2 * pi) * x * (2 * Q + x) / np.square(Q)

    def delta_a_mu(self):
        """Shift of the muon's, see :meth:`delta_a` [1]."""
        return self.delta_a("mu")

    def matrices(self) -> Matrices:
        """Charges in the flavor basis; Dirac for B - L."""
        return Matrices(charge=diagonal([self.excess({x: 1}) for x in _NEUTRINOS]),
                        nature="dirac" if self.generator == "B-L" else None)

    def constraints(self) -> tuple[Constraint, ...]:
        """Neutral matter, g - 2 of mu and tau, published bounds on the charges of neutrinos."""
        say = [
            Constraint(observable=f"charge of {r['body']} [e]", predicted=getattr(self, r["body"]),
                       low=float(r["lower"]), high=float(r["upper"]),
                       level=0.954 if r["sigmas"] else None, source=str(r["key"]), status="hard",
                       checked="table", note=str(r["channel"]))
            for r in _data.load("bounds/neutrality").rows()
        ]
        for r in _data.load("bounds/millicharge").rows():
            # the Sun's are mixtures of flavors; neutral matter is said above
            if r["flavor"] not in (*FLAVORS, "all") or "neutrality" in r["experiment"]:
                continue
            flavors = FLAVORS if r["flavor"] == "all" else (r["flavor"],)
            q = np.max([np.abs(self.excess({f"nu_{f}": 1})) for f in flavors], axis=0)
            say.append(Constraint(
                observable=f"charge of nu_{r['flavor']} [e]", predicted=q, high=float(r["upper"]),
                level=float(r["level"]) or None, source=str(r["key"]),
                checked=str(r["checked"]),
                note=f"{r['experiment']}, {r['channel']}"))
        # of the electron alpha is measured with: its g - 2 shows nothing
        say += [_g2.constraint(self.delta_a("mu")), _g2.tau(self.delta_a("tau"))]
        return tuple(say)


model = Millicharge
