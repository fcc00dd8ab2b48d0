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
