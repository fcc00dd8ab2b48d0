"""Clusters of customers, and the confidence in them."""

from typing import Any

import numpy as np

from segmentation.model.algorithms import algorithm_of


def membership(clusterer: Any, space: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cluster of every row, and the confidence in it.

    Parameters
    ----------
    clusterer : fitted clusterer
    space : ndarray of shape (n_customers, n_features)
        Rows in model space.

    Returns
    -------
    clusters : ndarray of int, shape (n_customers,)
        −1 = noise.
    confidence : ndarray of float64, shape (n_customers,)
        In [0, 1]. What it is made of, the algorithm's row says: strength of membership (HDBSCAN),
        posterior probability (mixture), or margin between the two nearest centres (K-means).
    """
    return algorithm_of(clusterer).confidence(clusterer, space)
