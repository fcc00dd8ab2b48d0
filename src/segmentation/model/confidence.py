"""Confidence in the cluster of a customer, in the ways that algorithms offer.

Each function takes a fitted clusterer and rows as it was fitted to, an array of shape
(n_customers, n_features), and returns the cluster of every row (int, −1 = noise) and the confidence
in it (float64 in [0, 1]), both of shape (n_customers,).
"""

from typing import Any

import numpy as np

Membership = tuple[np.ndarray, np.ndarray]
"""Clusters and the confidence in them."""


def strength(clusterer: Any, space: np.ndarray) -> Membership:
    """Strength of membership, as HDBSCAN gives it; 0 for noise."""
    clusters, strengths = clusterer.predict_with_strength(space)
    return clusters, strengths


def posterior(clusterer: Any, space: np.ndarray) -> Membership:
    """Posterior probability of the cluster, as mixtures give it."""
    return np.asarray(clusterer.predict(space)), clusterer.predict_proba(space).max(axis=1)


def margin(clusterer: Any, space: np.ndarray) -> Membership:
    """Margin between the two nearest centres, (d2 − d1) / (d2 + d1), as K-means allows.

    0 half-way between them and 1 at a centre, or with a single one.
    """
    clusters, distances = np.asarray(clusterer.predict(space)), clusterer.transform(space)
    if distances.shape[1] == 1:
        return clusters, np.ones(len(distances))
    nearest, second = np.partition(distances, 1, axis=1)[:, :2].T
    both = nearest + second
    return clusters, np.divide(second - nearest, both, out=np.zeros(len(both)), where=both > 0)


def points_to_spare(clusterer: Any, space: np.ndarray) -> Membership:
    """Points p by which a score must change before the cluster does, as p / (p + 1).

    0.5 beside another cluster, 0.67 one point farther in, 1 with a single cluster.
    """
    clusters, points = clusterer.predict_with_steps(space)
    return clusters, 1 - 1 / (1 + points)


def whatever_is_offered(clusterer: Any, space: np.ndarray) -> Membership:
    """Posterior probability of an algorithm that has ``predict_proba``, else the margin."""
    return (posterior if hasattr(clusterer, "predict_proba") else margin)(clusterer, space)
