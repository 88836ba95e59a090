"""Mass of neutrinos against the moment that comes with it: estimates, loops, measurements."""

from __future__ import annotations

import numpy as np

from munu import atlas, models
from munu.models import naturalness
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import GeV, TeV, eV

SCALE = 1 * TeV
X, Y = (1e-3, 1e11), (1e-21, 1e-8)
# estimate: text, colour, what it is worth
ESTIMATES = (
    ("talk_a", r"$\mu\sim m_e m/\Lambda^2$ (talk A)", _style.BLACK, "--"),
    ("talk_b", r"$\mu\sim 2m_e m/\Lambda^2$ (talk B)", "0.45", "--"),
    ("voloshin", r"$SU(2)$ broken by electroweak loops", _style.PURPLE, "--"),
    ("dirac_naive", r"Dirac, quadratic in $\Lambda$", _style.SKY, "--"),
    ("dirac", r"Dirac, logarithm", _style.BLUE, "-."),
    ("majorana", r"Majorana $\mu\tau$", _style.GREEN, "-."))
# mass in TeV, with R2~ or alone
LEPTOQUARKS = ((1.0, "leptoquark", "-"), (5.0, "leptoquark", (0, (1, 1))),
               (1.0, "leptoquark_voloshin", (0, (5, 1))))
TICKS = (1e-6, 1e-4, 1e-2, 1.0)


def draw() -> Figure:
    """The plane (m, mu): natural moments at one scale, S1, and where limits and masses are."""
    fig, ax = _style.new(7.4, 5.6)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y)
    rows, items = [], []
    m = np.geomspace(*X, 57) * eV
    for name, text, color, style in ESTIMATES:
        mu = naturalness.mu_max(m, SCALE, name)
        ax.plot(m / eV, mu, color=color, ls=style, lw=1.2)
        items.append(_item(text, m / eV, mu, color))
        rows += _rows(f"natural: {name}", SCALE, m, mu)
    for mass, which, style in LEPTOQUARKS:
        m_S1, mu = _s1(mass * TeV, np.geomspace(1e-14, 4 * np.pi, 61), which)
        ax.plot(m_S1 / eV, mu, color=_style.RED, ls=style, lw=2.0, zorder=5)
        text = r"$S_1$" if which == "leptoquark" else r"$S_1+\tilde R_2$"
        items.insert(0, _item(f"{text}, {mass:g} TeV", m_S1 / eV, mu, _style.RED))
        rows += _rows(which, mass * TeV, m_S1, mu)
    marks = _ticks(ax)
    papers, said = _bounds(ax, rows)
    ax.set_xlabel(r"mass of the pair [eV]")
    ax.set_ylabel(r"$\mu_\nu$ [$\mu_B$]")
    _style.stamp(fig, _style.STAMP + r";  $\Lambda=1$ TeV where a line is an estimate")
    texts = _labels.place(ax, items, size=8, keep_clear=[*marks, *said],
                          also=[([0.05] * 2, Y)])
    _labels.assert_no_overlap(fig, texts)
    return Figure("mass_moment", fig, long_form(rows, {
        "line": "1", "scale": "GeV", "m": "eV", "mu": "mu_B"}),
        "Mass of the pair of neutrinos against their moment. Dashed and dash-dotted: estimates of "
        "the moment that a mass leaves natural, new physics at 1 TeV; above such a line the mass "
        "must be tuned away. They are orders of magnitude, and those of the two talks differ by 2. "
        "Red: the S1 leptoquark, its moment against the finite part of its radiative mass at "
        "mu_R = m_LQ, up to y1 y2 = 4 pi, y1 y2 marked at 1 TeV: without a symmetry it follows the "
        "estimates of the talks at its mass, a few times above; and the pair of S1 and R2~, whose "
        "masses gauge interactions alone split. Grey: the published limit of XENONnT on universal "
        "moments, and masses of 0.05 eV (the atmospheric splitting).",
        tuple(dict.fromkeys(("BrdarTalk", "JanaTalk", "Bell2005", "Bell2006",
                             *models.get("leptoquark_voloshin", m_S1=TeV, y1=0, y2=0).papers,
                             *papers))))


def _item(text, x, y, color) -> dict:
    seen = (x > X[0]) & (x < X[1]) & (y > Y[0]) & (y < Y[1])
    return {"text": text, "x": x[seen], "y": y[seen], "color": color}


def _rows(line: str, scale, m, mu) -> list[dict]:
    return [{"line": line, "scale": scale / GeV, "m": a / eV, "mu": b}
            for a, b in zip(m, mu, strict=True)]


def _s1(mass, y, which: str = "leptoquark"):
    """Radiative mass and moment of S1, alone or with R2~, of products y of its couplings."""
    root = np.sqrt(y)
    made = models.get(which, **{"m_LQ" if which == "leptoquark" else "m_S1": mass}, y1=root,
                      y2=root)
    return np.abs(made.neutrino_mass()), np.abs(made.moment)


def _ticks(ax) -> list:
    """Couplings along the line of S1 at the least mass."""
    m, mu = _s1(LEPTOQUARKS[0][0] * TeV, np.array(TICKS))
    ax.plot(m / eV, mu, "o", color=_style.RED, ms=4, zorder=6)
    return [ax.annotate(f"{y:g}" if y > 1e-3 else rf"$10^{{{np.log10(y):.0f}}}$", (a / eV, b),
                        xytext=(-4, 4), textcoords="offset points", fontsize=7.5,
                        color=_style.RED, ha="right") for y, a, b in zip(TICKS, m, mu, strict=True)]


def _bounds(ax, rows) -> tuple[tuple[str, ...], list]:
    found = atlas.get("xenonnt_2022")
    ax.axhspan(found.upper[0], Y[1], color="0.88", zorder=0)
    ax.axvline(0.05, color="0.6", lw=0.9)
    said = [ax.text(X[1] * 0.6, found.upper[0] * 1.4, "XENONnT 2022", fontsize=8, color="0.3",
                    ha="right"),
            ax.text(0.05 * 1.35, 1.5e-13, "0.05 eV", fontsize=8, color="0.35", rotation=90)]
    rows += [{"line": found.name, "scale": 0.0, "m": x, "mu": float(found.upper[0])} for x in X]
    return found.papers, said
