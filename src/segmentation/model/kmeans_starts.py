"""Labels of K-means for refits: those of scikit-learn, with all starts computed at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

# Half a megabyte of squared distances at a time stays in a core's cache.
DISTANCES_PER_BLOCK = 2**16


@dataclass(frozen=True)
class Points:
    """Points in the two forms that matrix products read.

    Attributes
    ----------
    rows : ndarray of float64, shape (n_points, n_dimensions + 1)
        Coordinates and a 1, whose sum counts.
    columns : ndarray of float64, shape (n_dimensions + 1, n_points)
    """

    rows: np.ndarray
    columns: np.ndarray


def labels_of_starts(clusterer: Any, X: np.ndarray) -> np.ndarray:
    """Labels that ``clusterer.fit_predict(X)`` gives, for half of its cost.

    The starts are scikit-learn's own. Then the steps of all of them (Lloyd 1982) go through the
    same few matrix products, until each start has stopped as it does there. What must be decided
    otherwise (a tie between centres, a cluster that loses all its points, other options than the
    usual ones) is left to scikit-learn.

    Parameters
    ----------
    clusterer : sklearn.cluster.KMeans
        Left as it is, but for what a fit leaves there.
    X : ndarray of float64, shape (n_customers, n_dimensions)

    Returns
    -------
    ndarray of int32, shape (n_customers,)
    """
    quick, labels = _quick_parts(), None
    if quick is not None and _is_usual(clusterer, X):
        labels = _labels(clusterer, X, *quick)
    return clusterer.fit_predict(X) if labels is None else labels


def _quick_parts() -> tuple[Any, Any] | None:
    """Greedy k-means++ without checks, which is not public; without it it only takes longer."""
    try:
        from sklearn.cluster._kmeans import _kmeans_plusplus
        from sklearn.utils.extmath import row_norms
    except ImportError:
        return None
    return _kmeans_plusplus, row_norms


def _is_usual(clusterer: Any, X: np.ndarray) -> bool:
    numbers = (clusterer.n_init, clusterer.random_state)
    return (
        isinstance(X, np.ndarray)
        and X.dtype == np.float64
        and all(isinstance(number, Integral) for number in numbers)
        and str(clusterer.init) == "k-means++"
        and clusterer.algorithm == "lloyd"
    )


def _labels(clusterer: Any, X: np.ndarray, first_centres: Any, row_norms: Any) -> np.ndarray | None:
    """Labels of the best start; None where scikit-learn must decide."""
    centred, ones = X - X.mean(axis=0), np.ones(len(X))
    # Added up as scikit-learn does: between two candidates the last bit may decide.
    squares = row_norms(centred, squared=True)
    rng = np.random.RandomState(clusterer.random_state)
    starts = [
        first_centres(centred, clusterer.n_clusters, squares, ones, rng)[0]
        for _ in range(clusterer.n_init)
    ]
    rows = np.column_stack([centred, ones])
    points = Points(rows, np.ascontiguousarray(rows.T))
    tolerance = clusterer.tol * np.var(X, axis=0).mean()
    centres = _converged(points, np.stack(starts, axis=1), tolerance, clusterer.max_iter)
    return None if centres is None else _labels_of_best(points, centres)


def _converged(
    points: Points, centres: np.ndarray, tolerance: float, max_iter: int
) -> np.ndarray | None:
    """Move centres to the means of the points nearest to them until they stay.

    Parameters
    ----------
    points : Points
    centres : ndarray of float64, shape (k, n_starts, n_dimensions)
    tolerance : float
        Sum over the centres of a start of squared moves at which it stops.
    max_iter : int

    Returns
    -------
    ndarray of the same shape, or None
        None where a start does not stop, or not every point has one nearest centre.
    """
    centres, running = centres.copy(), np.arange(centres.shape[1])
    for _ in range(max_iter):
        sums = np.zeros((len(centres) * len(running), points.rows.shape[1]))
        for block, nearest, _ in _blocks(points, centres[:, running]):
            sums += nearest.reshape(len(sums), -1).astype(np.float64) @ points.rows[block]
        added = sums.reshape(len(centres), len(running), -1)
        counts = added[..., -1:]
        if not counts.all() or (counts.sum(axis=0) != len(points.rows)).any():
            return None
        moved = added[..., :-1] / counts
        moves = np.square(moved - centres[:, running]).sum(axis=(0, 2))
        centres[:, running] = moved
        running = running[moves > tolerance]
        if not len(running):
            return centres
    return None


def _labels_of_best(points: Points, centres: np.ndarray) -> np.ndarray | None:
    """Labels of the start of the least inertia, of equal clusterings the first; None at ties."""
    k, starts = centres.shape[:2]
    members = np.empty((k, starts, len(points.rows)), dtype=bool)
    # Inertias but for the sum of |point|², which all starts share.
    inertias = np.zeros(starts)
    for block, nearest, least in _blocks(points, centres):
        members[..., block] = nearest
        inertias += least.sum(axis=1)
    if (members.sum(axis=0) != 1).any():
        return None
    best = 0
    for start in range(1, starts):
        less = inertias[start] < inertias[best]
        if less and not _equal(members[:, start], members[:, best]):
            best = start
    labels: np.ndarray = np.arange(k, dtype=np.int32) @ members[:, best]
    return labels


def _blocks(points: Points, centres: np.ndarray) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Which centre is nearest to each point, block by block, and |point - centre|² - |point|²."""
    k, starts, dimensions = centres.shape
    squares = np.square(centres).sum(axis=2, keepdims=True)
    weights = np.concatenate([-2 * centres, squares], axis=2).reshape(-1, dimensions + 1)
    step = max(1, DISTANCES_PER_BLOCK // (k * starts))
    for first in range(0, len(points.rows), step):
        block = slice(first, first + step)
        distances = (weights @ points.columns[:, block]).reshape(k, starts, -1)
        least = distances.min(axis=0)
        yield block, distances == least, least


def _equal(some: np.ndarray, others: np.ndarray) -> bool:
    """Whether two clusterings are the same but for the order of the clusters."""
    common = some.astype(np.float64) @ others.T.astype(np.float64)
    return np.count_nonzero(common) == len(common)
