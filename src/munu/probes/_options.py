"""Options that several experiments have, said once."""

from __future__ import annotations

from typing import Annotated

from munu.flavors import Mixing
from munu.parameters import About
from munu.processes.deep_inelastic import SMALL_X
from munu.sources import solar

Sun = Annotated[str, About("solar model", choices=solar.MODELS, assumes="sun")]
Electrons = Annotated[str, About("electrons count above their binding energy, or all as free",
                                 choices=("stepping", "free"))]
ElectronsOrNone = Annotated[str, About("as their shells let them, all as free, or nuclei alone",
                                       choices=("stepping", "free", "none"))]
Resolution = Annotated[float, About("factor on the energy resolution")]
Mixed = Annotated[Mixing | None, About("fit of the mixing, default NuFIT 6.0 NO")]
Radiative = Annotated[bool, About("radiatively corrected weak couplings for charge and radius")]
Millicharge = Annotated[str, About("the square of a charge on shells, or by equivalent photons",
                                   choices=("stepping", "epa"))]
FluxError = Annotated[float, About("relative error of the flux")]
LowSpectrum = Annotated[str, About("reactor spectrum below 2 MeV",
                                   choices=("vogel_engel", "estienne"), assumes="reactor")]
FormFactor = Annotated[str, About("of the nuclei", choices=("helm", "klein_nystrand", "none"))]
SmallX = Annotated[str, About("structure function at x below its data", choices=SMALL_X,
                              assumes="small_x")]
