"""Profiles: the customers of each segment in figures."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from segmentation.customers.customers_file import Customers
from segmentation.evaluation.stability import Stability
from segmentation.segments.segment_name import SegmentName

QUARTILES = {"q25": 0.25, "median": 0.50, "q75": 0.75}
TOLD = ("evidence", "action", "base", "aim", "offer", "when", "stake", "stake_formula")
"""What `SegmentName` says of a segment."""
MOST_SEGMENTS = 20
"""More rows than this are read by nobody: pictures and terminal show those of the most revenue."""


def segment_profile(
    table: Customers,
    labels: np.ndarray,
    features: Sequence[str],
    names: Sequence[SegmentName],
    stability: Stability | None = None,
    fitted_labels: np.ndarray | None = None,
) -> pd.DataFrame:
    """Size, revenue, stability and distribution of every feature, per segment.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …), or CustomersFile
        ``revenue`` and the features, in their own units.
    labels : ndarray of int, shape (n_customers,)
        Segment of every customer; −1 = noise, which has a row of its own.
    features : sequence of str
        Columns of ``table`` to describe.
    names : sequence of SegmentName
        One per segment.
    stability : Stability, optional
    fitted_labels : ndarray of int, optional
        Segments of the customers that were fitted, where they are a sample of ``table``.

    Returns
    -------
    DataFrame
        One row per segment, in order of ``segment``: ``name``, ``customers``, ``customer_share``,
        ``fitted_customers`` (those of them that were fitted), ``revenue``, ``revenue_share``
        (shares in [0, 1]; of revenue NaN when the total is not positive), ``stability`` (mean
        bootstrap Jaccard) and ``dissolved_share`` (of draws; both NaN where not measured),
        ``{feature}_mean``, ``_q25``, ``_median``, ``_q75``, ``{feature}_median_difference`` (to
        the median of all customers, in standard deviations of all), and `TOLD`.
    """
    revenue = table["revenue"].groupby(labels).sum()
    customers, total = _counts(labels), revenue.sum()
    fitted = customers if fitted_labels is None else _counts(fitted_labels)
    columns: dict[str, pd.Series] = {
        "name": pd.Series({segment.segment: segment.name for segment in names}),
        "customers": customers,
        "customer_share": customers / len(labels),
        "fitted_customers": fitted.reindex(customers.index, fill_value=0),
        "revenue": revenue,
        "revenue_share": revenue / total if total > 0 else revenue * np.nan,
        "stability": _by_segment(stability, "jaccard"),
        "dissolved_share": _by_segment(stability, "dissolved"),
    }
    for feature in features:
        values = table[feature]
        groups = values.groupby(labels)
        columns[f"{feature}_mean"] = groups.mean()
        for name, quantile in QUARTILES.items():
            columns[f"{feature}_{name}"] = groups.quantile(quantile)
        difference = columns[f"{feature}_median"] - values.median()
        columns[f"{feature}_median_difference"] = difference / values.std(ddof=0)
    for column in TOLD:
        columns[column] = pd.Series({name.segment: getattr(name, column) for name in names})
    return pd.DataFrame(columns).rename_axis("segment").reset_index()


def most_revenue(profile: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a profile that are shown: in their order, the 20 of the most revenue."""
    shown = profile["revenue"].sort_values(ascending=False, kind="stable").index[:MOST_SEGMENTS]
    return profile[profile.index.isin(shown)]


def _counts(labels: np.ndarray) -> pd.Series:
    return pd.Series(labels).value_counts().sort_index()


def _by_segment(stability: Stability | None, figure: str) -> pd.Series:
    if stability is None:
        return pd.Series(dtype=np.float64)
    return pd.Series(getattr(stability, figure), index=stability.segments, dtype=np.float64)
