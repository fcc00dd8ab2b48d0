"""Parts that bootstraps and null draws share: the refit, and a generator for each draw."""

from collections.abc import Callable

import numpy as np
from sklearn.base import clone

from segmentation.model.algorithms import algorithm_of
from segmentation.model.fitting import one_thread
from segmentation.model.membership import seen_by
from segmentation.model.pipeline import CustomerSegmenter

Refit = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]
"""``refit(features, seed) -> (space, labels)``: fit the same scaler and clusterer again.

``features`` is (n, p) float64 in the features' own units, ``space`` (n, d) the scaler's output, and
``labels`` (n,) integers with -1 for noise.
"""


def draw_generators(seed: int, draws: int) -> list[np.random.Generator]:
    """One independent generator per draw, so that a draw's result does not depend on the others.

    Parameters
    ----------
    seed : int
        Seed of the whole procedure.
    draws : int
        Number of draws.

    Returns
    -------
    list of numpy.random.Generator
        The first of them are the same whatever the number of draws.
    """
    return [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(draws)]


def estimator_seed(rng: np.random.Generator) -> int:
    """Draw a seed that scikit-learn accepts as ``random_state``: an integer in [0, 2**32)."""
    return int(rng.integers(2**32))


def refit_like(segmenter: CustomerSegmenter) -> Refit:
    """Return the function that fits scaler and clusterer of a segmenter again, on other rows."""

    def refit(values: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
        # The fitted clusterer knows the names of the features where it asks for them.
        scaler, clusterer = clone(segmenter.scaler), clone(segmenter.clusterer_)
        if "random_state" in clusterer.get_params():
            clusterer.set_params(random_state=seed)
        with one_thread():
            space = scaler.fit_transform(values)
            labels_of = algorithm_of(clusterer).labels_of_refit
            return space, labels_of(clusterer, seen_by(clusterer, values, space))

    return refit
