"""The house: imports go down, siblings are strangers, and nothing outside is reached."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "munu"
# put together from two strings, so that this file does not name what it looks for
OUTSIDE = ["shared" + "/", "/wo" + "rk/", "/ro" + "ot/"]


def files():
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    found = [ROOT / f for f in listed.stdout.split() if (ROOT / f).is_file()]
    assert ROOT / "run.py" in found
    return found


def modules():
    found = list(SOURCE.rglob("*.py"))
    assert len(found) > 100
    return found


def test_an_import_goes_down_only():
    tool = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    done = subprocess.run([tool], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_siblings_are_strangers_and_only_plots_draws():
    from tests.contracts.siblings import wrong

    assert wrong() == []


def test_no_member_hides_another():
    """A name is one file: two of the same stem, in folders of a room, are one too many."""
    from munu import _rooms

    for room in _rooms.kinds():
        bears = re.compile(_rooms.FACTORIES[room], re.MULTILINE)
        stems = [p.stem for p in _rooms.files(room) if bears.search(p.read_text())]
        assert len(stems) == len(set(stems)) > 0, room


def test_no_file_names_a_folder_outside():
    for path in files():
        if path.suffix in (".png", ".pdf"):
            continue
        text = path.read_text(encoding="utf-8")
        assert not [n for n in OUTSIDE if n in text], path


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-docs.lock",
                                  "tests/peers/requirements.lock",
                                  "tests/extras/requirements.lock"])
def test_the_lock_names_no_place(lock):
    text = (ROOT / lock).read_text()
    assert "--hash=sha256:" in text
    for word in ("file:", "http:", "https:", "index-url", "find-links", "resolved"):
        assert word not in text, word


def test_run_py_is_standard_library_alone():
    tree = ast.parse((ROOT / "run.py").read_text())
    roots = {n.name.split(".")[0] for x in ast.walk(tree) if isinstance(x, ast.Import)
             for n in x.names}
    roots |= {x.module.split(".")[0] for x in ast.walk(tree) if isinstance(x, ast.ImportFrom)}
    assert roots <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(("arguments", "said"), [
    (["nothing"], "no verb 'nothing'"),
])
def test_run_py_refuses_in_one_line(arguments, said):
    done = subprocess.run([sys.executable, str(ROOT / "run.py"), *arguments],
                          capture_output=True, text=True)
    assert done.returncode == 2
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_run_py_refuses_an_old_python(capsys):
    import importlib.util

    spec = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # what a run in another unit leaves out is there
    assert [x for x in module.UNSHAKEN if not (ROOT / x).exists()] == []
    with pytest.raises(SystemExit) as stopped:
        module.check_python((3, 9, 2))
    assert stopped.value.code == 2
    assert "3.11 to 3.14" in capsys.readouterr().err


def test_no_module_has_a_forbidden_name():
    for path in modules():
        assert path.stem not in ("utils", "core", "manager", "common"), path


def test_a_kernel_holds_no_number_with_a_unit():
    """A cached kernel freezes its globals: names of settings and functions only."""
    kernels = list(SOURCE.rglob("_kernel.py"))
    assert kernels
    for path in kernels:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                held = [x for x in ast.walk(node) if isinstance(x, ast.Constant)]
                assert not [x for x in held if isinstance(x.value, float)], (path, node.lineno)


def test_scipy_numba_and_matplotlib_stay_where_they_belong():
    """numba in files named _kernel.py, which are imported when they are called."""
    for path in modules():
        tree = ast.parse(path.read_text())
        for node in tree.body:
            names = [n.name for n in node.names] if isinstance(node, ast.Import) else \
                [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                root = name.split(".")[0]
                assert root not in ("scipy", "jax", "pyhf"), (path, name)
                assert root != "numba" or path.name == "_kernel.py", (path, name)
                assert "_kernel" not in name.split("."), (path, name)
                assert root != "matplotlib" or path.parent.name == "plots", (path, name)


# the tools that hold the house, each called in one way; their versions are those of the lock
TOOLS = ("ruff check", "lint-imports", "mypy")


def test_the_tools_are_called_in_one_way_and_pinned_in_one_place():
    lock = (ROOT / "requirements.lock").read_text()
    for tool, package in zip(TOOLS, ("ruff", "import-linter", "mypy"), strict=True):
        said = '", "'.join(tool.split())
        for path in ("run.py", "noxfile.py"):
            assert f'["{said}' in (ROOT / path).read_text(), (path, tool)
        hooks = (ROOT / ".pre-commit-config.yaml").read_text()
        assert f"entry: .venv/bin/{tool}," in hooks, tool
        assert re.search(rf"^{package}==[\d.]+ ", lock, re.MULTILINE), package
    for path in ("noxfile.py", ".pre-commit-config.yaml"):
        assert not re.search(r"rev:|==\d", (ROOT / path).read_text()), path


# how many modules mypy lets through, left for later
LATER = 25


def test_the_modules_without_types_only_get_fewer():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    later = {m for x in settings["overrides"] if x.get("ignore_errors") for m in x["module"]}
    later.remove("munu.interchange.ufo_library.*")
    for name in later:
        path = ROOT / "src" / Path(*name.split("."))
        assert path.with_suffix(".py").is_file(), name
    assert len(later) <= LATER
    face = [m for m in later if re.match(r"munu\.(couplings|ray|inference|probes)\b", m)]
    assert not face
