"""What is asked of an engine, as Ibis promises it; one that does it otherwise has its own class."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add
from uuid import uuid4

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from segmentation.engine.written_instants import in_iso_8601, sure_iso_8601

HEX_DIGITS = "0123456789abcdef"


def _digits_of(first_byte: int, last_byte: int) -> tuple[int, ...]:
    """Places of the two hexadecimal digits of some bytes of a digest, the last byte first."""
    bytes_back = range(last_byte, first_byte - 1, -1)
    return tuple(place for byte in bytes_back for place in (2 * byte, 2 * byte + 1))


LOW_60_BITS = _digits_of(0, 7)[1:]
UPPER_HALF, LOWER_HALF = _digits_of(12, 15), _digits_of(8, 11)
"""Of the number that the last eight bytes of a digest are, the first of them the lowest."""


class Dialect:
    """An engine that no class of its own stands for: functions on its columns and tables.

    Attributes
    ----------
    backend : str
        Name that Ibis has for it.
    sql : str
        Name that sqlglot has for its SQL; empty where it is that of Ibis.
    """

    backend = ""
    sql = ""

    def text_number(self, text: ir.StringColumn) -> ir.IntegerColumn:
        """60 bits of the MD5 digest, see `functions.text_number`."""
        return self.number_of(self.md5(text), LOW_60_BITS)

    def text_hash(self, text: ir.StringColumn) -> ir.NumericColumn:
        """64 bits of the MD5 digest, see `functions.text_hash`."""
        digest = self.md5(text)
        upper, lower = (self.number_of(digest, half) for half in (UPPER_HALF, LOWER_HALF))
        return upper.cast("decimal(38, 0)") * 2**32 + lower.cast("decimal(38, 0)")

    def md5(self, text: ir.StringColumn) -> ir.StringColumn:
        """MD5 digest of a text in UTF-8, as 32 hexadecimal digits in lower case."""
        return text.hexdigest("md5")

    def number_of(self, digest: ir.StringColumn, places: Sequence[int]) -> ir.IntegerColumn:
        """Number that the digits at some places of a digest write, the highest first."""
        powers = (16**power for power in reversed(range(len(places))))
        digits = (ibis.literal(HEX_DIGITS).find(digest.substr(place, 1)) for place in places)
        # by way of int32: Ibis takes what is found for an int64, which it is not everywhere
        wide = (digit.cast("int32").cast("int64") for digit in digits)
        return reduce(add, (digit * power for digit, power in zip(wide, powers, strict=True)))

    def row_hash(self, table: ir.Table, columns: Sequence[str]) -> ir.IntegerColumn:
        """Hash of some values of a row, see `functions.row_hash`."""
        values = [table[name].cast("string").fill_null("\x1e") for name in columns]
        return ibis.literal("\x1f").join(values).hash()

    def try_cast(self, column: ir.Column, to: dt.DataType) -> ir.Column:
        """Cast a column, see `functions.try_cast`."""
        return column.try_cast(to)

    def parse_instant(self, text: ir.StringColumn, date_format: str | None) -> ir.TimestampColumn:
        """Read instants, see `functions.parse_instant`: only what is surely one is cast."""
        if date_format is not None:
            text = in_iso_8601(text, date_format, self.replaced)
        return sure_iso_8601(text, self.replaced).cast("timestamp('UTC')")

    def replaced(self, text: ir.StringColumn, pattern: str, by: str) -> ir.StringColumn:
        """Replace what fits a pattern, see `functions.replaced`."""
        return text.re_replace(pattern, by)

    def in_byte_order(self, text: ir.StringColumn) -> ir.Column:
        """What orders texts by their bytes, see `functions.in_byte_order`."""
        return text

    def kept(self, connection: BaseBackend, table: ir.Table) -> ir.Table:
        """Keep a table for the connection, see `tables.kept`."""
        return connection.create_table(new_name(), table, temp=True)

    def selected(self, connection: BaseBackend, query: str) -> ir.Table:
        """Rows of a query that is one SELECT, kept."""
        return self.kept(connection, connection.sql(query))

    def batches(self, table: ir.Table, rows: int) -> Iterator[pa.RecordBatch]:
        """Rows of a table in their order, so many at a time."""
        yield from table.to_pyarrow_batches(chunk_size=rows)


def new_name() -> str:
    """Name for a table that no other has."""
    return f"kept_{uuid4().hex}"
