"""In which format the dates of an export are written."""

import re
from collections.abc import Iterator
from itertools import chain, product
from typing import Any, NoReturn

import ibis
import ibis.expr.types as ir

from segmentation.data.parsing import ISO_WEEK, instant
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.tables import different_values
from segmentation.errors import UserError


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
    written = different_values(column).mutate(text=ibis._.value.cast("string").strip())
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
