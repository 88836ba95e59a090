"""Models as files: cards that come back the same, coefficients, UFO models that compute."""

import cmath
import importlib
import json
import re
import sys
from itertools import count, permutations

import numpy as np
import pytest

import munu
from munu import interchange, models
from munu.constants import mu_B
from munu.errors import DataError, DomainError, MunuError, UnknownName
from munu.interchange import ufo_leptoquark, wcxf
from munu.models import dipole_completion
from munu.units import GeV, TeV

POINT = {"m_LQ": 1.37 * TeV, "y1": 0.05, "y2": 1.1 + 0.3j, "y_R": 0.2 - 0.4j, "y_L_mu": 0.1,
         "y_R_mu": 0.003, "M_N": 0.4 * GeV, "nature": "dirac"}
# a point of every model whose parameters have no defaults; others take their own
NEEDED = {"su2h": {"f": 0.1, "f_prime": 0.2, "m_h1": 200 * GeV, "m_H1": 500 * GeV,
                   "sin2alpha": 0.3}}


def leptoquark(**changes):
    return models.get("leptoquark", **(POINT | changes))


def same(a, b):
    assert type(a) is type(b)
    for name, value in a.parameters.items():
        other = b.parameters[name]
        if value is None or isinstance(value, str | bool | tuple):
            assert other == value, name
        else:
            assert np.shape(other) == np.shape(value), name
            assert np.allclose(other, value, rtol=1e-15, atol=0), name


def any_point(name):
    """Each parameter without a default at a number of its kind."""
    from dataclasses import MISSING, fields

    from munu import _plugins
    from munu.units import unit

    given = dict(NEEDED.get(name, {}))
    for f in fields(_plugins.load("models", name).model):
        if f.default is MISSING and f.name not in given:
            u = f.metadata["unit"]
            given[f.name] = 0.17 if u == "1" else (1234.5 if u == "GeV" else 1.7) * unit(u).factor
    return models.get(name, **given)


# ---- cards


@pytest.mark.parametrize("kind", ["yaml", "slha"])
@pytest.mark.parametrize("name", models.names())
def test_every_model_comes_back_from_its_card(tmp_path, name, kind):
    model = any_point(name)
    path = interchange.write(model, tmp_path / f"point.{kind}")
    back = interchange.read(path)
    same(model, back)
    again = interchange.write(back, tmp_path / f"again.{kind}")
    assert again.read_text() == path.read_text()


@pytest.mark.parametrize("kind", ["yaml", "slha"])
def test_complex_numbers_arrays_and_words_come_back(tmp_path, kind):
    model = leptoquark(y1=np.array([[0.01, 0.02j], [0.1, 1 / 3]]), m_LQ=np.array([1.1, 1.9]) * TeV,
                       flavor="e", nature=None)
    same(model, interchange.read(interchange.write(model, tmp_path / f"points.{kind}")))


def test_a_card_says_unit_version_and_papers(tmp_path):
    text = interchange.write(leptoquark(), tmp_path / "a.yaml").read_text()
    assert "  m_LQ: 1370" in text and " GeV\n" in text
    assert f"munu: {munu.__version__}" in text and "BrdarTalk" in text
    text = interchange.write(leptoquark(), tmp_path / "a.slha").read_text()
    assert re.search(r"^BLOCK MODEL\n +1 +leptoquark", text, re.MULTILINE)
    assert re.search(r"^ +1 +13[67]\d?\.?\d*e?.* # m_LQ \[GeV\] mass of S1$", text, re.MULTILINE)


def test_a_card_by_hand_may_leave_defaults_out(tmp_path):
    path = tmp_path / "hand.yaml"
    path.write_text("model: leptoquark\nparameters: {m_LQ: 1 TeV, y1: 5e-2, y2: 1}\n")
    assert interchange.read(path).couplings().mu == pytest.approx(1.347e-11, rel=1e-3)


YAML = """munu: 0.1.0
model: leptoquark
parameters:
  m_LQ: 1000.0 GeV
  y1: 0.05
  y2: 1.0
cite: [BrdarTalk]
"""
SLHA = """BLOCK MODEL
  1  leptoquark
BLOCK PARAMETERS
  1  1000.0  # m_LQ [GeV]
  2  0.05    # y1 [1]
  3  1.0     # y2 [1]
"""


