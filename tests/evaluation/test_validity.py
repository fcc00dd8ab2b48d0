import hdbscan
import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score
from sklearn.mixture import GaussianMixture

from segmentation.evaluation.validity import (
    inertia,
    model_criteria,
    separating_feature,
    validity,
    validity_common,
)
from tests.helpers.retail import RFM, SEED, log_standardised, standardised


def test_noise_is_left_out_of_every_figure():
    rng = np.random.default_rng(0)
    labels = np.repeat([-1, 0, 1], [40, 100, 60])
    space = rng.normal(size=(200, 3)) + 2.0 * labels[:, None]
    clustered = labels >= 0
    metrics = validity(space, labels)
    assert metrics == pytest.approx(validity(space[clustered], labels[clustered]))
    assert metrics["calinski_harabasz"] == pytest.approx(
        calinski_harabasz_score(space[clustered], labels[clustered])
    )
    assert metrics["davies_bouldin"] == pytest.approx(
        davies_bouldin_score(space[clustered], labels[clustered])
    )
    common = validity_common(space, labels)
    assert common["silhouette_common"] == pytest.approx(metrics["silhouette"])
    assert common["silhouette_common_covered"] == pytest.approx(0.8 * metrics["silhouette"])


def test_inertia_is_that_of_kmeans():
    space = np.random.default_rng(1).normal(size=(500, 3))
    model = KMeans(4, n_init=1, random_state=0, tol=0).fit(space)
    assert inertia(space, model.labels_) == pytest.approx(model.inertia_)


def test_what_cannot_be_computed_is_absent():
    space = np.random.default_rng(2).normal(size=(10, 2))
    assert validity(space, np.full(10, -1)) == {}
    assert set(validity(space, np.zeros(10, dtype=int))) == {"inertia"}
    assert set(validity_common(space, np.zeros(10, dtype=int))) == {"inertia_common"}
    every_one_alone = validity(space, np.arange(10))
    assert every_one_alone == {"inertia": 0, "silhouette": 0, "silhouette_macro": 0}


def test_the_standard_error_is_there_when_customers_were_sampled():
    labels = np.repeat([0, 1], 2000)
    space = np.random.default_rng(3).normal(size=(4000, 2)) + labels[:, None]
    assert "silhouette_se" not in validity(space, labels)
    sampled = validity(space, labels, exact_max=3000)
    assert 0 < sampled["silhouette_se"] < 0.05
    common = validity_common(space, labels, exact_max=3000)
    assert common["silhouette_common"] == sampled["silhouette"], "the sample is the same"


def test_criteria_of_mixtures_and_of_hdbscan():
    rng = np.random.default_rng(4)
    space = rng.normal(size=(300, 2)) + 8.0 * np.repeat([0, 1], 150)[:, None]
    mixture = GaussianMixture(2, random_state=0).fit(space)
    assert model_criteria(mixture, space) == {"bic": mixture.bic(space), "aic": mixture.aic(space)}
    with_tree = hdbscan.HDBSCAN(min_cluster_size=20, gen_min_span_tree=True).fit(space)
    assert 0 < model_criteria(with_tree, space)["relative_validity"] <= 1
    without_tree = hdbscan.HDBSCAN(min_cluster_size=20).fit(space)
    assert model_criteria(without_tree, space) == {}
    assert model_criteria(KMeans(2), space) == {}


@pytest.mark.parametrize(
    ("k", "silhouette", "sum_of_squares"),
    [(2, 0.4328, 6483.6), (4, 0.3375, 3939.0), (8, 0.3033, 2336.3)],
)
def test_published_figures_on_log_rfm(customers, k, silhouette, sum_of_squares):
    space = log_standardised(customers[RFM].to_numpy(float))
    labels = KMeans(k, n_init=10, random_state=42).fit_predict(space)
    metrics = validity(space, labels)
    assert metrics["silhouette"] == pytest.approx(silhouette, abs=5e-5)
    assert metrics["inertia"] == pytest.approx(sum_of_squares, abs=0.05)


def test_macro_silhouette_shows_the_trap_that_the_mean_hides(customers):
    space = standardised(customers[SEED].to_numpy(float))
    labels = KMeans(2, n_init=10, random_state=42).fit_predict(space)
    assert sorted(np.bincount(labels)) == [14, 4324]
    metrics = validity(space, labels)
    assert metrics["silhouette"] == pytest.approx(0.966, abs=5e-4)
    assert metrics["silhouette_macro"] == pytest.approx(0.456, abs=5e-4)


def test_the_feature_that_separates_has_the_least_spread_within_the_segments():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, -1], [50, 50, 20])
    common = rng.normal(size=(120, 3))
    common[:, 1] += 3 * labels
    # What noise does counts for nothing.
    common[labels < 0, 2] += 100
    assert separating_feature(common, labels, ["a", "b", "c"]) == "b"
    assert separating_feature(common, np.full(120, -1), ["a", "b", "c"]) == ""


def test_what_counts_is_the_share_of_the_variance_whatever_the_scale():
    labels = np.repeat([0, 1], 50)
    noise = np.random.default_rng(0).normal(size=(100, 2))
    constant, apart = np.zeros(100), 0.004 * labels + 0.001 * noise[:, 0]
    wide = 4.0 * labels + 2.0 * noise[:, 1]
    common = np.column_stack([constant, wide, apart])
    assert separating_feature(common, labels, ["a", "b", "c"]) == "c"
    common = np.column_stack([constant, 1000 * apart, wide / 1000])
    assert separating_feature(common, labels, ["a", "b", "c"]) == "b"
