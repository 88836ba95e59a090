"""Every public formula takes what it says and refuses the rest by name, from Python."""

import os
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest

from munu import formulas, kinematics, weak
from munu._guard import formula
from munu._signature import signature
from munu.detectors import xenon
from munu.errors import DomainError, MunuError, UnitError
from munu.flavors import pmns
from munu.processes import radiative_decay
from munu.sources import solar
from munu.units import MeV, keV
from tests.contracts.formulas_asked import ODD, everything, right

# what is never a right answer; a text may be one where a formula reads texts
NEVER = ("nan", "inf", "minus inf", "empty", "array with nan", "list of texts", "object", "ragged",
         "large whole", "dict", "text")


def numbers(out):
    if isinstance(out, dict):
        return [x for v in out.values() for x in numbers(v)]
    if isinstance(out, tuple | list):
        return [x for v in out for x in numbers(v)]
    made = np.asarray(out)
    return made.ravel().tolist() if made.dtype.kind in "iufc" else []


@pytest.mark.parametrize("name", formulas.names())
def test_a_formula_answers_with_numbers_or_says_in_one_line_what_is_wrong(name):
    function, call = formulas.get(name), right(name)
    known = signature(function)
    room, _, last = name.rpartition(".")
    assert "__munu_guarded__" in vars(getattr(import_module(f"munu.{room}"), last)), \
        "decorate it with munu._guard.formula"
    assert np.isfinite(numbers(function(**call))).all()
    for argument in everything(name):
        one = known.arguments[argument]
        for odd, x in ODD.items():
            try:
                out = function(**{**call, argument: x})
            except MunuError as err:
                said = str(err)
                assert said and "\n" not in said
                if odd in NEVER and one.kind in ("number", "yes or no") and not one.text:
                    assert said.startswith(f"{argument} "), (argument, odd, said)
            else:
                assert odd not in NEVER or (odd == "text" and (
                    one.kind == "word" or one.text)) or (odd == "inf" and one.endless), \
                    (argument, odd)
                assert known.endless or np.isfinite(numbers(out)).all(), (argument, odd)
                assert not np.isnan(numbers(out)).any(), (argument, odd)


@pytest.mark.parametrize("name", formulas.names())
def test_each_number_that_a_formula_takes_says_its_unit(name):
    from munu.cli._arguments import units

    known = signature(formulas.get(name)).arguments.values()
    wanted, _ = units(formulas.get(name))
    for a in known:
        # matrices that no text is, and whole numbers, need none
        if a.kind == "number" and not a.whole and not a.text and not (a.complex and a.shapes):
            assert a.name in wanted, a.name


@pytest.mark.parametrize(("call", "said"), [
    (lambda: xenon.resolution(-1.0), "T = -1 must be at least 0"),
    (lambda: pmns(0.3, 0.02, 0.5, np.nan), "delta = nan must be finite"),
    (lambda: pmns(0.3, 0.02, 0.5, []), "delta is empty"),
    (lambda: solar.P_ee(1e308), "E_nu = 1e+308 must be at most 1e+60"),
    (lambda: kinematics.E_nu_min(-1.0, 0.0, 1.0), "T = -1 must be above 0"),
    (lambda: weak.delta_gV_charge(1e308, 3 * keV), "no finite value at q = 1e+308"),
    (lambda: kinematics.M_N_max(-5 * MeV, 1.0), "E_nu = "),
    (lambda: kinematics.threshold([1.0, 2.0], np.ones(3)), "arrays of these shapes together: M_N "
                                                           "(2,), m (3,)"),
    (lambda: kinematics.threshold(1.0), "missing a required argument: 'm'"),
    (lambda: kinematics.threshold(1.0, 2.0, 3.0), "threshold takes 2 arguments, not 3"),
    (lambda: kinematics.threshold(M_n=1.0, m=1.0), "no argument 'M_n'; did you mean 'M_N'?"),
])
def test_it_says_what_is_wrong(call, said):
    with pytest.raises(DomainError) as caught:
        call()
    assert said in str(caught.value)


def test_a_quantity_with_its_unit_is_refused_and_told_what_to_do():
    class Quantity:
        def to_value(self, unit):
            return 3.0

    with pytest.raises(UnitError, match=r"T = .* carries its unit; divide it out"):
        kinematics.E_nu_min(Quantity(), 0.0, 1 * MeV)


def test_lists_whole_numbers_and_series_are_arrays():
    class Series:
        def __array__(self, dtype=None, copy=None):
            return np.array([1, 2])

    for x in ([1, 2], (1, 2), np.array([1, 2]), Series()):
        assert kinematics.threshold(x, 2).tolist() == [1.25, 3.0]
    assert kinematics.threshold(np.array(2), 2) == 3.0


def test_what_may_be_infinite_says_so():
    assert radiative_decay.lifetime(0.0, 1e-11, "dirac") == np.inf
    with pytest.raises(DomainError, match="mu = nan must be finite"):
        radiative_decay.lifetime(1.0, np.nan, "dirac")


def test_arrays_of_jax_pass_untouched():
    """A traced array has no values that could be looked at."""
    class Tracer:
        def __bool__(self):
            raise TypeError("a tracer has no truth")

        __float__ = __array__ = __bool__

        def __mul__(self, other):
            return self

    Tracer.__module__ = "jax._src.core"

    @formula
    def twice(x, y=1.0):
        """x, doubled.

        Parameters
        ----------
        x, y : float or array [energy]

        Returns
        -------
        float or array [energy]
        """
        return x * 2.0

    traced = Tracer()
    assert twice(traced) is traced
    with pytest.raises(DomainError, match="y = nan"):
        twice(traced, y=np.nan)


def test_the_guard_knows_bounds_and_units_without_docstrings():
    code = ("from munu import kinematics, formulas, references\n"
            "from munu._signature import signature\n"
            "assert kinematics.threshold.__doc__ is None\n"
            "s = signature(kinematics.E_nu_min)\n"
            "print(s.arguments['T'].unit, s.arguments['T'].low, s.units)\n"
            "print(references.papers(kinematics.threshold))\n"
            "kinematics.threshold(-1.0, 1.0)")
    done = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["energy 5e-324 ('energy',)", "('Shoemaker2018',)"]
    assert "M_N = -1 must be at least 0" in done.stderr


def test_a_formula_inside_another_is_not_asked_again():
    asked = []

    class Energy(float):
        def __le__(self, other):
            asked.append(other)
            return super().__le__(other)

    from munu.processes.electron_scattering import sigma

    sigma(Energy(1 * MeV), 10 * keV)
    assert len(asked) <= 2


COST = """
import time
import numpy as np
from munu import kinematics

def seconds(function, *args, n=400):
    begun = time.process_time()
    for _ in range(n):
        function(*args)
    return time.process_time() - begun

inner, x = kinematics.threshold.__wrapped__, np.linspace(1, 2, 1000)
runs = [(seconds(kinematics.threshold, 1.0, 2.0), seconds(inner, 1.0, 2.0),
         seconds(inner, x, 2.0)) for _ in range(25)]
print(*(min(r) for r in zip(*runs, strict=True)))
"""


@pytest.mark.bench
def test_the_guard_costs_little_beside_a_formula_of_numbers():
    """In units of a call of the shortest formula with arrays of a thousand energies; in a process
    of its own, since a tracer of lines costs the guard more than the formula."""
    env = {k: x for k, x in os.environ.items() if not k.startswith("COV")}
    done = subprocess.run([sys.executable, "-c", COST], env=env, capture_output=True, text=True,
                          check=True)
    guarded, bare, unit = map(float, done.stdout.split())
    assert guarded - bare < unit
