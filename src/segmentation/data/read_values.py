"""Values of lines as what they mean, each different one read once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from segmentation.data.parsing import (
    identifier,
    instant,
    number,
    order_status,
    plain_instant,
    plain_number,
)
from segmentation.engine.tables import different_values, kept

IDENTIFIERS = ("customer_id", "invoice_id", "product_id", "country", "cancelled_at", "status")
NUMBERS = ("quantity", "unit_price", "amount", "refunded", "discount")


@dataclass(frozen=True)
class Reading:
    """How values of a column are read.

    Attributes
    ----------
    fully : callable
        From a column to what its values mean, whatever their notation.
    plainly : callable
        The same without a pattern that is looked for, of values that need none: another result,
        or null, of the others.
    """

    fully: Callable[[ir.Column], ir.Value]
    plainly: Callable[[ir.Column], ir.Value]


def with_values(
    raw: ir.Table, matched: Mapping[str, str], date_format: str | None, decimal: str
) -> tuple[ir.Table, dict[str, ir.Value]]:
    """Read the values of all columns that are matched.

    Patterns are looked for in each different value of a column, not in each line: where all of
    them are plain, nothing but a cast is left to do with the lines.

    Parameters
    ----------
    raw : ibis Table
        Lines as read from the source.
    matched : mapping of canonical name to column of the source
    date_format : str or None
        strptime format of text dates; None reads ISO 8601.
    decimal : {'.', ','}
        Decimal mark of numbers written as text.

    Returns
    -------
    table : ibis Table
        The same lines; further columns where a value means something else than it seems to.
    values : dict of canonical name to ibis column of that table
        Text of identifiers, decimal(18, 4) of numbers, timestamp(6) of instants.
    """
    readings = {name: _reading(name, date_format, decimal) for name in matched}
    mended = set()
    for name, column in matched.items():
        if _is_read_by_a_cast(raw[column], name):
            continue
        others = _others(raw[column], name, readings[name])
        if others.count().execute():
            mended.add(name)
            raw = raw.left_join(others, raw[column] == others[_value_of(name)])
    values = {}
    for name, column in matched.items():
        values[name] = plain = readings[name].plainly(raw[column])
        if name in mended:
            is_other = raw[_value_of(name)].notnull()
            values[name] = ibis.ifelse(is_other, raw[_meaning_of(name)], plain)
    return raw, values


def _reading(name: str, date_format: str | None, decimal: str) -> Reading:
    if name == "invoiced_at":
        return Reading(
            lambda column: instant(column, date_format),
            lambda column: plain_instant(column, date_format),
        )
    if name in NUMBERS:
        return Reading(
            lambda column: number(column, decimal), lambda column: plain_number(column, decimal)
        )
    fully = order_status if name == "status" else identifier
    return Reading(fully, lambda column: column.cast("string"))


def _is_read_by_a_cast(column: ir.Column, name: str) -> bool:
    kind = column.type()
    return kind.is_integer() or (name not in IDENTIFIERS and not kind.is_string())


def _others(column: ir.Column, name: str, reading: Reading) -> ir.Table:
    """The values of a column that are not plain, and what they mean."""
    # Kept: an engine that looks for the others first does so in every line.
    values = different_values(column).rename({_value_of(name): "value"})
    value = values[_value_of(name)]
    meant = values.mutate(**{_meaning_of(name): reading.fully(value)})
    same = meant[_meaning_of(name)].identical_to(reading.plainly(value))
    return kept(column.get_backend(), meant.filter(value.notnull(), ~same))


def _value_of(name: str) -> str:
    return f"value of {name}"


def _meaning_of(name: str) -> str:
    return f"meaning of {name}"
