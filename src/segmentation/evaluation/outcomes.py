"""What customers did after a cut: the four outcomes by which segments are scored."""

import numpy as np
from sklearn.model_selection import KFold

from segmentation.evaluation.options import MIN_CUSTOMERS

OUTCOMES = ("revenue", "return", "orders", "order_value")
FOLDS_SEED = 42
"""Of the folds, whatever the seed of a run: all runs on the same customers share theirs."""

Splits = list[tuple[np.ndarray, np.ndarray]]
"""Rows of the training and of the test customers of every fold."""


def outcomes(next_revenue: np.ndarray, next_orders: np.ndarray) -> dict[str, np.ndarray]:
    """What is to be explained of every customer known at a cut, of those outcomes that count.

    Parameters
    ----------
    next_revenue : ndarray of float, shape (n_customers,)
        Revenue within the horizon, in currency; negative counts as 0.
    next_orders : ndarray of float, shape (n_customers,)
        Orders within the horizon; 0 for who did not return.

    Returns
    -------
    dict of str to ndarray of float, shape (n_customers,)
        ``revenue`` (log1p), ``return`` (1 where there is an order, else 0), ``orders`` (log1p) and
        ``order_value`` (log1p of revenue per order; NaN without an order). An outcome counts where
        at least 200 customers have it and it varies: at 20, pure noise in eight groups has an R²
        of −0.41, at 200 of −0.05.
    """
    spent, returned = np.maximum(next_revenue, 0.0), next_orders > 0
    per_order = np.divide(spent, next_orders, out=np.full(len(spent), np.nan), where=returned)
    values = (np.log1p(spent), returned.astype(np.float64), np.log1p(next_orders))
    found = dict(zip(OUTCOMES, (*values, np.log1p(per_order)), strict=True))
    return {name: outcome for name, outcome in found.items() if _counts(outcome)}


def splits_of(n_customers: int, folds: int) -> Splits:
    """Folds over customers in the order of their ids."""
    folded = KFold(folds, shuffle=True, random_state=FOLDS_SEED)
    return list(folded.split(np.empty(n_customers)))


def _counts(outcome: np.ndarray) -> bool:
    had = outcome[~np.isnan(outcome)]
    return len(had) >= MIN_CUSTOMERS and bool(np.ptp(had) > 0)
