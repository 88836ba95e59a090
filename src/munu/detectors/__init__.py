"""Efficiency, resolution, quenching: from true energies to bins of what is seen."""

from __future__ import annotations

from munu.detectors.quenching import Quenching, germanium, lindhard
from munu.detectors.response import Efficiency, matrix, nodes

__all__ = ["Efficiency", "Quenching", "germanium", "lindhard", "matrix", "nodes"]
