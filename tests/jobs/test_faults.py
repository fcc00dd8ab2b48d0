"""What went wrong before: judgements kept as facts, names that leak, results that are stale."""

import json
from pathlib import Path

import pandas as pd
import pytest

from segmentation.tracking.aliases import add_version
from segmentation.tracking.model_loading import model_metadata
from segmentation.tracking.model_logging import log_model
from segmentation.tracking.recorded_run import MEASURED_FOLDER, read_run
from segmentation.tracking.store import open_store
from tests.helpers.commands import (
    active_runs,
    child_runs,
    client,
    parent_runs,
    run_here,
    without_progress,
)
from tests.helpers.shop import shop_lines, write_shop

QUICK = ["evaluation=fast", "plots=none", "features=rfm"]
MODEL = "customer-segments"


@pytest.fixture
def shop(workplace):
    return ["data=transactions", f"data.path={write_shop(workplace / 'orders.csv')}"]


@pytest.fixture
def store(workplace):
    return open_store("sqlite:///mlflow.db", MODEL)


def version(model=MODEL, alias="champion"):
    return client().get_model_version_by_alias(model, alias)


def promotion_text(store, model, file):
    return read_run(store, version(model).tags["promotion_run"]).text(file)


DISPLAYED = {"eligible", "ineligible_reason", "champion"}


def everything(store, run_id):
    """All that a run says: values, tags but those of display, end, models and artifacts."""
    run = store.client.get_run(run_id)
    tags = {key: value for key, value in run.data.tags.items() if key not in DISPLAYED}
    files = sorted(
        (file.path, file.file_size)
        for folder in (None, "pictures")
        for file in store.client.list_artifacts(run_id, folder)
    )
    models = [output.model_id for output in run.outputs.model_outputs]
    return run.data.metrics, run.data.params, tags, run.info.end_time, models, files


@pytest.mark.slow
def test_a_run_that_was_judged_strictly_once_is_judged_anew(shop, store, monkeypatch, capsys):
    left_out = ["evaluation.null_test=null", "evaluation.out_of_time=null"]
    stability = ["evaluation.stability.draws=2", *left_out, "plots=none", "features=rfm"]
    strict = ["selection.min_smallest_segment_share=0.9"]
    assert run_here(monkeypatch, "-m", *shop, *stability, "k=2,3", *strict) == 0
    assert "nothing is registered" in capsys.readouterr().out
    children = child_runs(parent_runs()[0])
    assert {run.data.tags["eligible"] for run in children} == {"false"}
    assert run_here(monkeypatch, "-m", *shop, *stability, "k=2,3") == 0
    assert "reused" in capsys.readouterr().out
    again = [store.client.get_run(run.info.run_id) for run in children]
    assert {run.data.tags["eligible"] for run in again} == {"true"}
    assert {run.data.tags["ineligible_reason"] for run in again} == {""}
    report = promotion_text(store, MODEL, "report.html")
    assert "Not eligible" not in report
    assert "by force" not in report + version().description


@pytest.mark.slow
def test_the_display_tags_decide_nothing(shop, store, monkeypatch):
    assert run_here(monkeypatch, "-m", *shop, *QUICK, "k=2,3") == 0
    for run in child_runs(parent_runs()[0]):
        store.client.set_tag(run.info.run_id, "eligible", "false")
        store.client.set_tag(run.info.run_id, "ineligible_reason", "for display only")
    assert run_here(monkeypatch, script="register.py") == 0
    assert str(version().version) == "1"


