"""The place of a segment among all customers."""

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.rhythm import Rhythm
from segmentation.segments.position import segment_positions
from tests.helpers.named import by_group, shop


def test_ties_stand_in_the_middle_of_their_ranks():
    # 90 % of customers have one order: neither few nor many, as almost everybody has one
    table = shop({"one": (50, 1, 100), "two": (90, 2, 10)})
    table = pd.concat([table[table["group"] == "one"]] * 9 + [table[table["group"] == "two"]])
    table.index = pd.Index([f"c{number}" for number in range(len(table))])
    named = by_group(table)
    assert "orders 3" in named["one"].evidence
    assert "orders 5" in named["two"].evidence


def test_repeaters_are_those_with_two_orders_or_more_with_figures_of_their_own():
    table = pd.DataFrame(
        {
            "revenue": [10.0, 40.0, 90.0, 5.0],
            "orders": [1.0, 2.0, 3.0, 1.0],
            "recency_days": [5.0, 5.0, 5.0, 5.0],
            "tenure_days": [5.0, 35.0, 65.0, 5.0],
        },
        index=pd.Index(["a", "b", "c", "d"], name="customer_id"),
    )
    rhythm = Rhythm(30.0, horizon_days=90.0, return_auc=0.7, returned=((0.2,) * 6, (0.6,) * 6))
    first, last = segment_positions(table, np.array([0, 0, 0, 1]), rhythm)
    assert (first.repeaters, last.repeaters) == (2, 0)
    assert first.repeaters_returned_share == pytest.approx(0.6)
    assert first.returned_share == pytest.approx((0.2 + 0.6 + 0.6) / 3)
    # 20 and 30 per order
    assert first.repeaters_order_value == 25.0
    assert (last.repeaters_returned_share, last.repeaters_order_value) == (None, None)
    # 10, 20, 30 and 5
    assert first.order_value_of_all == 15.0
    assert (first.usual_gap_days, first.own_gap_days) == (30.0, 30.0)


def customers(**columns):
    rows = len(next(iter(columns.values())))
    index = pd.Index([f"c{number}" for number in range(rows)], name="customer_id")
    return pd.DataFrame(columns, index=index, dtype=float)


FIVE = customers(
    revenue=[100.0, 60.0, 20.0, 20.0, 0.0],
    orders=[5.0, 2.0, 1.0, 1.0, 0.0],
    recency_days=[10.0, 90.0, 91.0, 200.0, 300.0],
)


def test_every_figure_of_a_segment_is_that_of_its_customers():
    first, last = segment_positions(FIVE, np.array([1, 1, 0, 0, 0]))
    assert (first.segment, first.customers, last.segment, last.customers) == (1, 2, 0, 3)
    assert first.medians == {
        "revenue": 80.0,
        "orders": 3.5,
        "average_order_value": 25.0,
        "recency_days": 50.0,
    }
    assert (first.revenue, first.revenue_share) == (160.0, 0.8)
    assert (last.revenue, last.revenue_share) == (40.0, 0.2)
    assert (first.orders_per_customer, last.orders_per_customer) == (3.5, pytest.approx(2 / 3))
    assert first.average_order_value == pytest.approx(160 / 7)
    assert last.average_order_value == 20.0
    # ninety days ago is recent, ninety-one is not
    assert (first.recent_buyer_share, last.recent_buyer_share) == (1.0, 0.0)
    assert (first.first_customer, last.first_customer) == ("c0", "c2")
    # 20, 30, 20, 20 and 0 per order
    assert first.order_value_of_all == 20.0
    assert (first.repeaters, last.repeaters) == (2, 0)


def test_positions_are_shares_of_customers_below_and_half_of_those_equal():
    first, last = segment_positions(FIVE, np.array([1, 1, 0, 0, 0]))
    # 80: above three of five and one between; 20: one below, two equal
    assert first.positions["revenue"] == pytest.approx(4 / 5)
    assert last.positions["revenue"] == pytest.approx((1 + 1) / 5)
    assert last.positions["orders"] == pytest.approx((1 + 1) / 5)
    assert last.positions["average_order_value"] == pytest.approx((1 + 1.5) / 5)
    # of recency few days are high: 50 days are behind one of five, 200 days before one
    assert first.positions["recency_days"] == pytest.approx(4 / 5)
    assert last.positions["recency_days"] == pytest.approx((1 + 0.5) / 5)
    assert first.quintiles == {
        "revenue": 5,
        "orders": 5,
        "average_order_value": 5,
        "recency_days": 5,
    }
    assert last.quintiles == {
        "revenue": 3,
        "orders": 3,
        "average_order_value": 3,
        "recency_days": 2,
    }


