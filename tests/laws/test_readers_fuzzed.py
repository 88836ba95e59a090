"""No file and no text makes a reader fail otherwise than in one line, or pass over what is wrong.

Sound files are written down with their parts marked, ``<KIND|TEXT>``; a part is exchanged for one
that no reader may take (an unknown key, a unit of another kind, what is no finite number, a YAML
type that was not meant), or anything at all is done to the text, and then a reader may take it
only if what it makes is finite.  MUNU_EFFORT inputs a reader, a few times that of the quick ones.
"""

import os
import random
import re
import signal
import time
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from munu import _files, _parts, grid, interchange, probes
from munu.atlas import _kept
from munu.cli import reproduce
from munu.errors import MunuError
from munu.events import output
from munu.media import fields
from munu.units import KINDS, km, of_kind, parse, unit

from .sound_files import (
    PART,
    READERS,
    a_field,
    a_flux,
    a_limit,
    a_medium,
    a_table,
    entry,
    finite,
    plain,
)

EFFORT = int(os.environ.get("MUNU_EFFORT", "60"))
LETTERS = "abcdefghijklmnopqrstuvwxyz"

NO_NUMBER = ("nan", ".nan", "inf", "-.inf", "1e999", "-1e999", "true", "yes", "on", "[1]", "{a: 1}",
             "", "~", "2024-01-01", "1_0", "0x10", "'x'", "&a 1", "*a", "!!float 1", "1 keV", "1,2",
             "\u0661", "1" * 5000, "--1", "1e", "[" * 1000, "12:30")
NO_WORD = ("true", "1", "1e5", "[a]", "{a: b}", "", "null", "&a b", "*a",
           "!!python/name:os.system x", "/dev/zero", "/", "..", "x" * 3000, "a\x00b", "\u2028")
MARKS = ("\x00", "\ufeff", "#", ",", ":", "{", "]", '"', "'", "&", "\r", "\t", "\n", "\n\n", "-",
         "e9", "0", " ", "|", "?", "%", "[" * 200, "\u2028", "- - - ")
NO_CELL = ("nan", "inf", "-inf", "1e999", "x", "", "1_0", "true", "0x1", "\u0661", "1" * 400, "'1'",
           "1 keV", "--1", "1e")
UNITS = ("keV", "kg", "cm", "s", "keV^2", "%", "1", "G", "g/cm^3", "cm^-2 s^-1", "mu_B", "e", "deg",
         "lumen", "", "eV^999", "/eV^90", "kg d", "keV*", "1/", "(" * 1000, "MeV^-1", "K/s", "W")
# each of them something that a reader may not take for a number with its unit
AMOUNTS = ("", "true", "nan {u}", "inf {u}", "1e999 {u}", "1e308 t yr kpc^9", "5", "5e0", "x {u}",
           "5 lumen", "5 {u} {u}", "5 / {u}", "5 {u}^999", "[5]", "{{a: 5}}", "5 (({u}", "-5 {u}",
           "5 {o}", "5 {o}", "5 {o}", "&a 5 {u}", "٣ {u}")


def other(rng, kind):
    """A unit that is not of a kind."""
    while True:
        found = rng.choice(UNITS)
        try:
            of_kind(found, kind)
        except MunuError:
            return found


def unlike(rng, like):
    """A unit that is not of that of a quantity."""
    while True:
        found = rng.choice([u for u in UNITS if u])
        try:
            parse(f"5 {found}", like)
        except MunuError:
            return found


def wrong(rng, kind, text):
    """What may not stand in the place of a part."""
    if kind[0] == "k":
        return rng.choice((text + rng.choice(LETTERS), text[:-1] + "_q", "x" + text, "q" * 300,
                           "[a]", f"{text}\x01"))
    if kind in "nm":
        # m may be nothing, or a list of many points
        return rng.choice([x for x in NO_NUMBER if kind == "n" or x not in ("[1]", "", "~")])
    if kind == "w":
        return rng.choice((*NO_WORD, text + rng.choice(LETTERS)))
    if kind == "c":
        return rng.choice(NO_CELL)
    if kind[0] == "u":
        return other(rng, kind[2:])
    return rng.choice(AMOUNTS).format(u=kind[2:], o=unlike(rng, kind[2:]))


def spoiled(rng, text):
    """The text with one part that no reader may take; of those marked with ? some may."""
    parts = [x for x in PART.finditer(text) if "?" not in x[1]]
    one = rng.choice(parts)
    line_start = text.rfind("\n", 0, one.start()) + 1
    line_end = text.find("\n", one.end())
    line = text[line_start:line_end + 1]
    if one[1] == "k" and re.match(r"(# +)?<k\|\w+>: ", line) and rng.random() < 0.3:
        # an entry that stands twice
        return plain(text[:line_end + 1] + line + text[line_end + 1:])
    return plain(text[:one.start()]) + wrong(rng, one[1], one[2]) + plain(text[one.end():])


