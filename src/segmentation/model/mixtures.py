"""Mixtures that describe a repeated value instead of a group of customers."""

from collections.abc import Iterable
from typing import Any

import numpy as np

COLLAPSE_FACTOR = 10


def is_mixture(clusterer: Any) -> bool:
    """Whether a fitted clusterer is a mixture, or holds one as ``mixture_``."""
    return hasattr(getattr(clusterer, "mixture_", clusterer), "covariances_")


def collapsed_components(clusterer: Any) -> str | None:
    """Say which components of a mixture only the regularisation keeps from collapsing.

    A component that sits on exactly one order raises the likelihood without end: its covariance
    then has an eigenvalue of at most 10 times ``reg_covar``.

    Parameters
    ----------
    clusterer : fitted estimator
        A mixture has ``covariances_``, of any ``covariance_type``, or holds one that has them as
        ``mixture_``; others have nothing to say.

    Returns
    -------
    str or None
        In one line, with the components in the estimator's own numbering; None without any.
    """
    mixture = getattr(clusterer, "mixture_", clusterer)
    if not is_mixture(mixture):
        return None
    limit = COLLAPSE_FACTOR * mixture.reg_covar
    smallest = _smallest_eigenvalues(mixture.covariances_, mixture.covariance_type)
    collapsed = np.flatnonzero(smallest <= limit)
    if not len(collapsed):
        return None
    where = "all components" if mixture.covariance_type == "tied" else _listed(collapsed)
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
