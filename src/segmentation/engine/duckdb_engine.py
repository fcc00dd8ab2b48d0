"""DuckDB, in this process: the engine where no other is chosen."""

from collections.abc import Sequence
from datetime import datetime

import ibis
import ibis.expr.types as ir

from segmentation.engine.dialect import Dialect


def _md5_number_lower(text: str) -> int:  # type: ignore[empty-body]
    """64 bits of the MD5 digest."""


def _md5_number_upper(text: str) -> int:  # type: ignore[empty-body]
    """The other 64 bits."""


def _try_strptime(text: str, format: str) -> datetime:  # type: ignore[empty-body]  # noqa: A002
    """Null where the text does not have the format."""


_of_text = {"signature": (("string",), "uint64")}
_lower = ibis.udf.scalar.builtin(_md5_number_lower, name="md5_number_lower", **_of_text)
_upper = ibis.udf.scalar.builtin(_md5_number_upper, name="md5_number_upper", **_of_text)
_strptime = ibis.udf.scalar.builtin(_try_strptime, name="try_strptime")


class DuckDBDialect(Dialect):
    """Functions that DuckDB has of its own."""

    backend = sql = "duckdb"

    def text_number(self, text: ir.StringColumn) -> ir.IntegerColumn:
        """60 bits of the MD5 digest, see `functions.text_number`."""
        return (_upper(text) % 2**60).cast("int64")

    def text_hash(self, text: ir.StringColumn) -> ir.NumericColumn:
        """64 bits of the MD5 digest, see `functions.text_hash`."""
        return _lower(text)

    def row_hash(self, table: ir.Table, columns: Sequence[str]) -> ir.IntegerColumn:
        """Hash of some values of a row, see `functions.row_hash`."""
        return ibis.struct({name: table[name] for name in columns}).hash()

    def parse_instant(self, text: ir.StringColumn, date_format: str | None) -> ir.TimestampColumn:
        """Read instants, see `functions.parse_instant`."""
        if date_format is None:
            return text.try_cast("timestamp('UTC')")
        return _strptime(text, date_format)
