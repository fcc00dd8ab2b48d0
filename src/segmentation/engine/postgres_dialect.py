"""PostgreSQL: what it has of its own, and what of others it lacks."""

import contextlib
from contextlib import AbstractContextManager
from decimal import Decimal

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.csv
from ibis.backends import BaseBackend
from sqlglot import exp

from segmentation.engine.dialect import Dialect, new_name
from segmentation.engine.written_instants import ISO_8601

NUMBER = r"^\s*[+-]?(\d{1,40}(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?\s*$"
"""What is cast to a number without an error; version 16 could ask, most are older."""


def _md5(text: str) -> str:  # type: ignore[empty-body]
    """Digest in hexadecimal digits."""


def _convert_to(text: str, encoding: str) -> bytes:  # type: ignore[empty-body]
    """Bytes of a text in an encoding."""


def _regexp_substr(text: str, pattern: str) -> str:  # type: ignore[empty-body]
    """Null where nothing fits."""


_substr = ibis.udf.scalar.builtin(_regexp_substr, name="regexp_substr")
_digest = ibis.udf.scalar.builtin(_md5, name="md5")
_bytes = ibis.udf.scalar.builtin(_convert_to, name="convert_to")


class PostgresDialect(Dialect):
    """Functions that PostgreSQL has of its own."""

    backend = sql = "postgres"

    def prepare(self, connection: BaseBackend) -> None:
        """Let the server end a query whose client is gone; versions before 14 do not know how."""
        with contextlib.suppress(Exception):
            connection.raw_sql("SET client_connection_check_interval = '2s'").close()

    def md5(self, text: ir.StringColumn) -> ir.StringColumn:
        """MD5 digest of a text in UTF-8, as 32 hexadecimal digits in lower case."""
        return _digest(text)

    def try_cast(self, column: ir.Column, to: dt.DataType) -> ir.Column:
        """Cast a column, see `functions.try_cast`: what cannot be cast is never handed over."""
        if column.type().is_string():
            readable = ibis.ifelse(column.re_search(NUMBER), column, ibis.null("string"))
            column = readable.cast("decimal")
        return ibis.ifelse(_fits(column, to), column, ibis.null(column.type())).cast(to)

    def kept(self, connection: BaseBackend, table: ir.Table) -> ir.Table:
        """Keep a table for the connection; its size is told to what plans the queries of it."""
        made = super().kept(connection, table)
        connection.raw_sql(f"ANALYZE {made.get_name()}").close()
        return made

    def kept_query(self, connection: BaseBackend, select: str) -> ir.Table:
        """Keep the rows of a query, see `tables.selected`; Ibis 12 cannot drop what it asks by."""
        name = new_name()
        connection.raw_sql(f"CREATE TEMP TABLE {name} AS {select}").close()
        connection.raw_sql(f"ANALYZE {name}").close()
        return connection.table(name)

    def run(self, connection: BaseBackend, statement: str) -> None:
        """Run a statement that gives no rows; Ibis would end a transaction where it fails."""
        connection.con.execute(statement).close()

    def transaction(self, connection: BaseBackend) -> AbstractContextManager[object]:
        """Within which all is done or nothing, unseen by others until the end."""
        within: AbstractContextManager[object] = connection.con.transaction()
        return within

    def insert(self, connection: BaseBackend, name: str, place: str | None, rows: pa.Table) -> None:
        """Add rows to a table of a schema, or of the usual one, as COPY reads them."""
        text = pa.BufferOutputStream()
        pyarrow.csv.write_csv(rows, text, pyarrow.csv.WriteOptions(include_header=False))
        copied = f"COPY {self._written(connection, name, place)} FROM STDIN (FORMAT csv)"
        with connection.con.cursor() as cursor, cursor.copy(copied) as copy:
            copy.write(text.getvalue())

    def found(self, text: ir.StringColumn, pattern: str) -> ir.StringColumn:
        """What of a text fits a pattern; null where nothing does."""
        return _substr(text, pattern)

    def in_byte_order(self, text: ir.StringColumn) -> ir.Column:
        """What orders texts by their bytes, see `functions.in_byte_order`."""
        return _bytes(text, "UTF8")

    def forgiving(self, node: exp.Expr) -> exp.Expr:
        """What gives null for a value that cannot be read, in the place of what stops there."""
        safe = super().forgiving(node)
        if not isinstance(safe, exp.TryCast):
            return safe
        cast, text = exp.Cast(this=safe.this, to=safe.to), exp.cast(safe.this, "text")
        if safe.to.this in exp.DataType.NUMERIC_TYPES:
            pattern = NUMBER
        elif safe.to.this in exp.DataType.TEMPORAL_TYPES:
            pattern = ISO_8601
        else:
            return cast
        readable = exp.RegexpLike(this=text, expression=exp.Literal.string(pattern))
        return exp.Case(ifs=[exp.If(this=readable, true=cast)])


def _fits(number: ir.NumericColumn, to: dt.DataType) -> ir.BooleanColumn:
    """Whether a number is within the limits of a type, once it is rounded to it."""
    whole, scale = (to.precision - to.scale, to.scale) if to.is_decimal() else (18, 0)
    limit = 10**whole - Decimal(5).scaleb(-scale - 1)
    if number.type().is_floating():
        return (number < float(limit)) & (number > float(-limit))
    return (number < limit) & (number > -limit)
