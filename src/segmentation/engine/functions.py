"""Functions on columns that every engine has under another name, or not at all."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from segmentation.engine.dialects import dialect_of


def text_number(text: ir.StringColumn) -> ir.IntegerColumn:
    """Number of a text: 60 bits of its MD5 digest, the same on every engine and machine.

    Returns
    -------
    ibis int64 column
        The first eight bytes of the digest, the first of them the lowest, without the upper four
        bits: from 0 to 2⁶⁰ − 1. Null where the text is.
    """
    return dialect_of(text).text_number(text)


def row_hash(table: ir.Table, columns: Sequence[str]) -> ir.IntegerColumn:
    """Hash of some values of a row, as fast as the engine has one: equal rows have equal hashes.

    Parameters
    ----------
    table : ibis Table
    columns : sequence of str
        Null is a value like others.

    Returns
    -------
    ibis int64 column
        Another on every engine. Different rows have the same one time in 2⁶⁴, at best: it tells
        which rows may be equal.
    """
    return dialect_of(table).row_hash(table, columns)


def try_cast(column: ir.Column, to: str) -> ir.Column:
    """Cast a column of text or numbers to another type of numbers.

    Parameters
    ----------
    column : ibis column
    to : str
        int64 or a decimal with its digits.

    Returns
    -------
    ibis column of type ``to``
        Null where a value has no counterpart in that type.
    """
    return dialect_of(column).try_cast(column, ibis.dtype(to))


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
        With time zone UTC for ISO 8601, where an offset is converted; for a format with it or
        without, as the engine has it. Null where the text is not written so.

    Raises
    ------
    UnknownFormatError
        The format has a directive that the engine does not read, where it tells before it reads.
    """
    return dialect_of(text).parse_instant(text, date_format)


def replaced(text: ir.StringColumn, pattern: str, by: str) -> ir.StringColumn:
    r"""Replace all that fits a pattern.

    Parameters
    ----------
    text : ibis string column
    pattern : str
        Regular expression of what RE2, Java and PostgreSQL read alike: groups, alternatives,
        classes with the signs themselves, ``\d``, ``\s``, ``^``, ``$``; all repetitions greedy.
    by : str
        In which ``\1`` is the first group.
    """
    return dialect_of(text).replaced(text, pattern, by)


def in_byte_order(text: ir.StringColumn) -> ir.Column:
    """What orders texts by their bytes in UTF-8, whatever language the engine sorts by."""
    return dialect_of(text).in_byte_order(text)
