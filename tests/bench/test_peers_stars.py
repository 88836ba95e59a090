"""The frozen plasmon rates beside the package they are of; skipped where it is not installed."""

import pytest

from munu import _data

from .plasmon_rates import FROZEN, rows

pytestmark = pytest.mark.bench


def test_the_frozen_rates_are_those_of_the_package():
    pytest.importorskip("pynucastro")
    assert [(r["rho"], r["T"], r["rate"]) for r in _data.read(FROZEN).rows()] == rows()
