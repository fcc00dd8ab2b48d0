"""Customers measured once per command, shared by the runs of a sweep and kept with it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from segmentation.console.data import print_data_report, print_readiness
from segmentation.console.progress import line
from segmentation.console.queries import QuerySteps
from segmentation.console.terminal import say
from segmentation.customers.features import FEATURES
from segmentation.customers.kept_values import kept_names
from segmentation.customers.measured import MeasuredCustomers, MeasuringPlan, measure_customers
from segmentation.customers.measured_files import read_measured, write_measured
from segmentation.customers.readiness import readiness_of
from segmentation.errors import UserError
from segmentation.jobs.fingerprint import digest
from segmentation.segments.customer_list import require_free_names
from segmentation.settings.run_settings import RunSettings
from segmentation.settings.sweep_folder import FOLDER_VARIABLE, PARENT_VARIABLE, folder_here
from segmentation.tracking.run_logging import log_measured
from segmentation.tracking.store import Store

RUNS_VARIABLE = "SEGMENTATION_SWEEP_RUNS"
HORIZONS_VARIABLE = "SEGMENTATION_SWEEP_HORIZONS"


@dataclass(frozen=True)
class Sweep:
    """The sweep that a job belongs to.

    Attributes
    ----------
    parent_id : str or None
        Its parent run; ``None`` for a run alone.
    folder : Path or None
        Where siblings share what they have in common, all of them or those of a host that does
        not see the folder of the launching one; ``None`` for a run alone.
    n_runs : int
        How many runs it has.
    horizon_shares : tuple of float
        Shares of the covered period that any of its runs keeps back as the future.
    """

    parent_id: str | None
    folder: Path | None
    n_runs: int = 1
    horizon_shares: tuple[float, ...] = ()


def current_sweep() -> Sweep:
    """Read the sweep from the environment that the launching process gave this job."""
    folder, parent_id = os.environ.get(FOLDER_VARIABLE), os.environ.get(PARENT_VARIABLE)
    return Sweep(
        parent_id,
        None if folder is None else folder_here(Path(folder), str(parent_id)),
        int(os.environ.get(RUNS_VARIABLE, 1)),
        tuple(map(float, os.environ.get(HORIZONS_VARIABLE, "").split())),
    )


def shared_customers(sweep: Sweep, settings: RunSettings) -> MeasuredCustomers:
    """Measure the customers of a run, or read what a sibling measured.

    Raises
    ------
    UserError
        If the data cannot be used, or the sweep's folder cannot be written.
    """
    wanted = dict.fromkeys([*settings.measuring.horizon_shares, *sweep.horizon_shares])
    measuring = replace(settings.measuring, horizon_shares=tuple(wanted))
    if sweep.folder is None:
        return _measure(measuring)
    with _writable(sweep.folder):
        sweep.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = sweep.folder / measured_name(settings)
    with FileLock(folder.with_suffix(".lock")):
        if folder.exists():
            kept = read_measured(folder)
            if set(wanted) <= set(kept.horizon_shares):
                return kept
        # A job of a sweep has no line of its own.
        customers = _measure(measuring, in_job=sweep.parent_id is not None)
        with _writable(sweep.folder):
            _keep_in(folder, customers)
    return customers


def _keep_in(folder: Path, customers: MeasuredCustomers) -> None:
    """Complete or not at all."""
    unfinished = folder.with_suffix(".part")
    for left in (folder, unfinished):
        shutil.rmtree(left, ignore_errors=True)
    write_measured(customers, unfinished)
    unfinished.replace(folder)


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
    # Noted for the siblings, who would have to ask the store, each of them.
    noted = sweep.folder / f"{sweep.parent_id}.{name}.place"
    with FileLock(noted.with_suffix(".lock")):
        if not noted.exists():
            place = log_measured(store, sweep.parent_id, customers, name)
            noted.write_text(place, encoding="utf-8")
        return noted.read_text(encoding="utf-8")


def measured_name(settings: RunSettings) -> str:
    """Name of the measured customers of a run: the same where the same lines are measured."""
    return digest(settings.measured_by)


@contextmanager
def one_at_a_time(sweep: Sweep, fingerprint: str) -> Iterator[None]:
    """Let equal runs of a sweep wait for each other, so that the second finds the first."""
    lock = nullcontext() if sweep.folder is None else FileLock(sweep.folder / f"{fingerprint}.run")
    with lock:
        yield


def _begin(doing: str) -> None:
    line.begin(doing, QuerySteps().status)


def _measure(measuring: MeasuringPlan, *, in_job: bool = False) -> MeasuredCustomers:
    customers = measure_customers(measuring, *([] if in_job else [_begin]))
    if not in_job:
        line.end()
    require_free_names(kept_names(customers.kept), FEATURES)
    print_data_report(customers.report)
    print_readiness(readiness_of(customers))
    if customers.drawn:
        say(f"fitted: {customers.drawn} (training.max_customers={measuring.max_customers})")
        say("")
    return customers


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"folder '{folder}' cannot be written ({error.strerror or error}); "
            "free some space, or set hydra.sweep.dir to another disk"
        ) from error
