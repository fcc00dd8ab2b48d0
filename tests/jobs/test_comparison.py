import json
from pathlib import Path

import pandas as pd
import pytest

from segmentation.jobs.comparison import log_comparison
from segmentation.selection.guards import SelectionRules
from segmentation.selection.ranking import rank_runs
from segmentation.selection.verdict import choose
from segmentation.tracking.recording import create_run
from segmentation.tracking.store import Store


def runs(scaler: str) -> pd.DataFrame:
    """Four K-means runs with inertia alone, and a knee at k = 3."""
    inertia = {2: 100.0, 3: 30.0, 4: 25.0, 5: 22.0}
    rows = [
        {
            "run_id": f"{scaler}{k}",
            "name": f"kmeans k={k} {scaler} value",
            "status": "FINISHED",
            "reused": False,
            "error": "",
            "degenerate": "",
            "simplicity": 0,
            "algorithm": "kmeans",
            "scaler": scaler,
            "features": "value",
            "k": float(k),
            "n_segments": float(k),
            "inertia": value,
        }
        for k, value in inertia.items()
    ]
    return pd.DataFrame(rows)


def recorded(store: Store, table: pd.DataFrame, parent_id: str | None = None) -> str:
    rules = SelectionRules(metric="inertia")
    ranked = rank_runs(table, rules)
    parent_id = parent_id or create_run(store, "sweep", {})
    log_comparison(store, parent_id, ranked, choose(ranked, rules), rules)
    return parent_id


def test_the_parent_has_leaderboard_verdict_and_only_pictures_that_can_be_drawn(
    store: Store,
) -> None:
    parent_id = recorded(store, runs("log"))
    files = {file.path for file in store.client.list_artifacts(parent_id)}
    tables = {"leaderboard.csv", "leaderboard.json", "verdict.json"}
    assert files == tables | {"elbow_value.png", "selection_value.png"}
    picture = store.client.download_artifacts(parent_id, "elbow_value.png")
    assert Path(picture).read_bytes().startswith(b"\x89PNG")
    verdict = store.client.download_artifacts(parent_id, "verdict.json")
    assert json.loads(Path(verdict).read_text(encoding="utf-8"))["run_id"] == "log2"


@pytest.mark.parametrize(
    ("scalers", "metrics"),
    [
        (["log"], {"elbow_k kmeans log value": 3.0, "elbow_k": 3.0}),
        (
            ["log", "power"],
            {"elbow_k kmeans log value": 3.0, "elbow_k kmeans power value": 3.0},
        ),
    ],
)
def test_the_knee_has_no_name_only_where_there_is_one_curve(
    store: Store, scalers: list[str], metrics: dict[str, float]
) -> None:
    parent_id = recorded(store, pd.concat([runs(scaler) for scaler in scalers], ignore_index=True))
    found = store.client.get_run(parent_id).data.metrics
    assert {name: found[name] for name in found if name.startswith("elbow_k")} == metrics


def test_the_parent_has_the_metrics_and_options_of_the_chosen_run(store: Store) -> None:
    run = store.client.get_run(recorded(store, runs("log"))).data
    assert {"inertia": 100.0, "n_segments": 2.0}.items() <= run.metrics.items()
    assert run.params == {"features": "value", "scaler": "log", "algorithm": "kmeans", "k": "2"}


def test_what_mlflow_run_recorded_of_a_sweep_stays(store: Store) -> None:
    parent_id = create_run(store, "sweep", {})
    store.client.log_param(parent_id, "k", "2,3,4,5")
    recorded(store, runs("log"), parent_id)
    assert store.client.get_run(parent_id).data.params["k"] == "2,3,4,5"


def test_inertia_and_score_are_series_over_k_for_every_combination(store: Store) -> None:
    table = pd.concat([runs("log"), runs("power")], ignore_index=True)
    # Two seeds of one configuration: the mean counts.
    again = runs("log").assign(inertia=lambda frame: frame["inertia"] + 10)
    again["run_id"] += "again"
    again["name"] += " seed=2"
    parent_id = recorded(store, pd.concat([table, again], ignore_index=True))
    drawn = {
        name: {
            point.step: point.value for point in store.client.get_metric_history(parent_id, name)
        }
        for name in ("elbow/kmeans log value", "elbow/kmeans power value", "score/kmeans log value")
    }
    power = dict(zip(table["k"].astype(int)[4:], table["inertia"][4:], strict=True))
    assert drawn["elbow/kmeans power value"] == power
    assert drawn["elbow/kmeans log value"] == {k: value + 5 for k, value in power.items()}
    assert drawn["score/kmeans log value"] == drawn["elbow/kmeans log value"]


def test_a_name_is_no_markup_in_the_description(store: Store) -> None:
    named = runs("log").assign(name="gmm_tied k=2 [a](b) | x")
    text = store.client.get_run(recorded(store, named)).data.tags["mlflow.note.content"]
    assert r"[gmm\_tied k=2 \[a\](b) \| x](#/experiments/" in text


def test_a_description_that_finds_no_room_points_to_the_file(store: Store) -> None:
    many = pd.concat(
        [runs("log").assign(run_id=lambda frame, n=n: frame["run_id"] + str(n)) for n in range(20)],
        ignore_index=True,
    )
    text = store.client.get_run(recorded(store, many)).data.tags["mlflow.note.content"]
    assert len(text) <= 5_000
    assert text.endswith("All 80 rows are in the artifact `leaderboard.csv`.")
    assert text.count("](#/experiments/") > 10


def test_the_leaderboard_begins_with_what_decides(store: Store) -> None:
    file = store.client.download_artifacts(recorded(store, runs("log")), "leaderboard.csv")
    board = pd.read_csv(file)
    first = ["name", "eligible", "ineligible_reason", "ranked_by", "score", "n_segments"]
    assert list(board.columns[:6]) == first
    assert {"run_id", "status", "inertia"} <= set(board.columns)


def test_the_parent_says_what_came_out_and_leads_to_the_chosen_run(store: Store) -> None:
    table = runs("log")
    table.loc[table["run_id"] == "log5", "status"] = "FAILED"
    parent = store.client.get_run(recorded(store, table))
    text = parent.data.tags["mlflow.note.content"]
    assert text.startswith(parent.data.tags["verdict"])
    assert "1 of 4 runs failed: nothing is registered." in text
    assert f"[kmeans k=2 log value](#/experiments/{store.experiment_id}/runs/log2?" in text
