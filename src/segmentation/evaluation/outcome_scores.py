"""How much of later outcomes groups of customers explain, customer by customer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.evaluation.outcomes import OUTCOMES, Splits, outcomes, splits_of


@dataclass(frozen=True)
class Cut:
    """What is needed of the customers known at a cut.

    Attributes
    ----------
    rows : ndarray of int, shape (n_known,)
        Where each of them stands among all measured customers.
    next_revenue, next_orders : ndarray of float, shape (n_known,)
        Within the horizon after the cut, see `outcomes.outcomes`.
    """

    rows: np.ndarray
    next_revenue: np.ndarray
    next_orders: np.ndarray


@dataclass(frozen=True)
class OutcomeScore:
    """Share of four later outcomes that groups explain, at every cut.

    Attributes
    ----------
    contributions : ndarray of float, shape (n_customers,)
        What each measured customer adds to the score, 0 for one that is known at no cut.
    explained : dict of str to list of float
        Outcome to its R² at every cut where it counts, the last cut first, each at most 1.
    """

    contributions: np.ndarray
    explained: dict[str, list[float]]

    @property
    def score(self) -> float:
        """Mean R² over the outcomes and cuts that count, at most 1; 0 explains nothing."""
        return float(self.contributions.sum())

    def metrics(self) -> dict[str, float]:
        """``oot_score`` with its standard error, ``oot_values`` and the R² of every outcome."""
        of_outcomes = {
            f"oot_r2_of_{name}": float(np.mean(self.explained[name]))
            for name in OUTCOMES
            if name in self.explained
        }
        return {
            "oot_score": self.score,
            "oot_score_se": standard_error(self.contributions),
            "oot_values": float(sum(map(len, self.explained.values()))),
            **of_outcomes,
        }


def score_groups(
    groups: Sequence[np.ndarray], cuts: Sequence[Cut], n_customers: int, folds: int
) -> OutcomeScore | None:
    """Explain what customers did after each cut by the group they were in at the cut.

    Of every outcome y, ŷ is the mean of the customer's group and μ the mean of all, both learned
    on the other folds; d = [(y − μ)² − (y − ŷ)²] / mean (y − μ)² is what a customer adds, and the
    mean of d over the customers who have the outcome is its R². The score is the mean over
    outcomes and cuts.

    Parameters
    ----------
    groups : sequence of ndarray of int, shape (n_known,)
        Group of every customer known at each cut; noise (−1) is a group like any other.
    cuts : sequence of Cut
    n_customers : int
        Of all measured customers.
    folds : int

    Returns
    -------
    OutcomeScore or None
        ``None`` where no outcome counts at any cut.
    """
    added: list[tuple[np.ndarray, np.ndarray]] = []
    explained: dict[str, list[float]] = {}
    for labels, cut in zip(groups, cuts, strict=True):
        of_customers = np.unique(labels, return_inverse=True)[1]
        splits = splits_of(len(labels), folds)
        for name, outcome in outcomes(cut.next_revenue, cut.next_orders).items():
            had, gained = _gains(of_customers, outcome, splits)
            explained.setdefault(name, []).append(float(gained.mean()))
            added.append((cut.rows[had], gained / len(gained)))
    if not added:
        return None
    contributions = np.zeros(n_customers)
    for rows, gained in added:
        contributions[rows] += gained / len(added)
    return OutcomeScore(contributions, explained)


def paired_difference(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float]:
    """Difference of two scores on the same customers, and its standard error.

    Customers are the clusters: what one adds over all cuts and outcomes counts as one draw. The
    error is conditional on the fitted segments; fits to halves of a shop spread 1.05 to 1.3 times
    as much, so two of it are asked for before anything is claimed.

    Parameters
    ----------
    ours, theirs : ndarray of float, shape (n_customers,)
        Contributions, see `OutcomeScore`, in the same order of customers.
    """
    difference = ours - theirs
    return float(difference.sum()), standard_error(difference)


def standard_error(contributions: np.ndarray) -> float:
    """Standard error of a sum of what customers add: √Σ(c − mean c)²."""
    return float(np.sqrt(np.square(contributions - contributions.mean()).sum()))


def group_means(
    groups: np.ndarray, outcome: np.ndarray, train: np.ndarray, test: np.ndarray
) -> np.ndarray:
    """Mean of each test customer's group among the training ones, of all for an unknown group.

    Parameters
    ----------
    groups : ndarray of int, shape (n_customers,)
        From 0.
    outcome : ndarray of float, shape (n_customers,)
    train, test : ndarray of int
        Rows.
    """
    counts = np.bincount(groups[train], minlength=groups.max() + 1)
    sums = np.bincount(groups[train], outcome[train], minlength=groups.max() + 1)
    means: np.ndarray = np.full(len(counts), outcome[train].mean())
    np.divide(sums, counts, out=means, where=counts > 0)
    return means[groups[test]]


def _gains(
    groups: np.ndarray, outcome: np.ndarray, splits: Splits
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the customers with the outcome, and by how much the groups explain each better."""
    has = ~np.isnan(outcome)
    without, within = np.zeros(len(outcome)), np.zeros(len(outcome))
    for train, test in splits:
        learned, told = train[has[train]], test[has[test]]
        without[told] = np.square(outcome[told] - outcome[learned].mean())
        within[told] = np.square(outcome[told] - group_means(groups, outcome, learned, told))
    had = np.flatnonzero(has)
    return had, (without[had] - within[had]) / without[had].mean()
