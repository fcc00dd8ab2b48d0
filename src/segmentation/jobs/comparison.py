"""What a sweep records on its parent run: leaderboard, verdict, elbow and pictures."""

from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NOTE

from segmentation.data.harmless_text import harmless_frame
from segmentation.evaluation.elbow import elbow_k, inertia_curves
from segmentation.evaluation.metrics import METRICS
from segmentation.plots.style import png
from segmentation.plots.sweep_figures import sweep_figures
from segmentation.report.rendering import escaped_markdown
from segmentation.selection.guards import SelectionRules
from segmentation.selection.leaderboard import LEADERBOARD_METRICS, columns_of
from segmentation.selection.verdict import Verdict
from segmentation.tracking.mlflow_views import leaderboard_first, run_page
from segmentation.tracking.recorded_run import LEADERBOARD_FILE, VERDICT_FILE
from segmentation.tracking.recording import artifact_folder, log_series, log_values
from segmentation.tracking.store import Store

DESCRIPTION_CHARACTERS = 5_000
"""More does not fit into a tag of every database that MLflow can use."""
SERIES = {"elbow": "inertia", "silhouette": "silhouette_common", "score": "score"}
"""Section of MLflow's page of the parent run to the figure drawn in it."""
OF_ONE_RUN = r" (?:k|seed)=\S+| \(\d+ seeds\)"
"""What of a name differs between the runs of one combination."""


def log_comparison(
    store: Store,
    parent_id: str,
    ranked: pd.DataFrame,
    verdict: Verdict,
    rules: SelectionRules,
) -> None:
    """Record how the runs of a sweep compare.

    Parameters
    ----------
    store : Store
    parent_id : str
        The parent run, which gets the metrics of the chosen run; over k as the step, the series
        ``elbow/…`` (inertia), ``silhouette/…`` (in the space that all runs share) and ``score/…``
        for every combination of options; the metric ``elbow_k`` followed by algorithm, scaler and
        features (``elbow_k`` alone where there is one curve); the tag ``verdict``, a description
        with the leaderboard, and as artifacts ``verdict.json``, ``leaderboard.json``,
        ``leaderboard.csv`` and the pictures as PNG.
    ranked : DataFrame
        From `segmentation.selection.rank_runs`.
    verdict : Verdict
        From `segmentation.selection.choose`.
    rules : SelectionRules
        By which the runs were ranked.
    """
    ranked = _in_reading_order(ranked)
    knees = {name: elbow_k(curve) for name, curve in inertia_curves(ranked).items()}
    chosen = _chosen(ranked, verdict)
    metrics = leaderboard_first({name: chosen[name] for name in METRICS if name in chosen})
    # What `mlflow run` recorded as it was typed stays.
    given = store.client.get_run(parent_id).data.params
    log_values(
        store,
        parent_id,
        {name: value for name, value in _options(chosen).items() if name not in given},
        metrics | _elbow_metrics(knees),
        {"verdict": verdict.sentence, MLFLOW_RUN_NOTE: _description(store, ranked, verdict)},
    )
    log_series(store, parent_id, series_over_k(ranked))
    store.client.log_dict(parent_id, verdict.to_dict(), VERDICT_FILE)
    store.client.log_table(parent_id, ranked.astype(object), "leaderboard.json")
    min_share = rules.min_smallest_segment_share
    with artifact_folder(store, parent_id) as folder:
        write_leaderboard(ranked, folder)
        for name, figure in sweep_figures(ranked, verdict.run_id, knees, min_share):
            (folder / f"{name}.png").write_bytes(png(figure))


def write_leaderboard(ranked: pd.DataFrame, folder: Path) -> Path:
    """Write every run with every figure, what decides first, into a folder; return the file."""
    file = folder / LEADERBOARD_FILE
    harmless_frame(_in_reading_order(ranked)).to_csv(file, index=False)
    return file


