"""A year of a made-up shop: each month scored, one aborted, one repeated, a segment renamed."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from tests.helpers.commands import client, run_here
from tests.helpers.shop import shop_lines

pytestmark = pytest.mark.slow
MONTHS = [f"2024-{month:02}-01" for month in range(2, 13)] + ["2025-01-01"]
START = pd.Timestamp("2024-01-01")
RENAMED_IN, DEAR_FROM = "2024-08-01", pd.Timestamp("2024-10-15")
KEEP = "keep=[Email]"


def year_of_lines():
    """The lines of 200 days over 400, with addresses, and dearer from autumn on."""
    lines = shop_lines()
    lines["Invoice Date"] = START + 2 * (lines["Invoice Date"] - START)
    lines["Email"] = lines["Customer ID"].map("c{}@shop.example".format)
    lines.loc[lines["Customer ID"] == 7, "Email"] = "=cmd|' /C calc'!A0"
    dear = lines["Invoice Date"] >= DEAR_FROM
    lines["Price"] = lines["Price"].where(~dear, lines["Price"] * 6).round(2)
    return lines


def score(monkeypatch, month, *more):
    output = f"output={month}/customers.csv"
    options = ["data.path=orders.csv", f"as_of={month}", output, "history=history.parquet", KEEP]
    return run_here(monkeypatch, *options, *more, script="score.py")


def listed(month, file="customers.csv"):
    frame = pd.read_csv(f"{month}/{file}", dtype={"customer_id": str})
    return frame.set_index("customer_id")


def rename_first_segment():
    """Register the champion once more, its first segment under another name, as a gate would."""
    from segmentation.tracking.aliases import CHAMPION, add_version, aliased
    from segmentation.tracking.model_loading import load_version, logged_uri, model_metadata
    from segmentation.tracking.model_logging import log_model
    from segmentation.tracking.store import open_store

    store = open_store("sqlite:///mlflow.db", "customer-segments")
    version = aliased(store, "customer-segments", CHAMPION)
    segmenter, metadata = load_version(store, version), model_metadata(store, logged_uri(version))
    first, former = metadata["segments"][0], metadata["segments"][0]["name"]
    first |= {"name": "dear friends", "former": former}
    segmenter.names_ = {**segmenter.names_, first["segment"]: "dear friends"}
    metadata["reference"]["counts"]["segments"] = {
        "dear friends" if name == former else name: count
        for name, count in metadata["reference"]["counts"]["segments"].items()
    }
    features = pd.DataFrame(np.ones((2, len(metadata["features"]))), columns=metadata["features"])
    model_id = log_model(
        store, version.run_id, segmenter, features, metadata, name="renamed", tags={}
    )
    new = add_version(
        store, "customer-segments", version.run_id, f"models:/{model_id}", "renamed", {}
    )
    store.client.set_registered_model_alias("customer-segments", CHAMPION, new.version)
    return former


def test_a_year(workplace, monkeypatch, capsys):
    lines = year_of_lines()
    lines.to_csv("orders.csv", index=False)
    trained = ["data.path=orders.csv", "features=rfm", "k=2,3", "evaluation=fast", "plots=none"]
    first = ["as_of=2024-02-01", KEEP, "lists=by_segment", "hydra.sweep.dir=first"]
    assert run_here(monkeypatch, "-m", *trained, *first) == 0
    _first_list(workplace)
    before, former, codes = None, None, {}
    for month in MONTHS:
        (workplace / month).mkdir()
        if month == RENAMED_IN:
            former = rename_first_segment()
        limits = ["drift.max_psi=0.25", "drift.max_moved=0.9"]
        codes[month] = score(monkeypatch, month, *limits, "lists=by_segment")
        now = _month(month, before, former if month == RENAMED_IN else None)
        if month == "2024-05-01":
            _aborted(monkeypatch, capsys)
        if month == "2024-06-01":
            _repeated(monkeypatch, now)
        before = now
    assert codes["2024-02-01"] == 0, "the customers of the training"
    assert codes["2025-01-01"] == 3, "all is dearer and has been for months"
    assert set(codes.values()) == {0, 3}
    _history()
    _recorded()


def _first_list(workplace):
    frame = pd.read_csv("first/customers.csv", dtype={"customer_id": str})
    assert list(frame)[:5] == ["customer_id", "Email", "segment", "segment_name", "action"]
    assert frame["action"].notna().all()
    assert frame.set_index("customer_id").loc["7", "Email"] == "'=cmd|' /C calc'!A0"
    parts = [pd.read_csv(file) for file in (workplace / "first" / "segments").glob("*.csv")]
    assert sum(map(len, parts)) == len(frame)
    version = client().get_model_version_by_alias("customer-segments", "champion")
    path = client().download_artifacts(version.tags["promotion_run"], "customers.csv")
    kept = pd.read_csv(path, dtype={"customer_id": str})
    assert list(kept) == [name for name in frame if name != "Email"], "no address in MLflow"
    pd.testing.assert_frame_equal(kept, frame.drop(columns="Email"))


def _month(month, before, former):
    """Check the files of a month against those of the month before; return its list."""
    now = listed(month)
    assert set(now["as_of"]) == {f"{month}T00:00:00"}
    parts = [pd.read_csv(file) for file in _files(month, "segments/*.csv")]
    assert sum(map(len, parts)) == len(now)
    if before is None:
        assert now[["previous_segment_name", "changed_on"]].isna().all(axis=None)
        assert not _files(month, "moves.csv")
        return now
    was = written = before["segment_name"]
    if former is not None:
        assert former in set(was)
        was = was.replace({former: "dear friends"})
    both = now.index.intersection(was.index)
    moved = both[now.loc[both, "segment_name"] != was.loc[both]]
    assert now.loc[moved, "previous_segment_name"].tolist() == was.loc[moved].tolist()
    assert set(now.loc[moved, "changed_on"]) <= {month}
    stayed = both.difference(moved)
    pd.testing.assert_series_equal(
        now.loc[stayed, "changed_on"].astype(object).fillna(""),
        before.loc[stayed, "changed_on"].astype(object).fillna(""),
    )
    moves = listed(month, "moves.csv")
    new = now.index.difference(was.index)
    assert set(moves.index) == {*moved, *new}
    assert set(moves.loc[new, "from"]) <= {"(new)"}
    assert moves.loc[moved, "from"].tolist() == written.loc[moved].tolist()
    assert moves.loc[moved, "to"].tolist() == now.loc[moved, "segment_name"].tolist()
    assert moves["revenue"].is_monotonic_decreasing
    assert moves["days_absent"].tolist() == now.loc[moves.index, "recency_days"].tolist()
    page = _files(month, "changes.html")[0].read_text(encoding="utf-8")
    assert f"{month}</time>" in page
    assert (former is not None) == ("was &#34;" in page)
    return now


def _files(month, pattern):
    return sorted(Path(month).glob(pattern))


def _aborted(monkeypatch, capsys):
    """A month whose list cannot be written leaves history and runs as they were."""
    history, runs = pd.read_parquet("history.parquet"), _scorings()
    capsys.readouterr()
    assert score(monkeypatch, "2024-05-20") == 2
    assert "folder '2024-05-20' does not exist" in capsys.readouterr().err
    pd.testing.assert_frame_equal(pd.read_parquet("history.parquet"), history)
    assert len(_scorings()) == len(runs)


def _repeated(monkeypatch, now):
    """A month that is scored again changes nothing but what is recorded of it."""
    history = pd.read_parquet("history.parquet")
    assert score(monkeypatch, "2024-06-01", "overwrite=true", "lists=by_segment") == 0
    pd.testing.assert_frame_equal(listed("2024-06-01"), now)
    again = pd.read_parquet("history.parquet")
    assert len(again) == len(history)
    keys = ["as_of", "customer_id"]
    pd.testing.assert_frame_equal(
        *(frame.sort_values(keys).reset_index(drop=True) for frame in (again, history))
    )


def _history():
    history = pd.read_parquet("history.parquet")
    assert sorted(history["as_of"].unique()) == [f"{month}T00:00:00" for month in MONTHS]
    assert not history.duplicated(["customer_id", "as_of"]).any()
    assert "Email" not in history
    assert set(history["model_version"]) == {"1", "2"}


def _scorings():
    store = MlflowClient("sqlite:///mlflow.db")
    experiment = store.get_experiment_by_name("customer-segments-scorings")
    return [run for run in store.search_runs([experiment.experiment_id]) if run.info.status]


def _recorded():
    """The newest run shows every month once, by the day."""
    store, runs = MlflowClient("sqlite:///mlflow.db"), _scorings()
    assert len(runs) == len(MONTHS) + 1
    newest = runs[0]
    assert newest.data.tags["as_of"] == "2025-01-01T00:00:00"
    points = store.get_metric_history(newest.info.run_id, "customers")
    days = [(pd.Timestamp(month) - pd.Timestamp("1970-01-01")).days for month in MONTHS]
    assert [point.step for point in points] == days
    sizes = [len(listed(month)) for month in MONTHS]
    assert [point.value for point in points] == sizes
    moved = store.get_metric_history(newest.info.run_id, "moved_share")
    assert [point.step for point in moved] == days[1:]
    report = store.download_artifacts(newest.info.run_id, "data_report.json")
    assert json.loads(Path(report).read_text(encoding="utf-8"))["customers"] == sizes[-1]
    kept = pd.read_parquet(store.download_artifacts(newest.info.run_id, "customers.parquet"))
    assert len(kept) == sizes[-1]
    assert "Email" not in kept
