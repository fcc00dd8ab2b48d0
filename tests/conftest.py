"""Fixtures shared by all tests."""

import contextlib
import os
import shutil
import signal
import sqlite3
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from filelock import FileLock
from mlflow import MlflowClient

from segmentation.console.progress import line
from segmentation.console.terminal import console
from segmentation.customers.measured import (
    MeasuredCustomers,
    MeasuringPlan,
    measure_customers,
)
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.tracking.store import Store, open_store
from tests.helpers.commands import run_here, sweep_once
from tests.helpers.engines import postgres_server
from tests.helpers.shop import clear_customers, write_shop

TESTS = Path(__file__).parent
WIDE = 400
"""Columns in which every sentence is one line."""
EXECUTED, COLLECTED = pytest.StashKey[set[str]](), pytest.StashKey[set[Path]]()
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences in one line, except where a test sets a width."""
    monkeypatch.setattr(console, "width", WIDE)
    monkeypatch.setattr(line._console, "width", WIDE)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note which commands of the pages the tests execute, before slow ones are left out."""
    marks = [mark for item in items for mark in item.iter_markers("executes")]
    config.stash[EXECUTED] = {str(mark.args[0]) for mark in marks}
    config.stash[COLLECTED] = {item.path for item in items}
    for item in items:
        if sys.platform == "win32" and item.get_closest_marker("posix"):
            item.add_marker(pytest.mark.skip(reason="needs a POSIX system"))


@pytest.fixture(scope="session")
def executed(pytestconfig: pytest.Config) -> set[str]:
    """Patterns of the commands that some test executes; known where all tests are collected."""
    if not set(TESTS.rglob("test_*.py")) <= pytestconfig.stash[COLLECTED]:
        pytest.skip("only the whole suite knows what it executes")
    return pytestconfig.stash[EXECUTED]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with the Online Retail files; tests that need it are skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the Online Retail files are not at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def _no_tracking_around_the_tests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep tests apart from a tracking server of the user's, and from one another."""
    for name in list(os.environ):
        if name.startswith(("MLFLOW_", "SEGMENTATION_")):
            monkeypatch.delenv(name)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    os.environ.pop("MLFLOW_TRACKING_URI", None)
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri("")
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def shop_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of the made-up shop."""
    return write_shop(tmp_path_factory.mktemp("shop") / "orders.csv")


@pytest.fixture(scope="session")
def shop_customers(shop_csv: Path) -> MeasuredCustomers:
    """The customers of the made-up shop, measured now and at a cut; not to be changed."""
    read = partial(transactions, shop_csv, cancellation_prefix="C")
    return measure_customers(MeasuringPlan(read, CleaningRules(), horizon_shares=(0.25,)))


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    """300 customers in three clear groups; not to be changed."""
    return clear_customers()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this session that all pytest-xdist workers see."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def empty_database(shared_folder: Path) -> Path:
    """A tracking store with nothing in it: making one takes seconds, copying it none."""
    path = shared_folder / "empty" / "mlflow.db"
    with FileLock(shared_folder / "empty.lock"):
        if not path.exists():
            path.parent.mkdir()
            # The default experiment keeps its artifacts beside where the store is made.
            with contextlib.chdir(path.parent):
                MlflowClient(f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def workplace(tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with an empty tracking store ``mlflow.db``."""
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this process."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def store(workplace: Path) -> Store:
    """An open experiment of the store in the current folder."""
    return open_store("sqlite:///mlflow.db", "test")


@pytest.fixture(scope="session")
def swept_folder(shared_folder: Path, empty_database: Path) -> Path:
    """A folder in which a sweep over the made-up shop has made a champion; not to be changed."""
    quick = ["evaluation=fast", "plots=none", "features=rfm", "k=2,3,4"]
    return sweep_once(shared_folder / "swept", empty_database, *quick)


@pytest.fixture
def register(shop_with_champion: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Run register.py with arguments on the store of `shop_with_champion`; its exit code."""
    return lambda *arguments: run_here(monkeypatch, *arguments, script="register.py")


@pytest.fixture
def shop_with_champion(swept_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a store of its own that holds what `swept_folder` holds."""
    shutil.copytree(swept_folder, tmp_path, dirs_exist_ok=True)
    paths = {
        "experiments": "artifact_location",
        "runs": "artifact_uri",
        "logged_models": "artifact_location",
        "model_versions": "storage_location",
    }
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database, database:
        for table, column in paths.items():
            database.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?)",
                (str(swept_folder), str(tmp_path)),
            )
    # MLflow remembers by the run alone where its artifacts are.
    remembered = "mlflow.tracking._tracking_service.utils._artifact_repos_cache"
    monkeypatch.setattr(remembered, OrderedDict())
    monkeypatch.chdir(tmp_path)
    return tmp_path
