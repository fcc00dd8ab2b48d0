"""Scalers and algorithms as conf/ has them, for fits on `tests.helpers.shop.clear_customers`."""

import pytest
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from segmentation.model.clusterers import HDBSCANClusterer
from segmentation.model.fitting import one_thread
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.principal_mixture import PrincipalMixture
from segmentation.model.scaling import signed_log1p
from tests.helpers.shop import FEATURES


def log_scaler():
    return make_pipeline(FunctionTransformer(signed_log1p), StandardScaler())


CLUSTERERS = {
    "kmeans": KMeans(n_clusters=3, n_init=10, random_state=42),
    "gmm": PrincipalMixture(n_components=3),
    "hdbscan": HDBSCANClusterer(min_cluster_size=0.1, min_samples=5),
}
every_algorithm = pytest.mark.parametrize("algorithm", CLUSTERERS)


def fitted_by(table, algorithm, scaler=None):
    """A segmenter of the algorithm of this name, fitted to customers by their `FEATURES`."""
    segmenter = CustomerSegmenter(scaler or log_scaler(), CLUSTERERS[algorithm])
    with one_thread():
        return segmenter.fit(table[FEATURES], revenue=table["revenue"])
