"""Functions on columns that every engine has under another name, or not at all."""

from collections.abc import Sequence
from datetime import datetime

import ibis
import ibis.expr.types as ir


def _md5(text: str) -> str:  # type: ignore[empty-body]
    """Hexadecimal MD5 digest."""


def _try_strptime(text: str, format: str) -> datetime:  # type: ignore[empty-body]  # noqa: A002
    """Null where the text does not have the format."""


_md5 = ibis.udf.scalar.builtin(_md5, name="md5")
_strptime = ibis.udf.scalar.builtin(_try_strptime, name="try_strptime")


def text_number(text: ir.StringColumn) -> ir.IntegerColumn:
    """Hash of a text, the same on every engine, in every version and process.

    Returns
    -------
    ibis int64 column
        The first 15 hexadecimal digits of its MD5 digest as a number, below 2⁶⁰.
    """
    digest: ir.StringColumn = _md5(text)  # type: ignore[assignment]
    return ibis.literal("0x").concat(digest.substr(0, 15)).cast("int64")


def row_hash(table: ir.Table, names: Sequence[str]) -> ir.IntegerColumn:
    """Hash of 64 bits of the values of a row, as fast as the engine has one.

    Parameters
    ----------
    table : ibis Table
    names : sequence of str
        Columns that count.

    Returns
    -------
    ibis integer column
        Equal within one engine and table only.
    """
    return ibis.struct({name: table[name] for name in names}).hash()


def try_cast(column: ir.Column, to: str) -> ir.Column:
    """Cast a column to another type.

    Returns
    -------
    ibis column of type ``to``
        Null where a value has no counterpart in that type.
    """
    return column.try_cast(to)


def parse_instant(text: ir.StringColumn, date_format: str | None) -> ir.TimestampColumn:
    """Read instants that are written as text.

    Parameters
    ----------
    text : ibis string column
    date_format : str or None
        strptime format; None reads ISO 8601.

    Returns
    -------
    ibis timestamp column
        With time zone UTC for ISO 8601, where an offset is converted; without one for a format.
        Null where the text is not written so.
    """
    if date_format is None:
        return text.try_cast("timestamp('UTC')")
    return _strptime(text, date_format)
