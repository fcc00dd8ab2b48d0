"""What the metrics of the customers tell of next revenue at most: gradient boosting on them all."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import r2_score

from segmentation.customers.measured import Past
from segmentation.evaluation.options import MIN_CUSTOMERS
from segmentation.evaluation.outcomes import FOLDS_SEED, splits_of

SMALL_TREES = {"learning_rate": 0.05, "max_leaf_nodes": 8}
"""With scikit-learn's defaults a few thousand customers are learned by heart (R² .21, not .27)."""


def ceiling(past: Past, folds: int) -> float | None:
    """R² of log1p(next revenue) out of time, on the folds on which segments are scored.

    Gradient boosting on histograms (Ke et al. 2017, "LightGBM"), as in scikit-learn.

    Parameters
    ----------
    past : Past
        The last cut.
    folds : int

    Returns
    -------
    float or None
        Mean over the folds, at most 1, to be read beside ``oot_r2``: no segments that are made of
        these metrics are expected to explain more. ``None`` below 200 customers, or where next
        revenue does not vary in a fold.
    """
    metrics = past.table.to_numpy()
    outcome = np.log1p(np.maximum(past.next_revenue, 0.0))
    if len(outcome) < MIN_CUSTOMERS:
        return None
    explained = []
    for train, test in splits_of(len(outcome), folds):
        if np.ptp(outcome[test]) == 0:
            return None
        model = HistGradientBoostingRegressor(**SMALL_TREES, random_state=FOLDS_SEED)
        predicted = model.fit(metrics[train], outcome[train]).predict(metrics[test])
        explained.append(r2_score(outcome[test], predicted))
    return float(np.mean(explained))
