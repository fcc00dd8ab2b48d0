"""Position of each segment among all customers: medians and their quintiles."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.segments.vocabulary import PRESENT_DAYS, quintile

MEASURES = ("revenue", "orders", "average_order_value", "recency_days")
RECENT_DAYS = 90
EQUAL_WITHIN = 1e-9
"""Relative difference below which two values are one, so that changing the currency changes no
rank by a rounding error."""


@dataclass(frozen=True)
class SegmentPosition:
    """Position of one segment among all customers.

    Attributes
    ----------
    segment : int
    customers : int
        Size of the segment.
    medians : dict of str to float
        Median of revenue, orders, average_order_value and recency_days, in their own units.
    positions : dict of str to float
        Mid-rank of each median among all customers, from 0 (lowest) to 1 (highest):
        (customers below + half of the customers equal) / customers. Customers with the same value
        therefore share one position, in the middle of their ranks: where 60 % have one order, one
        order is at 0.3. For recency_days 1 is the most recent.
    revenue, revenue_share, orders_per_customer, average_order_value, recent_buyer_share : float
        Measured over the whole segment: revenue in total and as a share of the revenue of all
        (NaN when that is not positive), orders per customer, revenue per order (0 without
        orders), share of customers who bought in the last 90 days.
    first_customer : str
        Smallest customer id, which tells apart segments that are equal in everything else.
    """

    segment: int
    customers: int
    medians: dict[str, float]
    positions: dict[str, float]
    revenue: float
    revenue_share: float
    orders_per_customer: float
    average_order_value: float
    recent_buyer_share: float
    first_customer: str

    @property
    def quintiles(self) -> dict[str, int]:
        """Quintile of each position, 1 to 5; of recency 5 is the most recent."""
        return {measure: quintile(position) for measure, position in self.positions.items()}

    @property
    def judged(self) -> dict[str, float]:
        """Positions by which names are given.

        Recency counts as the middle at least where the median customer bought within
        `vocabulary.PRESENT_DAYS`; all else as it is.
        """
        present = self.medians["recency_days"] <= PRESENT_DAYS
        recency = self.positions["recency_days"]
        return self.positions | {"recency_days": max(recency, 0.5) if present else recency}

    @property
    def rank(self) -> tuple[object, ...]:
        """Sort key that depends on the customers of the segment only, never on its number."""
        positions = tuple(-self.positions[name] for name in MEASURES)
        return (*positions, -self.customers, self.first_customer)


def segment_positions(table: pd.DataFrame, labels: np.ndarray) -> list[SegmentPosition]:
    """Measure every segment, noise (−1) included, against all customers.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …), indexed by customer_id
        ``revenue`` (currency), ``orders`` and ``recency_days``, finite; more columns are ignored.
        The average order value is revenue / orders, 0 without orders.
    labels : ndarray of int, shape (n_customers,)
        Segment of every customer, in the order of ``table``.

    Returns
    -------
    list of SegmentPosition
        Sorted by `SegmentPosition.rank`: highest revenue first.
    """
    values = table[["revenue", "orders", "recency_days"]].astype(np.float64)
    per_order = values["revenue"] / values["orders"].where(values["orders"] != 0)
    values["average_order_value"] = per_order.fillna(0.0)
    found = [_position_of(values, labels == segment, int(segment)) for segment in np.unique(labels)]
    return sorted(found, key=lambda position: position.rank)


def _position_of(values: pd.DataFrame, members: np.ndarray, segment: int) -> SegmentPosition:
    own = values[members]
    medians = {name: float(own[name].median()) for name in MEASURES}
    revenue, orders = float(own["revenue"].sum()), float(own["orders"].sum())
    all_revenue = float(values["revenue"].sum())
    return SegmentPosition(
        segment=segment,
        customers=len(own),
        medians=medians,
        positions={name: _position(values[name], medians[name], name) for name in MEASURES},
        revenue=revenue,
        revenue_share=revenue / all_revenue if all_revenue > 0 else np.nan,
        orders_per_customer=orders / len(own),
        average_order_value=revenue / orders if orders else 0.0,
        recent_buyer_share=float((own["recency_days"] <= RECENT_DAYS).mean()),
        first_customer=min(map(str, own.index)),
    )


def _position(values: pd.Series, median: float, measure: str) -> float:
    array = values.to_numpy()
    equal = np.isclose(array, median, rtol=EQUAL_WITHIN, atol=0.0)
    # few days since the last purchase are a high recency
    worse = array > median if measure == "recency_days" else array < median
    return float(2 * np.sum(worse & ~equal) + np.sum(equal)) / (2 * len(array))
