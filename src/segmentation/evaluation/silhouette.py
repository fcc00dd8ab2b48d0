"""The silhouette without an n x n matrix, and a sample of it that sees every segment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_info

EXACT_MAX = 20_000
SAMPLE_SIZE = 2_000
MIN_PER_SEGMENT = 200
# 4 MB of distances at a time stay in a core's cache: measured faster than larger blocks.
DISTANCES_PER_BLOCK = 2**19
SIDE_OF_BLOCK = 256


@dataclass(frozen=True)
class Silhouette:
    """Mean silhouettes in [-1, 1], noise excluded.

    Attributes
    ----------
    mean : float
        Over customers.
    macro : float
        Over segments, of the mean in each segment: a tiny segment counts as much as a large one.
    mean_se : float or None
        Standard error of the mean due to sampling customers; None when every customer was measured.
    """

    mean: float
    macro: float
    mean_se: float | None


def mean_silhouette(
    space: np.ndarray, labels: np.ndarray, *, exact_max: int = EXACT_MAX, seed: int = 0
) -> Silhouette | None:
    """Average the silhouette over customers and over segments.

    Up to ``exact_max`` customers in segments the result is exact. Above, the same number of
    customers is drawn from each segment (2,000 in all, at least 200 or the whole segment), each is
    measured against all customers, and the mean is weighted by segment size: a uniform sample
    misses tiny segments. The standard error is that of stratified sampling with finite
    population correction (Cochran 1977, eq. 5.12).

    Parameters
    ----------
    space : ndarray of float, shape (n_customers, n_dimensions)
        Coordinates in which Euclidean distances are taken.
    labels : ndarray of int, shape (n_customers,)
        Segment of each customer; -1 = noise, left out altogether.
    exact_max : int
        Largest number of customers for which every one is measured.
    seed : int
        Seed of the sample; the same seed and labels give the same sample in any space.

    Returns
    -------
    Silhouette or None
        None when there are fewer than two segments: the silhouette is not defined.
    """
    clustered = np.flatnonzero(labels >= 0)
    segments, own, sizes = np.unique(labels[clustered], return_inverse=True, return_counts=True)
    if len(segments) < 2:
        return None
    exact = len(clustered) <= exact_max
    chosen = np.arange(len(clustered)) if exact else _stratified_sample(own, sizes, seed)
    values = customer_silhouettes(space, labels, clustered[chosen])
    return _average(values, own[chosen], sizes, exact=exact)


def customer_silhouettes(
    space: np.ndarray, labels: np.ndarray, customers: np.ndarray | None = None
) -> np.ndarray:
    """Exact silhouette of some customers, each measured against all.

    s = (b - a) / max(a, b), with a the mean distance to the other customers of the own segment and
    b the smallest mean distance to another segment (Rousseeuw 1987). Memory is a few megabytes per
    thread whatever the number of customers; the result does not depend on the number of threads,
    which is the number that OpenMP and BLAS may use in this process.

    Parameters
    ----------
    space : ndarray of float, shape (n_customers, n_dimensions)
        Coordinates in which Euclidean distances are taken.
    labels : ndarray of int, shape (n_customers,)
        Segment of each customer; -1 = noise, which is no segment and nobody's neighbour.
    customers : ndarray of int, shape (n_measured,), optional
        Positions of the customers to measure; all by default.

    Returns
    -------
    ndarray of float64, shape (n_measured,)
        In [-1, 1]; 0 for the only member of a segment (scikit-learn's convention); NaN for noise,
        and for everybody when there are fewer than two segments.
    """
    customers = np.arange(len(labels)) if customers is None else customers
    by_segment = np.argsort(labels, kind="stable")[np.count_nonzero(labels < 0) :]
    segments, starts, sizes = np.unique(labels[by_segment], return_index=True, return_counts=True)
    values = np.full(len(customers), np.nan)
    if len(segments) < 2:
        return values
    points = np.ascontiguousarray(space[by_segment], dtype=np.float64)
    measured = np.flatnonzero(labels[customers] >= 0)
    rows = customers[measured]
    if len(rows) == len(points):
        sums = np.empty((len(labels), len(segments)))
        sums[by_segment] = _sums_of_all(points, starts)
        sums = sums[rows]
    else:
        sums = _sums_of_some(space[rows], points, starts)
    values[measured] = _silhouettes(sums, np.searchsorted(segments, labels[rows]), sizes)
    return values


def _sums_of_some(some: np.ndarray, points: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Summed distances of some customers to every segment, a run of ``points`` from each start."""

    def measure(block: np.ndarray) -> np.ndarray:
        sums: np.ndarray = np.add.reduceat(cdist(block, points), starts, axis=1)
        return sums

    step = max(1, DISTANCES_PER_BLOCK // len(points))
    with ThreadPoolExecutor(_thread_count()) as pool:
        return np.vstack(list(pool.map(measure, np.split(some, range(step, len(some), step)))))


def _sums_of_all(points: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Summed distances of all customers to every segment; each distance is computed once."""
    own = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(points))))
    cuts = range(0, len(points), SIDE_OF_BLOCK)

    def runs(block: slice) -> tuple[np.ndarray, slice]:
        """Where the segments begin within a block of points, and which they are."""
        segments = slice(own[block][0], own[block][-1] + 1)
        return np.maximum(starts[segments] - block.start, 0), segments

    def measure(row: int) -> np.ndarray:
        """Distances of a block of points to itself and to all after it, added up for both."""
        sums = np.zeros((len(points) - row, len(starts)))
        rows = slice(row, row + SIDE_OF_BLOCK)
        row_starts, row_segments = runs(rows)
        for column in cuts[row // SIDE_OF_BLOCK :]:
            columns = slice(column, column + SIDE_OF_BLOCK)
            column_starts, column_segments = runs(columns)
            distances = cdist(points[rows], points[columns])
            ours = np.add.reduceat(distances, column_starts, axis=1)
            sums[: len(ours), column_segments] += ours
            if column > row:
                theirs = np.add.reduceat(distances, row_starts, axis=0)
                place = slice(column - row, column - row + theirs.shape[1])
                sums[place, row_segments] += theirs.T
        return sums

    sums = np.zeros((len(points), len(starts)))
    threads = _thread_count()
    with ThreadPoolExecutor(threads) as pool:
        # A few at a time, because each holds sums of all points; in their order, so that the last
        # bits do not depend on the number of threads.
        for first in range(0, len(cuts), threads):
            together = cuts[first : first + threads]
            for row, added in zip(together, pool.map(measure, together), strict=True):
                sums[row:] += added
    return sums


def _silhouettes(sums: np.ndarray, own: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Silhouettes from the summed distances (rows, segments) and each row's own segment."""
    rows = np.arange(len(own))
    within = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[rows, own] = np.inf
    between = means.min(axis=1)
    larger = np.maximum(within, between)
    values = np.zeros(len(own))
    defined = (sizes[own] > 1) & (larger > 0)
    np.divide(between - within, larger, out=values, where=defined)
    return values


def _thread_count() -> int:
    """Threads that numerical libraries may use here: one in a worker of a parallel launcher."""
    return max((pool["num_threads"] for pool in threadpool_info()), default=1)


def _stratified_sample(own: np.ndarray, sizes: np.ndarray, seed: int) -> np.ndarray:
    """Positions of the same number of members of every segment, without replacement."""
    rng = np.random.default_rng(seed)
    per_segment = max(MIN_PER_SEGMENT, SAMPLE_SIZE // len(sizes))
    members = np.split(np.argsort(own, kind="stable"), np.cumsum(sizes)[:-1])
    return np.concatenate(
        [rng.choice(member, min(per_segment, len(member)), replace=False) for member in members]
    )


def _average(values: np.ndarray, own: np.ndarray, sizes: np.ndarray, *, exact: bool) -> Silhouette:
    """Means over customers and over segments from (a sample of) each segment's silhouettes."""
    measured = np.bincount(own)
    means = np.bincount(own, values) / measured
    variances = np.bincount(own, (values - means[own]) ** 2) / np.maximum(measured - 1, 1)
    weights = sizes / sizes.sum()
    mean, macro = float(weights @ means), float(means.mean())
    if exact:
        return Silhouette(mean, macro, None)
    errors = np.sqrt(variances / measured * (1 - measured / sizes))
    return Silhouette(mean, macro, float(np.linalg.norm(weights * errors)))
