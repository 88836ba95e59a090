"""Efficiency and resolution: from true energies to bins of reconstructed energy."""

from __future__ import annotations

from munu.detectors.response import Efficiency, matrix, nodes

__all__ = ["Efficiency", "matrix", "nodes"]
