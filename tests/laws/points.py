"""Random points of any model: laws and benches draw them alike."""

from dataclasses import MISSING, fields

import numpy as np

from munu.errors import MunuError
from munu.units import eV, unit

WORDS = {"flavor": ("e", "mu", "tau"), "nature": (None, "dirac", "majorana"),
         "ordering": ("NO", "IO"), "doublet": ("h", "H"), "normalisation": ("munu", "bjl"),
         "coupling": ("lambda", "lambda_prime"), "generator": ("B-L", "Le-Lmu", "Lmu-Ltau"),
         "nu_a": ("e", "mu", "tau"), "convention": ("lh_vertex", "bernabeu")}
SPLITTINGS = {"dm21": 7.5e-5, "dm31": 2.5e-3}


def draw(f, rng):
    """A value of a parameter about its default, or of a natural size."""
    about = f.metadata
    if about["complex"]:
        return rng.uniform(-1, 1) + 1j * rng.uniform(-1, 1) * (rng.random() < 0.5)
    if about["yukawa"]:
        return rng.uniform(-1, 1)
    if f.name in SPLITTINGS:
        return SPLITTINGS[f.name] * eV**2 * np.exp(rng.normal(0, 0.1))
    if about["unit"] == "1":
        low, high = about["low"], about["high"]
        default = f.default if f.default not in (MISSING, None) else None
        if default:
            return default * np.exp(rng.normal(0, 0.1))
        return rng.uniform(0 if low is None else low, 1 if high is None else high)
    if f.default not in (MISSING, None, 0.0):
        return f.default * np.exp(rng.normal(0, 0.5))
    factor = unit(about["unit"]).factor
    size = {"GeV": rng.uniform(50, 3000), "1/GeV": rng.normal(0, 1e-7)}
    return factor * size.get(about["unit"], rng.uniform(0.1, 3))


def some(cls, rng, points):
    """Parameters of many points, drawn one by one until the model takes them."""
    known = {f.name: f for f in fields(cls)}
    while True:
        words = {k: WORDS[k][rng.integers(len(WORDS[k]))] for k in known if k in WORDS
                 and known[k].metadata["unit"] == "" and rng.random() < 0.5}
        free = [k for k, f in known.items() if f.metadata["unit"] != "" and (
            f.default is MISSING or rng.random() < 0.4)]
        fixed = {k: draw(known[k], rng) for k in free if k in cls.single or rng.random() < 0.2}
        found = []
        for _ in range(12 * points):
            point = {k: fixed[k] if k in fixed else draw(known[k], rng) for k in free}
            try:
                cls(**words, **point).answers()
            except MunuError:
                continue
            found.append(point)
            if len(found) == points:
                vary = [k for k in free if k not in fixed]
                if not vary:
                    break
                return words | fixed | {k: np.array([p[k] for p in found]) for k in vary}
