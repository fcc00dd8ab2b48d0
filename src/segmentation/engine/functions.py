"""Functions on columns that every engine has under another name, or not at all."""

from datetime import datetime

import ibis
import ibis.expr.types as ir


def _md5_number_lower(text: str) -> int:  # type: ignore[empty-body]
    """64 bits of the MD5 digest."""


def _try_strptime(text: str, format: str) -> datetime:  # type: ignore[empty-body]  # noqa: A002
    """Null where the text does not have the format."""


_md5 = ibis.udf.scalar.builtin(
    _md5_number_lower, name="md5_number_lower", signature=(("string",), "uint64")
)
_strptime = ibis.udf.scalar.builtin(_try_strptime, name="try_strptime")


def text_hash(text: ir.StringColumn) -> ir.IntegerColumn:
    """Hash of a text: half of its MD5 digest, the same in every version, process and machine.

    Returns
    -------
    ibis uint64 column
        The last eight bytes of the digest, the first of them the lowest.
    """
    return _md5(text)


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
