"""The sink: runs are opened and closed, and what is told of them is written (MLflow)."""

import shutil
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path
from typing import Any

from mlflow.entities import Dataset, Metric, Param, RunTag
from mlflow.environment_variables import MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING
from mlflow.tracking.context.registry import resolve_tags
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID
from mlflow.utils.time import get_current_time_millis

from segmentation.errors import UserError
from segmentation.masking import masked, masked_value
from segmentation.processes import Process
from segmentation.tracking.dead_runs import PROCESS_TAG
from segmentation.tracking.full_disks import local_folder
from segmentation.tracking.named_by_environment import RUN_ID, RUN_NAME, taken
from segmentation.tracking.refusals import server_refusals_in_one_line
from segmentation.tracking.store import ARTIFACTS, Store

METRICS_AT_ONCE = 1_000  # as many as MLflow takes


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
    tags = {**tags, PROCESS_TAG: str(Process.this())}
    given = None if parent_id is not None else taken(RUN_ID)
    called = None if parent_id is not None else taken(RUN_NAME)
    with server_refusals_in_one_line(
        store.uri, f"record a run in experiment {store.experiment_id}"
    ):
        if given is not None:
            store.client.update_run(given, "RUNNING", called)
            log_values(store, given, tags=tags)
            return given
        run = store.client.create_run(
            store.experiment_id,
            run_name=called or masked(name),
            tags={key: masked(value) for key, value in resolve_tags({**tags, **parent}).items()},
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
    store.client.set_tag(run_id, "error", masked(f"{type(error).__name__}: {error}")[:5000])
    if not isinstance(error, UserError):
        text = "".join(traceback.format_exception(error))
        store.client.log_text(run_id, masked(text), "traceback.txt")
    store.client.set_terminated(run_id, "FAILED")


def forget_run(store: Store, run_id: str) -> None:
    """Delete a run that is a user's mistake, with what it has left on a disk of this host."""
    store.client.delete_run(run_id)
    models = store.client.search_logged_models(
        [store.experiment_id], filter_string=f"source_run_id = '{run_id}'"
    )
    places = [local_folder(model.artifact_location) for model in models]
    places.append(local_folder(store.client.get_run(run_id).info.artifact_uri))
    # Folders that MLflow names are its own; any other is the user's, empty or not.
    named = {ARTIFACTS, store.experiment_id, "models", run_id, *(each.model_id for each in models)}
    for place in places:
        if place is None:
            continue
        shutil.rmtree(place, ignore_errors=True)
        with suppress(OSError):
            for folder in takewhile(lambda folder: folder.name in named, place.parents):
                folder.rmdir()


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
        params=[Param(name, masked_value(value)) for name, value in (params or {}).items()],
        tags=[RunTag(name, masked_value(value)) for name, value in (tags or {}).items()],
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


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Write text files, name to content, into a folder; a name may begin with another folder."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def write_pictures(pictures: Mapping[str, bytes], folder: Path) -> None:
    """Write pictures as PNG files into a folder, in place of those that are there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, picture in pictures.items():
        (folder / f"{name}.png").write_bytes(picture)
