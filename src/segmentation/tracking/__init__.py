"""The sink: runs and models in MLflow, and back."""
