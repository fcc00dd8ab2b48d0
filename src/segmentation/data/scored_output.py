"""Where scored customers go, and come back from: a file or a table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from segmentation.data.output_file import output_file
from segmentation.data.output_table import output_table
from segmentation.engine.engine import Engine
from segmentation.errors import UserError

TABLE = "table:"
"""How the name of a table begins, where else a path is typed."""


@contextmanager
def scored_output(
    output: str, engine: Engine, overwrite: bool
) -> Iterator[Callable[[pa.Table], None]]:
    """Open where this process writes scored customers; a failure leaves what was there before.

    Parameters
    ----------
    output : str
        A file ending in ``.csv`` or ``.parquet``, or ``table:`` and the name of one.
    engine : Engine
        That measures the customers, and has the table.
    overwrite : bool
        Whether what is already there may be replaced.

    Yields
    ------
    callable
        Appends a batch: a table of Arrow with the columns and types of the first one.

    Raises
    ------
    UserError
        The output is there, or cannot be written.
    """
    table = table_name(output, "output", engine)
    if table is not None:
        with output_table(table, engine, overwrite) as append:
            yield append
    else:
        with output_file(Path(output), overwrite) as append:
            yield append


def table_name(place: str, option: str, engine: Engine) -> str | None:
    """Name of a table that was typed as ``table:…``; None where a path was.

    Parameters
    ----------
    place : str
    option : str
        Of which it is the value.
    engine : Engine

    Raises
    ------
    UserError
        The engine has no tables, or the name is empty.
    """
    if not place.startswith(TABLE):
        return None
    if not engine.has_tables:
        raise UserError(
            f"{option}={place} is a table of a database or of Spark's catalogue, and "
            f"engine={engine.name} has none; set engine=database engine.url=… or engine=spark, or "
            f"{option}= to a file"
        )
    name = place.removeprefix(TABLE)
    if not all(name.split(".")):
        raise UserError(f"{option}={place} names no table; set it as table:shop.segments")
    return name
