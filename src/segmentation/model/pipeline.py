"""One estimator from customer features to ordered segments."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin, clone
from sklearn.cluster import KMeans
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.validation import check_is_fitted, validate_data

from segmentation.model.membership import membership, seen_by

OUTLIER_QUANTILE = 0.995
BORDERLINE = 0.1
NOISE_NAME = "unassigned"
LARGEST = 1e100
"""Of a feature, whatever its sign: squares of larger ones and their sums are infinite."""


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


class CustomerSegmenter(ClusterMixin, TransformerMixin, BaseEstimator):
    """Scale the features, cluster the customers, and number the segments by revenue.

    Parameters
    ----------
    scaler : scikit-learn transformer or None, default=None
        Turns features into the space in which distances are taken; ``None`` leaves them as is.
    clusterer : scikit-learn clusterer or None, default=None
        Needs ``fit_predict`` and ``predict``; ``None`` means K-means with 4 clusters. One that has
        a parameter ``features`` is told the names of the columns of ``X``.
    key_account_share : float or None, default=None
        Share of customers, in (0, 1), that are set apart by revenue before the others are
        clustered; they are segment 0. ``X`` must then be a DataFrame with a column ``revenue``.

    Attributes
    ----------
    labels_ : ndarray of int64, shape (n_customers,)
        Segment of every training customer: 0 = highest median revenue, −1 = noise.
    names_ : dict of int to str
        Name of every segment, −1 included.
    scaler_, clusterer_ : the fitted parts.
    segment_of_cluster_ : ndarray of int64, shape (n_clusters,)
        Segment id of every cluster of the clusterer.
    centers_ : ndarray of shape (n_segments, n_features)
        Mean of every cluster in model space.
    outlier_distance_ : float
        99.5th percentile of the training customers' distance to the nearest centre.
    key_account_revenue_ : float
        Least revenue of a key account; infinite without ``key_account_share``.
    """

    def __init__(
        self, scaler: Any = None, clusterer: Any = None, key_account_share: float | None = None
    ) -> None:
        self.scaler = scaler
        self.clusterer = clusterer
        self.key_account_share = key_account_share

    def fit(self, X: Any, y: object = None, revenue: npt.ArrayLike | None = None) -> Self:  # noqa: ARG002
        """Fit scaler and clusterer and order the segments.

        Parameters
        ----------
        X : array-like or DataFrame of shape (n_customers, n_features)
            Features in their own units, finite.
        y : ignored
        revenue : array-like of shape (n_customers,), optional
            Orders the segments; by default the first feature does.

        Raises
        ------
        ValueError
            If a feature is not finite or beyond ±10¹⁰⁰, or key accounts are asked for and
            ``revenue`` is not among the features.
        """
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        self._require_moderate(X)
        self.key_account_revenue_ = self._key_account_revenue(X)
        others = ~self.key_accounts(X)
        order_by = X[:, 0] if revenue is None else np.asarray(revenue, dtype=np.float64)
        scaler = FunctionTransformer() if self.scaler is None else self.scaler
        clusterer = KMeans(n_clusters=4) if self.clusterer is None else self.clusterer
        self.scaler_, self.clusterer_ = clone(scaler), self._with_feature_names(clone(clusterer))
        space = self.scaler_.fit_transform(X[others])
        rows = seen_by(self.clusterer_, X[others], space)
        clusters = np.asarray(self.clusterer_.fit_predict(rows), dtype=np.int64)
        n_clusters = max(int(clusters.max()) + 1, getattr(self.clusterer_, "n_components", 0))
        self.segment_of_cluster_ = segment_order(clusters, order_by[others], n_clusters)
        self.segment_of_cluster_ += int(self.key_account_share is not None)
        self.labels_ = np.zeros(len(X), dtype=np.int64)
        self.labels_[others] = self._segments(clusters)
        found = np.unique(clusters[clusters >= 0])
        self.centers_ = np.array([space[clusters == cluster].mean(axis=0) for cluster in found])
        self.outlier_distance_ = float(np.quantile(self._distances(space), OUTLIER_QUANTILE))
        self.names_ = {-1: NOISE_NAME}
        self.names_ |= {segment: f"segment {segment}" for segment in range(self.n_segments_)}
        return self

    @property
    def n_segments_(self) -> int:
        """Number of segments that a customer can be put into, key accounts included."""
        return len(self.segment_of_cluster_) + int(self.key_account_share is not None)

    def predict(self, X: Any) -> np.ndarray:
        """Segment of every row of ``X`` (features in their own units): int64, −1 = noise."""
        X = self._validated(X)
        rows = seen_by(self.clusterer_, X, self.scaler_.transform(X))
        clusters = np.asarray(self.clusterer_.predict(rows))
        return np.where(self.key_accounts(X), 0, self._segments(clusters))

    def transform(self, X: Any) -> np.ndarray:
        """Rows of ``X`` (features in their own units) in model space, shape (n, n_features)."""
        space: np.ndarray = self.scaler_.transform(self._validated(X))
        return space

    def describe(self, X: Any) -> pd.DataFrame:
        """Segment of every customer, its name, and how far to trust it.

        Parameters
        ----------
        X : array-like or DataFrame of shape (n_customers, n_features)
            Features in their own units.

        Returns
        -------
        DataFrame of shape (n_customers, 5)
            ``segment`` (int64, −1 = noise), ``name``, ``confidence`` in [0, 1] (see
            :func:`~segmentation.model.membership.membership`; 1 for key accounts), ``borderline``
            (confidence below 0.1), ``outlier`` (farther from the nearest centre than 99.5 % of the
            training customers; never for key accounts).
        """
        X = self._validated(X)
        space = self.scaler_.transform(X)
        clusters, confidence = membership(self.clusterer_, seen_by(self.clusterer_, X, space))
        key_accounts = self.key_accounts(X)
        segments = np.where(key_accounts, 0, self._segments(clusters))
        confidence = np.where(key_accounts, 1.0, confidence)
        names = np.array([self.names_[segment] for segment in range(-1, self.n_segments_)])
        return pd.DataFrame(
            {
                "segment": segments,
                "name": names[segments + 1],
                "confidence": confidence,
                "borderline": confidence < BORDERLINE,
                "outlier": (self._distances(space) > self.outlier_distance_) & ~key_accounts,
            }
        )

    def key_accounts(self, X: Any) -> np.ndarray:
        """Tell which rows of ``X`` are set apart by their revenue: bool, shape (n_customers,)."""
        values = np.asarray(X, dtype=np.float64)
        if self.key_account_share is None:
            return np.zeros(len(values), dtype=bool)
        return np.asarray(values[:, self._revenue_column()] >= self.key_account_revenue_)

    def _validated(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        values: np.ndarray = validate_data(self, X, dtype=np.float64, reset=False)
        self._require_moderate(values)
        return values

    def _require_moderate(self, X: np.ndarray) -> None:
        too_large = np.argwhere(np.abs(X) > LARGEST)
        if len(too_large):
            row, column = too_large[0]
            names = getattr(self, "feature_names_in_", range(X.shape[1]))
            raise ValueError(
                f"feature {names[column]} is {X[row, column]:g} in row {row}, and none may be "
                f"beyond ±{LARGEST:g}; leave the row out, or correct it"
            )

    def _with_feature_names(self, clusterer: Any) -> Any:
        """Tell a clusterer that asks for them, and does not know them, the names of the columns."""
        names = getattr(self, "feature_names_in_", None)
        asks = clusterer.get_params().get("features", names) is None
        return (
            clusterer.set_params(features=list(names)) if asks and names is not None else clusterer
        )

    def _segments(self, clusters: np.ndarray) -> np.ndarray:
        # The last entry is what index −1, noise, finds.
        return np.append(self.segment_of_cluster_, -1)[clusters]

    def _distances(self, space: np.ndarray) -> np.ndarray:
        """Distance of every row to the nearest centre; 0 where all training rows were noise."""
        if not len(self.centers_):
            return np.zeros(len(space))
        return np.asarray(cdist(space, self.centers_).min(axis=1))

    def _key_account_revenue(self, X: np.ndarray) -> float:
        if self.key_account_share is None:
            return np.inf
        if "revenue" not in getattr(self, "feature_names_in_", ()):
            raise ValueError(
                "key accounts are set apart by revenue, which is not among the features; "
                "choose features with revenue, or key_accounts=none"
            )
        return float(np.quantile(X[:, self._revenue_column()], 1 - self.key_account_share))

    def _revenue_column(self) -> int:
        return list(self.feature_names_in_).index("revenue")
