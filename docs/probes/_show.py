"""What every page on an experiment prints, in one order."""

import numpy as np

import munu
from munu import DipolePortal, atlas, probes
from munu.errors import DomainError
from munu.units import MeV, cm, keV


def prediction(name, mu=1e-10, flavor="universal", **options):
    """Events by component, M_N = 0, in all bins together."""
    probe = probes.get(name, **options)
    made = probe.predict(DipolePortal(mu, 0.0, flavor))
    print(f"{probe.title}: grade {probe.grade}")
    for component, spectrum in made.components.items():
        label = f"{component} (mu = {mu:g} mu_B, {flavor})" if component == "dipole" else component
        print(f"  {label:44s} {spectrum.total:12.5g}")
    if probe.measured is not None:
        print(f"  {'seen':44s} {probe.measured.seen.sum():12.5g}")


def limits(name, flavors=("universal", "e", "mu", "tau"), methods=("profile", "one_sided"),
           **options):
    """90 % limits at M_N = 0 by flavor and statistic, with the expected one."""
    probe = probes.get(name, **options)
    print(f"{'90 %, M_N = 0 [mu_B]':22s} " + " ".join(f"{m:>11s}" for m in methods)
          + f" {'expected':>11s} {'best fit':>11s}")
    for flavor in flavors:
        made = [munu.limit(probe, flavor=flavor, method=m) for m in methods]
        fit = made[0].best_fit[0]
        lower = f"   above {made[0].lower[0]:.2e} too" if made[0].lower[0] > 0 else ""
        print(f"{flavor:22s} " + " ".join(f"{x.value:11.3e}" for x in made)
              + f" {_expected(made[0])[0]:>11s} {fit:11.3e}{lower}")


def masses(name, M, flavor="universal", **options):
    """Limits against the mass of N [keV or MeV as given]."""
    probe = probes.get(name, **options)
    found = munu.limit(probe, M_N=np.asarray(M), flavor=flavor)
    print("M_N        observed    expected")
    for m, up, ex in zip(M, found.upper, _expected(found), strict=True):
        text = f"{m / MeV:.3g} MeV" if m >= MeV else f"{m / keV:.3g} keV"
        print(f"{text:10s} {up:.3e}   {ex}")


def _expected(limit):
    """What the median experiment would exclude, as texts; none where its background is unknown."""
    made = limit.expected
    return ["-"] * len(limit) if made is None else [f"{x:.3e}" for x in made]


def variants(name, flavor="universal", **options):
    """The limit of every variant."""
    probe = probes.get(name, **options)
    found = munu.limit(probe, flavor=flavor, systematic=True, expected=False)
    print(f"{'as is':34s} {found.value:.3e}")
    for variant, up in found.systematic.items():
        print(f"{variant:34s} {up[0]:.3e}")


def charges(name, flavors=("e", "mu"), **options):
    """Intervals of charge [e] and charge radius [cm^2], flavor by flavor."""
    probe = probes.get(name, **options)
    for parameter, unit in (("q", 1.0), ("r2", cm**2)):
        for flavor in flavors:
            try:
                pieces = munu.limit(probe, parameter, flavor=flavor, expected=False) \
                    .meta["intervals"]
                print(f"{parameter:3s} {flavor:10s}", " and ".join(
                    f"[{a / unit:.2e}, {b / unit:.2e}]" for a, b in pieces))
            except DomainError as err:
                print(f"{parameter:3s} {flavor:10s} {err}")


def uses(name, on_over_off, theirs, flavor="e"):
    """The reach by how the reactor-off time is used, beside a published limit of the same data."""
    made = {shape: [munu.limit(probes.get(name, shape=shape), flavor=flavor, method=m,
                               expected=False).value for m in ("profile", "one_sided")]
            for shape in ("bins", "line")}
    made["known"] = [x / (1 + on_over_off) ** 0.25 for x in made["bins"]]
    words = {"bins": "each bin subtracted", "line": "a straight line through both",
             "known": "the background known exactly"}
    print(f"{'reach, M_N = 0 [mu_B]':32s} {'two-sided':>11s} {'one-sided':>11s}")
    for shape, (two, one) in made.items():
        print(f"{words[shape]:32s} {two:11.2e} {one:11.2e}")
    print(f"{'published':32s} {theirs:11.2e}")


def against(ours, what, theirs=None):
    """Ours over what others published of the same data, at the least mass; or over a number."""
    published = {"theirs": theirs} if theirs is not None else {
        x.meta["label"]: x.upper[0] for x in atlas.theirs(ours.name, ours.flavor)}
    value = getattr(ours, "value", ours)
    for label, number in published.items():
        print(f"{what}: ours {value:.3e}, {label} {number:.3e}, ratio {value / number:.2f}")


def star(name, masses, flavor="e", **options):
    """Limits against the mass of N by criterion and reactions, and what is lost to each."""
    probe = probes.get(name, **options)
    rows = {"as is": probe}
    for word, changed in probe.variants.items():
        if "criterion" in changed:
            rows[word] = probe.varied(word)
    rows["off_shell"] = probes.get(name, **options, reactions="off_shell")
    print(f"{'mu [mu_B], one flavor; M_N [keV]':34s}" + "".join(f"{m / keV:>10g}" for m in masses))
    for word, made in rows.items():
        found = munu.limit(made, M_N=masses, flavor=flavor)
        print(f"{word:34s}" + "".join(f"{x:10.2e}" for x in found.upper))
    lost = probe.setting.pairs
    print(f"{'share of the loss':34s}")
    total = sum(f(masses) for f in lost.values())
    for word, f in lost.items():
        with np.errstate(invalid="ignore"):
            print(f"  {word:32s}" + "".join(f"{x:10.3f}" for x in f(masses) / total))


def structures(name, masses, flavor="e"):
    """Limits against the mass of N [keV] under other assumptions on the star's structure."""
    probe = probes.get(name)
    print(f"{'mu [mu_B], one flavor; M_N [keV]':34s}" + "".join(f"{m / keV:>10g}" for m in masses))
    for word in ("as is", *(w for w, o in probe.variants.items() if "star" in o)):
        made = probe if word == "as is" else probe.varied(word)
        found = munu.limit(made, M_N=masses, flavor=flavor)
        print(f"{word:34s}" + "".join(f"{x:10.2e}" for x in found.upper))
