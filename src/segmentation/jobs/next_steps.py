"""The commands that come after a registration, ready to paste."""

import os
from collections.abc import Mapping

import pandas as pd

from segmentation.console.segments import print_profile
from segmentation.console.terminal import say, show
from segmentation.jobs.typed_commands import mlflow_command, quoted, score_command
from segmentation.masking import masked
from segmentation.tracking.aliases import DRY, Registration
from segmentation.tracking.store import Store

LOCAL_SERVER = "http://127.0.0.1:5000"
"""Where ``mlflow ui`` answers by default."""
ENVIRONMENT = '"$MLFLOW_TRACKING_URI"' if os.name == "posix" else '"$env:MLFLOW_TRACKING_URI"'
"""What is printed in the place of an address with a password."""


def print_next_steps(
    store: Store,
    registration: Registration,
    segments: pd.DataFrame | None,
    page: str,
    parameters: Mapping[str, str],
) -> None:
    """Print what was decided, the segments, and how to compare the runs and use the model.

    Parameters
    ----------
    store : Store
    registration : Registration
    segments : DataFrame or None
        Profile of the version, see `segments.profiles.segment_profile`; ``None`` where it cannot
        be shown.
    page : str
        What to open on MLflow's server, see `tracking.mlflow_views`.
    parameters : mapping of str to str
        Of the run that was registered; empty where it is not known.
    """
    say(f"{registration.sentence}.")
    for change in registration.changes:
        say(change, first="- ")
    if registration.version == DRY:
        return
    if segments is not None:
        say("")
        print_profile(segments)
    local = not store.uri.startswith("http")
    secret = masked(store.uri) != store.uri
    place = ENVIRONMENT if secret else quoted(store.uri)
    served = f"{mlflow_command('ui', '--backend-store-uri')} {place}\n  " if local else ""
    server = LOCAL_SERVER if local else masked(store.uri)
    elsewhere = store.registry_uri != store.uri
    registry = f'  mlflow.set_registry_uri("{masked(store.registry_uri)}")\n' if elsewhere else ""
    # What is secret is not printed: MLflow finds it in the environment.
    tracking = "" if secret else f'  mlflow.set_tracking_uri("{store.uri}")\n'
    show(
        f"{registration.uri} is version {registration.version}. Next:\n\n"
        f"  {served}{server}/{page}\n"
        f"  {score_command(parameters, registration.uri)}\n\n"
        f"  import mlflow\n"
        f"{tracking}{registry}"
        f'  model = mlflow.pyfunc.load_model("{registration.uri}")\n'
        f"  model.predict(customers)  # with the columns of its signature\n"
    )
