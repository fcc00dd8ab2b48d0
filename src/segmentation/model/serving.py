"""The registered model as MLflow runs it: this file travels with the model ("models from code").

It is executed when a model is loaded, also where the project is not installed.
"""

from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import BAD_REQUEST

from segmentation.model.moderate import LARGEST
from segmentation.model.persistence import load_segmenter

NAMED_ROWS = 5
LARGEST_WHOLE = 2**53
"""Up to here a double holds every whole number."""


class SegmentationModel(mlflow.pyfunc.PythonModel):
    """Customer features in, one row with the segment of every customer out."""

    def load_context(self, context: Any) -> None:
        """Load the fitted segmenter from the artifact ``segmentation``."""
        self.segmenter = load_segmenter(Path(context.artifacts["segmentation"]))

    def predict(
        self,
        context: Any,  # noqa: ARG002
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> pd.DataFrame:
        """Segment of every customer, its name, and how far to trust it.

        Parameters
        ----------
        context : ignored
        model_input : table of shape (n_customers, …)
            The features of the model's signature, in their own units; more columns are ignored. A
            DataFrame of pandas or polars, a table of pyarrow, or an array with one column per
            feature in the order of the signature.
        params : ignored

        Returns
        -------
        DataFrame of shape (n_customers, 5), with the index of ``model_input``
            As :meth:`segmentation.model.pipeline.CustomerSegmenter.describe`.

        Raises
        ------
        MlflowException
            If there is no row, or a feature is missing, no number, not finite or beyond ±10¹⁰⁰;
            names the column and the rows. Answered with HTTP status 400 where the model is served.
        """
        features = as_features(model_input, list(self.segmenter.feature_names_in_))
        if features.empty:
            raise MlflowException(
                "there are no rows; give the features of at least one customer",
                error_code=BAD_REQUEST,
            )
        for name, values in features.items():
            # A missing value compares as false, too.
            bad = features.index[~(np.abs(values.to_numpy(dtype=np.float64)) <= LARGEST)]
            if len(bad):
                rows = ", ".join(str(row) for row in bad[:NAMED_ROWS])
                raise MlflowException(
                    f"column '{name}' is missing, infinite or beyond ±{LARGEST:g} in {len(bad)} of "
                    f"{len(features)} rows ({rows}{', …' if len(bad) > NAMED_ROWS else ''}); every "
                    "feature must be a number within it",
                    error_code=BAD_REQUEST,
                )
        return self.segmenter.describe(features).set_axis(features.index)


def as_features(given: Any, names: list[str]) -> pd.DataFrame:
    """The features as doubles, where that loses nothing.

    Parameters
    ----------
    given : table of shape (n_customers, …)
    names : list of str
        The features, in the order in which an array has them.

    Raises
    ------
    MlflowException
        A column is missing, no number, or holds whole numbers that a double cannot hold.
    """
    if hasattr(given, "to_pandas"):  # polars and pyarrow
        given = given.to_pandas()
    if isinstance(given, np.ndarray):
        if given.ndim != 2 or given.shape[1] != len(names):
            raise _refused(
                f"an array of shape {given.shape} has no column for each of the {len(names)} "
                f"features; give {', '.join(names)} in this order, or a table with these columns"
            )
        given = pd.DataFrame(given, columns=names)
    lacking = [name for name in names if name not in given]
    if lacking:
        raise _refused(f"column '{lacking[0]}' is missing; the model needs {', '.join(names)}")
    return pd.DataFrame({name: _doubles(name, given[name]) for name in names}, index=given.index)


def _doubles(name: str, values: pd.Series) -> pd.Series:
    values = values.infer_objects()
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise _refused(f"column {name} holds {values.dtype}; every feature must be a finite number")
    if pd.api.types.is_integer_dtype(values) and (values.abs() > LARGEST_WHOLE).any():
        raise _refused(
            f"column {name} holds whole numbers above {LARGEST_WHOLE}, which no double holds; "
            "divide them"
        )
    return values.astype(np.float64)


def _refused(reason: str) -> MlflowException:
    return MlflowException(reason, error_code=BAD_REQUEST)


mlflow.models.set_model(SegmentationModel())
