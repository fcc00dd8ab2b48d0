import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from segmentation.model.pipeline import CustomerSegmenter
from tests.helpers.models import CLUSTERERS, every_algorithm, fitted_by
from tests.helpers.shop import FEATURES, clear_customers

MONEY = ["revenue", "average_order_value"]


@every_algorithm
def test_segment_0_has_the_highest_median_revenue_and_ids_count_down(table, algorithm):
    labels = fitted_by(table, algorithm).labels_
    medians = table["revenue"].groupby(labels).median().drop(-1, errors="ignore")
    assert list(medians.index) == [0, 1, 2]
    assert medians.is_monotonic_decreasing


@every_algorithm
def test_training_customers_are_predicted_as_they_were_trained(table, algorithm):
    segmenter = fitted_by(table, algorithm)
    np.testing.assert_array_equal(segmenter.predict(table[FEATURES]), segmenter.labels_)
    np.testing.assert_array_equal(segmenter.predict(table[FEATURES][7:9]), segmenter.labels_[7:9])


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(100)), algorithm=st.sampled_from(sorted(CLUSTERERS)))
def test_the_order_of_customers_does_not_matter(order, algorithm):
    table = clear_customers(sizes=(20, 30, 50))
    labels = fitted_by(table, algorithm).labels_
    permuted = fitted_by(table.iloc[list(order)], algorithm).labels_
    np.testing.assert_array_equal(permuted, labels[list(order)])


@settings(max_examples=15, deadline=None)
@given(power=st.integers(-10, 10), algorithm=st.sampled_from(sorted(CLUSTERERS)))
def test_the_currency_does_not_matter_to_standardised_metrics(power, algorithm):
    table = clear_customers(sizes=(20, 30, 50))
    converted = table.assign(**{name: table[name] * 2.0**power for name in MONEY})
    np.testing.assert_array_equal(
        fitted_by(converted, algorithm, StandardScaler()).labels_,
        fitted_by(table, algorithm, StandardScaler()).labels_,
    )


@settings(max_examples=10, deadline=None)
@given(prefix=st.text(max_size=5), algorithm=st.sampled_from(sorted(CLUSTERERS)))
def test_the_names_of_customers_do_not_matter(prefix, algorithm):
    table = clear_customers(sizes=(20, 30, 50))
    renamed = table.set_axis([f"{prefix}{name}" for name in reversed(table.index)])
    np.testing.assert_array_equal(
        fitted_by(renamed, algorithm).labels_, fitted_by(table, algorithm).labels_
    )


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
    segmenter = fitted_by(table, "kmeans")
    broken = table[FEATURES].head(3).copy()
    broken.iloc[1, 0] = bad
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        segmenter.predict(broken)


def test_columns_in_another_order_are_refused_rather_than_mixed_up(table):
    with pytest.raises(ValueError, match="order"):
        fitted_by(table, "kmeans").predict(table[FEATURES[::-1]])
