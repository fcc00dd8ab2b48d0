"""Summed distances from customers to segments, without an n x n matrix."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from segmentation.model.fitting import one_thread, thread_count

# Half a megabyte of distances at a time stays in a core's cache: measured faster than other sizes.
SIDE_OF_BLOCK = 256
NEAR = 1e-12
"""Squared distances below this share of the largest one from the centre are not to be had by
|x|² + |y|² - 2xy: above, what cancels leaves at least three digits of every one of them, and ten
digits of the sum."""


@dataclass(frozen=True)
class Places:
    """Distinct points, and how many customers of each segment are there.

    Attributes
    ----------
    points : ndarray of float64, shape (n_places, n_dimensions)
        Ascending by the last coordinate, then by the one before, and so on: points that are near
        each other are mostly in the same block.
    members : ndarray of float64, shape (n_places, n_segments)
    left, right : ndarray of float64
        Their product is the squared distances: (-2x, |x|², 1) and (y, 1, |y|²).
    near : float
        Squared distance below which it is not precise.
    """

    points: np.ndarray
    members: np.ndarray
    left: np.ndarray
    right: np.ndarray
    near: float

    def distances(self, rows: slice | np.ndarray, columns: slice) -> np.ndarray:
        """Distances between two blocks of places, both ascending."""
        squares: np.ndarray = self.left[rows] @ self.right[:, columns]
        itself = isinstance(rows, slice) and rows == columns
        if itself:
            np.fill_diagonal(squares, np.inf)
        if not self._are_apart(rows, columns) and squares.min() < self.near:
            squares = cdist(self.points[rows], self.points[columns], "sqeuclidean")
        if itself:
            np.fill_diagonal(squares, 0.0)
        return np.sqrt(squares, out=squares)

    def _are_apart(self, rows: slice | np.ndarray, columns: slice) -> bool:
        """Whether the coordinate by which places ascend tells that no two of them are near."""
        ours, theirs = self.points[rows, -1], self.points[columns, -1]
        gap = max(theirs[0] - ours[-1], ours[0] - theirs[-1])
        return bool(gap > 0 and gap**2 > self.near)


def summed_distances(points: np.ndarray, own: np.ndarray, customers: np.ndarray) -> np.ndarray:
    """Add up the Euclidean distances from customers to all members of every segment.

    Memory is a few megabytes per thread whatever the number of customers; the result does not
    depend on the number of threads, which is the number that OpenMP and BLAS may use in this
    process.

    Parameters
    ----------
    points : ndarray of float, shape (n_customers, n_dimensions)
    own : ndarray of int, shape (n_customers,)
        Segment of each customer, from 0.
    customers : ndarray of int, shape (n_measured,)
        Positions of the customers to measure.

    Returns
    -------
    ndarray of float64, shape (n_measured, n_segments)
        Every distance is correct to a billionth of the largest distance from the centre.
    """
    places, place = _places(points, own)
    chosen, which = np.unique(place[customers], return_inverse=True)
    threads = thread_count()
    # The pool's threads compute distances, each with a library that uses one thread.
    with one_thread(), ThreadPoolExecutor(threads) as pool:
        if 2 * len(chosen) > len(places.points):
            return _sums_of_all(places, pool, threads)[place[customers]]
        return _sums_of_some(places, chosen, pool)[which]


def _places(points: np.ndarray, own: np.ndarray) -> tuple[Places, np.ndarray]:
    """Distinct points, and at which of them each customer is."""
    points = np.asarray(points, dtype=np.float64)
    order = np.lexsort(points.T)
    ascending = points[order]
    new = np.append(True, (ascending[1:] != ascending[:-1]).any(axis=1))
    place = np.empty(len(points), dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    distinct = ascending[new] - points.mean(axis=0)
    members = np.zeros((len(distinct), own.max() + 1))
    np.add.at(members, (place, own), 1.0)
    squares, ones = np.square(distinct).sum(axis=1), np.ones(len(distinct))
    left = np.column_stack([-2 * distinct, squares, ones])
    right = np.vstack([distinct.T, ones, squares])
    return Places(distinct, members, left, right, NEAR * squares.max()), place


def _sums_of_some(places: Places, chosen: np.ndarray, pool: ThreadPoolExecutor) -> np.ndarray:
    def measure(rows: np.ndarray) -> np.ndarray:
        sums = np.zeros((len(rows), places.members.shape[1]))
        for columns in _blocks(len(places.points)):
            sums += places.distances(rows, columns) @ places.members[columns]
        return sums

    blocks = [chosen[block] for block in _blocks(len(chosen))]
    return np.vstack(list(pool.map(measure, blocks)))


def _sums_of_all(places: Places, pool: ThreadPoolExecutor, threads: int) -> np.ndarray:
    """Sums of all places; each distance is computed once."""
    blocks, members = _blocks(len(places.points)), places.members

    def measure(number: int) -> np.ndarray:
        """Distances of a block of places to itself and to all after it, added up for both."""
        rows = blocks[number]
        sums = np.zeros((len(members) - rows.start, members.shape[1]))
        for columns in blocks[number:]:
            distances = places.distances(rows, columns)
            sums[: len(distances)] += distances @ members[columns]
            if columns != rows:
                place = slice(columns.start - rows.start, columns.stop - rows.start)
                sums[place] += distances.T @ members[rows]
        return sums

    sums = np.zeros_like(members)
    # A few at a time, because each holds sums of all places; in their order, so that the last bits
    # do not depend on the number of threads.
    for first in range(0, len(blocks), threads):
        together = range(len(blocks))[first : first + threads]
        for number, added in zip(together, pool.map(measure, together), strict=True):
            sums[blocks[number].start :] += added
    return sums


def _blocks(length: int) -> list[slice]:
    starts = range(0, length, SIDE_OF_BLOCK)
    return [slice(start, min(start + SIDE_OF_BLOCK, length)) for start in starts]
