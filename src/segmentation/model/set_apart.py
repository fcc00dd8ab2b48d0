"""Customers that a rule sets apart before the others are clustered."""

from typing import Any

import numpy as np

NEEDED = {
    "revenue": "key accounts are set apart by revenue, which is not among the features; "
    "choose features with revenue, or key_accounts=none",
    "orders": "new customers are set apart by orders, which is not among the columns; "
    "give it, or newcomers=none",
    "recency_days": "new customers are set apart by recency_days, which is not among the columns; "
    "give it, or newcomers=none",
}
"""Column to what is said where a rule needs it and it is not there."""


def key_account_revenue(segmenter: Any, X: np.ndarray) -> float:
    """Least revenue of a key account among these customers; infinite without any."""
    if segmenter.key_account_share is None:
        return np.inf
    return float(np.quantile(column(segmenter, X, "revenue"), 1 - segmenter.key_account_share))


def column(segmenter: Any, X: Any, name: str) -> np.ndarray:
    """Return a column of rows that have the columns a segmenter was fitted on.

    Raises
    ------
    ValueError
        If it was not fitted on that column.
    """
    names = list(getattr(segmenter, "feature_names_in_", ()))
    if name not in names:
        raise ValueError(NEEDED[name])
    return np.asarray(X, dtype=np.float64)[:, names.index(name)]
