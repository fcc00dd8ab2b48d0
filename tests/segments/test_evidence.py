"""What is said of a segment was measured."""

from dataclasses import replace

import pytest

from tests.helpers.named import TOLD, by_group, shop


def test_evidence_and_base_are_what_was_measured_in_real_units():
    table = shop({"best": (8088, 14, 12), "away": (300, 1, 180)})
    best, away = by_group(table)["best"], by_group(table)["away"]
    assert best.evidence == (
        "median 8,088 of revenue, 14 orders, 578 per order, last bought 12 days ago (0.4 of their "
        "own gaps); "
        "quintiles (5 = highest, most recent): revenue 4, orders 4, order value 4, recency 4"
    )
    assert best.rule == (
        "orders in quintile 4 to 5, revenue in quintile 4 to 5, absent for at most their own gap"
    )
    assert (best.action, best.base) == ("retain", "revenue 161,760, 96.4% of all")
    assert (away.action, away.base) == ("keep informed", "0.0% bought in the last 90 days")
    assert "1 order, 300 per order" in away.evidence
    assert (best.recent_buyer_share, away.recent_buyer_share) == (1.0, 0.0)
    assert (best.returned_share, best.horizon_days) == (None, None)


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
    found = by_group(shop({"best": (8088, 14, 12), "away": (300, 1, 180)}))
    assert "180 days ago (6 usual gaps of the shop)" in found["away"].evidence
