"""Commands are killed at seeded moments: nothing stays open, nothing is lost, nothing is left."""

import random
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from segmentation.temporary import PREFIX
from tests.helpers.commands import active_runs, client, command, environment
from tests.helpers.shop import write_shop

pytestmark = [pytest.mark.drill, pytest.mark.posix]

SEED = 20
MODEL = "customer-segments"
QUICK = ("evaluation=fast", "plots=none", "features=rfm", "k=2,3,4,5")
LAUNCHERS = {"basic": (), "joblib": ("hydra/launcher=joblib", "hydra.launcher.n_jobs=2")}
SIGNALS = {"KILL": signal.SIGKILL, "INT": signal.SIGINT, "TERM": signal.SIGTERM}
SECONDS = {"train": 14.0, "register": 8.0, "score": 8.0}
"""So long a command takes at most on a quiet machine; a later moment finds it finished."""
WORKERS_END_SECONDS = 10.0
IDLE_CPU_SECONDS = 1.0
"""A worker that imports what a run needs has taken more."""


@dataclass(frozen=True)
class Shop:
    """A folder in which commands are typed, and that of their temporary files."""

    work: Path
    temporary: Path

    def start(self, *arguments: str, script: str) -> subprocess.Popen[bytes]:
        # A file, because workers that outlive a killed command hold a pipe open.
        with self.printed.open("wb") as printed:
            return subprocess.Popen(
                command(*arguments, script=script),
                cwd=self.work,
                env=environment(TMPDIR=str(self.temporary)),
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def printed(self) -> Path:
        return self.work.parent / "printed.txt"

    def run(self, *arguments: str, script: str = "train.py") -> str:
        process = self.start(*arguments, script=script)
        process.wait(timeout=300)
        printed = self.printed.read_text(encoding="utf-8")
        assert process.returncode == 0, printed
        return printed

    def break_off(self, sign: str, moment: float, *arguments: str, script: str) -> int:
        """Start a command and send it a signal after a share of its time; its exit code."""
        process = self.start(*arguments, script=script)
        time.sleep(moment * SECONDS[script.removesuffix(".py")])
        started = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(SIGNALS[sign])
        process.wait(timeout=60)
        _, alive = psutil.wait_procs(started, timeout=WORKERS_END_SECONDS)
        assert [other.cmdline() for other in alive if has_worked(other)] == []
        return process.returncode

    def require_tidy(self) -> None:
        """Nothing is open, and no temporary file is left."""
        left = [run.info.run_name for run in active_runs(self.work) if run.info.status == "RUNNING"]
        assert left == []
        assert [path.name for path in self.temporary.glob(f"{PREFIX}*")] == []
        assert [str(path) for path in self.work.rglob("*.part")] == []
        assert [str(path) for path in self.work.rglob("outputs/*/*/shared")] == []
        empty = [path for path in self.work.glob("outputs/*/*") if not any(path.iterdir())]
        assert empty == []


def has_worked(process: psutil.Process) -> bool:
    """Whether a worker began a run; joblib's that were given none yet wait for some minutes."""
    with suppress(psutil.NoSuchProcess):
        return sum(process.cpu_times()[:2]) > IDLE_CPU_SECONDS
    return False


def moments(number: int, kind: str) -> list[float]:
    drawn = random.Random(f"{SEED} {kind}")
    return [round(drawn.uniform(0.02, 1.0), 3) for _ in range(number)]


SWEEPS = [
    (launcher, sign, moment)
    for launcher in LAUNCHERS
    for sign, number in (("KILL", 10), ("INT", 3), ("TERM", 3))
    for moment in moments(number, f"{launcher} {sign}")
]


@pytest.fixture
def shop(tmp_path: Path, empty_database: Path) -> Shop:
    work, temporary = tmp_path / "work", tmp_path / "tmp"
    for folder in (work, temporary):
        folder.mkdir()
    (work / "mlflow.db").write_bytes(empty_database.read_bytes())
    write_shop(work / "orders.csv")
    return Shop(work, temporary)


@pytest.fixture
def with_champion(shop: Shop) -> Shop:
    """The same, with a champion that was trained there."""
    shop.run("-m", "data.path=orders.csv", *QUICK)
    return shop


@pytest.mark.parametrize(("launcher", "sign", "moment"), SWEEPS)
def test_a_sweep_that_is_broken_off_is_resumed_and_tidied(
    shop: Shop, launcher: str, sign: str, moment: float
) -> None:
    arguments = ("-m", "data.path=orders.csv", *QUICK, *LAUNCHERS[launcher])
    code = shop.break_off(sign, moment, *arguments, script="train.py")
    if sign != "KILL" and code != 0:
        assert code in (130, 143, -2, -15)
        shop.require_tidy()
    finished = {
        run.info.run_id
        for run in active_runs(shop.work)
        if run.data.tags.get("kind") == "segmentation" and run.info.status == "FINISHED"
    }
    shop.run(*arguments)
    shop.require_tidy()
    again = [run for run in active_runs(shop.work) if run.data.tags.get("kind") == "segmentation"]
    done = [run for run in again if run.info.status == "FINISHED"]
    assert finished <= {run.info.run_id for run in done}
    assert len(done) == 4, "what had finished is not computed again"
    champion = client(shop.work).get_model_version_by_alias(MODEL, "champion")
    assert champion.run_id in {run.info.run_id for run in done}
    versions = client(shop.work).search_model_versions(f"name = '{MODEL}'")
    assert len(versions) <= 2


@pytest.mark.parametrize("moment", moments(4, "register"))
def test_a_registration_that_is_killed_leaves_one_champion_that_loads(
    with_champion: Shop, moment: float
) -> None:
    shop = with_champion
    champion = client(shop.work).get_model_version_by_alias(MODEL, "champion")
    other = next(
        run.info.run_id
        for run in active_runs(shop.work)
        if run.data.tags.get("kind") == "segmentation" and run.info.run_id != champion.run_id
    )
    arguments = (f"run_id={other}", "force=true")
    shop.break_off("KILL", moment, *arguments, script="register.py")
    shop.run(*arguments, script="register.py")
    shop.require_tidy()
    standing = client(shop.work).get_model_version_by_alias(MODEL, "champion")
    assert standing.run_id == other
    shop.run("data.path=orders.csv", "output=segments.csv", script="score.py")


@pytest.mark.parametrize("sign", ["KILL", "TERM"])
@pytest.mark.parametrize("moment", moments(3, "score"))
def test_a_scoring_that_is_broken_off_leaves_no_half_list(
    with_champion: Shop, sign: str, moment: float
) -> None:
    shop = with_champion
    arguments = ("data.path=orders.csv", "output=segments.csv", "history=history.parquet")
    shop.break_off(sign, moment, *arguments, script="score.py")
    assert not (shop.work / "segments.csv").exists() or _lines(shop.work / "segments.csv") == 301
    shop.run(*arguments, "overwrite=true", script="score.py")
    shop.require_tidy()
    assert _lines(shop.work / "segments.csv") == 301


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
