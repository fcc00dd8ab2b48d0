"""The commands that come after a registration, ready to paste."""

from segmentation.console import console
from segmentation.registry.aliases import CHAMPION, DRY, Registration
from segmentation.settings.parameters import without_secrets
from segmentation.tracking.presentation import runs_page
from segmentation.tracking.store import Store

LOCAL_SERVER = "http://127.0.0.1:5000"
"""Where ``mlflow ui`` answers by default."""


def print_next_steps(store: Store, registration: Registration) -> None:
    """Print what was decided, and how to compare the runs and use the model."""
    console.print(f"{registration.sentence}.")
    if registration.version == DRY:
        return
    local = not store.uri.startswith("http")
    show = f"uv run mlflow ui --backend-store-uri {store.uri}\n  " if local else ""
    server = LOCAL_SERVER if local else without_secrets({"uri": store.uri})["uri"]
    page = f"{server}/{runs_page(store.experiment_id)}"
    chosen = "" if registration.alias == CHAMPION else f" model={registration.uri}"
    console.print(
        f"\n{registration.uri} is version {registration.version}. Next:\n\n"
        f"  {show}{page}\n"
        f"  uv run score.py data.path=orders.csv output=segments.csv{chosen}\n\n"
        f"  import mlflow\n"
        f'  mlflow.set_tracking_uri("{store.uri}")\n'
        f'  model = mlflow.pyfunc.load_model("{registration.uri}")\n'
        f"  model.predict(customers)  # a frame with the columns of model.metadata.signature\n"
    )