@pytest.mark.parametrize(("old", "new", "line", "said"), [
    ("1000.0 GeV", "1000.0", 4, "no unit; write e.g. 1000.0 GeV"),
    ("1000.0 GeV", "1000.0 cm", 4, "counted in GeV, not in cm"),
    ("1000.0 GeV", "1000.0 Gev", 4, "unknown unit 'Gev'"),
    ("1000.0 GeV", "heavy", 4, "'heavy' is no number"),
    ("1000.0 GeV", "-3 GeV", 4, "must be above 0"),
    ("y1: 0.05", "y1: 40", 5, "not perturbative"),
    ("y1: 0.05", "y1: .nan", 5, "not finite"),
    ("y1: 0.05", "y1: 0.05 GeV", 5, "not in GeV"),
    ("y1: 0.05", "y3: 0.05", 5, "did you mean"),
    ("  y1: 0.05\n", "", 2, "needs y1"),
    ("y1: 0.05", "y2: 0.05", 6, "stands twice"),
    ("y1: 0.05", "y1: {values: [1, [2]], unit: '1'}", 5, "unlike length"),
    ("model: leptoquark", "model: leptoquarg", 2, "did you mean 'leptoquark'"),
    ("model: leptoquark\n", "", None, "'model' is missing"),
    ("cite:", "sight:", 7, "no entry named 'sight'"),
    ("[BrdarTalk]", "[Nobody1900]", 7, "no reference named 'Nobody1900'"),
    ("parameters:", "parameters: [", 5, "YAML"),
    ("y1: 0.05", "y1: 0.05\x00", 5, "no text"),
    ("y1: 0.05", "[y1]: 0.05", 5, "must have a name"),
])
def test_a_broken_yaml_card_is_refused_in_one_line(tmp_path, old, new, line, said):
    refused(tmp_path / "card.yaml", YAML, old, new, line, said)


@pytest.mark.parametrize(("old", "new", "line", "said"), [
    ("# m_LQ [GeV]", "# m_LQ", 4, "m_LQ has no unit"),
    ("# m_LQ [GeV]", "", 4, "comment must name the parameter"),
    ("# m_LQ [GeV]", "# m_LQ [cm]", 4, "counted in GeV, not in cm"),
    ("# y1 [1]", "# y7 [1]", 5, "no parameter of leptoquark named 'y7'"),
    ("# y1 [1]", "# y2 [1]", 6, "y2 stands twice"),
    ("0.05", "0.05x", 5, "'0.05x' is no number"),
    ("0.05", "1j", 5, "IMPARAMETERS"),
    ("  2  0.05", "  1  0.05", 5, "entry 1 stands twice"),
    ("  2  0.05", "  2  2 0.05", 5, "1 entries where (2,) need 2"),
    ("  2  0.05", "  0.05", 5, "a number and a value"),
    ("BLOCK PARAMETERS", "BLOCK PARAMS", 3, "did you mean 'PARAMETERS'"),
    ("BLOCK PARAMETERS", "BLOCK MODEL", 3, "block MODEL stands twice"),
    ("BLOCK MODEL\n", "", 1, "before any BLOCK"),
    ("  1  leptoquark\n", "", None, "entry 1, the model's name, is missing"),
    ("  3  1.0     # y2 [1]\n", "", 2, "needs y2"),
])
def test_a_broken_slha_card_is_refused_in_one_line(tmp_path, old, new, line, said):
    refused(tmp_path / "card.slha", SLHA, old, new, line, said)


def refused(path, text, old, new, line, said):
    assert old in text
    path.write_text(text)
    interchange.read(path)
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(DataError) as stopped:
        interchange.read(path)
    told = str(stopped.value)
    assert said in told and "\n" not in told and told.startswith(str(path))
    assert stopped.value.line == line


