"""A fitted segmenter as an MLflow model: readable code, skops data, pinned requirements."""

import logging
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.entities import LoggedModelOutput, LoggedModelStatus
from mlflow.models import Model, ModelSignature
from mlflow.tracking.context.registry import resolve_tags
from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema
from mlflow.utils import requirements_utils

from segmentation.model.algorithms import algorithm_of
from segmentation.model.bad_rows import ERROR, ON_BAD_ROWS
from segmentation.model.persistence import TRUSTED_TYPES, save_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.segments.segment_name import SegmentName
from segmentation.source_code import PACKAGE, closure
from segmentation.tracking.model_loading import RENAMED_FROM
from segmentation.tracking.store import Store

SERVING = "segmentation.model.serving"
SERVING_PACKAGES = ("mlflow", "numpy", "pandas", "scikit-learn", "scipy", "skops")
MODEL_TYPE = "customer segments"
EXAMPLE_ROWS = 5
OUTPUTS = {
    "segment": "long",
    "name": "string",
    "confidence": "double",
    "borderline": "boolean",
    "outlier": "boolean",
}
"""Columns of the answer and their types; each may be null, see `bad_rows`."""


def log_model(
    store: Store,
    run_id: str,
    segmenter: CustomerSegmenter,
    customers: pd.DataFrame,
    metadata: Mapping[str, Any],
    *,
    name: str,
    tags: Mapping[str, str],
) -> str:
    """Log a fitted segmenter to a run.

    MLflow's own ``log_model`` would load the model once more, copy every metric one by one and
    leave a folder on ``sys.path``; `save_segmenter` has read it back already.

    Parameters
    ----------
    store : Store
    run_id : str
    segmenter : CustomerSegmenter
        Fitted on a DataFrame.
    customers : DataFrame of shape (n_customers, n_features)
        The features it was fitted on; the first rows, without ids, become the input example.
    metadata : mapping
        Plain values that travel with the model.
    name : str
        Shown in MLflow's list of models.
    tags : mapping of str to str
        Of the model.

    Returns
    -------
    str
        Id of the model, ``m-…``.
    """
    client = store.client
    with tempfile.TemporaryDirectory() as scratch:
        segmentation = Path(scratch) / "segmentation.skops"
        save_segmenter(segmenter, segmentation)
        model = client.create_logged_model(
            store.experiment_id,
            name=_allowed(name),
            source_run_id=run_id,
            tags=resolve_tags(dict(tags)),
            model_type=MODEL_TYPE,
        )
        model_id: str = model.model_id
        written = Model(model.artifact_location, run_id, model_uuid=model_id, model_id=model_id)
        folder = Path(scratch) / "model"
        _save(folder, written, segmenter, segmentation, customers, metadata)
        client.log_outputs(run_id, [LoggedModelOutput(model_id, step=0)])
        client.log_model_artifacts(model_id, str(folder))
    client.finalize_logged_model(model_id, LoggedModelStatus.READY)
    return model_id


def _save(
    folder: Path,
    model: Model,
    segmenter: CustomerSegmenter,
    segmentation: Path,
    customers: pd.DataFrame,
    metadata: Mapping[str, Any],
) -> None:
    """Write the files of a model, with the modules that serving it imports and no other."""
    features = list(segmenter.feature_names_in_)
    # MLflow warns that it cannot find pip's version in environments made by uv.
    logging.getLogger("mlflow.utils.environment").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as scratch, _without_a_look_at_all_packages():
        mlflow.pyfunc.save_model(
            folder,
            mlflow_model=model,
            python_model=str(PACKAGE / "model" / "serving.py"),
            artifacts={"segmentation": str(segmentation)},
            code_paths=[str(_serving_code(Path(scratch) / PACKAGE.name))],
            signature=ModelSignature(
                inputs=Schema([ColSpec("double", name) for name in features]),
                outputs=Schema([ColSpec(kind, name, False) for name, kind in OUTPUTS.items()]),
                params=ParamSchema([ParamSpec(ON_BAD_ROWS, "string", default=ERROR)]),
            ),
            input_example=customers[features].head(EXAMPLE_ROWS).reset_index(drop=True),
            metadata=dict(metadata),
            pip_requirements=list(requirements(algorithm_of(segmenter.clusterer_).packages)),
            # A folder without uv.lock: the project's own would install all its packages.
            uv_project_path=scratch,
        )


@contextmanager
def _without_a_look_at_all_packages() -> Iterator[None]:
    """Spare MLflow the files of every installed package: it asks for the versions of a few."""
    known = requirements_utils._MODULES_TO_PACKAGES
    requirements_utils._MODULES_TO_PACKAGES = known or {}
    try:
        yield
    finally:
        requirements_utils._MODULES_TO_PACKAGES = known


def _serving_code(folder: Path) -> Path:
    """Copy the modules that a model needs where the project is not installed."""
    for file in _serving_files():
        target = folder / file.relative_to(PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return folder


@cache
def _serving_files() -> tuple[Path, ...]:
    types = [name.rpartition(".")[0] for name in TRUSTED_TYPES]
    # MLflow puts the file that serves beside them.
    modules = [file for name, file in closure([SERVING, *types]).items() if name != SERVING]
    packages = {folder / "__init__.py" for file in modules for folder in (PACKAGE, file.parent)}
    return (*packages, *modules)


def _allowed(name: str) -> str:
    """Name of a model without the characters that MLflow refuses in it."""
    return re.sub(r"""[/:.%"']""", "_", name)


def renamed(
    metadata: Mapping[str, Any], names: Sequence[SegmentName], of: Mapping[str, str]
) -> dict[str, Any]:
    """Metadata of a model whose segments were given other names.

    Parameters
    ----------
    metadata : mapping
    names : sequence of SegmentName
    of : mapping of str to str
        ``model_name`` and ``model_version`` of the champion whose names are the former ones.
    """
    given = {segment["segment"]: segment["name"] for segment in metadata["segments"]}
    now = {given[name.segment]: name.name for name in names if name.segment in given}
    reference = metadata["reference"]
    counts = reference["counts"]
    segments = {now.get(name, name): count for name, count in counts["segments"].items()}
    return {
        **metadata,
        "segments": [asdict(name) for name in names],
        RENAMED_FROM: dict(of),
        "reference": {**reference, "counts": {**counts, "segments": segments}},
    }


@cache
def requirements(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Requirements of a model that needs these packages besides, pinned to what is installed.

    Given to MLflow, they save the 6 to 8 seconds it needs to find them by itself.
    """
    return tuple(f"{package}=={version(package)}" for package in (*SERVING_PACKAGES, *packages))
