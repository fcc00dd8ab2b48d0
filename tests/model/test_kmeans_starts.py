"""K-means with all starts at once gives the labels of scikit-learn, and leaves it the odd cases."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from segmentation.model.fitting import one_thread
from segmentation.model.kmeans_starts import labels_of_starts


def cloud(n, dimensions, seed):
    """Customers without groups, with long tails: starts end in different optima."""
    values = np.random.default_rng(seed).normal(size=(n, dimensions))
    return np.exp(values * np.linspace(0.2, 1.2, dimensions))


@pytest.fixture(autouse=True)
def as_refits_are_made():
    with one_thread():
        yield


@pytest.fixture
def fits(monkeypatch):
    """Clusterers that scikit-learn fits."""
    fitted, fit = [], KMeans.fit

    def noted(self, *arguments, **options):
        fitted.append(self)
        return fit(self, *arguments, **options)

    monkeypatch.setattr(KMeans, "fit", noted)
    return fitted


@pytest.mark.parametrize("k", [1, 2, 4, 9])
@pytest.mark.parametrize(("n", "dimensions"), [(60, 1), (700, 3), (3000, 5)])
def test_labels_are_those_of_a_fit(k, n, dimensions):
    for seed in range(4):
        space = cloud(n, dimensions, seed)
        clusterer = KMeans(k, n_init=10, random_state=seed)
        labels = labels_of_starts(clusterer, space)
        expected = clusterer.fit_predict(space)
        np.testing.assert_array_equal(labels, expected)
        assert labels.dtype == expected.dtype


def test_usual_options_need_no_fit(fits):
    labels = labels_of_starts(KMeans(4, n_init=10, random_state=0), cloud(700, 3, 0))
    assert set(labels) == {0, 1, 2, 3}
    assert not fits


@pytest.mark.parametrize("seed", range(6))
def test_of_starts_that_end_alike_the_first_numbers_the_clusters(seed):
    rng = np.random.default_rng(seed)
    space = 100 * rng.integers(4, size=(500, 1)) + rng.normal(size=(500, 3))
    clusterer = KMeans(4, n_init=30, random_state=seed)
    labels = labels_of_starts(clusterer, space)
    np.testing.assert_array_equal(labels, clusterer.fit_predict(space))


@pytest.mark.parametrize("seed", [228, 308])
def test_candidates_whose_last_bit_decides_are_chosen_as_in_a_fit(seed):
    # Two customers far out are each other's neighbour: as a centre one serves as well as the other.
    space = np.exp(1.5 * np.random.default_rng(seed).normal(size=(200, 3)))
    clusterer = KMeans(9, n_init=5, random_state=seed)
    labels = labels_of_starts(clusterer, space)
    np.testing.assert_array_equal(labels, clusterer.fit_predict(space))


def test_customers_far_from_the_origin_are_told_apart():
    space = cloud(700, 3, 1) + 1e7
    clusterer = KMeans(5, n_init=10, random_state=1)
    labels = labels_of_starts(clusterer, space)
    np.testing.assert_array_equal(labels, clusterer.fit_predict(space))


def test_the_options_of_the_clusterer_count():
    space = cloud(700, 3, 5)
    found = {
        name: labels_of_starts(KMeans(6, random_state=1).set_params(**options), space)
        for name, options in {
            "one start": {"n_init": 1},
            "many": {"n_init": 10},
            "other seed": {"n_init": 1, "random_state": 2},
            "coarse": {"n_init": 10, "tol": 0.3},
        }.items()
    }
    assert len({labels.tobytes() for labels in found.values()}) == 4


@pytest.mark.parametrize(
    "options",
    [
        {"n_init": "auto"},
        {"init": "random"},
        {"init": np.arange(12.0).reshape(4, 3), "n_init": 1},
        {"algorithm": "elkan"},
        {"max_iter": 2},
    ],
)
def test_options_that_are_not_the_usual_ones_are_left_to_a_fit(options, fits):
    clusterer = KMeans(4, n_init=5, random_state=3).set_params(**options)
    space = cloud(300, 3, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        expected = clone(clusterer).fit_predict(space)
        np.testing.assert_array_equal(labels_of_starts(clusterer, space), expected)
    assert fits[-1] is clusterer


def test_other_numbers_and_lists_are_fitted_as_they_are(fits):
    clusterer = KMeans(4, n_init=5, random_state=3)
    for space in (cloud(300, 3, 3).astype(np.float32), cloud(300, 3, 3).tolist()):
        expected = clone(clusterer).fit_predict(space)
        np.testing.assert_array_equal(labels_of_starts(clusterer, space), expected)
        assert fits.pop() is clusterer


def test_without_a_seed_every_call_draws_other_starts():
    clusterer = KMeans(9, n_init=1, random_state=None)
    space = cloud(700, 3, 5)
    assert len({labels_of_starts(clusterer, space).tobytes() for _ in range(5)}) > 1


@pytest.mark.parametrize("seed", [83, 753])
def test_a_tie_between_the_last_centres_is_decided_by_a_fit(seed, fits):
    space = np.random.default_rng(seed).integers(6, size=(30, 1)).astype(float)
    clusterer = KMeans(2, n_init=2, random_state=seed, tol=0.5)
    labels = labels_of_starts(clusterer, space)
    assert fits == [clusterer]
    np.testing.assert_array_equal(labels, clusterer.labels_)


@pytest.mark.parametrize("seed", range(8))
def test_ties_between_centres_are_decided_by_a_fit(seed):
    # On a lattice many points are equally far from two centres.
    space = np.random.default_rng(seed).integers(4, size=(400, 2)).astype(float)
    clusterer = KMeans(5, n_init=10, random_state=seed)
    labels = labels_of_starts(clusterer, space)
    np.testing.assert_array_equal(labels, clusterer.fit_predict(space))


def test_more_clusters_than_different_points_are_left_to_a_fit():
    space = np.repeat(np.arange(3.0), 20)[:, None]
    clusterer = KMeans(5, n_init=3, random_state=0)
    with pytest.warns(ConvergenceWarning):
        labels = labels_of_starts(clusterer, space)
    assert len(np.unique(labels)) == 3
    with pytest.raises(ValueError, match="n_samples=4"):
        labels_of_starts(clusterer, space[:4])


def test_without_the_private_part_of_scikit_learn_labels_are_the_same(monkeypatch):
    space, clusterer = cloud(700, 3, 0), KMeans(5, n_init=10, random_state=0)
    quick = labels_of_starts(clusterer, space)
    monkeypatch.setattr("segmentation.model.kmeans_starts._quick_parts", lambda: None)
    np.testing.assert_array_equal(labels_of_starts(clusterer, space), quick)
