"""A new SQLite store is a copy of an empty one, equal to what MLflow makes."""

import re
import sqlite3
from contextlib import closing

import pooch
import pytest

from segmentation.tracking import new_store
from segmentation.tracking.new_store import made_by_one, make_store
from segmentation.tracking.store import open_store


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The user's cache folder, which is not there yet."""
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    return tmp_path / "cache" / "segmentation"


def contents(path) -> list[str]:
    """Statements that make a database, each as its sorted words: MLflow orders some by a set."""
    with closing(sqlite3.connect(path)) as database:
        return sorted(
            " ".join(sorted(re.findall(r"[^\s,()]+", line))) for line in database.iterdump()
        )


def test_it_holds_what_mlflow_makes(tmp_path, empty_database, cache):
    make_store(f"sqlite:///{tmp_path}/mlflow.db")
    made, by_mlflow = (set(contents(path)) for path in (tmp_path / "mlflow.db", empty_database))
    # MLflow adds the default experiment when it opens a store.
    assert all("INSERT" in line and "Default" in line for line in by_mlflow - made)
    assert made - by_mlflow == set()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["cache", "mlflow.db"]


def test_the_tables_are_made_once_per_user(tmp_path, cache, monkeypatch):
    make_store(f"sqlite:///{tmp_path}/first.db")
    (kept,) = cache.iterdir()
    monkeypatch.setattr(new_store, "_make_tables", lambda path: pytest.fail("made again"))
    make_store(f"sqlite:///{tmp_path}/second.db")
    assert contents(tmp_path / "second.db") == contents(kept)


def test_a_store_that_is_there_stays_as_it_is(tmp_path, cache):
    (tmp_path / "mlflow.db").write_bytes(b"somebody's")
    make_store(f"sqlite:///{tmp_path}/mlflow.db")
    assert (tmp_path / "mlflow.db").read_bytes() == b"somebody's"
    assert not cache.exists()


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:5000",
        "sqlite:////nowhere/at/all/mlflow.db",
        "sqlite:///{folder}/mlflow.db?timeout=5",
    ],
)
def test_what_is_no_file_to_be_made_is_left_to_mlflow(uri, cache, tmp_path):
    make_store(uri.format(folder=tmp_path))
    assert not cache.exists()
    assert [*tmp_path.iterdir()] == []


@pytest.mark.slow
def test_without_a_cache_folder_mlflow_makes_them(tmp_path, cache, monkeypatch):
    (tmp_path / "cache").touch()
    store = open_store(f"sqlite:///{tmp_path}/mlflow.db", "shop")
    assert store.client.get_experiment(store.experiment_id).name == "shop"


def test_the_first_use_is_tried_again_while_another_process_makes_the_tables(monkeypatch):
    monkeypatch.setattr("segmentation.tracking.new_store.PAUSE_SECONDS", 0.0)
    answers = iter([RuntimeError("duplicate key value violates"), RuntimeError("out-of-date"), 7])

    def use():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert made_by_one(use) == 7


@pytest.mark.parametrize(("said", "calls"), [("no such host", 1), ("relation already exists", 8)])
def test_what_does_not_pass_is_raised(monkeypatch, said, calls):
    monkeypatch.setattr("segmentation.tracking.new_store.PAUSE_SECONDS", 0.0)
    called = []

    def use():
        called.append(said)
        raise RuntimeError(said)

    with pytest.raises(RuntimeError, match=said):
        made_by_one(use)
    assert len(called) == calls
