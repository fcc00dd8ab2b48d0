"""Clusterers that no library offers in the form the pipeline needs."""

import math
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin, clone
from sklearn.neighbors import KDTree
from sklearn.utils.validation import check_is_fitted, validate_data

from segmentation.errors import UserError
from segmentation.model.density_labels import alike_where_equal, labels_and_strengths

NOISE = ("keep", "nearest")
METHODS = ("eom", "leaf")
FEWEST_SAMPLED = 100


class HDBSCANClusterer(ClusterMixin, BaseEstimator):
    """HDBSCAN (Campello, Moulavi and Sander, 2013) that can also place new customers.

    Training customers keep the label they were trained with (the library gives equal rows
    different labels at times: all take that of the strongest); a new customer takes the label
    that ``hdbscan.approximate_predict`` gives it, which never creates or changes a cluster.

    Three planted normal groups keep the guards of a run when their centres are 6 standard
    deviations apart, with ``noise="nearest"`` 4; nearer groups are mostly noise. See
    ``experiments/findings/hdbscan_separation.md``.

    Fitting and placing cost the square of the customers where ``min_cluster_size`` is a share. Of
    more than ``max_customers`` a sample is fitted, evenly spaced in the order of their values, and
    every other customer, of the training or new, takes the label of the nearest in it.

    Parameters
    ----------
    min_cluster_size : int or float, default=0.02
        Smallest cluster: a count of customers (int, at least 2) or a share of them
        (float in (0, 1)).
    min_samples : int or None, default=None
        Neighbours that make a point dense; ``None`` means ``min_cluster_size``.
    cluster_selection_method : {"eom", "leaf"}, default="eom"
        Excess of mass, or the leaves of the condensed tree.
    cluster_selection_epsilon : float, default=0.0
        Only 0 is accepted: with any other value ``approximate_predict`` returns wrong labels.
    noise : {"keep", "nearest"}, default="keep"
        "keep" leaves noise in no cluster. "nearest" gives it to the cluster of the nearest
        customer that is in one, at strength 0: a cluster of any shape is met at its edge, where a
        membership vector would measure to its densest points only.
    max_customers : int, default=20_000
        So many are fitted at most.

    Attributes
    ----------
    labels_ : ndarray of shape (n_customers,)
        Cluster of every training customer; −1 is noise.
    probabilities_ : ndarray of shape (n_customers,)
        Strength of membership in [0, 1]; 0 for noise, wherever it was given to.
    clusterer_ : hdbscan.HDBSCAN
        The fitted library estimator.
    members_ : sklearn.neighbors.KDTree or None
        Training customers in a cluster, as noise is given to them; None where it is kept, or
        nobody is in a cluster.
    member_labels_ : ndarray of int64, shape (n_members,)
        Their clusters.
    sample_labels_, sample_strengths_ : ndarray of shape (n_sampled,), or None
        Of the customers of a sample, noise placed; ``None`` where all were fitted.
    """

    # A model that an earlier edition saved has none of them.
    max_customers: int = 20_000
    sample_labels_: Any = None
    sample_strengths_: Any = None

    def __init__(
        self,
        min_cluster_size: float = 0.02,
        min_samples: int | None = None,
        cluster_selection_method: str = "eom",
        cluster_selection_epsilon: float = 0.0,
        noise: str = "keep",
        max_customers: int = 20_000,
    ) -> None:
        self.min_cluster_size = min_cluster_size
        self.min_samples = min_samples
        self.cluster_selection_method = cluster_selection_method
        self.cluster_selection_epsilon = cluster_selection_epsilon
        self.noise = noise
        self.max_customers = max_customers

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002
        """Find the clusters of the rows of ``X``, an array of shape (n_customers, n_features).

        Raises
        ------
        UserError
            If the package hdbscan is not installed.
        ValueError
            If ``min_cluster_size`` is no share and no count of 2 or more,
            ``cluster_selection_epsilon`` is not 0, or another option is none of its choices.
        """
        everybody = self._validated(X)
        sampled = len(everybody) > self.max_customers
        X = _evenly_spaced(everybody, self.max_customers) if sampled else everybody
        size, neighbours = self._sizes(len(X), len(everybody))
        hdbscan = _library()
        self.clusterer_ = hdbscan.HDBSCAN(
            min_cluster_size=size,
            min_samples=neighbours,
            cluster_selection_method=self.cluster_selection_method,
            approx_min_span_tree=False,
            gen_min_span_tree=True,
            prediction_data=True,
        ).fit(X)
        labels, strengths = alike_where_equal(
            X, self.clusterer_.labels_, self.clusterer_.probabilities_
        )
        self.members_, self.member_labels_ = self._members(X, labels)
        labels = _placed(X, labels, self.members_, self.member_labels_)
        self.sample_labels_ = labels if sampled else None
        self.sample_strengths_ = strengths if sampled else None
        if sampled:
            labels, strengths = self._of_the_nearest(everybody)
        self.labels_, self.probabilities_ = labels, strengths
        return self

    def labels_of_refit(self, X: Any) -> np.ndarray:
        """Labels that :meth:`fit` gives, of all at 60 % of its cost; nothing is predicted then."""
        X = self._validated(X)
        if len(X) > self.max_customers:
            return np.asarray(clone(self).fit(X).labels_)
        size, neighbours = self._sizes(len(X), len(X))
        _library()
        found = labels_and_strengths(X, size, neighbours, self.cluster_selection_method)
        labels, _ = alike_where_equal(X, *found)
        return _placed(X, labels, *self._members(X, labels))

    def predict(self, X: Any) -> np.ndarray:
        """Cluster of every row of ``X``; −1 is noise. See :meth:`predict_with_strength`."""
        return self.predict_with_strength(X)[0]

    def predict_with_strength(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """Cluster of every row of ``X`` and the strength of its membership.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_features)
            Rows equal to a training row get that row's label and strength.

        Returns
        -------
        labels : ndarray of int64, shape (n_customers,)
            −1 is noise.
        strengths : ndarray of float64, shape (n_customers,)
            In [0, 1]; 0 for noise, wherever it is given to.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False, force_writeable=True)
        if self.sample_labels_ is not None:
            return self._of_the_nearest(X)
        if self.labels_.max() < 0:
            return np.full(len(X), -1, dtype=np.int64), np.zeros(len(X))
        labels, strengths = _library().approximate_predict(self.clusterer_, X)
        labels = _placed(X, labels.astype(np.int64), self.members_, self.member_labels_)
        distance, nearest = self.clusterer_.prediction_data_.tree.query(X, k=1)
        trained = distance[:, 0] == 0
        labels[trained] = self.labels_[nearest[trained, 0]]
        strengths[trained] = self.probabilities_[nearest[trained, 0]]
        return labels, strengths

    def _of_the_nearest(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Labels and strengths of the nearest customers of the sample."""
        nearest = self.clusterer_.prediction_data_.tree.query(X, k=1, return_distance=False)[:, 0]
        return self.sample_labels_[nearest], self.sample_strengths_[nearest]

    def _validated(self, X: Any) -> np.ndarray:
        """Rows as they are clustered, where the options can be used."""
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=2, force_writeable=True)
        if self.cluster_selection_epsilon != 0:
            raise ValueError(
                f"cluster_selection_epsilon={self.cluster_selection_epsilon} is refused: with a "
                "value other than 0 approximate_predict returns wrong labels; leave it at 0"
            )
        chosen = {"noise": NOISE, "cluster_selection_method": METHODS}
        for name, choices in chosen.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name}={getattr(self, name)} must be {' or '.join(choices)}")
        if self.max_customers < FEWEST_SAMPLED:
            raise ValueError(
                f"max_customers={self.max_customers} must be at least {FEWEST_SAMPLED}"
            )
        return np.asarray(X)

    def _sizes(self, n_fitted: int, n_customers: int) -> tuple[int, int]:
        """Fitted customers of the smallest cluster, and neighbours: counts are of all customers."""
        share = n_fitted / n_customers
        size = max(2, math.ceil(self._smallest_cluster(n_customers) * share))
        neighbours = size if self.min_samples is None else math.ceil(self.min_samples * share)
        # More neighbours than points is an index error inside the library.
        return size, min(neighbours, n_fitted - 1)

    def _members(self, X: np.ndarray, labels: np.ndarray) -> tuple[KDTree | None, np.ndarray]:
        """Customers whom noise can be given to, and their clusters."""
        inside = labels >= 0
        if self.noise == "keep" or not inside.any():
            return None, np.empty(0, dtype=np.int64)
        return KDTree(X[inside]), labels[inside]

    def _smallest_cluster(self, n_customers: int) -> int:
        size: Any = self.min_cluster_size
        if isinstance(size, Integral) and int(size) >= 2:
            return int(size)
        if isinstance(size, Real) and 0 < float(size) < 1:
            return max(2, math.ceil(float(size) * n_customers))
        raise ValueError(
            f"min_cluster_size={size!r} must be a count of at least 2 customers, "
            "or a share of the customers between 0 and 1"
        )


def _library() -> Any:
    """The package hdbscan, which has no wheel for every platform."""
    try:
        import hdbscan
    except ImportError as error:
        raise UserError(
            f"algorithm=hdbscan needs the package hdbscan, which cannot be imported ({error}): "
            "`pip install hdbscan` where there is a compiler, or "
            "`conda install -c conda-forge hdbscan`; or choose another algorithm"
        ) from error
    return hdbscan


def _evenly_spaced(X: np.ndarray, n_rows: int) -> np.ndarray:
    """So many rows, evenly spaced in the order of their values, however the rows are ordered."""
    in_order = np.lexsort(X.T[::-1])
    return X[in_order[np.linspace(0, len(X) - 1, n_rows).round().astype(np.int64)]]


def _placed(
    X: np.ndarray, labels: np.ndarray, members: KDTree | None, member_labels: np.ndarray
) -> np.ndarray:
    """Labels in which noise has that of the nearest member, where there are members."""
    outside = labels < 0
    if members is None or not outside.any():
        return labels
    nearest = members.query(X[outside], k=1, return_distance=False)[:, 0]
    placed = labels.copy()
    placed[outside] = member_labels[nearest]
    return placed
