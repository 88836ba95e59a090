"""Effort scales with MUNU_EFFORT: examples a law.  What is timed runs without the tracer."""

import os

# small matrices many times: threads that wait for each other cost more than they bring
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("munu", max_examples=int(os.environ.get("MUNU_EFFORT", "60")),
                          deadline=None, derandomize=True,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("munu")


def pytest_collection_modifyitems(items):
    """Coverage would slow munu down and leave the baselines as they are."""
    for item in items:
        if item.get_closest_marker("bench"):
            item.add_marker(pytest.mark.no_cover)
