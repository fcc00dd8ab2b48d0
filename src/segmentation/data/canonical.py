"""A raw table to canonical transaction lines: the same columns and types for every source."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from segmentation.data.columns import COMMON_NAMES, match_columns, without_numbering
from segmentation.data.currencies import currencies_of
from segmentation.data.date_formats import find_date_format, require_date_format
from segmentation.data.decisions import decisions
from segmentation.data.describing import carried, descriptors_of
from segmentation.data.parsing import number
from segmentation.data.read_values import with_values
from segmentation.data.transactions import KEPT, Transactions
from segmentation.engine.functions import row_hash
from segmentation.engine.tables import kept

DUPLICATE = "equal to an earlier line"
CANONICAL = tuple(COMMON_NAMES)
FAST_PRODUCT = 9e9
"""Products below it have 18 digits at most, eight of them decimals."""
OF_ORDERS_FROM = 0.95
"""Share of the orders of different lines that have one amount, where it is a total of orders."""
OF_ORDERS_ONLY = ("cancelled_at", "refunded", "discount")
"""Canonical columns that say something of an order, and are none of a line."""


def to_canonical(
    raw: ir.Table,
    source: str,
    columns: Mapping[str, str | None] | None = None,
    date_format: str | None = None,
    decimal: str = ".",
    cancellation_prefix: str | None = None,
    likely_format: str | None = None,
    keep: Sequence[str] = (),
    describe: Sequence[str] = (),
) -> Transactions:
    """Match the columns of a raw table and express its lines in canonical columns.

    Parameters
    ----------
    raw : ibis Table
        Lines as read from the source.
    source : str
        Where the lines come from, for people to read.
    columns : mapping of canonical name to column of the source, optional
        See `columns.match_columns`.
    date_format : str, optional
        strptime format of text dates; None looks for the only one that fits.
    decimal : {'.', ','}
        Decimal mark of numbers written as text.
    cancellation_prefix : str, optional
        How invoice numbers of cancellations begin.
    likely_format : str, optional
        Date format that is taken, where none is given, if it fits.
    keep : sequence of str
        Columns of the source that are carried along as text, `KEPT` before their names.
    describe : sequence of str
        Columns that describe customers; those that are there are carried along as text.

    Returns
    -------
    Transactions
        Lines with customer_id, invoice_id, product_id, country (text), invoiced_at (timestamp,
        UTC), quantity, unit_price, amount (decimal(18, 4)); optional columns only when the source
        has them. amount is quantity × unit_price unless given line by line, a line without a
        quantity is one unit, and without invoice numbers the day is the order; `notes` says so
        where it was decided here. Beside them ``cancelled`` (negative
        amount, or the prefix), ``line_hash`` (the same for lines that are equal in every column of
        the source), ``in_earlier_file`` (see `united.united`), ``unreadable`` (the column of the
        source whose value cannot be read, else null) and ``unreadable_value`` (that value).

    Raises
    ------
    UserError
        A column is missing or the date format is ambiguous.
    """
    matched = match_columns(raw.columns, columns)
    is_total = not (columns or {}).get("amount") and _is_of_orders(raw, matched, decimal)
    total = matched.pop("amount") if is_total else ""
    dates = raw[matched["invoiced_at"]]
    if date_format:
        require_date_format(dates, date_format)
    date_format = date_format or find_date_format(dates, likely_format)
    of_source = without_numbering(raw.columns)
    marked = _marked(raw, matched, of_source)
    joined, read = with_values(marked, matched, date_format, decimal)
    values = _values(joined, matched, read)
    canonical = joined.select(
        **{name: values[name] for name in CANONICAL if name in values},
        **_unreadable(joined, matched, values),
        line_hash=row_hash(joined, of_source),
        in_earlier_file=ibis.literal(False),
        **{f"{KEPT}{name}": joined[name].cast("string") for name in keep},
        **carried(joined, describe),
    )
    lines = _with_flags(kept(raw.get_backend(), canonical), matched, cancellation_prefix)
    reading = {
        "columns": matched,
        "date_format": date_format,
        "cancellation_prefix": cancellation_prefix,
    }
    currencies = currencies_of(raw, matched.get("amount") or matched["unit_price"])
    notes = (*decisions(raw, matched, total), *filter(None, [currencies.mixed]))
    described = descriptors_of(describe, lines.columns, matched)
    return Transactions(lines, matched, source, notes, reading, described, currencies.only)


def _marked(raw: ir.Table, matched: Mapping[str, str], of_source: Sequence[str]) -> ir.Table:
    """Say which lines stand there before, where what belongs to an order is counted once."""
    if not {"refunded", "discount"} & matched.keys():
        return raw
    again = ibis.row_number().over(ibis.window(group_by=of_source)) > 0
    return raw.mutate(**{DUPLICATE: again})


def _values(
    raw: ir.Table, matched: Mapping[str, str], read: Mapping[str, ir.Value]
) -> dict[str, Any]:
    """Canonical values of a line, in the order in which they depend on each other."""
    values = dict(read)
    if "amount" not in values:
        values["amount"] = _price_of_units(values)
    if {"refunded", "discount"} & values.keys():
        values["amount"] = _less_refunds(raw, matched, values)
    if "cancelled_at" in values:
        values["status"] = _with_cancelled(values)
    values = {name: value for name, value in values.items() if name not in OF_ORDERS_ONLY}
    if "invoice_id" not in values:
        values["invoice_id"] = values["invoiced_at"].date().cast("string")
    return values


def _is_of_orders(raw: ir.Table, matched: Mapping[str, str], decimal: str) -> bool:
    """Whether what looks like an amount is the total of an order, on one of its lines or on all.

    It is where nearly all orders of different lines have no more than one value of it.
    """
    if not {"amount", "quantity", "unit_price", "invoice_id"} <= matched.keys():
        return False
    amount, quantity, price = (
        number(raw[matched[name]], decimal) for name in ("amount", "quantity", "unit_price")
    )
    exact = quantity.cast("float64") * price.cast("float64")
    orders = raw.group_by(raw[matched["invoice_id"]]).aggregate(
        amounts=amount.nunique(), lines=exact.nunique()
    )
    several = orders.filter(orders.lines > 1)
    one = several.aggregate(share=(several.amounts <= 1).mean()).to_pyarrow().to_pylist()
    return (one[0]["share"] or 0.0) >= OF_ORDERS_FROM


def _price_of_units(values: Mapping[str, Any]) -> ir.DecimalValue:
    if "quantity" not in values:
        return values["unit_price"]
    quantity, price = values["quantity"], values["unit_price"]
    # Into 18 digits an engine multiplies fast, into 38 slowly; beyond 38 another rounds twice.
    fits = (quantity.cast("float64") * price.cast("float64")).abs() < FAST_PRODUCT
    return ibis.ifelse(
        fits,
        number((quantity * price).cast("decimal(18, 8)")),
        number(quantity.cast("decimal(19, 4)") * price),
    )


def _less_refunds(
    raw: ir.Table, matched: Mapping[str, str], values: Mapping[str, Any]
) -> ir.DecimalValue:
    """Amounts less discounts and what was paid back of the order, in proportion; none below 0."""
    # Without invoice numbers a line is all that was paid back of.
    order = [raw[matched["invoice_id"]]] if "invoice_id" in matched else raw.columns
    of_order = ibis.window(group_by=order)
    # An order that stands in two exports was paid once.
    once = ibis.ifelse(raw[DUPLICATE], None, values["amount"])
    total = once.sum().over(of_order).cast("float64")
    given = [values[name] for name in ("refunded", "discount") if name in values]
    back = sum(one.max().over(of_order).cast("float64").fill_null(0.0) for one in given)
    left = ibis.greatest(1 - back / total.nullif(0.0), 0.0)
    rest = ibis.ifelse(back > 0, values["amount"].cast("float64") * left, None)
    return ibis.coalesce(number(rest.round(4)), values["amount"])


def _with_cancelled(values: Mapping[str, Any]) -> ir.StringValue:
    """Status of the order: cancelled where it has a date on which it was."""
    status = values.get("status", ibis.null("string"))
    return ibis.ifelse(values["cancelled_at"].notnull(), "cancelled", status)


def _with_flags(lines: ir.Table, matched: Mapping[str, str], prefix: str | None) -> ir.Table:
    """Say what follows from the amounts, which are computed once: an engine does so at every use.

    Parameters
    ----------
    lines : ibis Table
        That is kept.
    matched : mapping of canonical name to column of the source
    prefix : str or None
        How invoice numbers of cancellations begin.
    """
    negative = (lines.amount < 0).fill_null(False)
    cancelled = negative | lines.invoice_id.startswith(prefix) if prefix else negative
    if "amount" in matched or "quantity" not in matched:
        return lines.mutate(cancelled=cancelled)
    too_large = lines.amount.isnull() & lines.unreadable.isnull()
    return lines.mutate(
        cancelled=cancelled,
        unreadable=ibis.ifelse(too_large, matched["quantity"], lines.unreadable),
        unreadable_value=ibis.ifelse(
            too_large, lines.quantity.cast("string"), lines.unreadable_value
        ),
    )


def _unreadable(
    raw: ir.Table, matched: Mapping[str, str], values: Mapping[str, Any]
) -> dict[str, ir.StringValue]:
    """The first column, in canonical order, whose value a line needs and does not give."""
    conditions = []
    for name in ("invoice_id", "invoiced_at", "amount", "quantity", "unit_price"):
        if name not in matched:
            continue
        unread = values[name].isnull()
        if "amount" in matched and name in ("quantity", "unit_price"):
            # blank is fine where the amount is given
            unread &= raw[matched[name]].cast("string").strip() != ""
        conditions.append((unread, matched[name]))
    nothing = ibis.null("string")
    return {
        "unreadable": ibis.cases(*conditions, else_=nothing),
        "unreadable_value": ibis.cases(
            *((unread, raw[column].cast("string")) for unread, column in conditions), else_=nothing
        ),
    }
