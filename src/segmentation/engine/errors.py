"""What engines raise, whichever they are, and how it is told."""

import sys

import duckdb

EngineError: type[Exception] = duckdb.Error
"""What DuckDB raises when it cannot read, convert or write."""
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