def shaken(rng, text):
    """The text with anything done to it."""
    text = plain(text)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text) + 1)
        to = min(len(text), at + rng.randint(1, 12))
        how, lines = rng.randrange(7), text.split("\n")
        if how == 0:
            text = text[:at] + text[to:]
        elif how == 1:
            text = text[:at] + rng.choice(MARKS) + text[at:]
        elif how == 2:
            text = text[:at] + rng.choice((*NO_NUMBER, *NO_WORD, *UNITS)) + text[to:]
        elif how == 3:
            rng.shuffle(lines)
            text = "\n".join(lines)
        elif how == 4:
            k = rng.randrange(len(lines))
            text = "\n".join(lines[:k] + [lines[k]] * 2 + lines[k + 1:])
        elif how == 5:
            del lines[rng.randrange(len(lines))]
            text = "\n".join(lines)
        else:
            text = text[:at]
    return text


@contextmanager
def in_time(seconds=20):
    """A reader that hangs is stopped."""
    def late(*_):
        raise AssertionError("hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", READERS)
def test_a_sound_file_is_taken_with_any_ends_of_lines_and_a_byte_order_mark(tmp_path, name):
    file, text, beside, read, _ = READERS[name]
    for other_, x in beside.items():
        (tmp_path / other_).write_text(plain(x))
    sound = plain(text).encode()
    for written in (sound, b"\xef\xbb\xbf" + sound, sound.replace(b"\n", b"\r\n")):
        (tmp_path / file).write_bytes(written)
        read(entry(tmp_path, name))


@pytest.mark.parametrize("name", READERS)
def test_a_reader_refuses_in_one_line_or_reads_what_is_finite(tmp_path, name):
    file, text, beside, read, share = READERS[name]
    for other_, x in beside.items():
        (tmp_path / other_).write_text(plain(x))
    rng = random.Random(name)
    taken, path = 0, entry(tmp_path, name)
    for k in range(int(EFFORT * share)):
        strict = k % 3 > 0
        made = (spoiled if strict else shaken)(rng, text)
        (tmp_path / file).write_bytes(made.encode("utf-8", "surrogatepass"))
        try:
            with in_time():
                read(path)
            taken += 1
        except MunuError as err:
            said = str(err)
            assert said and "\n" not in said and len(said) < 2500, (made, said)
            continue
        except Exception as err:
            raise AssertionError(f"{type(err).__name__}: {err}; of\n{made}") from err
        assert not strict, f"taken without a word:\n{made}"
    assert taken < EFFORT * share / 3


@pytest.mark.parametrize("like", [k[0] for k in KINDS.values()])
def test_a_text_is_a_finite_quantity_of_its_kind_or_refused(like):
    rng = random.Random(like)
    for _ in range(EFFORT):
        pieces = ["5", "1e3", "-2", "nan", "1e308", "1e-308", "keV", "cm", "s", "kg", "%", "^", "2",
                  "-1", "99", "/", "*", "(", ")", " ", ".", "1", "d", "G", "mu_B", like, like, "٣"]
        text = rng.choice(("5 ", "", "1e300")) + "".join(
            rng.choice(pieces) for _ in range(rng.randint(1, 7)))
        try:
            value = parse(text, like)
        except MunuError as err:
            assert "\n" not in str(err)
            continue
        assert np.isfinite(value) and (value != 0 or float(re.match(
            r"[+-]?[\d.]+(?:[eE][+-]?\d+)?", text.strip())[0]) == 0), text


# energy, length, time, mass and field as powers, and the size in MeV, cm, s, kg and gauss
WORDS = {"keV": ((1, 0, 0, 0, 0), 1e-3), "GeV": ((1, 0, 0, 0, 0), 1e3), "m": ((0, 1, 0, 0, 0), 1e2),
         "barn": ((0, 2, 0, 0, 0), 1e-24), "s": ((0, 0, 1, 0, 0), 1.0),
         "d": ((0, 0, 1, 0, 0), 86400), "t": ((0, 0, 0, 1, 0), 1e3), "T": ((0, 0, 0, 0, 1), 1e4),
         "1": ((0, 0, 0, 0, 0), 1.0),
         "event": ((0, 0, 0, 0, 0), 1.0)}
LIKE = {"MeV": (1, 0, 0, 0, 0), "cm": (0, 1, 0, 0, 0), "s": (0, 0, 1, 0, 0), "kg": (0, 0, 0, 1, 0),
        "G": (0, 0, 0, 0, 1), "kg s": (0, 0, 1, 1, 0), "cm^-2 s^-1 MeV^-1": (-1, -2, -1, 0, 0),
        "MeV/s": (1, 0, -1, 0, 0), "kg/cm^3": (0, -3, 0, 1, 0)}


