"""A sweep: the parent run around the jobs of one launch (Hydra callback)."""

import atexit
import contextlib
import shutil
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback
from hydra.plugins.sweeper import Sweeper
from mlflow.exceptions import MlflowException
from omegaconf import DictConfig

from segmentation.customers.features import FEATURES, require_features
from segmentation.errors import UserError, exit_quietly_on_signals, exit_with
from segmentation.jobs.cluster import JOB_FOLDER, clear_when_done, join_cluster
from segmentation.jobs.finish_sweep import finish_sweep
from segmentation.jobs.killed import tell_closed
from segmentation.jobs.shared_customers import (
    HORIZONS_VARIABLE,
    RUNS_VARIABLE,
    Sweep,
    shared_customers,
)
from segmentation.model.fitting import require_customers
from segmentation.model.trial import require_usable
from segmentation.settings.axes import AXES_VARIABLE, axis_settings, sweep_axes
from segmentation.settings.composing import compose_once
from segmentation.settings.groups import CUSTOMERS_DECIDED_BY
from segmentation.settings.hydra_record import mask_record
from segmentation.settings.quoting import quoted
from segmentation.settings.run_name import sweep_name
from segmentation.settings.run_settings import RunSettings
from segmentation.settings.sweep_folder import FOLDER_VARIABLE, PARENT_VARIABLE
from segmentation.settings.sweeper import number_of_runs, require_direction
from segmentation.temporary import claim
from segmentation.tracking.full_disks import disk_refusal, kept_room
from segmentation.tracking.kinds import SWEEP
from segmentation.tracking.recorded_run import DATA_REPORT_FILE
from segmentation.tracking.recorded_runs import (
    STUDY_TAG,
    close_children,
    runs_of_sweep,
)
from segmentation.tracking.recording import create_run
from segmentation.tracking.store import Store, open_store

OWN_LEVELS = 3
"""Folders above the shared one that a sweep makes: ``outputs``, day and time."""


class SweepCallback(Callback):
    """Open a parent run before the jobs of a sweep; compare, choose and register after them.

    Hydra turns an exception in a callback into a warning, so whatever must not be lost leaves by
    ``SystemExit``, and the parent is closed when the process ends, however it ends.
    """

    def on_multirun_start(self, config: DictConfig, **_: Any) -> None:
        """Open the parent run and pass its id to the jobs."""
        exit_quietly_on_signals()
        with _errors_end_the_sweep():
            self._start(config)

    def on_multirun_end(self, config: DictConfig, **_: Any) -> None:  # noqa: ARG002
        """Compare the runs, register the champion and close the parent."""
        with _errors_end_the_sweep():
            exit_code = finish_sweep(self.store, self.sweep, self.settings, self.folder)
        if exit_code:
            raise SystemExit(exit_code)

    def _start(self, config: DictConfig) -> None:
        axes = sweep_axes(config)
        swept = {key.lstrip("+~").split(".")[0] for key in axes}
        if "sweep" in swept:
            raise UserError(
                "sweep takes one saved study at a time, because Hydra would drop the axes of "
                "several; run them one after the other: python train.py sweep=NAME"
            )
        planned = _planned(config, axes)
        self.settings = planned[0]
        horizons = {share for run in planned for share in run.measuring.horizon_shares}
        self.store = open_store(self.settings.tracking.uri, self.settings.tracking.experiment)
        tell_closed(self.store)
        on_cluster = join_cluster(config, self.settings.cluster_address, self.store.uri)
        self.folder = Path(config.hydra.sweep.dir).absolute()
        folder = self.folder / "shared"
        atexit.register(_clear, folder)
        claim(folder)
        one_shop = not swept & CUSTOMERS_DECIDED_BY
        sweep = Sweep(None, folder, number_of_runs(config, axes), tuple(sorted(horizons)))
        customers = shared_customers(sweep, self.settings) if one_shop else None
        if customers is not None:
            require_customers(len(customers.table))
        study = config.hydra.runtime.choices.get("sweep")
        name = sweep_name(axes, self.settings.choices)
        parent_id = _open_parent(self.store, name if study is None else f"{study} · {name}", study)
        self.sweep = replace(sweep, parent_id=parent_id)
        if customers is not None:
            report = customers.report.to_dict()
            self.store.client.log_dict(parent_id, report, DATA_REPORT_FILE)
        variables = _told_to_jobs(self.store, self.sweep) | {
            AXES_VARIABLE: " ".join(key.lstrip("+~") for key in axes)
        }
        config.hydra.overrides.hydra.extend(
            [f"+hydra.job.env_set.{name}={quoted(value)}" for name, value in variables.items()]
        )
        if on_cluster:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            config.hydra.overrides.hydra.append(JOB_FOLDER)
            clear_when_done(parent_id)


