"""What a sweep records on its parent run: leaderboard, verdict, elbow and pictures."""

import pandas as pd
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NOTE

from segmentation.evaluation.elbow import elbow_k, inertia_curves
from segmentation.plots.sweep_figures import sweep_figures
from segmentation.selection.guards import SelectionRules
from segmentation.selection.leaderboard import LEADERBOARD_METRICS
from segmentation.selection.verdict import Verdict
from segmentation.tracking.mlflow_views import run_page
from segmentation.tracking.recorded_run import LEADERBOARD_FILE, VERDICT_FILE
from segmentation.tracking.store import Store, artifact_folder, log_values

DOTS_PER_INCH = 120


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
        The parent run, which gets the metric ``elbow_k`` followed by algorithm, scaler and
        features (``elbow_k`` alone where there is one curve), the tag ``verdict``, a description,
        and as artifacts ``verdict.json``, ``leaderboard.json``, ``leaderboard.csv`` and the
        pictures as PNG.
    ranked : DataFrame
        From `segmentation.selection.rank_runs`.
    verdict : Verdict
        From `segmentation.selection.choose`.
    rules : SelectionRules
        By which the runs were ranked.
    """
    ranked = _leaderboard(ranked)
    knees = {name: elbow_k(curve) for name, curve in inertia_curves(ranked).items()}
    tags = {"verdict": verdict.sentence, MLFLOW_RUN_NOTE: _description(store, ranked, verdict)}
    log_values(store, parent_id, metrics=_elbow_metrics(knees), tags=tags)
    store.client.log_dict(parent_id, verdict.to_dict(), VERDICT_FILE)
    store.client.log_table(parent_id, ranked.astype(object), "leaderboard.json")
    min_share = rules.min_smallest_segment_share
    with artifact_folder(store, parent_id) as folder:
        ranked.to_csv(folder / LEADERBOARD_FILE, index=False)
        for name, figure in sweep_figures(ranked, verdict.run_id, knees, min_share):
            figure.savefig(folder / f"{name}.png", dpi=DOTS_PER_INCH)


def _leaderboard(ranked: pd.DataFrame) -> pd.DataFrame:
    """The same table with what decides first."""
    first = ["name", "eligible", "ineligible_reason", "ranked_by", "score", *LEADERBOARD_METRICS]
    columns = dict.fromkeys([name for name in first if name in ranked]) | dict.fromkeys(ranked)
    return ranked[list(columns)]


def _description(store: Store, ranked: pd.DataFrame, verdict: Verdict) -> str:
    """The outcome of the sweep in Markdown, and where to look."""
    failed = (ranked["status"] != "FINISHED").sum()
    paragraphs = [verdict.sentence]
    if verdict.warning:
        paragraphs.append(f"Note: {verdict.warning}.")
    if failed:
        paragraphs.append(f"{failed} of {len(ranked)} runs failed: nothing is registered.")
    where = f"`leaderboard.json` has all {len(ranked)} runs, best first."
    if verdict.run_id is not None:
        page = run_page(store.experiment_id, verdict.run_id)
        where += f" [{verdict.name}]({page}) has its segments, rules and model."
    return "\n\n".join([*paragraphs, where])


def _elbow_metrics(knees: dict[str, int | None]) -> dict[str, float]:
    found = {name: float(knee) for name, knee in knees.items() if knee is not None}
    metrics = {f"elbow_k {name}": knee for name, knee in found.items()}
    if len(knees) == len(found) == 1:
        metrics["elbow_k"] = next(iter(found.values()))
    return metrics
