"""What probes of the early Universe share: which states moments make, and what they do not see."""

from __future__ import annotations

import numpy as np

from munu.couplings import DipolePortal
from munu.ray import Ray

OTHERWISE = (
    "answers to moments to N and of Dirac neutrinos, which make states that are not there without "
    "them: transition moments of Majorana neutrinos move the decoupling of neutrinos alone, which "
    "is published, not computed here: munu.atlas.get('vassh_2015')")


def sizes(matrix: np.ndarray) -> list[tuple[float, int]]:
    """The moments of the states that a matrix of moments makes, and how many have each.

    They are its singular values, in any basis: a state of N couples to one combination of flavors.
    """
    found = np.linalg.svd(matrix, compute_uv=False)
    out: list[tuple[float, int]] = []
    for x in found[found > 1e-12 * found.max(initial=0.0)].tolist():
        if out and np.isclose(x, out[-1][0], rtol=1e-9):
            out[-1] = (out[-1][0], out[-1][1] + 1)
        else:
            out.append((x, 1))
    return out


def states(ray: Ray) -> list[tuple[float, int]]:
    """The same of a unit size along a ray."""
    return sizes(DipolePortal(1.0, 0.0, ray.direction).matrix if ray.kind == "portal"
                 else np.asarray(ray.direction))
