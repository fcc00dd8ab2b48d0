"""Customer features: one Ibis expression over cleaned transaction lines.

Nothing here is specific to an engine: the same expression runs on DuckDB and on PySpark, with
money in decimals so that sums are exact and the same in every run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import ibis
import ibis.expr.types as ir

from segmentation.errors import UserError

SECONDS_PER_DAY = 86_400
ALWAYS_MEASURED = ("revenue", "orders", "recency_days")
"""Features that profiles and baselines need whatever was asked for."""


@dataclass(frozen=True)
class Feature:
    """How a customer feature is computed.

    Attributes
    ----------
    expression : callable
        From the totals of a customer (see `_customer_totals`) to the feature.
    needs : str or None
        The optional canonical column without which the feature cannot be computed.
    """

    expression: Callable[[ir.Table], ir.NumericValue]
    needs: str | None = None


FEATURES: dict[str, Feature] = {
    "revenue": Feature(lambda totals: totals.revenue),
    "orders": Feature(lambda totals: totals.orders),
    "lines": Feature(lambda totals: totals.lines),
    "average_order_value": Feature(lambda totals: _ratio(totals.revenue, totals.orders)),
    "average_line_value": Feature(lambda totals: _ratio(totals.revenue, totals.lines)),
    "recency_days": Feature(lambda totals: _whole_days(totals.as_of - totals.last_purchase)),
    "tenure_days": Feature(lambda totals: _whole_days(totals.as_of - totals.first_purchase)),
    "mean_gap_days": Feature(lambda totals: _mean_gap_days(totals)),
    "return_share": Feature(lambda totals: _return_share(totals)),
    "products": Feature(lambda totals: totals.products, needs="product_id"),
    "units_per_order": Feature(
        lambda totals: _ratio(totals.units, totals.orders), needs="quantity"
    ),
}
"""Name of a feature to its definition; `customer_features` says what each one means."""
RATIOS = {"average_order_value": ("revenue", "orders"), "average_line_value": ("revenue", "lines")}
"""Features that are the ratio of two others."""
AT_MOST = {
    "orders": "lines",
    "products": "lines",
    "recency_days": "tenure_days",
    "mean_gap_days": "tenure_days",
}
"""Features that no customer has more of than of another one."""


def are_bound(features: Sequence[str]) -> bool:
    """Whether a feature follows from others, or is at most another: not any mixture can exist.

    Parameters
    ----------
    features : sequence of str
        Keys of `FEATURES`.
    """
    ratios = ({ratio, *terms} for ratio, terms in RATIOS.items())
    limits = ({less, more} for less, more in AT_MOST.items())
    return any(bond <= set(features) for bond in (*ratios, *limits))


def customer_features(lines: ir.Table, features: Sequence[str], as_of: datetime) -> ir.Table:
    """Measure every customer who has a line that was kept.

    A *purchase* is a kept line that is not cancelled. All features are finite.

    ==================== ===========================================================================
    revenue              sum of the amounts of kept lines; negative when returns outweigh purchases
    orders               distinct invoices with a purchase; 0 for a customer with only returns
    lines                kept lines, at least 1
    average_order_value  revenue / orders; 0 without orders
    average_line_value   revenue / lines
    recency_days         whole days elapsed from the last purchase to as_of
    tenure_days          whole days elapsed from the first purchase to as_of
    mean_gap_days        days from the first to the last purchase / (orders − 1); with one order or
                         none: tenure_days, the least that the gap can be
    return_share         returned value / gross value, 0 to 1. Gross value are the positive amounts
                         of kept lines, returned value the negative ones, whether they were kept or
                         removed by the rule for cancellations; 1 where returns exceed purchases
    products             distinct products on kept lines
    units_per_order      quantity purchased / orders; 0 without orders
    ==================== ===========================================================================

    For a customer without a purchase, any kept line counts as one in recency, tenure and gap.

    Parameters
    ----------
    lines : ibis Table
        Lines with ``removed_by``, see `cleaning.clean`; none later than as_of. To measure customers
        as they stood at an earlier instant T, give the lines before T and T as as_of.
    features : sequence of str
        Keys of `FEATURES`.
    as_of : datetime
        The instant at which customers are measured, UTC without time zone.

    Returns
    -------
    ibis Table
        customer_id (text), the features asked for in their order, then those of `ALWAYS_MEASURED`
        that were not asked for, as float64; ordered by the length of the id, then the id.

    Raises
    ------
    UserError
        A feature is unknown, or needs a column that the source does not have.
    """
    _check(lines, features)
    names = list(dict.fromkeys([*features, *ALWAYS_MEASURED]))
    totals = _customer_totals(lines, as_of)
    table = totals.select(
        "customer_id", **{name: FEATURES[name].expression(totals).cast("float64") for name in names}
    )
    return table.order_by(table.customer_id.length(), table.customer_id)


def next_revenue(lines: ir.Table, start: datetime, end: datetime) -> ir.Table:
    """Revenue of each customer in a period, the outcome of an out-of-time evaluation.

    Parameters
    ----------
    lines : ibis Table
        Lines with ``removed_by``, see `cleaning.clean`.
    start, end : datetime
        Both included; UTC without time zone.

    Returns
    -------
    ibis Table
        customer_id (text) and next_revenue (float64) of the customers with a kept line in the
        period, ordered as in `customer_features`.
    """
    period = lines.filter(
        lines.removed_by.isnull(),
        lines.invoiced_at >= ibis.timestamp(start),
        lines.invoiced_at <= ibis.timestamp(end),
    )
    table = period.group_by("customer_id").aggregate(
        next_revenue=period.amount.sum().cast("float64")
    )
    return table.order_by(table.customer_id.length(), table.customer_id)


def _check(lines: ir.Table, features: Sequence[str]) -> None:
    for name in features:
        if name not in FEATURES:
            raise UserError(
                f"feature {name!r} is unknown; features.features must be among: {', '.join(FEATURES)}"
            )
        needs = FEATURES[name].needs
        if needs is not None and needs not in lines.columns:
            raise UserError(
                f"feature {name!r} needs the column {needs!r}, which the data does not have; "
                f"set data.columns.{needs}=… or leave the feature out of features.features"
            )


def _customer_totals(lines: ir.Table, as_of: datetime) -> ir.Table:
    """Sums, counts and times (seconds since 1970) per customer with a kept line."""
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


def _ratio(value: ir.NumericValue, count: ir.IntegerValue) -> ir.FloatingValue:
    """Value per count; 0 when there is nothing to count."""
    return (value.cast("float64") / count.nullif(0).cast("float64")).fill_null(0.0)


def _whole_days(seconds: ir.IntegerValue) -> ir.NumericValue:
    return (seconds.cast("float64") / SECONDS_PER_DAY).floor()


def _mean_gap_days(totals: ir.Table) -> ir.NumericValue:
    seconds = (totals.last_purchase - totals.first_purchase).cast("float64")
    gaps = (totals.orders - 1).cast("float64")
    return ibis.ifelse(
        totals.orders > 1,
        seconds / SECONDS_PER_DAY / gaps.nullif(0),
        _whole_days(totals.as_of - totals.first_purchase).cast("float64"),
    )


def _return_share(totals: ir.Table) -> ir.NumericValue:
    returned, gross = totals.returned.cast("float64"), totals.gross.cast("float64")
    within = (returned / gross.nullif(0)).fill_null(0.0)
    return ibis.ifelse(totals.returned > totals.gross, 1.0, within)


def features_of(lines: ir.Table) -> tuple[str, ...]:
    """Names of all features that the columns of the lines allow, in the order of `FEATURES`."""
    return tuple(
        name
        for name, feature in FEATURES.items()
        if feature.needs is None or feature.needs in lines.columns
    )
