"""The sink: where runs, their figures and their models are recorded (MLflow)."""

import contextlib
import logging
import os
import socket
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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

REACHABLE_WITHIN_SECONDS = 5
METRICS_AT_ONCE = 1_000  # as many as MLflow takes


@dataclass(frozen=True)
class Store:
    """An experiment of a tracking store.

    Attributes
    ----------
    uri : str
        Absolute: valid from every working directory.
    experiment_id : str
    """

    uri: str
    experiment_id: str

    @property
    def client(self) -> MlflowClient:
        """A client of the store."""
        return MlflowClient(tracking_uri=self.uri, registry_uri=self.uri)

    def model_folder(self, uri: str) -> Path:
        """Local folder with the files of a logged or registered model."""
        return Path(mlflow.artifacts.download_artifacts(uri, tracking_uri=self.uri))


def open_store(uri: str, experiment: str) -> Store:
    """Connect to a tracking store and make sure the experiment exists.

    Parameters
    ----------
    uri : str
        ``sqlite:///mlflow.db``, a database or a server.
    experiment : str
        Created when it is not there.

    Raises
    ------
    UserError
        If the store cannot be reached or opened.
    """
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    uri = absolute_uri(uri)
    _require_reachable(uri)
    try:
        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        opened = _experiment(client, experiment)
        describe_experiment(client, opened)
    # MLflow lets the errors of databases and of the network through as they are.
    except Exception as error:
        reason = str(error).strip().splitlines()[0]
        raise UserError(
            f"tracking store '{_without_password(uri)}' cannot be opened ({reason}); "
            "set tracking.uri=sqlite:///mlflow.db or MLFLOW_TRACKING_URI"
        ) from error
    return Store(uri, opened.experiment_id)


def _experiment(client: MlflowClient, name: str) -> Experiment:
    """The experiment that the environment names, else the one of this name, made if need be."""
    given = os.environ.get("MLFLOW_EXPERIMENT_ID")
    if given is not None:
        return client.get_experiment(given)
    found = client.get_experiment_by_name(name)
    if found is None:
        # Another process may make it in between.
        with contextlib.suppress(MlflowException):
            client.create_experiment(name)
        found = client.get_experiment_by_name(name)
    if found is None or found.lifecycle_stage != "active":
        raise MlflowException(f"experiment '{name}' is deleted; restore it, or set another name")
    return found


def absolute_uri(uri: str) -> str:
    """Make the path of a local SQLite store absolute, so that every process finds it."""
    path = uri.removeprefix("sqlite:///")
    return uri if path == uri else f"sqlite:///{Path(path).absolute()}"


def create_run(
    store: Store, name: str, tags: Mapping[str, str], parent_id: str | None = None
) -> str:
    """Open a run, below a parent where one is given, and return its id."""
    parent = {} if parent_id is None else {MLFLOW_PARENT_RUN_ID: parent_id}
    run = store.client.create_run(
        store.experiment_id, run_name=name, tags=resolve_tags({**tags, **parent})
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
            f"tracking server '{_without_password(uri)}' does not answer ({error}); start it, "
            "or set tracking.uri=sqlite:///mlflow.db or MLFLOW_TRACKING_URI"
        ) from error


def _without_password(uri: str) -> str:
    parts = urlsplit(uri)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host).geturl() if host != parts.netloc else uri
