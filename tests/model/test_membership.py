import numpy as np
import pytest
from sklearn.cluster import KMeans

from segmentation.model.clusterers import HDBSCANClusterer
from segmentation.model.membership import membership
from segmentation.model.principal_mixture import PrincipalMixture

LINE = np.array([[0.0], [0.0], [10.0], [10.0]])


def test_kmeans_is_sure_at_a_centre_and_unsure_half_way_between_two():
    clusterer = KMeans(n_clusters=2, n_init=1, random_state=0).fit(LINE)
    clusters, confidence = membership(clusterer, np.array([[0.0], [2.0], [5.0], [10.0], [-10.0]]))
    np.testing.assert_allclose(confidence, [1.0, (8 - 2) / (8 + 2), 0.0, 1.0, (20 - 10) / 30])
    assert clusters[0] == clusters[1] == clusters[4] != clusters[3]


def test_only_the_two_nearest_of_many_centres_count():
    clusterer = KMeans(n_clusters=3, n_init=1, random_state=0).fit([[0.0], [10.0], [100.0]])
    assert membership(clusterer, np.array([[2.0]]))[1] == pytest.approx([0.6])


def test_with_one_centre_there_is_no_doubt():
    clusterer = KMeans(n_clusters=1, n_init=1, random_state=0).fit(LINE)
    assert membership(clusterer, np.array([[3.0]]))[1].tolist() == [1.0]


def test_a_customer_at_two_centres_at_once_is_undecided():
    clusterer = KMeans(n_clusters=2, n_init=1, random_state=0).fit(LINE)
    clusterer.cluster_centers_ = np.zeros((2, 1))
    assert membership(clusterer, np.zeros((1, 1)))[1].tolist() == [0.0]


def test_a_mixture_gives_the_posterior_probability():
    rng = np.random.default_rng(0)
    space = np.concatenate([rng.normal(0, 1, (200, 1)), rng.normal(3, 1, (200, 1))])
    mixture = PrincipalMixture(2).fit(space)
    clusters, confidence = membership(mixture, space)
    posterior = mixture.predict_proba(space)
    np.testing.assert_array_equal(clusters, posterior.argmax(axis=1))
    np.testing.assert_allclose(confidence, posterior[np.arange(len(space)), clusters])
    assert 0.5 <= confidence.min() < 0.6
    assert 0.99 < confidence.max() <= 1


def test_hdbscan_gives_the_strength_it_was_trained_with_and_none_to_noise():
    rng = np.random.default_rng(0)
    groups = [rng.normal(centre, 0.5, (50, 2)) for centre in (0, 10)]
    space = np.concatenate([*groups, [[50.0, -50.0]]])
    clusterer = HDBSCANClusterer(min_cluster_size=10).fit(space)
    clusters, confidence = membership(clusterer, space)
    np.testing.assert_array_equal(clusters, clusterer.labels_)
    np.testing.assert_array_equal(confidence, clusterer.probabilities_)
    assert (clusters[-1], confidence[-1]) == (-1, 0.0)
    assert confidence.max() == 1.0
