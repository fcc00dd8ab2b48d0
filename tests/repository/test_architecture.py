"""The rules of the house, read from the source: who imports what, and how long things are."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.helpers.commands import REPO, environment
from tests.helpers.house import KNOWN_ONLY_TO, ORDER, SOURCE

SCRIPTS = sorted(REPO.glob("*.py"))
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.name != "__init__.py")

PACKAGES = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
HEAVY = {"matplotlib", "seaborn", "pyspark", "psycopg", "ray"}


def room(path: Path) -> str:
    """The top-level module or package of the project that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, *, top_level_only: bool = False) -> set[str]:
    """Full names of the modules that a file imports."""
    module = tree(path)
    names: set[str] = set()
    for node in module.body if top_level_only else ast.walk(module):
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
def test_libraries_of_the_edge_stay_there(path):
    place = path.relative_to(SOURCE).as_posix()
    strangers = [
        library
        for library in libraries(path) & set(KNOWN_ONLY_TO)
        if not place.startswith(KNOWN_ONLY_TO[library])
    ]
    assert strangers == []


def test_no_module_but_the_engine_speaks_of_it():
    speaking = [
        path for path in MODULES if room(path) != "engine" and "ibis.duckdb" in path.read_text()
    ]
    assert speaking == []


def test_only_jobs_print_and_the_console_they_print_with():
    printing = {
        path.relative_to(SOURCE).as_posix()
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "print"
    }
    assert {name for name in printing if not name.startswith("jobs/")} == {
        "__main__.py",
        "console/data.py",
        "console/progress.py",
        "console/runs.py",
        "console/segments.py",
        "console/scoring.py",
        "console/terminal.py",
        "errors.py",
        "explore/served.py",
    }


def test_each_class_name_is_used_once():
    names = [
        node.name
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    ]
    assert sorted(names) == sorted(set(names))


def test_no_fact_of_one_run_travels_as_a_row_of_a_frame():
    annotated = [
        path
        for path in MODULES
        if room(path) in {"tracking", "jobs"} and "pd.Series" in path.read_text(encoding="utf-8")
    ]
    assert annotated == []


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=lambda path: path.stem)
def test_heavy_libraries_are_imported_where_they_are_used(path):
    assert not libraries(path, top_level_only=True) & (HEAVY | {"kneed", "pooch", "rdata"})


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_scripts_have_nothing_to_say(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 20
    *others, guard = tree(path).body
    assert isinstance(guard, ast.If)
    flow = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.FunctionDef)
    assert not [node for other in others for node in ast.walk(other) if isinstance(node, flow)]


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=lambda path: path.stem)
def test_modules_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 250
    for node in ast.walk(tree(path)):
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
    assert ast.get_docstring(tree(path))
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


@pytest.mark.slow
def test_a_run_starts_without_the_heavy_libraries():
    modules = [f"segmentation.{name}" for name in ("settings.run_settings", "jobs.open_sweep")]
    # MLflow imports pyspark by itself where it is installed
    theirs = "import sys, mlflow.types.schema; theirs = {'pyspark'} & set(sys.modules)"
    ours = f"import {', '.join(modules)}; print(*sorted(set(sys.modules) & {HEAVY!r} - theirs))"
    code = f"{theirs}; {ours}"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )
    assert shown.stdout.split() == []


def modules_of_train(folder: Path, *typed: str) -> list[str]:
    """Modules in the order of their import, of a training that is refused."""
    arguments = ["train.py", *typed]
    code = (
        f"import sys, atexit, segmentation.scripts; sys.argv = {arguments!r}; "
        "atexit.register(lambda: print(*sys.modules)); segmentation.scripts.train()"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment(), cwd=folder
    )
    assert shown.returncode == 2, shown.stderr
    return shown.stdout.split()


@pytest.mark.slow
def test_skops_is_imported_while_few_modules_are_there_to_be_searched(tmp_path):
    for typed in (["-m", "k=2"], ["k=2"]):
        imported = modules_of_train(tmp_path, *typed, "data.path=nowhere.csv")
        assert imported.index("skops.io") < imported.index("mlflow")


TESTS = REPO / "tests"
TEST_FILES = sorted(TESTS.rglob("test_*.py"))
# Of whole scripts, of the repository itself, and of faults that cross the rooms.
NO_MIRROR = {"experiments", "scripts", "repository", "faults", "helpers"}


@pytest.mark.slow
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
