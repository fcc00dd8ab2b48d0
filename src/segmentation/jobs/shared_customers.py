"""Customers measured once per command, shared by the runs of a sweep and kept with it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from segmentation.console import print_data_report
from segmentation.customers.measured import (
    MeasuredCustomers,
    measure_customers,
    read_measured,
    write_measured,
)
from segmentation.errors import UserError
from segmentation.jobs.fingerprint import digest
from segmentation.settings.run_settings import RunSettings
from segmentation.tracking.recorded_run import MEASURED_FOLDER
from segmentation.tracking.run_logging import log_measured
from segmentation.tracking.store import Store

PARENT_VARIABLE = "SEGMENTATION_PARENT_RUN"
FOLDER_VARIABLE = "SEGMENTATION_SWEEP_FOLDER"
RUNS_VARIABLE = "SEGMENTATION_SWEEP_RUNS"


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


def shared_customers(sweep: Sweep, settings: RunSettings) -> MeasuredCustomers:
    """Measure the customers of a run, or read what a sibling measured.

    Raises
    ------
    UserError
        If the data cannot be used, or the sweep's folder cannot be written.
    """
    if sweep.folder is None:
        return _measure(settings)
    folder = sweep.folder / measured_name(settings)
    with _writable(sweep.folder), FileLock(folder.with_suffix(".lock")):
        customers = read_measured(folder) if folder.exists() else None
        wanted = set(settings.measuring.horizon_shares)
        if customers is None or not wanted <= set(customers.horizon_shares):
            shutil.rmtree(folder, ignore_errors=True)
            customers = _measure(settings)
            unfinished = folder.with_suffix(".part")
            shutil.rmtree(unfinished, ignore_errors=True)
            write_measured(customers, unfinished)
            unfinished.replace(folder)
    return customers


def keep_customers(
    store: Store, sweep: Sweep, settings: RunSettings, customers: MeasuredCustomers, run_id: str
) -> str | None:
    """Keep the measured customers with the sweep, or with a run alone, once.

    Parameters
    ----------
    store : Store
    sweep : Sweep
    settings : RunSettings
    customers : MeasuredCustomers
    run_id : str
        The run, where it is alone.

    Returns
    -------
    str or None
        Where they are; ``None`` where customers are not to be kept.
    """
    if not settings.tracking.log_customers:
        return None
    name = measured_name(settings)
    if sweep.parent_id is None or sweep.folder is None:
        return log_measured(store, run_id, customers, name)
    with FileLock(sweep.folder / f"{name}.kept"):
        listed = store.client.list_artifacts(sweep.parent_id, MEASURED_FOLDER)
        place = f"{MEASURED_FOLDER}/{name}"
        if place in {file.path for file in listed}:
            return f"{sweep.parent_id}:{place}"
        return log_measured(store, sweep.parent_id, customers, name)


def measured_name(settings: RunSettings) -> str:
    """Name of the measured customers of a run: the same where the same lines are measured."""
    return digest(settings.measured_by)


@contextmanager
def one_at_a_time(sweep: Sweep, fingerprint: str) -> Iterator[None]:
    """Let equal runs of a sweep wait for each other, so that the second finds the first."""
    lock = nullcontext() if sweep.folder is None else FileLock(sweep.folder / f"{fingerprint}.run")
    with lock:
        yield


def _measure(settings: RunSettings) -> MeasuredCustomers:
    customers = measure_customers(settings.measuring)
    print_data_report(customers.report)
    return customers


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield
    except OSError as error:
        raise UserError(
            f"folder '{folder}' cannot be written ({error.strerror or error}); "
            "free some space, or set hydra.sweep.dir to another disk"
        ) from error
