"""Connections to the engine (DuckDB), its limits, its errors and its interruptions."""

import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis
from ibis.backends import BaseBackend

from segmentation.engine.errors import EngineError, reason

__all__ = ["EngineError", "connect", "interrupted_queries_exit", "reason"]
DIALECT = "duckdb"
"""Its SQL, by the name that sqlglot has for it."""
QUERY_INTERRUPTED = "Query interrupted"


def connect() -> BaseBackend:
    """Open a database in memory whose clock is UTC; its overflow goes to the temporary folder.

    Returns
    -------
    ibis backend
    """
    overflow = Path(tempfile.gettempdir()) / f"segmentation-{uuid.uuid4().hex}"
    connection = ibis.duckdb.connect(temp_directory=str(overflow))
    connection.raw_sql("SET TimeZone = 'UTC'")
    return connection


@contextmanager
def interrupted_queries_exit() -> Iterator[None]:
    """Leave with exit code 130 when a signal arrived during a query of the block.

    DuckDB turns the SystemExit of a signal into an error of its own.
    """
    try:
        yield
    except RuntimeError as error:
        if str(error) != QUERY_INTERRUPTED:
            raise
        sys.exit(130)
