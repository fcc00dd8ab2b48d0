"""Runs as they were recorded: finding twins, and the table that a selection works on (MLflow)."""

import contextlib
from typing import Any

import pandas as pd
from mlflow.entities import Run, ViewType
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from segmentation.errors import UserError
from segmentation.selection.guards import SelectionRules
from segmentation.selection.ranking import rank_runs
from segmentation.selection.verdict import choose
from segmentation.tracking.store import Store

TWIN_TAG = "twin."
STUDY_TAG = "study"
LEADERBOARD_FILE, VERDICT_FILE = "leaderboard.csv", "verdict.json"
"""What a finished sweep has: its ranked runs, and the choice among them."""


def finished_twin(store: Store, fingerprint: str) -> str | None:
    """Id of the newest finished run with this fingerprint, or None."""
    runs = store.client.search_runs(
        [store.experiment_id],
        f"tags.fingerprint = '{fingerprint}' and attributes.status = 'FINISHED'",
        ViewType.ACTIVE_ONLY,
        max_results=1,
    )
    return runs[0].info.run_id if runs else None


def link_twin(store: Store, parent_id: str, twin_id: str) -> None:
    """Let a sweep count a finished run of an earlier sweep, or of another job, as its own."""
    store.client.set_tag(parent_id, f"{TWIN_TAG}{twin_id}", "reused")


def read_runs(store: Store, parent_id: str) -> pd.DataFrame:
    """All runs of a sweep: its children and the finished runs it reused.

    Returns
    -------
    DataFrame
        One row per run: ``run_id``, ``name``, ``status``, ``seconds``, ``reused``, the tags
        ``error``, ``degenerate``, ``data`` and ``data_fingerprint`` (empty where absent), the
        choices of the run (``algorithm``, ``scaler``, ``features``), ``k`` (NaN where the algorithm
        finds it) and every metric.
    """
    client = store.client
    tags = client.get_run(parent_id).data.tags
    twins = [name.removeprefix(TWIN_TAG) for name in tags if name.startswith(TWIN_TAG)]
    children = _search_all(store, f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{parent_id}'")
    own = {run.info.run_id for run in children}
    reused = [client.get_run(run_id) for run_id in twins if run_id not in own]
    rows = [_row(run, reused=False) for run in children] + [
        _row(run, reused=True) for run in reused
    ]
    return pd.DataFrame(rows)


def read_run(store: Store, run_id: str) -> pd.DataFrame:
    """One run as a table of one row, with the columns of :func:`read_runs`.

    Raises
    ------
    UserError
        If there is no such run.
    """
    try:
        return pd.DataFrame([_row(store.client.get_run(run_id), reused=False)])
    except MlflowException as error:
        raise UserError(
            f"run_id='{run_id}' is not in {store.uri}; take a run id from the leaderboard or the UI"
        ) from error


def newest_sweep(store: Store, study: str | None = None) -> str:
    """Id of the parent run of the newest finished sweep: of a saved study, or of none.

    Raises
    ------
    UserError
        If there is none.
    """
    sweeps = _search_all(store, "tags.kind = 'sweep' and attributes.status = 'FINISHED'")
    found = [run for run in sweeps if run.data.tags.get(STUDY_TAG) == study]
    if not found:
        options = "-m k=2,3,4" if study is None else f"sweep={study}"
        raise UserError(f"no finished sweep in {store.uri}; run train.py {options} first")
    return str(max(found, key=lambda run: run.info.start_time).info.run_id)


def chosen_run(
    store: Store, run_id: str | None, sweep: str | None, rules: SelectionRules
) -> pd.Series:
    """Choose the run to register: the one named, else the best of a sweep.

    Parameters
    ----------
    store : Store
    run_id : str or None
    sweep : str or None
        Parent run of the sweep; ``None`` for the newest finished one that is no saved study.
    rules : SelectionRules

    Returns
    -------
    Series
        Row of :func:`~segmentation.selection.rank_runs`.

    Raises
    ------
    UserError
        If there is no such run or sweep, or no run of it may be chosen.
    """
    if run_id is not None:
        return rank_runs(read_run(store, run_id), rules).iloc[0]
    parent_id = sweep or newest_sweep(store)
    ranked = rank_runs(_runs_of_sweep(store, parent_id), rules)
    verdict = choose(ranked, rules)
    if verdict.run_id is None:
        raise UserError(verdict.sentence)
    return ranked.set_index("run_id", drop=False).loc[verdict.run_id]


def _runs_of_sweep(store: Store, parent_id: str) -> pd.DataFrame:
    with contextlib.suppress(MlflowException):
        runs = read_runs(store, parent_id)
        if not runs.empty:
            return runs
    raise UserError(
        f"sweep='{parent_id}' is no sweep with runs in {store.uri}; "
        "take the id of a sweep's parent run"
    )


def close_children(store: Store, parent_id: str) -> None:
    """Mark every child that is still RUNNING as KILLED: its process is gone."""
    for run in _search_all(
        store, f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{parent_id}' and attributes.status = 'RUNNING'"
    ):
        store.client.set_terminated(run.info.run_id, "KILLED")


def _search_all(store: Store, condition: str) -> list[Run]:
    runs: list[Run] = []
    token = None
    while True:
        page = store.client.search_runs(
            [store.experiment_id], condition, order_by=["start_time ASC"], page_token=token
        )
        runs += page
        token = page.token
        if not token:
            return runs


def _row(run: Run, *, reused: bool) -> dict[str, Any]:
    params, tags, info = run.data.params, run.data.tags, run.info
    row: dict[str, Any] = {
        "run_id": info.run_id,
        "name": info.run_name,
        "status": info.status,
        "reused": reused,
        "seconds": ((info.end_time or info.start_time) - info.start_time) / 1000,
        "error": tags.get("error", ""),
        "degenerate": tags.get("degenerate", ""),
        "data": tags.get("data", ""),
        "data_fingerprint": tags.get("data_fingerprint", ""),
        "k": float(params["k"]) if "k" in params else float("nan"),
    }
    row |= {name: params.get(name, "") for name in ("algorithm", "scaler", "features")}
    return row | run.data.metrics
