"""A flux from all directions alike as it is in the Earth, oscillated in vacuum on its way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from munu import flavors
from munu._arrays import gauss_panels
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.media import earth_around
from munu.sources.source import Source
from munu.units import km

_NODES = 4


def oscillated(source: Source, mixing: Mixing, *, height: float, depth: float = 0.0,
               panels: int = 24) -> Source:
    r"""The flux averaged over directions.

    .. math:: \phi_b(E) = \int_{-1}^1\frac{\mathrm d\cos z}{2}\sum_a P_{ab}\!\left(
              \frac{L(\cos z)}{E}\right)\phi_a(E)

    with :math:`L = \sqrt{(R + h)^2 - r^2\sin^2z} - r\cos z`, r = R - d.  Matter of the Earth is
    left out: it moves nu_e of some GeV.

    Parameters
    ----------
    source : Source without lines
    mixing : Mixing
    height, depth : h where neutrinos are made and d of the detector [length]
    panels : of the cosine; wiggles that are finer are averaged by chance, not followed

    Raises
    ------
    DomainError
    """
    R = earth_around.radius()
    c, w = gauss_panels(np.linspace(-1, 1, panels + 1), _NODES)
    L = np.sqrt((R + height) ** 2 - (R - depth) ** 2 * (1 - c**2)) - (R - depth) * c
    U, split = mixing.U, np.array([0.0, mixing.dm21, mixing.dm31])
    parts = {}
    for name, one in source.components.items():
        if one.lines_E.size:
            raise DomainError(f"the lines of {name} are not averaged over directions")
        phase = np.exp(-1j * split[:, None, None] * L / (2 * one.E[:, None]))
        six = np.zeros((6, one.E.size))
        for x, V in enumerate((U, U.conj())):
            A = np.einsum("bi,ai,iel->abel", V, V.conj(), phase)
            P = np.einsum("abel,l->abe", np.abs(A) ** 2, 0.5 * w)
            start = np.einsum("kaa,ke->ae", source.basis[:, x].real, one.phi)
            six[3 * x:3 * x + 3] = np.einsum("abe,ae->be", P, start)
        parts[name] = replace(one, phi=six, lines_phi=np.empty((6, 0)))
    basis = np.zeros((6, 2, 3, 3), dtype=complex)
    for k in range(6):
        basis[k, k // 3] = flavors.projector(flavors.NAMES[k % 3])
    return replace(source, basis=basis, components=parts,
                   papers=tuple(dict.fromkeys((*source.papers, *mixing.papers))),
                   assumed=(*source.assumed, "oscillated in vacuum from "
                            f"{height / km:g} km above, averaged over directions"))
