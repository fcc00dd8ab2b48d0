"""Logged and registered models, back from the store (MLflow)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.exceptions import MlflowException

from segmentation.data.cleaning import CleaningRules
from segmentation.errors import UserError
from segmentation.model.persistence import load_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.segments.drift import Reference
from segmentation.tracking.store import Store


@dataclass(frozen=True)
class ScoringModel:
    """A model, and how its customers were measured.

    Attributes
    ----------
    predict : callable
        Metrics in; segment, name, confidence, borderline and outlier out.
    version : str
        Version of the registered model, or the id of a logged one.
    metrics : list of str
    cleaning : CleaningRules
    reference : Reference
        How the customers of the training were distributed.
    metadata : dict
        Everything that travels with the model.
    """

    predict: Callable[[pd.DataFrame], pd.DataFrame]
    version: str
    metrics: list[str]
    cleaning: CleaningRules
    reference: Reference
    metadata: dict[str, Any]


def load_scoring_model(store: Store, uri: str) -> ScoringModel:
    """Load a model as anybody would, with what scoring needs to know of its training.

    Raises
    ------
    UserError
        If there is no model at ``uri``, or it is not one of this project.
    """
    mlflow.set_tracking_uri(store.uri)
    try:
        model = mlflow.pyfunc.load_model(uri)
        version = _version(store, uri)
    except MlflowException as error:
        raise UserError(
            f"no model at '{uri}' in {store.uri}; train one with train.py -m k=2,3,4, "
            "or set model=models:/NAME@ALIAS and tracking.uri"
        ) from error
    metadata = model.metadata.metadata or {}
    if "cleaning" not in metadata:
        raise UserError(f"model '{uri}' was not made by this project; set model= to one that was")
    return ScoringModel(
        predict=model.predict,
        version=version,
        metrics=list(metadata["metrics"]),
        cleaning=CleaningRules(**metadata["cleaning"]),
        reference=Reference.from_dict(metadata["reference"]),
        metadata=metadata,
    )


def load_logged_segmenter(uri: str) -> CustomerSegmenter:
    """Load the fitted estimator inside a logged or registered model."""
    folder = Path(mlflow.artifacts.download_artifacts(uri))
    return load_segmenter(folder / "artifacts" / "segmentation.skops")


def _version(store: Store, uri: str) -> str:
    name, _, alias = uri.removeprefix("models:/").partition("@")
    if alias:
        return str(store.client.get_model_version_by_alias(name, alias).version)
    return uri.rpartition("/")[2]
