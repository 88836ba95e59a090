"""Run cards of experiments of which there is a probe: flux, exposure, mass and body are the
probe's, and no number of it stands twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from munu import probes
from munu.detectors.geometry import Body, Box
from munu.events.experiment import Experiment
from munu.flavors import SIX
from munu.parameters import About, Quantity
from munu.processes.upscattering import KINDS, Scatterer, scatterers
from munu.rates.upscattered import ends
from munu.sources.source import Source
from munu.targets.nucleus import Nucleus
from munu.units import per_unit

Flavors = Annotated[str | tuple | None, About("of the beam, those that count; all if not given")]
Energy = Annotated[Quantity | None, About("end of the window; that of the flux if not given",
                                          "GeV")]
Mass = Annotated[Quantity | None, About("of the target; the probe's if not given", "t")]
Protons = Annotated[Quantity | None, About("on target; the probe's if not given", "pot")]
Distance = Annotated[Quantity | None, About("from the target; the probe's if not given", "m")]
Geometry = Annotated[str | None, About("the body, as box:4m,4m,5m; the probe's if not given")]
FermiMomentum = Annotated[Quantity | None, About(
    "of bound nucleons, 0 MeV takes them as free; the probe's if not given", "MeV")]
Luminosity = Annotated[Quantity | None, About("integrated; the probe's if not given", "fb^-1")]
Length = Annotated[Quantity | None, About("along the beam; the probe's if not given", "m")]


def made(name: str, **given: tuple[Any, str] | str | None) -> probes.Probe:
    """The probe, with what is given: a quantity with its unit, or a word."""
    texts = {k: x if isinstance(x, str) else f"{per_unit(x[0], x[1])!r} {x[1]}"
             for k, x in given.items() if x is not None and not (
                 isinstance(x, tuple) and x[0] is None)}
    return probes.get(name, **texts)


def argon(name: str, title: str, *, flavors: Any, window: tuple[Any, Any], k_F: float | None,
          **given: Any) -> Experiment:
    """Of a body of liquid argon in a beam of protons."""
    probe = made(name, k_F=(k_F, "MeV"), **given)
    beam = probe.setting.beams[0]
    bound = next(one for one, _ in beam.targets if one.kind == "protons")
    return card(name, title, beam.source, exposure=beam.exposure, body=beam.geometry,
                held=beam.targets, k_F=bound.k_F, flavors=flavors, window=window,
                papers=probe.papers)


def forward(name: str, title: str, *, flavors: Any, window: tuple[Any, Any], **given: Any
            ) -> Experiment:
    """Of a detector along the beams of the LHC."""
    probe = made(name, **given)
    setting = probe.setting
    held = [pair for _, beam in setting.beams[:2] for pair in beam.targets]
    bound = next(one for one, _ in held if one.kind == "protons")
    body = setting.beams[0][1].geometry
    assert isinstance(body, Box)
    return card(name, title, setting.source, exposure=setting.luminosity, body=body, held=held,
                k_F=bound.k_F, flavors=flavors, window=window, papers=probe.papers,
                screened=setting.screened)


def card(name: str, title: str, source: Source, *, exposure: float, body: Body,
         held: Sequence[tuple[Scatterer, float]], k_F: float, flavors: Any,
         window: tuple[Any, Any], papers: Sequence[str], screened: float = 0.0) -> Experiment:
    """The run card; of nuclei those that are struck as a whole count."""
    contents: list[tuple[Nucleus, float]] = [
        (one.nucleus, many) for one, many in held if one.kind == "coherent" and one.nucleus]
    low, high = ends(source)
    there = [f for f, phi in zip(SIX, _flux(source), strict=True) if phi > 0]
    return Experiment(
        name=name, title=title, source=source, exposure=exposure, body=body,
        window=(low if window[0] is None else window[0],
                high if window[1] is None else window[1]),
        flavors=tuple(there) if flavors is None else (flavors,) if isinstance(flavors, str)
        else tuple(flavors),
        contents=tuple(contents), k_F=k_F, screened=screened, papers=tuple(papers),
        chosen=tuple(one.name for nucleus, _ in contents
                     for one in scatterers(nucleus, KINDS, k_F=k_F)),
        assumed=(*source.assumed, "N made in the body alone, evenly; none from what is around",
                 "elastic on nucleons and electrons and on the nucleus as a whole; what breaks "
                 "nucleons is left out, which makes fewer N"))


def _flux(source: Source) -> np.ndarray:
    """Of each flavor, all energies."""
    E = np.unique(np.concatenate([c.E for c in source.components.values()]))
    return source.flux(E).sum(axis=1)