def test_a_quantity_is_taken_just_where_its_words_count_what_is_asked():
    rng = random.Random("kinds")
    taken = 0
    for _ in range(20 * EFFORT):
        counted, size, text = np.zeros(5, dtype=int), 1.0, []
        for word in rng.choices(list(WORDS), k=rng.randint(1, 3)):
            power = rng.choice((-3, -2, -1, 1, 1, 1, 2))
            counted += power * np.array(WORDS[word][0])
            size *= WORDS[word][1] ** power
            text.append(word if power == 1 or word == "1" else
                        rng.choice((f"{word}^{power}", f"{word}**({power})")))
        # half of the askings are those of what came
        fits = [x for x, powers in LIKE.items() if tuple(counted) == powers]
        like = rng.choice(fits if fits and rng.random() < 0.5 else list(LIKE))
        text = "2 " + rng.choice((" ", " * ")).join(text)
        try:
            value = parse(text, like)
        except MunuError as err:
            assert like not in fits, (text, like, str(err))
            continue
        assert like in fits, (text, like)
        assert value / unit(like).factor == pytest.approx(2 * size, rel=1e-12)
        taken += 1
    assert taken > EFFORT / 4


def test_a_grid_is_finite_or_refused():
    rng = random.Random("grid")
    for _ in range(3 * EFFORT):
        pieces = ["0", "1keV", "2MeV", "1e300MeV", "nan", "-1keV", ":", ":", ",", "60", "1e9",
                  "lin", "log", "٣", "²", "5", "kg", " ", "1" * 30, "1e308keV"]
        text = "".join(rng.choice(pieces) for _ in range(rng.randint(1, 9)))
        try:
            found = grid.masses(text)
        except MunuError as err:
            assert "\n" not in str(err), text
            continue
        assert np.all(np.isfinite(found)) and found.size <= 10**6, text


def test_yaml_is_plain_values_or_refused():
    rng = random.Random("yaml")
    for _ in range(3 * EFFORT):
        pieces = ["a", "b: ", "- ", "\n", "\n  ", "{", "}", "[", "]", ", ", "&x ", "*x", "!!set ",
                  "'", '"', "1e0", ".inf", "yes", "true", "~", "? ", ": ", "|", ">", "---", "...",
                  "%YAML", "2024-01-01", "<<: ", "#", "\t", "[" * 50, "\\u00e9"]
        text = "a: " + "".join(rng.choice(pieces) for _ in range(rng.randint(1, 12)))
        try:
            found = _files.entries("f.yaml", text, "must be entries")
        except MunuError as err:
            assert "\n" not in str(err), text
            continue

        def check(value):
            if isinstance(value, dict):
                assert set(value) == set(value.lines)
                for x in value.values():
                    check(x)
            elif isinstance(value, list):
                for x in value:
                    check(x)
            else:
                assert value is None or type(value) in (str, int, float, bool), value
                assert not isinstance(value, float) or np.isfinite(value)

        check(found)
        # what is dumped reads back
        assert _files.entries("f.yaml", _files.dump(found | {}), "") == found


def test_fields_in_a_text_are_fields_or_refused():
    rng = random.Random("field")
    for _ in range(EFFORT):
        pieces = ["dipole:", "power2:", "constant:", "turbulent:", "5e9G", "1e6T", "5", "nanG",
                  "@1000km", "@5s", ",", "n=3", "l_outer=1e4km", "l_inner=1e3km", "seed=1",
                  "seed=1e99", "modes=2", "modes=1e9", "index=nan", "1e308G", "٣G"]
        text = "".join(rng.choice(pieces) for _ in range(rng.randint(1, 8)))
        try:
            found = fields.read(text)
        except MunuError as err:
            assert "\n" not in str(err), text
            continue
        finite(found(np.array([1e4 * km])))


@pytest.mark.parametrize("text", ["5", "[1]", "{}", '{"targets": 3}', '{"parts": 1e999}',
                                  '{"parts": Infinity, "name": "a", "configuration": {}}',
                                  '{"format": 1, "made_of": 5}', "[" * 10**5, ""])
def test_json_that_was_edited_is_one_line(tmp_path, text):
    """The manifest of a folder of parts, kept bounds, a result, the header of events, a card."""
    for name in ("_parts.json", "a.json"):
        (tmp_path / name).write_text(text)
    (tmp_path / "a.slha").write_text(f"BLOCK MODEL\n 1 {text or 5}\n")
    table = pa.table({"target": pa.array(["C12"]).dictionary_encode(), "E_nu": [1.0]})
    parquet.write_table(table.replace_schema_metadata({b"munu": text.encode()}),
                        tmp_path / "a.parquet")
    for read, path in ((_parts.read, tmp_path), (_kept.read, tmp_path / "a.json"),
                       (reproduce.read, tmp_path / "a.json"),
                       (output.read, tmp_path / "a.parquet"),
                       (interchange.from_slha, tmp_path / "a.slha")):
        with pytest.raises(MunuError) as caught:
            read(path)
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 2500


def test_a_file_that_never_ends_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").write_text("")
    started = time.monotonic()
    for path in ("/dev/zero", "/dev/null", tmp_path / "pipe", tmp_path, tmp_path / "none",
                 "a\x00b", "x" * 5000, tmp_path / "empty"):
        for read in (a_table, a_limit, a_flux, a_medium, a_field, probes.from_card,
                     interchange.from_yaml, interchange.from_slha, interchange.from_wcxf):
            with pytest.raises(MunuError) as caught, in_time():
                read(path)
            assert "\n" not in str(caught.value)
    assert time.monotonic() - started < 60
    assert unit("keV")