@pytest.mark.slow
def test_the_names_of_one_model_do_not_reach_another(shop, store, monkeypatch):
    assert run_here(monkeypatch, "-m", *shop, *QUICK, "k=3", "tracking.model_name=a") == 0
    old = read_run(store, version("a").run_id)
    # Names of the same rule, told apart otherwise than today.
    segmenter = old.segmenter()
    own = dict(segmenter.names_)
    other = {number: f"{own[number].partition(',')[0]} ({number + 5})" for number in (0, 1)}
    segmenter.names_ = own | other
    metadata = model_metadata(store, old.model_uri)
    features = old.customers()[list(segmenter.feature_names_in_)]
    promotion_id = version("a").tags["promotion_run"]
    model_id = log_model(store, promotion_id, segmenter, features, metadata, name="b", tags={})
    tags = {"data": "transactions"}
    added = add_version(store, "a", old.run_id, f"models:/{model_id}", "why", tags)
    store.client.set_registered_model_alias("a", "champion", added.version)

    assert run_here(monkeypatch, *shop, *QUICK, "k=3", "algorithm.n_init=11") == 0
    (run,) = [run for run in active_runs() if "n_init=11" in run.info.run_name]
    before = everything(store, run.info.run_id)
    run_id = f"run_id={run.info.run_id}"
    for model in ("a", "b"):
        options = [run_id, f"tracking.model_name={model}", "force=true"]
        assert run_here(monkeypatch, *options, script="register.py") == 0
    lent = model_metadata(store, "models:/a@champion")["segments"]
    derived = model_metadata(store, "models:/b@champion")["segments"]
    assert [segment["name"] for segment in lent[:2]] == [other[0], other[1]]
    assert [segment["name"] for segment in derived] == [own[0], own[1], own[2]]
    assert version("a").run_id == version("b").run_id == run.info.run_id
    assert everything(store, run.info.run_id) == before


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("sklearn.cluster.Birch", "Birch"),
        ("sklearn.cluster.BisectingKMeans", "BisectingKMeans"),
        ("sklearn.cluster.AgglomerativeClustering", "AgglomerativeClustering"),
    ],
)
@pytest.mark.parametrize("mode", [["-m", "k=2,3"], ["k=2"]])
def test_what_cannot_be_saved_or_predicted_is_refused_before_data_is_read(
    target, said, mode, workplace, monkeypatch, capsys
):
    nowhere = ["data=transactions", "data.path=nowhere.csv"]
    replaced = ["algorithm=kmeans", f"algorithm._target_={target}", "~algorithm.n_init"]
    seedless = [] if target.endswith("BisectingKMeans") else ["~algorithm.random_state"]
    assert run_here(monkeypatch, *mode, *nowhere, *replaced, *seedless) == 2
    error = without_progress(capsys.readouterr().err).splitlines()
    assert len(error) == 1
    assert said in error[0]
    assert "nowhere" not in error[0]
    assert active_runs() == []


@pytest.mark.slow
def test_the_gate_reads_the_customers_that_were_measured(shop, workplace, monkeypatch, capsys):
    assert run_here(monkeypatch, "-m", *shop, *QUICK, "k=2,3") == 0
    (workplace / "orders.csv").unlink()
    capsys.readouterr()
    other = next(run for run in child_runs(parent_runs()[0]) if run.info.run_id != version().run_id)
    options = [f"run_id={other.info.run_id}", "selection.max_reassigned=1"]
    assert run_here(monkeypatch, *options, script="register.py") == 0
    printed = capsys.readouterr().out
    assert "fingerprint" not in printed
    assert "it is another recipe than the champion's" in printed


@pytest.mark.slow
def test_customers_that_are_not_kept_are_asked_for(shop, store, workplace, monkeypatch, capsys):
    private = [*QUICK, "tracking.log_customers=false"]
    assert run_here(monkeypatch, "-m", *shop, *private, "k=2,3") == 0
    (parent,) = parent_runs()
    other = next(run for run in child_runs(parent) if run.info.run_id != version().run_id)
    for run_id in (parent.info.run_id, other.info.run_id):
        names = {file.path for file in store.client.list_artifacts(run_id)}
        assert not names & {MEASURED_FOLDER, "customers.parquet"}
    champion, options = version().run_id, [f"run_id={other.info.run_id}"]
    capsys.readouterr()
    # Nobody can tell whose customers the champion was fitted to.
    assert run_here(monkeypatch, *options, script="register.py") == 0
    assert "so that nobody knows whether they are of one shop" in capsys.readouterr().out
    assert version().run_id == champion
    assert run_here(monkeypatch, *options, "force=true", script="register.py") == 0
    assert version().run_id == other.info.run_id


