"""The commands that come after a registration, ready to paste."""

from segmentation.console import console
from segmentation.registry.aliases import CHAMPION, DRY, Registration
from segmentation.tracking.store import Store


def print_next_steps(store: Store, registration: Registration) -> None:
    """Print what was decided, and how to compare the runs and use the model."""
    console.print(f"{registration.sentence}.")
    if registration.version == DRY:
        return
    chosen = "" if registration.alias == CHAMPION else f" model={registration.uri}"
    console.print(
        f"\n{registration.uri} is version {registration.version}. Next:\n\n"
        f"  uv run mlflow ui --backend-store-uri {store.uri}\n"
        f"  uv run score.py data.path=orders.csv output=segments.csv{chosen}\n\n"
        f"  import mlflow\n"
        f'  mlflow.set_tracking_uri("{store.uri}")\n'
        f'  model = mlflow.pyfunc.load_model("{registration.uri}")\n'
        f"  model.predict(customers)  # a frame with the columns of model.metadata.signature\n"
    )
