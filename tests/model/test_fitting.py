import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from segmentation.errors import UserError
from segmentation.evaluation.resampling import refit_like
from segmentation.model.clusterers import HDBSCANClusterer
from segmentation.model.fitting import (
    TooManySegmentsError,
    fit_segmenter,
    number_of_segments,
    one_thread,
    require_customers,
    thread_count,
)
from segmentation.model.principal_mixture import PrincipalMixture
from tests.helpers.shop import FEATURES


def fit(table, clusterer, features=FEATURES):
    return fit_segmenter(table, features, StandardScaler(), clusterer)


@pytest.mark.parametrize(
    ("clusterer", "k"),
    [(KMeans(n_clusters=5), 5), (PrincipalMixture(n_components=6), 6), (HDBSCANClusterer(), None)],
)
def test_number_of_segments_is_read_from_the_algorithm(clusterer, k):
    assert number_of_segments(clusterer) == k


@pytest.mark.parametrize("k", [0, -3])
def test_k_below_one_is_refused(table, k):
    with pytest.raises(UserError, match=f"k={k}: .* at least 1; set k=2"):
        fit(table, KMeans(n_clusters=k))


def test_a_feature_that_is_too_large_is_refused(table):
    with pytest.raises(UserError, match=r"feature orders is 1e\+101 in row 0, .* beyond ±1e\+100"):
        fit(table.assign(orders=[1e101, *table["orders"][1:]]), KMeans(n_clusters=2))


def test_more_segments_than_customers_is_refused(table):
    with pytest.raises(UserError, match="3 customers cannot be put into 4 segments"):
        fit(table.head(3), KMeans(n_clusters=4))


def test_one_customer_is_refused_by_every_algorithm(table):
    with pytest.raises(UserError, match="1 customers cannot be put into 2 segments"):
        fit(table.head(1), HDBSCANClusterer())


def test_a_constant_feature_is_named_with_the_way_to_leave_it_out(table):
    constant = table.assign(orders=7.0)
    with pytest.raises(
        UserError,
        match=r"'orders' is 7 for all .*out: \"features\.names=\[revenue,average_order_value\]\"",
    ):
        fit(constant, KMeans(n_clusters=2))


def test_what_the_algorithm_refuses_is_a_users_error(table):
    with pytest.raises(UserError, match="cannot be fitted: cluster_selection_epsilon"):
        fit(table, HDBSCANClusterer(cluster_selection_epsilon=0.1))


def test_equal_fits_are_equal_to_the_last_bit(table):
    one, other = (fit(table, KMeans(n_clusters=3, random_state=42)) for _ in range(2))
    np.testing.assert_array_equal(
        one.clusterer_.cluster_centers_, other.clusterer_.cluster_centers_
    )


def test_segments_are_ordered_by_revenue_even_where_it_is_not_clustered_on(table):
    segmenter = fit(table, KMeans(n_clusters=3, random_state=42), ["orders"])
    medians = table["revenue"].groupby(segmenter.labels_).median()
    assert medians.is_monotonic_decreasing
    assert list(segmenter.feature_names_in_) == ["orders"]


def test_refits_follow_their_seed_and_leave_the_segmenter_alone(table):
    segmenter = fit(table, KMeans(n_clusters=5, n_init=1, random_state=42))
    before = segmenter.labels_.copy()
    refit = refit_like(segmenter)
    cloud = np.random.default_rng(0).normal(size=(300, 3))
    space, labels = refit(cloud, 1)
    np.testing.assert_array_equal(refit(cloud, 1)[1], labels)
    assert (refit(cloud, 2)[1] != labels).any()
    np.testing.assert_allclose(space.std(axis=0), 1)
    np.testing.assert_array_equal(segmenter.labels_, before)


def test_one_thread_is_restored_after_the_block():
    from threadpoolctl import threadpool_info

    before = [pool["num_threads"] for pool in threadpool_info()]
    with one_thread():
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
    assert [pool["num_threads"] for pool in threadpool_info()] == before


@pytest.mark.parametrize("threads", [1, 3])
def test_as_many_threads_are_used_as_may_be(threads):
    from threadpoolctl import threadpool_limits

    with threadpool_limits(threads):
        assert thread_count() == threads


def test_twenty_customers_are_enough_to_begin_with():
    require_customers(20)
    with pytest.raises(UserError, match=r"19 customers are too few .* at least 20 are needed"):
        require_customers(19)


def test_a_tenth_of_the_customers_is_the_most_segments():
    require_customers(59, 5)
    require_customers(20, None)
    with pytest.raises(TooManySegmentsError, match=r"k=6 is .* of the 59 customers; set k=5 or"):
        require_customers(59, 6)
