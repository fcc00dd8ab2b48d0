"""Fits that describe repeated values instead of groups of customers."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from segmentation.model.algorithms import algorithm_of
from segmentation.model.mixtures import is_mixture


def degenerate_reason(features: pd.DataFrame, labels: np.ndarray, clusterer: Any) -> str | None:
    """Say why a fit is degenerate, or None when it is not.

    A mixture is degenerate when a segment of it holds one distinct value of a feature, where its
    likelihood rises without end; K-means on customers with one order is no collapse. Any fit is
    when the rule of its algorithm says so: see `segmentation.model.algorithms`, and
    `segmentation.model.mixtures.collapsed_components` for the rule of mixtures.

    Parameters
    ----------
    features : DataFrame of shape (n_customers, n_features)
        The clustered features in their own units. A feature with one value among all customers
        cannot tell a segment apart and is not held against any.
    labels : ndarray of int, shape (n_customers,)
        Segment of each customer; -1 = noise, which is no segment.
    clusterer : fitted estimator
        Given to the rule of its algorithm.

    Returns
    -------
    str or None
        Every finding in one line, naming the segment and its features, or the mixture's component
        (in the estimator's own numbering).
    """
    findings = [algorithm_of(clusterer).degenerate(clusterer)]
    if is_mixture(clusterer):
        findings = [*_single_values(features, labels), *findings]
    return "; ".join(finding for finding in findings if finding) or None


def _single_values(features: pd.DataFrame, labels: np.ndarray) -> Iterator[str]:
    """Segments in which a feature that varies among all customers does not vary."""
    varying = features.loc[:, features.nunique() > 1]
    distinct = varying.groupby(labels).nunique()
    for feature, counts in distinct[distinct.index >= 0].items():
        segments = counts.index[counts <= 1]
        if len(segments):
            yield f"one distinct value of {feature} in {_listed(segments)}"


def _listed(segments: Iterable[int]) -> str:
    listed = [str(segment) for segment in segments]
    return f"segment{'s' if len(listed) > 1 else ''} {', '.join(listed)}"
