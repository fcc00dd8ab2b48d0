"""The rules of the house, read from the source: who imports what, and how long things are."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.commands import REPO, environment

SOURCE = REPO / "src" / "segmentation"
SCRIPTS = sorted(REPO.glob("*.py"))
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.name != "__init__.py")

# A module imports only from modules above it.
ORDER = [
    "errors",
    "data",
    "customers",
    "model",
    "evaluation",
    "segments",
    "selection",
    "plots",
    "report",
    "scoring",
    "console",
    "settings",
    "training",
    "tracking",
    "registry",
    "sweep",
]
PACKAGES = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
TRACKING_ROOMS = {"tracking", "jobs"}
SERVING = SOURCE / "model" / "serving.py"
# Hydra itself calls what stands here, with its own configuration; train.py hands its on unread.
CALLED_BY_HYDRA = {SOURCE / "jobs" / "sweep.py", SOURCE / "jobs" / "train.py"}
HEAVY = {"matplotlib", "seaborn", "pyspark"}


def room(path: Path) -> str:
    """The top-level module or package of the project that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path, *, top_level_only: bool = False) -> set[str]:
    """Full names of the modules that a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
            if node.module == "segmentation":
                names |= {f"segmentation.{alias.name}" for alias in node.names}
    return names


def rooms_imported(path: Path) -> set[str]:
    own = {name.split(".")[1] for name in imports(path) if name.startswith("segmentation.")}
    return own - {room(path), "__version__"}


def libraries(path: Path, **options: bool) -> set[str]:
    return {name.split(".")[0] for name in imports(path, **options)}


def test_every_room_has_a_place_in_the_order():
    assert {room(path) for path in MODULES} == set(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_one_way(path):
    above = set(ORDER[: ORDER.index(room(path))])
    assert rooms_imported(path) <= above, "imports a module that stands below it"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_cycle_inside_a_package(package):
    files = {path.stem: path for path in (SOURCE / package).glob("*.py")}
    prefix = f"segmentation.{package}."
    needs = {
        name: {module.removeprefix(prefix) for module in imports(path) if prefix in module}
        for name, path in files.items()
    }
    while needs:
        free = {name for name, needed in needs.items() if not needed & set(needs)}
        assert free, f"a cycle among {sorted(needs)}"
        needs = {name: needed for name, needed in needs.items() if name not in free}


def test_nothing_imports_what_a_loaded_model_executes():
    importing = [
        path for path in [*MODULES, *SCRIPTS] if "segmentation.model.serving" in imports(path)
    ]
    assert importing == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_tracking_and_configuration_stay_at_the_edge(path):
    used = libraries(path)
    assert "mlflow" not in used or room(path) in TRACKING_ROOMS or path == SERVING
    reads_configuration = room(path) == "settings" or path in CALLED_BY_HYDRA
    assert not used & {"hydra", "omegaconf"} or reads_configuration


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=lambda path: path.stem)
def test_heavy_libraries_are_imported_where_they_are_used(path):
    assert not libraries(path, top_level_only=True) & (HEAVY | {"kneed", "pooch", "rdata"})


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_scripts_only_call_their_job(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 20
    docstring, job, guard = ast.parse(text).body
    assert ast.get_docstring(ast.parse(text))
    assert isinstance(docstring, ast.Expr)
    assert isinstance(job, ast.ImportFrom)
    assert job.module == f"segmentation.jobs.{path.stem}"
    assert isinstance(guard, ast.If)
    assert [ast.unparse(statement) for statement in guard.body] == ["main()"]


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=lambda path: path.stem)
def test_modules_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 250
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert code_lines(node) <= 40, f"{node.name} is too long"


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function from its signature on, without its docstring."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        assert docstring.end_lineno is not None
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_everything_public_says_what_it_is(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_a_run_starts_without_the_heavy_libraries():
    modules = [
        f"segmentation.{name}" for name in ("settings.run_settings", "jobs.train", "jobs.sweep")
    ]
    code = f"import sys, {', '.join(modules)}; print(*sorted(set(sys.modules) & {HEAVY!r}))"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )
    assert shown.stdout.split() == []


def test_the_house_is_described_in_the_order_of_its_rooms():
    section = (REPO / "README.md").read_text(encoding="utf-8").split("\n## The house\n")[1]
    described = section.split("keeps it so: ")[1].split(". ")[0]
    assert ["errors", *re.findall(r"`(\w+)`", described)] == ORDER


TESTS = REPO / "tests"
TEST_FILES = sorted(TESTS.rglob("test_*.py"))
# Of whole scripts, of the repository itself, and of faults that cross the rooms.
NO_MIRROR = {"scripts", "repository", "faults", "helpers"}


def test_no_test_imports_a_test():
    shared = {f"tests.helpers.{path.stem}" for path in (TESTS / "helpers").glob("*.py")}
    for path in TESTS.rglob("*.py"):
        used = {name for name in imports(path) if name.partition(".")[0] == "tests"}
        assert used <= shared, path


def test_every_test_stands_in_the_room_of_what_it_tests():
    rooms = {path.relative_to(TESTS).parent for path in TEST_FILES} - {Path()}
    own = {folder for folder in rooms if folder.parts[0] not in NO_MIRROR}
    assert [folder for folder in own if not (SOURCE / folder).is_dir()] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_has_tests(package):
    assert [path for path in TEST_FILES if path.parent == TESTS / package]
