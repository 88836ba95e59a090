"""What is expected of N in bins, of both natures and of sizes about one, to be told apart."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from munu._arrays import finite
from munu.couplings import LARGEST, NATURES, Couplings, DipolePortal, Flavor
from munu.errors import DomainError
from munu.inference.apart import Family
from munu.probes._beam_shapes import Shapes
from munu.probes._beams import Search
from munu.probes.probe import Probe
from munu.spectrum import Axis, Prediction, Spectrum

# sizes about the one that is asked: by which factor at most, and how many; where each is a
# prediction of its own they are fewer
_FAR, _MANY = 30.0, 61
_NEAR, _FEW = 10.0, 25
Predictor = Callable[[DipolePortal], Any]


def families(probe: Probe | Predictor, M_N: float, mu: float, flavor: Flavor,
             background: float) -> tuple[tuple[Axis, ...] | None, tuple[int, ...],
                                         dict[str, Family]]:
    """Axes where they are known, shape of the bins, and a Family for each nature.

    The background is shared evenly among bins, and adds to those of the probe.

    Raises
    ------
    DomainError
    """
    search = probe.setting if isinstance(probe, Probe) else None
    if isinstance(search, Search):
        u = _sizes(mu, _FAR, _MANY)
        made = {n: _shapes(search, M_N, flavor, n) for n in NATURES}
        signal = {n: s.counts(np.exp(u)) for n, s in made.items()}
        axes: tuple[Axis, ...] | None = made[NATURES[0]].axes
    else:
        if isinstance(probe, Probe) and "portal" not in probe.rays:
            raise DomainError(f"{probe.name} answers to no portal, and N has no nature there")
        u = _sizes(mu, _NEAR, _FEW)
        # first at what is asked: another unit than events is refused before a larger size is
        _counts(probe, DipolePortal(mu, M_N, flavor, NATURES[0]))
        found = {n: [_counts(probe, DipolePortal(x, M_N, flavor, n)) for x in np.exp(u)]
                 for n in NATURES}
        axes = found[NATURES[0]][0][0]
        shapes = {n.shape for those in found.values() for _, n in those}
        if len(shapes) != 1:
            raise DomainError("the bins of a prediction must be the same for all moments and both "
                              f"natures; shapes {sorted(shapes)} came")
        signal = {n: np.array([v for _, v in those]) for n, those in found.items()}
    shape = signal[NATURES[0]].shape[1:]
    flat = np.full(int(np.prod(shape)), background / np.prod(shape))
    if isinstance(probe, Probe) and not isinstance(search, Search):
        flat = flat + sum((b.values.ravel() for b in probe.backgrounds.values()),
                          start=np.zeros(flat.size))
    return axes, shape, {n: Family(u, s.reshape(u.size, -1), flat) for n, s in signal.items()}


@lru_cache(maxsize=8)
def _shapes(search: Search, M_N: float, flavor: Flavor, nature: str) -> Shapes:
    # whichever nature is true, both are asked
    return Shapes.of(search, M_N, flavor, nature)


def _sizes(mu: float, far: float, many: int) -> np.ndarray:
    """Logarithms of sizes, mu as it is among them, up to the largest that is allowed."""
    each = np.log(mu) + np.log(far) * np.linspace(-1, 1, many)
    return each[: many // 2 + 1 + int(np.sum(each[many // 2 + 1:] <= np.log(LARGEST)))]


def _counts(probe: Probe | Predictor, portal: DipolePortal
            ) -> tuple[tuple[Axis, ...] | None, np.ndarray]:
    made = probe.signal(Couplings.of(portal)) if isinstance(probe, Probe) else probe(portal)
    if isinstance(made, Prediction):
        made = made.total
    if isinstance(made, Spectrum) and made.unit not in ("events", "counts"):
        raise DomainError(f"{getattr(probe, 'name', 'the prediction')} predicts {made.unit}, and "
                          "natures are told apart by events")
    axes = made.axes if isinstance(made, Spectrum) else None
    values = np.atleast_1d(finite("a prediction", made.values if axes else made))
    if np.any(values < 0):
        raise DomainError(f"a prediction holds {values.min():g} events; it must be at least 0")
    return axes, values


def views(axes: tuple[Axis, ...] | None, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """What can be looked at, each with the number of the new bin of every bin: the axes by
    themselves, two together, and ``all`` as the last."""
    names = [a.name for a in axes] if axes else [f"axis {k + 1}" for k in range(len(shape))]
    kept = [c for many in range(1, len(shape)) for c in combinations(range(len(shape)), many)]
    index = np.indices(shape).reshape(len(shape), -1)
    out = {}
    for c in kept:
        out[" and ".join(names[k] for k in c)] = np.ravel_multi_index(
            tuple(index[k] for k in c), tuple(shape[k] for k in c))
    return out | {"all": np.arange(index.shape[1])}
