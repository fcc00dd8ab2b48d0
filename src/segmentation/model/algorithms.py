"""The algorithms: one row each, with all that is known of one besides its options in ``conf/``.

Rows are found by the class of the estimator as text, so that reading the table imports no library.
A class without a row works as long as it has ``predict`` and ``predict_proba`` or ``transform``,
and holds no type that skops does not trust by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.model.confidence import (
    Membership,
    margin,
    points_to_spare,
    posterior,
    strength,
    whatever_is_offered,
)
from segmentation.model.kmeans_starts import labels_of_starts
from segmentation.model.mixtures import collapsed_components


def fitted_labels(clusterer: Any, rows: np.ndarray) -> np.ndarray:
    """Labels of an algorithm that has no quicker way to them than a fit."""
    labels: np.ndarray = clusterer.fit_predict(rows)
    return labels


def never_degenerate(clusterer: Any) -> str | None:  # noqa: ARG001
    """Rule of an algorithm whose fit cannot collapse."""
    return None


@dataclass(frozen=True)
class Algorithm:
    """Row of an algorithm: what must be known to rank, save, load and judge its fits.

    Attributes
    ----------
    option : str
        Its file in ``conf/algorithm``.
    simplicity : int
        Rank by which the simpler of two equally good fits wins: 0 is the simplest.
    confidence : callable
        From a fitted clusterer and rows as it was fitted to, to the cluster of every row and the
        confidence in it, see `confidence`.
    degenerate : callable
        From a fitted clusterer to why its fit is degenerate, or None when it is not.
    labels_of_refit : callable
        From an unfitted clusterer and rows to the labels that a fit gives, at less cost where that
        can be: refits never predict.
    trusted : tuple of str
        Types beyond numpy, scipy and scikit-learn's public ones that a saved fit holds.
    packages : tuple of str
        Packages beyond those of every model that a saved fit needs.
    scaled : bool
        Whether it is given what the scaler returns; else features in their own units.
    """

    option: str
    simplicity: int
    confidence: Callable[[Any, np.ndarray], Membership]
    degenerate: Callable[[Any], str | None] = never_degenerate
    labels_of_refit: Callable[[Any, np.ndarray], np.ndarray] = fitted_labels
    trusted: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    scaled: bool = True


ALGORITHMS = {
    "sklearn.cluster.KMeans": Algorithm(
        "kmeans", simplicity=0, confidence=margin, labels_of_refit=labels_of_starts
    ),
    "segmentation.model.principal_mixture.PrincipalMixture": Algorithm(
        "gmm",
        simplicity=1,
        confidence=posterior,
        degenerate=collapsed_components,
        trusted=("segmentation.model.principal_mixture.PrincipalMixture",),
    ),
    "segmentation.model.clusterers.HDBSCANClusterer": Algorithm(
        "hdbscan",
        simplicity=2,
        confidence=strength,
        labels_of_refit=lambda clusterer, rows: clusterer.labels_of_refit(rows),
        trusted=(
            "hdbscan.dist_metrics.EuclideanDistance",
            "hdbscan.hdbscan_.HDBSCAN",
            "hdbscan.prediction.PredictionData",
            "joblib.memory.Memory",
            "segmentation.model.clusterers.HDBSCANClusterer",
            "sklearn.metrics._dist_metrics.EuclideanDistance64",
            "sklearn.neighbors._kd_tree.KDTree",
        ),
        packages=("hdbscan",),
    ),
    "segmentation.model.rfm_grid.RFMGrid": Algorithm(
        "rfm_grid",
        simplicity=0,
        confidence=points_to_spare,
        trusted=("segmentation.model.rfm_grid.RFMGrid",),
        scaled=False,
    ),
}
"""Public name of an estimator's class, see `class_name`, to its row."""

ANY_OTHER = Algorithm(
    "any other",
    simplicity=1 + max(row.simplicity for row in ALGORITHMS.values()),
    confidence=whatever_is_offered,
    degenerate=collapsed_components,
)
"""Row that holds for a class without one of its own."""


def class_name(estimator: Any) -> str:
    """Public name of a class, as a ``_target_`` has it: ``sklearn.cluster.KMeans``.

    Parameters
    ----------
    estimator : object, class or str
        A name may go through private modules, as ``sklearn.cluster._kmeans.KMeans`` does.
    """
    if isinstance(estimator, str):
        name = estimator
    else:
        kind = estimator if isinstance(estimator, type) else type(estimator)
        name = f"{kind.__module__}.{kind.__qualname__}"
    *modules, last = name.split(".")
    return ".".join([*(module for module in modules if not module.startswith("_")), last])


def algorithm_of(estimator: Any) -> Algorithm:
    """Row of an estimator, its class, or the name of its class; `ANY_OTHER` without one."""
    return ALGORITHMS.get(class_name(estimator), ANY_OTHER)


def simplicity(estimator: Any) -> int:
    """Rank of an estimator, its class, or the name of its class: 0 is the simplest."""
    return algorithm_of(estimator).simplicity
