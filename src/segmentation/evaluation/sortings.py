"""Groups of customers that need no clustering: what segments are compared with."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from segmentation.model.rfm import equal_groups, rfm_borders, rfm_scores

RANKED = ("revenue", "recency_days")
SORTINGS = ("revenue_quantiles", "recency_quantiles", "rfm_grid")


def sortings(table: pd.DataFrame, n_groups: int) -> dict[str, np.ndarray]:
    """Sort customers into groups of about equal size, equal customers together.

    Parameters
    ----------
    table : DataFrame of float64
        Customers as they were at the cut, with revenue, recency_days and orders.
    n_groups : int
        Number of groups: the number of segments, plus one if there is noise. Fewer come out where
        ties are larger than a group.

    Returns
    -------
    dict of str to ndarray of int64, shape (n_customers,)
        Quantiles of revenue and of recency, and the sum of the three RFM scores cut into groups.
    """
    scores = rfm_scores(table, rfm_borders(table))["rfm_score"].to_numpy()
    by_rank = (quantile_groups(table[name].to_numpy(), n_groups) for name in RANKED)
    grid = np.searchsorted(equal_groups(scores, n_groups), scores)
    return dict(zip(SORTINGS, (*by_rank, grid), strict=True))


def quantile_groups(values: np.ndarray, n_groups: int) -> np.ndarray:
    """Groups of about equal size by rank, equal values together."""
    position: np.ndarray = (rankdata(values) - 0.5) / len(values)
    return (position * n_groups).astype(np.int64)
