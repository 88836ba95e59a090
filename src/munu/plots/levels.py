"""Levels of the six states in profile A: which cross where, and what the field does there."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from matplotlib.ticker import NullFormatter, NullLocator

from munu import flavors, media, propagation
from munu.couplings import Couplings
from munu.errors import DomainError
from munu.media import fields
from munu.parameters import About, Quantity
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.propagation import resonances
from munu.propagation.hamiltonian import potential
from munu.units import MeV, km

FIT, MOMENT = flavors.DEFAULT, 1e-12
ORDERINGS = {"NO": "normal ordering", "IO": "inverted ordering"}
# radii of the bundles at this energy [MeV]; crossings lie about as its cube root
_BUNDLE, _AT = (1.5e3, 2e4), 15.0
TEXT = (r"$\nu_e$", r"$\nu_\mu'$", r"$\nu_\tau'$",
        r"$\bar\nu_e$", r"$\bar\nu_\mu'$", r"$\bar\nu_\tau'$")
COLOR = (_style.BLUE, _style.RED, _style.GREEN) * 2
# the bundles that matter makes: those that it lifts and those that it lowers
UPPER, LOWER = (0, 4, 5), (3, 1, 2)
MARK = {"MSW-H": "o", "MSW-L": "o", "RSFP-H": "s", "RSFP-L": "s", "third": "D"}
# linear below this, in units of |dm31|/2E; dm21 is 0.03 of them
_LINEAR = 0.01


def draw(field: Annotated[str, About("transverse field along the path")] = "dipole:5e9G@1000km",
         energy: Annotated[Quantity, About("of the neutrino", "MeV")] = "15MeV",
         ordering: Annotated[str | None, About("default both", choices=tuple(ORDERINGS))] = None
         ) -> Figure:
    """All levels, each bundle of three without its common potential, and the gap of RSFP-H."""
    E = float(energy)
    if not E > 0:
        raise DomainError(f"energy = {E / MeV:g} MeV must be above 0")
    orderings = tuple(ORDERINGS) if ordering is None else (ordering,)
    fig, axes = _style.new(3.7 * len(orderings) + (len(orderings) == 1), 9.0, nrows=3,
                           ncols=len(orderings), squeeze=False,
                           gridspec_kw={"height_ratios": [1.4, 1.05, 1.05]})
    rows, wanted = [], []
    medium = fields.read(field).on(media.get("profile_a"))
    moments = Couplings.majorana(MOMENT, MOMENT)
    for column, order in zip(axes.T, orderings, strict=True):
        mixing = flavors.mixing(FIT, order)
        one = _Star(medium, mixing, moments, E)
        rows += one.rows(order)
        wanted.append(_whole(column[0], one, order))
        wanted += [_bundle(ax, one, bundle) for ax, bundle in
                   ((column[1], UPPER), (column[2], LOWER))]
    for ax in axes[:, 0]:
        ax.set_ylabel(r"$E\,/\,(|\Delta m^2_{31}|/2E_\nu)$")
    for (ax, *_), word in zip(axes[1:], ("upper three", "lower three"), strict=True):
        ax.set_ylabel(rf"{word}, $(E-V_x)\,/\,(|\Delta m^2_{{31}}|/2E_\nu)$", fontsize=9)
    for ax in axes[2]:
        ax.set_xlabel(r"$r$ [km]")
    how = r"Majorana: $H_{\nu\bar\nu}=\mu_{ab}B_\perp$, " if len(orderings) > 1 else ""
    _style.stamp(fig, how + r"$\mu_{e\mu}=\mu_{e\tau}=10^{-12}\,\mu_B$;  profile A, "
                 rf"{field};  $E_\nu={E / MeV:g}$ MeV;  NuFIT 6.0")
    # once all is drawn and nothing moves any more
    texts = [t for ax, items, clear, also in wanted
             for t in _labels.place(ax, items, size=8.5, keep_clear=clear, also=also)]
    _labels.assert_no_overlap(fig, texts)
    return Figure("levels", fig, long_form(rows, {
        "ordering": "1", "kind": "1", "state": "1", "r": "km", "level": "1", "gamma": "1"}),
        f"Levels of the six Majorana states at {E / MeV:g} MeV in profile A with {field}, "
        f"{' (left) and '.join(ORDERINGS[o] for o in orderings)}"
        f"{' (right)' if len(orderings) > 1 else ''}, in units of |dm31|/2E above the vacuum "
        "level of nu_1. Colored: "
        "diabatic states (muon and tau rotated by theta_23); black: eigenvalues with the field. "
        "Below, each bundle of three without the potential V_x of its muon and tau states, "
        "where the spin-flavor crossings are; the insets show the one with dm31, field off "
        "(dashed) and on (solid). Crossings are marked where the two-flavor conditions hold; a "
        "bar joins the two levels there, field off. For MSW it is the gap that mixing makes; the "
        "levels of RSFP-L do not meet there, because inside the MSW-H layer sin^2(theta_13) dm31 "
        "shifts nubar_e by more than dm21 cos(2 theta_12). In the table, diabatic states, "
        "eigenvalues with the field off and on (numbered from below), and crossings with their "
        "adiabaticity gamma (0 elsewhere).",
        (*medium.papers, *mixing.papers, "LimMarciano1988", "Akhmedov1988"))


class _Star:
    """Levels against radius in units of |dm31|/2E: diabatic, field off, field on; crossings."""

    def __init__(self, medium, mixing, moments, E):
        self.E = E
        self.unit = abs(mixing.dm31) / (2 * E)
        self.on = propagation.majorana(medium, moments, mixing)
        self.off = propagation.majorana(medium, np.zeros((3, 3)), mixing)
        s, c = np.sqrt(mixing.s23), np.sqrt(1 - mixing.s23)
        turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
        self.rotate = np.kron(np.eye(2), turn)
        self.found = resonances.find(medium, mixing, E, moments=moments)
        V = potential(medium)
        # of nubar_mu and nubar_tau; that of nu_mu and nu_tau is its negative
        self.common = lambda r: V(r) * 0.25 * (1 + medium.asymmetry(r)) / self.unit
        self.r = np.geomspace(1e3, 1e6, 301)

    def diabatic(self, r) -> np.ndarray:
        """(n_r, 6), in the order of ``resonances.NAMES``."""
        return np.array([np.diag(self.rotate @ self.off(x * km, self.E).real
                                 @ self.rotate.T) for x in r]) / self.unit

    def levels(self, r, field: bool) -> np.ndarray:
        """(n_r, 6), rising."""
        return resonances.levels(self.on if field else self.off, r * km,
                                 self.E) / self.unit

    def of(self, states, r: float) -> np.ndarray:
        """Levels, field off, of two states that cross at r: (2,)."""
        H = self.rotate @ self.off(r * km, self.E) @ self.rotate.T / self.unit
        out = []
        for k in sorted({3 * (i // 3) for i in states}):
            here = [i - k for i in states if 3 * (i // 3) == k]
            values, vectors = np.linalg.eigh(H[k:k + 3, k:k + 3])
            share = (np.abs(vectors[here]) ** 2).sum(axis=0)
            out += list(values[np.argsort(share)[-len(here):]])
        return np.array(out)

    def rows(self, ordering) -> list[dict]:
        out = []
        for kind, names, values in (
                ("diabatic", resonances.NAMES, self.diabatic(self.r)),
                ("off", "123456", self.levels(self.r, False)),
                ("on", "123456", self.levels(self.r, True))):
            out += [{"ordering": ordering, "kind": kind, "state": str(n), "r": r, "level": y,
                     "gamma": 0.0}
                    for i, n in enumerate(names) for r, y in zip(self.r, values[:, i], strict=True)]
        for x in self.found:
            at = x.r / km
            out.append({"ordering": ordering, "kind": x.name,
                        "state": " ".join(resonances.NAMES[i] for i in x.states), "r": at,
                        "level": self.of(x.states, at).mean(),
                        "gamma": x.gamma})
        return out


def _style_of(i: int) -> dict:
    return {"color": COLOR[i], "ls": "-" if i < 3 else (0, (4, 1.6)), "lw": 1.9}


def _asinh(ax, ticks, low, high) -> None:
    ax.set_yscale("asinh", linear_width=_LINEAR)
    ax.set_ylim(low, high)
    ax.set_yticks(ticks, [_power(t) for t in ticks])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_xscale("log")
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.axhline(0, color="0.85", lw=0.6, zorder=0)


def _power(t: float) -> str:
    if abs(t) in (0.0, 1.0):
        return f"${t:.0f}$"
    return rf"${'-' if t < 0 else ''}10^{{{np.log10(abs(t)):.0f}}}$"


def _whole(ax, one: _Star, ordering: str) -> tuple:
    _asinh(ax, [-1e4, -1e2, -1, -1e-2, 1e-2, 1, 1e2, 1e4], -4e4, 4e4)
    ax.set(xlim=(1e3, 1e6), title=ORDERINGS[ordering])
    diabatic = one.diabatic(one.r)
    for i in range(6):
        ax.plot(one.r, diabatic[:, i], alpha=0.85, **_style_of(i))
    ax.plot(one.r, one.levels(one.r, True), color="k", lw=0.6, zorder=3)
    items, marks = _crossings(ax, one, one.found, lambda r: 0.0)
    marks.append(ax.legend(handles=_key(), loc="lower right", fontsize=7.2, ncols=2,
                           frameon=False))
    return ax, items, marks, [(one.r, diabatic[:, i]) for i in range(6)]


def _bundle(ax, one: _Star, bundle) -> tuple:
    sign = 1 if bundle is UPPER else -1
    r = np.geomspace(*np.clip(np.array(_BUNDLE) * np.cbrt(one.E / (_AT * MeV)), 1e3, 1e6), 241)
    ends = (-1e5, 30) if bundle is UPPER else (-30, 1e5)
    _asinh(ax, [t for t in (-1e4, -1e2, -1, -1e-2, 1e-2, 1, 1e2, 1e4)
                if ends[0] < t < ends[1]], *ends)
    ax.set_xlim(r[0], r[-1])
    ticks = [t for t in (1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5) if r[0] <= t <= r[-1]]
    ax.set_xticks(ticks, [f"{t:.0f}" for t in ticks])
    common = sign * one.common(r * km)
    diabatic = one.diabatic(r)
    items = []
    for i in bundle:
        y = diabatic[:, i] - common
        ax.plot(r, y, alpha=0.85, **_style_of(i))
        items.append({"text": TEXT[i], "x": r, "y": y, "color": COLOR[i]})
    three = one.levels(r, True)[:, slice(3, 6) if sign > 0 else slice(0, 3)]
    ax.plot(r, three - common[:, None], color="k", lw=0.6, zorder=3)
    inside = [x for x in one.found if set(x.states) <= set(bundle) and r[0] < x.r / km < r[-1]]
    first, clear = _crossings(ax, one, inside, lambda at: sign * one.common(at * km))
    for x in inside:
        if x.name == "RSFP-H":
            clear += _gap(ax, one, bundle, x)
    return ax, first + items, clear, ()


def _crossings(ax, one: _Star, found, common) -> tuple[list[dict], list]:
    """What is to be written beside the marks (one text where two meet), and the marks."""
    places, marks = [], []
    for x in found:
        at = x.r / km
        two = one.of(x.states, at) - common(at)
        y = two.mean()
        marks += ax.plot([at, at], two, color="k", lw=1.1, zorder=4)
        far = x.name == "third"
        marks += ax.plot([at], [y], MARK[x.name], mfc="white", mec="k", ms=8 if far else 5,
                         mew=0.9, zorder=5 if far else 6)
        same = next((p for p in places if abs(np.log(p[0] / at)) < 0.05), None)
        if same:
            same[2].append(x.name)
        else:
            places.append((at, y, [x.name]))
    return [{"text": ", ".join(sorted(names)), "x": [at, at * 1.001], "y": [y, y],
             "color": "k"} for at, y, names in places], marks


def _gap(ax, one: _Star, bundle, high) -> list:
    """An inset on the crossing of the two that differ by dm31: off crosses, on does not."""
    upper = bundle is UPPER
    inset = ax.inset_axes((0.5, 0.1, 0.46, 0.2) if upper else (0.5, 0.66, 0.46, 0.2))
    at = high.r / km
    r = np.linspace(0.992, 1.008, 121) * at
    pair = slice(3, 6) if upper else slice(0, 3)
    off, on = (one.levels(r, field)[:, pair] for field in (False, True))
    # the pair that meets: the two of the three that come closest
    k = int(np.argmin(np.diff(off, axis=1).min(axis=0)))
    middle = off[:, k:k + 2].mean(axis=1, keepdims=True)
    for values, style in ((off, {"color": "0.45", "ls": (0, (3, 1.5)), "lw": 1.1}),
                          (on, {"color": "k", "lw": 1.2})):
        inset.plot(r, values[:, k:k + 2] - middle, **style)
    inset.set_xlim(r[0], r[-1])
    inset.set_ylim(-0.035, 0.035)
    inset.set_yticks([-0.02, 0, 0.02])
    inset.tick_params(labelsize=6.5, length=2)
    inset.minorticks_off()
    inset.set_title(f"{high.name}, field off (dashed), on\n"
                    rf"$\gamma$ = {high.gamma:.3f}, $P_{{LZ}}$ = {high.P_LZ:.3f}",
                    fontsize=6.8, pad=2.5)
    inset.set_xticks([at * x for x in (0.995, 1, 1.005)],
                     [f"{at * x:.0f}" for x in (0.995, 1, 1.005)])
    return [inset, inset.title, *inset.get_xticklabels(), *inset.get_yticklabels()]


def _key() -> list:
    from matplotlib.lines import Line2D

    return [*(Line2D([], [], label=TEXT[i], **_style_of(i)) for i in range(6)),
            Line2D([], [], color="k", lw=0.6, label="eigenvalues")]
