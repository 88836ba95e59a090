"""Evolution of neutrinos and antineutrinos together: matter, magnetic fields, moments."""

from __future__ import annotations

from munu.propagation.evolution import Evolution, evolve
from munu.propagation.hamiltonian import Hamiltonian, dirac, majorana, two_state

__all__ = ["Evolution", "Hamiltonian", "dirac", "evolve", "majorana", "two_state"]
