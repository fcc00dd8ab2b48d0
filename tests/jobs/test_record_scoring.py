"""What is recorded of a scoring: figures of all segments, and nothing of single customers."""

from types import SimpleNamespace

import pandas as pd
import pytest

from segmentation.customers.customers_file import CustomersFile
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.jobs.record_scoring import record_scoring
from segmentation.jobs.scored import Scored
from segmentation.segments.drift import Reference, SegmentCounts
from segmentation.segments.history import COLUMNS
from segmentation.segments.scored_by import ScoredBy
from segmentation.settings.schema import ScoreSettings, TrackingSettings
from segmentation.tracking.recorded_run import read_run
from segmentation.tracking.store import open_store

REFERENCE = Reference({"orders": (1.0,)}, SegmentCounts({"orders": (1, 3)}, {"loyal": 2, "new": 2}))
COUNTS = SegmentCounts({"orders": (2, 2)}, {"loyal": 3, "unassigned": 1})
REACHED = SegmentCounts({"orders": (2, 1)}, {"loyal": 2, "unassigned": 1})
MODEL = SimpleNamespace(
    scored_by=ScoredBy("shop", "3", "m-1"),
    reference=REFERENCE,
    metadata={"segments": [{"name": "loyal"}, {"name": "new"}]},
)


@pytest.fixture
def recorded(workplace, shop_csv):
    """Record a scoring; return its run."""
    _, report = cleaned_lines(transactions(shop_csv), CleaningRules(), with_fingerprint=False)
    pd.DataFrame({name: ["x"] for name in COLUMNS}).to_parquet("scored.parquet")
    file = CustomersFile(workplace / "scored.parquet")

    def record(log_customers=True, **more):
        tracking = TrackingSettings("sqlite:///mlflow.db", "shop", "m", log_customers)
        settings = ScoreSettings(data={}, model="models:/m@champion", tracking=tracking, **more)
        settings.output = "now.csv"
        revenue = {"loyal": 5.0, "unassigned": 1.0}
        scored = Scored("2024-07-19", COUNTS, revenue, REACHED, file=file)
        record_scoring(settings, MODEL, report, scored, "")
        store = open_store("sqlite:///mlflow.db", "shop-scorings")
        (run,) = store.client.search_runs([store.experiment_id])
        return read_run(store, run.info.run_id)

    return record


def test_all_segments_are_counted_also_those_that_the_training_had_not_and_empty_ones(recorded):
    metrics = recorded().metrics
    assert metrics["customers"] == 4
    assert metrics["revenue"] == 6
    names = {name: metrics[f"customers/{name}"] for name in ("loyal", "new", "unassigned")}
    assert names == {"loyal": 3, "new": 0, "unassigned": 1}


@pytest.mark.slow
def test_customers_are_kept_only_where_they_may_be(recorded):
    assert "customers.parquet" in recorded().files


@pytest.mark.slow
def test_and_else_they_are_not(recorded):
    assert "customers.parquet" not in recorded(log_customers=False).files


@pytest.mark.parametrize(
    ("exclude", "told"),
    [
        ("ids.csv", "ids.csv"),
        ("Email = 'jane@x.org' or Consent = 'no'", "a condition on Consent, Email"),
    ],
)
@pytest.mark.slow
def test_of_a_condition_only_its_columns_are_recorded(recorded, exclude, told):
    params = recorded(exclude=exclude).params
    assert params["exclude"] == told
    assert (params["model"], params["output"]) == ("models:/m@champion", "now.csv")
    assert "jane" not in str(params)


def test_a_store_that_cannot_be_opened_costs_the_record_only(recorded, monkeypatch, capsys):
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", "123456")
    with pytest.raises(Exception, match="123456"):
        recorded()
    printed = " ".join(capsys.readouterr().out.split())
    assert "warning: this scoring is not recorded (" in printed
