"""The registered model as MLflow runs it: this file travels with the model ("models from code").

It is executed when a model is loaded, also where the project is not installed.
"""

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd

from segmentation.persistence import load_segmenter


class SegmentationModel(mlflow.pyfunc.PythonModel):
    """Customer metrics in, one row with the segment of every customer out."""

    def load_context(self, context: Any) -> None:
        """Load the fitted segmenter from the artifact ``segmentation``."""
        self.segmenter = load_segmenter(Path(context.artifacts["segmentation"]))

    def predict(
        self,
        context: Any,  # noqa: ARG002
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> pd.DataFrame:
        """Segment of every customer.

        Parameters
        ----------
        context : ignored
        model_input : DataFrame of shape (n_customers, …)
            The metrics of the model's signature, in their own units; more columns are ignored.
        params : ignored

        Returns
        -------
        DataFrame of shape (n_customers, 1), with the index of ``model_input``
            ``segment``: 0 = highest median revenue, −1 = noise.
        """
        metrics = model_input[list(self.segmenter.feature_names_in_)]
        return pd.DataFrame({"segment": self.segmenter.predict(metrics)}, index=model_input.index)


mlflow.models.set_model(SegmentationModel())
