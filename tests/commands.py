"""The scripts as a user types them: as processes, or quickly in the process of the test."""

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hydra.core.global_hydra import GlobalHydra

REPO = Path(__file__).resolve().parents[1]
STORE = "sqlite:///mlflow.db"


def environment(**more: str) -> dict[str, str]:
    """The environment without what a tracking server or a sweep around the tests would set."""
    ours = ("MLFLOW_", "SEGMENTATION_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)} | more


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
        timeout=600,
        preexec_fn=preexec,
        check=False,
    )


def run_here(monkeypatch: pytest.MonkeyPatch, *arguments: str, script: str = "train.py") -> int:
    """Run a script in this process and return its exit code: everything is imported already."""
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    GlobalHydra.instance().clear()
    try:
        runpy.run_path(str(REPO / script), run_name="__main__")
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0
