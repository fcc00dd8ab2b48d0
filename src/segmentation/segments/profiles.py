"""Profiles: the customers of each segment in figures."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from segmentation.evaluation.stability import Stability
from segmentation.segments.naming import SegmentName

QUARTILES = {"q25": 0.25, "median": 0.50, "q75": 0.75}


def segment_profile(
    table: pd.DataFrame,
    labels: np.ndarray,
    features: Sequence[str],
    names: Sequence[SegmentName],
    stability: Stability | None = None,
) -> pd.DataFrame:
    """Size, revenue, stability and distribution of every feature, per segment.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        ``revenue`` and the features, in their own units.
    labels : ndarray of int, shape (n_customers,)
        Segment of every customer; −1 = noise, which has a row of its own.
    features : sequence of str
        Columns of ``table`` to describe.
    names : sequence of SegmentName
        One per segment.
    stability : Stability, optional

    Returns
    -------
    DataFrame
        One row per segment, in order of ``segment``: ``name``, ``customers``, ``customer_share``,
        ``revenue``, ``revenue_share`` (shares in [0, 1]; of revenue NaN when the total is not
        positive), ``stability`` (mean bootstrap Jaccard) and ``dissolved_share`` (of draws; both
        NaN where not measured), ``{feature}_mean``, ``_q25``, ``_median``, ``_q75``,
        ``{feature}_median_difference`` (to the median of all customers, in standard deviations of
        all), and ``evidence``, ``action``, ``base``.
    """
    groups = table.groupby(labels)
    revenue = groups["revenue"].sum()
    total = revenue.sum()
    columns: dict[str, pd.Series] = {
        "name": pd.Series({segment.segment: segment.name for segment in names}),
        "customers": groups.size(),
        "customer_share": groups.size() / len(table),
        "revenue": revenue,
        "revenue_share": revenue / total if total > 0 else revenue * np.nan,
        "stability": _by_segment(stability, "jaccard"),
        "dissolved_share": _by_segment(stability, "dissolved"),
    }
    for feature in features:
        columns[f"{feature}_mean"] = groups[feature].mean()
        for name, quantile in QUARTILES.items():
            columns[f"{feature}_{name}"] = groups[feature].quantile(quantile)
        difference = columns[f"{feature}_median"] - table[feature].median()
        columns[f"{feature}_median_difference"] = difference / table[feature].std(ddof=0)
    for column in ("evidence", "action", "base"):
        columns[column] = pd.Series({name.segment: getattr(name, column) for name in names})
    return pd.DataFrame(columns).rename_axis("segment").reset_index()


def _by_segment(stability: Stability | None, figure: str) -> pd.Series:
    if stability is None:
        return pd.Series(dtype=np.float64)
    return pd.Series(getattr(stability, figure), index=stability.segments, dtype=np.float64)
