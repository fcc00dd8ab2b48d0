"""A connection to DuckDB where no engine is chosen, and interruptions of any engine."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ibis.backends import BaseBackend

from segmentation.engine.duckdb_engine import DuckDB
from segmentation.engine.errors import EngineError, reason

__all__ = ["EngineError", "connect", "interrupted_queries_exit", "reason"]
DIALECT = "duckdb"
"""SQL in which conditions are written, by the name that sqlglot has for it."""
DUCKDB = DuckDB()
"""The engine where no other is chosen."""
QUERY_INTERRUPTED = "Query interrupted"


def connect() -> BaseBackend:
    """Open a DuckDB in memory whose clock is UTC; its overflow goes to the temporary folder.

    Returns
    -------
    ibis backend
    """
    return DUCKDB.connect()


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
