"""RFM scores: how recently, how often and for how much a customer bought, in grades.

Recency, frequency and monetary value are cut at quantiles of the customers (Hughes, "Strategic
Database Marketing", 1994; Bult and Wansbeek, "Optimal Selection for Direct Mail", Marketing
Science 14, 1995). Hughes reads the three grades as a code of three digits; here they are added up.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

CUT_POINTS = (0.2, 0.4, 0.6, 0.8)
"""Quintiles: scores from 1 to 5."""
SCORES = {
    "recency_days": "recency_score",
    "orders": "frequency_score",
    "revenue": "monetary_score",
}
"""Feature to the column of its score."""
SIGNS = {"recency_days": -1.0, "orders": 1.0, "revenue": 1.0}
"""By what a feature is multiplied, so that more is better."""

Borders = dict[str, list[float]]
"""Feature to its borders in its own units, from the worst to the best; empty without any."""


def quantile_borders(values: npt.ArrayLike, cut_points: Sequence[float] = CUT_POINTS) -> np.ndarray:
    """Borders of the scores: values that occur, so that no monotone scaler moves a customer.

    Parameters
    ----------
    values : array-like of shape (n_customers,)
        The more, the better; finite.
    cut_points : sequence of float
        Shares of the customers, ascending, in (0, 1).

    Returns
    -------
    ndarray of shape (n_cut_points,)
        The smallest value that this share of the customers do not exceed; equal ones where ties
        are larger than a score.

    Raises
    ------
    ValueError
        If the cut points are not ascending, or not within (0, 1).
    """
    levels = np.atleast_1d(np.asarray(cut_points, dtype=np.float64))
    if not len(levels) or levels.ndim > 1 or (np.diff([0.0, *levels, 1.0]) <= 0).any():
        raise ValueError(
            f"cut_points={levels.tolist()} must be ascending shares between 0 and 1, "
            f"such as {list(CUT_POINTS)}"
        )
    return np.asarray(
        np.quantile(np.asarray(values, dtype=np.float64), levels, method="inverted_cdf")
    )


def quantile_scores(values: npt.ArrayLike, borders: npt.ArrayLike) -> np.ndarray:
    """Score of every value: 1, and one more for every border that it exceeds.

    Equal values have equal scores, and a value that equals a border stays below it. A score that
    ties leave without customers is passed over: where 60 % have one order, they all score 1 and
    whoever has more scores 4 or 5.

    Parameters
    ----------
    values : array-like of shape (n_customers,)
        The more, the better.
    borders : array-like of shape (n_borders,)
        Of `quantile_borders`, of these customers or of others.

    Returns
    -------
    ndarray of int64, shape (n_customers,)
        1 to n_borders + 1.
    """
    below = np.searchsorted(np.asarray(borders), np.asarray(values), side="left")
    return 1 + below.astype(np.int64)


def rfm_borders(table: pd.DataFrame, cut_points: Sequence[float] = CUT_POINTS) -> Borders:
    """Borders of recency, frequency and monetary value, as customers of a training have them.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        With the features of `SCORES`, in their own units; where one is missing, there are no
        borders.
    cut_points : sequence of float
        See `quantile_borders`.
    """
    if not SCORES.keys() <= set(table.columns):
        return {}
    return {
        feature: (sign * quantile_borders(sign * table[feature], cut_points)).tolist()
        for feature, sign in SIGNS.items()
    }


def rfm_scores(table: pd.DataFrame, borders: Borders) -> pd.DataFrame:
    """RFM scores of customers, by borders learned once.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        With the features of `SCORES`, in their own units.
    borders : dict of str to list of float
        Of `rfm_borders`.

    Returns
    -------
    DataFrame of int64, with the index of ``table``
        ``recency_score`` (high is recent), ``frequency_score`` (high is many orders) and
        ``monetary_score`` (high is much revenue), each from 1 to 5 with the usual cut points, and
        ``rfm_score``, the sum of the three: 3 to 15. No column without borders.
    """
    if not borders:
        return pd.DataFrame(index=table.index)
    scores = {
        column: quantile_scores(
            SIGNS[feature] * table[feature], SIGNS[feature] * np.asarray(borders[feature])
        )
        for feature, column in SCORES.items()
    }
    return pd.DataFrame({**scores, "rfm_score": sum(scores.values())}, index=table.index)


def equal_groups(scores: np.ndarray, n_groups: int) -> np.ndarray:
    """Cut scores into groups as equal in size as ties allow: least sum of squared sizes.

    Parameters
    ----------
    scores : ndarray of int, shape (n_customers,)
    n_groups : int
        At least 1; fewer are made where there are fewer different scores.

    Returns
    -------
    ndarray of int64, shape (n_groups − 1,)
        Highest score of every group but the last, ascending. Of several equally good ways, the one
        whose highest groups are largest.
    """
    values, counts = np.unique(scores, return_counts=True)
    up_to = np.concatenate([[0], np.cumsum(counts)])
    squares = np.square(up_to[None, :] - up_to[:, None], dtype=np.float64)
    # From a start to an end: no group is empty.
    squares[np.tril_indices(len(up_to))] = np.inf
    least, starts = squares[0], []
    for _ in range(min(n_groups, len(values)) - 1):
        ways = least[:, None] + squares
        starts.append(ways.argmin(axis=0))
        least = ways.min(axis=0)
    end, borders = len(values), []
    for start in reversed(starts):
        end = start[end]
        borders.append(values[end - 1])
    return np.array(borders[::-1], dtype=np.int64)
