"""What engines raise, whichever they are, and how it is told."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from segmentation.errors import UserError

EngineError: type[Exception] = duckdb.Error
"""What DuckDB raises when it cannot read, convert or write."""
OF_FILES = (duckdb.OperationalError, duckdb.DataError, duckdb.InvalidInputException)
"""What DuckDB raises where a file is damaged, or a disk full: no query is wrong then."""
WITHOUT_A_KIND = (duckdb.Error, duckdb.DatabaseError)
BASES = {
    "psycopg": "Error",
    "pyspark.errors": "PySparkException",
    "ibis.common.exceptions": "IbisError",
    "py4j.protocol": "Py4JError",
}
"""Module to its class of which all errors are that an engine raises."""


class UnknownFormatError(Exception):
    """A date format that an engine does not read."""


class UnsupportedConditionError(Exception):
    """A condition with something that an engine has no counterpart of."""


class NoSuchTableError(Exception):
    """A table that an engine does not have."""


OURS = (NoSuchTableError, UnknownFormatError, UnsupportedConditionError)


def engine_errors() -> tuple[type[Exception], ...]:
    """What any engine raises when it cannot read, convert or write: of those that are in use.

    To stand behind ``except``, where it is looked up once something was raised.
    """
    loaded = (getattr(sys.modules.get(module), name, None) for module, name in BASES.items())
    return (EngineError, *OURS, *(each for each in loaded if each is not None))


def reason(error: Exception) -> str:
    """Return the first line of an error: what the engine adds below it is for developers."""
    return str(error).strip().splitlines()[0]


@contextmanager
def damage_in_one_line() -> Iterator[None]:
    """Tell of what is met in the lines only when they are computed on.

    Raises
    ------
    UserError
        A file is damaged below its heading, or there is no space for what does not fit into memory.
    """
    try:
        yield
    except EngineError as error:
        if not isinstance(error, OF_FILES) and type(error) not in WITHOUT_A_KIND:
            raise
        raise UserError(
            f"the lines cannot be read to their end ({reason(error)}); set data.path= to files "
            "that are whole, or free some space for temporary files"
        ) from error
