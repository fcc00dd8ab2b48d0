"""Actions for segments: a verb, the figure it is to move, and the money that is measured for it."""

from dataclasses import dataclass

REVENUE, RETURNING, RETURNING_REPEATERS, ORDER_VALUE_GAP = (
    "revenue",
    "returning",
    "returning repeaters",
    "order value gap",
)
"""Kinds of money at stake, see `stakes.stake`."""


@dataclass(frozen=True)
class Action:
    """Action for a segment, the figure by which success is measured, and the money at stake.

    Attributes
    ----------
    verb : str
    base : str
        Attribute of `position.SegmentPosition` that the action is meant to move.
    stake : str
        Kind of money that is there today, see `stakes.stake`; no promise of what the action brings.
    """

    verb: str
    base: str
    stake: str


RETAIN = Action("retain", base="revenue", stake=REVENUE)
GROW_ORDER_VALUE = Action("grow order value", base="average_order_value", stake=ORDER_VALUE_GAP)
GROW_FREQUENCY = Action("grow frequency", base="orders_per_customer", stake=REVENUE)
SECOND_ORDER = Action("grow frequency", base="orders_per_customer", stake=RETURNING)
WIN_BACK = Action("win back", base="returned_share", stake=RETURNING_REPEATERS)
KEEP_INFORMED = Action("keep informed", base="returned_share", stake=RETURNING)
REVIEW = Action("review as key account", base="revenue", stake=REVENUE)
