"""Position of each segment among all customers: medians and their quintiles."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.customers.rhythm import (
    UNKNOWN_RHYTHM,
    Rhythm,
    are_new,
    own_gaps,
    return_shares,
)
from segmentation.segments.presence import presence
from segmentation.segments.terms import quintile

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
    repeaters : int
        Customers with two orders or more.
    order_value_of_all : float
        Median average_order_value of all customers.
    presence : str
        See `presence.presence`; empty where the rhythm of the shop is not told.
    gaps_absent : float or None
        Median of the customers' absence, in gaps of their own.
    new_customers : int or None
        Customers with one order, not longer ago than the usual gap.
    returned_share, horizon_days : float or None
        Share of like customers who came back within so many days, see `rhythm.return_shares`.
    usual_gap_days, own_gap_days : float or None
        The shop's usual gap, and the median of the customers' own ones, see `rhythm.own_gaps`.
    repeaters_returned_share, repeaters_order_value : float or None
        Of those with two orders or more the share of like customers who came back, and the median
        of their average order values; ``None`` without any.
    present_customers : int or None
        Customers who bought within the usual gap, whatever the median of the segment is.
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
    repeaters: int
    order_value_of_all: float
    presence: str = ""
    gaps_absent: float | None = None
    new_customers: int | None = None
    returned_share: float | None = None
    horizon_days: float | None = None
    usual_gap_days: float | None = None
    own_gap_days: float | None = None
    repeaters_returned_share: float | None = None
    repeaters_order_value: float | None = None
    present_customers: int | None = None

    @property
    def quintiles(self) -> dict[str, int]:
        """Quintile of each position, 1 to 5; of recency 5 is the most recent."""
        return {measure: quintile(position) for measure, position in self.positions.items()}

    @property
    def rank(self) -> tuple[object, ...]:
        """Sort key that depends on the customers of the segment only, never on its number."""
        positions = tuple(-self.positions[name] for name in MEASURES)
        return (*positions, -self.customers, self.first_customer)


def segment_positions(
    table: pd.DataFrame, labels: np.ndarray, rhythm: Rhythm = UNKNOWN_RHYTHM
) -> list[SegmentPosition]:
    """Measure every segment, noise (−1) included, against all customers.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …), indexed by customer_id
        ``revenue`` (currency), ``orders`` and ``recency_days``, finite, and ``tenure_days`` where
        the rhythm is known; more columns are ignored. The average order value is revenue / orders,
        0 without orders.
    labels : ndarray of int, shape (n_customers,)
        Segment of every customer, in the order of ``table``.
    rhythm : Rhythm
        Of the shop.

    Returns
    -------
    list of SegmentPosition
        Sorted by `SegmentPosition.rank`: highest revenue first.
    """
    values = table[["revenue", "orders", "recency_days"]].astype(np.float64)
    per_order = values["revenue"] / values["orders"].where(values["orders"] != 0)
    values["average_order_value"] = per_order.fillna(0.0)
    told = _in_the_rhythm(table, rhythm)
    found = [
        _position_of(values, told, labels == segment, int(segment), rhythm)
        for segment in np.unique(labels)
    ]
    return sorted(found, key=lambda position: position.rank)


def _in_the_rhythm(table: pd.DataFrame, rhythm: Rhythm) -> pd.DataFrame:
    """What the rhythm says of every customer; without columns where it says nothing."""
    told = pd.DataFrame(index=table.index)
    if rhythm.gap_days is None:
        return told
    told["own_gap"] = own_gaps(table, rhythm.gap_days)
    told["gaps_absent"] = table["recency_days"] / told["own_gap"]
    told["is_new"] = are_new(table, rhythm.gap_days)
    told["is_present"] = table["recency_days"] <= rhythm.gap_days
    shares = return_shares(table, rhythm)
    return told if shares is None else told.assign(returned=shares)


def _position_of(
    values: pd.DataFrame, told: pd.DataFrame, members: np.ndarray, segment: int, rhythm: Rhythm
) -> SegmentPosition:
    own, rhythmic = values[members], told[members]
    repeat = (own["orders"] >= 2).to_numpy()
    medians = {name: float(own[name].median()) for name in MEASURES}
    revenue, orders = float(own["revenue"].sum()), float(own["orders"].sum())
    all_revenue = float(values["revenue"].sum())
    absent = _median(rhythmic, "gaps_absent")
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
        presence=presence(medians["orders"], medians["recency_days"], absent, rhythm),
        gaps_absent=absent,
        new_customers=int(rhythmic["is_new"].sum()) if "is_new" in told else None,
        returned_share=_mean(rhythmic, "returned"),
        horizon_days=rhythm.horizon_days,
        usual_gap_days=rhythm.gap_days,
        own_gap_days=_median(rhythmic, "own_gap"),
        repeaters=int(repeat.sum()),
        repeaters_returned_share=_mean(rhythmic[repeat], "returned"),
        repeaters_order_value=_median(own[repeat], "average_order_value"),
        order_value_of_all=float(values["average_order_value"].median()),
        present_customers=int(rhythmic["is_present"].sum()) if "is_present" in told else None,
    )


def _median(frame: pd.DataFrame, column: str) -> float | None:
    return float(frame[column].median()) if column in frame and len(frame) else None


def _mean(frame: pd.DataFrame, column: str) -> float | None:
    return float(frame[column].mean()) if column in frame and len(frame) else None


def _position(values: pd.Series, median: float, measure: str) -> float:
    array = values.to_numpy()
    equal = np.isclose(array, median, rtol=EQUAL_WITHIN, atol=0.0)
    # few days since the last purchase are a high recency
    worse = array > median if measure == "recency_days" else array < median
    return float(2 * np.sum(worse & ~equal) + np.sum(equal)) / (2 * len(array))
