"""A Gaussian mixture that sees groups of customers, and not the bonds between their features."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.mixture import GaussianMixture
from sklearn.utils.validation import check_is_fitted, validate_data


class PrincipalMixture(ClusterMixin, BaseEstimator):
    """Gaussian mixture in the principal components that hold more than a sliver of the variance.

    Features that follow from one another, as revenue does from orders and order value, leave a
    direction in which all customers are alike. A covariance is thin there whatever the groups are,
    and whether that counts as a collapse would be chance. The components are those of the
    standardised features, so no unit decides which of them are kept.

    Parameters
    ----------
    n_components : int, default=4
        Number of Gaussians.
    covariance_type : {"full", "tied", "diag", "spherical"}, default="full"
        Shape of the Gaussians; the axes of "diag" are the principal components.
    n_init : int, default=5
        Starts, of which the best is kept.
    reg_covar : float, default=1e-6
        Added to the variances.
    max_iter : int, default=100
        Steps of a start.
    min_variance_share : float, default=0.001
        Components that hold no more of the variance of all customers are left out.
    random_state : int or None, default=42

    Attributes
    ----------
    labels_ : ndarray of int64, shape (n_customers,)
        Gaussian of every training customer.
    mean_ : ndarray of shape (n_features,)
        What is taken off before the projection.
    projection_ : ndarray of shape (n_features, n_kept)
        From centred features to the principal components that are kept.
    variance_shares_ : ndarray of shape (n_features,)
        Of all components, descending.
    mixture_ : sklearn.mixture.GaussianMixture
        Fitted to the components that are kept.
    n_iter_ : int
        Steps that the best start took.
    """

    def __init__(
        self,
        n_components: int = 4,
        covariance_type: str = "full",
        n_init: int = 5,
        reg_covar: float = 1e-6,
        max_iter: int = 100,
        min_variance_share: float = 0.001,
        random_state: int | None = 42,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.n_init = n_init
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.min_variance_share = min_variance_share
        self.random_state = random_state

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002
        """Fit to the rows of ``X``, an array of shape (n_customers, n_features).

        Raises
        ------
        ValueError
            If ``min_variance_share`` is no share below 1, or scikit-learn refuses an option.
        """
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        if not 0 <= self.min_variance_share < 1:
            raise ValueError(
                f"min_variance_share={self.min_variance_share} must be a share from 0 to below 1"
            )
        self.mean_ = X.mean(axis=0)
        self.projection_, self.variance_shares_ = _principal_components(X, self.min_variance_share)
        self.mixture_ = GaussianMixture(
            self.n_components,
            covariance_type=self.covariance_type,
            n_init=self.n_init,
            reg_covar=self.reg_covar,
            max_iter=self.max_iter,
            random_state=self.random_state,
        )
        self.labels_ = self.mixture_.fit_predict(self._projected(X)).astype(np.int64)
        self.n_iter_ = self.mixture_.n_iter_
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Most probable Gaussian of every row of ``X``."""
        seen = self._seen(X)
        labels: np.ndarray = self.mixture_.predict(seen).astype(np.int64)
        return labels

    def predict_proba(self, X: Any) -> np.ndarray:
        """Posterior probability of every Gaussian for the rows of ``X``: (n, n_components)."""
        seen = self._seen(X)
        probabilities: np.ndarray = self.mixture_.predict_proba(seen)
        return probabilities

    def bic(self, X: Any) -> float:
        """Bayesian information criterion; only comparable between mixtures fitted to the same X."""
        seen = self._seen(X)
        return float(self.mixture_.bic(seen))

    def aic(self, X: Any) -> float:
        """Akaike's information criterion; comparable as `bic` is."""
        seen = self._seen(X)
        return float(self.mixture_.aic(seen))

    def _seen(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return self._projected(validate_data(self, X, dtype=np.float64, reset=False))

    def _projected(self, X: np.ndarray) -> np.ndarray:
        projected: np.ndarray = (X - self.mean_) @ self.projection_
        return projected


def _principal_components(X: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Projection to the components with more than ``least`` of the variance, and all shares."""
    spread = X.std(axis=0)
    varies = spread > 0
    inverse = np.divide(1.0, spread, out=np.zeros_like(spread), where=varies)
    standardised = (X - X.mean(axis=0)) * inverse
    variances, directions = np.linalg.eigh(standardised.T @ standardised / len(X))
    # eigh sorts upwards, and rounding makes variances of 0 slightly negative.
    variances, directions = np.maximum(variances[::-1], 0), directions[:, ::-1]
    shares = variances / max(variances.sum(), np.finfo(np.float64).tiny)
    kept = shares > least
    # Without any variance there is still one component to fit to.
    kept[0] = True
    return inverse[:, None] * directions[:, kept], shares
