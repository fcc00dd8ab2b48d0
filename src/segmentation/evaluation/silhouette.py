"""The silhouette, and a sample of it that sees every segment."""

from dataclasses import dataclass

import numpy as np

from segmentation.evaluation.summed_distances import summed_distances

EXACT_MAX = 20_000
SAMPLE_SIZE = 2_000
MIN_PER_SEGMENT = 200


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
    b the smallest mean distance to another segment (Rousseeuw 1987).

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
    clustered = labels >= 0
    segments, own, sizes = np.unique(labels[clustered], return_inverse=True, return_counts=True)
    values = np.full(len(customers), np.nan)
    if len(segments) < 2:
        return values
    measured = np.flatnonzero(clustered[customers])
    rows = (np.cumsum(clustered) - 1)[customers[measured]]
    sums = summed_distances(space[clustered], own, rows)
    values[measured] = _silhouettes(sums, own[rows], sizes)
    return values


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
