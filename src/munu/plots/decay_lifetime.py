"""How long N lives by its photon alone, in the plane of its mass and its moment."""

from __future__ import annotations

import numpy as np

from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.processes import radiative_decay
from munu.units import MeV, Mpc, km, s, yr

X, Y = (1e-3, 1e3), (1e-18, 1e-6)
# Planck2018, flat: km/s/Mpc, and the share of matter
H_0, OMEGA_M = 67.4, 0.315
# thin lines, decades of seconds
_DECADES = np.arange(-9, 25, 3)


def age() -> float:
    r"""Age of a flat Universe of matter and a cosmological constant [time].

    .. math:: t = \frac{2}{3H_0\sqrt{\Omega_\Lambda}}
              \operatorname{arsinh}\sqrt{\Omega_\Lambda/\Omega_m}

    Source : Planck2018

    >>> round(float(age() / (1e9 * yr)), 1)
    13.8
    """
    dark = 1 - OMEGA_M
    return 2 / (3 * H_0 * km / s / Mpc * np.sqrt(dark)) * np.arcsinh(np.sqrt(dark / OMEGA_M))


def moment(M_N, tau: float, nature: str):
    """The moment that makes N live so long [mu_B]: the lifetime goes as 1/mu^2."""
    return np.sqrt(radiative_decay.lifetime(M_N, 1.0, nature) / tau)


def draw() -> Figure:
    """Lines of equal lifetime, Dirac solid and Majorana dashed."""
    fig, ax = _style.new(7.2, 5.6)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y, xlabel=r"$M_N$ [MeV]",
           ylabel=r"$\mu_\nu$ [$\mu_B$]")
    M_N = np.geomspace(*X, 61) * MeV
    named = ((0.1 * s, "0.1 s", _style.ORANGE), (1 * s, "1 s", _style.RED),
             (1e4 * s, r"$10^4$ s", _style.PURPLE), (1 * yr, "1 yr", _style.GREEN),
             (age(), "age of the Universe", _style.BLUE))
    rows, items, thin = [], [], []
    for tau in 10.0 ** _DECADES * s:
        mu = moment(M_N, tau, "dirac")
        ax.plot(M_N / MeV, mu, color="0.8", lw=0.6, zorder=1)
        thin.append((M_N / MeV, mu))
    for tau, text, color in named:
        for nature, style in (("dirac", "-"), ("majorana", "--")):
            mu = moment(M_N, tau, nature)
            ax.plot(M_N / MeV, mu, style, color=color, lw=1.5)
            rows += [{"lifetime": tau / s, "nature": nature, "M_N": m / MeV, "mu": x}
                     for m, x in zip(M_N, mu, strict=True)]
        # the Majorana line, which the label stays clear of
        thin.append((M_N / MeV, mu))
        mu = moment(M_N, tau, "dirac")
        seen = (mu > Y[0]) & (mu < Y[1])
        items.append({"text": text, "x": M_N[seen] / MeV, "y": mu[seen], "color": color})
    # talk A's point
    ax.plot(1.0, 1e-11, "k*", ms=8, zorder=6)
    held = [ax.annotate(f"{radiative_decay.lifetime(MeV, 1e-11, 'dirac') / s:.0f} s Dirac,\n"
                        f"{radiative_decay.lifetime(MeV, 1e-11, 'majorana') / s:.0f} s Majorana",
                        (1.0, 1e-11), xytext=(0, 9), textcoords="offset points", ha="center",
                        va="bottom", fontsize=7)]
    ax.plot([], [], "k-", lw=1.4, label=r"Dirac $N$, $\Gamma=\mu^2M_N^3/16\pi$")
    ax.plot([], [], "k--", lw=1.4, label=r"Majorana $N$, $\Gamma=\mu^2M_N^3/8\pi$")
    ax.plot([], [], color="0.8", lw=0.8, label=r"every third decade in seconds, Dirac")
    legend = ax.legend(loc="upper right", fontsize=7.5)
    _style.stamp(fig, _style.STAMP + r";  $N\to\nu\gamma$ alone")
    texts = _labels.place(ax, items, size=8.5, keep_clear=[legend, *held], also=thin)
    _labels.assert_no_overlap(fig, [*texts, *held])
    return Figure("decay_lifetime", fig, long_form(rows, {
        "lifetime": "s", "nature": "1", "M_N": "MeV", "mu": "mu_B"}),
        "Mean life of N at rest by N to nu gamma alone: solid Dirac (N to neutrinos), dashed "
        "Majorana (to neutrinos and to antineutrinos, so half as long). Below 0.1 s N is gone "
        "before the light elements are made; from there to 1e4 s it changes them, later its "
        "photons break them; beyond the age of the Universe (13.8e9 years from H_0 and Omega_m of "
        "Planck) it is there today. Star: talk A's point, which prints 3760 s for a Majorana mass.",
        ("BrdarTalk", "Magill2018", "Planck2018"))
