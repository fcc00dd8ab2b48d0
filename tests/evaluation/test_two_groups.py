"""Intervals of differences against published numbers, R, and simulated shops."""

import math

import numpy as np
import pytest

from segmentation.evaluation.two_groups import Difference, mean_difference, share_difference


@pytest.mark.parametrize(
    ("successes", "customers", "low", "high"),
    [
        # Newcombe 1998, table II, method 10
        ((56, 48), (70, 80), 0.0524, 0.3339),
        ((9, 3), (10, 10), 0.1705, 0.8090),
        ((6, 2), (7, 7), 0.0582, 0.8062),
        ((5, 0), (56, 29), -0.0381, 0.1926),
        ((0, 0), (10, 20), -0.1611, 0.2775),
        ((0, 0), (10, 10), -0.2775, 0.2775),
        ((10, 0), (10, 20), 0.6791, 1.0),
        ((10, 0), (10, 10), 0.6075, 1.0),
    ],
)
def test_shares_have_the_intervals_that_newcombe_published(successes, customers, low, high):
    found = share_difference(successes, customers)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    shares = [wins / many for wins, many in zip(successes, customers, strict=True)]
    assert found.value == pytest.approx(shares[0] - shares[1])


def test_the_other_way_round_the_difference_changes_its_sign():
    one, other = share_difference((7, 3), (20, 9)), share_difference((3, 7), (9, 20))
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


def test_means_have_the_interval_of_welch():
    # t.test(c(1, 2, 3, 4, 10), c(0, 1, 1, 2)) in R
    found = mean_difference(np.array([1.0, 2, 3, 4, 10]), np.array([0.0, 1, 1, 2]))
    assert (found.value, found.low, found.high) == pytest.approx((3, -1.334033, 7.334033), abs=1e-6)


def test_two_customers_each_are_enough_for_an_interval():
    found = mean_difference(np.array([1.0, 2.0]), np.array([11.0, 12.0]))
    # Of equal spread: −10 ± 4.303 · √(1/2), Student with 2 degrees of freedom.
    assert (found.low, found.high) == pytest.approx((-13.042435, -6.957565), abs=1e-6)


def test_one_group_that_varies_is_enough_for_an_interval():
    found = mean_difference(np.array([1.0, 2, 3, 4]), np.zeros(4))
    # That of the first alone: 2.5 ± 3.182 · 1.291 / √4, Student with 3 degrees of freedom.
    assert (found.low, found.high) == pytest.approx((0.445739, 4.554261), abs=1e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("first", "second"), [([1.0], [1.0, 2.0]), ([1.0, 2.0], [3.0]), ([0.0, 0.0], [0.0, 0.0])]
)
def test_groups_that_are_too_small_or_never_vary_have_no_interval(first, second):
    found = mean_difference(np.array(first), np.array(second))
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert not found.is_clear


@pytest.mark.parametrize(
    ("low", "high", "clear"), [(0.1, 0.3, True), (-0.3, -0.1, True), (-0.1, 0.3, False)]
)
def test_a_difference_is_clear_where_its_interval_does_not_hold_0(low, high, clear):
    assert Difference(0.1, low, high).is_clear == clear
