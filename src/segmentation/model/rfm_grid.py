"""The classic RFM segmentation as a clusterer, to be compared with those that search for groups."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from segmentation.errors import UserError
from segmentation.model.rfm import (
    CUT_POINTS,
    SIGNS,
    equal_groups,
    quantile_borders,
    quantile_scores,
)


class RFMGrid(ClusterMixin, BaseEstimator):
    """Groups by the sum of the RFM scores, as equal in size as ties allow.

    A customer's recency, orders and revenue are scored by quantiles of the training customers, and
    the sum of the scores, see :func:`segmentation.model.rfm.rfm_scores`, is cut into groups.
    Nothing is drawn and nothing searched: equal customers, in whatever order and units, give
    equal groups.

    Parameters
    ----------
    n_clusters : int, default=4
        Number of groups; fewer are found where the customers have fewer different sums.
    features : sequence of str or None, default=None
        Names of the columns of ``X``, of which recency_days, orders and revenue are scored.
        ``None``: every column is scored, of the first, recency, less is better. In a
        :class:`~segmentation.model.pipeline.CustomerSegmenter` they are those of the customers.
    cut_points : sequence of float, default=(0.2, 0.4, 0.6, 0.8)
        Shares of the customers at which a score ends, ascending, in (0, 1).

    Attributes
    ----------
    labels_ : ndarray of int64, shape (n_customers,)
        Group of every training customer; 0 has the lowest sums.
    borders_ : ndarray of shape (n_scored, n_cut_points)
        Borders of the scores of every scored column, negated where less is better.
    group_borders_ : ndarray of int64, shape (n_groups − 1,)
        Highest sum of every group but the last.
    """

    needs = tuple(SIGNS)
    """Features that are scored."""

    def __init__(
        self,
        n_clusters: int = 4,
        features: Sequence[str] | None = None,
        cut_points: Sequence[float] = CUT_POINTS,
    ) -> None:
        self.n_clusters = n_clusters
        self.features = features
        self.cut_points = cut_points

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002
        """Learn the borders of the rows of ``X``, an array of shape (n_customers, n_features).

        Raises
        ------
        UserError
            If recency_days, orders or revenue is not among the features.
        ValueError
            If there are more groups than sums of scores, or the cut points are none.
        """
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        scored = self._scored(X)
        self.borders_ = np.array([quantile_borders(each, self.cut_points) for each in scored])
        most = self.borders_.size + 1
        if not 1 <= self.n_clusters <= most:
            raise ValueError(
                f"n_clusters={self.n_clusters} must be 1 to {most}: {len(scored)} scores from 1 to "
                f"{1 + self.borders_.shape[1]} have {most} different sums"
            )
        sums = self._sums(scored)
        self.group_borders_ = equal_groups(sums, self.n_clusters)
        self.labels_ = np.searchsorted(self.group_borders_, sums).astype(np.int64)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Group of every row of ``X``, by the borders of the training."""
        return self.predict_with_steps(X)[0]

    def predict_with_steps(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """Group of every row of ``X``, and by how many points it is safe there.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_features)

        Returns
        -------
        labels : ndarray of int64, shape (n_customers,)
        steps : ndarray of float64, shape (n_customers,)
            Points by which the sum must change before the group does: 1 or more, infinite with
            one group.
        """
        check_is_fitted(self)
        sums = self._sums(self._scored(validate_data(self, X, dtype=np.float64, reset=False)))
        labels = np.searchsorted(self.group_borders_, sums).astype(np.int64)
        borders = np.concatenate([[-np.inf], self.group_borders_, [np.inf]])
        return labels, np.minimum(sums - borders[labels], borders[labels + 1] + 1 - sums)

    def _scored(self, X: np.ndarray) -> np.ndarray:
        """What is scored, a row each, and the more, the better."""
        if self.features is None:
            return np.vstack([-X[:, 0], X[:, 1:].T])
        names = list(self.features)
        if lacking := [name for name in SIGNS if name not in names]:
            raise UserError(
                f"algorithm=rfm_grid scores {', '.join(SIGNS)}, and {lacking[0]} is not among the "
                f"features {', '.join(names)}; set features=rfm, or another algorithm"
            )
        return np.array([sign * X[:, names.index(name)] for name, sign in SIGNS.items()])

    def _sums(self, scored: np.ndarray) -> np.ndarray:
        scores = [quantile_scores(*each) for each in zip(scored, self.borders_, strict=True)]
        return np.sum(scores, axis=0)
