r"""Light Majorana neutrinos in the loops of the Standard Model.

.. math:: \mathcal L = -\tfrac12\,\overline{\nu^c_L}\,m_\nu\,\nu_L + \mathrm{h.c.}

Moments join different states only, and vanish but for the masses of charged leptons: in the
flavor basis :math:`\mu - i\epsilon = \frac{eG_F}{4\sqrt2\pi^2}(f_\alpha - f_\beta)\,
(m_\nu)_{\alpha\beta}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from munu.models._light import LightMajorana


@dataclass(frozen=True, eq=False, kw_only=True)
class StandardModelMajorana(LightMajorana):
    """Majorana neutrinos; see the ``parameter`` fields.

    With equal CP parities either mu or eps of a pair survives; a phase of pi swaps them.

    Holds : one loop, exact in the masses of charged leptons; whatever makes m_nu is heavy.
    Source : PalWolfenstein1982, GiuntiStudenikin2014
    """

    name: ClassVar[str] = "sm_majorana"
    papers: ClassVar[tuple[str, ...]] = ("PalWolfenstein1982", "GiuntiStudenikin2014",
                                         "JanaTalk")
    unsaid: ClassVar[tuple[str, ...]] = (
        "masses of neutrinos themselves: beta decay, cosmology, neutrinoless double beta decay",)


model = StandardModelMajorana
