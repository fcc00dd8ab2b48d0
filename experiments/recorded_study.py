"""Saved studies as they were recorded: what a finding is made of (MLflow)."""

from collections.abc import Iterator, Mapping
from typing import Any

import mlflow
import pandas as pd
from mlflow.utils.mlflow_tags import MLFLOW_GIT_COMMIT

from experiments.finding import FindingContent, Profile
from segmentation.tracking.recorded_runs import LEADERBOARD_FILE, STUDY_TAG, VERDICT_FILE
from segmentation.tracking.run_logging import REPORT_FILE, STUDY_FILE
from segmentation.tracking.store import Store


def finding_content(store: Store, parent_id: str) -> FindingContent:
    """Read what the finished sweep of a saved study found.

    Parameters
    ----------
    store : Store
    parent_id : str
        Parent run of the sweep.
    """
    parent = store.client.get_run(parent_id)
    runs = pd.read_csv(store.client.download_artifacts(parent_id, LEADERBOARD_FILE))
    verdict = mlflow.artifacts.load_dict(f"runs:/{parent_id}/{VERDICT_FILE}")
    samples = runs.drop_duplicates("data_fingerprint")
    return FindingContent(
        study=parent.data.tags[STUDY_TAG],
        command=f"uv run train.py {parent.info.run_name}",
        commit=parent.data.tags.get(MLFLOW_GIT_COMMIT, "unknown"),
        data=tuple(
            {"data": run["data"], **_artifact(run["run_id"], REPORT_FILE)}
            for _, run in samples.iterrows()
        ),
        runs=tuple(
            {**run, "judgement": _judgement(run, verdict)} for run in runs.to_dict("records")
        ),
        verdict=" ".join(filter(None, [verdict["sentence"], _sentence(verdict["warning"])])),
        profiles=tuple(_profiles(store, runs, verdict["run_id"])),
    )


def _judgement(run: Mapping[str, Any], verdict: Mapping[str, Any]) -> str:
    if run["run_id"] == verdict["run_id"]:
        return "chosen"
    return "eligible" if run["eligible"] else str(run["ineligible_reason"])


def _sentence(warning: str | None) -> str | None:
    return None if warning is None else f"Note: {warning}."


def _profiles(store: Store, runs: pd.DataFrame, chosen: str | None) -> Iterator[Profile]:
    """The chosen run, and the one that the highest silhouette would have chosen."""
    classic = runs.loc[runs["silhouette"].idxmax(), "run_id"]
    titles = {classic: "has the highest silhouette"} | ({chosen: "is chosen"} if chosen else {})
    for run_id, why in reversed(titles.items()):
        name = runs.set_index("run_id").loc[run_id, "name"]
        profile = pd.read_csv(store.client.download_artifacts(run_id, "profile.csv"))
        metrics = _artifact(run_id, STUDY_FILE)["metrics"]
        yield Profile(f"{name}, which {why}", tuple(metrics), tuple(profile.to_dict("records")))


def _artifact(run_id: str, file: str) -> dict[str, Any]:
    return dict(mlflow.artifacts.load_dict(f"runs:/{run_id}/{file}"))
