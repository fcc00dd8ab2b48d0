"""Prediction out of time: what customers spend after the segments were found."""

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import KFold

from segmentation.evaluation.options import MIN_CUSTOMERS

TOP_SHARE = 0.2


def out_of_time(
    labels: np.ndarray, next_revenue: np.ndarray, *, folds: int = 5, seed: int
) -> dict[str, float]:
    """Predict each customer's next revenue by the mean of the segment, over cross-validation.

    Segment means are learned on the training folds; noise (-1) is a group like any other, and a
    group without training customers is predicted by the mean of all. ``oot_r2`` and ``oot_auc``
    are taken within each test fold and averaged: pooling predictions of different folds compares
    scores that were learned on different customers and biases the AUC downwards (Parker, Guenter
    and Bedo 2007).

    Parameters
    ----------
    labels : ndarray of int, shape (n_customers,)
        Segment of each customer, found before the cut.
    next_revenue : ndarray of float, shape (n_customers,)
        Revenue of each customer from the cut on, in currency; 0 for those who did not come back.
        Negative (more returned than bought) counts as 0.
    folds : int
        Number of folds over the customers in the order given.
    seed : int
        Seed of the folds; with the same seed all runs on the same customers share their folds.

    Returns
    -------
    dict of str to float
        ``oot_r2``, share of the variance of log1p(next revenue) that is explained, at most 1,
        and ``oot_r2_se``, its standard error over folds; ``oot_auc`` of having bought again, 0.5
        = no better than chance; ``oot_capture_20``, share of next revenue held by the 20 % of
        each test fold whose segments rank best, ties shared proportionally, 0.2 = chance.
        Segments are ranked by the prediction behind ``oot_r2``: a plain mean of revenue follows
        single large customers. ``oot_auc`` is absent where a
        fold holds only one outcome, ``oot_r2`` where a fold's outcome does not vary. Empty below
        200 customers.
    """
    if len(labels) < MIN_CUSTOMERS:
        return {}
    spent = np.maximum(next_revenue, 0.0)
    bought, log_spent = (spent > 0).astype(np.float64), np.log1p(spent)
    groups = np.unique(labels, return_inverse=True)[1]
    splits = list(KFold(folds, shuffle=True, random_state=seed).split(groups))
    expected = _out_of_fold_means(groups, log_spent, splits)
    chance = _out_of_fold_means(groups, bought, splits)
    r2 = np.array([_r2(log_spent[test], expected[test]) for _, test in splits])
    auc = np.array([_auc(bought[test], chance[test]) for _, test in splits])
    metrics: dict[str, float] = {}
    if np.isfinite(r2).all():
        metrics["oot_r2"] = float(r2.mean())
        metrics["oot_r2_se"] = float(r2.std(ddof=1) / np.sqrt(folds))
    if np.isfinite(auc).all():
        metrics["oot_auc"] = float(auc.mean())
    if spent.any():
        captured = sum(_captured(spent[test], expected[test]) for _, test in splits)
        metrics["oot_capture_20"] = captured / float(spent.sum())
    return metrics


def baselines(
    revenue: np.ndarray,
    recency_days: np.ndarray,
    next_revenue: np.ndarray,
    n_groups: int,
    *,
    folds: int = 5,
    seed: int,
) -> dict[str, float]:
    """Score as many groups that need no clustering: quantiles of one feature.

    Parameters
    ----------
    revenue : ndarray of float, shape (n_customers,)
        Revenue before the cut, in currency.
    recency_days : ndarray of float, shape (n_customers,)
        Days from the last purchase to the cut.
    next_revenue : ndarray of float, shape (n_customers,)
        Revenue from the cut on, as in `out_of_time`.
    n_groups : int
        Number of quantile groups: the number of segments, plus one if there is noise. Equal values
        stay together, so fewer groups come out where one value is very frequent.
    folds, seed : int
        As in `out_of_time`: the same values give the same folds.

    Returns
    -------
    dict of str to float
        ``oot_r2``, ``oot_auc`` and ``oot_capture_20``, each with the suffix
        ``_revenue_quantiles`` and ``_recency_quantiles``; absent as in `out_of_time`.
    """
    return {
        f"{name}_{metric}_quantiles": value
        for metric, values in (("revenue", revenue), ("recency", recency_days))
        for name, value in out_of_time(
            _quantile_groups(values, n_groups), next_revenue, folds=folds, seed=seed
        ).items()
        if name != "oot_r2_se"
    }


def _quantile_groups(values: np.ndarray, n_groups: int) -> np.ndarray:
    """Groups of about equal size by rank, equal values together."""
    position: np.ndarray = (rankdata(values) - 0.5) / len(values)
    return (position * n_groups).astype(np.int64)


def _out_of_fold_means(
    groups: np.ndarray, outcome: np.ndarray, splits: list[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """Mean outcome of each customer's group among the customers of the other folds."""
    predicted = np.empty(len(outcome))
    for train, test in splits:
        predicted[test] = _group_means(groups[train], outcome[train], groups.max())[groups[test]]
    return predicted


def _group_means(groups: np.ndarray, outcome: np.ndarray, last_group: int) -> np.ndarray:
    """Mean outcome of each group, the mean of all for a group without members."""
    counts = np.bincount(groups, minlength=last_group + 1)
    sums = np.bincount(groups, outcome, minlength=last_group + 1)
    means: np.ndarray = np.full(len(counts), outcome.mean())
    np.divide(sums, counts, out=means, where=counts > 0)
    return means


def _r2(outcome: np.ndarray, predicted: np.ndarray) -> float:
    """Explained share of variance; NaN for an outcome that does not vary."""
    return float(r2_score(outcome, predicted)) if np.ptp(outcome) > 0 else np.nan


def _auc(outcome: np.ndarray, predicted: np.ndarray) -> float:
    """Area under the ROC curve; NaN when there is only one outcome."""
    return float(roc_auc_score(outcome, predicted)) if np.ptp(outcome) > 0 else np.nan


def _captured(spent: np.ndarray, predicted: np.ndarray) -> float:
    """Revenue of the top 20 % by prediction, in currency, ties shared proportionally."""
    _, tied, counts = np.unique(-predicted, return_inverse=True, return_counts=True)
    places = TOP_SHARE * len(spent) - (np.cumsum(counts) - counts)
    return float(np.clip(places / counts, 0.0, 1.0) @ np.bincount(tied, spent))
