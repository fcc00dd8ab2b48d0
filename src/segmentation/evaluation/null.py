"""Evidence of structure: the silhouette against that of a null without segments."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from segmentation.evaluation.bound_null import Null, nulls_of
from segmentation.evaluation.resampling import Refit, draw_generators, estimator_seed
from segmentation.evaluation.silhouette import mean_silhouette

Structure = Literal["natural", "reproducible", "constructive"]

NATURAL_Z = 3.0
NATURAL_GAIN = 0.03
NATURAL_STABILITY = 0.85
REPRODUCIBLE_STABILITY = 0.75


def null_test(
    refit: Refit,
    customers: pd.DataFrame,
    features: Sequence[str],
    observed_silhouette: float | None,
    *,
    draws: int = 20,
    seed: int,
    n_max: int = 20_000,
) -> dict[str, float]:
    """Compare the silhouette with what the same estimator reaches where there are no segments.

    The observed silhouette must beat every kind of customer base without groups, see
    `bound_null.nulls_of`. All keep every free quantity's own distribution, gaps included: groups
    that single features show and that fill every combination of them (a full grid) are in the nulls
    too, and no evidence. A draw on which the silhouette is undefined (the estimator finds fewer
    than two segments) does not reach the observed one: it counts in ``null_p`` as smaller, and
    mean and standard deviation leave it out.

    Parameters
    ----------
    refit : Refit
        Fits the same scaler and clusterer again.
    customers : DataFrame of shape (n_customers, …)
        Measured; the customers that were clustered.
    features : sequence of str
        Columns that were clustered on.
    observed_silhouette : float or None
        Silhouette in the run's model space; None when undefined. Above ``n_max`` customers, the
        silhouette of a refit on the subsample takes its place, because it depends on the number of
        customers when tails are heavy.
    draws : int
        Number of draws from each null, each with its own child seed.
    seed : int
        Seed of all draws.
    n_max : int
        Above this number of customers, a random subsample of this size is used.

    Returns
    -------
    dict of str to float
        ``null_z``, the smallest over the nulls of (S - mean S_b) / sd S_b, absent where none of
        them varies; ``null_p``, the largest of (1 + #{S_b >= S}) / (draws + 1), at least
        1 / (draws + 1) (Davison and Hinkley 1997, eq. 4.11), no evidence by itself: it is at most
        0.05 for 10 % and more of the customer bases without groups; ``null_mean``, the largest
        mean, and ``null_gain`` = S - null_mean; ``null_sd`` of the null of the largest mean;
        ``null_undefined_share`` of all draws. Empty when the observed silhouette is undefined.
    """
    sample_rng, calibration_rng = draw_generators(seed, 2)
    observed = observed_silhouette
    if len(customers) > n_max:
        rows = np.sort(sample_rng.choice(len(customers), n_max, replace=False))
        customers = customers.iloc[rows]
        values = customers[list(features)].to_numpy(np.float64)
        observed = _refitted_silhouette(refit, values, sample_rng)
    if observed is None:
        return {}
    nulls = nulls_of(customers, features, seed=estimator_seed(calibration_rng))
    return _compare(observed, [_silhouettes(refit, null, draws, seed) for null in nulls])


def structure(
    null_z: float | None, null_gain: float | None, stability_min: float | None
) -> Structure:
    """Say in one word what null and stability allow to conclude.

    Parameters
    ----------
    null_z, null_gain : float or None
        Of `null_test`; None when absent.
    stability_min : float or None
        Smallest stability of a segment, in [0, 1]; None when absent.

    Returns
    -------
    {"natural", "reproducible", "constructive"}
        "natural": null_z >= 3, null_gain >= 0.03 (z alone grows with the number of customers) and
        stability_min >= 0.85; "reproducible": stability_min >= 0.75; "constructive": neither, a
        useful partition but not groups that are there in the data. What is absent supports nothing.
    """
    if stability_min is None or stability_min < REPRODUCIBLE_STABILITY:
        return "constructive"
    beyond = null_z is not None and null_z >= NATURAL_Z
    clearly = null_gain is not None and null_gain >= NATURAL_GAIN
    return (
        "natural" if beyond and clearly and stability_min >= NATURAL_STABILITY else "reproducible"
    )


def _silhouettes(refit: Refit, null: Null, draws: int, seed: int) -> np.ndarray:
    """Silhouette on every draw from a null; NaN where it is undefined."""
    generators = draw_generators(seed, 2 + draws)[2:]
    found = [_refitted_silhouette(refit, null.draw(rng), rng) for rng in generators]
    return np.array(found, dtype=np.float64)


def _refitted_silhouette(
    refit: Refit, features: np.ndarray, rng: np.random.Generator
) -> float | None:
    """Mean silhouette, in its own model space, of an estimator fitted again."""
    silhouette = mean_silhouette(*refit(features, estimator_seed(rng)))
    return None if silhouette is None else silhouette.mean


def _compare(observed: float, nulls: Sequence[np.ndarray]) -> dict[str, float]:
    """Figures of the null that is hardest to beat, by each of them."""
    undefined = np.concatenate([np.isnan(values) for values in nulls])
    figures = {
        "null_p": max(float(1 + np.count_nonzero(v >= observed)) / (len(v) + 1) for v in nulls),
        "null_undefined_share": float(undefined.mean()),
    }
    known = [values[~np.isnan(values)] for values in nulls]
    known = sorted((values for values in known if len(values)), key=np.mean)
    if known:
        figures["null_mean"] = float(known[-1].mean())
        figures["null_gain"] = observed - figures["null_mean"]
    varying = [values for values in known if len(values) > 1 and values.std(ddof=1) > 0]
    if varying:
        figures["null_sd"] = float(varying[-1].std(ddof=1))
        figures["null_z"] = float(min((observed - v.mean()) / v.std(ddof=1) for v in varying))
    return figures
