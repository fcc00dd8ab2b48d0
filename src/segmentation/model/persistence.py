"""Fitted models as files: data without code, never a pickle."""

from pathlib import Path

import skops.io

from segmentation.model.pipeline import CustomerSegmenter

TRUSTED_TYPES = (
    "hdbscan.dist_metrics.EuclideanDistance",
    "hdbscan.hdbscan_.HDBSCAN",
    "hdbscan.prediction.PredictionData",
    "joblib.memory.Memory",
    "segmentation.model.clusterers.HDBSCANClusterer",
    "segmentation.model.pipeline.CustomerSegmenter",
    "segmentation.model.scaling.signed_log1p",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._kd_tree.KDTree",
)
"""Types beyond numpy, scipy and scikit-learn that a saved model may hold; any other is refused."""


def save_segmenter(segmenter: CustomerSegmenter, path: Path) -> None:
    """Write a fitted segmenter in skops format."""
    skops.io.dump(segmenter, path)


def load_segmenter(path: Path) -> CustomerSegmenter:
    """Read a fitted segmenter written by :func:`save_segmenter`.

    Raises
    ------
    skops.io.exceptions.UntrustedTypesFoundException
        If the file holds a type that is not in ``TRUSTED_TYPES``.
    """
    segmenter: CustomerSegmenter = skops.io.load(path, trusted=list(TRUSTED_TYPES))
    return segmenter
