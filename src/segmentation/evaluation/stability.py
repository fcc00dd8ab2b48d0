"""Stability: how well the segments come back in resampled customers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.evaluation.options import BOUND, DRAWS
from segmentation.evaluation.resampling import Refit, draw_generators, estimator_seed

DISSOLVED = 0.5
NEAR = 0.10
CLOSER_DRAWS = 100
SUBSAMPLE_SHARE = 0.632
"""Customers that a bootstrap draws at least once."""


@dataclass(frozen=True)
class Stability:
    """Stability of each segment over the draws in which it had a member.

    Attributes
    ----------
    segments : ndarray of int, shape (n_segments,)
        The segments, ascending; -1 is not among them.
    jaccard : ndarray of float, shape (n_segments,)
        Mean Jaccard similarity to the most similar refitted segment, in [0, 1]. Below 0.6 do not
        trust, 0.6 to 0.75 a pattern, from 0.75 valid, from 0.85 highly stable. NaN for a segment
        none of whose members was ever drawn.
    standard_error : ndarray of float, shape (n_segments,)
        Of ``jaccard``: standard deviation over the draws / √draws; NaN for fewer than two of them.
    dissolved : ndarray of float, shape (n_segments,)
        Share of draws with similarity at most 0.5; NaN as above.
    draws : int
        Number of bootstrap draws.
    """

    segments: np.ndarray
    jaccard: np.ndarray
    standard_error: np.ndarray
    dissolved: np.ndarray
    draws: int

    def metrics(self) -> dict[str, float]:
        """Return ``stability_draws``, and minimum and mean over segments, each counting the same.

        ``stability_min_se`` is the standard error of the least stable segment. All but the draws
        are absent when there is no segment, or one that
        was never drawn: nothing is known of it, and a minimum without it would call a fit stable
        that may not be.
        """
        measured = {"stability_draws": float(self.draws)}
        if not len(self.jaccard) or np.isnan(self.jaccard).any():
            return measured
        worst = int(self.jaccard.argmin())
        measured |= {
            "stability_min": float(self.jaccard[worst]),
            "stability_mean": float(self.jaccard.mean()),
        }
        error = float(self.standard_error[worst])
        return measured if np.isnan(error) else measured | {"stability_min_se": error}


def bootstrap_stability(
    refit: Refit,
    features: np.ndarray,
    labels: np.ndarray,
    *,
    draws: int = DRAWS,
    bound: float = BOUND,
    seed: int,
    n_max: int = 20_000,
) -> Stability:
    """Refit on bootstrap draws of the customers and look for every segment among the new ones.

    For a draw with distinct customers D, segment A and refitted segments B_i, the similarity is
    gamma = max_i |A n D n B_i| / |(A n D) u B_i| (Hennig 2007, "Cluster-wise assessment of cluster
    stability"; the default of R's ``fpc::clusterboot``). Every algorithm, HDBSCAN included, is
    judged in the same way. Above ``n_max`` customers each draw is a subsample without replacement,
    which gives HDBSCAN other figures than a bootstrap, neither always higher. A draw without a
    member of a segment says nothing about that segment and is
    left out of its figures (``clusterboot`` counts it as 0).

    Parameters
    ----------
    refit : Refit
        Fits the same scaler and clusterer again, with the same number of initialisations: with one,
        local optima look like instability.
    features : ndarray of float64, shape (n_customers, n_features)
        Features in their own units.
    labels : ndarray of int, shape (n_customers,)
        Segments found on all customers, -1 = noise.
    draws : int
        Number of draws. Where the least stable segment comes within 0.10 of ``bound``, 20 would
        stand on the wrong side in one of five cases: there the draws go on to 100, unless fewer
        than 20 are asked for.
    bound : float
        Smallest similarity of a segment that counts as stable, in [0, 1].
    seed : int
        Seed of all draws; each has its own child seed.
    n_max : int
        Above this number of customers, each draw is a subsample of the smaller of ``n_max`` and
        63.2 % of them.

    Returns
    -------
    Stability
        Figures per segment.
    """
    segments = np.unique(labels[labels >= 0])

    def similarities(generators: Sequence[np.random.Generator]) -> np.ndarray:
        found = np.full((len(generators), len(segments)), np.nan)
        for draw, rng in enumerate(generators):
            rows = _drawn_rows(len(labels), n_max, rng)
            _, refitted = refit(features[rows], estimator_seed(rng))
            found[draw] = _best_jaccard(labels[rows], refitted, segments)
        return found

    generators = draw_generators(seed, max(draws, CLOSER_DRAWS))
    found = similarities(generators[:draws])
    least = _mean_of_known(found).min(initial=np.inf)
    if draws >= DRAWS and abs(least - bound) <= NEAR:
        found = np.vstack([found, similarities(generators[draws:])])
    return _summary(segments, found)


def _drawn_rows(n: int, n_max: int, rng: np.random.Generator) -> np.ndarray:
    """Distinct customers of a bootstrap, or a subsample of very many; ascending."""
    if n <= n_max:
        return np.unique(rng.integers(n, size=n))
    return np.sort(rng.choice(n, min(n_max, round(SUBSAMPLE_SHARE * n)), replace=False))


def _summary(segments: np.ndarray, similarities: np.ndarray) -> Stability:
    """Figures per segment from the similarities (draws, segments)."""
    known = ~np.isnan(similarities)
    count, means = known.sum(axis=0), _mean_of_known(similarities)
    spread = np.where(known, (similarities - means) ** 2, 0.0).sum(axis=0)
    variances = np.full(len(segments), np.nan)
    np.divide(spread, count * (count - 1.0), out=variances, where=count > 1)
    return Stability(
        segments=segments,
        jaccard=means,
        standard_error=np.sqrt(variances),
        dissolved=_mean_of_known(np.where(known, similarities <= DISSOLVED, np.nan)),
        draws=len(similarities),
    )


def _best_jaccard(original: np.ndarray, refitted: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Jaccard similarity of each segment to its best match; NaN for one without a member."""
    columns, column = np.unique(refitted, return_inverse=True)
    overlap = np.zeros((len(segments), len(columns)), dtype=np.int64)
    clustered = original >= 0
    np.add.at(overlap, (np.searchsorted(segments, original[clustered]), column[clustered]), 1)
    own, other = overlap.sum(axis=1, keepdims=True), np.bincount(column)
    union = own + other - overlap
    best = np.max((overlap / union)[:, columns >= 0], axis=1, initial=0.0)
    return np.where(own[:, 0] > 0, best, np.nan)


def _mean_of_known(values: np.ndarray) -> np.ndarray:
    """Mean over draws that leaves NaN out, and is NaN where nothing is known."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    means = np.full(values.shape[1], np.nan)
    np.divide(np.where(known, values, 0.0).sum(axis=0), count, out=means, where=count > 0)
    return means
