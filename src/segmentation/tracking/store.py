"""The sink: where runs, their figures and their models are recorded (MLflow)."""

import logging
import socket
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, Experiment, Metric, Param, RunTag
from mlflow.environment_variables import MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING
from mlflow.exceptions import MlflowException
from mlflow.tracking.context.registry import resolve_tags
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID
from mlflow.utils.time import get_current_time_millis

from segmentation.errors import UserError
from segmentation.tracking.mlflow_views import describe_experiment
from segmentation.tracking.named_by_environment import (
    RUN_ID,
    RUN_NAME,
    given_experiment,
    given_registry,
    taken,
)
from segmentation.tracking.refusals import (
    attempted,
    first_line,
    refused_in_one_line,
    without_password,
)

REACHABLE_WITHIN_SECONDS = 5
METRICS_AT_ONCE = 1_000  # as many as MLflow takes
LOGGED = "models:/m-"
"""How the address of a logged model begins, which names it by its id."""


@dataclass(frozen=True)
class Store:
    """An experiment of a tracking store.

    Attributes
    ----------
    uri : str
        Absolute: valid from every working directory.
    experiment_id : str
        Empty where nothing is recorded.
    registry_uri : str
        Where models are registered, absolute.
    """

    uri: str
    experiment_id: str
    registry_uri: str

    @cached_property
    def client(self) -> MlflowClient:
        """A client of the store."""
        return MlflowClient(tracking_uri=self.uri, registry_uri=self.registry_uri)

    def model_folder(self, uri: str) -> Path:
        """Local folder with the files of a logged or registered model."""
        # Of a registered model MLflow asks the registry, which asks the store of the process.
        self.use()
        if uri.startswith(LOGGED):
            # By the id, MLflow would leave a note in the folder of a model that is stored locally.
            uri = self.client.get_logged_model(uri.rpartition("/")[2]).artifact_location
        return Path(mlflow.artifacts.download_artifacts(uri, tracking_uri=self.uri))

    def use(self) -> None:
        """Let MLflow's functions without a client work on this store."""
        mlflow.set_tracking_uri(self.uri)
        if self.registry_uri != self.uri:
            mlflow.set_registry_uri(self.registry_uri)


def open_store(uri: str, experiment: str) -> Store:
    """Connect to a tracking store and make sure the experiment exists.

    Parameters
    ----------
    uri : str
        ``sqlite:///mlflow.db``, a database or a server.
    experiment : str
        Created when it is not there. The one of ``MLFLOW_RUN_ID`` or ``MLFLOW_EXPERIMENT_ID`` wins.

    Raises
    ------
    UserError
        If the store cannot be reached or opened, or there is no such run or experiment.
    """
    store = connect(uri)
    with _opening(store.uri, f"record in experiment '{experiment}'"):
        opened = given_experiment(store.client) or _experiment(store.client, experiment)
        _require_active(opened)
    attempted(
        f"experiment '{opened.name}' is not described",
        lambda: describe_experiment(store.client, opened),
        logging.getLogger(__name__).info,
    )
    return replace(store, experiment_id=opened.experiment_id)


def connect(uri: str) -> Store:
    """Connect to a tracking store in which nothing is recorded: models are read from it.

    Raises
    ------
    UserError
        If the store cannot be reached.
    """
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    uri = absolute_uri(uri)
    _require_reachable(uri)
    store = Store(uri, "", absolute_uri(given_registry(uri)))
    store.use()
    return store


@contextmanager
def _opening(uri: str, doing: str) -> Iterator[None]:
    try:
        with refused_in_one_line(uri, doing):
            yield
    except UserError:
        raise
    # MLflow lets the errors of databases and of the network through as they are.
    except Exception as error:
        raise UserError(
            f"tracking store '{without_password(uri)}' cannot be opened ({first_line(error)}); "
            "set tracking.uri=sqlite:///mlflow.db or MLFLOW_TRACKING_URI"
        ) from error


def _experiment(client: MlflowClient, name: str) -> Experiment:
    """The experiment of this name, made if need be."""
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            client.create_experiment(name)
        except MlflowException as error:
            # Another process may make it in between.
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        found = client.get_experiment_by_name(name)
    return found


def _require_active(experiment: Experiment) -> None:
    if experiment.lifecycle_stage != "active":
        raise UserError(
            f"experiment '{experiment.name}' is deleted, and keeps its name until it is removed; "
            f"mlflow experiments restore --experiment-id {experiment.experiment_id}, or set "
            "tracking.experiment to another name"
        )


