"""A folder with a sweep and two months of scorings, and the page on it."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from segmentation.temporary import (
    FOLDER_VARIABLE,
    TOLD_TO_LIBRARIES,
    temporary_files_until_exit,
)
from tests.helpers.commands import REPO, run_here, sweep_once

APP = REPO / "explore.py"
MONTH = "2024-05-01"
STARTS_WITHIN_SECONDS = 120


@pytest.fixture(autouse=True)
def _streamlit() -> None:
    if find_spec("streamlit") is None or find_spec("plotly") is None:
        pytest.skip("the extra explore is not installed")


@pytest.fixture(autouse=True)
def _temporary_files_as_before() -> Iterator[None]:
    """The page says where temporary files lie until its process ends, here until the test does."""
    place = tempfile.tempdir
    before = {name: os.environ.get(name) for name in (*TOLD_TO_LIBRARIES, FOLDER_VARIABLE)}
    yield
    temporary_files_until_exit.cache_clear()
    tempfile.tempdir = place
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@pytest.fixture(scope="session")
def explored(shared_folder: Path, empty_database: Path) -> Path:
    """A folder with runs of k=2,3,4, a champion with a kept column, and a history of two months.

    The earlier month is scored without kept columns.
    """
    quick = ["evaluation=fast", "plots=none", "features=rfm", "k=2,3,4"]
    kept = ["keep=[Product]", "tracking.log_kept=true"]
    folder = sweep_once(shared_folder / "explored", empty_database, *quick, *kept)
    with FileLock(shared_folder / "explored_months.lock"), pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
        for output, options in {"may.csv": [f"as_of={MONTH}"], "now.csv": kept}.items():
            if not Path(output).exists():
                scored = ["data.path=orders.csv", "history=history.parquet", f"output={output}"]
                assert run_here(patch, *scored, *options, script="score.py") == 0
    return folder


@pytest.fixture
def page(explored: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The page on what `explored` holds, or on another folder."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    def open_page(*typed: str, folder: Path = explored, app: Path = APP) -> Any:
        st.cache_resource.clear()
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", [str(app), *typed])
        return AppTest.from_file(str(app), default_timeout=STARTS_WITHIN_SECONDS).run()

    return open_page
