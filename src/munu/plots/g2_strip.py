"""SU(2)_H: the muon's g - 2 against the moment, a scan with every constraint, no line."""

from __future__ import annotations

import numpy as np

from munu import atlas, models
from munu.couplings import Couplings
from munu.inference.record import Limit
from munu.models import _g2, su2h
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import GeV

POINTS, SEED = 20000, 1
X, Y = (1e-13, 1e-8), (1e-14, 1e-9)
# (low, high), in equal ratios: couplings, and masses in GeV
BOX = {"f": (1e-3, 1.0), "f_prime": (1e-2, 3.5), "sin2alpha": (1e-2, 1.0), "m_h1": (80.0, 500.0),
       "m_H1": (100.0, 1000.0), "m_phi1": (80.0, 1000.0), "m_phi2": (80.0, 1000.0)}
_MASSES = ("m_h1", "m_H1", "m_phi1", "m_phi2")
# what excludes, first come first named, the rare before the frequent so that each is seen: how the
# observable begins, text, colour, size of its points; the last takes whatever a model may add
CLASSES = (("delta_a", "$g-2$ today", _style.ORANGE, 3.2),
           ("m_h+", "charged scalars", "0.55", 3.2),
           ("g_tau", "tau universality", _style.SKY, 2.8),
           ("sigma(e+ e-", r"$e^+e^-\to\tau^+\tau^-$", _style.PURPLE, 2.8),
           ("XENONnT", "XENONnT 2022", _style.RED, 3.2),
           ("T [", r"$T$", "#A9CBE3", 2.2),
           ("", "others", _style.BLACK, 3.2))
ALLOWED, LINE = "allowed by all", "line of the talk"
# the line of the talk: one moment at the anomaly of 2021, for scalars of these masses
TALK = {"mu": 1e-11, "m_phi": 100 * GeV, "m_h": 200 * GeV, "m_H": 500 * GeV}


def sample(points: int = POINTS, seed: int = SEED) -> dict[str, np.ndarray]:
    """Parameters of the scan, even in their logarithms; internal units."""
    rng = np.random.default_rng(seed)
    out = {k: np.exp(rng.uniform(*np.log(edges), points)) for k, edges in BOX.items()}
    out["m_h1"], out["m_H1"] = np.sort([out["m_h1"], out["m_H1"]], axis=0)
    return out | {k: out[k] * GeV for k in _MASSES}


def bound() -> tuple[float, Limit]:
    """The moment of nu_e and nu_mu alone whose effective one is XENONnT's limit [mu_B]."""
    found = atlas.get("xenonnt_2022")
    return Y[1] / atlas.verdict(Couplings.majorana(emu=Y[1]), [found])[0].margin, found


def judge(made, edge: float) -> np.ndarray:
    """What excludes each point, the first of CLASSES; or that it is allowed."""
    shape = np.shape(made.moment)
    word = np.full(shape, ALLOWED, dtype=object)
    held = [(c.observable, np.broadcast_to(c.violated, shape)) for c in made.constraints()]
    held.append(("XENONnT", np.abs(made.moment) > edge))
    for start, text, *_ in CLASSES:
        for observable, violated in held:
            if observable.startswith(start):
                word[violated & (word == ALLOWED)] = text
    return word


def talk_line() -> dict[str, np.ndarray]:
    """Points of the talk's correlation: f' moves, everything else is held; internal units."""
    masses = {k: TALK[k] for k in ("m_h", "m_H")}
    f = su2h.f_sin2alpha(TALK["mu"], su2h.f_prime(_g2.WP20.value, TALK["m_phi"]), **masses)
    f_prime = np.geomspace(5e-3, 3.5, 61)
    held = {"f": f, "sin2alpha": 1.0, "m_h1": TALK["m_h"], "m_H1": TALK["m_H"],
            "m_phi1": TALK["m_phi"], "m_phi2": TALK["m_phi"]}
    return {"f_prime": f_prime} | {k: np.full(f_prime.size, x) for k, x in held.items()}


