"""What neutrinos scatter on: electrons, free or in shells."""

from __future__ import annotations

from munu.targets.atom import ELECTRON, Atom, atom

__all__ = ["ELECTRON", "Atom", "atom", "electron"]

electron = ELECTRON
