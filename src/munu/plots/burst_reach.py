"""How far a burst reaches in moment times field, against distance, field and ordering."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from matplotlib.lines import Line2D

from munu import probes
from munu.inference.along import misfit
from munu.inference.study import study
from munu.parameters import About
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.probes.expected import Curve
from munu.probes.probe import Probe
from munu.ray import Ray

PROBES = {"dirac": ("galactic_supernova_twist", Ray.dirac(np.diag([1.0, 0.0, 0.0]))),
          "majorana": ("galactic_supernova", Ray.majorana(emu=1, etau=1))}
COURSES = ("dipole:5e9G@1000km", "power2:5e9G@1000km")
TITLE = {"dirac": r"Dirac, $\mu_{e1}$, $\dot\phi=-100$ rad/km",
         "majorana": r"Majorana, $\mu_{e\mu}=\mu_{e\tau}$, no twist"}
COLOR = {"NO": _style.BLUE, "IO": _style.RED}
# of q at 10 kpc, which falls as the square of the distance; 90 %
_AT, _RISE = 10.0, 2.7055
# sizes about the guess of the probe: its q is smooth, as the fourth power of the size first
_SIZES = (0.13, 6.5, 8)


def draw(field: Annotated[str | None, About("course of the field, default a dipole and 1/r^2")] =
         None, nature: Annotated[str | None, About("one of the two", choices=tuple(PROBES))] = None,
         ordering: Annotated[str | None, About("one of the two", choices=("NO", "IO"))] = None
         ) -> Figure:
    """The reach in mu B at the inner edge of the star."""
    natures = tuple(PROBES) if nature is None else (nature,)
    fig, axes = _style.new(3.9 * len(natures) + 0.3, 4.0, ncols=len(natures), squeeze=False,
                           sharey=True)
    kpc = np.geomspace(1, 100, 61)
    rows: list[dict] = []
    keys: dict[str, None] = {}
    styles = dict(zip(COURSES if field is None else (field,), ("-", "--"), strict=False))
    for ax, kind in zip(axes[0], natures, strict=True):
        name, ray = PROBES[kind]
        for order in (tuple(COLOR) if ordering is None else (ordering,)):
            for course, style in styles.items():
                probe = probes.get(name, ordering=order, field=course, tol=1e-4)
                keys |= dict.fromkeys(probe.papers)
                mu = reach(probe, ray, kpc)
                ax.loglog(kpc, mu * probe.setting.field, color=COLOR[order], ls=style, lw=1.7)
                rows += [{"nature": kind, "ordering": order, "field": course, "distance": d,
                          "mu": x, "mu_B": x * probe.setting.field}
                         for d, x in zip(kpc, mu, strict=True) if np.isfinite(x)]
        ax.set_title(TITLE[kind], fontsize=9)
        ax.set(xlabel="distance [kpc]", xlim=(1, 100))
    key = [Line2D([], [], color=c, lw=1.7, label=o) for o, c in COLOR.items()
           if ordering in (None, o)]
    key += [Line2D([], [], color="0.3", ls=s, lw=1.7, label=c) for c, s in styles.items()]
    axes[0, 0].legend(handles=key, loc="lower right", fontsize=7.5, frameon=False)
    axes[0, 0].set_ylabel(r"$\mu B$ at 1000 km [$\mu_B$ G], 90 %")
    _style.stamp(fig, r"$H_{LR}=\mu B_\perp e^{+i\phi}$;  profile A from 1000 km, Garching 8.8 "
                      r"$M_\odot$ burst, norm free, no background")
    _labels.assert_no_overlap(fig)
    return Figure("burst_reach", fig, long_form(rows, {
        "nature": "1", "ordering": "1", "field": "1", "distance": "kpc", "mu": "mu_B",
        "mu_B": "G"}),
        "Moment times transverse field at 1000 km, where the star's medium begins, that the burst "
        "of an 8.8 solar mass star shows at 90 % (median, free norm, efficiency 1, no "
        "background), against its distance. Left, Dirac: the moment of nu_e with the right-handed "
        "nu_1 in a field that turns at -100 rad/km, neutrinos and antineutrinos, DUNE and "
        "Hyper-Kamiokande. Right, Majorana: mu_emu = mu_etau without twist, also JUNO. Solid: the "
        "field falls as a dipole; dashed: as 1/r^2, so that more of it is left where levels meet. "
        "Where a line ends, full conversion is not seen any more. Counts fall as the distance "
        "squared, and with a free norm so does the statistic. In the table mu_B is mu times the "
        "field, in mu_B G.", tuple(keys))


def reach(probe: Probe, ray: Ray, kpc) -> np.ndarray:
    """Sizes seen at distances [kpc], of a probe at 10 kpc with a free norm; nan where none is.

    Counts fall as the distance squared, so does q of a free norm: one curve of it says all.
    """
    from scipy.interpolate import PchipInterpolator

    curve = probe.expected(ray)
    assert isinstance(curve, Curve)
    low, high = curve.where(0)
    x = np.sqrt(low * high) * np.geomspace(*_SIZES)
    s = study([probe], ray)
    value = misfit(s, s.data)
    q = value(x, np.zeros(x.size, dtype=int)) - value(np.zeros(1), np.zeros(1, dtype=int))
    # up to where it has risen to: beyond, more moment is no more to be seen
    top = int(np.argmax(q)) + 1
    wanted = np.log(_RISE * (np.asarray(kpc) / _AT) ** 2)
    rising = PchipInterpolator(np.log(x[:top]), np.log(q[:top]))
    fine = np.linspace(np.log(x[0]), np.log(x[top - 1]), 2001)
    return np.exp(np.interp(wanted, rising(fine), fine, left=np.nan, right=np.nan))
