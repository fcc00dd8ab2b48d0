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

from segmentation.model.bad_rows import (
    CHOICES,
    ERROR,
    ON_BAD_ROWS,
    complaint,
    usable,
    with_nulls,
)
from segmentation.model.persistence import load_segmenter

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
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Segment of every customer, its name, and how far to trust it.

        Parameters
        ----------
        context : ignored
        model_input : table of shape (n_customers, …)
            The features of the model's signature, in their own units; more columns are ignored. A
            DataFrame of pandas or polars, a table of pyarrow, or an array with one column per
            feature in the order of the signature.
        params : dict, optional
            ``on_bad_rows``: what a row does in which a feature is missing, infinite or beyond
            ±10¹⁰⁰. ``error``, the default: the batch is refused. ``null``: nothing is said of it.

        Returns
        -------
        DataFrame of shape (n_customers, 5), with the index of ``model_input``
            As :meth:`segmentation.model.pipeline.CustomerSegmenter.describe`. With
            ``on_bad_rows=null`` all columns are of type object, and bad rows are None in all.

        Raises
        ------
        MlflowException
            If there is no row, a feature is missing or no number, ``on_bad_rows`` is another word,
            or a row is bad and may not be; names the column and the rows. Answered with HTTP status
            400 where the model is served.
        """
        on_bad_rows = (params or {}).get(ON_BAD_ROWS, ERROR)
        if on_bad_rows not in CHOICES:
            raise _refused(
                f"{ON_BAD_ROWS}={on_bad_rows} must be one of {', '.join(CHOICES)}; "
                f"give {ON_BAD_ROWS}={ERROR} to refuse a batch with bad rows"
            )
        features = as_features(model_input, list(self.segmenter.feature_names_in_))
        if features.empty:
            raise _refused("there are no rows; give the features of at least one customer")
        is_usable = usable(features)
        if on_bad_rows == ERROR:
            if said := complaint(features, is_usable):
                raise _refused(said)
            return self.segmenter.describe(features).set_axis(features.index)
        is_good = np.all(is_usable, axis=1)
        # Any number stands in for bad rows, so that there are rows to ask about.
        features.loc[~is_good] = 1.0
        return with_nulls(self.segmenter.describe(features).set_axis(features.index), is_good)


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
