"""From customer metrics to ordered segments, in one estimator."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClusterMixin, clone
from sklearn.cluster import KMeans
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.validation import check_is_fitted, validate_data


def segment_order(clusters: np.ndarray, revenue: np.ndarray, n_clusters: int) -> np.ndarray:
    """Segment id of every cluster, counted down from the highest median revenue.

    The ids are therefore the same whatever order the algorithm numbered its clusters in. Equal
    medians are ordered by total revenue; a cluster without a customer comes last.

    Parameters
    ----------
    clusters : ndarray of int, shape (n_customers,)
        −1 is noise and takes no part.
    revenue : ndarray of float, shape (n_customers,)
        In the currency of the shop.
    n_clusters : int
        Clusters are 0 … n_clusters − 1.

    Returns
    -------
    ndarray of int64, shape (n_clusters,)
        ``result[cluster]`` is the segment, 0 = highest median revenue.
    """
    keys = []
    for cluster in range(n_clusters):
        own = revenue[clusters == cluster]
        keys.append((np.median(own), own.sum()) if own.size else (-np.inf, -np.inf))
    ranked = sorted(range(n_clusters), key=lambda cluster: keys[cluster], reverse=True)
    segment_of_cluster = np.empty(n_clusters, dtype=np.int64)
    segment_of_cluster[ranked] = np.arange(n_clusters)
    return segment_of_cluster


class CustomerSegmenter(ClusterMixin, BaseEstimator):
    """Scale the metrics, cluster the customers, and number the segments by revenue.

    Parameters
    ----------
    scaler : scikit-learn transformer or None, default=None
        Turns metrics into the space in which distances are taken; ``None`` leaves them as is.
    clusterer : scikit-learn clusterer or None, default=None
        Needs ``fit_predict`` and ``predict``; ``None`` means K-means with 4 clusters.

    Attributes
    ----------
    labels_ : ndarray of int64, shape (n_customers,)
        Segment of every training customer: 0 = highest median revenue, −1 = noise.
    scaler_, clusterer_ : the fitted parts.
    segment_of_cluster_ : ndarray of int64, shape (n_clusters,)
        Segment id of every cluster of the clusterer.
    """

    def __init__(self, scaler: Any = None, clusterer: Any = None) -> None:
        self.scaler = scaler
        self.clusterer = clusterer

    def fit(self, X: Any, y: object = None, revenue: npt.ArrayLike | None = None) -> Self:  # noqa: ARG002
        """Fit scaler and clusterer and order the segments.

        Parameters
        ----------
        X : array-like or DataFrame of shape (n_customers, n_metrics)
            Metrics in their own units, finite.
        y : ignored
        revenue : array-like of shape (n_customers,), optional
            Orders the segments; by default the first metric does.
        """
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        scaler = FunctionTransformer() if self.scaler is None else self.scaler
        clusterer = KMeans(n_clusters=4) if self.clusterer is None else self.clusterer
        self.scaler_ = clone(scaler)
        self.clusterer_ = clone(clusterer)
        space = self.scaler_.fit_transform(X)
        clusters = np.asarray(self.clusterer_.fit_predict(space), dtype=np.int64)
        n_clusters = max(int(clusters.max()) + 1, getattr(self.clusterer_, "n_components", 0))
        order_by = X[:, 0] if revenue is None else np.asarray(revenue, dtype=np.float64)
        self.segment_of_cluster_ = segment_order(clusters, order_by, n_clusters)
        self.labels_ = self._segments(clusters)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Segment of every row of ``X`` (metrics in their own units): int64, −1 = noise."""
        return self._segments(np.asarray(self.clusterer_.predict(self.transform(X))))

    def transform(self, X: Any) -> np.ndarray:
        """Rows of ``X`` (metrics in their own units) in model space, shape (n, n_features)."""
        check_is_fitted(self)
        space: np.ndarray = self.scaler_.transform(
            validate_data(self, X, dtype=np.float64, reset=False)
        )
        return space

    def _segments(self, clusters: np.ndarray) -> np.ndarray:
        # The last entry is what index −1, noise, finds.
        return np.append(self.segment_of_cluster_, -1)[clusters]
