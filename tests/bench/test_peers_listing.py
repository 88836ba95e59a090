"""The frozen listing of the PDG beside the package itself; skipped where that is not installed."""

import pytest

from munu import _data

from .pdg_listing import COLUMNS, FROZEN, rows

pytestmark = pytest.mark.bench


def test_the_frozen_listing_is_that_of_the_package():
    pdg = pytest.importorskip("pdg")
    frozen = [{k: r[k] for k in COLUMNS} for r in _data.read(FROZEN).rows()]
    assert frozen == rows(pdg.connect())
