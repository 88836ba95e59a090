"""What neutrinos scatter on: electrons, free or in shells, nuclei and nucleons."""

from __future__ import annotations

from munu.targets.atom import ELECTRON, Atom, atom
from munu.targets.nucleus import Material, Nucleus, material, nucleus

__all__ = ["ELECTRON", "Atom", "Material", "Nucleus", "atom", "electron", "material", "nucleus"]

electron = ELECTRON
