"""Totals per customer, from which features are computed, as Ibis expressions.

Nothing here is specific to an engine: the same expressions run on DuckDB, PostgreSQL and Spark,
with money in decimals so that sums are exact and the same in every run.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import ibis
import ibis.expr.types as ir

from segmentation.data.invoices import seconds_of
from segmentation.engine.tables import kept

SECONDS_PER_DAY = 86_400


def customer_totals(
    invoices: ir.Table, as_of: datetime, products: ir.Table | None = None
) -> ir.Table:
    """Sums, counts and times (seconds since 1970) per customer with a kept line.

    Parameters
    ----------
    invoices : ibis Table
        Of `invoices.invoices_of`.
    as_of : datetime
        UTC without time zone.
    products : ibis Table, optional
        Distinct ones of each customer, see `count_products`.

    Returns
    -------
    ibis Table
        ``customer_id``, ``revenue``, ``gross`` and ``returned`` (decimals), ``orders``, ``lines``,
        ``first_purchase`` and ``last_purchase``, ``as_of``; ``units`` where the lines have
        ``quantity``; ``products`` where those are given.
    """
    counts = invoices.removed_by.isnull()
    purchased = counts & ~invoices.cancelled
    seconds = seconds_of(invoices.invoiced_at)
    totals = {
        "revenue": invoices.amount.sum(where=counts),
        "gross": invoices.gross.sum(where=counts),
        # cancellations are what cleaning removes, yet they are what returns consist of
        "returned": invoices.returned.sum(),
        "orders": invoices.invoice_id.nunique(where=purchased),
        "lines": invoices.lines.sum(where=counts).fill_null(0).cast("int64"),
        "first_purchase": seconds.min(where=purchased).coalesce(seconds.min(where=counts)),
        "last_purchase": seconds.max(where=purchased).coalesce(seconds.max(where=counts)),
    }
    if "quantity" in invoices.columns:
        totals["units"] = invoices.quantity.sum(where=purchased).fill_null(0)
    counted = invoices.filter(counts | (invoices.removed_by == "cancellations"))
    measured = counted.group_by("customer_id").aggregate(**totals)
    as_of_seconds = int(as_of.replace(tzinfo=UTC).timestamp())
    measured = measured.filter(measured.lines > 0)
    if products is not None:
        joined = measured.left_join(products, "customer_id")
        measured = joined.select(*measured.columns, products=joined.products.fill_null(0))
    return measured.mutate(as_of=ibis.literal(as_of_seconds, "int64"))


def count_products(lines: ir.Table, instants: Sequence[datetime | None]) -> list[ir.Table]:
    """Count the distinct products on kept lines, in one pass for several instants.

    Parameters
    ----------
    lines : ibis Table
        Lines with ``product_id`` and ``removed_by``, see `cleaning.clean`.
    instants : sequence of datetime or None
        Lines at or after it are not counted; ``None`` counts all. UTC without time zone.

    Returns
    -------
    list of ibis Table
        ``customer_id`` and ``products``, for each instant; a customer without any may be missing.
    """
    bought = lines.filter(lines.removed_by.isnull(), lines.product_id.notnull())
    first = bought.group_by("customer_id", "product_id").aggregate(at=bought.invoiced_at.min())
    counts = {
        str(place): first.count() if instant is None else (first["at"] < instant).sum()
        for place, instant in enumerate(instants)
    }
    counted = kept(lines.get_backend(), first.group_by("customer_id").aggregate(**counts))
    return [counted.select("customer_id", products=counted[name]) for name in counts]


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
