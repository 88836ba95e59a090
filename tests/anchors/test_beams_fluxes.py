"""Reference numbers of the fluxes of beams."""

from pathlib import Path

import pytest
import yaml

from munu import _data, flavors, sources
from munu.units import N_A, GeV, cm, g, parse, tonne

from .tolerances import tolerance

ANCHORS = {x["id"]: x for x in yaml.safe_load(
    (Path(__file__).parent / "beams_fluxes.yaml").read_text())}


def held(anchor):
    relative, absolute = tolerance(anchor)
    return pytest.approx(anchor["value"], rel=relative, abs=absolute)


def test_the_integral_of_the_booster_beam():
    i = ANCHORS["acc34"]["inputs"]
    made = sources.get("bnb", mode=i["mode"])
    weight = made.basis[:, 0, 1, 1].real
    assert flavors.SIX[1] == i["flavor"]
    (part,) = made.components.values()
    total = weight @ [part.phi[b] @ _trapezoid(part.E) for b in range(len(weight))]
    assert total * cm**2 == held(ANCHORS["acc34"])


def _trapezoid(E):
    import numpy as np

    return np.convolve(np.diff(E), [0.5, 0.5])


def test_what_the_forward_table_counts():
    """Its own interactions give the cross section of deep scattering back."""
    i = ANCHORS["acc41"]["inputs"]
    table = _data.load(f"fluxes/forward_{i['experiment']}")
    (row,) = [r for r in table.rows() if abs(r["E_nu"] / GeV - i["E_GeV"]) < 1e-3]
    nucleons = i["mass_t"] * tonne / g * N_A
    area = parse(table.meta["area"], "cm^2")
    sigma = row[f"cc_{i['flavor']}"] / row[i["flavor"]] * area / nucleons
    assert sigma / cm**2 == held(ANCHORS["acc41"])
    # through the source: lines per luminosity and area
    made = sources.get("forward", experiment=i["experiment"], spectrum="bins")
    (line,) = [rho for E, rho in made.lines if abs(E / GeV - i["E_GeV"]) < 1e-3]
    exposure = nucleons * parse(table.meta["luminosity"], "fb^-1")
    sigma = row[f"cc_{i['flavor']}"] / (line[0, 1, 1].real * exposure)
    assert sigma / cm**2 == held(ANCHORS["acc41"])
