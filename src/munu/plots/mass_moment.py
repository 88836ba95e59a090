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
# estimate: text, colour, style; the mass [eV] at which it is said, above its line or below
ESTIMATES = (
    ("talk_a", r"$m_em/\Lambda^2$ (talk A)", _style.BLACK, "--", 4.5e9, -1),
    ("talk_b", r"$2m_em/\Lambda^2$ (talk B)", "0.35", "--", 2e0, 1),
    ("voloshin", r"$SU(2)$ broken by electroweak loops", _style.PURPLE, "--", 3e3, -1),
    ("dirac_naive", r"Dirac, quadratic in $\Lambda$", _style.SKY, "--", 3e0, -1),
    ("dirac", r"Dirac, logarithm", _style.BLUE, "-.", 2e3, -1),
    ("majorana", r"Majorana $\mu\tau$", _style.GREEN, "-.", 4e-1, 1))
# mass in TeV, with R2~ or alone, style; where it is said
LEPTOQUARKS = ((1.0, "leptoquark", "-", 6e-3, 1), (5.0, "leptoquark", (0, (1, 1)), 3e3, -1),
               (1.0, "leptoquark_voloshin", (0, (5, 1)), 2e1, 1))
TICKS = (1e-6, 1e-4, 1e-2, 1.0)


def draw() -> Figure:
    """The plane (m, mu): natural moments at one scale, S1, and where limits and masses are."""
    fig, ax = _style.new(7.4, 5.6)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y)
    rows: list[dict] = []
    items: list[tuple] = []
    m = np.geomspace(*X, 57) * eV
    for name, text, color, style, at, side in ESTIMATES:
        mu = naturalness.mu_max(m, SCALE, name)
        ax.plot(m / eV, mu, color=color, ls=style, lw=1.2)
        items.append((text, m / eV, mu, color, at, side))
        rows += _rows(f"natural: {name}", SCALE, m, mu)
    for mass, which, style, at, side in LEPTOQUARKS:
        m_S1, mu = _s1(mass * TeV, np.geomspace(1e-14, 4 * np.pi, 61), which)
        ax.plot(m_S1 / eV, mu, color=_style.RED, ls=style, lw=2.0, zorder=5)
        text = r"$S_1$" if which == "leptoquark" else r"$S_1+\tilde R_2$"
        items.append((f"{text}, {mass:g} TeV", m_S1 / eV, mu, _style.RED, at, side))
        rows += _rows(which, mass * TeV, m_S1, mu)
    marks = _ticks(ax)
    papers, said = _bounds(ax, rows)
    ax.set_xlabel(r"mass of the pair [eV]")
    ax.set_ylabel(r"$\mu_\nu$ [$\mu_B$]")
    _style.stamp(fig, _style.STAMP + r";  $\Lambda=1$ TeV where a line is an estimate")
    _style.settle(fig)
    for item in items:
        _along(ax, *item)
    _labels.assert_no_overlap(fig, [*marks, *said])
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


def _along(ax, text: str, x, y, color, at: float, side: int) -> None:
    """Say a line along itself, above it (1) or below (-1)."""
    order = np.argsort(x)
    beside = np.exp(np.interp(np.log([at, 2 * at]), np.log(x[order]), np.log(y[order])))
    a, b = ax.transData.transform(np.column_stack([[at, 2 * at], beside]))
    turn = np.degrees(np.arctan2(*(b - a)[::-1]))
    normal = np.array([-(b - a)[1], (b - a)[0]]) / np.hypot(*(b - a))
    ax.annotate(text, (at, beside[0]), xytext=5.5 * side * normal, textcoords="offset points",
                rotation=turn, rotation_mode="anchor", ha="center", va="center", fontsize=6.5,
                color=color, zorder=20)


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
