"""COHERENT on liquid argon (2020): 24.4 kg, bins of energy, pulse shape and time.

The released bins hold what was seen and the templates of the steady state and of the beam's
neutrons.  Nuclei alone: electron recoils have another pulse shape (F90) and are rejected.  How a
nuclear recoil spreads over F90 at a given energy is read off the released CEvNS template.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu._guard import formula
from munu.detectors.response import Efficiency, matrix, nodes
from munu.errors import DomainError
from munu.parameters import About, declared
from munu.probes._coherent import timing
from munu.probes._options import FormFactor
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils, targets
from munu.processes import nuclear_scattering
from munu.sources import stopped_pion
from munu.spectrum import Axis
from munu.targets import material
from munu.units import keV, kg, m, us

# relative error of the steady state, 23 of 3131 events
STEADY = 23 / 3131
E_EDGES, F90_EDGES = np.arange(0.0, 121.0, 10.0), np.arange(0.5, 0.901, 0.05)
TIMES = np.arange(-0.1, 4.91, 0.5)
OFFSET = 0.0
QUENCHING_ERROR = 1.02


@cache
def _parameters() -> dict[str, float]:
    return {r["name"]: float(r["value"])
            for r in _data.load("observations/coherent_lar2020_parameters").rows()}


@formula
def quenched(T: Numbers) -> Numbers:
    r"""Electron-equivalent energy of an argon recoil, :math:`E_{ee} = (a + b\,T)\,T`.

    Parameters
    ----------
    T : float or array [energy]

    Returns
    -------
    float or array [energy]

    Source : COHERENTLAr2020

    >>> round(float(quenched(20 * keV) / keV), 2)
    5.23
    """
    p = _parameters()
    T = np.asarray(T, dtype=float)
    return (p["qf_a"] + p["qf_b"] * T / keV) * T


def _resolution(E: Numbers) -> Numbers:
    return _parameters()["resolution"] * np.sqrt(E * keV)


@cache
def release() -> dict[str, np.ndarray]:
    """The columns of the release as cubes (energy, F90, time)."""
    table = _data.load("observations/coherent_lar2020")
    where = [np.searchsorted(edges, values, side="right") - 1 for edges, values in (
        (E_EDGES, table["E"] / keV), (F90_EDGES, table["f90"]), (TIMES, table["t"] / us))]
    out = {}
    for name in ("observed", "ss", "cevns", "brn", "brn_delayed"):
        cube = np.zeros((E_EDGES.size - 1, F90_EDGES.size - 1, TIMES.size - 1))
        np.add.at(cube, tuple(where), table[name])
        out[name] = cube
    return out


def _f90() -> np.ndarray:
    """Shares over F90 at each energy, (n_E, n_F90), of the recoils that pass all cuts."""
    by = release()["cevns"].sum(axis=2)
    total = by.sum(axis=1, keepdims=True)
    # above the last energy with recoils the shares of the last one
    good = total[:, 0] > 1e-3 * total.max()
    shares = by / np.where(total > 0, total, 1.0)
    last = np.flatnonzero(good)[-1]
    shares[last + 1:] = shares[last]
    return shares


@declared
def probe(*, quenching_scale: Annotated[float, About(
            "factor on the quenched energy; the published error is 2 %",
            assumes="quenching")] = 1.0,
          form_factor: FormFactor = "helm",
          norm_error: Annotated[float, About(
              "relative error of the predicted rate, 17 of 128 events")] = 0.13) -> Probe:
    """COHERENT's liquid argon.

    Raises
    ------
    DomainError, UnknownName

    Source : COHERENTLAr2020, Newtrinos2025
    """
    if not (np.isfinite(quenching_scale) and 0.5 < quenching_scale < 2):
        raise DomainError(f"quenching_scale = {quenching_scale} must lie between 0.5 and 2")
    p = _parameters()
    source = stopped_pion.source(distance=p["distance"] * m, per_pot=p["nu_per_pot"])
    reaction = nuclear_scattering.reaction(material("Ar", form_factor=form_factor))
    T, w = nodes(1 * keV, 400 * keV, panels=60)
    table = _data.load("observations/coherent_lar2020_efficiency")
    spreads = [(_f90()[:, :, None] * share).reshape(E_EDGES.size - 1, -1)
               for share in timing(TIMES, offset=OFFSET)]

    def made(scale: float) -> tuple[Channel, ...]:
        fold = matrix(scale * quenched(T), E_EDGES * keV, _resolution,
                      Efficiency(table["E"], table["efficiency"])) \
            * targets(reaction, w, p["fiducial_mass"] * kg * p["pot"])
        return (Channel(source.only("prompt"), reaction, T, fold, spreads[0]),
                Channel(source.only("nu_e", "nubar_mu"), reaction, T, fold, spreads[1]))

    released = release()
    axes = (Axis("energy", "keV", E_EDGES * keV), Axis("F90", "1", F90_EDGES),
            Axis("time", "us", TIMES * us))
    run = Recoils(
        name="coherent_ar",
        channels=made(quenching_scale),
        axes=axes,
        backgrounds={
            "steady state": released["ss"],
            "neutrons": released["brn"],
            "delayed neutrons": released["brn_delayed"],
        },
        nuisances=(
            Nuisance("steady state", STEADY),
            Nuisance("neutrons"),
            Nuisance("delayed neutrons"),
        ),
        measured=Counts(axes, released["observed"]),
        standard="added",
        norm_error=norm_error,
        systematics={"quenching": made(QUENCHING_ERROR * quenching_scale)},
        papers=("COHERENTLAr2020", "Newtrinos2025"),
    )
    return run.probe(
        "COHERENT argon 2020", "counts",
        variants={"quenching +2 %": {"quenching_scale": 1.02},
                  "quenching -2 %": {"quenching_scale": 0.98},
                  "Klein-Nystrand": {"form_factor": "klein_nystrand"}},
        assumptions=("nuclei alone", f"rate within {norm_error:.0%}", f"form factor {form_factor}",
                     "norms of the neutrons free"))
