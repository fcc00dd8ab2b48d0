"""Apache Spark: lines beyond one machine, and the tables of its catalogue."""

import re
from collections.abc import Iterator, Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from segmentation.engine.dialect import Dialect, new_name


def _conv(digits: str, base: int, to: int) -> str:  # type: ignore[empty-body]
    """A number in another base."""


def _xxhash64(text: str) -> int:  # type: ignore[empty-body]
    """Hash of 64 bits."""


_in_base = ibis.udf.scalar.builtin(_conv, name="conv")
_hash = ibis.udf.scalar.builtin(_xxhash64, name="xxhash64", signature=(("string",), "int64"))


class SparkDialect(Dialect):
    """Functions that Spark has of its own."""

    backend, sql = "pyspark", "spark"

    def number_of(self, digest: ir.StringColumn, places: Sequence[int]) -> ir.IntegerColumn:
        """Number that the digits at some places of a digest write, the highest first."""
        digits = ibis.literal("").join([digest.substr(place, 1) for place in places])
        return _in_base(digits, 16, 10).cast("int64")

    def row_hash(self, table: ir.Table, columns: Sequence[str]) -> ir.IntegerColumn:
        """Hash of some values of a row, see `functions.row_hash`."""
        values = [table[name].cast("string").fill_null("\x1e") for name in columns]
        return _hash(ibis.literal("\x1f").join(values))

    def replaced(self, text: ir.StringColumn, pattern: str, by: str) -> ir.StringColumn:
        r"""Replace what fits a pattern: Java writes ``$1`` where others write ``\1``."""
        return text.re_replace(pattern, re.sub(r"\\(\d)", r"$\1", by.replace("$", r"\$")))

    def kept(self, connection: BaseBackend, table: ir.Table) -> ir.Table:
        """Keep a table for the connection, see `tables.kept`."""
        connection._run_pre_execute_hooks(table)
        name = new_name()
        connection._session.sql(connection.compile(table)).persist().createOrReplaceTempView(name)
        return connection.table(name)

    def batches(self, table: ir.Table, rows: int) -> Iterator[pa.RecordBatch]:
        """Rows of a table in their order, so many at a time; the driver holds all of them."""
        yield from table.to_pyarrow().to_batches(max_chunksize=rows)
