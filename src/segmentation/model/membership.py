"""How clearly a customer belongs to its cluster."""

from typing import Any

import numpy as np


def membership(clusterer: Any, space: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cluster of every row, and the confidence in it.

    Parameters
    ----------
    clusterer : fitted clusterer
        HDBSCAN (``predict_with_strength``), a mixture (``predict_proba``), or one whose
        ``transform`` gives distances to its centres, as K-means does.
    space : ndarray of shape (n_customers, n_features)
        Rows in model space.

    Returns
    -------
    clusters : ndarray of int, shape (n_customers,)
        −1 = noise.
    confidence : ndarray of float64, shape (n_customers,)
        In [0, 1]: strength of membership (HDBSCAN), posterior probability (mixture), or
        (d2 − d1) / (d2 + d1) of the distances to the two nearest centres, which is 0 half-way
        between them and 1 at a centre, or with a single one.
    """
    if hasattr(clusterer, "predict_with_strength"):
        return clusterer.predict_with_strength(space)
    clusters = np.asarray(clusterer.predict(space))
    if hasattr(clusterer, "predict_proba"):
        return clusters, clusterer.predict_proba(space).max(axis=1)
    return clusters, _margin(clusterer.transform(space))


def _margin(distances: np.ndarray) -> np.ndarray:
    if distances.shape[1] == 1:
        return np.ones(len(distances))
    nearest, second = np.partition(distances, 1, axis=1)[:, :2].T
    both = nearest + second
    return np.divide(second - nearest, both, out=np.zeros(len(both)), where=both > 0)
