"""One run, alone or as a child of a sweep: what it shares with its siblings, and how it ends."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
from filelock import FileLock

from segmentation import __version__
from segmentation.console import console, print_data_report
from segmentation.errors import UserError
from segmentation.customers.measured import MeasuredCustomers, measure_customers
from segmentation.settings.parameters import flat
from segmentation.settings.run_settings import RunSettings
from segmentation.tracking.recorded_runs import finished_twin, link_twin
from segmentation.tracking.store import Store, create_run, record_failure

PARENT_VARIABLE = "SEGMENTATION_PARENT_RUN"
FOLDER_VARIABLE = "SEGMENTATION_SWEEP_FOLDER"
RUNS_VARIABLE = "SEGMENTATION_SWEEP_RUNS"
ALL_PICTURES_UP_TO_RUNS = 20
STUDY_GROUPS = {"data", "cleaning", "features", "as_of", "evaluation", "seed"}
RUN_PARTS = (
    "cleaning.",
    "features.",
    "key_accounts.",
    "scaler.",
    "algorithm.",
    "evaluation.",
    "seed",
)


@dataclass(frozen=True)
class Sweep:
    """The sweep that a job belongs to.

    Attributes
    ----------
    parent_id : str or None
        Its parent run; ``None`` for a run alone.
    folder : Path or None
        Where siblings share what they have in common; ``None`` for a run alone.
    n_runs : int
        How many runs it has.
    """

    parent_id: str | None
    folder: Path | None
    n_runs: int = 1


def current_sweep() -> Sweep:
    """Read the sweep from the environment that the launching process gave this job."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return Sweep(
        os.environ.get(PARENT_VARIABLE),
        None if folder is None else Path(folder),
        int(os.environ.get(RUNS_VARIABLE, 1)),
    )


def draws_pictures(sweep: Sweep, plan: RunSettings) -> bool:
    """Whether pictures of every run are drawn, not of the registered one only."""
    if plan.plots == "auto":
        # Customers that are not kept cannot be drawn later.
        return sweep.n_runs <= ALL_PICTURES_UP_TO_RUNS or not plan.tracking.log_customers
    return plan.plots == "all"


def shared_study(sweep: Sweep, plan: RunSettings) -> MeasuredCustomers:
    """Customers, measured and evaluated out of time once per sweep and read by its other runs.

    Raises
    ------
    UserError
        If the data cannot be used, or the sweep's folder cannot be written.
    """

    def prepare() -> MeasuredCustomers:
        study = measure_customers(plan.study)
        print_data_report(study.report)
        return study

    if sweep.folder is None:
        return prepare()
    path = sweep.folder / f"{_digest(plan.study.record)}.joblib"
    try:
        sweep.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                _write(prepare(), path)
        study: MeasuredCustomers = joblib.load(path)
    except OSError as error:
        raise UserError(
            f"folder '{sweep.folder}' cannot be written ({error.strerror or error}); "
            "free some space, or set hydra.sweep.dir to another disk"
        ) from error
    return study


def run_fingerprint(plan: RunSettings, study: MeasuredCustomers) -> str:
    """Fingerprint of everything that decides the outcome of a run; ``k`` counts where it is used.

    Two configurations with the same fingerprint are one run: HDBSCAN, say, with k = 2 and k = 3.
    """
    settings = flat(plan.configuration)
    parts = {key: value for key, value in settings.items() if key.startswith(RUN_PARTS)}
    parts |= {
        "data": study.report.fingerprint,
        "as_of": study.as_of.isoformat(),
        "version": __version__,
    }
    return _digest(parts)


@contextmanager
def one_at_a_time(sweep: Sweep, fingerprint: str) -> Iterator[None]:
    """Let equal runs of a sweep wait for each other, so that the second finds the first."""
    lock = nullcontext() if sweep.folder is None else FileLock(sweep.folder / f"{fingerprint}.run")
    with lock:
        yield


def reused(store: Store, sweep: Sweep, plan: RunSettings, fingerprint: str) -> bool:
    """Whether a finished run with this fingerprint stands in for this one; it is linked if so."""
    twin = finished_twin(store, fingerprint) if plan.reuse or sweep.parent_id else None
    if twin is None or not (plan.reuse or _is_sibling(store, twin, sweep)):
        return False
    if sweep.parent_id is not None:
        link_twin(store, sweep.parent_id, twin)
    console.print(f"{plan.name}: already run as {twin}, reused (reuse=false computes it again)")
    return True


@contextmanager
def tracked_job(
    store: Store, sweep: Sweep, name: str
) -> Iterator[Callable[[Mapping[str, str]], str]]:
    """Record how a job ends: FINISHED, FAILED with its error, or KILLED.

    In a sweep an error becomes a FAILED run and the siblings go on. Alone it is raised again, and
    leaves no run behind when it is a user's mistake or came before the run was opened.

    Yields
    ------
    callable
        Opens the run with some tags and returns its id.
    """
    opened: list[str] = []

    def start(tags: Mapping[str, str]) -> str:
        opened.append(create_run(store, name, tags, sweep.parent_id))
        return opened[0]

    alone = sweep.parent_id is None
    try:
        yield start
    except Exception as error:
        if opened or not alone:
            record_failure(store, opened[0] if opened else start({}), error)
        if not alone:
            console.print(f"{name}: failed: {error}")
            return
        if opened and isinstance(error, UserError):
            store.client.delete_run(opened[0])
        raise
    except BaseException:
        _close(store, opened, "KILLED")
        raise
    else:
        _close(store, opened, "FINISHED")


def _close(store: Store, run_ids: list[str], status: str) -> None:
    for run_id in run_ids:
        store.client.set_terminated(run_id, status)


def _is_sibling(store: Store, run_id: str, sweep: Sweep) -> bool:
    tags = store.client.get_run(run_id).data.tags
    return tags.get("mlflow.parentRunId") == sweep.parent_id


def _write(study: MeasuredCustomers, path: Path) -> None:
    unfinished = path.with_suffix(".part")
    joblib.dump(study, unfinished)
    unfinished.replace(path)


def _digest(parts: Mapping[str, Any]) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
