"""What stars say of a massive N: the limits of four kinds of star, and what they rest on."""

from __future__ import annotations

import numpy as np

from munu import probes
from munu.errors import DomainError
from munu.inference import Limit, limit
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import MeV, keV

STARS = (("red_giants", _style.RED), ("horizontal_branch", _style.BLUE),
         ("white_dwarfs", _style.PURPLE), ("sun_cooling", _style.ORANGE))
# kinds of star whose band of structures is drawn
_BANDS = ("red_giants", "horizontal_branch")
MASSES = (0.1 * keV, 300 * keV, 141)
X, Y = (0.1, 300.0), (7e-13, 1e-6)
# where the moment that is not excluded is drawn [keV]
_VARIED = (0.1, 0.9)


def draw(flavor: str = "e", bands: bool = True) -> Figure:
    """The limits against the mass of N.

    Parameters
    ----------
    flavor : of the portal
    bands : also what other assumptions on the star's structure give
    """
    masses = np.geomspace(*MASSES)
    fig, ax = _style.new(7.2, 5.4)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y)
    items: list[dict] = []
    rows: list[dict] = []
    keys: list[str] = []
    for name, color in STARS:
        made = limit(name, M_N=masses, flavor=flavor)
        keys += made.papers
        good = np.isfinite(made.upper) & (made.upper < Y[1])
        ax.plot(masses[good] / keV, made.upper[good], color=color, lw=1.8, zorder=4)
        items.append({"text": f"{probes.get(name).title}", "x": masses[good] / keV,
                      "y": made.upper[good], "color": color})
        rows += _rows(name, "default", made)
        for word, style in (("ceiling", ":"), ("off_shell", "--")):
            other = _other(name, word, masses, flavor)
            if other is None:
                continue
            ax.plot(masses / keV, other.upper, color=color, lw=0.9, ls=style, zorder=3)
            rows += _rows(name, word, other)
        if bands and name in _BANDS:
            low, high = _band(name, masses, flavor, rows)
            ax.fill_between(masses / keV, low, high, color=color, alpha=0.18, lw=0, zorder=1)
    varied = limit(probes.get("red_giants", criterion="varied"), M_N=masses[:1], flavor=flavor)
    ax.plot(_VARIED, varied.upper.repeat(2), color=_style.RED, lw=0.9, ls="-.")
    items.append({"text": "allowed below, if inputs vary", "x": np.array(_VARIED),
                  "y": varied.upper.repeat(2), "color": _style.RED})
    ax.set_xlabel(r"$M_N$ [keV]")
    ax.set_ylabel(r"$\mu_\nu$ [$\mu_B$]")
    _style.stamp(fig)
    texts = _labels.place(ax, items)
    _labels.assert_no_overlap(fig, texts)
    return Figure("stellar_limits", fig, long_form(rows, {
        "probe": "1", "what": "1", "M_N": "keV", "mu": "mu_B"}),
        f"Moments of one flavor ({flavor}) that stars exclude. Solid: a published limit at M_N = 0 "
        "rescaled by the loss of the same star; dotted: a ceiling on the loss alone; dashed: "
        "photons off their mass shell in place of scattering and braking; bands: other "
        "assumptions on the structure of the core.", tuple(dict.fromkeys(keys)))


def _other(name: str, word: str, masses: np.ndarray, flavor: str) -> Limit | None:
    """The limit by a ceiling, where there is one, or with photons off their mass shell."""
    try:
        probe = probes.get(name, **({"criterion": word} if word == "ceiling" else
                                    {"reactions": word}))
    except (DomainError, LookupError):
        return None
    return limit(probe, M_N=masses, flavor=flavor)


def _band(name: str, masses: np.ndarray, flavor: str, rows: list[dict]
          ) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest limit over the structures of a star."""
    probe = probes.get(name)
    made = []
    for word, options in probe.variants.items():
        if "star" in options:
            made.append(limit(probe.varied(word), M_N=masses, flavor=flavor))
            rows += _rows(name, word, made[-1])
    upper = np.array([x.upper for x in made])
    return upper.min(axis=0), upper.max(axis=0)


def _rows(name: str, what: str, x: Limit) -> list[dict]:
    return [{"probe": name, "what": what, "M_N": r["M_N_MeV"] * MeV / keV, "mu": r["mu"]}
            for r in x.rows() if r["mu"] is not None]
