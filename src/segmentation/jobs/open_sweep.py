"""The start of a sweep: what was typed is tried, the customers are measured, the parent opened."""

import atexit
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hydra.plugins.sweeper import Sweeper
from mlflow.exceptions import MlflowException
from omegaconf import DictConfig

from segmentation.customers.features import FEATURES, require_features
from segmentation.errors import UserError
from segmentation.jobs.cluster import JOB_FOLDER, clear_when_done, join_cluster
from segmentation.jobs.killed import open_tidied
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
from segmentation.temporary import claim, remove
from segmentation.tracking.full_disks import kept_room
from segmentation.tracking.kinds import SWEEP
from segmentation.tracking.recorded_run import DATA_REPORT_FILE
from segmentation.tracking.recorded_runs import (
    STUDY_TAG,
    close_children,
    runs_of_sweep,
)
from segmentation.tracking.recording import create_run
from segmentation.tracking.store import Store


@dataclass(frozen=True)
class OpenSweep:
    """A sweep under way.

    Attributes
    ----------
    store : Store
    sweep : Sweep
        With its parent run.
    settings : RunSettings
        Of its first run.
    folder : Path
        Of the launch, where report and lists are written.
    """

    store: Store
    sweep: Sweep
    settings: RunSettings
    folder: Path


def open_sweep(config: DictConfig) -> OpenSweep:
    """Try what was typed, measure the customers, open the parent run and tell the jobs of it.

    Parameters
    ----------
    config : DictConfig
        With Hydra's own node, to which is added what the jobs are to know.

    Raises
    ------
    UserError
        If the options or the data cannot be used.
    """
    axes = sweep_axes(config)
    swept = {key.lstrip("+~").split(".")[0] for key in axes}
    if "sweep" in swept:
        raise UserError(
            "sweep takes one saved study at a time, because Hydra would drop the axes of "
            "several; run them one after the other: python train.py sweep=NAME"
        )
    planned = _planned(config, axes)
    settings = planned[0]
    horizons = {share for run in planned for share in run.measuring.horizon_shares}
    store = open_tidied(settings.tracking.uri, settings.tracking.experiment)
    on_cluster = join_cluster(config, settings.cluster_address, store.uri)
    folder = Path(config.hydra.sweep.dir).absolute()
    shared = folder / "shared"
    # Folders that are there belong to the user, empty or not.
    made = sum(not above.exists() for above in shared.parents)
    atexit.register(remove, shared, made)
    claim(shared, made)
    sweep = Sweep(None, shared, number_of_runs(config, axes), tuple(sorted(horizons)))
    one_shop = not swept & CUSTOMERS_DECIDED_BY
    customers = shared_customers(sweep, settings) if one_shop else None
    if customers is not None:
        require_customers(len(customers.table))
    study = config.hydra.runtime.choices.get("sweep")
    name = sweep_name(axes, settings.choices)
    parent_id = _open_parent(store, name if study is None else f"{study} · {name}", study)
    sweep = replace(sweep, parent_id=parent_id)
    if customers is not None:
        store.client.log_dict(parent_id, customers.report.to_dict(), DATA_REPORT_FILE)
    _tell_jobs(config, store, sweep, axes)
    if on_cluster:
        shared.mkdir(parents=True, exist_ok=True, mode=0o700)
        config.hydra.overrides.hydra.append(JOB_FOLDER)
        clear_when_done(parent_id)
    return OpenSweep(store, sweep, settings, folder)


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


def _tell_jobs(
    config: DictConfig, store: Store, sweep: Sweep, axes: Mapping[str, Sequence[str]]
) -> None:
    """Give the jobs the variables by which they know their sweep, see `current_sweep`."""
    variables = {
        PARENT_VARIABLE: str(sweep.parent_id),
        FOLDER_VARIABLE: str(sweep.folder),
        RUNS_VARIABLE: str(sweep.n_runs),
        HORIZONS_VARIABLE: " ".join(map(str, sweep.horizon_shares)),
        "MLFLOW_TRACKING_URI": store.uri,
        # The parent may be a run of another experiment, which `mlflow run` has opened.
        "MLFLOW_EXPERIMENT_ID": store.experiment_id,
        AXES_VARIABLE: " ".join(key.lstrip("+~") for key in axes),
    }
    config.hydra.overrides.hydra.extend(
        [f"+hydra.job.env_set.{name}={quoted(value)}" for name, value in variables.items()]
    )


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
