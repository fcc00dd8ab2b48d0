"""A command is typed, and what it says, takes and leaves behind is noted."""

import atexit
import os
import re
import shlex
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.commands import run_here, without_progress


@dataclass(frozen=True)
class Place:
    """Where commands are typed, and where their runs are recorded."""

    work: Path
    store: Path

    def content(self) -> dict[str, tuple[int, ...]]:
        """Files and folders of both; of those where commands are typed, size and time of change."""
        found: dict[str, tuple[int, ...]] = {}
        for top in (self.work, self.store):
            for folder, folders, files in os.walk(top):
                for name in (*folders, *files):
                    path = Path(folder, name)
                    state = path.lstat()
                    # MLflow writes down that a model was loaded.
                    is_input = name in files and top == self.work
                    found[str(path)] = (state.st_size, state.st_mtime_ns) if is_input else ()
        return found

    def runs(self) -> set[tuple[str, str]]:
        """Ids and states of the runs that a user sees."""
        if not (self.store / "mlflow.db").exists():
            return set()
        query = "select run_uuid, status from runs where lifecycle_stage = 'active'"
        with closing(sqlite3.connect(self.store / "mlflow.db")) as database:
            return set(database.execute(query))

    def remove_new(self, before: dict[str, tuple[int, ...]]) -> None:
        """Put the files back to what they were, for the next command."""
        for path in map(Path, set(self.content()) - set(before)):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Told:
    """How a command ended."""

    code: int
    out: str
    err: str
    seconds: float


@contextmanager
def leaving_the_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Do at the end of the block what a process of its own would do when it ends."""
    register, at_end = atexit.register, []

    def noted(function: Any, *args: Any, **kwargs: Any) -> Any:
        if not str(function.__module__).startswith("segmentation"):
            return register(function, *args, **kwargs)
        at_end.append(lambda: function(*args, **kwargs))
        return function

    monkeypatch.setattr(atexit, "register", noted)
    try:
        yield
    finally:
        for function in reversed(at_end):
            function()


def type_command(
    command: str,
    place: Place,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Told:
    """Type a command of the table in this process."""
    verb, *arguments = shlex.split(command)
    monkeypatch.chdir(place.work)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{place.store}/mlflow.db")
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    capfd.readouterr()
    began = time.monotonic()
    with leaving_the_process(monkeypatch):
        code = run_here(monkeypatch, *arguments, script=f"{verb}.py")
    seconds = time.monotonic() - began
    out, err = capfd.readouterr()
    return Told(code, re.sub(r"\x1b\[[\d;]*m", "", out), without_progress(err), seconds)
