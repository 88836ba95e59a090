"""Many points at a time say what each says alone: every model, every question."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from munu import _plugins, models
from munu.errors import DomainError
from munu.models import NotPredicted
from munu.units import GeV

from .points import some

POINTS = 5
# sets of points a model: each holds several
SETS = settings(max_examples=max(1, settings.default.max_examples // 10))


def entries(said, i=None):
    """Answers by path, those of one point as arrays of their own; portals that are there."""
    out = {}

    def walk(path, value):
        if isinstance(value, dict):
            for k, x in value.items():
                walk((*path, k), x)
        elif value is None or isinstance(value, str):
            out[path] = value
        else:
            out[path] = np.asarray(value)[... if i is None else i]

    for key, value in said.items():
        if key == "portals":
            for p in value:
                there = entries(p, i)
                if all(np.all(np.isfinite(x)) for k, x in there.items() if k[0] == "mu"):
                    n = sum(k[0] == "portals" and k[-1] == "M_N" for k in out)
                    out |= {("portals", n, *k): x for k, x in there.items()}
        elif key == "constraints":
            for n, c in enumerate(value):
                out |= {(key, n, w): np.asarray(getattr(c, w))[... if i is None else i]
                        for w in ("predicted", "violated", "excludes")}
                out[key, n, "observable"] = c.observable
                for edge in ("low", "high"):
                    x = getattr(c, edge)
                    out[key, n, edge] = None if x is None else np.asarray(x)[
                        ... if i is None or np.ndim(x) == 0 else i]
        elif key != "notes":
            walk((key,), value)
    return out


def agree(one, many):
    """To 1e-9 of the greatest entry of the same answer; what is not there is 0."""
    for path in {*one, *many}:
        a, b = one.get(path, 0.0), many.get(path, 0.0)
        if a is None or b is None or isinstance(a, str):
            assert a is b or a == b, path
            continue
        alike = [x for p, x in one.items() if p[:-1] == path[:-1] and len(path) > 1
                 and path[0] in ("mu", "eps", "portals") and not isinstance(x, str)]
        scale = max([np.abs(x).max(initial=0.0) for x in [*alike, np.asarray(a)]])
        np.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-9 * scale, err_msg=str(path))


def same(a, b):
    """Parameters; some follow from others and round as arrays do."""
    return a.keys() == b.keys() and all(
        a[k] == b[k] if isinstance(a[k], str | None) else np.allclose(a[k], b[k], 1e-14, 0)
        for k in a)


@pytest.mark.parametrize("name", models.names())
@SETS
@given(seed=st.integers(0, 2**32 - 1))
def test_many_points_are_as_many_single_ones(name, seed):
    cls = _plugins.load("models", name).model
    box = some(cls, np.random.default_rng(seed), POINTS)
    many = cls(**box)
    said = many.answers()
    assert many.shape == (POINTS,)
    for i in range(POINTS):
        point = cls(**{k: x[i] if isinstance(x, np.ndarray) else x for k, x in box.items()})
        one = point.answers()
        alone = entries(one)
        agree(alone, entries(said, i))
        assert same(many.at(i).parameters, point.parameters)
        if i == seed % POINTS:
            agree(alone, entries(many.at(i).answers()))
        assert bool(one["notes"]) == bool(said["notes"])


def test_a_grid_of_points_keeps_its_shape():
    m = np.array([[1.0], [2.0]]) * 1e3 * GeV
    made = models.get("leptoquark", m_LQ=m, y1=np.array([0.1, 0.2, 0.3]), y2=1.0)
    said = made.answers()
    assert made.shape == (2, 3) and said["mu"]["tau"].shape == said["tuning"].shape == (2, 3)
    assert all(np.shape(c.violated) == (2, 3) for c in said["constraints"])
    assert made.at(4).answers()["tuning"] == pytest.approx(said["tuning"][1, 1], rel=1e-12)
    wide = models.get("sm_majorana", alpha21=np.zeros((2, 3))).answers()
    assert wide["m_nuN"].shape == (2, 3, 3, 3) and wide["mu"]["12"].shape == (2, 3)


def test_one_massless_heavy_neutrino_among_many_has_no_tuning():
    said = models.get("leptoquark", m_LQ="2TeV", y1=0.1, y2=1.0, M_N=np.array([0, 1]) * GeV
                      ).answers()
    assert np.isnan(said["tuning"][0]) and said["tuning"][1] > 0 and not said["notes"]


def test_a_cut_of_each_point_is_its_own():
    cut = np.array([1.0, 3.0]) * 1e3 * GeV
    made = models.get("leptoquark", m_LQ="2TeV", y1=0.1, y2=1.0, m_LQ_min=cut)
    assert made.answers()["constraints"][0].violated.tolist() == [False, True]


def test_a_model_that_writes_out_single_couplings_is_scanned_too():
    """As one from elsewhere whose author knows couplings alone."""
    from dataclasses import dataclass
    from typing import ClassVar

    from munu.couplings import Couplings, DipolePortal
    from munu.models.model import Model, parameter

    @dataclass(frozen=True, eq=False, kw_only=True)
    class Plain(Model):
        name: ClassVar[str] = "plain"
        y: float = parameter(about="a coupling")
        portal: bool = parameter(False, "", "to N")

        def couplings(self):
            if self.portal:
                return DipolePortal(float(self.y), GeV, (1, 1j, 0), "dirac")
            return Couplings.majorana(emu=float(self.y))

    for portal, key, wanted in ((False, "emu", 1), (True, "mu", 1j)):
        many = Plain(y=np.array([1e-11, 2e-11]), portal=portal).answers()
        np.testing.assert_allclose(many["mu"][key], wanted * np.array([1e-11, 2e-11]))
    with pytest.raises(NotPredicted, match="says nothing of couplings"):
        models.get("light_scalar", m_phi="1keV", y_nu=0.1, y_e=0.1).matrices()
    with pytest.raises(DomainError, match="of one point"):
        models.get("seesaw", M_1=np.array([1, 2]) * GeV, M_2=GeV, M_3=GeV).couplings()
