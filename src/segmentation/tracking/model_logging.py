"""A fitted segmenter as an MLflow model: readable code, skops data, pinned requirements."""

import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema

from segmentation.model.algorithms import algorithm_of
from segmentation.model.persistence import save_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.segments.naming import SegmentName
from segmentation.tracking.store import Store

PACKAGE = Path(__file__).parents[1]
SERVING_PACKAGES = ("mlflow", "numpy", "pandas", "scikit-learn", "scipy", "skops")
EXAMPLE_ROWS = 5
OUTPUTS = {
    "segment": "long",
    "name": "string",
    "confidence": "double",
    "borderline": "boolean",
    "outlier": "boolean",
}


def log_model(
    store: Store,
    run_id: str,
    segmenter: CustomerSegmenter,
    customers: pd.DataFrame,
    metadata: Mapping[str, Any],
) -> str:
    """Log a fitted segmenter to a run.

    Parameters
    ----------
    store : Store
    run_id : str
    segmenter : CustomerSegmenter
        Fitted on a DataFrame.
    customers : DataFrame of shape (n_customers, n_metrics)
        The metrics it was fitted on; the first rows, without ids, become the input example.
    metadata : mapping
        Plain values that travel with the model.

    Returns
    -------
    str
        URI of the model, ``models:/m-…``.
    """
    metrics = list(segmenter.feature_names_in_)
    signature = ModelSignature(
        inputs=Schema([ColSpec("double", name) for name in metrics]),
        outputs=Schema([ColSpec(kind, name) for name, kind in OUTPUTS.items()]),
    )
    # MLflow warns that it cannot find pip's version in environments made by uv.
    logging.getLogger("mlflow.utils.environment").setLevel(logging.ERROR)
    mlflow.set_tracking_uri(store.uri)
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run(run_id=run_id):
        path = Path(folder) / "segmentation.skops"
        save_segmenter(segmenter, path)
        logged = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(PACKAGE / "model" / "serving.py"),
            artifacts={"segmentation": str(path)},
            code_paths=[str(PACKAGE)],
            signature=signature,
            input_example=customers[metrics].head(EXAMPLE_ROWS).reset_index(drop=True),
            metadata=dict(metadata),
            pip_requirements=list(requirements(algorithm_of(segmenter.clusterer_).packages)),
        )
    uri: str = logged.model_uri
    return uri


def renamed(metadata: Mapping[str, Any], names: Sequence[SegmentName]) -> dict[str, Any]:
    """Metadata of a model whose segments were given other names."""
    given = {segment["segment"]: segment["name"] for segment in metadata["segments"]}
    now = {given[name.segment]: name.name for name in names if name.segment in given}
    reference = metadata["reference"]
    counts = reference["counts"]
    segments = {now.get(name, name): count for name, count in counts["segments"].items()}
    return {
        **metadata,
        "segments": [asdict(name) for name in names],
        "reference": {**reference, "counts": {**counts, "segments": segments}},
    }


@cache
def requirements(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Requirements of a model that needs these packages besides, pinned to what is installed.

    Given to MLflow, they save the 6 to 8 seconds it needs to find them by itself.
    """
    return tuple(f"{package}=={version(package)}" for package in (*SERVING_PACKAGES, *packages))
