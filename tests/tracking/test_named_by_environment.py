"""MLflow's own variables mean here what they mean there."""

import subprocess

import pytest
from mlflow import MlflowClient

from segmentation.errors import UserError
from segmentation.tracking.aliases import CHAMPION, aliased
from segmentation.tracking.recording import create_run
from segmentation.tracking.store import Store, absolute_uri, open_store
from tests.helpers.commands import (
    active_runs,
    child_runs,
    client,
    command,
    environment,
    run_here,
    without_progress,
)

HERE, MODEL = "sqlite:///mlflow.db", "customer-segments"
QUICK = ["evaluation=fast", "plots=none", "features=rfm", "data=transactions"]


@pytest.fixture
def quick(workplace, shop_csv):
    return [*QUICK, f"data.path={shop_csv}"]


@pytest.fixture
def given(workplace, monkeypatch):
    """An open run of another experiment, as ``mlflow run`` leaves one."""
    run_id = client().create_run(client().create_experiment("project")).info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
    return run_id


def test_the_first_run_is_the_one_that_is_given_and_the_next_is_not(workplace, given):
    store = open_store(HERE, "shop")
    assert create_run(store, "a run", {"kind": "test"}) == given
    assert client().get_run(given).data.tags["kind"] == "test"
    assert create_run(store, "another", {}) != given
    assert store.experiment_id == client().get_experiment_by_name("project").experiment_id


def test_a_child_is_never_the_run_that_is_given(store, given):
    assert create_run(store, "child", {}, create_run(store, "parent", {})) != given


@pytest.mark.slow
def test_a_lone_run_is_recorded_in_the_run_that_is_given(quick, given, monkeypatch):
    assert run_here(monkeypatch, *quick, "k=2") == 0
    (run,) = active_runs()
    assert (run.info.run_id, run.info.status) == (given, "FINISHED")
    assert run.data.params["k"] == "2"
    assert run.outputs.model_outputs


@pytest.mark.slow
def test_the_children_of_a_sweep_follow_its_experiment(quick, given, monkeypatch):
    assert run_here(monkeypatch, "-m", *quick, "k=2,3") == 0
    they_follow(given)


@pytest.mark.slow
def test_children_in_processes_of_their_own_follow_it_too(quick, given):
    typed = command("-m", *quick, "k=2,3", "hydra/launcher=joblib")
    subprocess.run(typed, env=environment(MLFLOW_RUN_ID=given), check=True)
    they_follow(given)


def they_follow(given):
    parent = client().get_run(given)
    children = child_runs(parent)
    assert len(children) == 2
    assert {run.info.experiment_id for run in children} == {parent.info.experiment_id}
    assert client().get_model_version_by_alias(MODEL, CHAMPION)


@pytest.mark.slow
def test_the_experiment_and_the_run_have_the_names_that_are_given(quick, monkeypatch):
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "of the team")
    monkeypatch.setenv("MLFLOW_RUN_NAME", "monday")
    assert run_here(monkeypatch, "-m", *quick, "k=2,3") == 0
    of_the_team = client().get_experiment_by_name("of the team").experiment_id
    assert {run.info.experiment_id for run in active_runs()} == {of_the_team}
    assert [run.info.run_name for run in active_runs()].count("monday") == 1
    (parent,) = [run for run in active_runs() if run.data.tags["kind"] == "sweep"]
    assert parent.info.run_name == "monday"


@pytest.mark.slow
def test_what_is_typed_wins_over_the_name_that_is_given(quick, monkeypatch):
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "of the team")
    assert run_here(monkeypatch, *quick, "k=2", "tracking.experiment=mine") == 0
    assert client().get_experiment_by_name("of the team") is None


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MLFLOW_RUN_ID", "0" * 32, "is no run of the tracking store; unset MLFLOW_RUN_ID"),
        ("MLFLOW_RUN_ID", "no id", "is no run of the tracking store; unset MLFLOW_RUN_ID"),
        ("MLFLOW_EXPERIMENT_ID", "999", "is no experiment of the tracking store; unset"),
        ("MLFLOW_EXPERIMENT_ID", "shop", "is no experiment of the tracking store; unset"),
        ("MLFLOW_REGISTRY_URI", "http://127.0.0.1:9", "is another server than the tracking"),
    ],
)
@pytest.mark.parametrize("mode", [["-m", "k=2,3"], ["k=2"]])
def test_what_is_not_there_is_one_line(quick, monkeypatch, capsys, variable, value, said, mode):
    monkeypatch.setenv(variable, value)
    assert run_here(monkeypatch, *mode, *quick) == 2
    (line,) = without_progress(capsys.readouterr().err).splitlines()
    assert f"{variable}={value}" in line
    assert said in line
    assert active_runs() == []


def test_a_run_that_holds_results_is_not_written_to(store, monkeypatch):
    run_id = create_run(store, "done", {"kind": "segmentation"})
    monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
    with pytest.raises(UserError, match="holds results already"):
        open_store(HERE, "test")
    client().delete_run(run_id)
    with pytest.raises(UserError, match="is deleted"):
        open_store(HERE, "test")


@pytest.mark.slow
def test_models_are_registered_where_the_registry_is(quick, workplace, monkeypatch, capsys):
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "sqlite:///registry.db")
    assert run_here(monkeypatch, "-m", *quick, "k=2,3") == 0
    printed = capsys.readouterr().out
    registry = absolute_uri("sqlite:///registry.db")
    assert f'mlflow.set_registry_uri("{registry}")' in printed
    store_uri = absolute_uri(HERE)
    assert MlflowClient(store_uri, store_uri).search_registered_models() == []
    store = Store(store_uri, "", registry)
    champion = aliased(store, MODEL, CHAMPION)
    other = next(
        run.info.run_id
        for run in active_runs()
        if run.data.tags["kind"] == "segmentation" and run.info.run_id != champion.run_id
    )
    options = [f"run_id={other}", "force=true"]
    assert run_here(monkeypatch, *options, script="register.py") == 0
    assert aliased(store, MODEL, CHAMPION).run_id == other
    assert run_here(monkeypatch, "rollback=true", script="register.py") == 0
    assert aliased(store, MODEL, CHAMPION).run_id == champion.run_id
    scoring = [f"{quick[-1]}", "output=segments.csv"]
    assert run_here(monkeypatch, *scoring, script="score.py") == 0
    assert (workplace / "segments.csv").exists()
