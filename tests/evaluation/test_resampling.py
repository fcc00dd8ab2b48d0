"""Refits are those of the segmenter, with all of its options."""

import numpy as np
import pytest
from sklearn.cluster import KMeans, MiniBatchKMeans

from segmentation.evaluation.resampling import estimator_seed, refit_like
from segmentation.model.pipeline import CustomerSegmenter
from tests.helpers.models import log_scaler
from tests.helpers.shop import FEATURES


def test_a_refit_gives_noise_away_as_the_fit_does_and_prepares_no_prediction(table, monkeypatch):
    pytest.importorskip("hdbscan")
    from segmentation.model.clusterers import HDBSCANClusterer

    stray = table[FEATURES].to_numpy()[:40] * np.geomspace(0.01, 100, 40)[:, None]
    values = np.concatenate([table[FEATURES].to_numpy(), stray])
    found = {}
    for noise in ("keep", "nearest"):
        clusterer = HDBSCANClusterer(min_cluster_size=0.1, min_samples=5, noise=noise)
        segmenter = CustomerSegmenter(log_scaler(), clusterer).fit(values)
        with monkeypatch.context() as patch:
            patch.setattr("hdbscan.prediction.PredictionData.__init__", None)
            _, found[noise] = refit_like(segmenter)(values, 1)
        np.testing.assert_array_equal(found[noise], segmenter.clusterer_.labels_)
    assert (found["keep"] < 0).any()
    assert (found["nearest"] >= 0).all()


@pytest.mark.parametrize("kind", [KMeans, MiniBatchKMeans])
def test_a_refit_has_the_seed_of_the_draw(kind, table):
    values = table[FEATURES].to_numpy()
    segmenter = CustomerSegmenter(log_scaler(), kind(3, n_init=1, random_state=0)).fit(values)
    space, labels = refit_like(segmenter)(values, 7)
    expected = kind(3, n_init=1, random_state=7).fit_predict(space)
    np.testing.assert_array_equal(labels, expected)


def test_the_seed_of_a_fit_is_any_that_scikit_learn_accepts():
    rng = np.random.default_rng(0)
    seeds = [estimator_seed(rng) for _ in range(1000)]
    assert min(seeds) < 0.01 * 2**32
    assert 0.99 * 2**32 < max(seeds) < 2**32
