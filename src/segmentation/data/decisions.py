"""What was decided about an export where it does not say so itself, a sentence each."""

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir

from segmentation.data.cleaning import STATUSES
from segmentation.data.columns import without_numbering
from segmentation.data.parsing import order_status

ROWS_OF_ORDERS_FROM = 0.95
"""Share of the rows with an invoice number of their own, where a row is an order."""
MOST_STATUSES = 12
"""More values are listed by nobody, and are no statuses, most likely."""


def decisions(raw: ir.Table, matched: Mapping[str, str], total: str) -> Iterator[str]:
    """Say how lines were understood.

    Parameters
    ----------
    raw : ibis Table
        Lines as read from the source.
    matched : mapping of canonical name to column of the source
    total : str
        Column that looked like an amount and is the total of an order; empty without one.

    Yields
    ------
    str
        A sentence.
    """
    if total:
        yield (
            f"column {total!r} has one value per order, as a total of orders has: "
            "amounts are quantity × price"
        )
    if _is_one_row_per_order(raw, matched):
        yield "read as one row per order"
    if not {"amount", "quantity"} & matched.keys():
        yield "no column holds quantities: every line is one unit"
    if "invoice_id" not in matched:
        yield "no column holds invoice numbers: what a customer buys in a day is one order"
    if len(without_numbering(raw.columns)) < len(raw.columns):
        yield f"column {raw.columns[0]!r} numbers the rows, and makes no line another one"
    if "status" in matched and (sold := _sold(raw[matched["status"]])):
        yield sold


def _sold(status: ir.Column) -> str:
    """Say which statuses of orders no rule of the cleaning knows; empty without any."""
    read = order_status(status)
    known = [each for values in STATUSES.values() for each in values]
    counted = read.name("status").as_table().group_by("status").aggregate(lines=ibis._.count())
    rows = counted.order_by([ibis.desc("lines"), "status"]).to_pyarrow().to_pylist()
    total = sum(row["lines"] for row in rows)
    sold = [row for row in rows if row["status"] is not None and row["status"] not in known]
    if len(sold) > MOST_STATUSES:
        return f"column {status.get_name()!r} has {len(sold):,} values, none of which is left out"
    shares = ", ".join(f"{row['status']} {row['lines'] / total:.1%}" for row in sold)
    return f"orders count as sales with the status: {shares}" if sold else ""


def _is_one_row_per_order(raw: ir.Table, matched: Mapping[str, str]) -> bool:
    """Whether amounts are those of orders: nearly every row has an invoice number of its own."""
    if "unit_price" in matched or not {"amount", "invoice_id"} <= matched.keys():
        return False
    orders = raw[matched["invoice_id"]]
    told = raw.aggregate(orders=orders.nunique(), rows=orders.count()).to_pyarrow().to_pylist()[0]
    return told["rows"] > 0 and told["orders"] >= ROWS_OF_ORDERS_FROM * told["rows"]