@pytest.mark.slow
def test_beside_a_champion_whose_customers_are_kept_a_run_needs_its_lines(
    shop, workplace, monkeypatch, capsys
):
    assert run_here(monkeypatch, "-m", *shop, *QUICK, "k=2,3") == 0
    champion = version().run_id
    assert run_here(monkeypatch, *shop, *QUICK, "k=4", "tracking.log_customers=false") == 0
    (other,) = [run for run in active_runs() if run.data.params.get("k") == "4"]
    options = [f"run_id={other.info.run_id}"]
    capsys.readouterr()
    assert run_here(monkeypatch, *options, script="register.py") == 2
    assert "data.path=" in capsys.readouterr().err
    others = write_shop(workplace / "others.csv", seed=1)
    assert run_here(monkeypatch, *options, f"data.path={others}", script="register.py") == 2
    assert "holds other lines" in capsys.readouterr().err
    assert run_here(monkeypatch, *options, shop[1], script="register.py") == 0
    assert "becomes the challenger of champion version 1" in capsys.readouterr().out
    assert version().run_id == champion


@pytest.mark.slow
@pytest.mark.parametrize(
    "axis", ["features=rfm,value", "seed=1,2", "scaler=log,robust", "evaluation=fast,mine"]
)
def test_lines_are_read_once_for_what_does_not_change_them(
    axis, shop, workplace, monkeypatch, capsys
):
    mine = workplace / "own" / "evaluation"
    mine.mkdir(parents=True)
    (mine / "mine.yaml").write_text(
        "defaults: [fast]\nout_of_time: {horizon_share: 0.3, folds: 2}\n", encoding="utf-8"
    )
    options = [option for option in QUICK if option.split("=")[0] != axis.split("=")[0]]
    assert run_here(monkeypatch, "--config-dir", "own", "-m", *shop, *options, "k=2", axis) == 0
    assert capsys.readouterr().out.count("fingerprint") == 1
    runs = child_runs(parent_runs()[0])
    assert len(runs) == len({run.info.run_name for run in runs}) == 2
    if axis.startswith("evaluation"):
        measured = {run.data.params["evaluation"]: run.data.metrics for run in runs}
        assert "oot_r2" in measured["mine"]
        assert "oot_r2" not in measured["fast"]


@pytest.mark.slow
def test_what_a_sweep_measured_is_kept_once_and_found_by_its_runs(shop, store, monkeypatch):
    assert run_here(monkeypatch, "-m", *shop, *QUICK, "k=2,3") == 0
    (parent,) = parent_runs()
    (folder,) = store.client.list_artifacts(parent.info.run_id, MEASURED_FOLDER)
    for run in child_runs(parent):
        recorded = read_run(store, run.info.run_id)
        assert recorded.tags["measured_in"] == f"{parent.info.run_id}:{folder.path}"
        kept = recorded.measured()
        assert kept is not None
        features = ["recency_days", "orders", "revenue"]
        pd.testing.assert_frame_equal(recorded.customers()[features], kept.table[features])
        facts = Path(store.client.download_artifacts(parent.info.run_id, folder.path))
        assert json.loads((facts / "measured.json").read_text())["report"]["customers"] == 300


@pytest.mark.slow
def test_another_shop_is_measured_for_itself(shop, workplace, monkeypatch):
    half = workplace / "half.csv"
    lines = shop_lines()
    lines[lines["Customer ID"] % 2 == 0].to_csv(half, index=False)
    paths = f"data.path={workplace / 'orders.csv'},{half}"
    assert run_here(monkeypatch, "-m", "data=transactions", paths, *QUICK, "k=2") == 0
    places = {run.data.tags["measured_in"] for run in child_runs(parent_runs()[0])}
    assert len(places) == 2