def _clear(shared: Path) -> None:
    """Remove what the runs shared, and the folders that a refused sweep leaves empty."""
    shutil.rmtree(shared, ignore_errors=True)
    with contextlib.suppress(OSError):
        for folder in list(shared.parents)[:OWN_LEVELS]:
            folder.rmdir()


def _planned(config: DictConfig, axes: Mapping[str, Sequence[str]]) -> list[RunSettings]:
    """Settings of a run with every value, tried before the data is read."""
    compose_once(config, axes)
    planned = list(axis_settings(config, axes))
    record = Path(config.hydra.sweep.dir).absolute()
    # Called when Hydra has written its record. Every value has been composed already; Hydra would
    # compose every combination, and then again.
    Sweeper.validate_batch_is_legal = lambda *_: mask_record(record)  # type: ignore
    require_direction(config, planned[0])
    _require_usable(planned)
    return planned


def _told_to_jobs(store: Store, sweep: Sweep) -> dict[str, str]:
    """Environment variables by which a job knows its sweep, see `current_sweep`."""
    return {
        PARENT_VARIABLE: str(sweep.parent_id),
        FOLDER_VARIABLE: str(sweep.folder),
        RUNS_VARIABLE: str(sweep.n_runs),
        HORIZONS_VARIABLE: " ".join(map(str, sweep.horizon_shares)),
        "MLFLOW_TRACKING_URI": store.uri,
        # The parent may be a run of another experiment, which `mlflow run` has opened.
        "MLFLOW_EXPERIMENT_ID": store.experiment_id,
    }


def _require_usable(planned: Sequence[RunSettings]) -> None:
    """Try every algorithm and scaler on a few made-up customers, before the data is read.

    Of runs that differ by what follows ``k`` and ``seed`` only, those with the fewest and the most
    segments.
    """
    alike: dict[str, dict[int, RunSettings]] = {}
    for settings in planned:
        recipe, written = settings.recipe, settings.configuration
        require_features(recipe.features, FEATURES)
        key = f"{written['scaler']} {written['algorithm']} {recipe.features}"
        alike.setdefault(key, {})[recipe.k or 0] = settings
    for by_k in alike.values():
        for recipe in (by_k[k].recipe for k in {min(by_k), max(by_k)}):
            require_usable(recipe.scaler, recipe.algorithm, recipe.features)


@contextlib.contextmanager
def _errors_end_the_sweep() -> Iterator[None]:
    try:
        yield
    except UserError as error:
        exit_with(error)
    except Exception as error:
        if (refusal := disk_refusal(error)) is not None:
            exit_with(refusal)
        traceback.print_exc()
        raise SystemExit(1) from error


def close_sweep(store: Store, parent_id: str) -> None:
    """Leave nothing open: for a sweep that was interrupted, or failed before its first run."""
    with contextlib.suppress(MlflowException):
        if store.client.get_run(parent_id).info.status != "RUNNING":
            return
        close_children(store, parent_id)
        if not runs_of_sweep(store, parent_id):
            store.client.delete_run(parent_id)
        else:
            store.client.set_terminated(parent_id, "KILLED")


def _open_parent(store: Store, name: str, study: str | None) -> str:
    """Open the parent run, which the end of the process closes, on a full disk, too."""
    tags = {"kind": SWEEP} | ({} if study is None else {STUDY_TAG: study})
    parent_id = create_run(store, name, tags)
    atexit.register(close_sweep, store, parent_id)
    # Called before it: what is registered last is called first.
    atexit.register(kept_room(store.uri))
    return parent_id