def test_a_rounding_error_of_the_currency_changes_no_position():
    almost = FIVE.assign(revenue=FIVE["revenue"] * (1 + np.array([0, 0, 3e-10, 0, 0])))
    plain, other = (segment_positions(table, np.zeros(5)) for table in (FIVE, almost))
    assert plain[0].positions == other[0].positions
    more = FIVE.assign(revenue=FIVE["revenue"] * (1 + np.array([0, 0, 3e-8, 0, 0])))
    alone = np.array([0, 0, 0, 1, 0])
    (found,) = [each for each in segment_positions(more, alone) if each.segment == 1]
    assert found.positions["revenue"] == pytest.approx((1 + 0.5) / 5)


def test_without_orders_or_revenue_nothing_is_divided():
    none = customers(revenue=[-5.0, 5.0], orders=[0.0, 0.0], recency_days=[1.0, 2.0])
    first, last = segment_positions(none, np.array([0, 1]))
    assert np.isnan(first.revenue_share)
    assert np.isnan(last.revenue_share)
    assert first.average_order_value == last.average_order_value == 0.0
    assert first.medians["average_order_value"] == 0.0


def test_segments_are_in_order_of_revenue_orders_value_recency_size_and_first_customer():
    same = {"revenue": [9.0] * 6, "orders": [1.0] * 6, "recency_days": [5.0] * 6}
    by_size = segment_positions(customers(**same), np.array([2, 2, 0, 0, 0, 1]))
    assert [each.segment for each in by_size] == [0, 2, 1]
    by_customer = segment_positions(customers(**same), np.array([2, 1, 0, 2, 1, 0]))
    assert [each.segment for each in by_customer] == [2, 1, 0]
    recent = customers(**same | {"recency_days": [5.0, 4.0, 5.0, 5.0, 5.0, 5.0]})
    assert segment_positions(recent, np.array([0, 1, 0, 0, 0, 0]))[0].segment == 1


def test_what_the_rhythm_says_of_a_segment():
    table = FIVE.assign(tenure_days=[130.0, 120.0, 91.0, 200.0, 300.0])
    table["recency_days"] = [10.0, 90.0, 30.0, 200.0, 300.0]
    rhythm = Rhythm(30.0, horizon_days=90.0, return_auc=0.7, returned=((0.2,) * 6, (0.6,) * 6))
    first, last = segment_positions(table, np.array([1, 1, 0, 0, 0]), rhythm)
    # (tenure - recency + 2 * 30) / (orders + 1)
    gaps = [(120 + 60) / 6, (30 + 60) / 3]
    assert first.own_gap_days == pytest.approx(np.median(gaps))
    assert first.gaps_absent == pytest.approx(np.median([10 / gaps[0], 90 / gaps[1]]))
    assert (first.new_customers, last.new_customers) == (0, 1)
    # ten and thirty days ago; the usual gap itself is within it
    assert (first.present_customers, last.present_customers) == (1, 1)
    assert first.returned_share == pytest.approx(0.6)
    assert last.returned_share == pytest.approx(0.2)
    assert first.horizon_days == 90.0


def test_without_a_rhythm_nothing_is_said_of_it():
    (found,) = segment_positions(FIVE, np.zeros(5))
    assert (found.gaps_absent, found.own_gap_days, found.new_customers) == (None, None, None)
    assert (found.returned_share, found.presence, found.usual_gap_days) == (None, "", None)
    assert found.present_customers is None
    assert found.repeaters_order_value == 25.0


def test_a_share_of_little_revenue_is_a_share():
    little = customers(revenue=[0.3, 0.1], orders=[1.0, 1.0], recency_days=[1.0, 2.0])
    first, _ = segment_positions(little, np.array([0, 1]))
    assert first.revenue_share == pytest.approx(0.75)
