"""The run, the experiment and the registry that MLflow's own variables name."""

import os
from urllib.parse import urlsplit

from mlflow import MlflowClient
from mlflow.entities import Experiment, Run
from mlflow.exceptions import MlflowException

from segmentation.errors import UserError

RUN_ID, RUN_NAME = "MLFLOW_RUN_ID", "MLFLOW_RUN_NAME"
EXPERIMENT_ID, REGISTRY_URI = "MLFLOW_EXPERIMENT_ID", "MLFLOW_REGISTRY_URI"
NOT_THERE = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""How MLflow answers for an id that there is none of, or that cannot be one."""


def given_run(client: MlflowClient) -> Run | None:
    """Return the run that is to be recorded in, as ``mlflow run`` opens one.

    Raises
    ------
    UserError
        There is none with that id, it is deleted, or holds results already.
    """
    run_id = os.environ.get(RUN_ID)
    if run_id is None:
        return None
    remedy = f"unset {RUN_ID}, or name an open run"
    try:
        run = client.get_run(run_id)
    except MlflowException as error:
        if error.error_code not in NOT_THERE:
            raise
        raise UserError(f"{RUN_ID}={run_id} is no run of the tracking store; {remedy}") from error
    if run.info.lifecycle_stage != "active":
        raise UserError(f"{RUN_ID}={run_id} is deleted; mlflow runs restore, or {remedy}")
    if run.data.metrics or run.data.tags.get("kind"):
        raise UserError(
            f"{RUN_ID}={run_id} ('{run.info.run_name}') holds results already, which are not "
            f"changed; {remedy}"
        )
    return run


def given_experiment(client: MlflowClient) -> Experiment | None:
    """Return the experiment of the run that is given, else the one that is given itself.

    Raises
    ------
    UserError
        There is no such run or experiment.
    """
    run, name = given_run(client), EXPERIMENT_ID
    experiment_id = os.environ.get(EXPERIMENT_ID) if run is None else run.info.experiment_id
    if experiment_id is None:
        return None
    try:
        return client.get_experiment(experiment_id)
    except MlflowException as error:
        if error.error_code not in NOT_THERE:
            raise
        raise UserError(
            f"{name}={experiment_id} is no experiment of the tracking store; unset {name}, or take "
            "an id from: mlflow experiments search"
        ) from error


def taken(variable: str) -> str | None:
    """Value of a variable that is for one run: the first that a command opens."""
    return os.environ.pop(variable, None)


def given_registry(tracking_uri: str) -> str:
    """Return the registry that is named, else the tracking store itself.

    Raises
    ------
    UserError
        It is another server: one resolves models in its own store only.
    """
    given = os.environ.get(REGISTRY_URI)
    if not given:
        return tracking_uri
    if urlsplit(given).scheme in ("http", "https") and given.rstrip("/") != tracking_uri.rstrip(
        "/"
    ):
        raise UserError(
            f"{REGISTRY_URI}={given} is another server than the tracking store {tracking_uri}, "
            f"whose models it cannot find; unset {REGISTRY_URI}, or set it to a database"
        )
    return given
