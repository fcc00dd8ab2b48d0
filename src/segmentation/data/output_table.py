"""A table of a database that is written batch by batch and appears only when it is complete."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyarrow as pa

from segmentation.engine.engine import Engine
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.tables import is_schema, is_table
from segmentation.engine.written_table import being_written
from segmentation.errors import UserError


@contextmanager
def output_table(
    name: str, engine: Engine, overwrite: bool
) -> Iterator[Callable[[pa.Table], None]]:
    """Write batches to a table of an engine; a failure leaves what was there before.

    Parameters
    ----------
    name : str
        With the name of its schema before it, where that is not the usual one.
    engine : Engine
        One that has tables.
    overwrite : bool
        Whether a table that is already there may be replaced.

    Yields
    ------
    callable
        Appends a batch: a table of Arrow with the columns and types of the first one.

    Raises
    ------
    UserError
        The table exists, its schema does not, or it cannot be written.
    """
    connection = engine.connect()
    if is_table(connection, name) and not overwrite:
        raise UserError(f"output=table:{name} exists; set overwrite=true or another name")
    if not is_schema(connection, name):
        raise UserError(
            f"output=table:{name} is in a schema that does not exist; make it, or set another one"
        )
    with being_written(connection, name) as writer:

        def append(batch: pa.Table) -> None:
            with _writing(name):
                writer.append(batch)

        yield append
        with _writing(name):
            writer.finish(overwrite)


@contextmanager
def _writing(name: str) -> Iterator[None]:
    try:
        yield
    except engine_errors() as error:
        raise UserError(
            f"output=table:{name} cannot be written ({reason(error)}); "
            "set output=table: to one that the user may make, or to a file"
        ) from error
