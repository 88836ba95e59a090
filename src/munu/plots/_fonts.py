"""The font that figures are set in, as matplotlib finds it."""

from __future__ import annotations


def found() -> str:
    """Its name and its file, or what to do."""
    import matplotlib as mpl
    from matplotlib import font_manager

    name = mpl.rcParams["font.sans-serif"][0]
    try:
        return f"{name}, {font_manager.findfont(name, fallback_to_default=False)}"
    except ValueError:
        return f"{name} is not there, another one is taken; reinstall matplotlib, which brings it"
