"""Which runs keep a model, and how one that keeps none is registered."""

from dataclasses import replace

import mlflow
import pytest

from segmentation.errors import UserError
from segmentation.jobs.refit import refit
from segmentation.tracking.recorded_run import read_run
from segmentation.tracking.store import open_store
from tests.helpers.commands import active_runs, child_runs, parent_runs, run_here

SWEEP = ["-m", "k=2,3", "features=rfm", "evaluation=fast", "plots=none"]


@pytest.fixture
def sweep(workplace, shop_csv, monkeypatch):
    def run(*options):
        shop = ["data=transactions", f"data.path={shop_csv}"]
        assert run_here(monkeypatch, *SWEEP, *shop, *options) == 0
        return child_runs(parent_runs()[-1])

    return run


def models(run):
    return run.outputs.model_outputs if run.outputs else []


def test_the_chosen_run_is_fitted_again_for_its_version(sweep, capsys):
    runs = sweep("tracking.models=chosen")
    assert [len(models(run)) for run in runs] == [0, 0]
    assert "kmeans k=3 log rfm" in capsys.readouterr().out
    version = mlflow.MlflowClient().get_model_version_by_alias("customer-segments", "champion")
    (promotion,) = [run for run in active_runs() if run.data.tags["kind"] == "promotion"]
    assert [f"models:/{model.model_id}" for model in models(promotion)] == [version.source]
    store = open_store("sqlite:///mlflow.db", "customer-segments")
    run = read_run(store, version.run_id)
    model = mlflow.pyfunc.load_model("models:/customer-segments@champion")
    kept = run.customers()
    predicted = model.predict(kept.astype("float64"))
    assert predicted["segment"].tolist() == kept["segment"].tolist()
    names = dict(zip(run.profile()["segment"], run.profile()["name"], strict=True))
    assert predicted["name"].tolist() == [names[segment] for segment in kept["segment"]]


@pytest.mark.slow
def test_a_run_without_a_model_is_registered_by_hand(sweep, monkeypatch, capsys):
    runs = sweep("tracking.models=chosen")
    other = next(run for run in runs if run.data.params["k"] == "2")
    by_hand = [f"run_id={other.info.run_id}", "selection.max_reassigned=1", "force=true"]
    assert run_here(monkeypatch, *by_hand, script="register.py") == 0
    assert "keeps no model: it is fitted again" in capsys.readouterr().out
    version = mlflow.MlflowClient().get_model_version_by_alias("customer-segments", "champion")
    assert version.run_id == other.info.run_id
    assert mlflow.pyfunc.load_model("models:/customer-segments@champion").metadata.run_id


@pytest.mark.slow
def test_eligible_runs_keep_their_model_and_no_other(sweep):
    bound = "selection.min_smallest_segment_share=0.2"
    runs = {run.data.params["k"]: run for run in sweep("tracking.models=eligible", bound)}
    assert {k: run.data.tags["eligible"] for k, run in runs.items()} == {"2": "true", "3": "false"}
    assert {k: len(models(run)) for k, run in runs.items()} == {"2": 1, "3": 0}


@pytest.mark.slow
def test_by_default_a_small_sweep_keeps_all(sweep):
    assert [len(models(run)) for run in sweep("selection.min_smallest_segment_share=0.2")] == [1, 1]


@pytest.mark.slow
def test_segments_that_are_others_by_now_are_refused(sweep, shop_customers):
    runs = sweep("tracking.models=chosen")
    store = open_store("sqlite:///mlflow.db", "customer-segments")
    run = read_run(store, runs[0].info.run_id)
    changed = shop_customers.table.iloc[20:]
    with pytest.raises(UserError, match="fitted again it has other segments"):
        refit(run, replace(shop_customers, table=changed))
