#!/usr/bin/env python3
"""Strangers at the live page: schemathesis on its OpenAPI, then questions made of its own forms.

    python3 tools/explore_fuzz.py                  a quarter of an hour on two cores
    python3 tools/explore_fuzz.py --examples 20 --questions 200

The page runs in the environment of this checkout (.venv, or --python), schemathesis (MIT) in one
of its own, from the hashed list beside this file; it needs PyPI.  Said at the end: how many
requests, of which codes, the slowest, and every file that a process of the page opened.  It fails
with a code of 500 or more, a line that is none of munu's own, a question that does not end, a file
outside of Python, munu and their caches, a module that lies elsewhere.
"""

import argparse
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_suffix(".lock")
# in every process of the page: what it opens, what it imports
WATCH = """
import os, sys
_log = os.open({log!r} + str(os.getpid()), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def _seen(event, arguments):
    if event == "open" and not isinstance(arguments[0], int):
        os.write(_log, ("open " + os.path.abspath(os.fsdecode(arguments[0])) + "\\n").encode())
    elif event in ("subprocess.Popen", "os.system", "os.exec", "socket.connect"):
        os.write(_log, (event + " " + repr(arguments)[:200] + "\\n").encode())
sys.addaudithook(_seen)
"""
VALUES = ["0", "-1", "1", "1e-11", "1e300", "-1e300", "1e-320", "nan", "inf", "true", "false", "",
          "50keV", "0MeV", "-5MeV", "1e99GeV", "1e-99eV", "1keV:1MeV:3", "1keV:1MeV:300",
          "1e30 t yr", "0 t yr", "1 km", "1/km", "1e5", "1,2,3", "1,1,1", "e", "mu", "tau",
          "universal", "dirac", "majorana", "NO", "IO", "nufit-6.0", "a=b", "é", "\u202e", "$(id)",
          "__import__('os').system('id')", "{0.__class__}", "%s%n", "' or 1", "<script>", "../..",
          "/etc/passwd", "file:/etc/passwd", "secret.ecsv", "secret.yaml", "secret", "--out=x",
          "-h", "sun", "red_giant", "fischer18", "dipole:5e9G@1000km", "constant:1e6G",
          "box:1m,1m,1m", "sphere:1e9m", "cylinder:1m,1m,z", 0, 1, -1, 2**31, 10**9, 1e308, -1e308,
          5e-324, 0.5, True, False]


def arguments():
    """What is asked of this script."""
    read = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    read.add_argument("--python", default=str(ROOT / ".venv/bin/python"))
    read.add_argument("--examples", type=int, default=100, help="of each operation")
    read.add_argument("--questions", type=int, default=2000, help="made of the forms")
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("--schemathesis", help="an environment that has it")
    return read.parse_args()


def must(command, **more):
    """A command without which nothing can be shown."""
    if subprocess.run([str(x) for x in command], **more).returncode:
        raise SystemExit(f"explore_fuzz: {command[0]} failed")


def served(python, place):
    """The page as a process in an empty folder but for a secret, and its port."""
    home = place / "home"
    home.mkdir()
    for name in ("secret.ecsv", "secret.yaml", "secret"):
        (home / name).write_text("a secret\n")
    (place / "watch").mkdir()
    (place / "watch" / "sitecustomize.py").write_text(WATCH.format(log=str(place / "log.")))
    paths = os.pathsep.join([str(place / "watch"), str(ROOT / "src")])
    page = subprocess.Popen([python, "-m", "munu", "explore", "--port", "0", "--no-browser",
                             "--seconds", "60"], cwd=home, stdout=subprocess.PIPE, text=True,
                            stderr=(place / "errors").open("w"),
                            env=os.environ | {"PYTHONPATH": paths})
    return page, int(page.stdout.readline().split("127.0.0.1:")[1].split("/")[0])


def ask(port, path, body=None):
    """Code, text and seconds of a request."""
    begun = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    line.request("GET" if body is None else "POST", path, None if body is None else
                 json.dumps(body), {"Content-Type": "application/json"})
    got = line.getresponse()
    text = got.read().decode()
    line.close()
    return got.status, text, time.monotonic() - begun


class Forms:
    """What the page itself says can be asked, and questions of it with wrong values."""

    def __init__(self, port, seed):
        self.port, self.draw, self.known = port, random.Random(seed), {}
        schema = json.loads(ask(port, "/openapi.json")[1])
        self.fields = {path.removeprefix("/api/"): self._fields(schema, path)
                       for path in schema["paths"] if "post" in schema["paths"][path]}
        self.names = {kind: list(json.loads(ask(port, f"/api/list/{kind}")[1])[kind])
                      for kind in ("probes", "media", "models", "formulas")}

    @staticmethod
    def _fields(schema, path):
        body = schema["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        return list(schema["components"]["schemas"][
            body["schema"]["$ref"].rsplit("/", 1)[1]]["properties"])

    def parameters(self, kind, name):
        """Of a member, asked once."""
        if (kind, name) not in self.known:
            code, text, _ = ask(self.port, f"/api/list/{kind}/{name}")
            self.known[kind, name] = [(p["name"], p["default"]) for p in
                                      json.loads(text)["parameters"]] if code == 200 else []
        return self.known[kind, name]

    def value(self, default):
        """Its default half of the time where it has one."""
        return default if isinstance(default, str | int | float) and self.draw.random() < 0.4 \
            else self.draw.choice(VALUES)

    def question(self):
        """A command and its fields."""
        pick = self.draw.choice
        command = pick(list(self.fields))
        out = {k: self.value(None) for k in self.fields[command] if self.draw.random() < 0.15}
        out = {k: x for k, x in out.items() if k not in ("option", "parameters", "arguments",
                                                         "point", "scan")}
        kind, first, where = {
            "limit": ("probes", "probe", "option"), "spectrum": ("probes", "probe", "option"),
            "natures": ("probes", "probe", "option"), "model": ("models", "name", "parameters"),
            "propagate": ("media", "medium", "option"), "check": ("models", "model", "point"),
            "calc": ("formulas", "formula", "arguments")}.get(command, ("", "", ""))
        if kind:
            name = out[first] = pick(self.names[kind])
            share = 0.8 if kind in ("formulas", "models") else 0.25
            out[where] = {k: self.value(x) for k, x in self.parameters(kind, name)
                          if self.draw.random() < share}
        if command == "convert":
            out["quantity"] = pick(["mu = {} mu_B", "d = {} /GeV", "mu={}", "{}"]).format(
                self.draw.choice(VALUES))
        return command, out


