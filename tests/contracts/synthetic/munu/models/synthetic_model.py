"""An invented model: a Dirac moment in proportion to a mass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from munu.couplings import Couplings
from munu.models.model import Model, parameter
from munu.units import eV


@dataclass(frozen=True, eq=False, kw_only=True)
class Synthetic(Model):
    """Source : BrdarTalk"""

    name: ClassVar[str] = "synthetic_model"
    papers: ClassVar[tuple[str, ...]] = ("BrdarTalk",)

    m_nu: float = parameter(0.1 * eV, "eV", "mass of the neutrino")

    def couplings(self):
        """1e-10 mu_B an eV."""
        return Couplings(mu=1e-10 * self.m_nu / eV * np.eye(3), nature="dirac", basis="mass")
