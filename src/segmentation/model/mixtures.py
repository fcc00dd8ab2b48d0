"""Mixtures that describe a repeated value instead of a group of customers."""

from collections.abc import Iterable
from typing import Any

import numpy as np

COLLAPSE_FACTOR = 10


def collapsed_components(clusterer: Any) -> str | None:
    """Say which components of a mixture only the regularisation keeps from collapsing.

    A component that sits on exactly one order raises the likelihood without end: its covariance
    then has an eigenvalue of at most 10 times ``reg_covar``.

    Parameters
    ----------
    clusterer : fitted estimator
        A mixture has ``covariances_``, of any ``covariance_type``; others have nothing to say.

    Returns
    -------
    str or None
        In one line, with the components in the estimator's own numbering; None without any.
    """
    if not hasattr(clusterer, "covariances_"):
        return None
    limit = COLLAPSE_FACTOR * clusterer.reg_covar
    smallest = _smallest_eigenvalues(clusterer.covariances_, clusterer.covariance_type)
    collapsed = np.flatnonzero(smallest <= limit)
    if not len(collapsed):
        return None
    where = "all components" if clusterer.covariance_type == "tied" else _listed(collapsed)
    return (
        f"covariance eigenvalue {smallest.min():.3g} in {where} of the mixture, "
        f"at most {COLLAPSE_FACTOR} x reg_covar = {limit:.3g}"
    )


def _listed(components: Iterable[int]) -> str:
    listed = [str(component) for component in components]
    return f"component{'s' if len(listed) > 1 else ''} {', '.join(listed)}"


def _smallest_eigenvalues(covariances: np.ndarray, covariance_type: str) -> np.ndarray:
    """Smallest eigenvalue per component; one in all for the shared covariance of "tied"."""
    if covariance_type == "spherical":
        return np.asarray(covariances)
    if covariance_type == "diag":
        return np.asarray(covariances.min(axis=1))
    return np.atleast_2d(np.linalg.eigvalsh(covariances))[:, 0]