def refused(word):
    """NaN and its like are no JSON."""
    raise ValueError(word)


def asked_of_forms(port, number, seed, found):
    """Questions of its own forms; what is wrong goes to the list."""
    forms, codes, slowest = Forms(port, seed), Counter(), (0.0, "")
    for _ in range(number):
        command, fields = forms.question()
        said = f"{command} {json.dumps(fields)[:300]}"
        try:
            code, text, seconds = ask(port, f"/api/{command}", fields)
        except OSError as err:
            found.append(f"no answer ({err}): {said}")
            continue
        codes[code] += 1
        slowest = max(slowest, (seconds, said))
        if code >= 500 or "Traceback" in text or "a secret" in text:
            found.append(f"{code} {text[:200]}: {said}")
        if re.search(r"failed with \w+:", text) or "without an answer" in text:
            found.append(f"{text[:300]}: {said}")
        if code != 200 and set(json.loads(text)) != {"error"}:
            found.append(f"{text[:200]} is no line: {said}")
        if code == 200:
            try:
                json.loads(text, parse_constant=refused)
            except ValueError as err:
                found.append(f"{err} in JSON: {said}")
    return codes, slowest


def opened(python, place, found):
    """What the processes of the page opened, outside of what is Python's and munu's own."""
    said = subprocess.run([python, "-c", "import os, sys; print(*[os.path.realpath(x) for x in ("
                           "sys.prefix, sys.base_prefix)], sep='\\n')"], capture_output=True,
                          text=True).stdout.split()
    caches = [os.environ.get(k) for k in ("NUMBA_CACHE_DIR", "MPLCONFIGDIR")]
    roots = (*said, str(ROOT / "src"), str(place / "watch"), str(Path.home() / ".cache"),
             "/proc/", "/sys/", "/dev/null", "/dev/urandom", "/etc/localtime",
             str(Path.home() / ".config/matplotlib"),
             str(Path(tempfile.gettempdir()) / f"munu-{os.getuid()}"), *filter(None, caches))
    # a folder is tried by a file of a random name, which is gone at once
    tried = re.compile(re.escape(tempfile.gettempdir()) + r"/[a-z0-9_]{8}")
    count = 0
    for log in place.glob("log.*"):
        for line in log.read_text(errors="replace").splitlines():
            event, _, path = line.partition(" ")
            count += 1
            if event != "open":
                if "munu.cli._answering" not in path:
                    found.append(f"{event} {path}")
            elif not os.path.realpath(path).startswith(roots) and not tried.fullmatch(path):
                found.append(f"opened {path}")
    return count


def main():
    """All of it; 1 where something was found."""
    given, found, begun = arguments(), [], time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        tools = Path(given.schemathesis) if given.schemathesis else place / "tools"
        if not given.schemathesis:
            must([sys.executable, "-m", "venv", tools])
            must([tools / "bin/python", "-m", "pip", "-q", "install", "--require-hashes",
                  "--only-binary", ":all:", "-r", LIST])
        page, port = served(given.python, place)
        try:
            schema = place / "openapi.json"
            schema.write_text(ask(port, "/openapi.json")[1])
            done = subprocess.run(
                [str(tools / "bin/st"), "run", str(schema), "--url", f"http://127.0.0.1:{port}",
                 "--max-examples", str(given.examples), "--seed", str(given.seed),
                 "--continue-on-failure", "--request-timeout", "120", "--no-color",
                 "--suppress-health-check", "all",
                 # a text of the right kind may still name nothing
                 "--exclude-checks", "positive_data_acceptance"], cwd=place)
            if done.returncode:
                found.append("schemathesis failed, see above")
            codes, slowest = asked_of_forms(port, given.questions, given.seed, found)
            alive = ask(port, "/api/convert", {"quantity": "mu = 1e-11 mu_B"})
            if alive[0] != 200 or alive[2] > 60:
                found.append(f"afterwards it answers {alive}")
        finally:
            page.terminate()
            page.wait(30)
        count = opened(given.python, place, found)
        traces = (place / "errors").read_text()
        if "Traceback" in traces:
            found.append(traces[-2000:])
        if [p for p in (place / "home").iterdir() if not p.name.startswith("secret")]:
            found.append("a file was written where the page was started")
    print(f"the seconds of all: {time.monotonic() - begun:.0f}")
    print(f"questions of the forms: {sum(codes.values())}, codes {dict(codes)}; the slowest "
          f"{slowest[0]:.1f} s: {slowest[1]}\nfiles opened: {count}, all of them seen")
    for text, times in Counter(found).most_common(60):
        print(f"FOUND ({times}) {text}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
