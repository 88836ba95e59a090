r"""The UFO format: how particles, parameters and vertices stand in its files.

Units are GeV.  The files keep the habits of the format: a vertex lists what its fields create, so
that :math:`\bar\psi_2\Gamma\psi_1` stands as (anti-1, 2) with the structure ``Gamma(3,2,1)``;
momenta ``P`` are outgoing; a coupling is i times the Lagrangian's; and
:math:`D = \partial - ieQA - ig_sT^aG^a`.

Source : UFO2012, UFO2023
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from munu import _files, results

LIBRARY = Path(__file__).parent / "ufo_library"
_FIXED = ("object_library", "function_library", "write_param_card")
_LISTS = ("particles", "parameters", "vertices", "couplings", "lorentz", "orders")

# structures by name: spins as 2 s + 1
LORENTZ = {
    "FFV1": ((2, 2, 3), "Gamma(3,2,1)"),
    "FFV_dipole_R": ((2, 2, 3), "P(-1,3)*Gamma(-1,2,-2)*Gamma(3,-2,-3)*ProjP(-3,1) - "
                                "P(-1,3)*Gamma(3,2,-2)*Gamma(-1,-2,-3)*ProjP(-3,1)"),
    "FFV_dipole_L": ((2, 2, 3), "P(-1,3)*Gamma(-1,2,-2)*Gamma(3,-2,-3)*ProjM(-3,1) - "
                                "P(-1,3)*Gamma(3,2,-2)*Gamma(-1,-2,-3)*ProjM(-3,1)"),
    "FFS_L": ((2, 2, 1), "ProjM(2,1)"),
    "FFS_R": ((2, 2, 1), "ProjP(2,1)"),
    "VSS1": ((3, 1, 1), "P(1,2) - P(1,3)"),
    "VVSS1": ((3, 3, 1, 1), "Metric(1,2)"),
    "VVV1": ((3, 3, 3), "P(3,1)*Metric(1,2) - P(3,2)*Metric(1,2) - P(2,1)*Metric(1,3) + "
                        "P(2,3)*Metric(1,3) + P(1,2)*Metric(2,3) - P(1,3)*Metric(2,3)"),
    "VVVV1": ((3, 3, 3, 3), "Metric(1,4)*Metric(2,3) - Metric(1,3)*Metric(2,4)"),
    "VVVV2": ((3, 3, 3, 3), "Metric(1,4)*Metric(2,3) - Metric(1,2)*Metric(3,4)"),
    "VVVV3": ((3, 3, 3, 3), "Metric(1,3)*Metric(2,4) - Metric(1,2)*Metric(3,4)"),
}


@dataclass(frozen=True)
class Particle:
    """What a vertex names: ``one`` and ``anti`` are names in Python."""

    one: str
    anti: str
    charge: Fraction
    color: int


@dataclass
class Ufo:
    """A UFO model that is being put together; ``text()`` is its files."""

    title: str
    about: str
    cite: tuple[str, ...] = ()
    made: dict[str, list[str]] = field(default_factory=lambda: {k: [] for k in _LISTS})
    known: dict[Any, str] = field(default_factory=dict)

    def order(self, name: str, hierarchy: int) -> None:
        """A coupling order."""
        self._add("orders", name, "CouplingOrder", name=name, expansion_order=99,
                  hierarchy=hierarchy)

    def external(self, name: str, value: float, block: str, code: int, tex: str = "") -> str:
        """A number of the parameter card."""
        return self._add("parameters", name, "Parameter", name=name, nature="external",
                         type="real", value=float(value), texname=tex or name, lhablock=block,
                         lhacode=[code])

    def internal(self, name: str, expression: str, kind: str = "real", tex: str = "") -> str:
        """An expression of others."""
        return self._add("parameters", name, "Parameter", name=name, nature="internal",
                         type=kind, value=expression, texname=tex or name)

    def particle(self, name: str, anti: str, pdg: int, spin: int, color: int, charge: Fraction,
                 mass: str = "ZERO", width: str = "ZERO", lepton: int = 0,
                 tex: str = "") -> Particle:
        """A field with its antiparticle."""
        one, tex = _python(name), tex or name
        self._add("particles", one, "Particle", pdg_code=pdg, name=name, antiname=anti, spin=spin,
                  color=color, mass=_Raw(f"Param.{mass}"), width=_Raw(f"Param.{width}"),
                  texname=tex, antitexname=tex if anti == name else rf"\bar{{{tex}}}",
                  charge=_Raw(str(charge)), GhostNumber=0, LeptonNumber=lepton, Y=0)
        if anti == name:
            return Particle(one, one, charge, color)
        self.made["particles"].append(f"{_python(anti)} = {one}.anti()")
        return Particle(one, _python(anti), charge, color)

    def vertex(self, particles: tuple[str, ...], couplings: dict[tuple[int, int], str],
               lorentz: tuple[str, ...], order: dict[str, int], color: tuple[str, ...] = ("1",)
               ) -> None:
        """A vertex; ``couplings`` maps (color, structure) to an expression."""
        for name in lorentz:
            if ("lorentz", name) not in self.known:
                self.known["lorentz", name] = name
                spins, structure = LORENTZ[name]
                self._add("lorentz", name, "Lorentz", name=name, spins=list(spins),
                          structure=structure)
        named = ", ".join(f"{at}: C.{self._coupling(x, order)}" for at, x in couplings.items())
        name = f"V_{len(self.made['vertices']) + 1}"
        self._add("vertices", name, "Vertex", name=name,
                  particles=_Raw("[" + ", ".join(f"P.{p}" for p in particles) + "]"),
                  color=list(color), lorentz=_Raw("[" + ", ".join(f"L.{x}" for x in lorentz) + "]"),
                  couplings=_Raw("{" + named + "}"))

    def _coupling(self, expression: str, order: dict[str, int]) -> str:
        key = (expression, tuple(order.items()))
        if key not in self.known:
            self.known[key] = name = f"GC_{len(self.made['couplings']) + 1}"
            self._add("couplings", name, "Coupling", name=name, value=expression, order=order)
        return self.known[key]

    def _add(self, where: str, python: str, kind: str, **options) -> str:
        inside = ",\n    ".join(f"{k}={v!r}" for k, v in options.items())
        self.made[where].append(f"{python} = {kind}(\n    {inside})\n")
        return python

    def text(self) -> dict[str, str]:
        """Every file by name."""
        imports = {
            "particles": "from . import parameters as Param\n"
                         "from .object_library import Particle, all_particles\n",
            "parameters": "from .function_library import complexconjugate, im, re\n"
                          "from .object_library import Parameter, all_parameters\n",
            "vertices": "from . import couplings as C\nfrom . import lorentz as L\n"
                        "from . import particles as P\n"
                        "from .object_library import Vertex, all_vertices\n",
            "couplings": "from .function_library import complexconjugate, im, re\n"
                         "from .object_library import Coupling, all_couplings\n",
            "lorentz": "from .object_library import Lorentz, all_lorentz\n",
            "orders": "from .object_library import CouplingOrder, all_orders\n"}
        head = f"# {self.title}, written by munu {results.version()}\n"
        files = {("coupling_orders" if k == "orders" else k) + ".py":
                 head + imports[k] + "\n" + "\n".join(v) + ("\n" if v else "")
                 for k, v in self.made.items()}
        files |= {f"{k}.py": _files.text(LIBRARY / f"{k}.py") for k in _FIXED}
        return files | {"__init__.py": head + self._init()}

    def _init(self) -> str:
        names = ("coupling_orders", "couplings", "function_library", "lorentz", "object_library",
                 "parameters", "particles", "vertices", "write_param_card")
        lists = "\n".join(f"{x} = object_library.{x}" for x in (
            "all_particles", "all_parameters", "all_vertices", "all_couplings", "all_lorentz",
            "all_functions", "all_orders"))
        return (f'"""{self.title}.\n\n{self.about}\n\nCite: {", ".join(self.cite) or "none"}.\n'
                f'"""\n\n' + "".join(f"from . import {n}\n" for n in names)
                + f"\n{lists}\n\ngauge = [0]\n\n__author__ = \"munu\"\n"
                  f"__version__ = {results.version()!r}\n__date__ = \"\"\n")


class _Raw(str):
    """Text that stands in a file as it is."""

    def __repr__(self) -> str:
        return str(self)


def _python(name: str) -> str:
    for sign, word in (("+", "__plus__"), ("-", "__minus__"), ("~", "__tilde__")):
        name = name.replace(sign, word)
    return name
