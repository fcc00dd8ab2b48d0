import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from segmentation.model.fitting import one_thread
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.segment_order import segment_order
from tests.helpers.models import CLUSTERERS, log_scaler
from tests.helpers.shop import FEATURES, clear_customers

MONEY = ["revenue", "average_order_value"]


every_algorithm = pytest.mark.parametrize("algorithm", CLUSTERERS)


def segments(table, algorithm, scaler=None):
    segmenter = CustomerSegmenter(scaler or log_scaler(), CLUSTERERS[algorithm])
    with one_thread():
        return segmenter.fit(table[FEATURES], revenue=table["revenue"])


@every_algorithm
def test_segment_0_has_the_highest_median_revenue_and_ids_count_down(table, algorithm):
    labels = segments(table, algorithm).labels_
    medians = table["revenue"].groupby(labels).median().drop(-1, errors="ignore")
    assert list(medians.index) == [0, 1, 2]
    assert medians.is_monotonic_decreasing


@every_algorithm
def test_training_customers_are_predicted_as_they_were_trained(table, algorithm):
    segmenter = segments(table, algorithm)
    np.testing.assert_array_equal(segmenter.predict(table[FEATURES]), segmenter.labels_)
    np.testing.assert_array_equal(segmenter.predict(table[FEATURES][7:9]), segmenter.labels_[7:9])


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(100)), algorithm=st.sampled_from(sorted(CLUSTERERS)))
def test_the_order_of_customers_does_not_matter(order, algorithm):
    table = clear_customers(sizes=(20, 30, 50))
    labels = segments(table, algorithm).labels_
    permuted = segments(table.iloc[list(order)], algorithm).labels_
    np.testing.assert_array_equal(permuted, labels[list(order)])


@settings(max_examples=15, deadline=None)
@given(power=st.integers(-10, 10), algorithm=st.sampled_from(sorted(CLUSTERERS)))
def test_the_currency_does_not_matter_to_standardised_metrics(power, algorithm):
    table = clear_customers(sizes=(20, 30, 50))
    converted = table.assign(**{name: table[name] * 2.0**power for name in MONEY})
    np.testing.assert_array_equal(
        segments(converted, algorithm, StandardScaler()).labels_,
        segments(table, algorithm, StandardScaler()).labels_,
    )


@settings(max_examples=10, deadline=None)
@given(prefix=st.text(max_size=5), algorithm=st.sampled_from(sorted(CLUSTERERS)))
def test_the_names_of_customers_do_not_matter(prefix, algorithm):
    table = clear_customers(sizes=(20, 30, 50))
    renamed = table.set_axis([f"{prefix}{name}" for name in reversed(table.index)])
    np.testing.assert_array_equal(
        segments(renamed, algorithm).labels_, segments(table, algorithm).labels_
    )


@given(
    numbering=st.permutations(range(4)),
    revenue=st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=40, unique=True),
)
def test_ids_are_the_same_whatever_the_numbering_of_the_algorithm(numbering, revenue):
    clusters = np.arange(len(revenue)) % 4
    revenue = np.array(revenue)
    renumbered = np.array(numbering)[clusters]
    ids = segment_order(clusters, revenue, 4)[clusters]
    np.testing.assert_array_equal(segment_order(renumbered, revenue, 4)[renumbered], ids)
    medians = pd.Series(revenue).groupby(ids).median()
    assert medians.is_monotonic_decreasing


def test_equal_medians_are_ordered_by_total_and_empty_clusters_come_last():
    clusters = np.array([0, 0, 1, 1, 1, -1])
    revenue = np.array([5.0, 5.0, 5.0, 5.0, 5.0, 999.0])
    assert segment_order(clusters, revenue, 3).tolist() == [1, 0, 2]


def test_segments_are_ordered_by_the_revenue_that_is_given(table):
    by_recency = CustomerSegmenter(StandardScaler(), CLUSTERERS["kmeans"])
    others = table[["orders", "average_order_value"]]
    assert by_recency.fit(others, revenue=-table["revenue"]).labels_[0] == 2
    assert by_recency.fit(others, revenue=table["revenue"]).labels_[0] == 0


def test_the_scalers_and_clusterers_given_are_not_fitted_themselves(table):
    scaler, clusterer = StandardScaler(), KMeans(n_clusters=3, random_state=0)
    CustomerSegmenter(scaler, clusterer).fit(table[FEATURES])
    assert not hasattr(scaler, "mean_")
    assert not hasattr(clusterer, "labels_")


def test_transform_gives_the_space_of_the_scaler(table):
    segmenter = CustomerSegmenter(StandardScaler(), CLUSTERERS["kmeans"]).fit(table[FEATURES])
    expected = StandardScaler().fit_transform(table[FEATURES].to_numpy())
    np.testing.assert_allclose(segmenter.transform(table[FEATURES]), expected)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(table, bad):
    segmenter = segments(table, "kmeans")
    broken = table[FEATURES].head(3).copy()
    broken.iloc[1, 0] = bad
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        segmenter.predict(broken)


@pytest.mark.parametrize("value", [1.1e100, -1e200])
def test_values_whose_squares_would_be_infinite_are_refused(table, value):
    segmenter = segments(table, "gmm")
    broken = table[FEATURES].copy()
    broken.iloc[1, 2] = value
    refusal = f"feature {FEATURES[2]} is {value:g} in row 1, and none may be beyond ±1e+100"
    for use in (segmenter.predict, segmenter.describe, segmenter.transform, segmenter.fit):
        with pytest.raises(ValueError, match=re.escape(refusal)):
            use(broken)


@every_algorithm
@pytest.mark.parametrize("value", [1e100, -1e100])
def test_the_largest_value_is_taken_and_has_a_confidence(table, algorithm, value):
    for scaler in (log_scaler(), StandardScaler()):
        far = table[FEATURES].head(3).copy()
        far.iloc[1, 0] = value
        described = segments(table, algorithm, scaler).describe(far)
        assert described["confidence"].between(0, 1).all()


def test_columns_in_another_order_are_refused_rather_than_mixed_up(table):
    with pytest.raises(ValueError, match="order"):
        segments(table, "kmeans").predict(table[FEATURES[::-1]])
