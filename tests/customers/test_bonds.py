"""Bonds at their edges; that they give every feature of real customers is in test_features."""

import numpy as np

from segmentation.customers.bonds import (
    gap_between_orders,
    lines_of_orders,
    per,
    products_of_lines,
    ratio_or_0,
    recency_of_tenure,
    recency_within_tenure,
    times,
    units_of_lines,
    units_per_line,
)


def test_who_only_returned_has_no_order_to_divide_by():
    columns = {"revenue": np.array([-5.0, 8.0, 3.0]), "orders": np.array([0.0, 2.0, 1.0])}
    np.testing.assert_array_equal(ratio_or_0("revenue", "orders")(columns), [0.0, 4.0, 3.0])
    each = per("revenue", "orders")(columns)
    np.testing.assert_array_equal(each, [-5.0, 4.0, 3.0])
    np.testing.assert_array_equal(times("orders")(columns, each), columns["revenue"])


def test_units_follow_from_lines_and_are_given_per_order():
    columns = {
        "lines": np.array([1.0, 8.0, 6.0]),
        "orders": np.array([0.0, 2.0, 3.0]),
        "units_per_order": np.array([0.0, 12.0, 3.0]),
    }
    each = units_per_line(columns)
    np.testing.assert_array_equal(each, [0.0, 3.0, 1.5])
    np.testing.assert_array_equal(units_of_lines(columns, each), columns["units_per_order"])


def test_counts_are_whole_and_stay_within_what_they_are_counted_of():
    orders, lines = np.array([3.0, 3.0]), np.array([4.0, 4.0])
    np.testing.assert_array_equal(
        lines_of_orders({"orders": orders}, np.array([0.2, 1.5])), [3.0, 4.0]
    )
    np.testing.assert_array_equal(
        products_of_lines({"lines": lines}, np.array([0.01, 1.9])), [1.0, 4.0]
    )


def test_recency_and_gap_of_one_order_are_the_tenure():
    columns = {
        "tenure_days": np.array([30.0, 30.0, 30.0, 0.0, 1.0, 9.0]),
        "orders": np.array([1.0, 2.0, 3.0, 1.0, 2.0, 0.0]),
    }
    share = np.array([0.5, 0.4, 7 / 30, 0.5, 0.0, 0.5])
    recency = recency_within_tenure(columns, share)
    np.testing.assert_array_equal(recency, [30.0, 12.0, 7.0, 0.0, 0.0, 9.0])
    columns |= {"recency_days": recency}
    np.testing.assert_array_equal(gap_between_orders(columns), [30.0, 18.0, 11.5, 0.0, 1.0, 9.0])
    np.testing.assert_allclose(recency_of_tenure(columns), [1.0, 0.4, 7 / 30, 1.0, 0.0, 1.0])
