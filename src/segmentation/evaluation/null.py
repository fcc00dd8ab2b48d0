"""Evidence of structure: the silhouette against that of a null without segments."""

from typing import Literal

import numpy as np

from segmentation.evaluation.copula import Copula, draw_null
from segmentation.evaluation.resampling import Refit, draw_generators, estimator_seed
from segmentation.evaluation.silhouette import mean_silhouette

Structure = Literal["natural", "reproducible", "constructive"]

NATURAL_Z = 3.0
NATURAL_STABILITY = 0.85
REPRODUCIBLE_STABILITY = 0.75


def null_test(
    refit: Refit,
    copula: Copula,
    observed_silhouette: float | None,
    *,
    draws: int = 20,
    seed: int,
) -> dict[str, float]:
    """Compare the silhouette with what the same estimator reaches where there are no segments.

    The null keeps every feature's own distribution, gaps included: groups that single features show
    and that fill every combination of them (a full grid) are in the null too, and no evidence.
    A draw on which the silhouette is undefined (the estimator finds fewer than two segments) does
    not reach the observed one: it counts in ``null_p`` as smaller, and ``null_mean`` and
    ``null_sd`` leave it out.

    Parameters
    ----------
    refit : Refit
        Fits the same scaler and clusterer again.
    copula : Copula
        Of the features on which the run was fitted.
    observed_silhouette : float or None
        Silhouette in the run's model space; None when undefined. Where the copula was made from a
        subsample, the silhouette of a refit on that subsample takes its place, because it depends
        on the number of customers when tails are heavy.
    draws : int
        Number of null draws, each with its own child seed.
    seed : int
        Seed of all draws.

    Returns
    -------
    dict of str to float
        ``null_mean`` and ``null_sd`` of the silhouette S_b on the null; ``null_z`` =
        (S - null_mean) / null_sd, absent when ``null_sd`` is 0; ``null_p`` =
        (1 + #{S_b >= S}) / (draws + 1), at least 1 / (draws + 1) (Davison and Hinkley 1997,
        eq. 4.11); ``null_undefined_share`` of the draws. Mean and standard deviation need one and
        two defined draws. Empty when the observed silhouette is undefined.
    """
    sample_rng, *generators = draw_generators(seed, draws + 1)
    observed = observed_silhouette
    if copula.sample is not None:
        observed = _refitted_silhouette(refit, copula.sample, sample_rng)
    if observed is None:
        return {}
    values = [_refitted_silhouette(refit, draw_null(copula, rng), rng) for rng in generators]
    return _compare(observed, np.array([value for value in values if value is not None]), draws)


def structure(null_z: float | None, stability_min: float | None) -> Structure:
    """Say in one word what null and stability allow to conclude.

    Parameters
    ----------
    null_z : float or None
        Of `null_test`; None when absent.
    stability_min : float or None
        Smallest stability of a segment, in [0, 1]; None when absent.

    Returns
    -------
    {"natural", "reproducible", "constructive"}
        "natural": null_z >= 3 and stability_min >= 0.85; "reproducible": stability_min >= 0.75;
        "constructive": neither, a useful partition but not groups that are there in the data.
        What is absent supports nothing.
    """
    if stability_min is None or stability_min < REPRODUCIBLE_STABILITY:
        return "constructive"
    if null_z is not None and null_z >= NATURAL_Z and stability_min >= NATURAL_STABILITY:
        return "natural"
    return "reproducible"


def _refitted_silhouette(
    refit: Refit, features: np.ndarray, rng: np.random.Generator
) -> float | None:
    """Mean silhouette, in its own model space, of an estimator fitted again."""
    silhouette = mean_silhouette(*refit(features, estimator_seed(rng)))
    return None if silhouette is None else silhouette.mean


def _compare(observed: float, values: np.ndarray, draws: int) -> dict[str, float]:
    """The null's figures from its defined silhouettes."""
    figures = {
        "null_p": float(1 + np.count_nonzero(values >= observed)) / (draws + 1),
        "null_undefined_share": 1 - len(values) / draws,
    }
    if len(values):
        figures["null_mean"] = float(values.mean())
    if len(values) > 1:
        figures["null_sd"] = float(values.std(ddof=1))
        if figures["null_sd"] > 0:
            figures["null_z"] = (observed - figures["null_mean"]) / figures["null_sd"]
    return figures
