"""Photons of N that left SN1987A and decayed on the way: by energy, and by time of arrival."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu import probes
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.plots import _style
from munu.plots.figure import Figure, long_form
from munu.probes._collapse import Sent
from munu.processes import radiative_decay
from munu.rates import _arriving, arrivals
from munu.units import MeV, cm, s

MASSES = {1.0: _style.BLUE, 10.0: _style.RED, 100.0: _style.GREEN}
NATURES = {"dirac": "-", "majorana": "--"}
_NAMES = {"e": "e", "mu": r"\mu", "tau": r"\tau"}
_ENERGIES = np.geomspace(1, 300, 49) * MeV
_TIMES = np.geomspace(0.1, 1e8, 91) * s
_E, _T = (1e-1, 1e6), (1e-3, 1e6)


def draw(mu: float = 1e-13, flavor: str = "e") -> Figure:
    """Draw the fluence against energy and the flux against time.

    Parameters
    ----------
    mu : moment [mu_B]
    flavor : ``e``, ``mu`` or ``tau``
    """
    probe = probes.get("sn1987a_gammas")
    here, seen = probe.setting, probe.setting.seen
    window = np.array([0.0, seen.edges[-1]])
    fig, (left, right) = _style.new(8.6, 4.2, ncols=2)
    rows: list[dict[str, Any]] = []
    for M, color in MASSES.items():
        (sent,) = _sent(probe, mu, M * MeV, flavor)
        for nature, style in NATURES.items():
            tau = float(radiative_decay.lifetime(sent.M_N, sent.moment, nature))
            F = arrivals.photon_fluence(_ENERGIES, sent.E, sent.total, sent.M_N, tau, here.distance,
                                        here.radius, window, nature) * cm**2 * MeV
            made = _arriving.photons(seen.bands[-1:], _TIMES, sent.E, sent.total, sent.M_N,
                                     here.distance, here.radius, nature)
            f = made.fluence(tau)[0] / np.diff(_TIMES) * cm**2 * s
            label = f"$M_N$ = {M:g} MeV" if nature == "dirac" else None
            left.plot(_ENERGIES / MeV, np.where(F > 0, F, np.nan), color=color, ls=style, lw=1.5,
                      label=label)
            at = np.sqrt(_TIMES[1:] * _TIMES[:-1]) / s
            right.plot(at, np.where(f > 0, f, np.nan), color=color, ls=style, lw=1.5)
            rows += [{"M_N": M, "nature": nature, "quantity": what, "x": a, "value": b}
                     for what, x, y in (("fluence", _ENERGIES / MeV, F), ("flux", at, f))
                     for a, b in zip(x, y, strict=True)]
    for low, high in seen.bands:
        left.axvspan(low / MeV, high / MeV, color="0.92", lw=0, zorder=0)
    assert seen.counts is not None  # criterion is the likelihood
    level = seen.counts[-1].sum() / (seen.edges[-1] - seen.edges[0]) / seen.weight[-1, 0]
    right.axhline(level * cm**2 * s, color="0.5", lw=0.9, ls=":")
    right.text(0.13, 0.25 * level * cm**2 * s, "what was\ncounted", fontsize=7, color="0.4")
    right.axvspan(_TIMES[0] / s, window[1] / s, color="0.92", lw=0, zorder=0)
    left.plot([], [], color="0.3", ls="--", lw=1.2, label="Majorana")
    left.legend(loc="upper right", fontsize=8)
    left.set(xscale="log", yscale="log", xlim=(1, 300), ylim=_E, xlabel=r"$E_\gamma$ [MeV]",
             ylabel=r"photons in 223 s [cm$^{-2}$ MeV$^{-1}$]")
    right.set(xscale="log", yscale="log", xlim=(_TIMES[0] / s, _TIMES[-1] / s), ylim=_T,
              xlabel="time after the light front [s]",
              ylabel=r"photons of 25 to 100 MeV [cm$^{-2}$ s$^{-1}$]")
    _style.stamp(fig, rf"{_style.STAMP};  $\nu_{_NAMES[flavor]}$, $\mu$ = {mu:g} $\mu_B$")
    return Figure("supernova_arrival", fig, long_form(rows, {
        "M_N": "MeV", "nature": "1", "quantity": "1", "x": "1", "value": "1"}),
        f"Photons of N made by neutrinos of flavor {flavor} in SN1987A, mu = {mu:g} mu_B; grey: "
        "bands and time that the Gamma-Ray Spectrometer looked at, dotted: what it counted there. "
        "A flat flux ends when N has decayed, at a time of M_N tau over twice the photon's energy. "
        "In the table a fluence is per cm^2 and MeV against MeV, a flux per cm^2 and s against s.",
        probe.papers)


def _sent(probe: probes.Probe, mu: float, M_N: float, flavor: str) -> list[Sent]:
    if flavor not in _NAMES:
        raise DomainError(f"flavor = {flavor!r} must be e, mu or tau: the figure is of one N")
    return probe.setting.collapse.of_matrix(DipolePortal(mu, M_N, flavor).matrix, M_N)
