"""A new store in a file: MLflow takes seconds to make its tables, a copy of them takes none."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

SCHEME = "sqlite:///"
RACED = re.compile(r"already exists|duplicate key|unique constraint|out-of-date", re.IGNORECASE)
"""What databases and MLflow say where two processes make the same thing in a store at once."""
TRIES, PAUSE_SECONDS = 8, 0.5
Result = TypeVar("Result")


def make_store(uri: str) -> None:
    """Make the tables of a SQLite store that is not there yet; leave every other to MLflow.

    Parameters
    ----------
    uri : str
        Absolute.
    """
    path = Path(uri.removeprefix(SCHEME))
    is_file = uri.startswith(SCHEME) and "?" not in uri
    if not is_file or path.exists() or not path.parent.is_dir():
        return
    # What cannot be written MLflow reports.
    with suppress(OSError):
        _complete(path, lambda made: shutil.copyfile(_empty_store(), made))


def made_by_one(use: Callable[[], Result]) -> Result:
    """Make what is needed in a store; again, where another process makes the same just then.

    Parameters
    ----------
    use : callable
        It is called up to `TRIES` times, with growing pauses.
    """
    for attempt in range(TRIES - 1):
        try:
            return use()
        # Every database has errors of its own.
        except Exception as error:
            if not RACED.search(str(error)):
                raise
            time.sleep(PAUSE_SECONDS * (1 + attempt))
    return use()


def _empty_store() -> Path:
    """A store of the installed MLflow with nothing in it, made once per user."""
    import pooch

    path = Path(pooch.os_cache("segmentation")) / f"mlflow-{version('mlflow')}.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _complete(path, _make_tables)
    return path


def _complete(path: Path, make: Callable[[Path], object]) -> None:
    """Complete or not at all; whichever process is the first."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / path.name
        make(made)
        with suppress(FileExistsError):
            os.link(made, path)


def _make_tables(path: Path) -> None:
    import sqlalchemy
    from mlflow.store.db.utils import _initialize_tables

    def wait_for_no_disk(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    engine = sqlalchemy.create_engine(f"{SCHEME}{path.as_posix()}")
    sqlalchemy.event.listen(engine, "connect", wait_for_no_disk)
    _initialize_tables(engine)
    engine.dispose()
