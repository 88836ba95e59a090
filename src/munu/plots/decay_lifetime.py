"""How long N lives by its photon alone, and how far it flies, in the plane of mass and moment."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import probes
from munu.couplings import NATURES
from munu.parameters import About, Quantity, declared
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.probes import _skimming
from munu.processes import radiative_decay
from munu.rates import decay_in_flight
from munu.units import GeV, MeV, Mpc, au, km, m, parse, s, yr

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


def distances() -> tuple[tuple[str, float, float, str], ...]:
    """What N may cross: name, length, energy of N where it does so, color [length], [energy]."""
    away = next(p.default for p in probes.parameters("sn1987a_gammas") if p.name == "distance")
    return (("detector, 10 m", 10 * m, 10 * GeV, _style.ORANGE),
            ("Earth", 2 * _skimming.RADIUS, 10 * MeV, _style.GREEN),
            ("Sun to Earth", au, 10 * MeV, _style.RED),
            ("SN1987A to Earth", parse(away, "kpc"), 100 * MeV, _style.BLUE))


def flown(M_N, length: float, E: float, nature: str):
    """The moment that makes the decay length of N so long [mu_B]; nan where E is not above M_N."""
    M_N = np.asarray(M_N, dtype=float)
    p = np.sqrt(np.maximum(E**2 - M_N**2, 0.0))
    far = decay_in_flight.decay_length(np.where(p > 0, p, E), M_N, 1.0, nature)
    return np.where(p > 0, np.sqrt(far / length), np.nan)


def moment(M_N, tau: float, nature: str):
    """The moment that makes N live so long [mu_B]: the lifetime goes as 1/mu^2."""
    return np.sqrt(radiative_decay.lifetime(M_N, 1.0, nature) / tau)


@declared
def draw(energy: Annotated[Quantity | None, About(
             "of N on all its ways; default 10 GeV of a beam, 10 MeV of the Sun, 100 MeV of a "
             "supernova", "MeV")] = None) -> Figure:
    """Lines of equal lifetime at rest, and of equal decay length in flight."""
    fig, axes = _style.new(10.6, 5.6, ncols=2, sharey=True)
    M_N = np.geomspace(*X, 61) * MeV
    rows: list[dict] = []
    axes[0].set_ylabel(r"$\mu_\nu$ [$\mu_B$]")
    for ax, title in zip(axes, ("mean life at rest", "decay length in flight"), strict=True):
        ax.set(xscale="log", yscale="log", xlim=X, ylim=Y, xlabel=r"$M_N$ [MeV]")
        ax.set_title(title, fontsize=9.5)
    texts = _rest(axes[0], M_N, rows) + _flight(axes[1], energy, rows)
    _style.stamp(fig, _style.STAMP + r";  $N\to\nu\gamma$ alone")
    _labels.assert_no_overlap(fig, texts)
    return Figure("decay_lifetime", fig, long_form(rows, {
        "what": "1", "lifetime": "s", "length": "m", "E": "MeV", "nature": "1", "M_N": "MeV",
        "mu": "mu_B"}), _caption(energy), ("BrdarTalk", "Magill2018", "Planck2018"))


def _rest(ax, M_N, rows: list[dict]) -> list:
    named = ((0.1 * s, "0.1 s", _style.ORANGE), (1 * s, "1 s", _style.RED),
             (1e4 * s, r"$10^4$ s", _style.PURPLE), (1 * yr, "1 yr", _style.GREEN),
             (age(), "age of the Universe", _style.BLUE))
    items: list[dict] = []
    thin: list[tuple] = []
    for tau in 10.0 ** _DECADES * s:
        mu = moment(M_N, tau, "dirac")
        ax.plot(M_N / MeV, mu, color="0.8", lw=0.6, zorder=1)
        thin.append((M_N / MeV, mu))
    for tau, text, color in named:
        _pair(ax, M_N, {n: moment(M_N, tau, n) for n in NATURES}, text, color, items, thin)
        rows += [{"what": "rest", "lifetime": tau / s, "length": 0.0, "E": M / MeV, "nature": n,
                  "M_N": M / MeV, "mu": x}
                 for n in NATURES for M, x in zip(M_N, moment(M_N, tau, n), strict=True)]
    # talk A's point
    ax.plot(1.0, 1e-11, "k*", ms=8, zorder=6)
    held = [ax.annotate(f"{radiative_decay.lifetime(MeV, 1e-11, 'dirac') / s:.0f} s Dirac,\n"
                        f"{radiative_decay.lifetime(MeV, 1e-11, 'majorana') / s:.0f} s Majorana",
                        (1.0, 1e-11), xytext=(8, 3), textcoords="offset points", ha="left",
                        va="bottom", fontsize=7)]
    ax.plot([], [], "k-", lw=1.4, label=r"Dirac $N$, $\Gamma=\mu^2M_N^3/16\pi$")
    ax.plot([], [], "k--", lw=1.4, label=r"Majorana $N$, $\Gamma=\mu^2M_N^3/8\pi$")
    ax.plot([], [], color="0.8", lw=0.8, label=r"every third decade in seconds, Dirac")
    legend = ax.legend(loc="upper right", fontsize=7.5)
    return [*_labels.place(ax, items, size=8.5, keep_clear=[legend, *held], also=thin), *held]


def _flight(ax, energy: float | None, rows: list[dict]) -> list:
    items: list[dict] = []
    others: list[tuple] = []
    for name, length, own, color in distances():
        E = own if energy is None else energy
        # to the mass at which N rests, where it gets nowhere
        M_N = np.geomspace(X[0] * MeV, min(X[1] * MeV, E * (1 - 1e-6)), 241)
        mu = {n: flown(M_N, length, E, n) for n in NATURES}
        at = f"{E / GeV:g} GeV" if GeV <= E else f"{E / MeV:g} MeV"
        _pair(ax, M_N, mu, f"{name}, {at}", color, items, others)
        rows += [{"what": name, "lifetime": length * M / np.sqrt(E**2 - M**2) / s,
                  "length": length / m, "E": E / MeV, "nature": n, "M_N": M / MeV, "mu": x}
                 for n in NATURES for M, x in zip(M_N[::4], mu[n][::4], strict=True)]
    return _labels.place(ax, items, size=8.5, also=others)


def _pair(ax, M_N, mu: dict, text: str, color: str, items: list, others: list) -> None:
    """Both natures of one line; the label goes by Dirac's and stays clear of Majorana's."""
    for nature, style in zip(NATURES, ("-", "--"), strict=True):
        ax.plot(M_N / MeV, mu[nature], style, color=color, lw=1.5)
    others.append((M_N / MeV, mu["majorana"]))
    seen = (mu["dirac"] > Y[0]) & (mu["dirac"] < Y[1])
    items.append({"text": text, "x": M_N[seen] / MeV, "y": mu["dirac"][seen], "color": color})


def _caption(energy: float | None) -> str:
    return ("N by N to nu gamma alone: solid Dirac (N to neutrinos), dashed Majorana (to "
            "neutrinos and to antineutrinos, so half as long). Left, at rest: below 0.1 s N is "
            "gone before the light elements are made; from there to 1e4 s it changes them, later "
            "its photons break them; beyond the age of the Universe (13.8e9 years from H_0 and "
            "Omega_m of Planck) it is there today. Star: talk A's point, which prints 3760 s for a "
            "Majorana mass. Right, in flight "
            + ("at an energy of its own for each way" if energy is None else
               f"at {energy / MeV:g} MeV")
            + ": on a line the mean decay length is the way, above it N decays on the way, far "
            "below it hardly ever does, and a line ends where N of that energy is at rest.")
