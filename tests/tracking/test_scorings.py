"""Scorings as runs: each shows its month and those before it."""

import json
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.segments.history import COLUMNS
from segmentation.tracking.recorded_run import read_run
from segmentation.tracking.scorings import ScoringRun, day_of, log_scoring, metrics_of

DRIFT = pd.DataFrame({"of": ["orders", "segment"], "psi": [0.05, 0.3], "reading": ""})


def segments(loyal, other="casual (2), low"):
    values = {"name": ["loyal", other], "customers": [loyal, 2], "revenue": [5.5, 1.0]}
    return pd.DataFrame({**values, "listed": [1, 2]})


@pytest.fixture(scope="module")
def reports(shop_csv):
    """Of the shop at the end of three months."""
    read = transactions(shop_csv)
    ends = ("2024-04-01", "2024-05-01", "2024-06-01")
    return [cleaned_lines(read, CleaningRules(), end, with_fingerprint=False)[1] for end in ends]


def scoring(report, loyal=3, model_name="shop", **more):
    return ScoringRun(model_name, "3", "m-1", report, segments(loyal), DRIFT, **more)


def history(store, run_id, metric):
    return {p.step: p.value for p in store.client.get_metric_history(run_id, metric)}


def test_the_step_of_a_month_is_its_day():
    assert day_of(datetime(1970, 1, 1, 23)) == 0
    assert day_of(datetime(2024, 5, 1)) == 19844


def test_figures_have_names_that_mlflow_takes(reports):
    assert metrics_of(scoring(reports[0], moved_share=0.25)) == {
        "customers": 5.0,
        "revenue": 6.5,
        "customers/loyal": 3.0,
        "revenue/loyal": 5.5,
        "customers/casual 2 low": 2.0,
        "revenue/casual 2 low": 1.0,
        "psi/orders": 0.05,
        "psi/segment": 0.3,
        "moved_share": 0.25,
    }
    assert "moved_share" not in metrics_of(scoring(reports[0]))


def test_the_newest_run_shows_all_months_and_a_repeated_one_once(store, reports):
    april, may, june = reports
    days = [day_of(report.as_of) for report in reports]
    log_scoring(store, scoring(april, 3))
    log_scoring(store, scoring(may, 4, moved_share=0.5))
    log_scoring(store, scoring(may, 7, model_name="another"))
    log_scoring(store, scoring(may, 5, moved_share=0.125))
    newest = log_scoring(store, scoring(june, 6, moved_share=0.25))
    assert history(store, newest, "customers/loyal") == dict(zip(days, (3, 5, 6), strict=True))
    assert history(store, newest, "psi/segment") == dict.fromkeys(days, 0.3)
    assert history(store, newest, "moved_share") == {days[1]: 0.125, days[2]: 0.25}
    assert read_run(store, newest).metrics["customers"] == 8


def test_a_month_that_is_scored_late_shows_no_later_one(store, reports):
    april, may, june = reports
    log_scoring(store, scoring(april, 3))
    log_scoring(store, scoring(june, 6, moved_share=0.5))
    late = log_scoring(store, scoring(may, 4))
    assert set(history(store, late, "customers/loyal").values()) == {3, 4}
    assert read_run(store, late).metrics["customers/loyal"] == 4
    assert "moved_share" not in read_run(store, late).metrics


def test_what_mlflow_run_recorded_as_it_was_typed_stays(store, reports, monkeypatch):
    run = store.client.create_run(store.experiment_id)
    store.client.log_param(run.info.run_id, "model", "as typed")
    monkeypatch.setenv("MLFLOW_RUN_ID", run.info.run_id)
    run_id = log_scoring(store, scoring(reports[0], params={"model": "m", "output": "o.csv"}))
    assert run_id == run.info.run_id
    assert read_run(store, run_id).params == {"model": "as typed", "output": "o.csv"}


def test_a_run_says_what_was_scored_by_what(store, reports):
    page, params = "<p>changes</p>", {"model": "models:/shop@champion"}
    run = read_run(store, log_scoring(store, scoring(reports[0], page=page, params=params)))
    assert (run.name, run.status) == ("2024-04-01 shop version 3", "FINISHED")
    assert run.tags["kind"] == "scoring"
    assert run.tags["model_version"] == "3"
    assert run.tags["as_of"] == "2024-04-01T00:00:00"
    assert run.params == params
    assert run.text("changes.html") == page
    assert json.loads(run.text("data_report.json"))["customers"] == reports[0].customers
    assert run.files == {"changes.html", "data_report.json", "segments.csv"}
    (dataset,) = store.client.get_run(run.run_id).inputs.dataset_inputs
    assert json.loads(dataset.dataset.profile)["customers"] == reports[0].customers
    assert [tag.value for tag in dataset.tags] == ["scoring"]


def test_other_lines_are_another_dataset(store, reports):
    digests = [
        store.client.get_run(log_scoring(store, scoring(report)))
        .inputs.dataset_inputs[0]
        .dataset.digest
        for report in (reports[0], reports[1], reports[0])
    ]
    assert digests[0] == digests[2] != digests[1]


@pytest.mark.parametrize("log_kept", [False, True])
def test_customers_are_kept_without_what_is_carried_along(store, reports, tmp_path, log_kept):
    frame = pd.DataFrame({name: ["x"] for name in COLUMNS}).assign(email="a@b")
    frame.to_parquet(tmp_path / "scored.parquet")
    path = tmp_path / "scored.parquet"
    run_id = log_scoring(store, scoring(reports[0], customers=path, log_kept=log_kept))
    kept = Path(store.client.download_artifacts(run_id, "customers.parquet"))
    assert list(pd.read_parquet(kept)) == [*COLUMNS, *(["email"] if log_kept else [])]


def test_what_cannot_be_recorded_leaves_no_run_open(store, reports, tmp_path):
    with pytest.raises(Exception, match=r"missing\.parquet"):
        log_scoring(store, scoring(reports[0], customers=tmp_path / "missing.parquet"))
    (run,) = store.client.search_runs([store.experiment_id])
    assert run.info.status == "FAILED"
    newest = log_scoring(store, scoring(reports[1]))
    assert set(history(store, newest, "customers")) == {day_of(reports[1].as_of)}
