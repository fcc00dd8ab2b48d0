"""Identifiers of lines as text, each different one cleaned once."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from segmentation.data.parsing import identifier, order_status
from segmentation.engine.tables import kept

READ_BY = {
    "customer_id": identifier,
    "invoice_id": identifier,
    "product_id": identifier,
    "country": identifier,
    "cancelled_at": identifier,
    "status": order_status,
}
"""Canonical column to what makes text of its values, and null of those that say nothing."""


def with_identifiers(
    raw: ir.Table, matched: Mapping[str, str]
) -> tuple[ir.Table, dict[str, ir.StringValue]]:
    """Find the text of all identifiers of a table.

    Patterns are looked for in each different value, not in each line: where all values of a column
    stand there as they should, nothing is left to do with the lines.

    Parameters
    ----------
    raw : ibis Table
        Lines as read from the source.
    matched : mapping of canonical name to column of the source

    Returns
    -------
    table : ibis Table
        The same lines; further columns where a value has another text.
    texts : dict of canonical name to ibis string column of that table
        For those of `READ_BY` that are matched.
    """
    read = {name: matched[name] for name in READ_BY if name in matched}
    mended = []
    for name, column in read.items():
        if raw[column].type().is_integer():
            continue
        others = _other_texts(raw[column], name)
        if others.count().execute():
            mended.append(name)
            raw = raw.left_join(others, raw[column] == others[_value_of(name)])
    return raw, {
        name: ibis.ifelse(raw[_value_of(name)].notnull(), raw[_text_of(name)], plain)
        if name in mended
        else plain
        for name, plain in ((name, raw[column].cast("string")) for name, column in read.items())
    }


def _other_texts(column: ir.Column, name: str) -> ir.Table:
    """The values of a column that are not their own text, and that text."""
    # Kept: an engine that looks for the others first does so in every line.
    values = kept(column.get_backend(), column.name(_value_of(name)).as_table().distinct())
    value = values[_value_of(name)]
    texts = values.mutate(**{_text_of(name): READ_BY[name](value)})
    same = texts[_text_of(name)] == value.cast("string")
    return kept(column.get_backend(), texts.filter(value.notnull(), ~same.fill_null(False)))


def _value_of(name: str) -> str:
    return f"value of {name}"


def _text_of(name: str) -> str:
    return f"text of {name}"
