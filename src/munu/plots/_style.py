"""One style for every figure: colour-blind safe, mathtext only, a convention stamp."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import munu

# every setting stands in the style sheet, and these are its colours
RC = mpl.rc_params_from_file(str(Path(__file__).with_name("munu.mplstyle")),
                             use_default_template=False)
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, BLACK = (
    x["color"] for x in RC["axes.prop_cycle"])
FLAVOR = {"universal": BLACK, "e": BLUE, "mu": RED, "tau": GREEN}
FLAVOR_TEXT = {"universal": "universal", "e": r"$\nu_e$", "mu": r"$\nu_\mu$",
               "tau": r"$\nu_\tau$"}
STAMP = (r"$\mathcal{L}=\frac{1}{2}\,\mu\,\bar\nu_L\sigma^{\alpha\beta}N_R F_{\alpha\beta}$"
         r" + h.c.   ($\mu=2d$),   $\mu_B=e/2m_e$")


@contextmanager
def settings() -> Iterator[None]:
    """The style sheet over matplotlib's defaults, whatever the user's settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        yield


def new(width: float = 7.0, height: float = 5.2, **grid):
    """A figure and its axes in munu's style."""
    with settings():
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
    with settings():
        return [fig.add_subplot(one) for one in place.subgridspec(1, parts)]


def settle(fig) -> None:
    """Lay the figure out once and keep it: what is placed in pixels stays where it was put."""
    engine = fig.get_layout_engine()
    if engine is not None:
        engine.execute(fig)
        # None asks the rc again, and a user's may say constrained
        with settings():
            fig.set_layout_engine(None)


@contextmanager
def saving(fig) -> Iterator[None]:
    """All files of a figure in one layout and in munu's settings, whatever the user's are."""
    # kept after the first file: laid out again, the axes would move by a fraction of a pixel
    settle(fig)
    with settings():
        yield


def stamp(fig, text: str = STAMP) -> None:
    """The line at the foot: which convention, which version."""
    fig.text(0.012, 0.012, text, fontsize=6.5, color="0.35", ha="left", va="bottom")
    fig.text(0.988, 0.012, f"munu {munu.__version__}", fontsize=6.5, color="0.35", ha="right",
             va="bottom")


def flavor_color(flavor) -> str:
    """Colour of a flavor; several at once count as universal."""
    return FLAVOR.get(flavor, "0.35") if isinstance(flavor, str) else PURPLE


def named(name: str) -> str:
    """A name of the code in the words of a title.

    >>> named("profile_a"), named("one_zone")
    ('profile A', 'one zone')
    """
    first, _, last = name.replace("_", " ").rpartition(" ")
    return f"{first} {last.upper() if len(last) == 1 else last}".strip()
