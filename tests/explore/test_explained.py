"""Why one customer is where it is: values beside the medians, and the next segment."""

import pandas as pd
import pytest

from segmentation.explore.explained import (
    distances_of,
    missing_features,
    next_segment,
    values_beside,
)
from tests.helpers.models import fitted_by
from tests.helpers.shop import FEATURES

PROFILE = pd.DataFrame(
    {"segment": [0, 1], "orders_median": [9.0, 2.0], "revenue_median": [90.0, 20.123]}
)


def test_values_stand_beside_the_medians_of_the_segments_asked_for():
    beside = values_beside({"orders": 3, "other": 1}, PROFILE, {1: "rest", 0: "best"})
    assert list(beside.columns) == ["feature", "this customer", "median of rest", "median of best"]
    assert beside.iloc[0].tolist() == ["orders", 3, 2.0, 9.0]
    assert beside.iloc[1, 2:].tolist() == [20.12, 90.0]
    assert pd.isna(beside.loc[1, "this customer"])


def test_a_segment_that_the_training_had_not_has_no_column():
    assert list(values_beside({}, PROFILE, {7: "gone"})) == ["feature", "this customer"]


def test_the_model_says_of_one_customer_what_it_says_of_all(table):
    segmenter = fitted_by(table, "kmeans")
    said = segmenter.describe(table[FEATURES])
    for place in (0, 150, 299):
        distances, confidence = distances_of(segmenter, table.iloc[[place]])
        assert next(iter(distances)) == said["segment"].iloc[place]
        assert confidence == pytest.approx(said["confidence"].iloc[place])


def test_what_a_list_lacks_is_named(table):
    segmenter = fitted_by(table, "kmeans")
    customer = table.iloc[[0]].drop(columns="orders").assign(average_order_value=None)
    assert missing_features(segmenter, customer) == ["orders", "average_order_value"]
    assert missing_features(segmenter, table.iloc[[0]]) == []


def test_the_next_segment_is_the_nearest_other():
    assert next_segment({2: 0.1, 0: 0.4, 1: 0.9}, own=2) == 0
    assert next_segment({2: 0.1, 0: 0.4, 1: 0.9}, own=0) == 2
    assert next_segment({0: 0.1}, own=0) is None
