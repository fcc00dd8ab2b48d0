"""A sweep: its parent, its children and what becomes of them, by the script in this process."""

import json
from pathlib import Path

import cloudpickle
import pandas as pd
import pytest

from segmentation.jobs.run_notes import RunsUnderWay
from segmentation.jobs.shared_customers import Sweep
from segmentation.jobs.sweep import SweepCallback
from tests.helpers.commands import (
    active_runs,
    child_runs,
    client,
    parent_runs,
    recorded_runs,
    run_here,
    without_progress,
)
from tests.helpers.shop import shop_lines

MODEL = "customer-segments"


@pytest.fixture
def sweep(request, shop_csv, monkeypatch):
    if "shop_with_champion" not in request.fixturenames:
        request.getfixturevalue("workplace")

    def train(*arguments):
        shop = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast", "plots=none"]
        return run_here(monkeypatch, "-m", *shop, *arguments)

    return train


@pytest.fixture
def another(shop_with_champion, sweep):
    """A sweep after that of `swept_folder`, over k = 2, 3 and 4 with a champion, in its folder."""
    return lambda *arguments: sweep("features=rfm", *arguments)


def versions(model=MODEL):
    return client().search_model_versions(f"name = '{model}'")


def test_a_parent_with_its_children_a_leaderboard_and_a_champion(sweep, capsys):
    assert sweep("k=2,3") == 0
    (parent,) = parent_runs()
    runs = child_runs(parent)
    assert parent.info.status == "FINISHED"
    assert sorted(run.info.run_name for run in runs) == [f"kmeans k={k} log value" for k in (2, 3)]
    assert {run.info.status for run in runs} == {"FINISHED"}
    printed = capsys.readouterr().out
    assert "Leaderboard" in printed
    assert printed.count("lines") == 1, "the data is read and reported once"
    best = max(runs, key=lambda run: run.data.metrics["silhouette_macro_common"])
    champion = client().get_model_version_by_alias(MODEL, "champion")
    assert champion.run_id == best.info.run_id
    assert f"models:/{MODEL}@champion is version 1" in printed
    assert "mlflow ui --backend-store-uri sqlite:////" in printed


def test_what_the_parent_keeps(shop_with_champion):
    (parent,) = parent_runs()
    files = {file.path for file in client().list_artifacts(parent.info.run_id)}
    assert {"verdict.json", "leaderboard.csv", "leaderboard.json"} <= files
    assert any(name.endswith(".png") and "elbow" in name for name in files)
    file = client().download_artifacts(parent.info.run_id, "verdict.json")
    verdict = json.loads(Path(file).read_text(encoding="utf-8"))
    assert verdict["run_id"] == client().get_model_version_by_alias(MODEL, "champion").run_id
    assert verdict["sentence"] == parent.data.tags["verdict"]
    board = pd.read_csv(client().download_artifacts(parent.info.run_id, "leaderboard.csv"))
    assert board["run_id"].iloc[0] == verdict["run_id"]
    assert len(board) == 3


@pytest.mark.slow
def test_of_values_of_k_the_ends_are_tried_and_of_other_values_each(sweep, monkeypatch):
    tried = []
    monkeypatch.setattr(
        "segmentation.jobs.open_sweep.require_usable",
        lambda scaler, algorithm, _: tried.append((str(scaler), algorithm.get_params())),
    )
    assert sweep("k=2,3,4", "seed=1,2", "scaler=log,minmax", "algorithm.n_init=1,2") == 0
    assert sorted(each["n_clusters"] for _, each in tried) == [2, 2, 2, 4]
    assert {each["n_init"] for _, each in tried} == {1, 2}
    assert len({scaler for scaler, _ in tried}) == 2


@pytest.mark.slow
def test_the_same_sweep_again_links_its_runs_and_makes_no_second_version(another, capsys):
    assert another("k=2,3,4") == 0
    first, second = parent_runs()
    assert len(child_runs(first)) == 3
    assert child_runs(second) == []
    shown = capsys.readouterr()
    assert shown.err.count("already run as") == 3
    assert "3 of 3 runs are reused" in shown.out
    assert len(versions()) == 1


def test_an_interrupted_sweep_is_resumed_where_it_stopped(another):
    another("k=2,3,4,5")
    parent = parent_runs()[1]
    assert [run.info.run_name for run in child_runs(parent)] == ["kmeans k=5 log rfm"]
    file = client().download_artifacts(parent.info.run_id, "leaderboard.csv")
    assert sorted(pd.read_csv(file)["k"]) == [2, 3, 4, 5]


