"""Disks that are full and folders that are closed: one line, in seconds, nothing left behind."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.commands import REPO, environment, without_progress
from tests.helpers.drilled import Place
from tests.helpers.namespaces import NOBODY, SMALL_DISK, needs_namespaces
from tests.helpers.shop import write_shop

pytestmark = [pytest.mark.drill, pytest.mark.posix, needs_namespaces]

SECONDS = 5
"""More than a command that is refused at once."""
QUICK = ("data.path=orders.csv", "evaluation=fast", "plots=none", "features=rfm")
SWEEP = ("-m", "k=2,3", *QUICK)
ELSEWHERE = "tracking.uri=sqlite:///../elsewhere.db"
MOUNTED = """
cp -r "$DISK" "$COPY" && mount -t tmpfs -o "size=$SIZE" none "$DISK" || exit 77
cp -r "$COPY/." "$DISK" && cd "$FOLDER" || exit 77
"$0" "$@"
code=$?; rm -rf "$COPY" && cp -r "$DISK" "$COPY"; exit $code
"""
"""A command while a folder is a small disk, which is kept as it was at the end."""
FILLED = """
import runpy, sys
from pathlib import Path
import segmentation.jobs.train as train

segment_customers = train.segment_customers

def fill(*given):
    with Path("filling").open("ab", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
    return segment_customers(*given)

train.segment_customers = fill
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""A script on a disk that gets full while it segments."""
Finished = tuple["subprocess.CompletedProcess[str]", float]


@dataclass(frozen=True)
class Shop:
    """A folder with an export, in which commands are typed."""

    folder: Path

    def type(self, *command: str, **variables: str) -> Finished:
        began = time.monotonic()
        finished = subprocess.run(
            command,
            cwd=self.folder,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert finished.returncode != 77, finished.stderr
        return finished, time.monotonic() - began

    def as_nobody(self, *arguments: str, **variables: str) -> Finished:
        """Type a command as somebody to whom no permission is given besides."""
        return self.type(*NOBODY, *train(*arguments), **variables)

    def on_a_disk(self, disk: Path, size: str, *command: str, **variables: str) -> Finished:
        """Type a command while a folder is a disk of that size; it is kept in `after`."""
        shutil.rmtree(self.after, ignore_errors=True)
        places = {"DISK": disk, "COPY": self.after, "FOLDER": self.folder}
        told = {name: str(place) for name, place in places.items()} | {"SIZE": size}
        return self.type(*SMALL_DISK, MOUNTED, *command, **told, **variables)

    @property
    def after(self) -> Path:
        return self.folder.parent / "after"


def train(*arguments: str) -> tuple[str, ...]:
    return sys.executable, str(REPO / "train.py"), *arguments


def filled(*arguments: str) -> tuple[str, ...]:
    return sys.executable, "-c", FILLED, str(REPO / "train.py"), *arguments


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Twice the seconds of a command that is refused before anything is done."""
    _, seconds = Shop(tmp_path_factory.mktemp("at_once")).type(*train("k=0"))
    return 2 * seconds


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    folder = tmp_path / "shop"
    folder.mkdir()
    write_shop(folder / "orders.csv")
    return Shop(folder)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def assert_refused(finished: "subprocess.CompletedProcess[str]", *words: str) -> None:
    (line,) = without_progress(finished.stderr).splitlines()
    assert line.startswith("error: ")
    assert [each for each in words if not re.search(each, line)] == []
    assert finished.returncode == 2
    assert "Traceback" not in finished.stdout


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("command", [QUICK, SWEEP], ids=["alone", "sweep"])
def test_a_full_disk_is_refused_before_anything_is_written(command, shop, at_once):
    finished, seconds = shop.on_a_disk(shop.folder, "600k", *train(*command))
    assert_refused(finished, "the disk of .* MB free", "free some space")
    assert seconds < at_once + SECONDS
    assert names(shop.after) == {"orders.csv"}


def test_a_disk_that_gets_full_during_a_run_leaves_none(shop):
    finished, _ = shop.on_a_disk(shop.folder, "8m", *filled(*QUICK))
    assert_refused(finished, "No space left|disk is full", "free some space")
    assert names(shop.after) == {"orders.csv", "mlflow.db", "filling"}
    assert Place(shop.after, shop.after).runs() == set()


def test_a_disk_that_gets_full_during_a_sweep_leaves_nothing_running(shop):
    finished, _ = shop.on_a_disk(shop.folder, "8m", *filled(*SWEEP))
    assert_refused(finished, "the disk of|No space left|disk is full", "free some space")
    runs = Place(shop.after, shop.after).runs()
    assert {status for _, status in runs} <= {"FAILED", "KILLED"}
    assert not list(shop.after.rglob(".*"))


@pytest.mark.parametrize("command", [QUICK, SWEEP], ids=["alone", "sweep"])
def test_a_full_folder_for_temporary_files_is_one_line(command, shop, temporary):
    size, place = "16k", {"TMPDIR": str(temporary)}
    finished, _ = shop.on_a_disk(temporary, size, *train(*command), **place)
    assert_refused(finished, "No space left|full|space", "free some space")
    assert names(shop.folder) <= {"orders.csv", "mlflow.db"}
    assert Place(shop.folder, shop.folder).runs() == set()
    assert names(shop.after) == set()


def test_a_full_disk_of_the_output_leaves_what_was_there(shop_with_champion):
    shop = Shop(shop_with_champion)
    out = shop.folder / "out"
    out.mkdir()
    (out / "earlier.csv").write_text("here before", encoding="utf-8")
    command = sys.executable, str(REPO / "score.py"), "data.path=orders.csv", "output=out/list.csv"
    finished, _ = shop.on_a_disk(out, "12k", *command)
    assert_refused(finished, "output='out/list.csv' cannot be written", "free some space")
    assert names(shop.after) == {"earlier.csv"}
    assert "RUNNING" not in {status for _, status in Place(shop.folder, shop.folder).runs()}


CLOSED: dict[str, tuple[Callable[[Path], object], tuple[str, ...], tuple[str, ...]]] = {
    "working folder": (
        lambda folder: folder.chmod(0o555),
        QUICK,
        ("its folder may not be written", "set tracking.uri="),
    ),
    "working folder of a sweep": (
        lambda folder: folder.chmod(0o555),
        SWEEP,
        ("its folder may not be written", "set tracking.uri="),
    ),
    "working folder, with a store elsewhere": (
        lambda folder: folder.chmod(0o555),
        (*SWEEP, ELSEWHERE),
        ("may not be written", "set tracking.uri="),
    ),
    "mlruns": (
        lambda folder: (folder / "mlruns").mkdir(mode=0o555),
        QUICK,
        ("mlruns' may not be written", "let it be written"),
    ),
    "mlruns of a sweep": (
        lambda folder: (folder / "mlruns").mkdir(mode=0o555),
        SWEEP,
        ("mlruns' may not be written", "let it be written"),
    ),
    "store": (
        lambda folder: (folder / "mlflow.db").touch(mode=0o444),
        QUICK,
        ("it may not be written", "set tracking.uri="),
    ),
    "store of a sweep": (
        lambda folder: (folder / "mlflow.db").touch(mode=0o444),
        SWEEP,
        ("it may not be written", "set tracking.uri="),
    ),
    "folder of the data": (
        lambda folder: (folder / "secret").mkdir(mode=0),
        ("data.path=secret",),
        (r"data\.path=secret: .*Permission denied", "let it be read"),
    ),
    "folder in that of the data": (
        lambda folder: (folder / "data" / "secret").mkdir(mode=0, parents=True),
        ("data.path=data",),
        (r"data\.path=data: .*secret.*Permission denied", "name the files"),
    ),
    "folder of a file": (
        lambda folder: (folder / "secret").mkdir(mode=0),
        ("data.path=secret/orders.csv",),
        ("secret/orders.csv", "Permission denied", "may read"),
    ),
    "file": (
        lambda folder: (folder / "orders.csv").chmod(0),
        QUICK,
        ("orders.csv cannot be read", "Permission denied", r"set data\.path="),
    ),
}


@pytest.mark.parametrize(("close", "command", "words"), CLOSED.values(), ids=CLOSED)
def test_what_is_closed_is_refused(close, command, words, shop, at_once):
    close(shop.folder)
    before = names(shop.folder)
    finished, seconds = shop.as_nobody(*command)
    for path in (shop.folder, *shop.folder.rglob("*")):
        path.chmod(0o755)
    assert_refused(finished, *words)
    assert seconds < at_once + SECONDS
    assert names(shop.folder) - {"mlflow.db"} == before - {"mlflow.db"}
    assert not list(shop.folder.parent.glob("segmentation-*"))


def test_a_closed_folder_for_temporary_files_is_passed_over(shop, temporary):
    temporary.chmod(0o555)
    finished, _ = shop.as_nobody(*QUICK, TMPDIR=str(temporary))
    assert finished.returncode == 0, finished.stderr
    assert "error" not in finished.stderr
