import math

import pytest

from segmentation.errors import UserError
from segmentation.tracking.recorded_run import fingerprint_key
from segmentation.tracking.recorded_runs import (
    close_children,
    finished_twin,
    link_twin,
    newest_sweep,
    runs_of_sweep,
    runs_table,
)
from segmentation.tracking.recording import create_run, log_values, record_failure


def table_of(store, parent):
    return runs_table(runs_of_sweep(store, parent), parent)


def finished(store, name="run", parent=None, fingerprint="f1", **metrics):
    run_id = create_run(store, name, {fingerprint_key(fingerprint): "true"}, parent)
    log_values(store, run_id, {"algorithm": "kmeans", "scaler": "log", "k": 3}, metrics)
    store.client.set_terminated(run_id, "FINISHED")
    return run_id


def test_only_a_finished_run_with_the_same_fingerprint_is_a_twin(store):
    tags = {fingerprint_key("f1"): "true"}
    create_run(store, "running", tags)
    record_failure(store, create_run(store, "failed", tags), ValueError("no"))
    assert finished_twin(store, "f1") is None
    other, twin = finished(store, fingerprint="f2"), finished(store)
    assert finished_twin(store, "f1").run_id == twin
    assert finished_twin(store, "f2").run_id == other
    store.client.delete_run(twin)
    assert finished_twin(store, "f1") is None


def test_the_table_of_a_sweep_holds_children_and_linked_runs_and_nothing_else(store):
    parent = create_run(store, "sweep", {})
    own = finished(store, "own", parent, silhouette=0.5)
    earlier = finished(store, "earlier", silhouette=0.4, bic=7.0)
    finished(store, "stranger")
    link_twin(store, parent, earlier)
    link_twin(store, parent, own)  # a child that a sibling found: not counted twice
    runs = table_of(store, parent).set_index("name")
    assert sorted(runs.index) == ["earlier", "own"]
    assert not runs.loc["own", "reused"]
    assert runs.loc["earlier", "reused"]
    assert runs["silhouette"].to_dict() == {"own": 0.5, "earlier": 0.4}
    assert math.isnan(runs.loc["own", "bic"])
    assert runs.loc["own", ["algorithm", "scaler", "k", "status"]].tolist() == [
        "kmeans",
        "log",
        3.0,
        "FINISHED",
    ]


def test_a_failed_run_is_in_the_table_with_its_error(store):
    parent = create_run(store, "sweep", {})
    record_failure(store, create_run(store, "bad", {}, parent), ValueError("no"))
    run = table_of(store, parent).iloc[0]
    assert (run["status"], run["error"]) == ("FAILED", "ValueError: no")
    assert math.isnan(run["k"])


def test_only_children_that_still_run_are_closed(store):
    parent = create_run(store, "sweep", {})
    done, open_child = finished(store, "done", parent), create_run(store, "open", {}, parent)
    stranger = create_run(store, "stranger", {})
    close_children(store, parent)
    status = {run: store.client.get_run(run).info.status for run in (done, open_child, stranger)}
    assert list(status.values()) == ["FINISHED", "KILLED", "RUNNING"]


def test_a_sweep_without_runs_gives_an_empty_table(store):
    assert table_of(store, create_run(store, "sweep", {})).empty


def test_the_newest_sweep_is_that_of_the_study_or_of_none(store):
    def sweep(**tags: str) -> str:
        run_id = create_run(store, "sweep", {"kind": "sweep", **tags})
        store.client.set_terminated(run_id, "FINISHED")
        return run_id

    with pytest.raises(UserError, match=r"no finished sweep .* run train\.py -m k=2,3,4"):
        newest_sweep(store)
    sweep()
    mine, study = sweep(), sweep(study="features")
    create_run(store, "unfinished", {"kind": "sweep"})
    assert newest_sweep(store) == mine
    assert newest_sweep(store, "features") == study
    with pytest.raises(UserError, match=r"run train\.py sweep=algorithms first"):
        newest_sweep(store, "algorithms")


def test_the_newest_sweep_is_found_however_many_studies_came_after(store, monkeypatch):
    monkeypatch.setattr("segmentation.tracking.recorded_runs.FEW", 2)
    for study in ({}, *[{"study": "features"}] * 5):
        run_id = create_run(store, "sweep", {"kind": "sweep", **study})
        store.client.set_terminated(run_id, "FINISHED")
    names = store.client.search_runs([store.experiment_id], order_by=["start_time ASC"])
    assert newest_sweep(store) == names[0].info.run_id
