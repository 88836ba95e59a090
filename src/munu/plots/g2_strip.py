"""SU(2)_H: the muon's g - 2 against the moment, a scan with every constraint, no line."""

from __future__ import annotations

import numpy as np

from munu import atlas, models
from munu.couplings import Couplings
from munu.models import _g2
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import GeV

POINTS, SEED = 20000, 1
X, Y = (1e-13, 1e-8), (1e-14, 1e-9)
# (low, high), in equal ratios: couplings, and masses in GeV
BOX = {"f": (1e-3, 1.0), "f_prime": (1e-2, 3.5), "sin2alpha": (1e-2, 1.0), "m_h1": (80.0, 500.0),
       "m_H1": (100.0, 1000.0), "m_phi1": (80.0, 1000.0), "m_phi2": (80.0, 1000.0)}
_MASSES = ("m_h1", "m_H1", "m_phi1", "m_phi2")
# what excludes, first come first named: how the observable begins, text, colour
CLASSES = (("m_h+", "charged scalars", "0.72"), ("g_tau", "tau universality", _style.SKY),
           ("sigma(e+ e-", r"$e^+e^-\to\tau^+\tau^-$", _style.PURPLE),
           ("T [", r"$T$", _style.BLUE), ("delta_a_mu", r"$\Delta a_\mu$, WP25", _style.ORANGE))
ALLOWED = "allowed by all"


def sample(points: int = POINTS, seed: int = SEED) -> dict[str, np.ndarray]:
    """Parameters of the scan, even in their logarithms; internal units."""
    rng = np.random.default_rng(seed)
    out = {k: np.exp(rng.uniform(*np.log(edges), points)) for k, edges in BOX.items()}
    out["m_h1"], out["m_H1"] = np.sort([out["m_h1"], out["m_H1"]], axis=0)
    return out | {k: out[k] * GeV for k in _MASSES}


def judge(made) -> np.ndarray:
    """The first constraint that each point violates, or that it is allowed."""
    word = np.full(np.shape(made.moment), ALLOWED, dtype=object)
    for start, text, _ in reversed(CLASSES):
        for c in made.constraints():
            if c.observable.startswith(start):
                word[np.broadcast_to(c.violated, word.shape)] = text
    return word


def draw(points: int = POINTS, seed: int = SEED) -> Figure:
    """Every point of the scan in the plane (Delta a_mu, mu_emu), by what excludes it."""
    box = sample(points, seed)
    made = models.get("su2h", **box)
    a, mu, word = made.delta_a_mu(), np.abs(made.moment), judge(made)
    fig, ax = _style.new(7.4, 5.8)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y)
    handles = _points(ax, a, mu, word)
    said, papers = _bands(ax)
    ax.set_xlabel(r"$\Delta a_\mu$")
    ax.set_ylabel(r"$|\mu_{e\mu}|$ [$\mu_B$]")
    fig.legend(handles=handles, loc="outside upper center", ncols=3, fontsize=7.5)
    _style.stamp(fig, r"Majorana: $\mathcal{L}=\frac{1}{2}\mu_{ab}\,\overline{\nu_a^c}"
                      r"\sigma^{\alpha\beta}P_L\nu_bF_{\alpha\beta}$ + h.c.;  one loop, "
                      r"$m_{h_1}=m_{h_2}$, $m_{H_1}=m_{H_2}$, $h_3=0$")
    _labels.assert_no_overlap(fig, said)
    rows = [{"class": w, "delta_a_mu": x, "mu": y,
             **{k: v / GeV if k in _MASSES else v for k, v in zip(box, p, strict=True)}}
            for w, x, y, *p in zip(word, a, mu, *box.values(), strict=True)]
    share = np.mean(word == ALLOWED)
    text = "; ".join(f"{k} {low:g} to {high:g}" for k, (low, high) in BOX.items())
    return Figure("g2_strip", fig, long_form(rows, {
        "class": "1", "delta_a_mu": "1", "mu": "mu_B",
        **{k: "GeV" if k in _MASSES else "1" for k in BOX}}),
        f"SU(2)_H: the shift of the muon's g - 2 against the moment of nu_e and nu_mu, "
        f"{points} points even in the logarithms of their parameters ({text}; masses in GeV), "
        f"scalars of both diagrams alike. Colors name the first constraint that excludes a point: "
        f"charged scalars below the cut, tau universality, tau pairs at LEP, T, g - 2 today; "
        f"{share:.0%} stay. Only points with a shift above 0 are in the frame (f alone makes it "
        f"negative). Bands: measured less predicted g - 2, one standard deviation, today (WP25) "
        f"and historically (WP20); where the first reaches below 0 it runs to the left edge. Line: "
        f"the published limit of XENONnT as one on this moment alone, by the flavors that arrive. "
        f"f sin(2 alpha) is free, so there is no line but a strip; tau pairs bound f' by the mass "
        f"of the electron's neutral scalar.",
        tuple(dict.fromkeys((*made.papers, *_g2.WP25.papers, *papers))))


def _points(ax, a, mu, word) -> list:
    from matplotlib.lines import Line2D

    handles = []
    for text, color in (*((t, c) for _, t, c in CLASSES), (ALLOWED, _style.GREEN)):
        here = (word == text) & (a > X[0]) & (a < X[1]) & (mu > Y[0]) & (mu < Y[1])
        last = text == ALLOWED
        ax.plot(a[here], mu[here], ".", ms=7 if last else 2.4, color=color, rasterized=True,
                zorder=4 if last else 2, mew=0.4 if last else 0, mec="white")
        handles.append(Line2D([], [], ls="none", marker="o", ms=4, color=color,
                              label=text if last else f"excluded: {text}"))
    return handles


def _bands(ax) -> tuple[list, tuple[str, ...]]:
    said = []
    halo = {"fc": "white", "ec": "none", "pad": 0.6, "alpha": 0.85}
    for known, color, y in ((_g2.WP25, _style.BLUE, 2.2e-14), (_g2.WP20, _style.RED, 2.2e-14)):
        low = max(known.value - known.error, X[0])
        ax.axvspan(low, known.value + known.error, color=color, alpha=0.14, lw=0, zorder=1)
        at = known.value if known is _g2.WP20 else known.value / 12
        said.append(ax.text(at, y, known.name, color=color, fontsize=8.5, ha="center", zorder=9,
                            bbox=halo))
    found = atlas.get("xenonnt_2022")
    # the moment of nu_e and nu_mu alone whose effective one is the limit
    edge = Y[1] / atlas.verdict(Couplings.majorana(emu=Y[1]), [found])[0].margin
    ax.axhline(edge, color="k", lw=1.2, zorder=6)
    said.append(ax.text(X[0] * 1.4, edge * 1.25, "XENONnT 2022", fontsize=8.5, zorder=9,
                        bbox=halo))
    return said, found.papers
