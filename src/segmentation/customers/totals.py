"""Totals per customer, from which features are computed, as Ibis expressions.

Nothing here is specific to an engine: the same expression runs on DuckDB and on PySpark, with
money in decimals so that sums are exact and the same in every run.
"""

from datetime import UTC, datetime

import ibis
import ibis.expr.types as ir

SECONDS_PER_DAY = 86_400


def customer_totals(lines: ir.Table, as_of: datetime) -> ir.Table:
    """Sums, counts and times (seconds since 1970) per customer with a kept line.

    Parameters
    ----------
    lines : ibis Table
        Lines with ``removed_by``, see `cleaning.clean`.
    as_of : datetime
        UTC without time zone.

    Returns
    -------
    ibis Table
        ``customer_id``, ``revenue``, ``gross`` and ``returned`` (decimals), ``orders``, ``lines``,
        ``first_purchase`` and ``last_purchase``, ``as_of``; ``products`` and ``units`` where the
        lines have ``product_id`` and ``quantity``.
    """
    kept = lines.removed_by.isnull()
    purchased = kept & ~lines.cancelled
    seconds = lines.invoiced_at.truncate("s").epoch_seconds().cast("int64")
    nothing = ibis.literal(0).cast("decimal(18, 4)")
    totals = {
        "revenue": lines.amount.sum(where=kept),
        "gross": ibis.ifelse(lines.amount > 0, lines.amount, nothing).sum(where=kept),
        # cancellations are what cleaning removes, yet they are what returns consist of
        "returned": ibis.ifelse(lines.amount < 0, -lines.amount, nothing).sum(),
        "orders": lines.invoice_id.nunique(where=purchased),
        "lines": kept.sum(),
        "first_purchase": seconds.min(where=purchased).coalesce(seconds.min(where=kept)),
        "last_purchase": seconds.max(where=purchased).coalesce(seconds.max(where=kept)),
    }
    if "product_id" in lines.columns:
        totals["products"] = lines.product_id.nunique(where=kept)
    if "quantity" in lines.columns:
        totals["units"] = lines.quantity.sum(where=purchased).fill_null(0)
    counted = lines.filter(kept | (lines.removed_by == "cancellations"))
    measured = counted.group_by("customer_id").aggregate(**totals)
    as_of_seconds = int(as_of.replace(tzinfo=UTC).timestamp())
    return measured.filter(measured.lines > 0).mutate(as_of=ibis.literal(as_of_seconds, "int64"))


def ratio(value: ir.NumericValue, count: ir.IntegerValue) -> ir.FloatingValue:
    """Value per count; 0 when there is nothing to count."""
    return (value.cast("float64") / count.nullif(0).cast("float64")).fill_null(0.0)


def whole_days(seconds: ir.IntegerValue) -> ir.NumericValue:
    """Whole days in a number of seconds."""
    return (seconds.cast("float64") / SECONDS_PER_DAY).floor()


def mean_gap_days(totals: ir.Table) -> ir.NumericValue:
    """Mean days from an order to the next; the tenure with less than two."""
    seconds = (totals.last_purchase - totals.first_purchase).cast("float64")
    gaps = (totals.orders - 1).cast("float64")
    return ibis.ifelse(
        totals.orders > 1,
        seconds / SECONDS_PER_DAY / gaps.nullif(0),
        whole_days(totals.as_of - totals.first_purchase).cast("float64"),
    )


def return_share(totals: ir.Table) -> ir.NumericValue:
    """Returned value per gross value, at most 1."""
    returned, gross = totals.returned.cast("float64"), totals.gross.cast("float64")
    within = (returned / gross.nullif(0)).fill_null(0.0)
    return ibis.ifelse(totals.returned > totals.gross, 1.0, within)
