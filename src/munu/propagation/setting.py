"""What is asked of a run of the evolver, as a record that is checked when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from munu import flavors, grid
from munu._arrays import finite
from munu._frozen import FrozenMap
from munu.couplings import Couplings, check_nature
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.media import _curves
from munu.media.profile import Profile
from munu.propagation.evolution import TOLERANCES
from munu.propagation.hamiltonian import STATES, Hamiltonian, dirac, majorana, moment_matrix
from munu.units import MeV, km, parse, to_float

# moments by name, and the states of a nature; right-handed ones are mass states
MOMENTS = {"majorana": ("emu", "etau", "mutau"),
           "dirac": tuple(a + b for a in flavors.NAMES for b in flavors.NAMES)}
_STATES = {"majorana": STATES, "dirac": (*STATES[:3], "N_1", "N_2", "N_3")}
_MASSES = {"majorana": ("nu_1", "nu_2", "nu_3", "nubar_1", "nubar_2", "nubar_3"),
           "dirac": ("nu_1", "nu_2", "nu_3", "N_1", "N_2", "N_3")}
INITIAL = {"majorana": "nubar_e", "dirac": "nu_e"}
_FINAL = ("mass", "flavor")
_TOL = 1e-5


@dataclass(frozen=True, eq=False, kw_only=True)
class Setting:
    """What is asked of a run; lengths, energies and rates may be texts with units.

    Attributes
    ----------
    medium : Profile, with its field
    energies : one or many (n_E,), or a grid such as ``5MeV:40MeV:36`` [energy]
    moments : name to number (``emu``, ``etau``, ``mutau``; or, Dirac, ``ee`` to ``tautau``: flavor,
        then right-handed mass state), Couplings, the block itself (3, 3), or None [mu_B]
    nature : ``majorana`` or ``dirac``
    mixing : Mixing, the name of a fit, or None for the default one
    initial : state at the start; None is nubar_e, or nu_e if Dirac
    final : ``mass`` (eigenstates in matter with the field off) or ``flavor``
    path : (from, to), the larger may come first; None is the whole medium [length]
    radii : (n_r,), on the path in the order in which it is gone, where probabilities are wanted
        too; or None [length]
    twist : constant rate at which the field turns, or None [1/length]
    loop : with the one-loop potential of mu and tau
    bin : full width of a bin around each energy over which probabilities are averaged, evenly in
        energy; or None for none [energy]
    tol : wanted error of a probability, 1e-7 to 1e-2, 1e-5 if None; of an average 1e-3 if that is
        larger; a chain of crossings has none
    fast : a chain of Landau-Zener crossings, without interference
    configuration : what was asked in words, kept with the result

    Raises
    ------
    DomainError, UnitError, UnknownName
    """

    medium: Profile
    energies: Any
    moments: Any = None
    nature: str = "majorana"
    mixing: Mixing | str | None = None
    initial: str | None = None
    final: str = "mass"
    path: Any = None
    radii: Any = None
    twist: float | str | None = None
    loop: bool = False
    bin: Any = None
    tol: float | None = None
    fast: bool = False
    configuration: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        check_nature(self.nature, needed_by="which states there are")
        if self.final not in _FINAL:
            raise UnknownName("final basis", self.final, _FINAL)
        if self.fast and self.tol is not None:
            raise DomainError("tol does not go with fast: the chain of crossings has no error to "
                              "ask for; leave one away")
        if not TOLERANCES[0] <= self.tolerance <= TOLERANCES[1]:
            raise DomainError(f"tol = {self.tol!r} must lie between 1e-7 and 1e-2")
        if not isinstance(self.medium, Profile):
            raise DomainError("a Profile is needed, from munu.media.get(name); a "
                              f"{type(self.medium).__name__} came")
        initial = self.initial or INITIAL[self.nature]
        if initial not in self.states:
            raise UnknownName(f"initial state of {self.nature} neutrinos", initial, self.states)
        path = _path(self.medium, self.path)
        for name, value in (
                ("initial", initial), ("path", path), ("radii", _radii(self.radii, path)),
                ("mixing", self.oscillation),
                ("energies", _energies(self.energies)), ("bin", _bin(self.bin, self.energies)),
                ("moments", _moments(self.moments, self.nature)),
                ("configuration", FrozenMap(self.configuration))):
            object.__setattr__(self, name, value)
        refuse(self.medium, path, nature=self.nature, final=self.final, loop=self.loop,
               twist=self.twist, fast=self.fast, radii=self.radii, bin=self.bin)
        # what no Hamiltonian can be made of is refused here too
        _ = self.hamiltonian

    @property
    def tolerance(self) -> float:
        """The wanted error of a probability."""
        return _TOL if self.tol is None else self.tol

    @property
    def states(self) -> tuple[str, ...]:
        """The states that evolve."""
        return _STATES[self.nature]

    @property
    def final_states(self) -> tuple[str, ...]:
        """The states at the end."""
        return _MASSES[self.nature] if self.final == "mass" else self.states

    @property
    def oscillation(self) -> Mixing:
        """The mixing that is meant: a name looked up, the default one for None."""
        given = flavors.DEFAULT if self.mixing is None else self.mixing
        return flavors.mixing(given) if isinstance(given, str) else given

    @property
    def block(self) -> np.ndarray:
        """Moments between left- and right-handed states, M of the Hamiltonian (3, 3) [mu_B]."""
        given = self.moments
        if not isinstance(given, Mapping):
            return moment_matrix(np.zeros((3, 3)) if given is None else given, self.oscillation,
                                 self.nature)
        if self.nature == "majorana":
            return Couplings.majorana(**given).mu
        return np.array([given.get(k, 0) for k in MOMENTS["dirac"]], dtype=complex).reshape(3, 3)

    @property
    def named_moments(self) -> dict[str, complex]:
        """Entries of the block by name, those that were given or are not 0 [mu_B]."""
        if isinstance(self.moments, Mapping):
            return dict(self.moments)
        M = self.block
        at = {a + b: M[i, j] for i, a in enumerate(flavors.NAMES)
              for j, b in enumerate(flavors.NAMES)}
        return {k: complex(at[k]) for k in MOMENTS[self.nature] if at[k]}

    @property
    def profile(self) -> Profile:
        """The medium, with the field turning."""
        return self.medium if self.twist is None else \
            self.medium.with_(twist=_curves.Constant(_rate(self.twist)))

    @property
    def hamiltonian(self) -> Hamiltonian:
        """The Hamiltonian of the run."""
        make = majorana if self.nature == "majorana" else dirac
        return make(self.profile, self.block, self.oscillation, loop=self.loop)


def refuse(medium: Profile, path, *, nature: str = "majorana", final: str = "mass",
           loop: bool = False, twist=None, fast: bool = False, radii=None, bin=None,
           dash: str = "") -> None:
    """What does not go together, in one line.

    Parameters
    ----------
    as in :class:`Setting`; path : (from, to) [length]
    dash : what stands before the name of an option, ``--`` on the command line

    Raises
    ------
    DomainError
    """
    if twist is not None and medium.twist is not None:
        what, turns = f"medium {medium.name}", "its field turns"
        if getattr(medium.field, "twist", None) is not None:
            what, turns = f"field {getattr(medium.field, 'name', '')}", "it turns"
        raise DomainError(f"{dash}twist does not go with the {what}, whose phi says how {turns}; "
                          "leave one away")
    for wrong, what in ((nature != "majorana", f"{dash}nature {nature}"),
                        (final != "mass", f"{dash}final {final}"), (loop, f"{dash}loop"),
                        (radii is not None, f"{dash}radii"), (bin is not None, f"{dash}bin"),
                        (path[0] > path[1], "a path inwards")):
        if fast and wrong:
            raise DomainError(f"{dash}fast does not go with {what}: the chain of crossings is one "
                              "of Majorana neutrinos outwards to mass states; leave "
                              f"{dash}fast away")


def _path(medium: Profile, given) -> tuple[float, float]:
    """From and to, inside the medium; the larger may come first."""
    if given is None:
        return medium.r_min, medium.r_max
    ends = finite("the path", [to_float(x, "km") for x in given])
    if ends.shape != (2,) or ends[0] == ends[1]:
        raise DomainError("the path must be two different radii: from and to")
    medium.check(ends)
    return float(ends[0]), float(ends[1])


def _radii(given, path: tuple[float, float]) -> np.ndarray | None:
    """Radii on the path, in the order in which it is gone."""
    if given is None:
        return None
    text = isinstance(given, str)
    r = grid.values(given, "km", "radius", log=True) if text else finite(
        "the radii", [to_float(x, "km") for x in np.atleast_1d(np.asarray(given, dtype=object))])
    low, high = sorted(path)
    outwards = np.diff(r) if path[0] < path[1] else -np.diff(r)
    if np.any(outwards <= 0) or r.min() < low * (1 - 1e-12) or r.max() > high * (1 + 1e-12):
        raise DomainError(f"the radii must lie on the path from {path[0] / km:g} to "
                          f"{path[1] / km:g} km, each once, in the order in which it is gone")
    return np.clip(r, low, high)


def _energies(given) -> np.ndarray:
    if isinstance(given, str):
        return grid.energies(given)
    E = finite("the neutrino energies", [
        to_float(x, "MeV") for x in np.ravel(np.asarray(given, dtype=object))])
    if np.any(E <= 0):
        raise DomainError("the neutrino energies must be above 0")
    return E


def _bin(given, energies) -> float | None:
    """Width of a bin, which ends above 0 energy."""
    if given is None:
        return None
    width, least = float(finite("the bin of energy", to_float(given, "MeV"))), \
        float(_energies(energies).min())
    if not 0 < width < 2 * least:
        raise DomainError(f"the bin of energy {width / MeV:g} MeV must be above 0 and below twice "
                          f"the least energy, {2 * least / MeV:g} MeV")
    return width


def _moments(given, nature: str):
    """Moments by name are checked; anything else the Hamiltonian checks."""
    if not isinstance(given, Mapping):
        return given
    for name in given:
        if name not in MOMENTS[nature]:
            raise UnknownName(f"{nature} moment", name, MOMENTS[nature])
    return FrozenMap({k: complex(x) for k, x in given.items()})


def _rate(given: float | str) -> float:
    """A rate of turning [1/length]."""
    if not isinstance(given, str):
        return float(finite("the twist", given))
    return parse(given, "/km", what="twist")
