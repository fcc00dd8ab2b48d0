"""Clusters of customers, and the confidence in them."""

from typing import Any

import numpy as np

from segmentation.model.algorithms import algorithm_of


def seen_by(clusterer: Any, features: np.ndarray, space: np.ndarray) -> np.ndarray:
    """Choose what a clusterer is fitted to and predicts from, as its row says.

    Parameters
    ----------
    clusterer : clusterer, fitted or not
    features : ndarray of shape (n_customers, n_features)
        Features in their own units.
    space : ndarray of shape (n_customers, n_features)
        The same in model space.
    """
    return space if algorithm_of(clusterer).scaled else features


def membership(clusterer: Any, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cluster of every row, and the confidence in it.

    Parameters
    ----------
    clusterer : fitted clusterer
    rows : ndarray of shape (n_customers, n_features)
        As `seen_by` chooses them.

    Returns
    -------
    clusters : ndarray of int, shape (n_customers,)
        −1 = noise.
    confidence : ndarray of float64, shape (n_customers,)
        In [0, 1]. What it is made of, the algorithm's row says: strength of membership (HDBSCAN),
        posterior probability (mixture), margin between the two nearest centres (K-means), or
        points to the next segment (RFM grid).
    """
    return algorithm_of(clusterer).confidence(clusterer, rows)
