"""The same sweep under another user, clock, terminal and disk gives the same figures."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.commands import REPO, child_runs, environment, parent_runs
from tests.helpers.namespaces import NOBODY, SMALL_DISK, needs_namespaces
from tests.helpers.shop import write_shop

MOUNTED = 'mount -t tmpfs -o size=20m none "$TMPDIR" && exec "$0" "$@"'
SWEEP = ("-m", "data=transactions", "data.path=orders.csv", "k=2,3", "evaluation=fast")


def swept(
    folder: Path, before: tuple[str, ...] = (), script: Path = REPO / "train.py", **more: str
):
    """Run the sweep in a new folder, and return what it printed."""
    folder.mkdir()
    write_shop(folder / "orders.csv")
    typed = [*before, sys.executable, str(script), *SWEEP]
    finished = subprocess.run(
        typed, cwd=folder, env=environment(**more), capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    assert "Traceback" not in finished.stderr
    return finished.stdout


def figures(folder: Path) -> list[dict[str, float]]:
    """Metrics of the runs of a sweep but for what they took."""
    (parent,) = parent_runs(folder)
    return [
        {name: value for name, value in run.data.metrics.items() if "seconds" not in name}
        for run in child_runs(parent, folder)
    ]


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    folder = tmp_path_factory.mktemp("usual") / "shop"
    swept(folder)
    return figures(folder)


@pytest.mark.slow
@pytest.mark.posix
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_at_both_ends_of_the_clock(zone, usual, tmp_path):
    swept(tmp_path / "shop", TZ=zone)
    assert figures(tmp_path / "shop") == usual


@pytest.mark.slow
def test_a_narrow_terminal_without_colours(usual, tmp_path):
    printed = swept(tmp_path / "shop", TERM="dumb", NO_COLOR="1", COLUMNS="40")
    assert "\x1b" not in printed
    assert "is the first champion" in " ".join(printed.split())
    assert figures(tmp_path / "shop") == usual


@pytest.mark.slow
@needs_namespaces
def test_another_user_with_a_new_home_and_a_checkout_that_may_only_be_read(usual, tmp_path):
    checkout, home = tmp_path / "checkout", tmp_path / "home"
    for name in ("src", "conf"):
        shutil.copytree(REPO / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPO / "train.py", checkout)
    home.mkdir()
    before = sorted(checkout.rglob("*"))
    for path in [checkout, *before]:
        path.chmod(path.stat().st_mode & ~0o222)
    swept(tmp_path / "shop", NOBODY, checkout / "train.py", HOME=str(home))
    assert sorted(checkout.rglob("*")) == before
    assert figures(tmp_path / "shop") == usual


@pytest.mark.slow
@needs_namespaces
def test_twenty_megabytes_for_temporary_files(usual, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    swept(tmp_path / "shop", (*SMALL_DISK, MOUNTED), TMPDIR=str(temporary))
    assert list(temporary.iterdir()) == []
    assert figures(tmp_path / "shop") == usual
