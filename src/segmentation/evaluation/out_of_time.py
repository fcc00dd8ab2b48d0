"""Prediction out of time: what customers do after the segments were found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import r2_score, roc_auc_score

from segmentation.customers.measured import Past
from segmentation.evaluation.options import MIN_CUSTOMERS
from segmentation.evaluation.outcome_scores import (
    Cut,
    group_means,
    paired_difference,
    score_groups,
)
from segmentation.evaluation.outcomes import splits_of
from segmentation.evaluation.sortings import SORTINGS, sortings
from segmentation.model.fitting import fit_again
from segmentation.model.pipeline import CustomerSegmenter

TOP_SHARE = 0.2
LAST_CUT = ("oot_r2", "oot_auc", "oot_capture_20")
"""Figures of the last cut alone, of segments and sortings."""


@dataclass(frozen=True)
class OutOfTime:
    """What segments predict, beside simple sortings into as many groups.

    Attributes
    ----------
    metrics : dict of str to float
        ``oot_…``, see docs/evaluation.md.
    contributions : ndarray of float, shape (n_customers,), or None
        What each measured customer adds to ``oot_score``; ``None`` where there is no score.
    best_sorting : str
        The sorting with the highest score; empty without one.
    """

    metrics: dict[str, float]
    contributions: np.ndarray | None = None
    best_sorting: str = ""


def out_of_time(
    segments_at: Callable[[Past], np.ndarray],
    pasts: Sequence[Past],
    customers: pd.Index,
    folds: int,
) -> OutOfTime:
    """Score segments found at each cut, and three sortings, by what customers did next.

    Parameters
    ----------
    segments_at : callable
        Returns the segment of every customer known at a cut, found on what was known there.
    pasts : sequence of Past
        The last cut first; without any there are no figures.
    customers : Index of str, shape (n_customers,)
        Ids of all measured customers, in their order.
    folds : int
        Cross-validation folds over the customers of each cut.
    """
    if not pasts:
        return OutOfTime({})
    labels, cuts = [segments_at(past) for past in pasts], cuts_of(pasts, customers)
    simple = [
        sortings(past.table, len(np.unique(found)))
        for past, found in zip(pasts, labels, strict=True)
    ]
    metrics = of_last_cut(labels[0], cuts[0], folds)
    scores = {}
    for name in SORTINGS:
        of_sorting = of_last_cut(simple[0][name], cuts[0], folds)
        metrics |= {f"{key}_{name}": of_sorting[key] for key in LAST_CUT if key in of_sorting}
        scores[name] = score_groups([each[name] for each in simple], cuts, len(customers), folds)
    own = score_groups(labels, cuts, len(customers), folds)
    known = {name: score for name, score in scores.items() if score is not None}
    if own is None or not known:
        return OutOfTime(metrics)
    best = max(known, key=lambda name: known[name].score)
    lead, error = paired_difference(own.contributions, known[best].contributions)
    metrics |= own.metrics()
    metrics |= {f"oot_score_{name}": score.score for name, score in known.items()}
    metrics |= {"oot_best_sorting": known[best].score, "oot_lead": lead, "oot_lead_se": error}
    return OutOfTime(metrics, own.contributions, best)


def segments_like(segmenter: CustomerSegmenter) -> Callable[[Past], np.ndarray]:
    """Return a function that segments the customers of a cut by the recipe of a segmenter.

    It raises a UserError where they cannot be segmented so.
    """

    def segments_at(past: Past) -> np.ndarray:
        return fit_again(segmenter, past.table).labels_

    return segments_at


def cuts_of(pasts: Sequence[Past], customers: pd.Index) -> list[Cut]:
    """Put the customers of each past to their places among all measured customers."""
    return [
        Cut(customers.get_indexer(past.table.index), past.next_revenue, past.next_orders)
        for past in pasts
    ]


def of_last_cut(labels: np.ndarray, cut: Cut, folds: int) -> dict[str, float]:
    """Predict next revenue and coming back by the mean of the segment, over cross-validation.

    Segment means are learned on the training folds; noise (-1) is a group like any other, and a
    group without training customers is predicted by the mean of all. ``oot_r2`` and ``oot_auc``
    are taken within each test fold and averaged: pooling predictions of different folds compares
    scores that were learned on different customers and biases the AUC downwards (Parker, Guenter
    and Bedo 2007).

    Parameters
    ----------
    labels : ndarray of int, shape (n_known,)
        Segment of each customer, found before the cut.
    cut : Cut
    folds : int

    Returns
    -------
    dict of str to float
        ``oot_r2``, share of the variance of log1p(next revenue) that is explained, at most 1,
        and ``oot_r2_se``, its standard error over folds; ``oot_auc`` of having bought again, 0.5
        = no better than chance; ``oot_capture_20``, share of next revenue held by the 20 % of
        each test fold whose segments rank best, ties shared proportionally, 0.2 = chance.
        Segments are ranked by the prediction behind ``oot_r2``: a plain mean of revenue follows
        single large customers. ``oot_auc`` is absent where a fold holds only one outcome,
        ``oot_r2`` where a fold's outcome does not vary. Empty below 200 customers.
    """
    if len(labels) < MIN_CUSTOMERS:
        return {}
    spent = np.maximum(cut.next_revenue, 0.0)
    bought, log_spent = (cut.next_orders > 0).astype(np.float64), np.log1p(spent)
    groups = np.unique(labels, return_inverse=True)[1]
    r2, auc, captured = [], [], 0.0
    for train, test in splits_of(len(groups), folds):
        expected = group_means(groups, log_spent, train, test)
        r2.append(_r2(log_spent[test], expected))
        auc.append(_auc(bought[test], group_means(groups, bought, train, test)))
        captured += _captured(spent[test], expected)
    metrics: dict[str, float] = {}
    if np.isfinite(r2).all():
        metrics["oot_r2"] = float(np.mean(r2))
        metrics["oot_r2_se"] = float(np.std(r2, ddof=1) / np.sqrt(folds))
    if np.isfinite(auc).all():
        metrics["oot_auc"] = float(np.mean(auc))
    if spent.any():
        metrics["oot_capture_20"] = captured / float(spent.sum())
    return metrics


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
