"""Trapping by a light scalar: how far a red giant's limit on the moment falls."""

from __future__ import annotations

import numpy as np

from munu import media
from munu.media.plasma import Plasma
from munu.models import _g2
from munu.models.light_scalar import LightScalar, g2_real
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.rates import trapping
from munu.units import keV

# y_nu y_e/m_phi^2 [1/keV^2], and the plane
STRENGTH, MASS, PRODUCT = (2e-8, 3e-4), (1e-5, 1e2), (1e-16, 1e-2)
DEPTH, NODES = 300.0, 101
# zones of the core that the plane is drawn from, and of the others: what is left steps with them
FINE, ZONES = 200, 80
# factors that the limit falls by, marked
FACTORS = (2.0, 10.0)
# name, colour, line, share of the electric moment, options of the core; the first is the default
CORES: tuple[tuple[str, str, str, float, dict[str, str]], ...] = (
    ("core, magnetic moment", _style.BLUE, "-", 0.0, {}),
    ("core, electric moment", _style.BLUE, "--", 1.0, {}),
    ("core, isothermal", _style.SKY, "-", 0.0, {"law": "isothermal"}),
    ("core, heavier", _style.GREEN, "-", 0.0, {"core_mass": "0.50 M_sun"}))
# name, colour, name of the zone
ONE_ZONE = (("one zone, mean", _style.ORANGE, "RG_mean"),
            ("one zone, flash", _style.RED, "RG_flash"))
# zones from which scattering is known to a per cent once all are closed
COARSE = 12


def fallen(plasma: Plasma, volume, strength, electric: float = 0.0) -> np.ndarray:
    """How far a limit on the moment falls at y_nu y_e/m_phi^2 [1/energy^2]; infinite if closed."""
    made = LightScalar(m_phi=1 * keV, y_nu=1.0, y_e=strength * keV**2)
    left = trapping.left(plasma, volume, made.mass_in(plasma), electric)
    with np.errstate(divide="ignore"):
        return 1 / np.sqrt(left)


def _scattered(strength, fell) -> np.ndarray:
    """The same with what photons and braking electrons make in the zones that are closed."""
    _, volume, zones = media.get("red_giant").zones(COARSE)
    made = LightScalar(m_phi=1 * keV, y_nu=1.0, y_e=strength * keV**2)
    return (fell**-2 + trapping.scattered(zones, volume, made.mass_in(zones))) ** -0.5


def strength_of(factor: float, strength, fell) -> float:
    """The least strength at which the limit has fallen by a factor."""
    i = int(np.flatnonzero(fell >= factor)[0])
    # a factor that is infinite at the next node is reached at it
    if not np.isfinite(fell[i]):
        return float(strength[i])
    x, y = (np.log(a[i - 1:i + 1]) for a in (strength, fell))
    return float(np.exp(np.interp(np.log(factor), y, x)))


