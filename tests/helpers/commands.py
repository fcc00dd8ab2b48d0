"""The scripts as a user types them: as processes, or quickly in the process of the test."""

import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hydra.core.global_hydra import GlobalHydra
from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

from tests.helpers.shop import write_shop

REPO = Path(__file__).resolve().parents[2]
ENCODING = os.environ.get("PYTHONIOENCODING")
"""Of what the scripts write; ``None``: the system's."""


def environment(**more: str) -> dict[str, str]:
    """The environment without what a tracking server or a sweep around the tests would set.

    Its terminal is so wide that every sentence is one line.
    """
    ours = ("MLFLOW_", "SEGMENTATION_")
    given = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    return given | {"COLUMNS": "400"} | more


def command(*arguments: str, script: str = "train.py") -> list[str]:
    return [sys.executable, str(REPO / script), *arguments]


def run_command(
    folder: Path,
    *arguments: str,
    script: str = "train.py",
    preexec: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder, with the tracking store that is there by default."""
    return subprocess.run(
        command(*arguments, script=script),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        encoding=ENCODING,
        timeout=600,
        preexec_fn=preexec,
        check=False,
    )


def without_progress(written: str) -> str:
    """Standard error without the lines on what is being done."""
    lines = written.splitlines(keepends=True)
    return "".join(line for line in lines if not line.rstrip().endswith((" …", " ...")))


def run_here(monkeypatch: pytest.MonkeyPatch, *arguments: str, script: str = "train.py") -> int:
    """Run a script in this process and return its exit code: everything is imported already."""
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    GlobalHydra.instance().clear()
    try:
        runpy.run_path(str(REPO / script), run_name="__main__")
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0


def sweep_once(folder: Path, empty_database: Path, *options: str) -> Path:
    """Sweep over the made-up shop in a new folder, whichever test process comes first."""
    with FileLock(folder.with_suffix(".lock")), pytest.MonkeyPatch.context() as patch:
        if not folder.exists():
            folder.mkdir()
            shutil.copy(empty_database, folder / "mlflow.db")
            for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
                patch.delenv(name)
            patch.chdir(folder)
            shop = ["data=transactions", f"data.path={write_shop(folder / 'orders.csv')}"]
            assert run_here(patch, "-m", *shop, *options) == 0
    return folder


def client(folder: Path | None = None) -> MlflowClient:
    """A client of the store in a folder, by default the current one."""
    # By its absolute path: MLflow keeps one connection per address, whatever the folder is.
    return MlflowClient(f"sqlite:///{(folder or Path.cwd()).absolute()}/mlflow.db")


def recorded_runs(folder: Path | None = None) -> list[Run]:
    """All runs in the store of a folder, deleted ones too."""
    store = client(folder)
    experiments = [experiment.experiment_id for experiment in store.search_experiments()]
    return list(store.search_runs(experiments, run_view_type=ViewType.ALL))


def active_runs(folder: Path | None = None) -> list[Run]:
    """The runs that a user sees."""
    return [run for run in recorded_runs(folder) if run.info.lifecycle_stage == "active"]


def parent_runs(folder: Path | None = None) -> list[Run]:
    """Parent runs of sweeps, the oldest first."""
    runs = [run for run in active_runs(folder) if run.data.tags.get("kind") == "sweep"]
    return sorted(runs, key=lambda run: run.info.start_time)


def child_runs(parent: Run, folder: Path | None = None) -> list[Run]:
    """The runs of a sweep's own, without those it reused."""
    mark = "mlflow.parentRunId"
    return [run for run in recorded_runs(folder) if run.data.tags.get(mark) == parent.info.run_id]
