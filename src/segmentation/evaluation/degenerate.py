"""Fits that describe repeated values instead of groups of customers."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

COLLAPSE_FACTOR = 10


def degenerate_reason(features: pd.DataFrame, labels: np.ndarray, clusterer: Any) -> str | None:
    """Say why a fit is degenerate, or None when it is not.

    A fit is degenerate when a segment holds one distinct value of a feature (a mixture that puts a
    component on exactly one order raises its likelihood without end), or when a Gaussian mixture
    has a covariance eigenvalue at most 10 times ``reg_covar``: what keeps such a component from
    collapsing is the regularisation alone.

    Parameters
    ----------
    features : DataFrame of shape (n_customers, n_features)
        The clustered features in their own units. A feature with one value among all customers
        cannot tell a segment apart and is not held against any.
    labels : ndarray of int, shape (n_customers,)
        Segment of each customer; -1 = noise, which is no segment.
    clusterer : fitted estimator
        Read only when it is a mixture: it has ``covariances_``, of any ``covariance_type``.

    Returns
    -------
    str or None
        Every finding in one line, naming the segment and its features, or the mixture's component
        (in the estimator's own numbering).
    """
    findings = [*_single_values(features, labels), *_collapsed_components(clusterer)]
    return "; ".join(findings) or None


def _single_values(features: pd.DataFrame, labels: np.ndarray) -> Iterator[str]:
    """Segments in which a feature that varies among all customers does not vary."""
    varying = features.loc[:, features.nunique() > 1]
    distinct = varying.groupby(labels).nunique()
    for feature, counts in distinct[distinct.index >= 0].items():
        segments = counts.index[counts <= 1]
        if len(segments):
            yield f"one distinct value of {feature} in {_listed('segment', segments)}"


def _collapsed_components(clusterer: Any) -> Iterator[str]:
    """Components of a mixture that only the regularisation keeps from collapsing."""
    if not hasattr(clusterer, "covariances_"):
        return
    limit = COLLAPSE_FACTOR * clusterer.reg_covar
    smallest = _smallest_eigenvalues(clusterer.covariances_, clusterer.covariance_type)
    collapsed = np.flatnonzero(smallest <= limit)
    if len(collapsed):
        tied = clusterer.covariance_type == "tied"
        where = "all components" if tied else _listed("component", collapsed)
        yield (
            f"covariance eigenvalue {smallest.min():.3g} in {where} of the mixture, "
            f"at most {COLLAPSE_FACTOR} x reg_covar = {limit:.3g}"
        )


def _listed(noun: str, numbers: Iterable[int]) -> str:
    listed = [str(number) for number in numbers]
    return f"{noun}{'s' if len(listed) > 1 else ''} {', '.join(listed)}"


def _smallest_eigenvalues(covariances: np.ndarray, covariance_type: str) -> np.ndarray:
    """Smallest eigenvalue per component; one in all for the shared covariance of "tied"."""
    if covariance_type == "spherical":
        return np.asarray(covariances)
    if covariance_type == "diag":
        return np.asarray(covariances.min(axis=1))
    return np.atleast_2d(np.linalg.eigvalsh(covariances))[:, 0]