def draw(points: int = POINTS, seed: int = SEED) -> Figure:
    """Every point of the scan in the plane (Delta a_mu, mu_emu), by what excludes it."""
    box = sample(points, seed)
    made = models.get("su2h", **box)
    edge, found = bound()
    a, mu, word = made.delta_a_mu(), np.abs(made.moment), judge(made, edge)
    fig, ax = _style.new(7.4, 5.8)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y)
    handles = _points(ax, a, mu, word)
    line, at = talk_line(), models.get("su2h", **talk_line())
    said = _bands(ax, edge, (at.delta_a_mu(), np.abs(at.moment)))
    ax.set_xlabel(r"$\Delta a_\mu$")
    ax.set_ylabel(r"$|\mu_{e\mu}|$ [$\mu_B$]")
    fig.legend(handles=handles, loc="outside upper center", ncols=4, fontsize=7.5)
    _style.stamp(fig, r"Majorana: $\mathcal{L}=\frac{1}{2}\mu_{ab}\,\overline{\nu_a^c}"
                      r"\sigma^{\alpha\beta}P_L\nu_bF_{\alpha\beta}$ + h.c.;  one loop, "
                      r"$m_{h_1}=m_{h_2}$, $m_{H_1}=m_{H_2}$, $h_3=0$")
    _labels.assert_no_overlap(fig, said)
    rows = [{"class": w, "delta_a_mu": x, "mu": y,
             **{k: v / GeV if k in _MASSES else v for k, v in zip(BOX, p, strict=True)}}
            for w, x, y, *p in (
                *zip(word, a, mu, *box.values(), strict=True),
                *zip([LINE] * line["f"].size, at.delta_a_mu(), np.abs(at.moment),
                     *(line[k] for k in BOX), strict=True))]
    share = np.mean(word == ALLOWED)
    text = "; ".join(f"{k} {low:g} to {high:g}" for k, (low, high) in BOX.items())
    return Figure("g2_strip", fig, long_form(rows, {
        "class": "1", "delta_a_mu": "1", "mu": "mu_B",
        **{k: "GeV" if k in _MASSES else "1" for k in BOX}}),
        f"SU(2)_H: the shift of the muon's g - 2 against the moment of nu_e and nu_mu, "
        f"{points} points even in the logarithms of their parameters ({text}; masses in GeV), "
        f"scalars of both diagrams alike. Colors name what excludes a point, the first of: g - 2 "
        f"of the muon and the electron today, charged scalars below the cut, tau universality, tau "
        f"pairs at LEP, XENONnT, T; {share:.1%} stay. Only points with a shift above 0 are in the "
        f"frame (f alone makes it negative). Bands: measured less predicted g - 2, one standard "
        f"deviation, today (WP25; it reaches below 0 and so to the left edge) and historically "
        f"(WP20). Black: the published limit of XENONnT as one on this moment alone, by the "
        f"flavors that arrive. Dashed: the direct correlation that talk B draws, f sin(2 alpha) = "
        f"{line['f'][0]:.4f} held and f' moved, with a neutral scalar of 100 GeV and charged ones "
        f"of 200 and 500 GeV, which makes 1e-11 mu_B at the shift of 2021 (circle; in the table "
        f"class {LINE}). T excludes all of it, tau pairs its upper part too. f sin(2 alpha) is "
        f"free, so what the model fills is no line but a strip; tau pairs bound f' by the mass of "
        f"the electron's neutral scalar.",
        tuple(dict.fromkeys((*made.papers, *_g2.WP25.papers, *_g2.WP20.papers, *found.papers))))


def _points(ax, a, mu, word) -> list:
    from matplotlib.lines import Line2D

    handles = []
    inside = (a > X[0]) & (a < X[1]) & (mu > Y[0]) & (mu < Y[1])
    # the frequent below the rare
    for k, (_, text, color, size) in enumerate((*CLASSES, ("", ALLOWED, _style.GREEN, 7))):
        here, last = inside & (word == text), text == ALLOWED
        if not here.any():
            continue
        ax.plot(a[here], mu[here], ".", ms=size, color=color, rasterized=True,
                zorder=4 if last else 3 - 0.1 * k, mew=0.4 if last else 0, mec="white")
        handles.append(Line2D([], [], ls="none", marker="o", ms=4, color=color,
                              label=text if last else f"excluded: {text}"))
    return handles


def _bands(ax, edge: float, line) -> list:
    said = []
    halo = {"fc": "white", "ec": "none", "pad": 0.6, "alpha": 0.85}
    for known, color in ((_g2.WP25, "0.35"), (_g2.WP20, "#A04500")):
        low = max(known.value - known.error, X[0])
        ax.axvspan(low, known.value + known.error, color=color, alpha=0.13, lw=0, zorder=1)
        at = known.value if known is _g2.WP20 else known.value / 12
        said.append(ax.text(at, 1.8e-14, known.name, color=color, fontsize=8.5, ha="center",
                            zorder=9, bbox=halo))
    ax.axhline(edge, color="k", lw=1.2, zorder=6)
    said.append(ax.text(X[0] * 1.4, edge * 1.25, "XENONnT 2022", fontsize=8.5, zorder=9,
                        bbox=halo))
    ax.plot(*line, color="k", lw=1.1, ls=(0, (5, 2)), zorder=6)
    ax.plot([_g2.WP20.value], [TALK["mu"]], "o", mfc="white", mec="k", ms=5, zorder=7)
    said.append(ax.text(5e-13, 5.5e-14, r"talk B's line: $f\sin2\alpha$ held", fontsize=8,
                        zorder=9, bbox=halo))
    return said
