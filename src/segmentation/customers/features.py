"""Customer features: one row each, and the Ibis expression that measures them all."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import ibis
import ibis.expr.types as ir

from segmentation.customers.bonds import (
    Bond,
    gap_between_orders,
    lines_of_orders,
    per,
    products_of_lines,
    ratio_or_0,
    recency_of_tenure,
    recency_within_tenure,
    times,
    units_of_lines,
    units_per_line,
)
from segmentation.customers.totals import (
    customer_totals,
    mean_gap_days,
    ratio,
    return_share,
    whole_days,
)
from segmentation.engine.functions import in_byte_order
from segmentation.errors import UserError

ALWAYS_MEASURED = ("revenue", "orders", "recency_days")
"""Features that profiles and baselines need whatever was asked for."""
MONEY = "money"
"""Unit of what is in the currency of the shop."""


@dataclass(frozen=True)
class Feature:
    """A customer feature: how it is computed, and all that is known of it.

    Attributes
    ----------
    expression : callable
        From the totals of a customer (see `totals.customer_totals`) to the feature.
    meaning : str
        What it is, in words.
    unit : str or None
        What it is measured in; None is a count of what its name says.
    needs : str or None
        The optional canonical column without which the feature cannot be computed.
    bonds : tuple of Bond
        How it follows from other features, the first that shows first; empty for one that is free.
    """

    expression: Callable[[ir.Table], ir.NumericValue]
    meaning: str
    unit: str | None = None
    needs: str | None = None
    bonds: tuple[Bond, ...] = ()


FEATURES: dict[str, Feature] = {
    "revenue": Feature(
        lambda totals: totals.revenue,
        "sum of the amounts of kept lines; negative when returns outweigh purchases",
        unit=MONEY,
        bonds=(
            Bond(("lines",), times("lines"), per("revenue", "lines")),
            Bond(("orders",), times("orders"), per("revenue", "orders")),
        ),
    ),
    "orders": Feature(
        lambda totals: totals.orders,
        "distinct invoices with a purchase; 0 for a customer with only returns",
    ),
    "lines": Feature(
        lambda totals: totals.lines,
        "kept lines, at least 1",
        bonds=(Bond(("orders",), lines_of_orders, per("lines", "orders")),),
    ),
    "average_order_value": Feature(
        lambda totals: ratio(totals.revenue, totals.orders),
        "revenue / orders; 0 without orders",
        unit=MONEY,
        bonds=(Bond(("revenue", "orders"), ratio_or_0("revenue", "orders")),),
    ),
    "average_line_value": Feature(
        lambda totals: ratio(totals.revenue, totals.lines),
        "revenue / lines",
        unit=MONEY,
        bonds=(Bond(("revenue", "lines"), ratio_or_0("revenue", "lines")),),
    ),
    "recency_days": Feature(
        lambda totals: whole_days(totals.as_of - totals.last_purchase),
        "whole days elapsed from the last purchase to as_of",
        unit="days",
        bonds=(
            Bond(
                ("tenure_days", "orders"),
                recency_within_tenure,
                recency_of_tenure,
                of_repeat_buyers=True,
            ),
        ),
    ),
    "tenure_days": Feature(
        lambda totals: whole_days(totals.as_of - totals.first_purchase),
        "whole days elapsed from the first purchase to as_of",
        unit="days",
    ),
    "mean_gap_days": Feature(
        mean_gap_days,
        "days from the first to the last purchase / (orders − 1); with one order or none: "
        "tenure_days, the least that the gap can be",
        unit="days",
        bonds=(Bond(("tenure_days", "recency_days", "orders"), gap_between_orders),),
    ),
    "return_share": Feature(
        return_share,
        "returned value / gross value, 0 to 1: the negative amounts, whether or not cleaning "
        "removes them as cancellations, by the positive amounts of kept lines; 1 where returns "
        "exceed purchases",
        unit="of gross",
    ),
    "products": Feature(
        lambda totals: totals.products,
        "distinct products on kept lines",
        needs="product_id",
        bonds=(Bond(("lines",), products_of_lines, per("products", "lines")),),
    ),
    "units_per_order": Feature(
        lambda totals: ratio(totals.units, totals.orders),
        "quantity purchased / orders; 0 without orders",
        needs="quantity",
        bonds=(Bond(("lines", "orders"), units_of_lines, units_per_line),),
    ),
}
"""Name of a feature to its row."""


def features_of(lines: ir.Table) -> tuple[str, ...]:
    """Names of all features that the columns of the lines allow, in the order of `FEATURES`."""
    return tuple(name for name, row in FEATURES.items() if row.needs in (None, *lines.columns))


def customer_features(
    invoices: ir.Table,
    features: Sequence[str],
    as_of: datetime,
    products: ir.Table | None = None,
    ordered: bool = True,
) -> ir.Table:
    """Measure every customer who has a line that was kept.

    A *purchase* is a kept line that is not cancelled; for a customer without one, any kept line
    counts as a purchase in recency, tenure and gap. All features are finite; what each one means is
    in its row of `FEATURES`.

    Parameters
    ----------
    invoices : ibis Table
        Of `invoices.invoices_of`; none later than as_of. To measure customers as they were at an
        earlier instant T, give those before T and T as as_of.
    features : sequence of str
        Keys of `FEATURES`.
    as_of : datetime
        The instant at which customers are measured, UTC without time zone.
    products : ibis Table, optional
        Of `totals.count_products`; the feature ``products`` needs it.
    ordered : bool
        Whether the order of the rows is that of the ids.

    Returns
    -------
    ibis Table
        customer_id (text), the features asked for in their order, then those of `ALWAYS_MEASURED`
        that were not asked for, as float64; in order by the length of the id, then the id.
    """
    names = list(dict.fromkeys([*features, *ALWAYS_MEASURED]))
    totals = customer_totals(invoices, as_of, products)
    table = totals.select(
        "customer_id", **{name: FEATURES[name].expression(totals).cast("float64") for name in names}
    )
    return in_order_of_ids(table) if ordered else table


def in_order_of_ids(customers: ir.Table) -> ir.Table:
    """Order customers by the length of their ids, then by the ids: 9 before 10, on any engine."""
    return customers.order_by(customers.customer_id.length(), in_byte_order(customers.customer_id))


def next_purchases(invoices: ir.Table, start: datetime, end: datetime | None) -> ir.Table:
    """What each customer bought in a period: the outcomes of an out-of-time evaluation.

    Parameters
    ----------
    invoices : ibis Table
        Of `invoices.invoices_of`.
    start : datetime
        Included; UTC without time zone.
    end : datetime or None
        Excluded; ``None`` is the end of them.

    Returns
    -------
    ibis Table
        customer_id (text), next_revenue and next_orders (distinct invoices with a purchase), both
        float64, of the customers with a kept line in the period, ordered as in
        `customer_features`.
    """
    kept = invoices.filter(
        invoices.removed_by.isnull(), invoices.invoiced_at >= ibis.timestamp(start)
    )
    period = kept if end is None else kept.filter(kept.invoiced_at < ibis.timestamp(end))
    orders = period.invoice_id.nunique(where=~period.cancelled)
    table = period.group_by("customer_id").aggregate(
        next_revenue=period.amount.sum().cast("float64"), next_orders=orders.cast("float64")
    )
    return in_order_of_ids(table)


def require_features(features: Sequence[str], allowed: Collection[str]) -> None:
    """Refuse features that are unknown, or that the data does not allow.

    Parameters
    ----------
    features : sequence of str
        That are asked for.
    allowed : collection of str
        That can be measured, see `features_of`.

    Raises
    ------
    UserError
        Names the first such feature.
    """
    for name in features:
        if name not in FEATURES:
            raise UserError(
                f"feature {name!r} is unknown; features.names must be among: {', '.join(FEATURES)}"
            )
        if name not in allowed:
            needs = FEATURES[name].needs
            raise UserError(
                f"feature {name!r} needs the column {needs!r}, which the data does not have; "
                f"set data.columns.{needs}=… or leave the feature out of features.names"
            )
