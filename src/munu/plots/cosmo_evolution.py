"""An N that decays late: shares of energy, temperatures and neutrinos against time."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.processes import radiative_decay
from munu.rates import late_decay
from munu.units import MeV, s

_MASS, _MU = 1 * MeV, 1e-11
TIMES = (1e-3, 1e8)
_SHARES = (("bath", r"$\gamma$, $e^\pm$", _style.ORANGE), ("nu", r"$\nu$", _style.BLUE),
           ("N", r"$N$", _style.RED))


def draw(M_N: float = _MASS, mu: float = _MU, nature: str = "majorana", n_species: int = 1
         ) -> Figure:
    """Draw one point, and the Universe without N beside it.

    Parameters
    ----------
    M_N : mass of N [energy]
    mu : moment [mu_B]
    nature : ``dirac`` or ``majorana``
    n_species : how many N there are
    """
    one = late_decay.history(M_N, mu, nature, n_species)
    none = late_decay.history(M_N, 0.0, nature, n_species)
    fig, (top, middle, low) = _style.new(6.6, 7.2, nrows=3, sharex=True,
                                         gridspec_kw={"height_ratios": [2, 1.4, 1.4]})
    rows: list[dict[str, Any]] = []
    items = []
    t = one.t / s
    total = one.bath + one.nu + one.N
    for name, text, color in _SHARES:
        share = getattr(one, name) / total
        top.plot(t, share, color=color, lw=1.8)
        seen = (t > 3 * TIMES[0]) & (t < TIMES[1] / 3) & (share > 0.02)
        items.append({"text": text, "x": t[seen], "y": share[seen], "color": color})
        rows += _rows(f"share of {name}", t, share)
    for made, style, what in ((one, "-", "with N"), (none, "--", "without N")):
        t = made.t / s
        middle.plot(t, made.T / MeV, style, color=_style.ORANGE, lw=1.6,
                    label=rf"photons, {what}")
        T_nu = made.T * (made.N_eff / 3) ** 0.25 * _cold(made)
        middle.plot(t, T_nu / MeV, style, color=_style.BLUE, lw=1.2, label=f"neutrinos, {what}")
        low.plot(t, made.N_eff, style, color=_style.BLACK, lw=1.6, label=what)
        rows += _rows(f"T of photons {what}", t, made.T / MeV)
        rows += _rows(f"T of neutrinos {what}", t, T_nu / MeV)
        rows += _rows(f"N_eff {what}", t, made.N_eff)
    tau = float(radiative_decay.lifetime(M_N, mu, nature)) / s
    for ax in (top, middle, low):
        ax.axvline(tau, color="0.6", lw=0.8, ls=":")
    top.set(xscale="log", xlim=TIMES, ylim=(0, 1), ylabel="share of the energy")
    middle.set(yscale="log", ylabel="temperature [MeV]",
               ylim=(float(np.interp(TIMES[1], t, none.T / MeV)) / 1.5, 40))
    low.set(ylabel=r"$N_{\rm eff}$", xlabel="time [s]")
    middle.legend(fontsize=7.5, loc="lower left")
    low.legend(fontsize=8, loc="upper left")
    # once more than settling does: ticks that come with the final height are wider than the first
    fig.get_layout_engine().execute(fig)
    _style.stamp(fig)
    _labels.assert_no_overlap(fig, _labels.place(top, items, size=9))
    return Figure("cosmo_evolution", fig, long_form(rows, {"line": "1", "t": "s", "value": "1"}),
                  f"The Universe with an N of {M_N / MeV:g} MeV and {mu:g} mu_B, {nature}, made "
                  f"below 100 GeV, that lives {tau:.3g} s at rest (dotted), solid, and without, "
                  "dashed. Above: shares of the energy. Middle: temperatures; that of neutrinos is "
                  "what their energy would have in equilibrium. Below: energy of neutrinos as a "
                  "number of them, each as if never heated by electrons. Temperatures in MeV.",
                  ("BrdarTalk", "Brdar2020", "Borsanyi2016"))


def _cold(made: late_decay.History) -> np.ndarray:
    """Temperature of neutrinos that were never heated, over that of the photons."""
    return (made.nu / made.N_eff / made.T**4 / (7 * np.pi**2 / 120)) ** 0.25


def _rows(line: str, x: np.ndarray, y: np.ndarray) -> list[dict[str, Any]]:
    inside = (x >= TIMES[0]) & (x <= TIMES[1])
    return [{"line": line, "t": a, "value": b} for a, b in zip(x[inside], y[inside], strict=True)]
