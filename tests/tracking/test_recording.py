"""What is written of a run."""

import pytest

from segmentation.errors import UserError
from segmentation.tracking.recording import (
    artifact_folder,
    create_run,
    forget_run,
    log_series,
    log_values,
    record_failure,
    system_metrics,
    write_texts,
)
from segmentation.tracking.store import open_store
from tests.helpers.commands import client


def test_values_are_recorded_in_one_call(store):
    run_id = create_run(store, "a run", {})
    log_values(store, run_id, {"k": 3}, {"silhouette": 0.5}, {"eligible": "true"})
    data = store.client.get_run(run_id).data
    assert data.params == {"k": "3"}
    assert data.metrics == {"silhouette": 0.5}
    assert data.tags["eligible"] == "true"


def test_children_belong_to_their_parent_and_carry_the_commit(store):
    parent = create_run(store, "sweep", {})
    child = create_run(store, "child", {}, parent)
    assert store.client.get_run(child).data.tags["mlflow.parentRunId"] == parent


def test_a_users_mistake_is_recorded_without_a_traceback(store):
    run_id = create_run(store, "a run", {})
    record_failure(store, run_id, UserError("k=0"))
    run = store.client.get_run(run_id)
    assert (run.info.status, run.data.tags["error"]) == ("FAILED", "UserError: k=0")
    assert store.client.list_artifacts(run_id) == []


def test_any_other_error_is_recorded_with_its_traceback(store):
    run_id = create_run(store, "a run", {})
    try:
        raise ZeroDivisionError("no orders" * 1000)
    except ZeroDivisionError as error:
        record_failure(store, run_id, error)
    assert [file.path for file in store.client.list_artifacts(run_id)] == ["traceback.txt"]
    assert store.client.get_run(run_id).data.tags["error"].startswith("ZeroDivisionError: no ord")


def test_files_become_artifacts(store):
    run_id = create_run(store, "a run", {})
    with artifact_folder(store, run_id) as folder:
        (folder / "note.txt").write_text("kept")
    assert [file.path for file in store.client.list_artifacts(run_id)] == ["note.txt"]
    assert not folder.exists()


def test_a_series_has_a_value_per_step_and_may_be_long(store, monkeypatch):
    monkeypatch.setattr("segmentation.tracking.recording.METRICS_AT_ONCE", 2)
    run_id = create_run(store, "run", {})
    log_series(store, run_id, {"elbow/a": {2: 9.0, 3: 5.0, 4: 4.0}, "elbow/b": {2: 8.0}})
    points = store.client.get_metric_history(run_id, "elbow/a")
    assert {point.step: point.value for point in points} == {2: 9.0, 3: 5.0, 4: 4.0}
    assert store.client.get_run(run_id).data.metrics == {"elbow/a": 4.0, "elbow/b": 8.0}


def test_the_machine_cannot_be_watched_without_psutil(store, monkeypatch):
    monkeypatch.setenv("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING", "true")
    monkeypatch.setattr("segmentation.tracking.recording.find_spec", lambda _: None)
    with (
        pytest.raises(UserError, match="needs psutil; pip install psutil"),
        system_metrics(store, create_run(store, "run", {})),
    ):
        raise AssertionError


def test_texts_are_written_into_the_folders_of_their_names(tmp_path):
    write_texts(tmp_path, {"rules.sql": "naïve", "rules/mysql.sql": "`a`", "rules/spark.sql": ""})
    assert (tmp_path / "rules.sql").read_text(encoding="utf-8") == "naïve"
    assert sorted(path.name for path in (tmp_path / "rules").iterdir()) == [
        *("mysql.sql", "spark.sql")
    ]


def test_of_a_run_that_is_forgotten_nothing_stays_on_the_disk(store, workplace):
    before = {path.name for path in workplace.iterdir()}
    run_id = create_run(store, "a run", {})
    with artifact_folder(store, run_id) as folder:
        write_texts(folder, {"a.txt": "a"})
    forget_run(store, run_id)
    assert store.client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert {path.name for path in workplace.iterdir()} == before


def test_an_empty_folder_that_a_person_gave_for_artifacts_stays(workplace):
    given = workplace / "mine"
    given.mkdir()
    experiment = client().create_experiment("given", artifact_location=given.as_uri())
    store = open_store("sqlite:///mlflow.db", "given")
    assert store.experiment_id == experiment
    run_id = create_run(store, "a run", {})
    with artifact_folder(store, run_id) as folder:
        write_texts(folder, {"a.txt": "a"})
    assert list(given.iterdir())
    forget_run(store, run_id)
    assert list(given.iterdir()) == []
