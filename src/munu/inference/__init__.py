"""Likelihood, intervals, limits: statistics that know no physics."""

from __future__ import annotations

from munu.inference.inputs import Anatomy, anatomy
from munu.inference.limits import limit
from munu.inference.record import Limit

__all__ = ["Anatomy", "Limit", "anatomy", "limit"]
