"""One style for every figure: colour-blind safe, mathtext only, a convention stamp."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import munu

# M. Okabe and K. Ito's palette
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
FLAVOR = {"universal": BLACK, "e": BLUE, "mu": RED, "tau": GREEN}
FLAVOR_TEXT = {"universal": "universal", "e": r"$\nu_e$", "mu": r"$\nu_\mu$",
               "tau": r"$\nu_\tau$"}
STAMP = (r"$\mathcal{L}=\frac{1}{2}\,\mu\,\bar\nu_L\sigma^{\alpha\beta}N_R F_{\alpha\beta}$"
         r" + h.c.   ($\mu=2d$),   $\mu_B=e/2m_e$")
_RC = {"font.size": 9, "axes.labelsize": 10.5, "legend.fontsize": 8, "axes.linewidth": 0.8,
       "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
       "xtick.minor.visible": True, "ytick.minor.visible": True,
       "figure.dpi": 120, "hatch.linewidth": 0.35, "legend.frameon": False,
       "mathtext.fontset": "dejavusans"}
# asked when a file is written, not when a figure is made; the salt takes the place of a random one
_SAVED = {"savefig.dpi": 200, "savefig.bbox": None, "savefig.facecolor": "auto",
          "savefig.transparent": False, "svg.hashsalt": "munu",
          "figure.autolayout": False, "figure.constrained_layout.use": False}


def new(width: float = 7.0, height: float = 5.2, **grid):
    """A figure and its axes in munu's style."""
    with mpl.rc_context(_RC):
        # not by pyplot: no window, nothing global, nobody has to close it
        fig = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(fig)
        axes = fig.subplots(**grid)
    foot = max(0.035, 0.15 / height)
    fig.get_layout_engine().set(rect=(0, foot, 1, 1 - foot))
    return fig, axes


def split(ax, parts: int) -> list:
    """Axes side by side in the place of one, in munu's style."""
    fig, place = ax.figure, ax.get_subplotspec()
    ax.remove()
    with mpl.rc_context(_RC):
        return [fig.add_subplot(one) for one in place.subgridspec(1, parts)]


def settle(fig) -> None:
    """Lay the figure out once and keep it: what is placed in pixels stays where it was put."""
    engine = fig.get_layout_engine()
    if engine is not None:
        engine.execute(fig)
        # None asks the rc again, and a user's may say constrained
        with mpl.rc_context(_SAVED):
            fig.set_layout_engine(None)


@contextmanager
def saving(fig) -> Iterator[None]:
    """All files of a figure in one layout and in munu's settings, whatever the user's are."""
    # kept after the first file: laid out again, the axes would move by a fraction of a pixel
    settle(fig)
    with mpl.rc_context(_SAVED):
        yield


def stamp(fig, text: str = STAMP) -> None:
    """The line at the foot: which convention, which version."""
    fig.text(0.012, 0.012, text, fontsize=6.5, color="0.35", ha="left", va="bottom")
    fig.text(0.988, 0.012, f"munu {munu.__version__}", fontsize=6.5, color="0.35", ha="right",
             va="bottom")


def flavor_color(flavor) -> str:
    """Colour of a flavor; several at once count as universal."""
    return FLAVOR.get(flavor, "0.35") if isinstance(flavor, str) else PURPLE
