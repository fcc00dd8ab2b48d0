"""How far a customer is from every segment: as the clusterer sees it, under the segments' ids."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from segmentation.model.distances import segment_distances
from segmentation.model.pipeline import CustomerSegmenter
from tests.helpers.models import every_algorithm, fitted_by, log_scaler
from tests.helpers.shop import FEATURES


@every_algorithm
def test_the_own_segment_of_a_clear_customer_is_the_nearest(table, algorithm):
    segmenter = fitted_by(table, algorithm)
    for place in (0, 60, 250):
        distances = segment_distances(segmenter, table[FEATURES].iloc[[place]])
        assert sorted(distances) == [0, 1, 2]
        assert list(distances.values()) == sorted(distances.values())
        assert next(iter(distances)) == segmenter.labels_[place]


def test_they_are_the_distances_that_kmeans_decides_by(table):
    segmenter = fitted_by(table, "kmeans")
    customer = table[FEATURES].iloc[[120]]
    theirs = segmenter.clusterer_.transform(segmenter.transform(customer))[0]
    by_segment = dict(zip(segmenter.segment_of_cluster_.tolist(), theirs, strict=True))
    assert segment_distances(segmenter, customer) == pytest.approx(by_segment)


def test_segments_that_a_rule_sets_apart_have_no_distance(table):
    few = table.copy()
    few.loc[few.index[-30:], ["orders"]] = 1.0
    few = few.assign(recency_days=1.0)
    segmenter = CustomerSegmenter(
        log_scaler(),
        KMeans(n_clusters=2, n_init=5, random_state=0),
        key_account_share=0.05,
        newcomer_days=3.0,
        clustered_on=FEATURES,
    ).fit(few, revenue=few["revenue"])
    assert segmenter.n_segments_ == 4
    customer = few.iloc[[100]]
    distances = segment_distances(segmenter, customer)
    assert sorted(distances) == [1, 2]
    assert next(iter(distances)) == segmenter.predict(customer)[0]


def test_where_all_are_noise_there_is_none(table):
    segmenter = fitted_by(table, "hdbscan")
    segmenter.centers_ = np.empty((0, 3))
    assert segment_distances(segmenter, table[FEATURES].iloc[[0]]) == {}
