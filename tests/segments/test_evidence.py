"""What is said of a segment was measured."""

from dataclasses import replace

import numpy as np
import pytest

from segmentation.segments.actions import GROW_ORDER_VALUE, RETAIN, SECOND_ORDER, WIN_BACK
from segmentation.segments.evidence import base, medians_of, number
from segmentation.segments.position import segment_positions
from tests.helpers.named import TOLD, by_group, shop

(FOUND,) = segment_positions(shop({"some": (300, 2, 10)}), np.zeros(20, dtype=int))


def test_evidence_and_base_are_what_was_measured_in_real_units():
    table = shop({"best": (8088, 14, 12), "away": (300, 1, 180)})
    best, away = by_group(table)["best"], by_group(table)["away"]
    assert best.evidence == (
        "median 8,088 of revenue, 14 orders, 578 per order, last bought 12 days ago (0.4 of their "
        "own gaps); "
        "quintiles (5 = highest, most recent): revenue 4, orders 4, order value 4, recency 4"
    )
    assert medians_of(best.evidence) == (
        "median 8,088 of revenue, 14 orders, 578 per order, last bought 12 days ago (0.4 of their "
        "own gaps)"
    )
    assert best.rule == (
        "orders in quintile 4 to 5, revenue in quintile 4 to 5, absent for at most their own gap"
    )
    assert (best.action, best.base) == ("retain", "revenue 161,760, 96.4% of all")
    assert (away.action, away.base) == ("keep informed", "0.0% bought in the last 90 days")
    assert "1 order, 300 per order" in away.evidence
    assert (best.recent_buyer_share, away.recent_buyer_share) == (1.0, 0.0)
    assert (best.returned_share, best.horizon_days) == (None, None)


@pytest.mark.parametrize(
    ("action", "figures", "told"),
    [
        (SECOND_ORDER, {"orders_per_customer": 1.0}, "1 order per customer"),
        (SECOND_ORDER, {"orders_per_customer": 1.25}, "1.25 orders per customer"),
        (GROW_ORDER_VALUE, {"average_order_value": 12.5}, "average order value 12.5"),
        (RETAIN, {"revenue": 6000.0, "revenue_share": 0.25}, "revenue 6,000, 25.0% of all"),
        (RETAIN, {"revenue": -50.0, "revenue_share": np.nan}, "revenue -50"),
        (
            WIN_BACK,
            {"recent_buyer_share": 0.5, "horizon_days": 93.3, "returned_share": None},
            "50.0% bought in the last 90 days",
        ),
    ],
)
def test_an_action_starts_from_the_figure_that_it_is_to_move(action, figures, told):
    assert base(replace(FOUND, **figures), action) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (-0.0, "0"),
        (0.01234, "0.0123"),
        (99.44, "99.4"),
        (100.4, "100"),
        (-99.44, "-99.4"),
        (-1234.6, "-1,235"),
    ],
)
def test_numbers_are_whole_from_a_hundred_and_have_three_digits_below(value, told):
    assert number(value) == told


def test_the_base_of_a_win_back_is_how_many_like_customers_came_back():
    once, more = (0.4, 0.35, 0.3, 0.2, 0.15, 0.1), (0.9, 0.8, 0.7, 0.6, 0.5, 0.25)
    watched = replace(TOLD, horizon_days=93.3, returned=(once, more))
    table = shop({"best": (3000, 30, 3), "once good": (6000, 8, 200), "away": (80, 1, 80)})
    named = by_group(table, rhythm=watched)
    assert named["once good"].name == "at risk"
    assert named["once good"].base == "25.0% of like customers came back within 93 days"
    assert (named["once good"].returned_share, named["once good"].horizon_days) == (0.25, 93.3)
    assert named["away"].base == "20.0% of like customers came back within 93 days"
    assert named["best"].returned_share == pytest.approx(0.9)


def test_who_ordered_once_is_absent_for_usual_gaps_and_has_none_of_their_own():
    found = by_group(shop({"best": (8088, 14, 12), "twice": (500, 2, 60), "away": (300, 1, 180)}))
    assert "60 days ago (2 of their own gaps)" in found["twice"].evidence
    assert "180 days ago (6 usual gaps of the shop)" in found["away"].evidence
