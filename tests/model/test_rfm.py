"""RFM scores of ten customers with ties, computed by hand."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.model.rfm import (
    equal_groups,
    quantile_borders,
    quantile_scores,
    rfm_borders,
    rfm_scores,
)

TEN = pd.DataFrame(
    {
        "revenue": [50.0, 40, 30, 30, 20, 20, 10, 10, 0, -5],
        "recency_days": [1.0, 2, 2, 5, 10, 20, 20, 40, 80, 100],
        "orders": [9.0, 5, 5, 3, 3, 2, 1, 1, 1, 1],
    },
    index=[f"c{number}" for number in range(10)],
)
# The 2nd, 4th, 6th and 8th customer from the worst on.
BORDERS = {
    "recency_days": [80.0, 20.0, 10.0, 2.0],
    "orders": [1.0, 1.0, 3.0, 5.0],
    "revenue": [0.0, 10.0, 20.0, 30.0],
}
RECENCY = [5, 4, 4, 4, 3, 2, 2, 2, 1, 1]
FREQUENCY = [5, 4, 4, 3, 3, 3, 1, 1, 1, 1]
MONETARY = [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
SUMS = [15, 13, 12, 11, 9, 8, 5, 5, 3, 3]


def test_borders_are_the_values_of_customers_from_the_worst_on():
    assert rfm_borders(TEN) == BORDERS


def test_every_score_and_their_sum():
    scores = rfm_scores(TEN, BORDERS)
    expected = {
        "recency_score": RECENCY,
        "frequency_score": FREQUENCY,
        "monetary_score": MONETARY,
        "rfm_score": SUMS,
    }
    pd.testing.assert_frame_equal(scores, pd.DataFrame(expected, index=TEN.index))
    # As YAML sorts them, in which they travel.
    pd.testing.assert_frame_equal(rfm_scores(TEN, dict(sorted(BORDERS.items()))), scores)


def test_the_order_of_customers_does_not_matter():
    order = np.random.default_rng(0).permutation(10)
    permuted = TEN.iloc[order]
    assert rfm_borders(permuted) == BORDERS
    pd.testing.assert_frame_equal(
        rfm_scores(permuted, BORDERS), rfm_scores(TEN, BORDERS).iloc[order]
    )


def test_other_customers_are_scored_by_the_borders_of_the_training():
    others = pd.DataFrame(
        {
            "recency_days": [0.0, 1.9, 2.0, 80.0, 79.0],
            "orders": [0.0, 1.0, 1.5, 5.0, 6.0],
            "revenue": [30.0, 30.01, -99.0, 0.0, 0.01],
        }
    )
    scores = rfm_scores(others, BORDERS)
    assert scores["recency_score"].tolist() == [5, 5, 4, 1, 2]
    assert scores["frequency_score"].tolist() == [1, 1, 3, 4, 5]
    assert scores["monetary_score"].tolist() == [4, 5, 1, 1, 2]
    assert scores["rfm_score"].tolist() == [10, 11, 8, 6, 9]


def test_cut_points_are_an_option():
    assert rfm_borders(TEN, [0.5])["revenue"] == [20.0]
    scores = rfm_scores(TEN, rfm_borders(TEN, [0.5]))
    assert scores["monetary_score"].tolist() == [2] * 4 + [1] * 6
    assert scores["rfm_score"].tolist() == [6] * 4 + [5] + [3] * 5


@pytest.mark.parametrize("feature", BORDERS)
def test_without_one_of_the_features_there_are_no_borders_and_no_columns(feature):
    lacking = TEN.drop(columns=feature)
    assert rfm_borders(lacking) == {}
    scores = rfm_scores(lacking, {})
    assert scores.shape == (10, 0)
    assert scores.index.equals(TEN.index)


@pytest.mark.parametrize("cut_points", [[], [0.0, 0.5], [0.5, 1.0], [0.5, 0.5], [0.6, 0.2]])
def test_other_cut_points_are_refused(cut_points):
    with pytest.raises(ValueError, match=r"cut_points=.* must be ascending shares between 0 and 1"):
        quantile_borders([1.0, 2.0], cut_points)


def test_a_value_that_equals_a_border_stays_below_it():
    above = np.nextafter(2.0, 3.0)
    assert quantile_scores([1.0, 2.0, above, 3.0], [2.0, 3.0]).tolist() == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("scores", "n_groups", "borders"),
    [
        (SUMS, 1, []),
        (SUMS, 2, [8]),
        (SUMS, 3, [5, 11]),
        (SUMS, 8, [3, 5, 8, 9, 11, 12, 13]),
        (SUMS, 99, [3, 5, 8, 9, 11, 12, 13]),
        ([3] * 7 + [4, 5, 6], 2, [3]),
        ([3, 4, 5] + [6] * 7, 2, [5]),
        ([3] * 7 + [4, 5, 6], 3, [3, 4]),
        ([3, 3], 4, []),
    ],
)
def test_groups_are_as_equal_in_size_as_ties_allow(scores, n_groups, borders):
    assert equal_groups(np.array(scores), n_groups).tolist() == borders


@given(scores=st.lists(st.integers(3, 12), min_size=2, max_size=60), n_groups=st.integers(1, 5))
def test_no_other_way_to_cut_has_more_equal_groups(scores, n_groups):
    values = sorted(set(scores))
    wanted = min(n_groups, len(values)) - 1

    def unequal(borders):
        groups = np.searchsorted(list(borders), scores)
        return int((np.bincount(groups, minlength=wanted + 1) ** 2).sum())

    found = equal_groups(np.array(scores), n_groups)
    ways = combinations(values[:-1], wanted)
    assert len(found) == wanted
    assert unequal(found) == min(map(unequal, ways))
