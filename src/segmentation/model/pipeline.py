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
from segmentation.model.moderate import require_moderate
from segmentation.model.segment_order import segment_order
from segmentation.model.set_apart import column, key_account_revenue

OUTLIER_QUANTILE = 0.995
BORDERLINE = 0.1
NOISE_NAME, NEWCOMERS_NAME = "unassigned", "new"


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
    newcomer_days : float or None, default=None
        Customers with one order, not more days ago, are set apart before the others are clustered;
        they are the last segment. ``X`` must then be a DataFrame with columns ``orders`` and
        ``recency_days``.
    clustered_on : list of str or None, default=None
        Columns of ``X`` that are clustered on, where others only set customers apart; ``None`` is
        all.

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
    newcomer_gaps_ : float or None
        ``newcomer_days`` in usual gaps of the training customers, where it was set in them.
    """

    # A model that an earlier edition saved has none of them.
    newcomer_gaps_: float | None = None
    newcomer_days: float | None = None
    clustered_on: list[str] | None = None

    def __init__(
        self,
        scaler: Any = None,
        clusterer: Any = None,
        key_account_share: float | None = None,
        newcomer_days: float | None = None,
        clustered_on: list[str] | None = None,
    ) -> None:
        self.scaler = scaler
        self.clusterer = clusterer
        self.key_account_share = key_account_share
        self.newcomer_days = newcomer_days
        self.clustered_on = clustered_on

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
            If a feature is not finite or beyond ±10¹⁰⁰, or a column by which customers are to be
            set apart is not there.
        """
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        require_moderate(self, X)
        self.key_account_revenue_ = key_account_revenue(self, X)
        others = ~self.set_apart(X)
        order_by = X[:, 0] if revenue is None else np.asarray(revenue, dtype=np.float64)
        scaler = FunctionTransformer() if self.scaler is None else self.scaler
        clusterer = KMeans(n_clusters=4) if self.clusterer is None else self.clusterer
        self.scaler_, self.clusterer_ = clone(scaler), self._with_feature_names(clone(clusterer))
        features = self._clustered(X)[others]
        space = self.scaler_.fit_transform(features)
        rows = seen_by(self.clusterer_, features, space)
        clusters = np.asarray(self.clusterer_.fit_predict(rows), dtype=np.int64)
        n_clusters = max(int(clusters.max()) + 1, getattr(self.clusterer_, "n_components", 0))
        self.segment_of_cluster_ = segment_order(clusters, order_by[others], n_clusters)
        self.segment_of_cluster_ += int(self.key_account_share is not None)
        self.labels_ = np.zeros(len(X), dtype=np.int64)
        self.labels_[others] = self._segments(clusters)
        self.labels_[self.newcomers(X)] = self.n_segments_ - 1
        found = np.unique(clusters[clusters >= 0])
        self.centers_ = np.array([space[clusters == cluster].mean(axis=0) for cluster in found])
        self.outlier_distance_ = float(np.quantile(self._distances(space), OUTLIER_QUANTILE))
        self.names_ = {-1: NOISE_NAME}
        self.names_ |= {segment: f"segment {segment}" for segment in range(self.n_segments_)}
        if self.newcomer_segment is not None:
            self.names_[self.newcomer_segment] = NEWCOMERS_NAME
        return self

    @property
    def n_segments_(self) -> int:
        """Number of segments that a customer can be put into, those set apart included."""
        rules = (self.key_account_share, self.newcomer_days)
        return len(self.segment_of_cluster_) + sum(rule is not None for rule in rules)

    @property
    def key_account_segment(self) -> int | None:
        """The segment that is set apart by revenue; ``None`` where none is."""
        return None if self.key_account_share is None else 0

    @property
    def newcomer_segment(self) -> int | None:
        """The segment of new customers that is set apart; ``None`` where none is."""
        return None if self.newcomer_days is None else self.n_segments_ - 1

    @property
    def features_(self) -> list[str]:
        """Names of the columns that are clustered on."""
        return list(self.feature_names_in_ if self.clustered_on is None else self.clustered_on)

    def predict(self, X: Any) -> np.ndarray:
        """Segment of every row of ``X`` (features in their own units): int64, −1 = noise."""
        X = self._validated(X)
        features = self._clustered(X)
        rows = seen_by(self.clusterer_, features, self.scaler_.transform(features))
        return self._with_rules(X, np.asarray(self.clusterer_.predict(rows)))

    def transform(self, X: Any) -> np.ndarray:
        """Rows of ``X`` (features in their own units) in model space, shape (n, n_features)."""
        space: np.ndarray = self.scaler_.transform(self._clustered(self._validated(X)))
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
            :func:`~segmentation.model.membership.membership`; 1 for who is set apart),
            ``borderline`` (confidence below 0.1), ``outlier`` (farther from the nearest centre than
            99.5 % of the training customers; never for who is set apart).
        """
        X = self._validated(X)
        features = self._clustered(X)
        space = self.scaler_.transform(features)
        clusters, confidence = membership(
            self.clusterer_, seen_by(self.clusterer_, features, space)
        )
        apart = self.set_apart(X)
        segments = self._with_rules(X, clusters)
        confidence = np.where(apart, 1.0, confidence)
        names = np.array([self.names_[segment] for segment in range(-1, self.n_segments_)])
        return pd.DataFrame(
            {
                "segment": segments,
                "name": names[segments + 1],
                "confidence": confidence,
                "borderline": confidence < BORDERLINE,
                "outlier": (self._distances(space) > self.outlier_distance_) & ~apart,
            }
        )

    def key_accounts(self, X: Any) -> np.ndarray:
        """Tell which rows of ``X`` are set apart by their revenue: bool, shape (n_customers,)."""
        if self.key_account_share is None:
            return np.zeros(len(X), dtype=bool)
        return column(self, X, "revenue") >= self.key_account_revenue_

    def newcomers(self, X: Any) -> np.ndarray:
        """Tell which rows of ``X`` are set apart as new: bool, shape (n_customers,)."""
        if self.newcomer_days is None:
            return np.zeros(len(X), dtype=bool)
        is_new = column(self, X, "orders") == 1
        is_new &= column(self, X, "recency_days") <= self.newcomer_days
        return is_new & ~self.key_accounts(X)

    def set_apart(self, X: Any) -> np.ndarray:
        """Tell which rows of ``X`` a rule sets apart: bool, shape (n_customers,)."""
        return self.key_accounts(X) | self.newcomers(X)

    def _validated(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        values: np.ndarray = validate_data(self, X, dtype=np.float64, reset=False)
        require_moderate(self, values)
        return values

    def _with_feature_names(self, clusterer: Any) -> Any:
        """Tell a clusterer that asks for them, and does not know them, the names of the columns."""
        names = self.features_ if hasattr(self, "feature_names_in_") else None
        asks = clusterer.get_params().get("features", names) is None
        return (
            clusterer.set_params(features=list(names)) if asks and names is not None else clusterer
        )

    def _clustered(self, X: np.ndarray) -> np.ndarray:
        """The columns that are clustered on."""
        if self.clustered_on is None:
            return X
        names = list(self.feature_names_in_)
        return X[:, [names.index(name) for name in self.clustered_on]]

    def _with_rules(self, X: np.ndarray, clusters: np.ndarray) -> np.ndarray:
        """Segments of rows in these clusters, and of those that a rule sets apart."""
        segments = np.where(self.key_accounts(X), 0, self._segments(clusters))
        return np.where(self.newcomers(X), self.n_segments_ - 1, segments)

    def _segments(self, clusters: np.ndarray) -> np.ndarray:
        # The last entry is what index −1, noise, finds.
        return np.append(self.segment_of_cluster_, -1)[clusters]

    def _distances(self, space: np.ndarray) -> np.ndarray:
        """Distance of every row to the nearest centre; 0 where all training rows were noise."""
        if not len(self.centers_):
            return np.zeros(len(space))
        return np.asarray(cdist(space, self.centers_).min(axis=1))
