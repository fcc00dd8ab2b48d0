"""Internal validity: how compact and how separate the segments are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

from segmentation.evaluation.silhouette import EXACT_MAX, mean_silhouette


def validity(
    space: np.ndarray, labels: np.ndarray, *, exact_max: int = EXACT_MAX, seed: int = 0
) -> dict[str, float]:
    """Measure segments in the space in which they were found; noise is left out of every figure.

    Not comparable between scalers: an unlogged scaler that splits off a dozen outliers has the
    highest silhouette of all. Compare runs by `validity_common`.

    Parameters
    ----------
    space : ndarray of float, shape (n_customers, n_dimensions)
        Output of the run's scaler.
    labels : ndarray of int, shape (n_customers,)
        Segment of each customer, -1 = noise.
    exact_max : int
        Above this number of customers the silhouettes are taken from a stratified sample.
    seed : int
        Seed of that sample.

    Returns
    -------
    dict of str to float
        ``silhouette`` and ``silhouette_macro`` in [-1, 1], higher is better; ``silhouette_se``
        when sampled; ``inertia`` (see `inertia`); ``calinski_harabasz``, above 0, higher is better
        (Calinski and Harabasz 1974); ``davies_bouldin``, from 0, lower is better (Davies and
        Bouldin 1979). All but ``inertia`` need at least two segments; ``calinski_harabasz`` and
        ``davies_bouldin`` also need a segment with two customers who differ.
    """
    clustered = labels >= 0
    points, own = space[clustered], labels[clustered]
    metrics = _inertia_metric("inertia", space, labels)
    silhouette = mean_silhouette(space, labels, exact_max=exact_max, seed=seed)
    if silhouette is None:
        return metrics
    metrics |= {"silhouette": silhouette.mean, "silhouette_macro": silhouette.macro}
    if silhouette.mean_se is not None:
        metrics["silhouette_se"] = silhouette.mean_se
    if metrics["inertia"] > 0:
        metrics["calinski_harabasz"] = float(calinski_harabasz_score(points, own))
        metrics["davies_bouldin"] = float(davies_bouldin_score(points, own))
    return metrics


def validity_common(
    common: np.ndarray, labels: np.ndarray, *, exact_max: int = EXACT_MAX, seed: int = 0
) -> dict[str, float]:
    """Measure segments in the space that all runs on the same customers and features share.

    Parameters
    ----------
    common : ndarray of float, shape (n_customers, n_features)
        Output of `segmentation.model.scaling.common_space`.
    labels : ndarray of int, shape (n_customers,)
        Segment of each customer, -1 = noise.
    exact_max : int
        Above this number of customers the silhouettes are taken from a stratified sample.
    seed : int
        Seed of that sample.

    Returns
    -------
    dict of str to float
        ``inertia_common``; with at least two segments also ``silhouette_common``,
        ``silhouette_macro_common`` and ``silhouette_common_covered`` = silhouette_common x
        (1 - noise_share): what discarding customers as noise gains is taken back.
    """
    metrics = _inertia_metric("inertia_common", common, labels)
    silhouette = mean_silhouette(common, labels, exact_max=exact_max, seed=seed)
    if silhouette is not None:
        metrics |= {
            "silhouette_common": silhouette.mean,
            "silhouette_macro_common": silhouette.macro,
            "silhouette_common_covered": silhouette.mean * float(np.mean(labels >= 0)),
        }
    return metrics


def inertia(space: np.ndarray, labels: np.ndarray) -> float:
    """Sum of squared distances of the customers to the mean of their segment, noise excluded.

    The same definition for every algorithm, so that elbows can be compared. It falls with every
    customer called noise: read it beside ``noise_share``.

    Parameters
    ----------
    space : ndarray of float, shape (n_customers, n_dimensions)
        Coordinates in which distances are taken.
    labels : ndarray of int, shape (n_customers,)
        Segment of each customer, -1 = noise.

    Returns
    -------
    float
        At least 0; 0 when every customer is noise.
    """
    return float(
        sum(
            np.sum((members - members.mean(axis=0)) ** 2)
            for members in (space[labels == segment] for segment in np.unique(labels[labels >= 0]))
        )
    )


def separating_feature(common: np.ndarray, labels: np.ndarray, features: Sequence[str]) -> str:
    """Feature in which the segments differ most: the largest share of its variance is between them.

    Parameters
    ----------
    common : ndarray of float, shape (n_customers, n_features)
        Common space, which has the features as its columns.
    labels : ndarray of int, shape (n_customers,)
        Segment of each customer, -1 = noise.
    features : sequence of str
        Names of the columns.

    Returns
    -------
    str
        Empty when every customer is noise.
    """
    found = labels >= 0
    if not found.any():
        return ""
    within = np.zeros(len(features))
    for segment in np.unique(labels[found]):
        members = common[labels == segment]
        within += np.sum((members - members.mean(axis=0)) ** 2, axis=0)
    total = np.sum((common[found] - common[found].mean(axis=0)) ** 2, axis=0)
    shares = np.divide(within, total, out=np.ones(len(features)), where=total > 0)
    return features[int(np.argmin(shares))]


def model_criteria(clusterer: Any, space: np.ndarray) -> dict[str, float]:
    """Read the criteria that only some algorithms have.

    Parameters
    ----------
    clusterer : fitted estimator
        A mixture with ``bic`` and ``aic``; an HDBSCAN with ``relative_validity_`` (fitted with
        ``gen_min_span_tree=True``), or an estimator that holds one as ``clusterer_``.
    space : ndarray of float, shape (n_customers, n_dimensions)
        The matrix on which it was fitted.

    Returns
    -------
    dict of str to float
        ``bic`` (Schwarz 1978) and ``aic`` (Akaike 1974), lower is better, comparable only between
        mixtures in the same space; ``relative_validity`` in [-1, 1], an approximation of DBCV
        (Moulavi et al. 2014), comparable only between HDBSCAN runs in the same space. Empty for
        other estimators.
    """
    if hasattr(clusterer, "bic"):
        return {"bic": float(clusterer.bic(space)), "aic": float(clusterer.aic(space))}
    hdbscan = getattr(clusterer, "clusterer_", clusterer)
    relative_validity = getattr(hdbscan, "relative_validity_", None)
    if relative_validity is None or not np.isfinite(relative_validity):
        return {}
    return {"relative_validity": float(relative_validity)}


def _inertia_metric(name: str, space: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """The inertia under its name, absent when every customer is noise."""
    return {name: inertia(space, labels)} if np.any(labels >= 0) else {}
