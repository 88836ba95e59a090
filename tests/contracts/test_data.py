"""Every data file reads, is finite, and names a paper of the bibliography."""

from pathlib import Path

import numpy as np
import pytest

from munu import _data, atlas, constants
from munu.references import bibliography, cite
from munu.units import MeV

ALL = [f"{p.name}/{n}" for p in sorted(_data.ROOT.iterdir()) if p.is_dir()
       for n in _data.names(p.name)]


@pytest.mark.parametrize("name", ALL)
def test_a_file_reads_and_names_its_paper(name):
    table = _data.load(name)
    assert len(table) > 0
    for key in ("source", "where", "how", "licence"):
        assert table.meta.get(key), key
    for key in ("source", "via"):
        if table.meta.get(key):
            assert table.meta[key] in bibliography()


@pytest.mark.parametrize("limit", atlas.published(), ids=lambda x: x.name)
def test_a_limit_says_all_it_must(limit):
    assert limit.papers and cite(limit)
    assert limit.certainty in "ABC" and limit.checked in ("abstract", "table", "no")
    assert limit.level is None or 0.5 < limit.level < 1
    assert limit.flavor != "all"
    assert 1e-14 < limit.upper.min() < 1e-4
    if limit.status.startswith("superseded_by"):
        assert limit.status.split()[1] in bibliography()


def test_the_curves_are_there():
    """Seventeen that stand, the two SN1987A edges as one region, and sixteen projections."""
    curves = [x for x in atlas.published() if x.axis is not None]
    projected = [x for x in curves if x.status == "projection"]
    assert (len(curves) - len(projected), len(projected)) == (17, 16)
    assert next(x for x in curves if x.name == "ship_main_numu").shape == "polygon"
    assert next(x for x in curves if x.name == "sn1987a_universal").shape == "polygon"
    assert next(x for x in curves if x.name == "bbn_he4_numu").flavor == "mu"


def test_secondhand_readings_keep_their_digitiser():
    for x in atlas.published():
        if x.axis is not None:
            assert x.meta["via"] in bibliography() and "MIT" in x.meta["licence"]


def test_a_limit_that_names_a_probe_names_one_that_exists():
    """With choices that its factory has; this key is the only link between the two."""
    from munu import probes

    linked = [x for x in atlas.published() if "probe" in x.meta]
    assert len({x.meta["probe"] for x in linked}) >= 13
    for x in linked:
        assert x.meta["probe"] in probes.names(), x.name
        known = {p.name: p for p in probes.parameters(x.meta["probe"])}
        for name, value in x.meta.get("options", {}).items():
            assert value in (known[name].choices or (value,)), (x.name, name)
    assert all("probe" in x.meta for x in atlas.published() if "options" in x.meta)


def test_what_others_made_of_the_same_data():
    assert [x.name for x in atlas.theirs("lz", "universal")] == ["lz_ws2022_2023",
                                                                  "lz_ws2022_2022"]
    assert [x.name for x in atlas.theirs("lsnd", "mu")] == ["lsnd_2001", "lsnd"]
    assert atlas.theirs("darwin") == [] == atlas.theirs("xenonnt", "tau")


def test_a_printed_d_is_half_the_moment():
    """mu = 2 d, by our own value of the Bohr magneton, in every curve that has both."""
    from munu.constants import alpha, m_e

    mu_B = np.sqrt(4 * np.pi * alpha) / (2 * m_e)
    for x in atlas.published():
        table = _data.load(f"limits/{x.name}")
        if "d" in table.columns:
            np.testing.assert_allclose(table["mu"] * mu_B, 2 * table["d"], rtol=2e-4)


def test_what_only_the_photon_sees_is_weaker_than_with_the_z():
    """LEP, of one figure: without a dipole to the Z the plateau is 12 times higher."""
    both, alone = (atlas.get(f"lep_{n}_universal") for n in ("gz", "dgamma"))
    M = np.array([10.0, 1e3, 3e4]) * MeV
    ratio = alone.at(M) / both.at(M)
    np.testing.assert_allclose(ratio, 12.0, rtol=0.02)


def test_vintages_agree_within_their_errors():
    old, new = constants.vintage("codata2018"), constants.vintage("codata2022")
    for name in ("alpha", "m_e", "amu"):
        a, b = old[name], new[name]
        assert abs(a.value - b.value) < 6 * (a.error + b.error), name


def test_names_that_are_not_there_give_the_nearest():
    from munu.errors import UnknownName

    with pytest.raises(UnknownName, match="did you mean 'codata2018'"):
        constants.vintage("codata208")


def test_every_probe_has_a_page():
    """docs/probes: one page an experiment, from one template."""
    from munu import probes

    pages = Path(__file__).parents[2] / "docs" / "probes"
    assert {p.stem for p in pages.glob("*.md")} == set(probes.names())
    for name in probes.names():
        text = (pages / f"{name}.md").read_text()
        probe = probes.get(name)
        assert probe.grade in text, name
        assert "## What goes in" in text or probe.grade == "needs_data", name
