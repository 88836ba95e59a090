r"""The global picture: every bound on the dipole portal of one flavor in (M_N, mu_nu)."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from munu.atlas import _added
from munu.atlas.families import FAMILIES
from munu.couplings import check_flavor, check_nature
from munu.errors import DomainError
from munu.flavors import NAMES
from munu.inference.record import Limit
from munu.plots import _labels, _map_content, _map_look, _map_panel, _map_said, _style
from munu.plots._map_content import Content
from munu.plots.figure import Figure, long_form

FLAVORS = (*NAMES, "universal", "all")
UNITS = {"name": "1", "kind": "1", "class": "1", "flavor": "1", "level": "1", "edge": "1",
         "part": "1", "M_N": "MeV", "mu": "mu_B", "d": "1/GeV"}
X = (1e-3, 1e5)
_TOP, _BOTTOM = 3e-6, 1e-18


def draw(flavor: str = "universal", nature: str | None = None, *, add: Any = (),
         points: Any = (), lines: Any = (), without: Any = (),
         relaxed: Any = None, style: str = "page", computed: Sequence[Limit] | None = None,
         published: Sequence[Limit] | None = None) -> Figure:
    """Draw the map.

    Parameters
    ----------
    flavor : ``e``, ``mu``, ``tau``, ``universal`` (one moment for all three), or ``all``: these
        four as panels of one page
    nature : ``dirac`` or ``majorana``; without, what hangs on N's nature excludes where both do
    add : limits of one's own: :class:`munu.inference.Limit`, paths of cards and curves, see
        :mod:`munu.atlas._added`
    points : points of one's own, as ``mu=1e-11,M_N=50keV,label=A`` or mappings of these
    lines : what models say, as ``leptoquark``, ``leptoquark:y1=0.05``, or of
        :func:`munu.atlas.model_line` and ``naturalness_line``
    without : limits, probes or classes (recoils, stars, supernova, cosmology, beams) to leave out
    relaxed : assumptions that are given up, as ``T_RH=5MeV,core=derocco``: what rests on them fades
    style : ``page``, ``column`` (3.4 in) or ``slide``
    computed : munu's own limits; default all that are shipped
    published : default every published one

    Returns
    -------
    Figure

    Raises
    ------
    DomainError, UnknownName, DataError
    """
    if not isinstance(check_flavor(flavor) if flavor != "all" else flavor, str):
        raise DomainError(f"the map takes one flavor: {', '.join(FLAVORS)}")
    check_nature(nature)
    panels = flavor == "all"
    how = _map_look.look(style, panels)
    if panels and style == "column":
        raise DomainError("four panels are not readable in one column; take style page or slide")
    without = (without,) if isinstance(without, str) else tuple(without)
    given = None
    if relaxed is not None:
        from munu.atlas import assumptions

        given = relaxed if isinstance(relaxed, assumptions.Relaxed) else \
            assumptions.relaxed(relaxed)
    spots = [_added.point(x, i) for i, x in enumerate(_many(points))]
    add, lines = list(_many(add)), list(_many(lines))
    contents, models = [], []
    for one in FLAVORS[:4] if panels else (flavor,):
        contents.append(_map_content.gather(one, nature, computed=computed, published=published,
                                            add=add, without=without, relaxed=given,
                                            part=how.part))
        models.append([_added.line(x, one) for x in lines])
    # what somebody gave and nobody can see is said at once, on all panels alike
    given_by_name = [x.name if isinstance(x, Limit) else Path(str(x)).stem for x in add]
    for x, why in contents[0].silent:
        if x.name in given_by_name and all(x.name in [y.name for y, _ in c.silent]
                                           for c in contents):
            warnings.warn(f"{x.name} is not drawn on the map of {flavor}: {why}", stacklevel=2)
    fig, axes = _style.new(how.width, how.height, **(
        {"nrows": 2, "ncols": 2} if panels else {"squeeze": False}))
    x, y = _frame(contents, spots, models)
    made = []
    for k, (content, those) in enumerate(zip(contents, models, strict=True)):
        ax = axes.flat[k]
        edge = {"left": k % 2 == 0, "right": k % 2 == 1, "foot": k > 1} if panels else {}
        _map_look.axes(ax, how, x, y, **edge)
        made.append(_map_panel.draw(ax, content, spots, those, how, named=panels))
    _legend(fig, how, contents, models)
    _stamp(fig, how)
    unnamed = []
    for panel in made:
        texts, missed = panel.write()
        _labels.assert_no_overlap(fig, texts)
        unnamed.append(missed)
    rows = [r for c, those in zip(contents, models, strict=True)
            for r in _map_said.rows(c, spots, those)]
    papers = dict.fromkeys(k for c in contents for x in c.limits for k in x.papers)
    papers |= dict.fromkeys(k for those in models for x in those for k in x.papers)
    caption = " ".join(_map_said.caption(c, spots, those, given, missed) for c, those, missed in
                       zip(contents, models, unnamed, strict=True))
    short = _map_said.short(contents, spots, models, given)
    return Figure("map", fig, long_form(rows, UNITS), caption, tuple(papers), short)


def _many(given: Any) -> Iterable[Any]:
    return (given,) if isinstance(given, str | Limit | dict) or hasattr(given, "_fields") \
        else given


def _frame(contents: Sequence[Content], spots: Sequence[_added.Point], models: Sequence
           ) -> tuple[tuple[float, float], tuple[float, float]]:
    """The part of the plane that is shown: all edges that are drawn, and every point."""
    low = [line[(line[:, 0] >= X[0]) & (line[:, 0] <= X[1]), 1]
           for c in contents for b in c.drawn for line in b.lines()]
    low += [np.array([b.at_zero()]) for c in contents for b in c.zero]
    least = min((a.min() for a in low if a.size), default=1e-13)
    least = min(least, *(p.mu for p in spots)) if spots else least
    most = max([_TOP / 3, *(p.mu for p in spots)])
    y = (10 ** np.floor(np.log10(max(least, _BOTTOM)) - 0.15), 3 * most)
    right = max([X[1], *(3 * p.M_N for p in spots)])
    return (X[0], right), y


def _legend(fig, how, contents, models) -> None:
    drawn = [b for c in contents for b in c.drawn]
    seen = {b.family for b in drawn}
    _map_look.legend(fig, how, [f for f in (*FAMILIES, "own") if f in seen],
                     published=any(not b.ours for b in drawn),
                     projected=any(b.projected for b in drawn),
                     models={x.kind for those in models for x in those},
                     faded=any(c.faded for c in contents))


def _stamp(fig, how) -> None:
    _style.stamp(fig, _style.STAMP if how.width > 4 else _map_look.STAMP)
    for text in fig.texts:
        text.set_fontsize(min(how.font * 0.72, 9.0))

