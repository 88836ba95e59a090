"""Speed of the live page: a recoil probe, warm, by the time of a core that its worker used."""

import time

import pytest

import munu
from munu.explore import asked, inputs, workers

pytestmark = pytest.mark.bench
# the answer that a slider waits for [s], and the factor for machines slower than most
WANTED, SLOW = 0.3, 4
RECOILS = ("xenonnt", *(pytest.param(x, marks=pytest.mark.long) for x in (
    "xenon1t", "lz", "pandax4t", "conus_plus", "borexino", "coherent_csi")))


@pytest.fixture(scope="module")
def pool():
    made = workers.Workers(1, 600)
    yield made
    made.close()


@pytest.mark.parametrize("probe", RECOILS)
def test_a_recoil_probe_answers_while_a_slider_moves(pool, probe, rows):
    """And costs little beside the limit itself, asked in Python."""
    def ask(mass):
        told = pool.ask(inputs.words(asked.read("limit", {"probe": probe, "mass": mass})))
        assert told.code == 0, told.err
        return told.cpu

    def here(mass):
        begun = time.process_time()
        munu.limit(probe, M_N=mass)
        return time.process_time() - begun

    ask("50keV"), here("50 keV")
    page = min(ask(f"{m}keV") for m in (51, 52, 53))
    plain = min(here(f"{m} keV") for m in (51, 52, 53))
    rows.speed(f"an answer of the live page, `{probe}`, of its worker", page, "the limit in Python",
               plain)
    assert page < SLOW * WANTED and page < 3 * plain + 0.05
