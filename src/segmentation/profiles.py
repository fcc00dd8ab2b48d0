"""What the customers of each segment are like."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

QUARTILES = {"q25": 0.25, "median": 0.50, "q75": 0.75}


def segment_profile(
    table: pd.DataFrame, labels: np.ndarray, metrics: Sequence[str]
) -> pd.DataFrame:
    """Size, revenue and distribution of every metric, per segment.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        ``revenue`` and the metrics, in their own units.
    labels : ndarray of int, shape (n_customers,)
        Segment of every customer; −1 = noise, which has a row of its own.
    metrics : sequence of str
        Columns of ``table`` to describe.

    Returns
    -------
    DataFrame
        One row per segment, in order of ``segment``: ``customers``, ``customer_share``,
        ``revenue``, ``revenue_share`` (shares in [0, 1]; of revenue NaN when the total is not
        positive) and ``{metric}_mean``, ``_q25``, ``_median``, ``_q75``.
    """
    groups = table.groupby(labels)
    revenue = groups["revenue"].sum()
    total = revenue.sum()
    columns: dict[str, pd.Series] = {
        "customers": groups.size(),
        "customer_share": groups.size() / len(table),
        "revenue": revenue,
        "revenue_share": revenue / total if total > 0 else revenue * np.nan,
    }
    for metric in metrics:
        columns[f"{metric}_mean"] = groups[metric].mean()
        for name, quantile in QUARTILES.items():
            columns[f"{metric}_{name}"] = groups[metric].quantile(quantile)
    return pd.DataFrame(columns).rename_axis("segment").reset_index()