def test_a_file_that_is_not_there_or_says_no_kind(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        interchange.read(tmp_path / "none.yaml")
    with pytest.raises(DomainError, match="does not say its kind"):
        interchange.write(leptoquark(), tmp_path / "point.txt")
    with pytest.raises(UnknownName, match="no kind of file named 'yml2'"):
        interchange.write(leptoquark(), tmp_path / "point", "yml2")
    with pytest.raises(UnknownName):
        interchange.read(tmp_path, "ufo")


# ---- Wilson coefficients


def test_wcxf_has_what_the_format_asks(tmp_path):
    """Names, sectors without doubles, GeV: the schema of the format's definition."""
    made = json.loads(interchange.write(leptoquark(), tmp_path / "a.json").read_text())
    assert (made["eft"], made["basis"]) == ("SMEFT", "Warsaw")
    assert made["scale"] == pytest.approx(1370)
    assert isinstance(made["metadata"], dict) and made["values"]
    for name, value in made["values"].items():
        assert re.fullmatch(r"(lq1|lq3|eu|lequ1|lequ3)_[123]{4}", name)
        assert isinstance(value, float) or set(value) == {"Re", "Im"}
        operator, (a, b, i, j) = name.split("_")[0], name.split("_")[1]
        if operator in ("lq1", "lq3", "eu"):
            conjugate = f"{operator}_{b}{a}{j}{i}"
            assert conjugate == name or conjugate not in made["values"]
            assert conjugate != name or isinstance(value, float)
    assert made["values"]["lq1_3333"] == pytest.approx(abs(1.1 + 0.3j) ** 2 / 4 / 1370**2)


def test_wcxf_comes_back_as_numbers(tmp_path):
    path = interchange.write(leptoquark(), tmp_path / "a.json")
    back, made = interchange.read(path), wcxf.wilson_coefficients(leptoquark())
    assert back.scale == pytest.approx(1.37 * TeV)
    assert set(back.values) == set(made.values)
    for name, value in made.values.items():
        assert back[name] * GeV**2 == pytest.approx(value * GeV**2, rel=1e-14)
    assert back["lq1_1111"] * GeV**2 == 0
    again = interchange.to_wcxf(back, tmp_path / "b.json")
    assert json.loads(again.read_text())["values"].keys() == set(made.values)


def test_matching_agrees_with_b_to_c_tau_nu():
    """C_VL = -v^2 lq3, C_SL = -v^2 lequ1*/(2 V_cb), C_T likewise: with phases."""
    m = leptoquark(y_L_mu=0, y_R_mu=0)
    C, low = wcxf.wilson_coefficients(m), m.wilson_coefficients()
    v2 = 1 / (np.sqrt(2) * m.G_F)
    assert -v2 * C["lq3_3333"] == pytest.approx(low["C_VL"])
    assert -v2 * np.conj(C["lequ1_3332"]) / (2 * m.V_cb) == pytest.approx(low["C_SL"])
    assert -v2 * np.conj(C["lequ3_3332"]) / (2 * m.V_cb) == pytest.approx(low["C_T"])


def test_wilson_runs_our_file_to_our_numbers():
    """Frozen from wilson 2.5.2, match_run(4.8, WET, flavio) of the file of this point."""
    m = models.get("leptoquark", m_LQ="1TeV", y1=0.05, y2=1 + 0.3j, y_R=0.2 - 0.4j,
                   V_cb=0.04221)
    theirs = {"C_VL(4.8)": 0.016609997790273084, "C_SL(4.8)": -0.04796635707626573
              - 0.2757948260082113j, "C_T(4.8)": 0.006376697945311377 + 0.03666446103063404j}
    for name, value in theirs.items():
        assert m.wilson_coefficients()[name] == pytest.approx(value, rel=1e-3)


def gamma():
    """Dirac matrices with an upper index, chiral representation."""
    s = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], dtype=complex)
    o, z = np.eye(2), np.zeros((2, 2))
    return np.array([np.block([[z, o], [o, z]]), *(np.block([[z, x], [-x, z]]) for x in s)])


G = gamma()
METRIC = np.diag([1.0, -1, -1, -1])
P_L, P_R = np.diag([1, 1, 0, 0]).astype(complex), np.diag([0, 0, 1, 1]).astype(complex)


class Grassmann(dict):
    """A polynomial of anticommuting numbers: ordered products of generators to coefficients."""

    def __add__(self, other):
        out = Grassmann(self)
        for k, v in other.items():
            out[k] = out.get(k, 0) + v
        return out

    def __mul__(self, other):
        out = Grassmann()
        for (k, v), (q, w) in ((x, y) for x in self.items() for y in other.items()):
            word = k + q
            if len(set(word)) < len(word):
                continue
            order = sorted(word)
            swaps = sum(a > b for n, a in enumerate(word) for b in word[n + 1:])
            out[tuple(order)] = out.get(tuple(order), 0) + v * w * (-1) ** swaps
        return out

    def times(self, z):
        return Grassmann({k: z * v for k, v in self.items()})


def fermion(k, right):
    """Four Grassmann components, two of them of the chirality, from generators 10 k + a."""
    zero = Grassmann()
    own = [Grassmann({(10 * k + a,): 1}) for a in range(2)]
    return [zero, zero, *own] if right else [*own, zero, zero]


def dagger(x):
    """Coefficients conjugated, order reversed, each generator to its conjugate (100 higher)."""
    out = Grassmann()
    for word, v in x.items():
        term = Grassmann({(): np.conj(v)})
        for n in reversed(word):
            term = term * Grassmann({(n + 100 if n < 100 else n - 100,): 1})
        out = out + term
    return out


def join(row, M, column):
    """Row times matrix times column of Grassmann components."""
    return sum((row[a].times(M[a, b]) * column[b]
                for a in range(4) for b in range(4) if M[a, b] != 0), Grassmann())


