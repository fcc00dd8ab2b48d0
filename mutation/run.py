"""Plants small faults in a module and asks the tests at its mirrored path to find them.

    uv run --group mutation mutation/run.py [ROOM | MODULE …] [--most 60] [--seed 0] [--least 90]

Writes `results.json` and `survivors.md` beside this file, of all modules that are named here where
none is given. No source changes while it runs: a process imports the faulty module in the place of
the sound one. Needs `fork`, as Linux and macOS have it.
"""

import argparse
import contextlib
import importlib
import importlib.abc
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mutants import Mutant, mutants_of
from survivors import excused, share_killed, write_survivors

REPO = Path(__file__).resolve().parents[1]
ROOMS = ("selection", "evaluation", "segments", "customers")
MODULES = (
    *("jobs/fingerprint", "data/cleaning"),
    *(
        f"{room}/{file.stem.removeprefix('test_')}"
        for room in ROOMS
        for file in sorted((REPO / "tests" / room).glob("test_*.py"))
        if (REPO / "src/segmentation" / room / file.name.removeprefix("test_")).exists()
    ),
)
"""Where a fault would be a wrong figure or a wrong decision that nobody sees."""
IMPORTED = Path(tempfile.gettempdir()) / f"imported by tests {os.getpid()}"
"""Names of modules that the tests without a fault import."""
TESTS = ("tests", "test_", "conftest", "__main__")
RESULTS, PAGE = "results.json", "survivors.md"
PASSED, FAILED = 0, 1
"""Exit codes of pytest for tests that ran; any other is a module that cannot be imported."""
SPARE_SECONDS, SPARE_TIMES = 20, 4
HUNG = -1


class Faulty(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Imports one module from other code than its file has."""

    def __init__(self, name: str, file: Path, code: str) -> None:
        self.name, self.file, self.code = name, file, code

    def find_spec(self, name: str, _path: Any, _target: Any = None) -> Any:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.file, loader=self)

    def get_filename(self, _fullname: str) -> str:
        return str(self.file)

    def get_data(self, _path: Any) -> bytes:
        return self.code.encode()


class Everywhere:
    """Leaves out tests that need data which is not in the checkout: faults are found without."""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if "shared_data" not in item.fixturenames]


@dataclass
class Measured:
    """What became of the mutants of a module; ``survivors`` are line and change."""

    module: str
    possible: int
    drawn: int
    seed: int
    killed: int = 0
    not_importable: int = 0
    survivors: list[tuple[int, str]] | None = None

    def count(self, mutant: Mutant, code: int) -> None:
        """Count how the tests ended."""
        if code == PASSED:
            self.survivors = [*(self.survivors or []), (mutant.line, mutant.key)]
        elif code not in (FAILED, HUNG):
            self.not_importable += 1


def run_tests(module: str, code: str | None, seconds: float, shown: bool = False) -> int:
    """Run the tests at the mirrored path in a process of its own; the exit code of pytest."""
    pid = os.fork()
    if pid == 0:
        _in_child(module, code, shown)
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
    except KeyboardInterrupt:
        os.killpg(pid, signal.SIGKILL)
        raise
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return HUNG


def _in_child(module: str, code: str | None, shown: bool) -> None:
    os.setpgid(0, 0)
    try:
        if not shown:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        name = f"segmentation.{module.replace('/', '.')}"
        if code is not None:
            sys.meta_path.insert(0, Faulty(name, REPO / "src/segmentation" / f"{module}.py", code))
        import pytest

        room, _, last = module.rpartition("/")
        test = REPO / "tests" / room / f"test_{last}.py"
        options = ["-x", "-q", "-n0", "-p", "no:cacheprovider"]
        ended = int(pytest.main([str(test), *options], plugins=[Everywhere()]))
        if shown:
            IMPORTED.write_text("\n".join(sys.modules), encoding="utf-8")
        os._exit(ended)
    except BaseException:
        traceback.print_exc()
        os._exit(FAILED)


def measure(module: str, most: int, seed: int, before: Mapping[str, Any] | None) -> Measured:
    """Run the tests of a module on its mutants; of a measurement before, on its survivors."""
    file = REPO / "src/segmentation" / f"{module}.py"
    started = time.monotonic()
    if run_tests(module, None, 900, shown=True) != PASSED:
        raise RuntimeError(f"the tests of {module} fail without any fault")
    _import_the_sound(module)
    seconds = SPARE_SECONDS + SPARE_TIMES * (time.monotonic() - started)
    if before is None:
        drawn, possible = mutants_of(file, most, seed)
        measured = Measured(module, possible, len(drawn), seed)
    else:
        measured = Measured(**{**before, "survivors": None})
        lived = {key for _, key in before["survivors"] or []}
        drawn = [
            each
            for each in mutants_of(file, before["drawn"], before["seed"])[0]
            if each.key in lived
        ]
    for mutant in drawn:
        code = run_tests(module, mutant.code, seconds)
        measured.count(mutant, code)
        if code == PASSED:
            print(f"{module}:{mutant.line} survives: {mutant.key}", flush=True)
    valid = measured.drawn - measured.not_importable
    # Not counted one by one: faults of equal text, killed before, would be counted again.
    measured.killed = valid - len(measured.survivors or [])
    print(f"{module}: {measured.killed} of {valid} killed", flush=True)
    return measured


def _import_the_sound(module: str) -> None:
    """Import once what does not need the module: most of the time that a test takes."""
    from segmentation.source_code import closure

    faulty = f"segmentation.{module.replace('/', '.')}"
    for name in IMPORTED.read_text(encoding="utf-8").split("\n"):
        needs = closure([name]) if name.startswith("segmentation") else {}
        if not name.startswith(TESTS) and faulty not in needs:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    IMPORTED.unlink()


def _record(module: str, given: argparse.Namespace) -> None:
    """Measure a module in a process of its own, and write what was found beside the others."""
    pid = os.fork()
    if pid:
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
            sys.exit(f"{module} cannot be measured")
        return
    try:
        results = given.folder / RESULTS
        known = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
        before = known.get(module) if given.again else None
        measured = asdict(measure(module, given.most, given.seed, before))
        known = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
        found = {name: (known | {module: measured}).get(name) for name in MODULES}
        found = {name: each for name, each in found.items() if each is not None}
        results.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        write_survivors(found, given.folder / PAGE)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure modules and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=MODULES, metavar="ROOM | MODULE")
    parser.add_argument("--most", type=int, default=60, help="mutants of a module at most")
    parser.add_argument("--seed", type=int, default=0, help="of the draw where there are more")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent, help="of the pages")
    parser.add_argument("--again", action="store_true", help="only those that survived before")
    parser.add_argument(
        "--least",
        type=float,
        default=0,
        help="percent killed of those without a reason, else exit with 1",
    )
    given = parser.parse_args(arguments)
    sys.dont_write_bytecode = False
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    os.chdir(REPO)
    rooms = {module: {module, module.partition("/")[0]} for module in MODULES}
    if unknown := set(given.modules).difference(*rooms.values()):
        parser.error(f"no room or module that is measured: {', '.join(sorted(unknown))}")
    modules = [module for module, names in rooms.items() if names & set(given.modules)]
    for module in modules:
        _record(module, given)
    known = json.loads((given.folder / RESULTS).read_text(encoding="utf-8"))
    page = given.folder / PAGE
    shares = {name: share_killed(known[name], excused(name, known[name], page)) for name in modules}
    below = [name for name, share in shares.items() if 100 * share < given.least]
    if below:
        sys.exit(f"less than {given.least:g} % of the faults are found in: {', '.join(below)}")


if __name__ == "__main__":
    main()
