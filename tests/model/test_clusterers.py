import sys

import hdbscan
import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from segmentation.errors import UserError
from segmentation.model.clusterers import HDBSCANClusterer
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.scaling import common_space


@parametrize_with_checks(
    [
        HDBSCANClusterer(min_cluster_size=5),
        CustomerSegmenter(StandardScaler(), KMeans(n_clusters=3, random_state=0)),
    ]
)
def test_follows_the_conventions_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def space(table):
    return common_space(table)


def test_epsilon_is_refused_because_new_customers_would_be_labelled_wrongly(space):
    with pytest.raises(ValueError, match=r"cluster_selection_epsilon=0\.5 .*leave it at 0"):
        HDBSCANClusterer(cluster_selection_epsilon=0.5).fit(space)


@pytest.mark.parametrize(("size", "count"), [(0.05, 15), (0.001, 2), (25, 25)])
def test_smallest_cluster_is_a_share_or_a_count(space, size, count):
    assert HDBSCANClusterer(min_cluster_size=size).fit(space).clusterer_.min_cluster_size == count


@pytest.mark.parametrize("size", [0, 1, 1.0, 1.5, -0.1, "many"])
def test_no_other_smallest_cluster_is_accepted(space, size):
    with pytest.raises(ValueError, match="min_cluster_size="):
        HDBSCANClusterer(min_cluster_size=size).fit(space)


def test_clear_groups_are_found_and_the_library_agrees(space):
    fitted = HDBSCANClusterer(min_cluster_size=0.05).fit(space)
    reference = hdbscan.HDBSCAN(min_cluster_size=15, approx_min_span_tree=False).fit(space)
    assert fitted.labels_.max() == 2
    np.testing.assert_array_equal(fitted.labels_, reference.labels_)


def test_training_customers_keep_their_labels_and_strengths_exactly():
    # Many ties, with which the library's own approximate_predict moves training points.
    space = np.random.default_rng(1).poisson(8, size=(600, 2)).astype(float)
    fitted = HDBSCANClusterer(min_cluster_size=8).fit(space)
    labels, strengths = fitted.predict_with_strength(space)
    approximate, _ = hdbscan.approximate_predict(fitted.clusterer_, space)
    assert (approximate != fitted.labels_).any()
    np.testing.assert_array_equal(labels, fitted.labels_)
    np.testing.assert_array_equal(strengths, fitted.probabilities_)


def test_new_customers_get_a_known_label_and_a_strength_between_0_and_1(space):
    fitted = HDBSCANClusterer(min_cluster_size=0.05).fit(space)
    new = np.random.default_rng(1).uniform(-3, 3, (500, space.shape[1]))
    labels, strengths = fitted.predict_with_strength(np.vstack([space + 1e-3, new]))
    assert set(labels) <= {-1, 0, 1, 2}
    assert ((strengths >= 0) & (strengths <= 1)).all()
    assert (strengths[labels == -1] == 0).all()
    # A nudge keeps everybody who is well inside a cluster where they were.
    inside = fitted.probabilities_ > 0.5
    np.testing.assert_array_equal(labels[: len(space)][inside], fitted.labels_[inside])


def test_only_noise_stays_noise_for_everybody():
    cloud = np.random.default_rng(0).uniform(size=(50, 2))
    fitted = HDBSCANClusterer(min_cluster_size=30).fit(cloud)
    assert (fitted.labels_ == -1).all()
    labels, strengths = fitted.predict_with_strength(cloud + 0.01)
    assert (labels == -1).all()
    assert (strengths == 0).all()


def test_read_only_data_is_accepted(space):
    frozen = space.copy()
    frozen.setflags(write=False)
    fitted = HDBSCANClusterer(min_cluster_size=15).fit(frozen)
    np.testing.assert_array_equal(fitted.predict(frozen), fitted.labels_)


def test_where_the_library_is_not_installed_one_line_says_how_to_get_it(space, monkeypatch):
    monkeypatch.setitem(sys.modules, "hdbscan", None)
    with pytest.raises(UserError, match=r"needs the package hdbscan.*conda-forge hdbscan"):
        HDBSCANClusterer(min_cluster_size=15).fit(space)
