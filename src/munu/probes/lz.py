"""LUX-ZEPLIN (LZ): electronic recoils of its first two runs, 0.90 and 3.3 tonne years.

Solar neutrinos on the electrons of xenon in 1 keV bins.  Counts, backgrounds and efficiencies
are second-hand readings of figures; the backgrounds hold efficiency, resolution and the
Standard Model neutrinos.  The resolution is that of XENON1T: LZ's own is not in the reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import numpy as np

from munu import _data, flavors
from munu.detectors.response import Efficiency
from munu.errors import UnknownName
from munu.parameters import About, declared
from munu.probes import _xenon
from munu.probes._options import Electrons, Millicharge, Mixed, Radiative, Resolution, Sun
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils, bins
from munu.spectrum import Axis
from munu.units import keV, to_float

RUNS = {"ws2022": ("0.90 t yr", "ws2022"), "ws2024": ("3.3 t yr", "ws2024_1d")}
RANGE = (1.0, 20.0)


def _run(name: str, sun: str, options: Mapping[str, Any]
        ) -> tuple[Axis, np.ndarray, np.ndarray, Channel]:
    """Bins, counts, background and channel of one run."""
    exposure, column = RUNS[name]
    table = _data.load(f"observations/lz_{name}")
    inside = (table["E_low"] >= RANGE[0] * keV * (1 - 1e-9)) \
        & (table["E_high"] <= RANGE[1] * keV * (1 + 1e-9))
    axis = bins(table, "E", "reconstructed energy", "keV", inside)
    response = _data.load("observations/lz_efficiency")
    channel = _xenon.channel(axis.edges, to_float(exposure, "t yr"), sun=sun, efficiency_in="true",
                             efficiency=Efficiency(response["E"], response[column]), **options)
    return axis, table["counts"][inside], table["background"][inside], channel


@declared
def probe(*, run: Annotated[str, About("which data", choices=("both", *RUNS))] = "both",
          sun: Sun = "GS98", electrons: Electrons = "stepping", resolution_scale: Resolution = 1.0,
          mixing: Mixed = None, millicharge: Millicharge = "stepping",
          radiative: Radiative = False) -> Probe:
    """LZ's runs WS2022 and WS2024, each with a free norm of its background.

    Raises
    ------
    DomainError, UnknownName

    Source : LZ2025, SNuDD2026
    """
    if run not in ("both", *RUNS):
        raise UnknownName("run of lz", run, ("both", *RUNS))
    mix = mixing or flavors.mixing()
    options = {"electrons": electrons, "scale": resolution_scale, "mixing": mix,
               "millicharge": millicharge, "radiative": radiative}
    made = {n: _run(n, sun, options) for n in (RUNS if run == "both" else [run])}
    axis, first = next(iter(made.values()))[0], next(iter(made.values()))[3]
    axes: tuple[Axis, ...] = (axis,)
    counts = next(iter(made.values()))[1]
    backgrounds = {f"background {n}": b for n, (_, _, b, _) in made.items()}
    channel = first
    if run == "both":
        # the runs have the same bins: one row each
        axes = (Axis("run", "1", np.arange(len(made) + 1.0)), axis)
        counts = np.stack([c for _, c, _, _ in made.values()])
        backgrounds = {f"background {n}": np.stack([b * (m == n) for m in made])
                       for n, (_, _, b, _) in made.items()}
        channel = replace(first, fold=np.concatenate([c.fold for *_, c in made.values()]))
    prepared = Recoils(name="lz", channels=(channel,), axes=axes, backgrounds=backgrounds,
                       nuisances=tuple(Nuisance(n) for n in backgrounds),
                       measured=Counts(axes if len(axes) > 1 else axis, counts), mixing=mix,
                       papers=("LZ2025", "SNuDD2026", "XENON1T2020"))
    return prepared.probe(
        "LZ 2022 and 2024" if run == "both" else f"LZ {run.upper()}", "counts",
        variants=_xenon.variants(resolution_scale),
        assumptions=(*_xenon.says(sun, electrons, mix), "counts, background and efficiency read "
                     "from figures, second-hand", "resolution of XENON1T"))
