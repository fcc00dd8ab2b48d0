"""A segment's place among the others, of which a test says what matters to it."""

from typing import Any

from segmentation.segments.position import SegmentPosition

PLAIN = {
    "segment": 0,
    "customers": 20,
    "medians": {},
    "positions": {},
    "revenue": 0.0,
    "revenue_share": 0.0,
    "orders_per_customer": 0.0,
    "average_order_value": 0.0,
    "recent_buyer_share": 0.0,
    "first_customer": "a",
    "repeaters": 0,
    "order_value_of_all": 0.0,
}


def position(**given: Any) -> SegmentPosition:
    return SegmentPosition(**PLAIN | given)
