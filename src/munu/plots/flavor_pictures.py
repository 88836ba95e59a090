"""Who leaves and who arrives: the burst's fluence at Earth by flavor, and what becomes of each."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from matplotlib.ticker import FixedLocator

from munu import flavors
from munu.errors import DomainError
from munu.parameters import About, Quantity
from munu.plots import _labels, _style
from munu.plots._burst import (
    E_MAX,
    FIT,
    MOMENT,
    SAID,
    SHOWN,
    TWIST,
    arrivals,
    conversion,
    dirac,
    leaving,
    left,
    majorana,
    papers,
)
from munu.plots.figure import Figure, long_form
from munu.propagation import earth
from munu.units import MeV, cm

UNIT = 1 / cm**2 / MeV
GROUPS = (("nu_e", r"$\nu_e$", _style.BLUE, (0,)),
          ("nubar_e", r"$\bar\nu_e$", _style.RED, (3,)),
          ("nu_x", r"$\nu_x$ (sum of four)", _style.GREEN, (1, 2, 4, 5)))


# who leaves, as indices into flavors.SIX that leave alike, and who arrives; the rest is sterile
LEAVES = (("nu_e", r"$\nu_e$", (0,)), ("nu_x", r"$\nu_{\mu,\tau}$", (1, 2)),
          ("nubar_e", r"$\bar\nu_e$", (3,)), ("nubar_x", r"$\bar\nu_{\mu,\tau}$", (4, 5)))
ARRIVES = dict(zip(("nu_e", "nu_x", "nubar_e", "nubar_x"),
                   (_style.BLUE, _style.SKY, _style.RED, _style.YELLOW), strict=True))
STERILE = "0.35"
# of no moment, Majorana moments and a Dirac moment: beside each other, in this width
_CASES, _WIDE = ("off", "majorana", "dirac"), 0.26


def draw(energy: Annotated[Quantity, About("of the bars, 1 to 79 MeV", "MeV")] = "15MeV"
         ) -> Figure:
    """The fluence of nu_e, nubar_e and the other four; on over off; who arrives of each."""
    fig, axes = _style.new(7.2, 7.6, nrows=3, ncols=2, sharey="row",
                           gridspec_kw={"height_ratios": [2.2, 1, 1.9]})
    E = np.linspace(1, SHOWN, 237)
    rows = []
    E_at = float(energy)
    if not MeV <= E_at <= (E_MAX - 1) * MeV:
        raise DomainError(f"energy = {E_at / MeV:g} MeV must lie between 1 and {E_MAX - 1} MeV")
    for (top, low, bars), ordering in zip(axes.T, ("NO", "IO"), strict=True):
        mixing = flavors.mixing(FIT, ordering)
        rows += _bars(bars, ordering, mixing, E_at)
        top.tick_params(labelbottom=False)
        F = {word: arrivals(*conversion(majorana(mixing, mu)), mixing, left)(E * MeV) / UNIT
             for word, mu in (("off", 0.0), ("on", MOMENT))}
        F["left"] = left(E * MeV) / UNIT
        for name, text, color, members in GROUPS:
            y = {word: values[list(members)].sum(axis=0) for word, values in F.items()}
            top.plot(E, y["off"] / 1e8, color=color, ls="--", lw=1.1)
            top.plot(E, y["on"] / 1e8, color=color, lw=1.7, label=text)
            low.plot(E, y["on"] / y["off"], color=color, lw=1.5)
            rows += [{"flavor": name, "ordering": ordering, "moment": word, "E_nu": e,
                      "arrives": "", "value": f} for word, values in y.items()
                     for e, f in zip(E, values, strict=True)]
        low.axhline(1, color="0.6", lw=0.8, zorder=0)
        top.set_title({"NO": "normal ordering", "IO": "inverted ordering"}[ordering], fontsize=9)
        top.set_xlim(0, SHOWN)
        low.set(xlabel=r"$E_\nu$ [MeV]", xlim=(0, SHOWN))
    axes[0, 0].set(ylim=(0, None),
                   ylabel=r"fluence at Earth [$10^8$ cm$^{-2}$ MeV$^{-1}$]")
    axes[1, 0].set_ylabel("on / off")
    axes[2, 0].set_ylabel(f"arrives as, {E_at / MeV:g} MeV")
    axes[0, 0].legend(handles=_key(), loc="upper right", fontsize=8, frameon=False)
    fig.suptitle(SAID, fontsize=8.5)
    _style.stamp(fig, r"Majorana $\mu_{e\mu}=\mu_{e\tau}=10^{-12}\mu_B$, Dirac $\mu_{e1}=3\times"
                      r"10^{-11}\mu_B$, $\dot\phi=-100$ rad/km;  profile A, $5\times10^9$ G at "
                      r"1000 km;  NuFIT 6.0")
    _labels.assert_no_overlap(fig)
    return Figure("flavor_pictures", fig, long_form(rows, {
        "flavor": "1", "ordering": "1", "moment": "1", "E_nu": "MeV", "arrives": "1",
        "value": "1"}),
        "Fluence at Earth by flavor of the neutronization burst of an 8.8 solar mass star (10 ms "
        "before to 50 ms after bounce, 10 kpc). Dashed: flavor conversion in matter alone; solid: "
        "with transition moments mu_emu = mu_etau = 1e-12 mu_B in a dipole field of 5e9 G at "
        "1000 km, profile A from 1e3 to 1e6 km. In the middle, the ratio of the two. Mass "
        f"states lose coherence on the way. Bars, at {E_at / MeV:g} MeV: what a neutrino that "
        "leaves as the flavor named arrives as, three bars each: without a moment, with those "
        "Majorana moments, and (hatched) Dirac, a moment of nu_e with the right-handed nu_1 of "
        "3e-11 mu_B in a field that turns at -100 rad/km; what becomes sterile is lost. In the "
        "table a row with arrives holds that share, the others the fluence in cm^-2 MeV^-1; left "
        "is what left the star.", papers())


def _bars(ax, ordering: str, mixing, E) -> list[dict]:
    """Shares of what each flavor arrives as, and the numbers."""
    H = {"off": [majorana(mixing, 0.0)], "majorana": [majorana(mixing, MOMENT)],
         "dirac": [dirac(mixing, TWIST, antineutrinos=x) for x in (False, True)]}
    rows = []
    for k, case in enumerate(_CASES):
        arrive = earth.at_earth(leaving(H[case], [E]), mixing)[0]
        for j, (name, _, members) in enumerate(LEAVES):
            share = arrive[list(members)].mean(axis=0)
            parts = {other: float(share[list(to)].sum()) for other, _, to in LEAVES}
            parts["sterile"] = max(1 - sum(parts.values()), 0.0)
            low = 0.0
            for other, part in parts.items():
                ax.bar(j + (k - 1) * (_WIDE + 0.03), part, _WIDE, bottom=low, lw=0.4,
                       edgecolor="k", color=ARRIVES.get(other, STERILE),
                       hatch="////" if case == "dirac" else None)
                low += part
            rows += [{"flavor": name, "ordering": ordering, "moment": case, "E_nu": E / MeV,
                      "arrives": other, "value": part} for other, part in parts.items()]
    ax.set_xticks(range(len(LEAVES)), [f"{t} leaves" for _, t, _ in LEAVES], fontsize=8)
    ax.tick_params(axis="x", which="both", length=0)
    # above 1 there is the key alone
    ax.set(ylim=(0, 1.32), yticks=np.linspace(0, 1, 6))
    ax.yaxis.set_minor_locator(FixedLocator(np.linspace(0, 1, 21).tolist()))
    if ordering == "NO":
        from matplotlib.patches import Patch

        text = {n: t for n, t, _ in LEAVES} | {"sterile": "sterile"}
        ax.legend(handles=[Patch(fc=c, ec="k", lw=0.4, label=text[n])
                           for n, c in (ARRIVES | {"sterile": STERILE}).items()],
                  loc="upper center", ncols=5, fontsize=7.5, frameon=False, handlelength=1.0,
                  columnspacing=1.0)
    else:
        ax.text(0.5, 0.93, "bars: no moment, Majorana, Dirac (hatched)", fontsize=7.5,
                transform=ax.transAxes, ha="center", va="center")
    return rows


def _key() -> list:
    from matplotlib.lines import Line2D

    return [*(Line2D([], [], color=c, lw=1.7, label=t) for _, t, c, _ in GROUPS),
            Line2D([], [], color="0.3", lw=1.7, label="moment on"),
            Line2D([], [], color="0.3", lw=1.1, ls="--", label="moment off")]
