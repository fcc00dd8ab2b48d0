"""A Gaussian-copula null: customers with the same features one by one, but no segments."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

CALIBRATION_DRAWS = 5
CALIBRATION_STEPS = 5


@dataclass(frozen=True)
class Copula:
    """Properties of the features that null draws keep.

    Attributes
    ----------
    sorted_columns : ndarray of float, shape (n, n_features)
        Every feature on its own, ascending, in its own units.
    factor : ndarray of float, shape (n_features, n_features)
        Symmetric square root of the latent correlation.
    """

    sorted_columns: np.ndarray
    factor: np.ndarray

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Draw customers with the same marginals, ties and rank correlation, but no segments.

        Z ~ N(0, C) with n rows; column j is the sorted feature j taken at the ranks of Z_j.

        Returns
        -------
        ndarray of float, shape (n, n_features)
            Every column is a permutation of the feature's values, in its own units.
        """
        latent = rng.standard_normal(self.sorted_columns.shape)
        return arranged(self.sorted_columns, latent @ self.factor)


def gaussian_copula(features: np.ndarray, *, seed: int) -> Copula:
    """Describe the features by their marginals and their rank correlation, and nothing else.

    The latent correlation C is such that draws have the features' Spearman correlation, ties
    included (NORTA; Cario and Nelson 1997). The correlation of the normal scores, which needs no
    calibration, is too small where values are tied, as orders are: then the null is less
    correlated than the customers, its silhouette is lower, and one cloud passes for structure.

    Parameters
    ----------
    features : ndarray of float64, shape (n_customers, n_features)
        Features in their own units, finite. A feature with one value counts as uncorrelated.
    seed : int
        Seed of the calibration.
    """
    rng = np.random.default_rng(seed)
    return Copula(np.sort(features, axis=0), _calibrated_factor(features, rng))


def arranged(sorted_columns: np.ndarray, latent: np.ndarray) -> np.ndarray:
    """The values of each column in the order of its latent variable."""
    arranged = np.empty_like(sorted_columns)
    np.put_along_axis(arranged, latent.argsort(axis=0), sorted_columns, axis=0)
    return arranged


def _calibrated_factor(features: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Root of the latent correlation whose draws have the features' Spearman correlation."""
    ranks = rankdata(features, axis=0)
    target, sorted_ranks = correlation(ranks), np.sort(ranks, axis=0)
    draws = [_whitened(rng.standard_normal(features.shape)) for _ in range(CALIBRATION_DRAWS)]
    # Exact for normal variables without ties (Pearson 1907), and a start for all others.
    factor = _root(2 * np.sin(np.pi / 6 * target))
    for _ in range(CALIBRATION_STEPS):
        reached = np.mean(
            [correlation(arranged(sorted_ranks, draw @ factor)) for draw in draws], axis=0
        )
        factor = _root(factor @ factor + target - reached)
    return factor


def _whitened(latent: np.ndarray) -> np.ndarray:
    """Columns that are uncorrelated in the sample, so that calibration has little noise."""
    whitened: np.ndarray = np.linalg.qr(latent - latent.mean(axis=0)).Q
    return whitened


def correlation(columns: np.ndarray) -> np.ndarray:
    """Correlation of the columns, 0 for a constant one."""
    centred = columns - columns.mean(axis=0)
    length = np.linalg.norm(centred, axis=0)
    unit = centred / np.where(length > 0, length, 1.0)
    correlation: np.ndarray = unit.T @ unit
    np.fill_diagonal(correlation, 1.0)
    return correlation


def _root(symmetric: np.ndarray) -> np.ndarray:
    """Symmetric square root of the correlation matrix next to a symmetric matrix."""
    eigenvalues, vectors = np.linalg.eigh(symmetric)
    nearest = (vectors * np.maximum(eigenvalues, 0.0)) @ vectors.T
    deviation = np.sqrt(np.diag(nearest))
    eigenvalues, vectors = np.linalg.eigh(nearest / np.outer(deviation, deviation))
    root: np.ndarray = (vectors * np.sqrt(np.maximum(eigenvalues, 0.0))) @ vectors.T
    return root
