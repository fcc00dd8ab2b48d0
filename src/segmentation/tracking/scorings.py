"""Scorings as runs: a month each, with the months before it, so that charts show them (MLflow)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NOTE

from segmentation.data.harmless_text import harmless_frame
from segmentation.data.report import DataReport
from segmentation.engine.connection import connect
from segmentation.engine.tables import read_parquet, write_parquet
from segmentation.report.rendering import escaped_markdown
from segmentation.segments.history import COLUMNS
from segmentation.segments.listed_names import listed_names
from segmentation.tracking.datasets import dataset_of_report, log_dataset
from segmentation.tracking.kinds import SCORING
from segmentation.tracking.recorded_run import CUSTOMERS_FILE, DATA_REPORT_FILE
from segmentation.tracking.recording import artifact_folder, create_run, log_series, log_values
from segmentation.tracking.store import Store

EXPERIMENT = "{}-scorings"
CHANGES_FILE, SEGMENTS_FILE = "changes.html", "segments.csv"
MODEL_NAME, AS_OF = "model_name", "as_of"
NO_METRIC = re.compile(r"[^\w\-. ]+")
"""What MLflow does not allow in the name of a metric."""


@dataclass(frozen=True)
class ScoringRun:
    """What is recorded of a scoring.

    Attributes
    ----------
    model_name, model_version, model_id : str
    report : DataReport
        On the lines.
    segments : DataFrame
        ``name``, ``customers``, ``revenue`` and ``listed`` of every segment.
    drift : DataFrame
        See `drift.Reference.drift`.
    moved_share : float or None
    page : str
        About the changes; empty without a scoring before.
    customers : Path or None
        A parquet file of all customers, where they are kept.
    log_kept : bool
        Whether columns that are carried along are kept, too.
    params : mapping
        What was chosen.
    """

    model_name: str
    model_version: str
    model_id: str
    report: DataReport
    segments: pd.DataFrame
    drift: pd.DataFrame
    moved_share: float | None = None
    page: str = ""
    customers: Path | None = None
    log_kept: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)


def log_scoring(store: Store, scoring: ScoringRun) -> str:
    """Record a scoring; return the id of its run.

    Metrics have the day of ``as_of`` (days since 1970) as their step, and those of earlier months,
    of models of the same name, are repeated, so that the run of the last month shows all of them.
    """
    before = _month_before(store, scoring)
    version = f" version {scoring.model_version}" if scoring.model_version else ""
    name = f"{scoring.report.as_of:%Y-%m-%d} {scoring.model_name}{version}".strip()
    tags = {
        "kind": SCORING,
        MODEL_NAME: scoring.model_name,
        "model_version": scoring.model_version,
        "model_id": scoring.model_id,
        AS_OF: scoring.report.as_of.isoformat(),
        MLFLOW_RUN_NOTE: _note(scoring),
    }
    run_id = create_run(store, name, {key: value for key, value in tags.items() if value})
    try:
        _log(store, run_id, scoring, before)
    except BaseException:
        store.client.set_terminated(run_id, "FAILED")
        raise
    store.client.set_terminated(run_id, "FINISHED")
    return run_id


def _log(store: Store, run_id: str, scoring: ScoringRun, before: str | None) -> None:
    dataset = dataset_of_report("scored", scoring.report, _digest(scoring.report))
    log_dataset(store, run_id, dataset, "scoring")
    # What `mlflow run` recorded as it was typed stays.
    given = store.client.get_run(run_id).data.params
    log_values(store, run_id, {k: v for k, v in scoring.params.items() if k not in given})
    step, values = day_of(scoring.report.as_of), metrics_of(scoring)
    series = {
        name: _earlier(store, before, name, step) | {step: value} for name, value in values.items()
    }
    log_series(store, run_id, series)
    with artifact_folder(store, run_id) as folder:
        _write(scoring, folder)


def day_of(instant: datetime) -> int:
    """Days since 1970 of an instant in UTC: the step of its metrics."""
    return (instant - datetime(1970, 1, 1)).days


def metrics_of(scoring: ScoringRun) -> dict[str, float]:
    """Figures of one scoring by the names of their metrics."""
    segments = scoring.segments
    values: dict[str, float] = {"customers": float(segments["customers"].sum())}
    values["revenue"] = float(segments["revenue"].sum())
    for _, row in segments.iterrows():
        name = NO_METRIC.sub("", str(row["name"]))
        values |= {f"customers/{name}": row["customers"], f"revenue/{name}": row["revenue"]}
    values |= {f"psi/{row['of']}": row["psi"] for _, row in scoring.drift.iterrows()}
    if scoring.moved_share is not None:
        values["moved_share"] = scoring.moved_share
    return {name: float(value) for name, value in values.items()}


def _write(scoring: ScoringRun, folder: Path) -> None:
    report = json.dumps(scoring.report.to_dict(), indent=2)
    (folder / DATA_REPORT_FILE).write_text(report, encoding="utf-8")
    harmless_frame(scoring.segments).to_csv(folder / SEGMENTS_FILE, index=False)
    if scoring.page:
        (folder / CHANGES_FILE).write_text(scoring.page, encoding="utf-8")
    if scoring.customers is not None:
        customers = read_parquet(connect(), [scoring.customers])
        kept = customers if scoring.log_kept else customers.select(COLUMNS)
        write_parquet(kept, folder / CUSTOMERS_FILE)


def _month_before(store: Store, scoring: ScoringRun) -> str | None:
    """Run of the last scoring at an earlier instant, by a model of this name."""
    known = f"tags.kind = '{SCORING}' and attributes.status = 'FINISHED'"
    now = scoring.report.as_of.isoformat()
    found = [
        (run.data.tags.get(AS_OF, ""), run.info.start_time, str(run.info.run_id))
        for run in store.client.search_runs([store.experiment_id], known, max_results=1_000)
        if run.data.tags.get(MODEL_NAME, "") == scoring.model_name
    ]
    return max((each for each in found if each[0] < now), default=("", 0, None))[2]


def _earlier(store: Store, run_id: str | None, metric: str, step: int) -> dict[int, float]:
    """Figures of the days before a step that a run shows, by day, in their order."""
    if run_id is None:
        return {}
    points = store.client.get_metric_history(run_id, metric)
    return dict(sorted((point.step, point.value) for point in points if point.step < step))


def _note(scoring: ScoringRun) -> str:
    segments = scoring.segments
    shares = segments["customers"] / max(1, segments["customers"].sum())
    names = map(escaped_markdown, segments["name"])
    told = listed_names([f"{n} {s:.1%}" for n, s in zip(names, shares, strict=True)])
    return f"{told}."


def _digest(report: DataReport) -> str:
    """Digest of what is known of the lines: their content is not looked at again."""
    known = report.to_dict()
    known.pop("fingerprint", None)
    return sha256(json.dumps(known, sort_keys=True, default=str).encode()).hexdigest()[:16]
