"""Scans: a plan of points, computed in parts that survive whatever ends the run."""

from __future__ import annotations

from munu.scans.dataset import Dataset, Status, open
from munu.scans.plan import Plan, of, read
from munu.scans.run import part, prepared, run

__all__ = ["Dataset", "Plan", "Status", "of", "open", "part", "prepared", "read", "run"]