def draw() -> Figure:
    """Left: fall of the limit against the strength; right: the plane (m_phi, y_nu y_e)."""
    fig, (left, right) = _style.new(9.8, 4.9, ncols=2)
    # far below the first of these nothing happens
    strength = np.append(STRENGTH[0], np.geomspace(3e-7, STRENGTH[1], NODES)) / keV**2
    left.set(xscale="log", yscale="log", xlim=STRENGTH, ylim=(0.7, DEPTH),
             xlabel=r"$y_\nu y_e/m_\phi^2$ [keV$^{-2}$]",
             ylabel=r"limit on $\mu_\nu$, over that without $\phi$")
    rows: list[dict] = []
    papers: list[str] = []
    default: list = []
    for name, color, style, electric, options in CORES:
        core = media.get("red_giant", **options)
        _, volume, zones = core.zones(ZONES if default else FINE)
        fell = fallen(zones, volume, strength, electric)
        papers += core.papers
        default = default or [strength, fell, zones]
        rows += _curve(left, name, color, style, 1.5, strength, fell)
    for name, color, which in ONE_ZONE:
        star = media.get("one_zone", zone=which)
        fell = fallen(star.plasma(0.5 * star.r_max), [1.0], strength)
        rows += _curve(left, name, color, "-.", 1.1, strength, fell)
        papers += star.papers
    rows += _curve(left, "core, with scattering", "k", ":", 1.4, strength,
                   _scattered(strength, default[1]))
    left.axhline(1, color="0.6", lw=0.6)
    left.legend(loc="upper left", fontsize=7.5)
    rows += _plane(right, *default)
    _style.stamp(fig, r"$\mathcal{L}=\frac{1}{2}y_\nu\bar\nu\phi\nu-y_e\bar e\phi e"
                      r"-\frac{1}{2}m_\phi^2\phi^2$;  plasmon decay alone, "
                      r"$\Delta m_\nu=y_\nu y_en_s/m_\phi^2$")
    return Figure("trapping", fig, long_form(rows, {
        "panel": "1", "curve": "1", "m_phi": "keV", "strength": "1/keV^2", "product": "1",
        "factor": "1"}),
        "A light scalar gives neutrinos a mass in a red giant's core, and plasmons decay to them "
        "less. Left: how much weaker the limit on the moment becomes, against the strength of the "
        "coupling: the integrated core by a magnetic and an electric moment and by other "
        "assumptions, and single zones, which close at one strength. A magnetic moment first makes "
        "pairs faster near their threshold, and the limit is stronger by up to 12 %. Right: the "
        "strengths at which the limit of the core is weaker by 2 and by 10, and at which no zone "
        "is left open, in the plane of the scalar's mass and the product of its couplings to "
        "neutrinos and electrons; grey: excluded by g - 2 of the electron even for y_nu = 1. "
        "Plasmon decay alone; dotted, left: with what scattering and free-free emission make in "
        "zones that are closed, by which the limit never vanishes. The Standard Model's own "
        "plasmon neutrinos are closed alike, which the star would show; that, and bounds on the "
        "scalar itself (stars, fifth forces, BBN), are not drawn.",
        tuple(dict.fromkeys(("JanaTalk", "BraatenSegel1993", "Fan2023", *papers))))


def _row(panel: str, curve: str, m_phi, strength, factor) -> dict:
    return {"panel": panel, "curve": curve, "m_phi": m_phi / keV, "strength": strength * keV**2,
            "product": strength * m_phi**2, "factor": factor}


def _curve(ax, name, color, style, width, strength, fell) -> list[dict]:
    ax.plot(strength * keV**2, np.minimum(fell, 10 * DEPTH), style, color=color, lw=width,
            label=name)
    # at the unit of mass, where strength and product are one number; what is closed has no factor
    return [_row("fall", name, keV, x, y) for x, y in zip(strength, fell, strict=True)
            if np.isfinite(y)]


def _times(x: float) -> str:
    value, power = f"{x:.1e}".split("e")
    return rf"${value}\times10^{{{int(power)}}}$"


def _plane(ax, strength, fell, zones: Plasma) -> list[dict]:
    m = np.geomspace(*MASS, 41) * keV
    ax.set(xscale="log", yscale="log", xlim=MASS, ylim=PRODUCT, xlabel=r"$m_\phi$ [keV]",
           ylabel=r"$y_\nu y_e$")
    all_closed = float(np.max(zones.m_T / (2 * zones.n_s)))
    lines = [(f"limit weaker by {f:g}", strength_of(f, strength, fell), f, style)
             for f, style in zip(FACTORS, ("-", "--"), strict=True)]
    lines.append(("every zone closed", all_closed, np.inf, ":"))
    rows: list[dict] = []
    for text, x, factor, style in lines:
        ax.plot(m / keV, x * m**2, style, color=_style.BLUE, lw=1.4,
                label=rf"{text}: {_times(x * keV**2)}$(m_\phi/$keV$)^2$")
        rows += [_row("plane", text, a, x, factor if np.isfinite(factor) else 0.0) for a in m]
    ax.fill_between(m / keV, lines[0][1] * m**2, PRODUCT[1], color=_style.BLUE, alpha=0.1, lw=0)
    high = _g2.electron(0.0).high
    y_e = np.sqrt(high / g2_real(1.0, zones.m_e, m))
    ax.fill_between(m / keV, y_e, PRODUCT[1], color="0.75", lw=0, zorder=2)
    rows += [_row("plane", "g - 2 of the electron, y_nu = 1", a, y / a**2, 1.0)
             for a, y in zip(m, y_e, strict=True)]
    said = [ax.text(1e-4, 2e-5, r"$a_e$, $y_\nu=1$", fontsize=8)]
    ax.legend(loc="lower right", fontsize=7.5)
    _labels.assert_no_overlap(ax.figure, said)
    return rows
