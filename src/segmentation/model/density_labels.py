"""Labels of HDBSCAN: at less cost where nobody predicts from them, and alike for equal rows."""

from typing import Any

import numpy as np

MOST_FEATURES = 60
"""Above, hdbscan builds its tree in another way."""


def labels_and_strengths(
    X: np.ndarray, smallest: int, neighbours: int, method: str
) -> tuple[np.ndarray, np.ndarray]:
    """Labels and strengths as ``hdbscan.HDBSCAN`` gives them, without what predicting needs.

    The spanning tree is hdbscan's own, so that ties fall as they do there; scikit-learn condenses
    the same tree to the same labels in a tenth of the time.

    Parameters
    ----------
    X : ndarray of float64, shape (n_customers, n_features)
    smallest : int
        Customers of the smallest cluster.
    neighbours : int
        Neighbours that make a point dense.
    method : {"eom", "leaf"}

    Returns
    -------
    labels : ndarray of int64, shape (n_customers,)
        −1 is noise.
    strengths : ndarray of float64, shape (n_customers,)
    """
    quick = _quick_parts()
    if quick is None or X.shape[1] > MOST_FEATURES:
        return _by_the_library(X, smallest, neighbours, method)
    spanning_tree, tree_to_labels, row = quick
    merges = spanning_tree(
        X,
        min_samples=max(neighbours, 1),
        metric="euclidean",
        p=None,
        leaf_size=40,
        approx_min_span_tree=False,
        core_dist_n_jobs=1,
    )[0]
    hierarchy = np.empty(len(merges), row)
    for column, name in enumerate(row.names):
        hierarchy[name] = merges[:, column]
    labels, strengths = tree_to_labels(hierarchy, smallest, method)
    return np.asarray(labels, dtype=np.int64), np.asarray(strengths)


def _quick_parts() -> tuple[Any, Any, Any] | None:
    """Parts of both libraries that are not public; without one of them it only takes longer."""
    try:
        from hdbscan.hdbscan_ import _hdbscan_boruvka_kdtree
        from sklearn.cluster._hdbscan._tree import HIERARCHY_dtype, tree_to_labels
    except ImportError:
        return None
    return _hdbscan_boruvka_kdtree, tree_to_labels, HIERARCHY_dtype


def _by_the_library(
    X: np.ndarray, smallest: int, neighbours: int, method: str
) -> tuple[np.ndarray, np.ndarray]:
    import hdbscan

    fitted = hdbscan.HDBSCAN(
        min_cluster_size=smallest,
        min_samples=neighbours,
        cluster_selection_method=method,
        approx_min_span_tree=False,
        core_dist_n_jobs=1,
    ).fit(X)
    return fitted.labels_.astype(np.int64), fitted.probabilities_


def alike_where_equal(
    X: np.ndarray, labels: np.ndarray, strengths: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Labels and strengths in which equal rows have those of the strongest of them."""
    strongest = _strongest_equal_row(X, strengths)
    return labels[strongest].astype(np.int64), strengths[strongest]


def _strongest_equal_row(X: np.ndarray, strengths: np.ndarray) -> np.ndarray:
    """Index, for every row, of the row that equals it and has the highest strength."""
    group = np.unique(X, axis=0, return_inverse=True)[1]
    strongest_first = np.lexsort((-strengths, group))
    first = np.unique(group[strongest_first], return_index=True)[1]
    chosen: np.ndarray = strongest_first[first][group]
    return chosen
