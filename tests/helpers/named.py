"""Made-up groups of customers, and the names that they get."""

import numpy as np
import pandas as pd

from segmentation.customers.rhythm import Rhythm
from segmentation.segments.naming import name_segments
from segmentation.segments.segment_name import SegmentName

RHYTHM = Rhythm(gap_days=53.46, second_order_days=97.02, horizon_days=93.3, return_auc=0.616)
TOLD = Rhythm(gap_days=30.0, return_auc=0.7)


UNTOLD = Rhythm(gap_days=30.0, return_auc=0.59)


def shop(groups: dict[str, tuple[float, float, float]], size: int = 20) -> pd.DataFrame:
    """Customers of each group around its revenue, orders and recency_days, a month between orders.

    With a usual gap of 30 days, as in `TOLD`, everybody's own gap is 30 days.
    """
    spread = np.linspace(0.99, 1.01, size)
    rows = [
        {
            "group": group,
            "revenue": revenue * x,
            "orders": float(orders),
            "recency_days": float(days),
            "tenure_days": days + 30.0 * (orders - 1),
        }
        for group, (revenue, orders, days) in groups.items()
        for x in spread
    ]
    frame = pd.DataFrame(rows)
    frame.index = pd.Index([f"c{number:04d}" for number in range(len(frame))], name="customer_id")
    return frame


def by_group(table: pd.DataFrame, **options: object) -> dict[str, SegmentName]:
    codes, groups = pd.factorize(table["group"])
    named = name_segments(table, codes, **{"rhythm": TOLD} | options)
    return {groups[segment.segment]: segment for segment in named if segment.segment >= 0}


def names(table: pd.DataFrame, **options: object) -> dict[str, str]:
    return {group: segment.name for group, segment in by_group(table, **options).items()}


SIX = {
    "best": (9000, 30, 3),
    "steady": (3600, 12, 25),
    "large": (1500, 2, 29),
    "fresh": (100, 2, 5),
    "once good": (6000, 8, 200),
    "away": (80, 2, 300),
}
