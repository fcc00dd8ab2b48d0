"""The commands that come after a sweep, ready to paste."""

from segmentation.console import console
from segmentation.registry import Registration
from segmentation.tracking import Store


def print_next_steps(store: Store, champion: Registration) -> None:
    """Print how to compare the runs and use the champion."""
    state = "registered" if champion.is_new else "already registered"
    console.print(
        f"\n{champion.uri} is version {champion.version} ({state}). Next:\n\n"
        f"  uv run mlflow ui --backend-store-uri {store.uri}\n\n"
        f"  import mlflow\n"
        f'  mlflow.set_tracking_uri("{store.uri}")\n'
        f'  model = mlflow.pyfunc.load_model("{champion.uri}")\n'
        f"  model.predict(customers)  # a frame with the columns of model.metadata.signature\n"
    )
