"""Rows without features that a model can use, and what a batch does about them."""

import numpy as np
import pandas as pd

from segmentation.model.moderate import LARGEST

ON_BAD_ROWS = "on_bad_rows"
"""Parameter of a loaded model that says it."""
ERROR, NULL = "error", "null"
CHOICES = (ERROR, NULL)
"""The batch is refused; or it is answered, with null for the bad rows. The first is the usual."""
NAMED_ROWS = 5


def usable(features: pd.DataFrame) -> np.ndarray:
    """Tell of every value whether a model can use it.

    Parameters
    ----------
    features : DataFrame of float64, shape (n_customers, n_features)

    Returns
    -------
    ndarray of bool, shape (n_customers, n_features)
        False where it is missing, infinite or beyond ±10¹⁰⁰.
    """
    # A missing value compares as false, too.
    return np.abs(features.to_numpy(dtype=np.float64)) <= LARGEST


def complaint(features: pd.DataFrame, is_usable: np.ndarray) -> str:
    """Say which column has unusable values, and in which rows; empty where none has.

    Parameters
    ----------
    features : DataFrame of shape (n_customers, n_features)
        Its index names the rows.
    is_usable : ndarray of bool, shape (n_customers, n_features)
        Of `usable`.
    """
    for name, good in zip(features, is_usable.T, strict=True):
        bad = features.index[~good]
        if len(bad):
            rows = ", ".join(str(row) for row in bad[:NAMED_ROWS])
            return (
                f"column '{name}' is missing, infinite or beyond ±{LARGEST:g} in {len(bad)} of "
                f"{len(features)} rows ({rows}{', …' if len(bad) > NAMED_ROWS else ''}); every "
                f"feature must be a number within it, or give {ON_BAD_ROWS}={NULL} as a parameter"
            )
    return ""


def with_nulls(said: pd.DataFrame, is_good: np.ndarray) -> pd.DataFrame:
    """Leave null of what is said about the bad rows.

    Parameters
    ----------
    said : DataFrame of shape (n_customers, …)
    is_good : ndarray of bool, shape (n_customers,)

    Returns
    -------
    DataFrame of shape (n_customers, …)
        All columns hold Python's own values and None: a whole number that may be missing, or NaN,
        is no JSON, while None is null there, in Arrow and in CSV.
    """
    told = said.astype(object)
    told.loc[~is_good] = None
    return told
