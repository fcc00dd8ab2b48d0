"""Which runs keep a model, and how one that keeps none is registered."""

from dataclasses import replace
from pathlib import Path

import mlflow
import pytest
import yaml

from segmentation import options
from segmentation.errors import UserError
from segmentation.jobs.refit import refit
from segmentation.tracking.recorded_run import CONFIGURATION_FILE, read_run
from segmentation.tracking.store import open_store
from tests.helpers.commands import active_runs, child_runs, parent_runs, run_here, without_progress
from tests.helpers.harm import HARMFUL, write_payload

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


@pytest.mark.slow
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


@pytest.fixture
def recorded_run(sweep, workplace):
    """A run without a model, and what writes something into the configuration that it keeps."""
    write_payload(workplace)
    runs = sweep("tracking.models=chosen")
    champion = mlflow.MlflowClient().get_model_version_by_alias("customer-segments", "champion")
    (found,) = [run for run in runs if run.info.run_id != champion.run_id]
    run = read_run(open_store("sqlite:///mlflow.db", "customer-segments"), found.info.run_id)
    path = Path(found.info.artifact_uri.removeprefix("file://")) / CONFIGURATION_FILE
    kept = path.read_text(encoding="utf-8")

    def edited(group, value):
        written = yaml.safe_load(kept)
        written[group] = value(written[group]) if callable(value) else value
        path.write_text(yaml.safe_dump(written), encoding="utf-8")
        return run

    return edited


@pytest.mark.slow
def test_what_was_written_into_a_record_is_not_called(
    recorded_run, shop_customers, workplace, monkeypatch, capsys
):
    def imported(name, *_):
        raise AssertionError(f"{name} was imported")

    before = sorted(path.name for path in workplace.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(options.importlib, "import_module", imported)
        for node in HARMFUL.values():
            for group, value in {
                "algorithm": node,
                "scaler": lambda scaler, node=node: {**scaler, "func": node},
            }.items():
                run = recorded_run(group, value)
                with pytest.raises(UserError, match=f"{run.run_id}.*, and its record calls '"):
                    refit(run, shop_customers)
    assert sorted(path.name for path in workplace.iterdir()) == before
    capsys.readouterr()
    by_hand = [f"run_id={run.run_id}", "force=true"]
    recorded_run("scaler", HARMFUL["pandas.read_pickle"])
    assert run_here(monkeypatch, *by_hand, script="register.py") == 2
    (line,) = without_progress(capsys.readouterr().err).splitlines()
    assert "its record calls 'pandas.read_pickle'" in line
    assert sorted(path.name for path in workplace.iterdir()) == before


@pytest.mark.slow
def test_a_class_that_no_record_may_call_keeps_its_model(sweep):
    own = ["scaler=minmax", "scaler._target_=sklearn.preprocessing.MaxAbsScaler"]
    assert [len(models(run)) for run in sweep(*own, "tracking.models=chosen")] == [1, 1]


@pytest.mark.slow
def test_segments_that_are_others_by_now_are_refused(sweep, shop_customers):
    runs = sweep("tracking.models=chosen")
    store = open_store("sqlite:///mlflow.db", "customer-segments")
    run = read_run(store, runs[0].info.run_id)
    changed = shop_customers.table.iloc[20:]
    with pytest.raises(UserError, match="fitted again it has other segments"):
        refit(run, replace(shop_customers, table=changed))
