"""What is asked of an engine, as Ibis promises it; one that does it otherwise has its own class."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import reduce
from operator import add
from pathlib import Path
from uuid import uuid4

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet
from ibis.backends import BaseBackend
from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from segmentation.engine.errors import UnsupportedConditionError
from segmentation.engine.written_instants import in_iso_8601, sure_iso_8601

ROWS_AT_ONCE = 250_000
HEX_DIGITS = "0123456789abcdef"


def _digits_of(first_byte: int, last_byte: int) -> tuple[int, ...]:
    """Places of the two hexadecimal digits of some bytes of a digest, the last byte first."""
    bytes_back = range(last_byte, first_byte - 1, -1)
    return tuple(place for byte in bytes_back for place in (2 * byte, 2 * byte + 1))


LOW_60_BITS = _digits_of(0, 7)[1:]
"""Of the number that the first eight bytes of a digest are, the first of them the lowest."""


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

    def prepare(self, connection: BaseBackend) -> None:
        """Set what a new connection needs."""

    def text_number(self, text: ir.StringColumn) -> ir.IntegerColumn:
        """60 bits of the MD5 digest, see `functions.text_number`."""
        return self.number_of(self.md5(text), LOW_60_BITS)

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
            text = in_iso_8601(text, date_format, self.replaced, self.found)
        return sure_iso_8601(text, self.replaced, self.found).cast("timestamp('UTC')")

    def found(self, text: ir.StringColumn, pattern: str) -> ir.StringColumn:
        """What of a text fits a pattern; null where nothing does."""
        # named once: what is named twice is computed twice, and what it is made of four times
        return text.re_extract(pattern, 0).nullif("")

    def replaced(self, text: ir.StringColumn, pattern: str, by: str) -> ir.StringColumn:
        """Replace what fits a pattern, see `functions.replaced`."""
        return text.re_replace(pattern, by)

    def in_byte_order(self, text: ir.StringColumn) -> ir.Column:
        """What orders texts by their bytes, see `functions.in_byte_order`."""
        return text

    def kept(self, connection: BaseBackend, table: ir.Table) -> ir.Table:
        """Keep a table for the connection, see `tables.kept`."""
        return connection.create_table(new_name(), table, temp=True)

    def kept_query(self, connection: BaseBackend, select: str) -> ir.Table:
        """Keep the rows of a query, see `tables.selected`."""
        return self.kept(connection, connection.sql(select))

    def one_select(self, connection: BaseBackend, query: str) -> str | None:
        """Text of a query that is one SELECT, and changes nothing; None where it is another."""
        try:
            statements = [each for each in parse(query, connection.dialect) if each is not None]
        except SqlglotError:
            # the engine says what is wrong with it, once it is sure to be one statement
            return None if ";" in query.strip().rstrip(";") else query
        if len(statements) != 1 or not isinstance(statements[0], exp.Query):
            return None
        changes = statements[0].find(exp.DML, exp.DDL, exp.Command, exp.Into)
        if isinstance(changes, exp.Query) or changes is None:
            return query.strip().rstrip(";")
        return None

    def condition(self, condition: exp.Expr) -> exp.Expr:
        """Condition of which the casts give null for what cannot be cast.

        Raises
        ------
        UnsupportedConditionError
            It reads dates in a format, which the engine has no function for.
        """
        return condition.transform(self.forgiving)

    def forgiving(self, node: exp.Expr) -> exp.Expr:
        """What gives null for a value that cannot be read, in the place of what stops there."""
        if isinstance(node, exp.StrToTime):
            raise UnsupportedConditionError(
                "strptime is a function of engine=duckdb; use data.query= in the engine's own SQL"
            )
        return exp.TryCast(this=node.this, to=node.to) if type(node) is exp.Cast else node

    def read_folder(self, connection: BaseBackend, place: str) -> ir.Table:
        """Read a folder of parquet files, see `tables.read_folder`."""
        return connection.read_parquet(place)

    def transaction(self, connection: BaseBackend) -> AbstractContextManager[object]:  # noqa: ARG002
        """Within which all is done or nothing; by default nothing of the kind."""
        return nullcontext()

    def insert(self, connection: BaseBackend, name: str, place: str | None, rows: pa.Table) -> None:
        """Add rows to a table of a schema, or of the usual one."""
        connection.insert(name, ibis.memtable(rows), database=place)

    def rename(self, connection: BaseBackend, name: str, to: str, place: str | None) -> None:
        """Give a table of a schema, or of the usual one, another name."""
        given = self._written(connection, name, place), self._written(connection, to, None)
        self.run(connection, "ALTER TABLE {} RENAME TO {}".format(*given))

    def drop(self, connection: BaseBackend, name: str, place: str | None) -> None:
        """Drop a table of a schema, or of the usual one, where there is such; Ibis 12 cannot."""
        self.run(connection, f"DROP TABLE IF EXISTS {self._written(connection, name, place)}")

    def run(self, connection: BaseBackend, statement: str) -> None:
        """Run a statement that gives no rows."""
        connection.raw_sql(statement)

    def _written(self, connection: BaseBackend, name: str, place: str | None) -> str:
        sql: str = exp.table_(name, place, quoted=True).sql(self.sql or connection.dialect)
        return sql

    def write_parquet(self, table: ir.Table, path: Path) -> None:
        """Write a table to a parquet file of this machine, batch by batch."""
        batches = table.to_pyarrow_batches(chunk_size=ROWS_AT_ONCE)
        with pyarrow.parquet.ParquetWriter(path, table.schema().to_pyarrow()) as writer:
            for batch in batches:
                writer.write_batch(batch)


def new_name() -> str:
    """Name for a table that no other has."""
    return f"kept_{uuid4().hex}"
