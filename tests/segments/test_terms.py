"""A rule of quintiles and presence: when it holds, how clearly, and in words."""

import pytest

from segmentation.segments.actions import RETAIN
from segmentation.segments.presence import PRESENT
from segmentation.segments.terms import Term, quintile

TERM = Term(
    "best", {"orders": (4, 5), "revenue": (2, 3)}, RETAIN, (PRESENT,), aim="stay", offer="thanks"
)


@pytest.mark.parametrize(
    ("position", "expected"), [(0.0, 1), (0.1999, 1), (0.2, 2), (0.6, 4), (0.8, 5), (1.0, 5)]
)
def test_a_quintile_begins_where_the_one_below_ends(position, expected):
    assert quintile(position) == expected


@pytest.mark.parametrize(
    ("quintiles", "told"),
    [
        ({"recency_days": (5, 5)}, "recency in quintile 5"),
        ({"average_order_value": (1, 2)}, "order value in quintile 1 to 2"),
        ({}, ""),
    ],
)
def test_a_rule_says_what_it_asks_for_and_no_more(quintiles, told):
    assert Term("any", quintiles, RETAIN, aim="stay", offer="thanks").rule == told


def test_the_rule_in_words():
    assert TERM.rule == (
        "orders in quintile 4 to 5, revenue in quintile 2 to 3, absent for at most their own gap"
    )


@pytest.mark.parametrize(
    ("orders", "revenue", "presence", "holds"),
    [
        (0.6, 0.2, PRESENT, True),
        (0.9, 0.59, PRESENT, True),
        (0.59, 0.2, PRESENT, False),
        (0.6, 0.6, PRESENT, False),
        (0.6, 0.2, "", False),
    ],
)
def test_all_of_a_rule_must_hold(orders, revenue, presence, holds):
    assert TERM.holds({"orders": orders, "revenue": revenue}, presence) is holds


def test_the_margin_is_the_mean_distance_to_the_bounds_and_an_end_is_none():
    assert TERM.margin({"orders": 0.9, "revenue": 0.3}) == pytest.approx((0.3 + 0.1) / 2)
    lower = Term("rest", {"orders": (1, 4)}, RETAIN, aim="stay", offer="thanks")
    assert lower.margin({"orders": 0.1}) == pytest.approx(0.8 - 0.1)


def test_without_bounds_there_is_no_margin():
    assert Term("any", {}, RETAIN, aim="stay", offer="thanks").margin({}) == 0
