"""DuckDB, in this process: the engine where no other is chosen."""

import tempfile
import uuid
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend
from sqlglot import exp

from segmentation.engine.dialect import Dialect, new_name
from segmentation.engine.engine import Engine
from segmentation.engine.errors import reason
from segmentation.errors import UserError


def _md5_number_upper(text: str) -> int:  # type: ignore[empty-body]
    """64 bits of the MD5 digest."""


def _try_strptime(text: str, format: str) -> datetime:  # type: ignore[empty-body]  # noqa: A002
    """Null where the text does not have the format."""


_md5_number = ibis.udf.scalar.builtin(
    _md5_number_upper, name="md5_number_upper", signature=(("string",), "uint64")
)
_strptime = ibis.udf.scalar.builtin(_try_strptime, name="try_strptime")


OPEN: "weakref.WeakSet[BaseBackend]" = weakref.WeakSet()
"""Connections of this process, for who asks how far they are."""


def running_query() -> float | None:
    """Say how far the query that runs is, asked from another thread.

    Returns
    -------
    float or None
        Share in [0, 1]; ``None`` where none runs, or nobody knows.
    """
    # Connections come and go meanwhile, in the thread that works.
    with suppress(RuntimeError, duckdb.Error):
        percents = [connection.con.query_progress() for connection in [*OPEN]]
        return max((min(1.0, percent / 100) for percent in percents if percent > 0), default=None)
    return None


@dataclass(frozen=True)
class DuckDB(Engine):
    """Reads files where this process runs, in a database of its own in memory.

    Attributes
    ----------
    memory_limit : str or None
        Such as ``2GB``; what needs more goes to the temporary folder. ``None``: 80 % of what the
        machine has.
    threads : int or None
        ``None``: one for each core.
    temp_folder : str or None
        Existing folder for what does not fit into memory. ``None``: that of the system.
    """

    memory_limit: str | None = None
    threads: int | None = None
    temp_folder: str | None = None
    name: ClassVar[str] = "duckdb"
    reads_any_file: ClassVar[bool] = True
    has_tables: ClassVar[bool] = False

    def connect(self) -> BaseBackend:
        """Open the database; its clock is UTC.

        Raises
        ------
        UserError
            A limit is none, or there is no such folder.
        """
        folder = Path(self.temp_folder or tempfile.gettempdir()).expanduser()
        if not folder.is_dir():
            raise UserError(
                f"engine.temp_folder={folder} is no folder; create it, or set another one"
            )
        limits = {"memory_limit": self.memory_limit, "threads": self.threads}
        given = {name: value for name, value in limits.items() if value is not None}
        try:
            connection = ibis.duckdb.connect(
                temp_directory=str(folder / f"segmentation-{uuid.uuid4().hex}"), **given
            )
        except duckdb.Error as error:
            raise UserError(
                f"engine.memory_limit={self.memory_limit} is refused ({reason(error)}); "
                "set it to a size such as 2GB"
            ) from error
        connection.raw_sql("SET TimeZone = 'UTC'")
        # It is counted how far a query is only where a bar could be drawn: in a notebook that
        # takes a package of its own, and nobody asks there.
        with suppress(duckdb.Error):
            connection.raw_sql("SET enable_progress_bar_print = false")
            connection.raw_sql("SET enable_progress_bar = true")
        OPEN.add(connection)
        return connection


class DuckDBDialect(Dialect):
    """Functions that DuckDB has of its own."""

    backend = sql = "duckdb"

    def text_number(self, text: ir.StringColumn) -> ir.IntegerColumn:
        """60 bits of the MD5 digest, see `functions.text_number`."""
        return (_md5_number(text) % 2**60).cast("int64")

    def row_hash(self, table: ir.Table, columns: Sequence[str]) -> ir.IntegerColumn:
        """Hash of some values of a row, see `functions.row_hash`."""
        return ibis.struct({name: table[name] for name in columns}).hash()

    def parse_instant(self, text: ir.StringColumn, date_format: str | None) -> ir.TimestampColumn:
        """Read instants, see `functions.parse_instant`."""
        if date_format is None:
            return text.try_cast("timestamp('UTC')")
        return _strptime(text, date_format)

    def kept_query(self, connection: BaseBackend, select: str) -> ir.Table:
        """Keep the rows of a query, see `tables.selected`."""
        name = new_name()
        connection.raw_sql(f"CREATE TEMP TABLE {name} AS {select}")
        return connection.table(name)

    def one_select(self, connection: BaseBackend, query: str) -> str | None:  # noqa: ARG002
        """Text of a query that is one SELECT, as DuckDB itself parses it."""
        statements = duckdb.extract_statements(query)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            return None
        return str(statements[0].query).strip().rstrip(";")

    def forgiving(self, node: exp.Expr) -> exp.Expr:
        """What gives null for a value that cannot be read, in the place of what stops there."""
        if isinstance(node, exp.StrToTime):
            return exp.Anonymous(this="try_strptime", expressions=[node.this, node.args["format"]])
        return super().forgiving(node)

    def write_parquet(self, table: ir.Table, path: Path) -> None:
        """Write a table to a parquet file, without holding it in memory."""
        table.to_parquet(path)