@pytest.mark.slow
def test_hdbscan_runs_once_whatever_the_values_of_k(sweep):
    assert sweep("algorithm=hdbscan", "k=2,3", "reuse=false") == 0
    (parent,) = parent_runs()
    assert len(child_runs(parent)) == 1


@pytest.mark.slow
def test_a_failing_child_does_not_stop_its_siblings(sweep, capsys):
    assert sweep("k=2", "as_of=2024-06-01,2023-01-01,2024-07-01") == 1
    (parent,) = parent_runs()
    status = {run.info.run_name.rpartition("as_of=")[2]: run for run in child_runs(parent)}
    assert {name: run.info.status for name, run in status.items()} == {
        "2024-06-01": "FINISHED",
        "2023-01-01": "FAILED",
        "2024-07-01": "FINISHED",
    }
    assert "cleaning removed every line" in status["2023-01-01"].data.tags["error"]
    assert parent.info.status == "FAILED"
    captured = capsys.readouterr()
    assert "✗ kmeans k=2 log value as_of=2023-01-01" in captured.out
    assert "✓ kmeans k=2 log value as_of=2024-06-01" in captured.out
    assert "nothing is registered" in captured.out
    assert "Traceback" not in captured.out + captured.err
    assert versions() == []


@pytest.mark.slow
def test_a_sweep_in_which_every_run_is_a_mistake_ends_as_one(sweep):
    assert sweep("k=301,1000") == 2
    assert parent_runs()[0].info.status == "FAILED"


@pytest.mark.slow
def test_several_data_sets_are_each_read_for_their_own_runs(sweep, shop_csv, tmp_path, capsys):
    half = tmp_path / "half.csv"
    lines = shop_lines()
    lines[lines["Customer ID"] % 2 == 0].to_csv(half, index=False)
    assert sweep("k=2,3", f"data.path={shop_csv},{half}") == 0
    counts = sorted(run.data.metrics["n_customers"] for run in child_runs(parent_runs()[0]))
    assert counts == [150, 150, 300, 300]
    assert capsys.readouterr().out.count("fingerprint") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["k=2,3", "data.path=nowhere.csv"], "nowhere.csv"),
        (["k=2,0"], "k=0"),
        (["sweep=scaler_trap,algorithms"], "one saved study at a time"),
        (["k=2,3", "tracking.uri=http://127.0.0.1:9"], "does not answer"),
        (["k=2,3", "data.path=???"], "data.path"),
    ],
)
def test_a_mistake_before_the_first_run_leaves_no_run(sweep, capsys, arguments, said):
    assert sweep(*arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert len(without_progress(captured.err).splitlines()) == 1
    assert "Traceback" not in captured.out + captured.err
    assert active_runs() == []


@pytest.mark.slow
def test_a_sweep_over_too_few_customers_ends_before_its_first_run(sweep, capsys):
    lines = shop_lines()
    lines[lines["Customer ID"] < 19].to_csv("few.csv", index=False)
    assert sweep("k=2,3", "data.path=few.csv") == 2
    (line,) = without_progress(capsys.readouterr().err).splitlines()
    assert "19 customers are too few to be segmented, at least 20" in line
    assert active_runs() == []


def test_a_wrong_type_ends_a_sweep_before_its_first_run(sweep, capsys):
    assert sweep("k=2,two") != 0
    captured = capsys.readouterr()
    assert "two" in captured.err
    assert "Traceback" not in captured.err
    assert "kmeans" not in captured.out


@pytest.mark.slow
def test_the_run_that_mlflow_run_opened_becomes_the_parent(sweep, monkeypatch):
    experiment = client().create_experiment("project")
    given = client().create_run(experiment).info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", given)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", experiment)
    assert sweep("k=2,3") == 0
    assert client().get_run(given).info.status == "FINISHED"
    assert len(child_runs(client().get_run(given))) == 2
    kinds = [run.data.tags["kind"] for run in recorded_runs()]
    assert sorted(kinds) == ["promotion", "segmentation", "segmentation", "sweep"]


def test_a_worker_gets_a_callback_without_what_the_launch_knows(tmp_path):
    callback = SweepCallback()
    callback.under_way = RunsUnderWay(Sweep("parent", tmp_path, 2))
    assert vars(cloudpickle.loads(cloudpickle.dumps(callback))) == {}
