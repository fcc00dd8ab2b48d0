"""Text of any common notation to numbers, identifiers and instants."""

import re
from collections.abc import Iterator
from itertools import chain, product
from typing import Any, NoReturn
from unicodedata import category

import ibis
import ibis.expr.types as ir

from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.functions import parse_instant, replaced, try_cast
from segmentation.engine.tables import kept
from segmentation.errors import UserError

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


def require_date_format(column: ir.Column, date_format: str) -> None:
    """Refuse a format that is none.

    Raises
    ------
    UserError
        With what the engine says of it.
    """
    try:
        instant(column, date_format).name("read").as_table().limit(1).execute()
    except engine_errors() as error:
        raise UserError(
            f"data.date_format={date_format} is no format of strptime ({reason(error)}); "
            "set it to one such as '%d.%m.%Y %H:%M'"
        ) from error


def different(column: ir.Column) -> ir.Table:
    """The different values of a column, in one column ``value``, computed once."""
    return kept(column.get_backend(), column.name("value").as_table().distinct())


def find_date_format(column: ir.Column, likely: str | None = None) -> str | None:
    """Find the only common format in which every value of a column of dates can be read.

    Parameters
    ----------
    column : ibis column
        Nulls and blanks are not looked at.
    likely : str, optional
        Format that decides where it reads every value, as one of other lines of the source.

    Returns
    -------
    str or None
        strptime format; None when values are ISO 8601 (or some are and no format reads all), or
        are not text at all.

    Raises
    ------
    UserError
        Several formats read every value as different days (day first or month first?), or none
        does.
    """
    if column.type().is_timestamp() or column.type().is_date():
        return None
    written = different(column).mutate(text=ibis._.value.cast("string").strip())
    values = written.filter(written.text != "")
    total, first, iso = _row(
        values, values.count(), values.text.min(), instant(values.text, None).count()
    )
    if iso == total:
        return None
    if likely is not None and _readers_of(values, [likely], total):
        return likely
    # a hundred formats are tried on one value here, not where the lines are
    one = ibis.memtable({"text": [first]})
    candidates = _readers_of(one, list(_common_formats()), 1)
    complete = _readers_of(values, candidates, total)
    if not complete and not iso:
        _refuse_unreadable(column.get_name(), values, candidates)
    if any(_differ(values, complete[0], other) for other in complete[1:]):
        raise UserError(
            f"dates in column {column.get_name()!r} can be read as "
            f"{' and as '.join(map(repr, complete))}; set data.date_format= to the right one"
        )
    return complete[0] if complete else None


def _common_formats() -> Iterator[str]:
    """Formats in use for dates, beside ISO 8601, each with the usual times of day."""
    numeric = [
        form.replace("/", separator)
        for form in ("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%Y/%m/%d")
        for separator in "/-."
    ]
    named = (
        *("%d-%b-%Y", "%d/%b/%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y%m%d"),
        *("%d-%b-%y", "%d/%b/%y", "%d %b %y"),
    )
    times = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
    return chain(map("".join, product((*numeric, *named), times)), (ISO_WEEK, f"{ISO_WEEK}-%u"))


def _readers_of(values: ir.Table, formats: list[str], total: int) -> list[str]:
    """Those formats that read all of the values."""
    counts = _row(values, *(instant(values.text, form).count() for form in formats))
    return [form for form, count in zip(formats, counts, strict=True) if count == total]


def _differ(values: ir.Table, one: str, other: str) -> bool:
    same = instant(values.text, one) == instant(values.text, other)
    return bool((~same).any().execute())


def _refuse_unreadable(name: str, values: ir.Table, candidates: list[str]) -> NoReturn:
    unread = values
    if candidates:
        counts = _row(values, *(instant(values.text, form).count() for form in candidates))
        best = candidates[counts.index(max(counts))]
        unread = values.filter(instant(values.text, best).isnull())
    value = unread.text.min().execute()
    remedy = "set data.date_format=… (as '%d.%m.%Y %H:%M')"
    if re.fullmatch(r"\d+(\.\d+)?", value):
        column = name if name.isidentifier() else "…"
        remedy = (
            "a number is counted from some day, so make dates of it: "
            f"data.query=\"select *, date '2017-01-01' + {column}::int as day from 'orders.csv'\" "
            "data.columns.invoiced_at=day"
        )
    raise UserError(
        f"dates in column {name!r} are in no common format, for instance {value!r}; {remedy}"
    )


def _row(values: ir.Table, *figures: ir.Value) -> list[Any]:
    """The figures of one aggregation, in order."""
    if not figures:
        return []
    named = [figure.name(f"figure_{i}") for i, figure in enumerate(figures)]
    row = values.aggregate(named).to_pyarrow().to_pylist()[0]
    return list(row.values())