def absolute_uri(uri: str) -> str:
    """Make the path of a local SQLite store absolute, so that every process finds it."""
    path = uri.removeprefix("sqlite:///")
    return uri if path == uri else f"sqlite:///{Path(path).absolute()}"


def create_run(
    store: Store, name: str, tags: Mapping[str, str], parent_id: str | None = None
) -> str:
    """Open a run, below a parent where one is given, and return its id.

    The first run without a parent is the one of ``MLFLOW_RUN_ID``, where that is set, and has the
    name ``MLFLOW_RUN_NAME``.

    Raises
    ------
    UserError
        If the store does not allow it.
    """
    parent = {} if parent_id is None else {MLFLOW_PARENT_RUN_ID: parent_id}
    given = None if parent_id is not None else taken(RUN_ID)
    called = None if parent_id is not None else taken(RUN_NAME)
    with refused_in_one_line(store.uri, f"record a run in experiment {store.experiment_id}"):
        if given is not None:
            store.client.update_run(given, "RUNNING", called)
            log_values(store, given, tags=tags)
            return given
        run = store.client.create_run(
            store.experiment_id, run_name=called or name, tags=resolve_tags({**tags, **parent})
        )
    run_id: str = run.info.run_id
    return run_id


@contextmanager
def system_metrics(store: Store, run_id: str) -> Iterator[None]:
    """Watch processor and memory during the block, where MLflow is asked to.

    Raises
    ------
    UserError
        If it cannot, because psutil is not installed.
    """
    if not MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING.get():
        yield
        return
    if find_spec("psutil") is None:
        raise UserError(
            "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING is set and needs psutil; pip install psutil"
        )
    from mlflow.system_metrics.system_metrics_monitor import SystemMetricsMonitor

    monitor = SystemMetricsMonitor(run_id, tracking_uri=store.uri)
    monitor.start()
    try:
        yield
    finally:
        monitor.finish()


def record_failure(store: Store, run_id: str, error: BaseException) -> None:
    """Close a run as FAILED, with the error as a tag and its traceback as an artifact."""
    store.client.set_tag(run_id, "error", f"{type(error).__name__}: {error}"[:5000])
    if not isinstance(error, UserError):
        text = "".join(traceback.format_exception(error))
        store.client.log_text(run_id, text, "traceback.txt")
    store.client.set_terminated(run_id, "FAILED")


def log_values(
    store: Store,
    run_id: str,
    params: Mapping[str, Any] | None = None,
    metrics: Mapping[str, float] | None = None,
    tags: Mapping[str, str] | None = None,
    *,
    dataset: Dataset | None = None,
    model_id: str | None = None,
) -> None:
    """Record parameters, metrics and tags of a run in one call.

    Metrics are linked to the dataset and to the model that they tell of, where these are given.
    """
    now = get_current_time_millis()
    of_data = {} if dataset is None else {"name": dataset.name, "digest": dataset.digest}
    links = {f"dataset_{key}": value for key, value in of_data.items()} | {"model_id": model_id}
    store.client.log_batch(
        run_id,
        metrics=[
            Metric(name, float(value), now, 0, **links) for name, value in (metrics or {}).items()
        ],
        params=[Param(name, str(value)) for name, value in (params or {}).items()],
        tags=[RunTag(name, str(value)) for name, value in (tags or {}).items()],
    )


def log_series(store: Store, run_id: str, series: Mapping[str, Mapping[int, float]]) -> None:
    """Record metrics that have a value per step, by name."""
    now = get_current_time_millis()
    metrics = [
        Metric(name, value, now, step)
        for name, steps in series.items()
        for step, value in steps.items()
    ]
    for first in range(0, len(metrics), METRICS_AT_ONCE):
        store.client.log_batch(run_id, metrics=metrics[first : first + METRICS_AT_ONCE])


@contextmanager
def artifact_folder(store: Store, run_id: str) -> Iterator[Path]:
    """Yield a temporary folder; what is in it after the block becomes artifacts of the run."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
        store.client.log_artifacts(run_id, folder)


def _require_reachable(uri: str) -> None:
    """Fail in seconds, where MLflow itself would retry for minutes."""
    parts = urlsplit(uri)
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        return
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname, port), REACHABLE_WITHIN_SECONDS).close()
    except OSError as error:
        raise UserError(
            f"tracking server '{without_password(uri)}' does not answer ({error}); start it, "
            "or set tracking.uri=sqlite:///mlflow.db or MLFLOW_TRACKING_URI"
        ) from error
