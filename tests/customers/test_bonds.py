"""Bonds at their edges; that they give every feature of real customers is in test_features."""

import numpy as np

from segmentation.customers.bonds import (
    gap_between_orders,
    lines_of_orders,
    products_of_lines,
    ratio_or_0,
    recency_of_tenure,
    recency_within_tenure,
)


def test_who_only_returned_has_no_order_to_divide_by():
    columns = {"revenue": np.array([-5.0, 8.0]), "orders": np.array([0.0, 2.0])}
    np.testing.assert_array_equal(ratio_or_0("revenue", "orders")(columns), [0.0, 4.0])


def test_counts_are_whole_and_stay_within_what_they_are_counted_of():
    orders, lines = np.array([3.0, 3.0]), np.array([4.0, 4.0])
    np.testing.assert_array_equal(
        lines_of_orders({"orders": orders}, np.array([0.2, 1.5])), [3.0, 4.0]
    )
    np.testing.assert_array_equal(
        products_of_lines({"lines": lines}, np.array([0.01, 1.9])), [1.0, 4.0]
    )


def test_recency_and_gap_of_one_order_are_the_tenure():
    columns = {"tenure_days": np.array([30.0, 30.0, 0.0]), "orders": np.array([1.0, 3.0, 1.0])}
    share = np.array([0.5, 7 / 30, 0.5])
    recency = recency_within_tenure(columns, share)
    np.testing.assert_array_equal(recency, [30.0, 7.0, 0.0])
    columns |= {"recency_days": recency}
    np.testing.assert_array_equal(gap_between_orders(columns), [30.0, 11.5, 0.0])
    np.testing.assert_allclose(recency_of_tenure(columns), [1.0, 7 / 30, 1.0])
