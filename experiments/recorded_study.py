"""Saved studies as they were recorded: what a finding is made of."""

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

import pandas as pd
from mlflow.utils.mlflow_tags import MLFLOW_GIT_COMMIT

from experiments.finding import FindingContent, Profile
from segmentation.tracking.recorded_run import (
    DATA_REPORT_FILE,
    LEADERBOARD_FILE,
    VERDICT_FILE,
    read_run,
)
from segmentation.tracking.recorded_runs import STUDY_TAG
from segmentation.tracking.store import Store


def finding_content(store: Store, parent_id: str) -> FindingContent:
    """Read what the finished sweep of a saved study found.

    Parameters
    ----------
    store : Store
    parent_id : str
        Parent run of the sweep.
    """
    parent = read_run(store, parent_id)
    leaderboard = pd.read_csv(StringIO(parent.text(LEADERBOARD_FILE)))
    verdict = parent.values(VERDICT_FILE)
    samples = leaderboard.drop_duplicates("data_fingerprint")
    return FindingContent(
        study=parent.tags[STUDY_TAG],
        command=f"uv run train.py sweep={parent.tags[STUDY_TAG]}",
        commit=parent.tags.get(MLFLOW_GIT_COMMIT, "unknown"),
        data=tuple(
            {"data": row["data"], **read_run(store, row["run_id"]).values(DATA_REPORT_FILE)}
            for _, row in samples.iterrows()
        ),
        runs=tuple(
            {**row, "judgement": _judgement(row, verdict)} for row in leaderboard.to_dict("records")
        ),
        verdict=" ".join(filter(None, [verdict["sentence"], _sentence(verdict["warning"])])),
        profiles=tuple(_profiles(store, leaderboard, verdict["run_id"])),
    )


def _judgement(row: Mapping[Any, Any], verdict: Mapping[str, Any]) -> str:
    if row["run_id"] == verdict["run_id"]:
        return "chosen"
    return "eligible" if row["eligible"] else str(row["ineligible_reason"])


def _sentence(warning: str | None) -> str | None:
    return None if warning is None else f"Note: {warning}."


def _profiles(store: Store, leaderboard: pd.DataFrame, chosen: str | None) -> Iterator[Profile]:
    """The chosen run, and the one that the highest silhouette would have chosen."""
    classic = leaderboard.loc[leaderboard["silhouette"].idxmax(), "run_id"]
    titles = {classic: "has the highest silhouette"} | ({chosen: "is chosen"} if chosen else {})
    for run_id, why in reversed(titles.items()):
        run = read_run(store, run_id)
        features = run.configuration()["features"]["names"]
        segments = run.profile().to_dict("records")
        yield Profile(f"{run.name}, which {why}", tuple(features), tuple(segments))