def _in_reading_order(ranked: pd.DataFrame) -> pd.DataFrame:
    """The same table with what decides first."""
    first = ["name", "eligible", "ineligible_reason", "ranked_by", "score", *LEADERBOARD_METRICS]
    columns = dict.fromkeys([name for name in first if name in ranked]) | dict.fromkeys(ranked)
    return ranked[list(columns)]


def _chosen(ranked: pd.DataFrame, verdict: Verdict) -> dict[str, Any]:
    """What is known of the chosen run, by which sweeps are compared; empty where there is none."""
    rows = ranked[ranked["run_id"] == verdict.run_id].to_dict("records")
    known = rows[0] if rows else {}
    return {str(name): value for name, value in known.items() if pd.notna(value)}


def _options(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Options of the chosen run, k as it is typed."""
    found = {name: chosen.get(name) for name in ("features", "scaler", "algorithm")}
    found["k"] = int(chosen["k"]) if "k" in chosen else None
    return {name: value for name, value in found.items() if value}


def series_over_k(ranked: pd.DataFrame) -> dict[str, dict[int, float]]:
    """Figures over k, by name of the series: what MLflow draws as lines.

    A combination is everything in a run's name but k and the seed; where it was run more than once
    with one k, as with several seeds, the mean counts.
    """
    runs = ranked[(ranked["status"] == "FINISHED") & ranked["k"].notna()]
    combination = runs["name"].str.replace(OF_ONE_RUN, "", regex=True)
    combination = combination.str.replace(r"[^\w\-. :]", " ", regex=True)
    series: dict[str, dict[int, float]] = {}
    for section, metric in SERIES.items():
        if metric not in runs:
            continue
        means = runs[metric].groupby([combination, runs["k"].astype(int)]).mean().dropna()
        for (name, k), value in means.items():
            series.setdefault(f"{section}/{name}", {})[k] = float(value)
    return series


def _description(store: Store, ranked: pd.DataFrame, verdict: Verdict) -> str:
    """The outcome of the sweep in Markdown, with as much of the leaderboard as finds room."""
    failed = (ranked["status"] != "FINISHED").sum()
    paragraphs = [verdict.sentence]
    if verdict.warning:
        paragraphs.append(f"Note: {verdict.warning}.")
    if failed:
        paragraphs.append(f"{failed} of {len(ranked)} runs failed: nothing is registered.")
    skipped = [escaped_markdown(run["name"]) for run in verdict.excluded if not run["run_id"]]
    if skipped:
        paragraphs.append(f"Skipped, because the customers are too few: {', '.join(skipped)}.")
    above = "\n\n".join(paragraphs)
    lines = _leaderboard_lines(store, ranked)
    rest = f"\n\nAll {len(ranked)} rows are in the artifact `{LEADERBOARD_FILE}`."
    room = DESCRIPTION_CHARACTERS - len(above) - len(rest)
    shown = [
        line
        for line, end in zip(lines, accumulate(len(x) + 1 for x in lines), strict=True)
        if end < room
    ]
    return above + "\n\n" + "\n".join(shown) + (rest if len(shown) < len(lines) else "")


def _leaderboard_lines(store: Store, ranked: pd.DataFrame) -> list[str]:
    runs = [{str(key): value for key, value in row.items()} for row in ranked.to_dict("records")]
    columns = columns_of(runs)
    lines = ["| " + " | ".join(["run", *(column.heading for column in columns)]) + " |"]
    lines.append("| --- |" + " ---: |" * len(columns))
    for run in runs:
        link = f"[{escaped_markdown(run['name'])}]({run_page(store.experiment_id, run['run_id'])})"
        mark = "✓" if run["eligible"] else "✗"
        reused = " (reused)" if run["reused"] else ""
        cells = [f"{mark} {link}{reused}", *(column.text(run) for column in columns)]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _elbow_metrics(knees: dict[str, int | None]) -> dict[str, float]:
    found = {name: float(knee) for name, knee in knees.items() if knee is not None}
    metrics = {f"elbow_k {name}": knee for name, knee in found.items()}
    if len(knees) == len(found) == 1:
        metrics["elbow_k"] = next(iter(found.values()))
    return metrics
