"""A table that an engine is given batch by batch, under another name until it is complete."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import ibis
import pyarrow as pa
from ibis.backends import BaseBackend

from segmentation.engine.dialect import new_name
from segmentation.engine.dialects import dialect_of
from segmentation.engine.errors import engine_errors


class TableWriter:
    """Writes a table of an engine, see `being_written`."""

    def __init__(self, connection: BaseBackend, name: str, transaction: ExitStack) -> None:
        *places, self._name = name.split(".")
        self._place = ".".join(places) or None
        self._connection, self._dialect = connection, dialect_of(connection)
        self._transaction = transaction
        self.unfinished: str | None = None

    def append(self, rows: pa.Table) -> None:
        """Add rows; those that come first make the table.

        Raises
        ------
        one of `errors.engine_errors`
            The table cannot be made or written.
        """
        if self.unfinished is None:
            # not before: an engine may end a transaction in which nothing happens
            self._transaction.enter_context(self._dialect.transaction(self._connection))
            self.unfinished = new_name()
            schema = ibis.Schema.from_pyarrow(rows.schema)
            self._connection.create_table(self.unfinished, schema=schema, database=self._place)
        self._dialect.insert(self._connection, self.unfinished, self._place, rows)

    def finish(self, overwrite: bool) -> None:
        """Give the table its name, and drop the one that has it where that may be.

        Raises
        ------
        one of `errors.engine_errors`
            Something else has that name, or depends on the table that has it.
        """
        if self.unfinished is None:
            return
        if overwrite:
            self._dialect.drop(self._connection, self._name, self._place)
        self._dialect.rename(self._connection, self.unfinished, self._name, self._place)
        self._transaction.close()

    def drop(self) -> None:
        """Remove what is not finished, where the engine has not done so itself."""
        if self.unfinished is not None:
            with suppress(*engine_errors()):
                self._dialect.drop(self._connection, self.unfinished, self._place)


@contextmanager
def being_written(connection: BaseBackend, name: str) -> Iterator[TableWriter]:
    """Write a table, in one transaction where the engine has some.

    Parameters
    ----------
    connection : ibis backend
    name : str
        With that of its schema before it, where that is not the usual one.

    Yields
    ------
    TableWriter
        A table that it does not finish is dropped.
    """
    with ExitStack() as transaction:
        writer = TableWriter(connection, name, transaction)
        transaction.push(lambda failed, *_: writer.drop() if failed else None)
        yield writer
