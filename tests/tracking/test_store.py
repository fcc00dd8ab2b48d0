import socket
import threading
from pathlib import Path

import pytest
from mlflow import MlflowClient

from segmentation.errors import UserError
from segmentation.tracking.recording import create_run
from segmentation.tracking.store import absolute_uri, connect, open_store


def test_a_relative_store_is_found_from_every_folder(workplace, monkeypatch, tmp_path_factory):
    store = open_store("sqlite:///mlflow.db", "shop")
    run_id = create_run(store, "a run", {"kind": "test"})
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert store.client.get_run(run_id).data.tags["kind"] == "test"
    assert store.uri == f"sqlite:///{workplace}/mlflow.db"


@pytest.mark.parametrize("uri", ["http://server:5000", "postgresql://db/mlflow"])
def test_other_stores_keep_their_address(uri):
    assert absolute_uri(uri) == uri


def test_the_experiment_is_made_once(workplace):
    first = open_store("sqlite:///mlflow.db", "shop")
    assert open_store("sqlite:///mlflow.db", "shop") == first
    assert first.client.get_experiment(first.experiment_id).name == "shop"


def test_the_experiment_that_mlflow_run_chose_is_taken(workplace, monkeypatch):
    chosen = MlflowClient(absolute_uri("sqlite:///mlflow.db")).create_experiment("chosen")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", chosen)
    assert open_store("sqlite:///mlflow.db", "shop").experiment_id == chosen


def test_a_silent_server_is_refused_at_once_and_its_password_not_shown():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(UserError, match=r"does not answer .* tracking.uri=sqlite") as refused:
        open_store(f"http://me:hunter2@127.0.0.1:{port}", "shop")
    assert "hunter2" not in str(refused.value)
    assert f"http://127.0.0.1:{port}" in str(refused.value)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be opened") as refused:
        open_store(f"sqlite:///{tmp_path}/file/mlflow.db", "shop")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_database_is_one_line(workplace):
    Path("mlflow.db").write_text(
        "not a database, but long enough to look like one" * 100, encoding="utf-8"
    )
    with pytest.raises(UserError, match=r"cannot be opened .*not a database"):
        open_store("sqlite:///mlflow.db", "another")


def test_workers_may_start_together(workplace):
    opened, errors = [], []

    def start():
        try:
            opened.append(open_store("sqlite:///mlflow.db", "shop"))
        except Exception as error:
            errors.append(error)

    open_store("sqlite:///mlflow.db", "shop")
    workers = [threading.Thread(target=start) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not errors
    assert len(set(opened)) == 1


def test_a_warning_that_is_raised_is_no_store_that_cannot_be_opened(workplace, monkeypatch):
    def warn(*_):
        raise DeprecationWarning("old")

    monkeypatch.setattr("mlflow.MlflowClient.get_experiment_by_name", warn)
    with pytest.raises(DeprecationWarning, match="old"):
        open_store("sqlite:///mlflow.db", "shop")


def test_a_store_to_read_from_must_be_there_and_is_not_made(tmp_path):
    with pytest.raises(UserError, match="does not exist, so no model is in it; train one"):
        connect(f"sqlite:///{tmp_path}/mlflow.db")
    assert not list(tmp_path.iterdir())


def test_a_disk_without_room_is_refused_before_a_store_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr("segmentation.tracking.full_disks.NEEDED_BYTES", 2**80)
    with pytest.raises(UserError, match=r"MB free, .*; free some space, or set tracking.uri="):
        open_store(f"sqlite:///{tmp_path}/mlflow.db", "shop")
    assert not list(tmp_path.iterdir())
