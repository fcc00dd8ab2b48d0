"""A store that is only read: what is found in it, and that nothing is made in it."""

import pytest

from segmentation.errors import UserError
from segmentation.tracking.reading import (
    finished_runs,
    has_list,
    kept_scorings_of,
    read_store,
    registered_lists,
    run_of_model,
    sweeps,
)
from segmentation.tracking.recorded_run import read_run
from tests.helpers.commands import run_here

EXPERIMENT = "customer-segments"


@pytest.fixture
def held(shop_with_champion):
    return read_store("sqlite:///mlflow.db", EXPERIMENT)


def test_a_sweep_is_found_with_its_finished_runs_in_the_order_of_k(held):
    (sweep,) = sweeps(held)
    runs = finished_runs(held, sweep.run_id)
    assert [run.params["k"] for run in runs] == ["2", "3", "4"]
    assert finished_runs(held, None) == []
    held.client.set_terminated(runs[1].run_id, "FAILED")
    held.client.delete_run(runs[2].run_id)
    assert [run.params["k"] for run in finished_runs(held, sweep.run_id)] == ["2"]


def test_the_registered_run_has_a_list(held):
    found = registered_lists(held)
    ((run_id, promotion),) = found.items()
    assert has_list(promotion)
    assert read_run(held, run_id).tags["kind"] == "segmentation"
    assert not has_list(read_run(held, run_id))


@pytest.mark.slow
def test_a_run_alone_and_a_scoring_are_found(held, monkeypatch):
    assert kept_scorings_of(held, EXPERIMENT) == []
    shop = ["data=transactions", "data.path=orders.csv"]
    assert run_here(monkeypatch, *shop, "evaluation=fast", "plots=none", "k=5") == 0
    assert [run.params["k"] for run in finished_runs(held, None)] == ["5"]
    scoring = ["data.path=orders.csv", "output=s.csv", "overwrite=true"]
    assert run_here(monkeypatch, *scoring, "tracking.log_customers=false", script="score.py") == 0
    assert kept_scorings_of(held, EXPERIMENT) == []
    assert run_here(monkeypatch, *scoring, script="score.py") == 0
    (kept,) = kept_scorings_of(held, EXPERIMENT)
    run = run_of_model(held, kept.tags["model_id"])
    assert run.run_id in registered_lists(held)


def test_a_model_of_another_store_is_said(held):
    with pytest.raises(UserError, match=r"m-0+ that scored this list is not in .*tracking\.uri="):
        run_of_model(held, f"m-{'0' * 32}")


def test_nothing_is_made_where_nothing_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        UserError,
        match=r"does not exist, so no model is in it; train one with train\.py -m k=2,3,4",
    ):
        read_store("sqlite:///mlflow.db", EXPERIMENT)
    assert list(tmp_path.iterdir()) == []


def test_no_experiment_is_made(workplace, store):
    with pytest.raises(UserError, match="no experiment 'other'"):
        read_store("sqlite:///mlflow.db", "other")
    assert store.client.get_experiment_by_name("other") is None
    assert read_store("sqlite:///mlflow.db", "test").experiment_id == store.experiment_id


def test_the_experiment_that_the_environment_names_wins(store, monkeypatch):
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", store.experiment_id)
    assert read_store("sqlite:///mlflow.db", "other").experiment_id == store.experiment_id
