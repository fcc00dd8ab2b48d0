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

from segmentation.model.persistence import load_segmenter

NAMED_ROWS = 5


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
        model_input : DataFrame of shape (n_customers, …)
            The features of the model's signature, in their own units; more columns are ignored.
        params : ignored

        Returns
        -------
        DataFrame of shape (n_customers, 5), with the index of ``model_input``
            As :meth:`segmentation.model.pipeline.CustomerSegmenter.describe`.

        Raises
        ------
        MlflowException
            If there is no row, or a feature is missing or not finite; names the column and the
            rows. Answered with HTTP status 400 where the model is served.
        """
        features = model_input[list(self.segmenter.feature_names_in_)]
        if features.empty:
            raise MlflowException(
                "there are no rows; give the features of at least one customer",
                error_code=BAD_REQUEST,
            )
        for name, values in features.items():
            bad = features.index[~np.isfinite(values.to_numpy(dtype=np.float64))]
            if len(bad):
                rows = ", ".join(str(row) for row in bad[:NAMED_ROWS])
                raise MlflowException(
                    f"column '{name}' is missing or infinite in {len(bad)} of {len(features)} rows "
                    f"({rows}{', …' if len(bad) > NAMED_ROWS else ''}); every feature must be a "
                    "finite number",
                    error_code=BAD_REQUEST,
                )
        return self.segmenter.describe(features).set_axis(features.index)


mlflow.models.set_model(SegmentationModel())
