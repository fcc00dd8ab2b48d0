import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from segmentation.errors import UserError
from segmentation.model.clusterers import HDBSCANClusterer
from segmentation.model.persistence import load_segmenter, save_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.scaling import common_space

hdbscan = pytest.importorskip("hdbscan")


@parametrize_with_checks(
    [
        HDBSCANClusterer(),
        HDBSCANClusterer(min_cluster_size=5),
        HDBSCANClusterer(min_cluster_size=5, noise="nearest"),
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


@pytest.fixture(scope="module")
def sparse_between():
    """Two dense groups, and 40 customers strewn between and around them; then two new ones."""
    rng = np.random.default_rng(5)
    groups = [rng.normal(centre, 0.3, (100, 2)) for centre in (0.0, 6.0)]
    return np.concatenate([*groups, rng.uniform(-3, 9, (40, 2))]), np.array([[2.0, 2.5], [9, 9.0]])


def test_noise_goes_to_the_nearest_customer_in_a_cluster_at_strength_0(sparse_between):
    space, new = sparse_between
    kept = HDBSCANClusterer(min_cluster_size=20, min_samples=5).fit(space)
    placed = HDBSCANClusterer(min_cluster_size=20, min_samples=5, noise="nearest").fit(space)
    noise = kept.labels_ < 0
    assert 10 < noise.sum() < 100
    np.testing.assert_array_equal(placed.labels_[~noise], kept.labels_[~noise])
    distances = np.linalg.norm(space[noise][:, None] - space[~noise][None], axis=2)
    nearest = kept.labels_[~noise][distances.argmin(axis=1)]
    np.testing.assert_array_equal(placed.labels_[noise], nearest)
    np.testing.assert_array_equal(placed.probabilities_, kept.probabilities_)
    # The same where they are predicted, and for new customers.
    labels, strengths = placed.predict_with_strength(space)
    np.testing.assert_array_equal(labels, placed.labels_)
    assert (strengths[noise] == 0).all()
    assert (kept.predict(new) == -1).all()
    labels, strengths = placed.predict_with_strength(new)
    inside, assigned = space[~noise], kept.labels_[~noise]
    expected = [assigned[np.linalg.norm(inside - row, axis=1).argmin()] for row in new]
    assert labels.tolist() == expected
    assert strengths.tolist() == [0, 0]


def test_given_noise_is_borderline_and_stays_so_once_saved(sparse_between, tmp_path):
    space, new = sparse_between
    given = HDBSCANClusterer(min_cluster_size=20, min_samples=5, noise="nearest")
    segmenter = CustomerSegmenter(None, given).fit(space)
    noise = segmenter.clusterer_.clusterer_.labels_ < 0
    assert segmenter.labels_.min() == 0
    save_segmenter(segmenter, tmp_path / "model.skops")
    loaded = load_segmenter(tmp_path / "model.skops")
    for each in (segmenter, loaded):
        described = each.describe(np.concatenate([space, new]))
        np.testing.assert_array_equal(described["segment"][: len(space)], segmenter.labels_)
        given_away = np.concatenate([noise, [True, True]])
        assert described["borderline"][given_away].all()
        assert (described["confidence"][given_away] == 0).all()
        assert (described["segment"] >= 0).all()


def test_without_a_cluster_there_is_nobody_to_give_noise_to():
    cloud = np.random.default_rng(0).uniform(size=(50, 2))
    clusterer = HDBSCANClusterer(min_cluster_size=30, noise="nearest").fit(cloud)
    assert (clusterer.predict(cloud + 0.01) == -1).all()
    assert (clusterer.labels_of_refit(cloud) == -1).all()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"noise": "drop"}, "noise=drop must be keep or nearest"),
        ({"cluster_selection_method": "tree"}, "cluster_selection_method=tree must be eom or leaf"),
    ],
)
def test_a_wrong_choice_is_one_line_with_the_choices(space, option, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        HDBSCANClusterer(**option).fit(space)


def three_groups(n_customers, seed=0):
    """Normal groups, 8 standard deviations apart, with a half, 3 and 2 tenths of the customers."""
    rng = np.random.default_rng(seed)
    group = rng.choice(3, n_customers, p=[0.5, 0.3, 0.2])
    return rng.normal(size=(n_customers, 3)) + 8 * np.eye(3)[group], group


def test_of_many_customers_a_sample_is_fitted_and_all_others_are_with_the_nearest_of_it():
    space, group = three_groups(2_000)
    fitted = HDBSCANClusterer(max_customers=500, noise="nearest").fit(space)
    assert len(fitted.clusterer_.labels_) == 500
    assert fitted.clusterer_.min_cluster_size == 10  # a share, of those fitted
    assert [len(set(fitted.labels_[group == one])) for one in range(3)] == [1, 1, 1]
    assert len(set(fitted.labels_)) == 3
    # and so are those of the training when they come again, and new ones
    labels, strengths = fitted.predict_with_strength(space)
    np.testing.assert_array_equal(labels, fitted.labels_)
    np.testing.assert_array_equal(strengths, fitted.probabilities_)
    new, groups = three_groups(300, seed=1)
    of_group = {one: fitted.labels_[group == one][0] for one in range(3)}
    assert fitted.predict(new).tolist() == [of_group[one] for one in groups]


def test_so_many_customers_are_all_fitted_and_one_more_is_too_many():
    space, _ = three_groups(301)
    every = HDBSCANClusterer(max_customers=301).fit(space)
    np.testing.assert_array_equal(every.labels_, HDBSCANClusterer().fit(space).labels_)
    assert every.sample_labels_ is None
    assert len(HDBSCANClusterer(max_customers=300).fit(space).sample_labels_) == 300


def test_the_sample_is_the_same_in_whatever_order_the_customers_come():
    space, _ = three_groups(1_000)
    order = np.random.default_rng(2).permutation(len(space))
    fitted = HDBSCANClusterer(max_customers=200).fit(space)
    again = HDBSCANClusterer(max_customers=200).fit(space[order])
    np.testing.assert_array_equal(again.labels_, fitted.labels_[order])


def test_counts_of_customers_are_counts_of_all_also_where_a_sample_is_fitted():
    space, _ = three_groups(1_000)
    fitted = HDBSCANClusterer(min_cluster_size=101, min_samples=33, max_customers=200).fit(space)
    assert fitted.clusterer_.min_cluster_size == 21
    assert fitted.clusterer_.min_samples == 7


def test_a_refit_of_many_customers_has_the_labels_of_a_fit():
    space, _ = three_groups(1_000)
    clusterer = HDBSCANClusterer(max_customers=200)
    refitted = clusterer.labels_of_refit(space)
    np.testing.assert_array_equal(refitted, clusterer.fit(space).labels_)


def test_a_sample_says_nothing_below_a_hundred_customers(space):
    with pytest.raises(ValueError, match="max_customers=99 must be at least 100"):
        HDBSCANClusterer(max_customers=99).fit(space)
    HDBSCANClusterer(max_customers=100).fit(space)


def test_a_model_of_a_sample_is_read_back_as_it_was(table, tmp_path):
    segmenter = CustomerSegmenter(StandardScaler(), HDBSCANClusterer(max_customers=150))
    segmenter.fit(table, revenue=table["revenue"])
    save_segmenter(segmenter, tmp_path / "model.skops")
    again = load_segmenter(tmp_path / "model.skops")
    np.testing.assert_array_equal(again.predict(table), segmenter.labels_)


def test_a_model_of_an_earlier_edition_is_fitted_again_though_it_knows_no_sample(table, tmp_path):
    segmenter = CustomerSegmenter(StandardScaler(), HDBSCANClusterer())
    segmenter.fit(table, revenue=table["revenue"])
    for clusterer in (segmenter.clusterer, segmenter.clusterer_):
        del clusterer.max_customers
    for name in ("sample_labels_", "sample_strengths_"):
        delattr(segmenter.clusterer_, name)
    save_segmenter(segmenter, tmp_path / "model.skops")
    again = load_segmenter(tmp_path / "model.skops")
    np.testing.assert_array_equal(again.predict(table), segmenter.labels_)
    refitted = clone(again).fit(table, revenue=table["revenue"])
    np.testing.assert_array_equal(refitted.labels_, segmenter.labels_)
