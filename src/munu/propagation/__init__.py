"""Evolution of neutrinos and antineutrinos together: matter, magnetic fields, moments."""

from __future__ import annotations

from munu.propagation.evolution import Evolution, evolve
from munu.propagation.hamiltonian import Hamiltonian, dirac, majorana, two_state
from munu.propagation.passage import Passage
from munu.propagation.setting import Setting

__all__ = ["Evolution", "Hamiltonian", "Passage", "Setting", "dirac", "evolve", "majorana",
           "two_state"]
