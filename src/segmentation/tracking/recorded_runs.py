"""Several recorded runs: those of a sweep, the newest sweep, and twins (MLflow)."""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cache

import pandas as pd
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from segmentation.errors import UserError
from segmentation.masking import masked
from segmentation.selection.band import Contributions
from segmentation.selection.runs_table import run_row
from segmentation.tracking.kinds import SWEEP
from segmentation.tracking.recorded_run import RecordedRun, fingerprint_key, recorded
from segmentation.tracking.store import Store

TWIN_TAG = "twin."
SKIPPED_TAG = "skipped."
STUDY_TAG = "study"
FEW, MANY = 20, 1000
"""Runs of a page: where the first is enough, and where all are wanted."""


def finished_twin(store: Store, fingerprint: str) -> RecordedRun | None:
    """Return the newest finished run with this fingerprint."""
    runs = store.client.search_runs(
        [store.experiment_id],
        f"tags.`{fingerprint_key(fingerprint)}` = 'true' and attributes.status = 'FINISHED'",
        ViewType.ACTIVE_ONLY,
        max_results=1,
    )
    return recorded(store, runs[0]) if runs else None


def link_twin(store: Store, parent_id: str, twin_id: str) -> None:
    """Let a sweep count a finished run of an earlier sweep, or of another job, as its own."""
    store.client.set_tag(parent_id, f"{TWIN_TAG}{twin_id}", "reused")


def skip_run(store: Store, parent_id: str, name: str, reason: str) -> None:
    """Let a sweep know of a run that its customers are too few for: it is not opened."""
    key = f"{SKIPPED_TAG}{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    store.client.set_tag(parent_id, key, json.dumps({"name": name, "reason": reason}))


def skipped_runs(store: Store, parent_id: str) -> tuple[dict[str, str], ...]:
    """Read ``name`` and ``reason`` of the runs that a sweep left out, by name."""
    tags = store.client.get_run(parent_id).data.tags
    skipped = [json.loads(value) for key, value in tags.items() if key.startswith(SKIPPED_TAG)]
    return tuple(sorted(skipped, key=lambda run: str(run["name"])))


def runs_of_sweep(store: Store, parent_id: str) -> list[RecordedRun]:
    """Read all runs of a sweep: its children, then the finished runs it reused.

    Those that were deleted since are left out.
    """
    runs = list(search_runs(store, f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{parent_id}'"))
    own = {run.run_id for run in runs}
    for twin in _reused(store, parent_id):
        with contextlib.suppress(MlflowException):
            run = recorded(store, store.client.get_run(twin))
            if not run.deleted and twin not in own:
                runs.append(run)
    return runs


def gone_runs(store: Store, parent_id: str, runs: Sequence[RecordedRun]) -> list[str]:
    """Ids of the runs that a sweep reused and that were deleted since: not among those read."""
    read = {run.run_id for run in runs}
    return [twin for twin in _reused(store, parent_id) if twin not in read]


def _reused(store: Store, parent_id: str) -> list[str]:
    """Ids of the runs that a sweep reused."""
    tags = store.client.get_run(parent_id).data.tags
    return [name.removeprefix(TWIN_TAG) for name in tags if name.startswith(TWIN_TAG)]


def runs_table(runs: Sequence[RecordedRun], parent_id: str | None = None) -> pd.DataFrame:
    """Put runs into the table that a selection works on.

    Parameters
    ----------
    runs : sequence of RecordedRun
    parent_id : str, optional
        The sweep that looks at them: runs of another one are reused.

    Returns
    -------
    DataFrame
        One row per run, see `selection.runs_table.run_row`, with ``seconds``, ``seed``,
        ``configuration`` (equal where runs differ by seed only), ``customers`` (equal where runs
        are about the same), the tags ``data``, ``data_fingerprint`` and ``best_sorting`` (empty
        where absent) and the options ``algorithm``, ``scaler`` and
        ``features``.
    """
    return pd.DataFrame(
        run_row(
            run_id=run.run_id,
            name=run.name,
            k=float(run.params["k"]) if "k" in run.params else None,
            estimator=run.tags.get("estimator", ""),
            metrics=run.metrics,
            degenerate=run.degenerate,
            status=run.status,
            error=run.tags.get("error", ""),
            seed=run.params.get("seed", ""),
            configuration=run.tags.get("fingerprint_without_seed", ""),
            customers=run.tags.get("customers_fingerprint", ""),
            best_sorting=run.tags.get("best_sorting", ""),
            reused=parent_id is not None and run.parent_id != parent_id,
            seconds=run.seconds,
            data=run.data,
            data_fingerprint=run.tags.get("data_fingerprint", ""),
            **{name: run.params.get(name, "") for name in ("algorithm", "scaler", "features")},
        )
        for run in runs
    )


def contributions_of(runs: Sequence[RecordedRun]) -> Contributions:
    """Return what reads, run by run and once, what customers add to a score."""
    by_id = {run.run_id: run for run in runs}
    return cache(lambda run_id: by_id[run_id].contributions())


def newest_sweep(store: Store, study: str | None = None) -> str:
    """Return the id of the newest finished sweep: of a saved study, or of none.

    Raises
    ------
    UserError
        If there is none.
    """
    condition = f"tags.kind = '{SWEEP}' and attributes.status = 'FINISHED'"
    for run in search_runs(store, condition, "start_time DESC", FEW):
        if run.tags.get(STUDY_TAG) == study:
            return run.run_id
    options = "-m k=2,3,4" if study is None else f"sweep={study}"
    raise UserError(f"no finished sweep in {masked(store.uri)}; run train.py {options} first")


def newest_sweep_with(store: Store, run: RecordedRun) -> str | None:
    """Return the id of the newest sweep that holds a run, as its own or reused."""
    sweeps = list(search_runs(store, f"tags.`{TWIN_TAG}{run.run_id}` = 'reused'"))
    if run.parent_id is not None:
        with contextlib.suppress(MlflowException):
            sweeps.append(recorded(store, store.client.get_run(run.parent_id)))
    return max(sweeps, key=lambda sweep: sweep.start_time).run_id if sweeps else None


def finished_runs_of_sweep(store: Store, parent_id: str) -> list[RecordedRun]:
    """Read the runs of a sweep that a person named.

    Raises
    ------
    UserError
        If it is no sweep, or has no runs.
    """
    with contextlib.suppress(MlflowException):
        runs = runs_of_sweep(store, parent_id)
        if runs:
            return runs
    raise UserError(
        f"sweep_run='{parent_id}' is no sweep with runs in {masked(store.uri)}; "
        "take the id of a sweep's parent run"
    )


def close_children(store: Store, parent_id: str) -> None:
    """Mark every child that is still RUNNING as KILLED: its process is gone."""
    condition = f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{parent_id}' and attributes.status = 'RUNNING'"
    for run in list(search_runs(store, condition)):
        store.client.set_terminated(run.run_id, "KILLED")


def search_runs(
    store: Store, condition: str, order: str = "start_time ASC", page_size: int = MANY
) -> Iterator[RecordedRun]:
    """Read the runs of the experiment that meet a condition, page by page."""
    token = None
    while True:
        page = store.client.search_runs(
            [store.experiment_id],
            condition,
            max_results=page_size,
            order_by=[order],
            page_token=token,
        )
        yield from (recorded(store, run) for run in page)
        token = page.token
        if not token:
            return
