"""The validator of HEPData reads what munu writes."""

import numpy as np
import pytest

import munu
from munu import atlas, interchange

pytestmark = pytest.mark.peers


def valid(folder):
    full = pytest.importorskip("hepdata_validator.full_submission_validator")
    held = full.FullSubmissionValidator(schema_version="1.1.1")
    good = held.validate(directory=str(folder))
    return good, [str(m) for those in held.get_messages().values() for m in those]


def test_every_published_bound_is_a_valid_submission(tmp_path):
    folder = interchange.to_hepdata([*atlas.published(), *atlas.radii(), *atlas.charges()],
                                    tmp_path / "all")
    assert valid(folder) == (True, [])


def test_computed_limits_are_valid_submissions(tmp_path):
    """With bands, without data, on a radius, as islands, with nothing excluded at all."""
    made = [munu.limit("xenonnt", M_N="0,1keV:100MeV:5"), munu.limit("xenonnt", along="r2",
                                                                      flavor="e"),
            munu.limit("sn1987a_gammas", M_N="1MeV:100MeV:4", nature="dirac", expected=False)]
    assert np.isinf(made[0].upper).any()
    assert valid(interchange.to_hepdata(made, tmp_path / "ours")) == (True, [])


def test_the_validator_refuses_a_broken_table(tmp_path):
    folder = interchange.to_hepdata(atlas.get("lsnd"), tmp_path / "one")
    table = folder / "lsnd.yaml"
    table.write_text(table.read_text().replace("independent_variables", "independent"))
    assert not valid(folder)[0]
