"""The history: in which segment every customer was at every scoring, kept in parquet files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis
import ibis.expr.types as ir
from filelock import FileLock
from ibis.backends import BaseBackend

from segmentation.engine.connection import connect
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.tables import read_parquet, write_parquet
from segmentation.engine.whole_tables import require_every_value
from segmentation.errors import UserError
from segmentation.segments.customer_list import SINCE
from segmentation.segments.scored_by import COLUMNS as MODEL
from segmentation.temporary import unfinished

COLUMNS = (
    *("customer_id", "as_of", "segment", "segment_name", "recency_days", "orders", "revenue"),
    *(*SINCE, *MODEL),
)
"""Of a customer at one scoring."""
ENDING = ".parquet"


def require_history(history: str) -> None:
    """Refuse a history, before any work, that cannot be kept.

    Parameters
    ----------
    history : str
        A file ending in ``.parquet``, or a folder, which may be none yet.

    Raises
    ------
    UserError
        Its folder does not exist, or what is there is no history.
    """
    path = Path(history)
    if path.suffix not in ("", ENDING):
        raise UserError(
            f"history={history} must be a file ending in .parquet, or a folder; set "
            "history=history.parquet"
        )
    if not path.absolute().parent.is_dir():
        raise UserError(f"folder '{path.parent}' of history={history} does not exist; create it")
    if path.suffix == ENDING and path.is_dir():
        raise UserError(f"history={history} is a folder; set it to one without the ending .parquet")
    kept = kept_scorings(history, connect())
    if kept is not None:
        with _reading(history):
            require_every_value(kept)


def kept_scorings(history: str, connection: BaseBackend) -> ir.Table | None:
    """Read a history; ``None`` where nothing is in it yet.

    Raises
    ------
    UserError
        It is none.
    """
    path = Path(history)
    files = [path] if path.is_file() else sorted(path.glob(f"[!.]*{ENDING}"))
    if not files:
        return None
    with _reading(history):
        table = read_parquet(connection, files)
    if missing := [name for name in COLUMNS if name not in table.columns]:
        raise UserError(
            f"history={history} has no column '{missing[0]}'; set it to one that score.py keeps"
        )
    return table.select(COLUMNS)


def scoring_before(history: str, as_of: str, connection: BaseBackend) -> ir.Table | None:
    """Return the latest scoring before an instant, as `earlier_list.earlier_list`; or ``None``.

    Parameters
    ----------
    history : str
    as_of : str
        The instant, ISO 8601.
    connection : ibis backend
        To DuckDB.
    """
    kept = kept_scorings(history, connection)
    if kept is None:
        return None
    earlier = kept.filter(kept.as_of < as_of)
    latest = earlier.as_of.max().to_pyarrow().as_py()
    if latest is None:
        return None
    columns = ("customer_id", "segment_name", "revenue", "as_of", *SINCE, *MODEL)
    return earlier.filter(earlier.as_of == latest).select(columns)


def remember(history: str, scored: ir.Table, as_of: str) -> None:
    """Add a scoring; one of the same instant that is there already is replaced.

    Parameters
    ----------
    history : str
    scored : ibis Table
        All customers, with `COLUMNS`; of DuckDB.
    as_of : str
        Of the scoring, ISO 8601.

    Raises
    ------
    UserError
        It cannot be written; what was there is there still.
    """
    path, scored = Path(history), scored.select(COLUMNS)
    with _writing(history), _alone(path):
        if path.suffix != ENDING:
            path.mkdir(exist_ok=True)
            _replace(path / f"{as_of.replace(':', '')}{ENDING}", scored)
            return
        kept = kept_scorings(history, scored.get_backend())
        others = None if kept is None else kept.filter(kept.as_of != as_of)
        _replace(path, scored if others is None else ibis.union(others, scored))


def forget(history: str, customer_id: str) -> int:
    """Remove a customer from a history.

    Parameters
    ----------
    history : str
        One that is there.
    customer_id : str

    Returns
    -------
    int
        Scorings in which it was.

    Raises
    ------
    UserError
        It cannot be written; what was there is there still, but for months that are done.
    """
    path, found = Path(history), 0
    with _writing(history), _alone(path):
        for file in [path] if path.is_file() else sorted(path.glob(f"[!.]*{ENDING}")):
            table = read_parquet(connect(), [file])
            of_customer = int(table.filter(table.customer_id == customer_id).count().execute())
            if of_customer:
                _replace(file, table.filter(table.customer_id != customer_id))
            found += of_customer
    return found


def _replace(path: Path, table: ir.Table) -> None:
    with unfinished(path) as part:
        write_parquet(table, part)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time: what two add at once would be what one of them added."""
    with FileLock(path.absolute().with_name(f".{path.name}.lock")):
        yield


@contextmanager
def _reading(history: str) -> Iterator[None]:
    try:
        yield
    except engine_errors() as error:
        raise UserError(
            f"history={history} cannot be read ({reason(error)}); set it to one that score.py keeps"
        ) from error


@contextmanager
def _writing(history: str) -> Iterator[None]:
    try:
        yield
    except (OSError, *engine_errors()) as error:  # type: ignore[misc]
        raise UserError(
            f"history={history} cannot be written ({reason(error)}); free some space, or set "
            "history= to another folder"
        ) from error
