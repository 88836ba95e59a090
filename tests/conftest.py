"""Effort scales with MUNU_EFFORT: examples a law."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("munu", max_examples=int(os.environ.get("MUNU_EFFORT", "60")),
                          deadline=None, derandomize=True,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("munu")