def test_fierz_identities_of_the_scalar_singlet():
    """|y_L Q^c i tau_2 L + y_R u^c e|^2/m^2, expanded in anticommuting fields, is the matching."""
    Q, L = [fermion(0, False), fermion(1, False)], [fermion(2, False), fermion(3, False)]
    u, e = fermion(4, True), fermion(5, True)

    def bar(psi):
        return [sum((dagger(psi[a]).times(G[0][a, b]) for a in range(4)), Grassmann())
                for b in range(4)]

    yL, yR = 0.7 - 0.2j, 0.3 + 0.5j
    # psi^c-bar chi = psi^T C chi up to a phase of C that the square does not know
    C = 1j * G[2] @ G[0]
    X = (join(Q[0], C, L[1]) + join(Q[1], C, L[0]).times(-1)).times(yL) + join(u, C, e).times(yR)
    tree = dagger(X) * X

    C_ = wcxf.scalar_singlet(matrix(3, 3, yL), matrix(3, 3, yR), 1.0)
    pauli = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    Lb, Qb, ub, eb = [bar(x) for x in L], [bar(x) for x in Q], bar(u), bar(e)

    def current(bars, doublet, m, t):
        return sum((join(bars[i], G[m], doublet[j]).times(t[i, j])
                    for i, j in np.ndindex(2, 2) if t[i, j] != 0), Grassmann())

    wanted, mixed = Grassmann(), Grassmann()
    for m in range(4):
        for t, name in ((np.eye(2), "lq1"), *((t, "lq3") for t in pauli)):
            both = current(Lb, L, m, t) * current(Qb, Q, m, t)
            wanted = wanted + both.times(METRIC[m, m] * C_[f"{name}_3333"])
        right = join(eb, G[m], e) * join(ub, G[m], u)
        wanted = wanted + right.times(METRIC[m, m] * C_["eu_3333"])
    for j, k, sign in ((0, 1, 1), (1, 0, -1)):
        scalar = join(Lb[j], np.eye(4), e) * join(Qb[k], np.eye(4), u)
        mixed = mixed + scalar.times(sign * C_["lequ1_3333"])
        for m, n in permutations(range(4), 2):
            s = 0.5j * (G[m] @ G[n] - G[n] @ G[m])
            tensor = join(Lb[j], s, e) * join(Qb[k], s, u)
            mixed = mixed + tensor.times(sign * METRIC[m, m] * METRIC[n, n] * C_["lequ3_3333"])
    wanted = wanted + mixed + dagger(mixed)
    assert max(map(abs, mixed.values())) > 0.01
    for word in set(tree) | set(wanted):
        assert wanted.get(word, 0) == pytest.approx(tree.get(word, 0), abs=1e-12), word


def matrix(i, j, value):
    out = np.zeros((3, 3), dtype=complex)
    out[i - 1, j - 1] = value
    return out


WCXF = """{"eft": "SMEFT",
"basis": "Warsaw",
"scale": 1000,
"values": {
"lq1_3333": 1e-8,
"lequ1_3332": {"Re": 1e-9, "Im": 2e-9}
}}
"""


@pytest.mark.parametrize(("old", "new", "line", "said"), [
    ('"SMEFT"', '"WET"', 2, "munu reads SMEFT, Warsaw"),
    ("1000", "-1000", 3, "above 0"),
    ("lq1_3333", "lq2_3333", 5, "no operator of SMEFT, Warsaw named 'lq2'"),
    ("lq1_3333", "lq1_334", 5, "4 family indices"),
    ("lq1_3333", "lq1_3233", 5, "the conjugate of lq1_2333"),
    ("1e-8", '"x"', 5, "must be a number"),
    ("1e-8", "NaN", 5, "must be finite"),
    ("1e-8", '{"re": 1}', 5, "must be a number"),
    ('"scale": 1000,\n', "", None, "'scale' is missing"),
    ("lequ1_3332", "lq1_3333", None, "stands twice"),
    ("}}", "}", 8, "JSON"),
])
def test_a_broken_wcxf_file_is_refused_in_one_line(tmp_path, old, new, line, said):
    refused(tmp_path / "wc.json", WCXF, old, new, line, said)


def test_wcxf_of_what_has_none(tmp_path):
    with pytest.raises(MunuError, match="no tree-level coefficients of SMEFT"):
        interchange.write(any_point("zee"), tmp_path / "a.json")
    with pytest.raises(DomainError, match="many points"):
        interchange.write(leptoquark(y2=[0.1, 0.2]), tmp_path / "a.json")
    with pytest.raises(DomainError, match="are one coupling"):
        interchange.write(leptoquark(flavor="mu"), tmp_path / "a.json")


# ---- UFO


def slash(p):
    return np.einsum("m,mab->ab", METRIC @ np.asarray(p), G)


