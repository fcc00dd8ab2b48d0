"""Logged and registered models, back from the store (MLflow)."""

from dataclasses import dataclass, replace
from typing import Any

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.store.artifact.utils.models import get_model_name_and_version

from segmentation.data.cleaning import CleaningRules
from segmentation.errors import UserError
from segmentation.masking import masked
from segmentation.model.persistence import SavedSegmenter, load_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.rfm import Borders
from segmentation.segments.drift import Reference
from segmentation.segments.scored_by import ScoredBy
from segmentation.tracking.recorded_run import SEGMENTER_FILE
from segmentation.tracking.refusals import first_line, server_refusals_in_one_line
from segmentation.tracking.store import LOGGED, Store

RENAMED_FROM = "renamed_from"
"""Key of the metadata: the registered model in comparison with which names are former ones."""


@dataclass(frozen=True)
class ScoringModel:
    """A model, and how its customers were measured.

    Attributes
    ----------
    segmenter : SavedSegmenter
    scored_by : ScoredBy
        What scored files say of it.
    features : list of str
    cleaning : CleaningRules
    reading : dict
        How the lines of the training were read, see `data.transactions.Transactions`; empty where
        an older edition made the model.
    reference : Reference
        How the customers of the training were distributed.
    rfm_borders : dict of str to list of float
        Of the customers of the training; empty where an older edition made the model.
    metadata : dict
        Everything that travels with the model.
    """

    segmenter: SavedSegmenter
    scored_by: ScoredBy
    features: list[str]
    cleaning: CleaningRules
    reading: dict[str, Any]
    reference: Reference
    rfm_borders: Borders
    metadata: dict[str, Any]


def load_scoring_model(store: Store, uri: str) -> ScoringModel:
    """Load a model, with what scoring needs to know of its training; none of its code is executed.

    Raises
    ------
    UserError
        If there is no model at ``uri``, or it is not one of this project.
    """
    store.use()
    try:
        with server_refusals_in_one_line(store.uri, f"read the model '{uri}'"):
            # An alias may move between two questions.
            name, version = _registered(store, uri)
            folder = store.model_folder(f"models:/{name}/{version}" if name else uri)
            model = Model.load(str(folder))
            saved = folder / SEGMENTER_FILE
            segmenter = SavedSegmenter(saved.read_bytes()) if saved.exists() else None
    # MLflow lets the errors of databases, of files and of addresses through as they are.
    except (MlflowException, OSError, ValueError) as error:
        raise UserError(
            f"no model at '{uri}' in {masked(store.registry_uri)}; train one with "
            "train.py -m k=2,3,4, or set model=models:/NAME@ALIAS and tracking.uri"
        ) from error
    metadata = model.metadata or {}
    if segmenter is None or not {"cleaning", "features"} <= metadata.keys():
        raise UserError(
            f"model '{uri}' was not made by this project, or by an older edition of it; "
            "set model= to another one"
        )
    try:
        segmenter.load()
    except Exception as error:  # a damaged file can raise anything
        raise UserError(
            f"model '{uri}' cannot be loaded ({first_line(error)}); set model= to another one"
        ) from error
    return ScoringModel(
        segmenter=segmenter,
        scored_by=ScoredBy(name, version, model.model_id or ""),
        features=list(metadata["features"]),
        cleaning=CleaningRules(**metadata["cleaning"]),
        reading=metadata.get("reading", {}),
        reference=Reference.from_dict(metadata["reference"]),
        rfm_borders=metadata.get("rfm_borders", {}),
        metadata=metadata,
    )


def scoring_model_of(store: Store, version: ModelVersion) -> ScoringModel:
    """Load a registered version for scoring from the store in which it was trained.

    By its logged model: of one that is asked for by name, MLflow leaves a note among its files.
    """
    model = load_scoring_model(store, logged_uri(version))
    by = ScoredBy(version.name, str(version.version), model.scored_by.model_id)
    return replace(model, scored_by=by)


def load_version(store: Store, version: ModelVersion) -> CustomerSegmenter:
    """Load the fitted estimator of a registered version, its segments under its names.

    Raises
    ------
    UserError
        If its files are gone.
    """
    try:
        return load_segmenter(store.model_folder(logged_uri(version)) / SEGMENTER_FILE)
    except (MlflowException, OSError) as error:
        raise UserError(
            f"version {version.version} of '{version.name}' cannot be loaded any more "
            f"({first_line(error)}); register another run with run_id=…"
        ) from error


def logged_uri(version: ModelVersion) -> str:
    """URI of the logged model that a version was made of."""
    source: str = version.source
    return source if LOGGED.fullmatch(source) else f"models:/{version.name}/{version.version}"


def model_metadata(store: Store, uri: str) -> dict[str, Any]:
    """Plain values that travel with a logged or registered model."""
    return dict(Model.load(str(store.model_folder(uri))).metadata)


def _registered(store: Store, uri: str) -> tuple[str, str]:
    """Name and number of the version that an address leads to; empty where it leads to none."""
    if not uri.startswith("models:/"):
        return "", ""
    name, *version = get_model_name_and_version(store.client, uri)
    return (name, str(version[0])) if version else ("", "")
