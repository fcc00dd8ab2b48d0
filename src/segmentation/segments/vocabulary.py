"""The published vocabulary: what a segment may be called, by which rule, and what to do then."""

from collections.abc import Mapping
from dataclasses import dataclass

UNASSIGNED = "unassigned"
KEY_ACCOUNTS = "key accounts"

MIDDLE_QUINTILE = 3
PRESENT_DAYS = 30
"""A segment whose median customer bought within these days is not called absent, however recent
the others are: in a grocery the least recent fifth may have been there last week."""

SPOKEN = {
    "revenue": "revenue",
    "orders": "orders",
    "average_order_value": "order value",
    "recency_days": "recency",
}
"""Measures as they are called in sentences; recency 5 is the most recent."""


@dataclass(frozen=True)
class Action:
    """Action for a segment, and the figure by which success is measured.

    Attributes
    ----------
    verb : str
    base : str
        Attribute of `position.SegmentPosition` that the action is meant to move.
    """

    verb: str
    base: str


RETAIN = Action("retain", base="revenue")
GROW_ORDER_VALUE = Action("grow order value", base="average_order_value")
GROW_FREQUENCY = Action("grow frequency", base="orders_per_customer")
WIN_BACK = Action("win back", base="recent_buyer_share")
KEEP_INFORMED = Action("keep informed", base="recent_buyer_share")
REVIEW = Action("review as key account", base="revenue")


@dataclass(frozen=True)
class Term:
    """Name, and the rule that a segment must meet to have it.

    Attributes
    ----------
    name : str
    quintiles : mapping of str to (int, int)
        Lowest and highest quintile of the segment's median, both included, per measure. Recency
        counts as `position.SegmentPosition.judged` says.
    action : Action
    """

    name: str
    quintiles: Mapping[str, tuple[int, int]]
    action: Action

    @property
    def rule(self) -> str:
        """The rule in words: ``recency in quintile 4 to 5, orders in quintile 4 to 5``."""
        return ", ".join(_bound_in_words(name, *bound) for name, bound in self.quintiles.items())

    def holds(self, positions: Mapping[str, float]) -> bool:
        """Tell whether a segment at these positions, 0 to 1 per measure, may have the name."""
        return all(
            low <= quintile(positions[measure]) <= high
            for measure, (low, high) in self.quintiles.items()
        )

    def margin(self, positions: Mapping[str, float]) -> float:
        """Mean distance of the positions to the bounds of the rule: how clearly it is met.

        The ends of the scale are no bounds, since nothing lies beyond them.
        """
        distances = [
            min(
                positions[measure] - (low - 1) / 5 if low > 1 else 1.0,
                high / 5 - positions[measure] if high < 5 else 1.0,
            )
            for measure, (low, high) in self.quintiles.items()
        ]
        return sum(distances) / len(distances)


def quintile(position: float) -> int:
    """Quintile, 1 to 5, of a position from 0 to 1: quintile q holds [(q − 1)/5, q/5)."""
    return min(5, int(5 * position) + 1)


def _bound_in_words(measure: str, low: int, high: int) -> str:
    words = f"{SPOKEN[measure]} in quintile {low}" + (f" to {high}" if high > low else "")
    if measure != "recency_days":
        return words
    if high < MIDDLE_QUINTILE:
        return f"{words} and more than {PRESENT_DAYS} days ago"
    return f"{words} or within {PRESENT_DAYS} days" if low == MIDDLE_QUINTILE else words


VOCABULARY = (
    Term(
        "champions",
        {"recency_days": (4, 5), "orders": (4, 5), "revenue": (4, 5)},
        RETAIN,
    ),
    Term(
        "frequent small baskets",
        {"recency_days": (3, 5), "orders": (4, 5), "average_order_value": (1, 2)},
        GROW_ORDER_VALUE,
    ),
    Term(
        "loyal",
        {"recency_days": (3, 5), "orders": (4, 5)},
        GROW_ORDER_VALUE,
    ),
    Term(
        "big baskets",
        {"recency_days": (3, 5), "orders": (1, 3), "average_order_value": (4, 5)},
        GROW_FREQUENCY,
    ),
    Term(
        "promising",
        {"recency_days": (4, 5), "orders": (1, 3), "average_order_value": (1, 3)},
        GROW_FREQUENCY,
    ),
    Term(
        "casual",
        {"recency_days": (3, 3), "orders": (1, 3), "average_order_value": (1, 3)},
        KEEP_INFORMED,
    ),
    Term(
        "at risk",
        {"recency_days": (1, 2), "revenue": (4, 5)},
        WIN_BACK,
    ),
    Term(
        "lapsed regulars",
        {"recency_days": (1, 2), "orders": (4, 5), "revenue": (1, 3)},
        WIN_BACK,
    ),
    Term(
        "lapsed big baskets",
        {
            "recency_days": (1, 2),
            "orders": (1, 3),
            "average_order_value": (4, 5),
            "revenue": (1, 3),
        },
        WIN_BACK,
    ),
    Term(
        "dormant",
        {"recency_days": (1, 2), "orders": (1, 3), "revenue": (1, 3)},
        KEEP_INFORMED,
    ),
)
"""From the strict to the loose rule. Every combination of quintiles meets at least one of them."""

TERMS = {term.name: term for term in VOCABULARY}


@dataclass(frozen=True)
class Distinction:
    """Words that tell segments of one name apart by one measure."""

    measure: str
    more: str
    most: str
    less: str
    least: str


DISTINCTIONS = (
    Distinction("revenue", "higher value", "highest value", "lower value", "lowest value"),
    Distinction("recency_days", "more recent", "most recent", "less recent", "least recent"),
    Distinction("orders", "more orders", "most orders", "fewer orders", "fewest orders"),
    Distinction(
        "average_order_value",
        "larger orders",
        "largest orders",
        "smaller orders",
        "smallest orders",
    ),
)
