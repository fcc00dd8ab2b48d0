"""A quantity that only repeat buyers have, drawn at its rank correlations with the others."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm, rankdata

from segmentation.evaluation.copula import Copula, arranged, correlation

CALIBRATION_DRAWS = 5
CALIBRATION_STEPS = 6
MOST_EXPLAINED = 0.98
"""Share of the latent variable's variance that the other quantities may explain."""
FEWEST = 6
"""Repeat buyers below which the quantity is drawn independently of the others."""


@dataclass(frozen=True)
class RepeatBuyers:
    """What is kept of the quantity.

    Attributes
    ----------
    feature : str
        Whose free quantity it is.
    sorted_values : ndarray of float, shape (n_repeat_buyers,)
        Their own values, ascending.
    weights : ndarray of float, shape (n_quantities,)
        Regression of the latent variable on the normal scores of the other quantities.
    """

    feature: str
    sorted_values: np.ndarray
    weights: np.ndarray

    def draw(
        self, quantities: np.ndarray, repeat: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Draw the quantity for the repeat buyers among drawn customers; 1 for all others.

        Parameters
        ----------
        quantities : ndarray of float, shape (n_customers, n_quantities)
            Drawn before.
        repeat : ndarray of bool, shape (n_customers,)
            As many as ``sorted_values``: a copula keeps how many have two orders.
        """
        values: np.ndarray = np.ones(len(quantities))
        noise = rng.standard_normal(len(quantities))[repeat]
        values[repeat] = self.among(quantities[repeat], noise)
        return values

    def among(self, quantities: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Values of repeat buyers, in the order of a latent variable that their others explain."""
        scores = _normal_scores(quantities)
        explained = self.weights @ correlation(scores) @ self.weights
        latent = scores @ self.weights + np.sqrt(1 - min(explained, MOST_EXPLAINED)) * noise
        return arranged(self.sorted_values[:, None], latent[:, None])[:, 0]


def repeat_buyers(
    feature: str,
    copula: Copula,
    quantities: np.ndarray,
    orders: int,
    values: np.ndarray,
    *,
    seed: int,
) -> RepeatBuyers:
    """Calibrate the weights until draws have the rank correlations of the customers (NORTA).

    Parameters
    ----------
    feature : str
        Whose free quantity ``values`` is.
    copula : Copula
        Of the other quantities.
    quantities : ndarray of float, shape (n_customers, n_quantities)
        The others.
    orders : int
        Which of their columns is the number of orders.
    values : ndarray of float, shape (n_customers,)
        The quantity; that of customers with one order is not looked at.
    seed : int
        Seed of the calibration.
    """
    repeat = quantities[:, orders] > 1
    others, own = quantities[repeat], values[repeat]
    kept = RepeatBuyers(feature, np.sort(own), np.zeros(quantities.shape[1]))
    if len(own) < FEWEST:
        return kept
    target = _rank_correlations(others, own)
    scores = correlation(_normal_scores(np.column_stack([others, own])))
    among, inverse = scores[:-1, :-1], np.linalg.pinv(scores[:-1, :-1])
    rng = np.random.default_rng([seed, 1])
    drawn = [copula.draw(rng) for _ in range(CALIBRATION_DRAWS)]
    drawn = [draw[draw[:, orders] > 1] for draw in drawn]
    noise = [rng.standard_normal(len(own)) for _ in drawn]
    kept = replace(kept, weights=_bounded(inverse @ scores[:-1, -1], among))
    for _ in range(CALIBRATION_STEPS):
        reached = [
            _rank_correlations(draw, kept.among(draw, each))
            for draw, each in zip(drawn, noise, strict=True)
        ]
        step = inverse @ (2 * np.sin(np.pi / 6 * (target - np.mean(reached, axis=0))))
        kept = replace(kept, weights=_bounded(kept.weights + step, among))
    return kept


def _bounded(weights: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Weights that leave something of the latent variable unexplained."""
    explained = weights @ among @ weights
    return weights * np.sqrt(MOST_EXPLAINED / max(explained, MOST_EXPLAINED))


def _normal_scores(columns: np.ndarray) -> np.ndarray:
    scores: np.ndarray = norm.ppf((rankdata(columns, axis=0) - 0.5) / len(columns))
    return scores


def _rank_correlations(columns: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Spearman correlation of each column with the values; 0 for a constant one."""
    both = np.column_stack([columns, values])
    return correlation(rankdata(both, axis=0))[:-1, -1]
