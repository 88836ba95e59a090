r"""Dresden-II (2022): 2.924 kg of germanium about 10 m from a reactor core, 0.2 to 1.5 keVee.

The Rx-ON spectrum, efficiency corrected, with its published errors.  Background: a constant,
an exponential of unknown slope and the L and M lines of :sup:`71`\ Ge.  The exponential
:math:`e^{-CE}` is spanned by two slopes on both sides of the one that the spectrum prefers
without a signal (4 per keV), each with a free norm.  Position and width of the L line are fitted
to the spectrum above 1.05 keV, where no signal is.
What the limit is depends on the quenching of germanium below 1 keV, which is contested.  The
measured table is the default: by Lindhard's the signal lies so low that a rise of the background
is taken for a charge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu._guard import formula
from munu.detectors import quenching as _quenching
from munu.errors import DomainError
from munu.parameters import About, declared
from munu.probes import _germanium
from munu.probes._options import ElectronsOrNone, FluxError, LowSpectrum, Millicharge
from munu.probes.measured import Values
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Recoils
from munu.sources import reactor
from munu.spectrum import Axis
from munu.units import day, eV, keV, kg

MASS = 2.924
FLUX = "4.8e13 cm^-2 s^-1"
NOISE = 0.0685
# energy [keV] and strength relative to L1 of the lines of 71Ge
L1, L2, M = (1.297, 1.0), (1.142, 0.008), (0.158, 0.16)
SLOPES = (3.0, 5.0)
LINE_FROM = 1.05
K = 0.157


@formula
def resolution(E: Numbers) -> Numbers:
    r"""Energy resolution of Dresden-II.

    .. math:: \sigma^2 = (68.5\,\mathrm{eV})^2 + 0.11\times2.96\,\mathrm{eV}\;E

    Parameters
    ----------
    E : float or array, ionization energy [energy]

    Returns
    -------
    float or array [energy]

    Source : Dresden2022, Coloma2022

    >>> round(float(resolution(1 * keV) / eV), 1)
    70.8
    """
    return np.sqrt((NOISE * keV) ** 2 + 0.11 * 2.96 * eV * np.asarray(E, dtype=float))


def _line(x: np.ndarray, energy: float, sigma: float) -> np.ndarray:
    return np.exp(-0.5 * ((x - energy) / sigma) ** 2) / sigma


def _l_lines(x: np.ndarray, energy: float, sigma: float) -> np.ndarray:
    """Both L lines, their distance and ratio held."""
    return _line(x, energy, sigma) + L2[1] * _line(x, energy + L2[0] - L1[0], sigma)


def _fitted_line(E: np.ndarray, rate: np.ndarray, errors: np.ndarray) -> tuple[float, float]:
    """Position and width of the L1 line [keV], from the upper end of the spectrum."""
    from scipy.optimize import curve_fit

    def shape(x: np.ndarray, flat: float, slope: float, size: float, energy: float, sigma: float
             ) -> np.ndarray:
        return flat + slope * (x - L1[0]) + size * _l_lines(x, energy, sigma)

    x, one = E / keV, rate.max()
    pick = x > LINE_FROM
    # pure numbers, and to the last digits: the line must not depend on the unit of rates
    rate, errors = rate / one, errors / one
    start = [rate[pick].min(), 0.0, 0.1 * rate[pick].max(), L1[0], NOISE]
    found, _ = curve_fit(shape, x[pick], rate[pick], start, errors[pick], absolute_sigma=True,
                         method="trf", jac="3-point", x_scale="jac", ftol=1e-14, xtol=1e-14,
                         gtol=1e-14)
    return float(found[3]), float(abs(found[4]))


def _backgrounds(E: np.ndarray, rate: np.ndarray, errors: np.ndarray) -> dict[str, np.ndarray]:
    """Shapes in the bins, 1 in the strongest bin of each."""
    x = E / keV
    energy, sigma = _fitted_line(E, rate, errors)
    lines = _l_lines(x, energy, sigma) + M[1] * _line(x, M[0], NOISE)
    shapes = {"constant": np.ones_like(x), "lines": lines / lines.max()}
    return shapes | {f"exponential {c:g}/keV": np.exp(-c * (x - x[0])) for c in SLOPES}


def _fitted(shapes: Mapping[str, np.ndarray], rate: np.ndarray, errors: np.ndarray
           ) -> dict[str, np.ndarray]:
    """The shapes with the norms that fit the spectrum without any neutrino: where norms begin."""
    from scipy.optimize import nnls

    norms, _ = nnls(np.stack(list(shapes.values()), axis=1) / errors[:, None], rate / errors)
    return {n: max(norm, 1e-3 * rate.mean()) * s
            for (n, s), norm in zip(shapes.items(), norms, strict=True)}


@declared
def probe(*, quenching: Annotated[str, About("of germanium: fef by iron-filtered neutrons, ybe by "
                                           "photoneutrons", choices=_quenching.NAMES,
                                           assumes="quenching")] = "fef",
          k: Annotated[float | None, About("of quenching lindhard, default 0.157",
                                          assumes="quenching")] = None,
          electrons: ElectronsOrNone = "stepping", millicharge: Millicharge = "stepping",
          low: LowSpectrum = "vogel_engel", norm_error: FluxError = 0.05) -> Probe:
    """Dresden-II's Rx-ON spectrum.

    Raises
    ------
    DomainError, UnknownName

    Source : Dresden2022, Coloma2022
    """
    if k is not None and quenching != "lindhard":
        raise DomainError(f"k = {k} belongs to quenching 'lindhard', not to '{quenching}'")
    k = K if k is None and quenching == "lindhard" else k
    table = _data.load("observations/dresden2_2022")
    E, errors = table["E"], table["error_on"]
    if np.any(errors <= 0):
        raise DomainError("the Rx-ON spectrum holds an error that is not above 0")
    step = 0.01 * keV
    axis = Axis("ionization energy", "keV", np.append(E - step / 2, E[-1] + step / 2))
    source = reactor.source(flux=FLUX, low=low)
    channels = _germanium.channels(source, axis.edges, MASS * kg * day, resolution,
                                   quenching=quenching, k=k or K, electrons=electrons,
                                   millicharge=millicharge)
    shapes = _fitted(_backgrounds(E, table["rate_on"], errors), table["rate_on"], errors)
    run = Recoils(name="dresden2", channels=channels, axes=(axis,), backgrounds=shapes,
                  nuisances=tuple(Nuisance(n) for n in shapes),
                  measured=Values(axis, table["rate_on"], errors), standard="added",
                  norm_error=norm_error, errors=errors, papers=("Dresden2022", "Coloma2022"))
    return run.probe(
        "Dresden-II", "counts",
        variants={"quenching fef": {"quenching": "fef", "k": None},
                  "quenching ybe": {"quenching": "ybe", "k": None},
                  "quenching lindhard": {"quenching": "lindhard", "k": K},
                  "nuclei alone": {"electrons": "none"},
                  "Estienne below 2 MeV": {"low": "estienne"}},
        assumptions=(f"quenching {quenching}" + (f", k = {k:g}" if quenching == "lindhard" else ""),
                     f"electrons: {electrons}", f"flux within {norm_error:.0%}",
                     "exponential background between slopes 3 and 5 per keV"))
