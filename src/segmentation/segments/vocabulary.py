"""The published vocabulary: what a segment may be called, by which rule, and what to do then."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segmentation.customers.rhythm import Rhythm

UNASSIGNED = "unassigned"
KEY_ACCOUNTS = "key accounts"
NEW_CUSTOMERS = "new"

PRESENT, OVERDUE, LAPSED, NEW, ONE_TIME = "present", "overdue", "lapsed", "new", "one-time"
"""Presence of a segment in the shop's own rhythm, see `presence`."""
LAPSED_FROM = 3
"""Own gaps from which a customer is no longer only late."""

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
WIN_BACK = Action("win back", base="returned_share")
KEEP_INFORMED = Action("keep informed", base="returned_share")
REVIEW = Action("review as key account", base="revenue")


@dataclass(frozen=True)
class Term:
    """Name, and the rule that a segment must meet to have it.

    Attributes
    ----------
    name : str
    quintiles : mapping of str to (int, int)
        Lowest and highest quintile of the segment's median, both included, per measure. Recency
        counts as `presence` says.
    action : Action
    presence : tuple of str
        The segment's presence is one of these; empty for a name that says nothing of rhythm.
    """

    name: str
    quintiles: Mapping[str, tuple[int, int]]
    action: Action
    presence: tuple[str, ...] = field(default=())

    @property
    def rule(self) -> str:
        """The rule in words: ``orders in quintile 4 to 5, absent for at most their own gap``."""
        bounds = [_bound_in_words(name, *bound) for name, bound in self.quintiles.items()]
        return ", ".join([*bounds, *filter(None, [PRESENCES.get(self.presence)])])

    def holds(self, positions: Mapping[str, float], presence: str) -> bool:
        """Tell whether a segment may have the name.

        Parameters
        ----------
        positions : mapping of str to float
            0 to 1 per measure.
        presence : str
            See `presence`; empty where it is not known.
        """
        present = not self.presence or presence in self.presence
        return present and all(
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
        return sum(distances) / max(1, len(distances))


def quintile(position: float) -> int:
    """Quintile, 1 to 5, of a position from 0 to 1: quintile q holds [(q − 1)/5, q/5)."""
    return min(5, int(5 * position) + 1)


def presence(orders: float, recency_days: float, gaps_absent: float | None, rhythm: Rhythm) -> str:
    """Presence of a segment by its median customer; empty where no word of rhythm may be used.

    Parameters
    ----------
    orders, recency_days : float
        Medians of the segment.
    gaps_absent : float or None
        Median of its customers' absence, in gaps of their own.
    rhythm : Rhythm
        Of the shop.
    """
    if not rhythm.is_told or rhythm.gap_days is None or gaps_absent is None:
        return ""
    if orders < 2:
        return NEW if recency_days <= rhythm.gap_days else ONE_TIME
    if gaps_absent <= 1:
        return PRESENT
    return LAPSED if gaps_absent >= LAPSED_FROM else OVERDUE


def _bound_in_words(measure: str, low: int, high: int) -> str:
    return f"{SPOKEN[measure]} in quintile {low}" + (f" to {high}" if high > low else "")


PRESENCES = {
    (PRESENT,): "absent for at most their own gap",
    (OVERDUE,): f"absent for more than their own gap, not for {LAPSED_FROM}",
    (LAPSED,): f"absent for {LAPSED_FROM} of their own gaps or more",
    (OVERDUE, LAPSED): "absent for more than their own gap",
    (NEW,): "one order, not longer ago than the usual gap",
    (ONE_TIME,): "one order, longer ago than the usual gap",
}
"""Presence in words, of the median customer."""

VOCABULARY = (
    Term("champions", {"orders": (4, 5), "revenue": (4, 5)}, RETAIN, (PRESENT,)),
    Term(
        "frequent small baskets",
        {"orders": (4, 5), "average_order_value": (1, 2)},
        GROW_ORDER_VALUE,
        (PRESENT,),
    ),
    Term("loyal", {"orders": (4, 5)}, GROW_ORDER_VALUE, (PRESENT,)),
    Term(
        "big baskets",
        {"orders": (1, 3), "average_order_value": (4, 5)},
        GROW_FREQUENCY,
        (PRESENT,),
    ),
    Term(
        "promising",
        {"recency_days": (4, 5), "orders": (1, 3), "average_order_value": (1, 3)},
        GROW_FREQUENCY,
        (PRESENT,),
    ),
    Term("casual", {"orders": (1, 3), "average_order_value": (1, 3)}, KEEP_INFORMED, (PRESENT,)),
    Term("at risk", {"revenue": (4, 5)}, WIN_BACK, (OVERDUE, LAPSED)),
    Term("overdue", {"revenue": (1, 3)}, KEEP_INFORMED, (OVERDUE,)),
    Term("lapsed regulars", {"orders": (4, 5), "revenue": (1, 3)}, WIN_BACK, (LAPSED,)),
    Term(
        "lapsed big baskets",
        {"orders": (1, 3), "average_order_value": (4, 5), "revenue": (1, 3)},
        WIN_BACK,
        (LAPSED,),
    ),
    Term("dormant", {"orders": (1, 3), "revenue": (1, 3)}, KEEP_INFORMED, (LAPSED,)),
    Term(NEW_CUSTOMERS, {}, GROW_FREQUENCY, (NEW,)),
    Term("one-time", {}, KEEP_INFORMED, (ONE_TIME,)),
)
"""From the strict to the loose rule. Every segment whose presence is known meets one at least."""

VALUE_VOCABULARY = (
    Term("high value", {"revenue": (4, 5), "average_order_value": (3, 5)}, RETAIN),
    Term("many small orders", {"revenue": (4, 5), "average_order_value": (1, 2)}, GROW_ORDER_VALUE),
    Term("few large orders", {"revenue": (1, 3), "average_order_value": (4, 5)}, GROW_FREQUENCY),
    Term("middle value", {"revenue": (3, 3), "average_order_value": (1, 3)}, GROW_ORDER_VALUE),
    Term("low value", {"revenue": (1, 2), "average_order_value": (1, 3)}, KEEP_INFORMED),
)
"""Where absence is not known to predict staying away: value and order value alone."""

TERMS = {term.name: term for term in (*VOCABULARY, *VALUE_VOCABULARY)}


def term_name(name: str) -> str:
    """Name without what tells it apart: ``loyal`` of ``loyal, higher value`` and ``loyal (2)``."""
    return name.partition(",")[0].partition(" (")[0]


def vocabulary_of(rhythm: Rhythm) -> tuple[Term, ...]:
    """Names that may be used in a shop of this rhythm."""
    return VOCABULARY if rhythm.is_told else VALUE_VOCABULARY


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
