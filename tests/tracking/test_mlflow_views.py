import json

from segmentation.tracking.mlflow_views import (
    VIEW_TAG,
    leaderboard_first,
    run_page,
    runs_page,
    show_champion,
)
from segmentation.tracking.recording import create_run
from segmentation.tracking.store import open_store

NOTE = "mlflow.note.content"


def opened(name="customer-segments"):
    store = open_store("sqlite:///mlflow.db", name)
    return store, store.client.get_experiment(store.experiment_id).tags


def test_the_saved_view_has_the_columns_of_the_leaderboard(workplace):
    _, tags = opened()
    state = json.loads(json.loads(tags[VIEW_TAG])["state"])
    columns = [name.split("`")[1] for name in state["selectedColumns"]]
    assert columns[:7] == [
        "eligible",
        "champion",
        "k",
        "scaler",
        "algorithm",
        "oot_score",
        "silhouette",
    ]
    assert columns[-1] == "inertia"
    assert len(set(columns)) == len(columns)
    assert state["searchFilter"] == "tags.kind != 'promotion'"
    assert state["columnOrder"][1:] == state["selectedColumns"]


def test_the_description_of_the_experiment_leads_to_the_view(workplace):
    store, tags = opened()
    assert f"({runs_page(store.experiment_id)})" in tags[NOTE]
    assert f"/{store.experiment_id}/runs?viewStateShareKey=segmentations&" in tags[NOTE]


def test_addresses_hold_the_workspace(monkeypatch):
    assert "workspace" not in run_page("1", "4f2a") + runs_page("1")
    monkeypatch.setenv("MLFLOW_WORKSPACE", "marketing & sales")
    for page in (run_page("1", "4f2a"), runs_page("1")):
        assert page.endswith("workflowType=machine_learning&workspace=marketing%20%26%20sales")


def test_the_run_of_a_champion_is_marked_and_the_one_before_no_more(store):
    first, second = (create_run(store, name, {}) for name in ("first", "second"))
    show_champion(store.client, "a", first, None)
    show_champion(store.client, "b", first, None)
    show_champion(store.client, "a", second, first)
    marks = [store.client.get_run(run_id).data.tags["champion"] for run_id in (first, second)]
    assert marks == ["b", "a"]


def test_what_a_person_wrote_about_the_experiment_stays(workplace):
    store, _ = opened()
    store.client.set_experiment_tag(store.experiment_id, NOTE, "ours")
    assert opened()[1][NOTE] == "ours"


def test_an_experiment_that_mlflow_run_chose_has_the_view_too(workplace, monkeypatch):
    chosen = opened()[0].client.create_experiment("chosen")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", chosen)
    store, tags = opened()
    assert store.experiment_id == chosen
    assert VIEW_TAG in tags


def test_metrics_of_the_leaderboard_come_first_and_none_is_lost():
    metrics = {"inertia": 9.0, "n_segments": 4.0, "silhouette": 0.3, "oot_score": 0.4}
    ordered = leaderboard_first(metrics)
    assert list(ordered) == ["oot_score", "silhouette", "n_segments", "inertia"]
    assert ordered == metrics
