"""Limits of real probes against MINUIT, which is given the data and the prediction alone.

The likelihood is written out here from what a probe says of itself; nothing of
``munu.inference`` goes into it.
"""

import numpy as np
import pytest
from iminuit import Minuit
from scipy.stats import norm

import munu
from munu import probes
from munu.units import MeV, keV

UNIT = 1e-11
# -2 ln L above its least value that ends a two-sided interval at 90 %
RISE = norm.ppf(0.95) ** 2


def likelihood(name, M_N, flavor):
    """-2 ln L of y = (mu / UNIT)^2, the background norms, and the pull of a norm error."""
    probe = probes.get(name)
    made = probe.predict(munu.DipolePortal(UNIT, M_N, flavor)).components
    dipole, *others = (made[k].values.ravel() for k in ("dipole", *probe.backgrounds))
    fixed = made["standard model"].values.ravel() if "standard model" in made else 0.0
    seen, errors = probe.measured.seen.ravel(), getattr(probe.measured, "errors", None)
    scale = probe.options.get("norm_error", 0.0)
    known = np.array([n.relative_error or np.inf for n in probe.nuisances])

    def value(x):
        y, *norms, pull = x
        expected = (y * dipole + fixed) * (1 + scale * pull)
        expected = expected + sum(n * b for n, b in zip(norms, others, strict=True))
        prior = np.sum(((np.array(norms) - 1) / known) ** 2) + pull**2
        if errors is not None:
            return np.sum(((seen - expected) / errors.ravel()) ** 2) + prior
        log = np.log(np.where(seen > 0, seen, 1.0) / np.maximum(expected, 1e-300))
        return 2 * np.sum(expected - seen + np.where(seen > 0, seen * log, 0.0)) + prior

    return value, len(others)


def minimum(value, norms, y=None):
    """MINUIT's least value, over y too where it is None."""
    minuit = Minuit(value, [0.5 if y is None else y, *[1.0] * norms, 0.0])
    minuit.errordef = 1.0
    minuit.strategy, minuit.tol = 2, 1e-4
    for j in range(norms + 1):
        minuit.limits[j] = (0, None)
    minuit.fixed["x0"] = y is not None
    found = minuit.migrad(ncall=100000)
    assert found.valid, found.fmin
    return found.fval


@pytest.mark.parametrize("M_N", [0.0, 50 * keV, 1 * MeV])
@pytest.mark.parametrize(("name", "flavor"), [
    ("xenonnt", "universal"), ("xenonnt", "tau"), ("xenon1t", "universal"), ("lz", "mu"),
    ("pandax4t", "e"), ("dresden2", "e"), ("conus_plus", "e")])
def test_a_limit_is_where_minuit_finds_it(name, flavor, M_N):
    found = munu.limit(name, M_N=M_N, flavor=flavor, expected=False)
    value, norms = likelihood(name, M_N, flavor)
    least = minimum(value, norms)
    at_limit = minimum(value, norms, (found.value / UNIT) ** 2)
    assert at_limit - least == pytest.approx(RISE, abs=2e-3)
    best = minimum(value, norms, (found.best_fit[0] / UNIT) ** 2)
    assert best == pytest.approx(least, abs=1e-3)
