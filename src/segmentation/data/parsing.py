"""Text of any common notation to numbers, identifiers and instants."""

from unicodedata import category

import ibis
import ibis.expr.types as ir

from segmentation.engine.functions import parse_instant, replaced, try_cast

MONEY = "decimal(18, 4)"
INSTANT = "timestamp(6)"
CODES = (
    "AED|ARS|AUD|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|HKD|HRK|HUF|IDR|ILS|INR|ISK|JPY|"
    "KRW|MXN|MYR|NGN|NOK|NZD|PEN|PHP|PLN|RON|RSD|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR"
)
"""Currencies that are in use (ISO 4217)."""
SIGNS = "".join(sign for sign in map(chr, range(0x10000)) if category(sign) == "Sc")
"""Signs of currencies, themselves: engines have no common name for them in a pattern."""
CURRENCY = rf"[{SIGNS}]|R\$|{CODES}|kr\.?|zł|Kč|Ft|Rs\.?"
BESIDE_DIGITS = rf"^(-?)(?:{CURRENCY})(-?)|(?:{CURRENCY})$"
"""Marks of money before a number, on either side of its sign, or after it."""
SPACES = "[\\s\u00a0\u2009\u202f']"
"""Thousands are separated by them, in some countries."""
IN_THOUSANDS = r"^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$"
"""Commas that can only separate thousands, where the decimal mark is a point."""
WRITTEN_NULL = r"(?i)^(nan|null|none|nat|<na>|n/a)$"
SPACED_OFFSET = r"(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*([+-]\d{2}):?(\d{2})$"
"""An offset as shops write it, ``+0200`` after a space."""
ISO_WEEK = "%G-W%V"
"""A week is meant from its Monday, which has to be written for the engine."""
NO_THOUSANDS = r"\d{4}\.|\.(\d{0,2}|\d{4,})(\D|$)"
"""A point that does not stand before three digits, or after more than three."""


def identifier(column: ir.Column) -> ir.StringValue:
    """Text of an identifier, the same whether it was stored as text, integer or float.

    Parameters
    ----------
    column : ibis column of any type

    Returns
    -------
    ibis string column
        Trimmed; ``12346.0`` becomes ``12346``; null where blank or a written null ("nan", "null").
    """
    kind = column.type()
    if kind.is_integer():
        return column.cast("string")
    if kind.is_floating():
        whole = try_cast(column, "int64")
        column = ibis.ifelse(whole == column, whole.cast("string"), column.cast("string"))
    text = replaced(column.cast("string").strip(), r"^(\d+)\.0+$", r"\1")
    return text.re_replace(WRITTEN_NULL, "").nullif("")


def order_status(column: ir.Column) -> ir.StringValue:
    """Status of an order in lower case, without the mark that WooCommerce puts before it."""
    return identifier(column).lower().re_replace("^wc-", "")


def number(column: ir.Column, decimal: str = ".") -> ir.DecimalValue:
    """Exact number with four decimals.

    Parameters
    ----------
    column : ibis column of numbers or text
        Text may have marks of money ("$", "EUR"), thousands with separators, and its sign before,
        behind ("5.00-") or as brackets ("(5.00)").
    decimal : {'.', ','}
        Decimal mark of text; with ``','`` points separate thousands, and nothing else.

    Returns
    -------
    ibis decimal(18, 4) column
        Null where blank, not a number, not finite or 10¹⁴ and more.
    """
    if not column.type().is_string():
        return try_cast(column, MONEY)
    written = try_cast(_digits(column, decimal), MONEY)
    return ibis.coalesce(plain_number(column, decimal), written)


def plain_number(column: ir.Column, decimal: str = ".") -> ir.DecimalValue:
    """Number as `number` reads it, where it has no sign of people; else null."""
    if column.type().is_string() and decimal != ".":
        return ibis.null(MONEY)
    return try_cast(column, MONEY)


def _digits(column: ir.StringColumn, decimal: str) -> ir.StringColumn:
    """Sign, digits and a point, of a number in the notation of people."""
    text = column.re_replace(SPACES, "").replace("−", "-")
    text = replaced(text, BESIDE_DIGITS, r"\1\2")
    text = replaced(replaced(text, r"^\((.*)\)$", r"-\1"), r"^(.*)-$", r"-\1")
    text = replaced(text, BESIDE_DIGITS, r"\1\2")
    if decimal == ".":
        return text.re_search(IN_THOUSANDS).ifelse(text.replace(",", ""), text)
    # else 1.5 would silently become 15
    return text.re_search(NO_THOUSANDS).ifelse(None, text.replace(".", "").replace(",", "."))


def instant(column: ir.Column, date_format: str | None) -> ir.TimestampValue:
    """Instant in UTC, to the microsecond, without time zone.

    Parameters
    ----------
    column : ibis column of timestamps, dates or text
        Text with an offset and timestamps with a time zone are converted to UTC.
    date_format : str or None
        strptime format of text; None reads ISO 8601.

    Returns
    -------
    ibis timestamp(6) column
        Null where blank or not in the format.
    """
    if column.type().is_timestamp() or column.type().is_date():
        return column.cast(INSTANT)
    text = column.cast("string").strip()
    if date_format is None:
        text = replaced(text, SPACED_OFFSET, r"\1\2:\3")
    if date_format == ISO_WEEK:
        text, date_format = text.concat("-1"), f"{ISO_WEEK}-%u"
    parsed = parse_instant(text, date_format).cast(INSTANT)
    # %Y also reads '10' as the year 10
    return ibis.ifelse(parsed.year() >= 1000, parsed, ibis.null(INSTANT))


def plain_instant(column: ir.Column, date_format: str | None) -> ir.TimestampValue:
    """Instant as `instant` reads it, where it is written just so; else another one, or null."""
    if not column.type().is_string() or date_format == ISO_WEEK:
        return instant(column, date_format)
    return parse_instant(column, date_format).cast(INSTANT)
