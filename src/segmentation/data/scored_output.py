"""Where scored customers go, and come back from: a file, a folder of parquet files or a table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from segmentation.data.output_file import output_file
from segmentation.data.output_table import output_table
from segmentation.engine.engine import Engine, Write
from segmentation.engine.tables import batches
from segmentation.errors import UserError

TABLE = "table:"
"""How the name of a table begins, where else a path is typed."""


@contextmanager
def scored_output(output: str, engine: Engine, overwrite: bool) -> Iterator[Write]:
    """Open where scored customers are written; a failure leaves what was there before.

    Parameters
    ----------
    output : str
        A file ending in ``.csv`` or ``.parquet``, ``table:`` and the name of one, or a folder where
        workers of the engine write.
    engine : Engine
        That measures the customers.
    overwrite : bool
        Whether what is already there may be replaced.

    Yields
    ------
    callable
        Writes all customers, scored, and returns the counts of their parts.

    Raises
    ------
    UserError
        The output is there, or the engine cannot write it.
    """
    table = table_name(output, "output", engine)
    if engine.writes_on_workers:
        yield engine.output_of(output, table, overwrite)
    elif table is not None:
        with output_table(table, engine, overwrite) as append:
            yield partial(_by_this_process, append)
    else:
        with output_file(Path(output), overwrite) as append:
            yield partial(_by_this_process, append)


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


def _by_this_process(
    append: Callable[[pa.Table], None],
    rows: ir.Table,
    compute: Callable[[pa.RecordBatch], pa.Table],
    count: Callable[[pa.Table], Any],
) -> list[Any]:
    """Compute new rows batch by batch, so that they are never all in memory."""
    counts = []
    for batch in batches(rows):
        computed = compute(batch)
        append(computed)
        counts.append(count(computed))
    return counts
