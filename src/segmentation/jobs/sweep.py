"""A sweep: the parent run around the jobs of one launch (Hydra callback)."""

import atexit
import contextlib
import copy
import math
import os
import shutil
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback
from mlflow.exceptions import MlflowException
from omegaconf import DictConfig, open_dict

from segmentation.console import console, print_leaderboard, print_verdict
from segmentation.errors import UserError, exit_quietly_on_signals, exit_with
from segmentation.jobs.next_steps import print_next_steps
from segmentation.jobs.version_report import write_version_report
from segmentation.jobs.promote import promote
from segmentation.selection.ranking import rank_runs
from segmentation.selection.verdict import choose
from segmentation.settings.run_settings import RunSettings, read_run_settings
from segmentation.settings.axes import require_composable, sweep_axes
from segmentation.jobs.comparison import log_comparison
from segmentation.jobs.train import (
    FOLDER_VARIABLE,
    PARENT_VARIABLE,
    RUNS_VARIABLE,
    STUDY_GROUPS,
    Sweep,
    shared_study,
)
from segmentation.tracking.recorded_runs import STUDY_TAG, close_children, read_runs
from segmentation.tracking.run_logging import REPORT_FILE
from segmentation.tracking.store import (
    Store,
    create_run,
    log_values,
    open_store,
)


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
            exit_code = finish_sweep(self.store, self.parent_id, self.plan, self.folder)
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
        require_composable(config, axes)
        task = copy.deepcopy(config)
        with open_dict(task):
            del task["hydra"]
        self.plan = read_run_settings(task, config.hydra.runtime.choices)
        self.store = open_store(self.plan.tracking.uri, self.plan.tracking.experiment)
        self.folder = Path(config.hydra.sweep.dir).absolute()
        folder = self.folder / "shared"
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        study = None if swept & STUDY_GROUPS else shared_study(Sweep(None, folder), self.plan)
        self.parent_id = _open_parent(self.store, config)
        atexit.register(close_sweep, self.store, self.parent_id)
        if study is not None:
            self.store.client.log_dict(self.parent_id, study.report.to_dict(), REPORT_FILE)
        variables = {
            PARENT_VARIABLE: self.parent_id,
            FOLDER_VARIABLE: str(folder),
            RUNS_VARIABLE: str(math.prod(map(len, axes.values()))),
            "MLFLOW_TRACKING_URI": self.store.uri,
        }
        config.hydra.overrides.hydra.extend(
            [f"+hydra.job.env_set.{name}='{value}'" for name, value in variables.items()]
        )


@contextlib.contextmanager
def _errors_end_the_sweep() -> Iterator[None]:
    try:
        yield
    except UserError as error:
        exit_with(error)
    except Exception as error:
        traceback.print_exc()
        raise SystemExit(1) from error


def finish_sweep(store: Store, parent_id: str, plan: RunSettings, folder: Path) -> int:
    """Compare the runs of a sweep, register the best and close the parent run.

    The report on the registered version is written to ``folder``, too.

    Returns
    -------
    int
        Exit code: 0, 1 when a run failed, 2 when all failed by a mistake in the input.
    """
    ranked = rank_runs(read_runs(store, parent_id), plan.selection)
    verdict = choose(ranked, plan.selection)
    print_leaderboard(ranked)
    failed = ranked["status"] != "FINISHED"
    log_comparison(store, parent_id, ranked, verdict, plan.selection)
    if failed.any():
        console.print(f"{failed.sum()} of {len(ranked)} runs failed: nothing is registered.")
        store.client.set_terminated(parent_id, "FAILED")
        users_mistake = failed.all() and ranked["error"].str.startswith("UserError").all()
        return 2 if users_mistake else 1
    print_verdict(verdict, ranked)
    if verdict.run_id is not None and verdict.eligible:
        registration = promote(
            store,
            ranked.set_index("run_id", drop=False).loc[verdict.run_id],
            plan.selection,
            plan.tracking.model_name,
            command=" ".join(sys.argv),
        )
        log_values(store, parent_id, tags={"chosen_run": verdict.run_id})
        pictures = plan.plots != "none"
        segments = write_version_report(
            store, registration, plan.selection, folder=folder, pictures=pictures
        )
        print_next_steps(store, registration, segments)
        console.print(f"The report: {folder / 'report.html'}")
    store.client.set_terminated(parent_id, "FINISHED")
    return 0


def close_sweep(store: Store, parent_id: str) -> None:
    """Leave nothing open: for a sweep that was interrupted, or failed before its first run."""
    with contextlib.suppress(MlflowException):
        if store.client.get_run(parent_id).info.status != "RUNNING":
            return
        close_children(store, parent_id)
        if read_runs(store, parent_id).empty:
            store.client.delete_run(parent_id)
        else:
            store.client.set_terminated(parent_id, "KILLED")


def _open_parent(store: Store, config: DictConfig) -> str:
    name, study = " ".join(config.hydra.overrides.task), config.hydra.runtime.choices.sweep
    tags = {"kind": "sweep"} | ({} if study is None else {STUDY_TAG: study})
    # `mlflow run` has opened a run already; left in place, the first job would take it.
    given = os.environ.pop("MLFLOW_RUN_ID", None)
    if given is None:
        return create_run(store, name or "sweep", tags)
    log_values(store, given, tags=tags)
    return given
