"""Of a finished run nothing changes but how it is shown, whatever is registered after it."""

import hashlib
from pathlib import Path

import pytest

from segmentation.tracking.aliases import CHAMPION
from segmentation.tracking.kinds import SEGMENTATION
from tests.helpers.commands import active_runs, client, run_here

MODEL = "customer-segments"
SHOWN = {"eligible", "ineligible_reason", "champion"}


def whole_store():
    """All that is said of every run that is there, its models and its files."""
    return {run.info.run_id: said_of(run) for run in active_runs()}


def said_of(run):
    models = [output.model_id for output in (run.outputs.model_outputs if run.outputs else [])]
    root = Path(run.info.artifact_uri.removeprefix("file://"))
    files = {
        str(path.relative_to(root)): hashlib.md5(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }
    return {
        "info": (run.info.run_name, run.info.status, run.info.start_time, run.info.end_time),
        "params": run.data.params,
        "metrics": run.data.metrics,
        "tags": {name: value for name, value in run.data.tags.items() if name not in SHOWN},
        "inputs": [item.dataset.digest for item in run.inputs.dataset_inputs],
        "models": [model_of(model_id) for model_id in models],
        "files": files,
    }


def model_of(model_id):
    model = client().get_logged_model(model_id)
    folder = Path(model.artifact_location.removeprefix("file://"))
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
    # MLflow itself notes there which versions were made of the model.
    tags = {name: value for name, value in model.tags.items() if name != "mlflow.modelVersions"}
    return model_id, model.name, str(model.status), model.creation_timestamp, tags, files


@pytest.mark.slow
def test_registering_and_going_back_change_no_finished_run(shop_with_champion, monkeypatch):
    def register(*arguments):
        assert run_here(monkeypatch, *arguments, script="register.py") == 0

    champion = client().get_model_version_by_alias(MODEL, CHAMPION)
    others = [
        run.info.run_id
        for run in active_runs()
        if run.data.tags["kind"] == SEGMENTATION and run.info.run_id != champion.run_id
    ]
    kept = {"decision", "promotion_run", "data", "as_of"}
    steps = [
        [f"run_id={others[0]}", "force=true"],
        [f"run_id={others[1]}", "selection.max_reassigned=0"],
        [f"run_id={others[1]}", "force=true"],
        ["rollback=true"],
        [f"sweep_run={sweep()}"],
        [f"run_id={others[0]}", f"tracking.model_name={MODEL}-2"],
    ]
    for step in steps:
        runs = whole_store()
        versions = said_of_versions(kept)
        register(*step)
        now = whole_store()
        for run_id, said in runs.items():
            for what, value in said.items():
                assert now[run_id][what] == value, (step, what)
        if step == ["rollback=true"]:
            assert said_of_versions(kept) == versions


def said_of_versions(kept):
    versions = client().search_model_versions(f"name = '{MODEL}'")
    return {
        version.version: {name: version.tags[name] for name in kept} | {"source": version.source}
        for version in versions
    }


def sweep():
    (parent,) = [run for run in active_runs() if run.data.tags["kind"] == "sweep"]
    return parent.info.run_id
