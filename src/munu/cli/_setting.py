"""The texts of ``munu propagate`` as the setting of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from munu.cli import _values as v
from munu.errors import DomainError

_TOL = "1e-5"
_MIXING = ("s12", "s13", "s23", "dm21", "dm31", "delta")


def setting(asked: dict[str, Any]):
    """The texts of the command line as the setting of a run."""
    from munu.couplings import check_nature
    from munu.propagation import setting as room
    from munu.propagation.evolution import TOLERANCES

    nature = check_nature(asked["nature"]) or "majorana"
    if asked["fast"] and asked["tol"] is not None:
        raise DomainError(f"--tol '{asked['tol']}' says nothing to --fast, whose error is that of "
                          "the method; leave one of them out")
    asked = asked | {"tol": asked["tol"] or _TOL}
    mu, tol = asked["mu"], v.number(asked["tol"], "tol")
    if not TOLERANCES[0] <= tol <= TOLERANCES[1]:
        raise DomainError(f"tol '{asked['tol']}' must lie between 1e-7 and 1e-2")
    known = room.MOMENTS[nature]
    moments = {} if mu is None else {k: v.amount(x, f"moment {k}", "mu_B") for k, x in v.entries(
        mu, f"{nature} moment", known).items()}
    asked = asked | {"initial": asked["initial"] or room.INITIAL[nature]}
    profile, path = _profile(asked)
    more = {k: asked[k] for k in ("final", "loop", "twist", "fast")} | {
        "nature": nature, "radii": asked.get("radii"), "bin": asked.get("bin")}
    room.refuse(profile, path, **more, dash="--")
    return room.Setting(medium=profile, energies=v.energies(asked["energies"]), path=path,
                        mixing=_mixing(asked["mixing"], asked["ordering"]), moments=moments,
                        initial=asked["initial"], tol=None if asked["fast"] else tol,
                        configuration=asked, **more)


def _mixing(text: str | None, ordering: str):
    """A fit by name, or six numbers."""
    from munu import flavors
    from munu.units import parse, split, unit

    if text is None or "=" not in text:
        return flavors.mixing(flavors.DEFAULT if text is None else text, ordering)
    given = v.entries(text, "mixing parameter", _MIXING)
    missing = [k for k in _MIXING if k not in given]
    if missing:
        raise DomainError(f"mixing '{text}' lacks {', '.join(missing)}; give all of "
                          f"{', '.join(_MIXING)}, or the name of a fit")
    values: dict[str, Any] = {}
    for key, value in given.items():
        like = {"dm21": "eV^2", "dm31": "eV^2", "delta": "rad"}.get(key, "1")
        # a bare number is one of eV^2 and of radians
        bare = not split(value)[1]
        values[key] = parse(value, "1" if bare else like, what=key) * (
            unit(like).factor if bare else 1.0)
    return flavors.Mixing(**values, name="user", ordering=ordering)


def _profile(asked: dict[str, Any]):
    """The medium with its field, and the path through both."""
    from munu import media
    from munu.media import fields

    profile = media.get(asked["medium"], **v.options(asked["option"]))
    path = _path(profile, asked["from"], asked["to"])
    if asked["field"] is not None:
        # under the name that it was asked by
        profile = replace(fields.read(asked["field"]), name=asked["field"]).on(profile, path)
    return profile, path


def _path(profile, start: str | None, end: str | None) -> tuple[float, float]:
    """From and to, inside the medium; the larger may come first."""
    r = (profile.r_min if start is None else v.length(start, "--from"),
         profile.r_max if end is None else v.length(end, "--to"))
    profile.check(r)
    if r[0] == r[1]:
        raise DomainError(f"--from and --to are the same radius ({start or 'the least one'}, "
                          f"{end or 'the greatest one'}); the path needs a length")
    return r
