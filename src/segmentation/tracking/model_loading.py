"""Logged and registered models, back from the store (MLflow)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mlflow
import pandas as pd
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import Model

from segmentation.data.cleaning import CleaningRules
from segmentation.errors import UserError
from segmentation.model.persistence import load_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.segments.drift import Reference
from segmentation.tracking.recorded_run import SEGMENTER_FILE
from segmentation.tracking.refusals import first_line
from segmentation.tracking.store import Store


@dataclass(frozen=True)
class ScoringModel:
    """A model, and how its customers were measured.

    Attributes
    ----------
    predict : callable
        Features in; segment, name, confidence, borderline and outlier out.
    version : str
        Version of the registered model, or the id of a logged one.
    features : list of str
    cleaning : CleaningRules
    reference : Reference
        How the customers of the training were distributed.
    metadata : dict
        Everything that travels with the model.
    """

    predict: Callable[[pd.DataFrame], pd.DataFrame]
    version: str
    features: list[str]
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
    store.use()
    try:
        model = mlflow.pyfunc.load_model(uri)
        version = _version(store, uri)
    except MlflowException as error:
        raise UserError(
            f"no model at '{uri}' in {store.uri}; train one with train.py -m k=2,3,4, "
            "or set model=models:/NAME@ALIAS and tracking.uri"
        ) from error
    metadata = model.metadata.metadata or {}
    if not {"cleaning", "features"} <= metadata.keys():
        raise UserError(
            f"model '{uri}' was not made by this project, or by an older edition of it; "
            "set model= to another one"
        )
    return ScoringModel(
        predict=model.predict,
        version=version,
        features=list(metadata["features"]),
        cleaning=CleaningRules(**metadata["cleaning"]),
        reference=Reference.from_dict(metadata["reference"]),
        metadata=metadata,
    )


def load_version(store: Store, version: ModelVersion) -> CustomerSegmenter:
    """Load the fitted estimator of a registered version, its segments under its names.

    Raises
    ------
    UserError
        If its files are gone.
    """
    uri = f"models:/{version.name}/{version.version}"
    try:
        return load_segmenter(store.model_folder(uri) / SEGMENTER_FILE)
    except (MlflowException, OSError) as error:
        raise UserError(
            f"version {version.version} of '{version.name}' cannot be loaded any more "
            f"({first_line(error)}); register another run with run_id=…"
        ) from error


def model_metadata(store: Store, uri: str) -> dict[str, Any]:
    """Plain values that travel with a logged or registered model."""
    return dict(Model.load(str(store.model_folder(uri))).metadata)


def _version(store: Store, uri: str) -> str:
    name, _, alias = uri.removeprefix("models:/").partition("@")
    if alias:
        return str(store.client.get_model_version_by_alias(name, alias).version)
    return uri.rpartition("/")[2]