def evaluate(structure, momenta, out):
    """A Lorentz structure as an array of the indices ``out``; Lorentz indices upper.

    ``momenta`` is by particle, outgoing.
    """
    total = 0
    for sign, term in re.findall(r"([+-]?)\s*((?:\w+\([-\d,]+\)\*?)+)", structure):
        arrays, letters = [], {}
        seen = set()
        for name, inside in re.findall(r"(\w+)\(([-\d,]+)\)", term):
            index = [int(x) for x in inside.split(",")]
            if name == "P":
                vector = momenta[index[1]]
                # of a pair of dummies the momentum takes the lower one
                arrays.append(METRIC @ vector if index[0] < 0 else vector)
                index = [("L", index[0])]
            elif name == "Gamma":
                arrays.append(G)
                index = [("L", index[0]), ("S", index[1]), ("S", index[2])]
            elif name == "Metric":
                arrays.append(METRIC)
                index = [("L", i) for i in index]
            else:
                arrays.append({"ProjM": P_L, "ProjP": P_R, "Identity": np.eye(4)}[name])
                index = [("S", i) for i in index]
            seen.update(index)
            arrays.append([letters.setdefault(i, len(letters)) for i in index])
        total = total + (-1 if sign == "-" else 1) * np.einsum(*arrays, [letters[i] for i in out])
    return total


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Write a UFO model, import it from its folder, evaluate its numbers."""
    made = count()

    def use(model, **options):
        name = f"written_ufo_{next(made)}"
        interchange.write(model, tmp_path / name, "ufo", **options)
        monkeypatch.syspath_prepend(str(tmp_path))
        for k in [k for k in sys.modules if k.split(".")[0] == name]:
            del sys.modules[k]
        ufo = importlib.import_module(name)
        known = {"cmath": cmath} | {f.name: f for f in ufo.all_functions}
        for p in ufo.all_parameters:
            known[p.name] = p.value if p.nature == "external" else eval(p.value, known)
        return Loaded(ufo, known)
    yield use
    for k in [k for k in sys.modules if k.startswith("written_ufo_")]:
        del sys.modules[k]


class Loaded:
    def __init__(self, ufo, known):
        self.ufo, self.known = ufo, known

    def vertex(self, *names):
        """Coupling, structure and color of the one vertex with these particles, in this order."""
        v = self.rule(*names)
        (c,) = v.couplings.values()
        return eval(c.value, dict(self.known)), v.lorentz[0].structure, v.color

    def rule(self, *names):
        (v,) = [v for v in self.ufo.all_vertices if [p.name for p in v.particles] == list(names)]
        return v

    def width(self, *names, heavy, m_V=0.0):
        """Of (heavy fermion, light fermion, vector), from explicit Dirac matrices [GeV]."""
        g, structure, _ = self.vertex(*names)
        M = self.known[heavy]
        k = (M**2 - m_V**2) / (2 * M)
        light, boson = np.array([k, 0, 0, -k]), np.array([np.hypot(k, m_V), 0, 0, k])
        V = g * evaluate(structure, {3: boson}, [("L", 3), ("S", 2), ("S", 1)])
        bar = np.einsum("ab,mbc,cd->mad", G[0], V.conj().transpose(0, 2, 1), G[0])
        rest = M * G[0] + M * np.eye(4)
        tensor = -METRIC + (np.outer(METRIC @ boson, METRIC @ boson) / m_V**2 if m_V else 0)
        square = np.einsum("mn,mab,bc,ncd,da->", tensor, V, rest, bar, slash(light))
        return square.real / 2 * k / (8 * np.pi * M**2)


@pytest.mark.parametrize("nature", ["dirac", "majorana"])
def test_the_exported_dipole_makes_the_width_of_N(load, nature):
    """mu^2 M^3/(16 pi) to neutrinos, as much again to antineutrinos for a Majorana N."""
    portal = munu.DipolePortal(mu=1e-9, M_N=1.3 * GeV, flavor="mu", nature=nature)
    ufo = load(portal)
    wanted = (1e-9 * mu_B * GeV) ** 2 * 1.3**3 / (16 * np.pi)
    anti = "N1" if nature == "majorana" else "N1~"
    assert ufo.width(anti, "vm", "a", heavy="MN1") == pytest.approx(wanted, rel=1e-12)
    total = wanted * (2 if nature == "majorana" else 1)
    assert ufo.known["WN1"] == pytest.approx(total, rel=1e-12)
    assert ("N1~" in {p.name for p in ufo.ufo.all_particles}) == (nature == "dirac")


def test_the_conjugate_vertex_is_the_conjugate(load):
    """gamma^0 V^dagger gamma^0 of N to nu is -(that of nu to N), i times a hermitian term."""
    portal = munu.DipolePortal(mu=1e-9, M_N=GeV, flavor=(1, 0.3 - 0.8j, 0), nature="dirac")
    ufo = load(portal)
    k = np.array([0.7, 0.1, -0.4, 0.2])
    for flavor in ("ve", "vm"):
        one, other = (ufo.vertex(*names) for names in (("N1~", flavor, "a"),
                                                       (f"{flavor}~", "N1", "a")))
        V, W = (g * evaluate(s, {3: q}, [("L", 3), ("S", 2), ("S", 1)])
                for (g, s, _), q in ((one, k), (other, -k)))
        bar = np.einsum("ab,mbc,cd->mad", G[0], V.conj().transpose(0, 2, 1), G[0])
        assert np.abs(W).max() > 0
        np.testing.assert_allclose(bar, -W, rtol=1e-12, atol=1e-12 * np.abs(W).max())
    assert "vt" not in {p.name for v in ufo.ufo.all_vertices for p in v.particles}


def test_the_exported_dipole_is_sigma_F(load):
    """i times (1/2) mu sigma^{ab} P_R F_ab, with F_ab = i (k_a e_b - k_b e_a) of an outgoing
    photon."""
    ufo = load(munu.DipolePortal(mu=1e-9, M_N=GeV, flavor="e", nature="dirac"))
    g, structure, _ = ufo.vertex("N1~", "ve", "a")
    k, eps = np.array([0.7, 0.1, -0.4, 0.2]), np.array([0.2, 0.5, 0.3, -0.9])
    V = np.einsum("m,mab->ab", METRIC @ eps,
                  g * evaluate(structure, {3: k}, [("L", 3), ("S", 2), ("S", 1)]))
    sigma = 0.5j * (np.einsum("mab,nbc->mnac", G, G) - np.einsum("nab,mbc->mnac", G, G))
    lk, le = METRIC @ k, METRIC @ eps
    F = 1j * (np.outer(lk, le) - np.outer(le, lk))
    wanted = 1j * 0.5 * 1e-9 * mu_B * GeV * np.einsum("mnab,mn->ab", sigma, F) @ P_R
    np.testing.assert_allclose(V, wanted, rtol=1e-12, atol=1e-12 * np.abs(wanted).max())


@pytest.mark.parametrize("ratio", [0.0, 2.0, -0.7])
def test_Z_and_W_have_what_the_completion_gives_them(load, ratio):
    M_N = 300 * GeV
    portal = munu.DipolePortal(mu=1e-9, M_N=M_N, flavor="mu", nature="dirac")
    ufo = load(portal, d_W_over_d_B=ratio)
    full = dipole_completion.DipoleCompletion.from_moment(1e-9, ratio, M_N=M_N, nature="dirac")
    widths = full.widths()
    Z, W = ufo.known["MZ"], ufo.known["MW"]
    assert ufo.width("N1~", "vm", "a", heavy="MN1") == pytest.approx(widths["gamma"] / GeV)
    assert ufo.width("N1~", "vm", "Z", heavy="MN1", m_V=Z) == pytest.approx(widths["Z"] / GeV)
    assert ufo.width("N1~", "mu-", "W+", heavy="MN1", m_V=W) == pytest.approx(widths["W"] / GeV)
    assert ufo.known["WN1"] == pytest.approx(sum(widths.values()) / GeV)


def test_a_completion_exports_its_own_ratio(load):
    full = models.get("dipole_completion", d_B="1e-7/GeV", d_W="-2e-7/GeV", M_N="300GeV",
                      nature="majorana")
    assert load(full).known["rWB"] == pytest.approx(-2)


def test_universal_is_three_N(load):
    ufo = load(munu.DipolePortal(mu=1e-9, M_N=GeV, nature="dirac"))
    names = {p.name for p in ufo.ufo.all_particles}
    assert {"N1", "N2", "N3"} <= names and "N4" not in names
    for n, nu in (("N1~", "ve"), ("N2~", "vm"), ("N3~", "vt")):
        ufo.vertex(n, nu, "a")


def both(load):
    return load(munu.DipolePortal(mu=1e-9, M_N=200 * GeV, flavor=(1, 1j, 0), nature="majorana"),
                d_W_over_d_B=1.0), load(leptoquark())


def test_vertices_conserve_charge_color_and_lorentz_indices(load):
    for ufo in both(load):
        for v in ufo.ufo.all_vertices:
            assert sum(p.charge for p in v.particles) == pytest.approx(0, abs=1e-12), v.name
            colored = [n for n, p in enumerate(v.particles, 1) if p.color != 1]
            for color in v.color:
                named = [int(x) for x in re.findall(r"-?\d+", color if color != "1" else "")]
                assert sorted(x for x in named if x > 0) == colored, v.name
                assert all(named.count(x) == 2 for x in named if x < 0), v.name
            for L in v.lorentz:
                assert L.spins == [p.spin for p in v.particles], v.name
            for (c, s) in v.couplings:
                assert c < len(v.color) and s < len(v.lorentz)


def test_every_vertex_has_its_conjugate(load):
    for ufo in both(load):
        sets = [sorted(p.name for p in v.particles) for v in ufo.ufo.all_vertices]
        conjugates = [sorted(p.antiname for p in v.particles) for v in ufo.ufo.all_vertices]
        assert sets and sorted(sets) == sorted(conjugates)


def test_a_card_of_all_external_parameters(load, tmp_path):
    for n, ufo in enumerate(both(load)):
        path = tmp_path / f"param_card_{n}.dat"
        ufo.ufo.write_param_card.ParamCardWriter(str(path), generic=True)
        text = path.read_text()
        external = [p for p in ufo.ufo.all_parameters if p.nature == "external"]
        for p in external:
            shown = re.search(rf"(\S+) # {p.name}$", text, re.MULTILINE)
            assert float(shown[1]) == pytest.approx(p.value, rel=1e-15), p.name
        assert len({(p.lhablock, tuple(p.lhacode)) for p in external}) == len(external) > 5


def test_widths_of_S1_from_its_vertices(load):
    """Sum over channels of |g|^2 Tr[...] k/(8 pi m^2)."""
    model = leptoquark(y_L_mu=0.4, y_R_mu=1.7)
    ufo = load(model)
    M, total = ufo.known["MS1"], 0.0
    for v in ufo.ufo.all_vertices:
        if v.particles[-1].name != "s1~" or v.particles[0].spin != 2:
            continue
        q, f = v.particles[:2]
        m_q, m_f = (abs(ufo.known[p.mass.name]) for p in (q, f))
        assert v is ufo.rule(*(p.name for p in v.particles))
        k = np.sqrt((M**2 - (m_q + m_f)**2) * (M**2 - (m_q - m_f)**2)) / (2 * M)
        p_q, p_f = np.array([np.hypot(k, m_q), 0, 0, k]), np.array([np.hypot(k, m_f), 0, 0, -k])
        S = sum(eval(g.value, dict(ufo.known))
                * evaluate(v.lorentz[n].structure, {}, [("S", 2), ("S", 1)])
                for (_, n), g in v.couplings.items())
        bar = G[0] @ S.conj().T @ G[0]
        square = np.trace((slash(p_f) + m_f * np.eye(4)) @ S @ (slash(p_q) - m_q * np.eye(4))
                          @ bar).real
        total += square * k / (8 * np.pi * M**2)
    assert total == pytest.approx(ufo.known["WS1"], rel=1e-9)
    light = ufo_leptoquark.width(0, 0.05 + 0j, model.m_LQ, model.m_b, model.M_N)
    assert light == pytest.approx(0.05**2 * model.m_LQ / (16 * np.pi), rel=1e-3)
    assert ufo_leptoquark.width(1.0, 0.0, GeV, GeV, 0.1 * GeV) == 0


@pytest.mark.parametrize(("boson", "charge"), [("a", "QED"), ("g", "QCD")])
def test_gauge_invariance_of_S1_to_b_N_and_a_boson(load, boson, charge):
    """With the polarization put to k, emission from b and from S1 cancel."""
    ufo = load(leptoquark())
    if boson == "a":
        g_b, _, _ = ufo.vertex("b~", "b", "a")
        g_s, structure, _ = ufo.vertex("a", "s1~", "s1")
    else:
        g_b, _, color = ufo.vertex("b~", "b", "g")
        g_s, structure, color_s = ufo.vertex("g", "s1~", "s1")
        # generator with row the outgoing, column the incoming triplet, in both
        assert (color, color_s) == (["T(3,2,1)"], ["T(1,3,2)"])
    m_b, M = ufo.known["MB"], ufo.known["MS1"]
    p_b, k = np.array([np.hypot(50, m_b), 30, 0, 40]), np.array([np.hypot(20, 70), 20, -70, 0])
    p = np.array([np.hypot(M, 11), 0, 11, 0])
    # outgoing b on a line read against its arrow: the current changes sign
    line = -g_b * 1j * (-slash(p_b + k) + m_b * np.eye(4)) @ slash(k) / (
        (p_b + k) @ METRIC @ (p_b + k) - m_b**2)
    on_shell = slash(p_b) - m_b * np.eye(4)       # sum over v vbar
    vertex = evaluate(structure, {2: -p, 3: p - k}, [("L", 1)])
    scalar = g_s * (vertex @ METRIC @ k) * 1j / ((p - k) @ METRIC @ (p - k) - M**2)
    total = line @ on_shell + scalar * on_shell
    assert abs(scalar) > 0.01
    np.testing.assert_allclose(total, 0, atol=1e-9 * np.abs(scalar * on_shell).max())


def test_gauge_invariance_of_quark_gluon_scattering(load):
    """k in place of a polarization: quark lines and the three-gluon vertex cancel."""
    ufo = load(leptoquark())
    g_q, _, _ = ufo.vertex("d~", "d", "g")
    g_3, structure, color = ufo.vertex("g", "g", "g")
    assert color == ["f(1,2,3)"]
    P, p1 = np.array([5.0, 3, 0, 4]), np.array([13.0, 0, 5, 12])
    k2 = np.array([3.0, 1, -2, 2])
    k1 = P - p1 - k2                               # one more leg, off shell or not: k1 k1 drops
    # put k1 on the light cone by scaling the incoming quark
    q = p1 + k2
    P *= (q @ METRIC @ q) / (2 * P @ METRIC @ q)
    k1 = P - q
    assert k1 @ METRIC @ k1 == pytest.approx(0, abs=1e-9)
    eps2 = np.array([0, 2.0, 1.0, 0])
    assert eps2 @ METRIC @ k2 == pytest.approx(0, abs=1e-12)

    def square(v):
        return v @ METRIC @ v

    s1 = slash(k1) @ slash(p1 + k1) @ slash(eps2) / square(p1 + k1)
    s2 = slash(eps2) @ slash(p1 + k2) @ slash(k1) / square(p1 + k2)
    k3 = -k1 - k2
    V = evaluate(structure, {1: k1, 2: k2, 3: k3}, [("L", 1), ("L", 2), ("L", 3)])
    inner = np.einsum("abc,a,b->c", V, METRIC @ k1, METRIC @ eps2)
    # f^{abc} T^c = -i [T^a, T^b]; coefficient of T^a T^b
    gluon = g_3 * g_q * (-1j) * (-1j) * slash(inner) / square(k3)
    total = slash(p1) @ (g_q**2 * 1j * s1 + gluon) @ slash(P)
    other = slash(p1) @ (g_q**2 * 1j * s2 - gluon) @ slash(P)
    size = np.abs(slash(p1) @ gluon @ slash(P)).max()
    assert size > 0
    np.testing.assert_allclose(total, 0, atol=1e-9 * size)
    np.testing.assert_allclose(other, 0, atol=1e-9 * size)


def test_what_no_ufo_model_can_be_written_of(tmp_path):
    portal = munu.DipolePortal(mu=1e-9, M_N=GeV)
    with pytest.raises(DomainError, match="nature is needed here"):
        interchange.write(portal, tmp_path / "a", "ufo")
    known = portal.with_(nature="dirac")
    with pytest.raises(DomainError, match="a name that Python can import"):
        interchange.write(known, tmp_path / "a-b", "ufo")
    with pytest.raises(DomainError, match="must be finite"):
        interchange.write(known, tmp_path / "a", "ufo", d_W_over_d_B=np.inf)
    with pytest.raises(DomainError, match="no dipole portal"):
        interchange.write(any_point("sm_majorana"), tmp_path / "a", "ufo")
    with pytest.raises(DomainError, match="many points"):
        interchange.write(leptoquark(y1=[0.1, 0.2]), tmp_path / "a", "ufo")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("x")
    with pytest.raises(DataError, match="holds other things"):
        interchange.write(known, tmp_path / "mine", "ufo")
    assert (tmp_path / "mine" / "thesis.tex").read_text() == "x"
    assert not (tmp_path / "a").exists()
    interchange.write(known, tmp_path / "a", "ufo")
    interchange.write(known, tmp_path / "a", "ufo")
    assert (tmp_path / "a" / "vertices.py").is_file()


def test_ufo_model_loader_reads_both(tmp_path):
    commands = pytest.importorskip("ufo_model_loader.commands")
    portal = munu.DipolePortal(mu=1e-9, M_N=200 * GeV, flavor="mu", nature="dirac")
    for name, what, options in (("portal", portal, {"d_W_over_d_B": 1.0}),
                                ("photon_alone", portal, {}), ("s1", leptoquark(), {})):
        interchange.write(what, tmp_path / name, "ufo", **options)
        model, _ = commands.load_model(str(tmp_path / name), None, False)
        assert getattr(model, "raw_ufo_error", None) is None
        assert len(model.vertex_rules) >= 10
        value = {p.name: p.value for p in model.parameters}
        if name == "s1":
            assert value["yL3tau"] == pytest.approx(1.1 + 0.3j)
        else:
            assert value["mu1mu"] == pytest.approx(1e-9 * mu_B * GeV)
            (rule,) = [v for v in model.vertex_rules
                       if [p.name for p in v.particles] == ["N1~", "vm", "a"]]
            (coupling,) = rule.couplings.values()
            assert coupling.value == pytest.approx(-0.5j * 1e-9 * mu_B * GeV)
