"""The spaces in which distances between customers are taken."""

import numpy as np
import numpy.typing as npt
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler


def signed_log1p(values: npt.ArrayLike) -> np.ndarray:
    """Logarithm that keeps the sign: ``sign(x) * log(1 + |x|)``, so refunds stay negative.

    Parameters
    ----------
    values : array-like of any shape
        Features in their own units.

    Returns
    -------
    ndarray of float64, same shape
        0 stays 0; the order of values is kept.
    """
    array = np.asarray(values, dtype=np.float64)
    return np.copysign(np.log1p(np.abs(array)), array)


def common_space(features: npt.ArrayLike) -> np.ndarray:
    """Standardised signed log of the features: one space for every run on the same customers.

    Silhouettes taken here can be compared across scalers and algorithms; those taken in the
    space of each run's own scaler cannot.

    Parameters
    ----------
    features : array-like of shape (n_customers, n_features)
        Features in their own units, finite.

    Returns
    -------
    ndarray of shape (n_customers, n_features)
        Every column has mean 0 and standard deviation 1.
    """
    standardised: np.ndarray = StandardScaler().fit_transform(signed_log1p(features))
    return standardised


def log_scaler() -> Pipeline:
    """Signed logarithm, then mean 0 and standard deviation 1: a transformer for heavy tails."""
    return make_pipeline(FunctionTransformer(signed_log1p), StandardScaler())
