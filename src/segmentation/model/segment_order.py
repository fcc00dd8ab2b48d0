"""Ids of segments that do not depend on how an algorithm numbers its clusters."""

import numpy as np


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
