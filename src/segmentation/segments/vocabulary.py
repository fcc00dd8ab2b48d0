"""The published vocabulary: what a segment may be called, by which rule, and what to do then."""

from segmentation.customers.rhythm import Rhythm
from segmentation.segments.actions import (
    GROW_FREQUENCY,
    GROW_ORDER_VALUE,
    KEEP_INFORMED,
    RETAIN,
    REVIEW,
    SECOND_ORDER,
    WIN_BACK,
)
from segmentation.segments.presence import LAPSED, NEW, ONE_TIME, OVERDUE, PRESENT
from segmentation.segments.terms import Term

UNASSIGNED = "unassigned"
KEY_ACCOUNTS = "key accounts"
NEW_CUSTOMERS = "new"

VOCABULARY = (
    Term(
        "champions",
        {"orders": (4, 5), "revenue": (4, 5)},
        RETAIN,
        (PRESENT,),
        aim="keep them buying as often and as much as now",
        offer="early access, a personal thank-you, good service before discounts",
    ),
    Term(
        "frequent small baskets",
        {"orders": (4, 5), "average_order_value": (1, 2)},
        GROW_ORDER_VALUE,
        (PRESENT,),
        aim="make each order larger",
        offer="free delivery or a gift from an order value just above their usual one",
    ),
    Term(
        "loyal",
        {"orders": (4, 5)},
        GROW_ORDER_VALUE,
        (PRESENT,),
        aim="make each order larger and keep the orders coming",
        offer="what goes with the goods they buy, sets, larger packs",
    ),
    Term(
        "big baskets",
        {"orders": (1, 3), "average_order_value": (4, 5)},
        GROW_FREQUENCY,
        (PRESENT,),
        aim="bring the next large order forward",
        offer="a reminder of what is used up by then, delivery on fixed days",
    ),
    Term(
        "promising",
        {"recency_days": (4, 5), "orders": (1, 3), "average_order_value": (1, 3)},
        GROW_FREQUENCY,
        (PRESENT,),
        aim="make a habit of it",
        offer="a voucher for the next order that ends with their own gap",
    ),
    Term(
        "casual",
        {"orders": (1, 3), "average_order_value": (1, 3)},
        KEEP_INFORMED,
        (PRESENT,),
        aim="stay in their mind at little cost",
        offer="news of the range, no discounts",
    ),
    Term(
        "at risk",
        {"revenue": (4, 5)},
        WIN_BACK,
        (OVERDUE, LAPSED),
        aim="bring them back before they are used to another shop",
        offer="a personal message that asks what was wrong, a voucher that ends soon",
    ),
    Term(
        "overdue",
        {"revenue": (1, 3)},
        KEEP_INFORMED,
        (OVERDUE,),
        aim="remind them while many come back by themselves",
        offer="a reminder of what they bought last, no discount yet",
    ),
    Term(
        "lapsed regulars",
        {"orders": (4, 5), "revenue": (1, 3)},
        WIN_BACK,
        (LAPSED,),
        aim="bring back a habit that has stopped",
        offer="what is new among the goods they bought, a voucher that ends soon",
    ),
    Term(
        "lapsed big baskets",
        {"orders": (1, 3), "average_order_value": (4, 5), "revenue": (1, 3)},
        WIN_BACK,
        (LAPSED,),
        aim="bring back one large order",
        offer="free delivery or a better price for one large order",
    ),
    Term(
        "dormant",
        {"orders": (1, 3), "revenue": (1, 3)},
        KEEP_INFORMED,
        (LAPSED,),
        aim="spend little and find the few who still want to hear of the shop",
        offer="one message that asks whether to stay on the list",
    ),
    Term(
        NEW_CUSTOMERS,
        {},
        SECOND_ORDER,
        (NEW,),
        aim="a second order",
        offer="a welcome, help with what they bought, a voucher for the second order",
    ),
    Term(
        "one-time",
        {},
        KEEP_INFORMED,
        (ONE_TIME,),
        aim="learn why no second order came",
        offer="one message with what goes with their purchase, and a question",
    ),
)
"""From the strict to the loose rule. Every segment whose presence is known meets one at least."""

VALUE_VOCABULARY = (
    Term(
        "high value",
        {"revenue": (4, 5), "average_order_value": (3, 5)},
        RETAIN,
        aim="keep them buying as often and as much as now",
        offer="early access, a personal thank-you, good service before discounts",
    ),
    Term(
        "many small orders",
        {"revenue": (4, 5), "average_order_value": (1, 2)},
        GROW_ORDER_VALUE,
        aim="make each order larger",
        offer="free delivery or a gift from an order value just above their usual one",
    ),
    Term(
        "few large orders",
        {"revenue": (1, 3), "average_order_value": (4, 5)},
        GROW_FREQUENCY,
        aim="bring the next large order forward",
        offer="a reminder of what they bought, delivery on fixed days",
    ),
    Term(
        "middle value",
        {"revenue": (3, 3), "average_order_value": (1, 3)},
        GROW_ORDER_VALUE,
        aim="make each order larger",
        offer="what goes with the goods they buy, sets, larger packs",
    ),
    Term(
        "low value",
        {"revenue": (1, 2), "average_order_value": (1, 3)},
        KEEP_INFORMED,
        aim="stay in their mind at little cost",
        offer="news of the range, no discounts",
    ),
)
"""Where absence is not known to predict staying away: value and order value alone."""

NOT_CLUSTERED = (
    Term(
        UNASSIGNED,
        {},
        KEEP_INFORMED,
        aim="none of their own: they are not like each other",
        offer="what all customers get",
    ),
    Term(
        KEY_ACCOUNTS,
        {},
        REVIEW,
        aim="keep each one of them",
        offer="one person who knows the account, terms of their own",
    ),
)
"""What has no rule of medians: noise, and those set apart by revenue."""

TERMS = {term.name: term for term in (*VOCABULARY, *VALUE_VOCABULARY, *NOT_CLUSTERED)}


def term_name(name: str) -> str:
    """Name without what tells it apart: ``loyal`` of ``loyal, higher value`` and ``loyal (2)``."""
    return name.partition(",")[0].partition(" (")[0]


def vocabulary_of(rhythm: Rhythm) -> tuple[Term, ...]:
    """Names that may be used in a shop of this rhythm."""
    return VOCABULARY if rhythm.is_told else VALUE_VOCABULARY
