"""Scoring with a model in memory: what is asked of it, written, printed and refused."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.engine.tables import batches
from segmentation.errors import UserError
from segmentation.jobs import score, scored
from segmentation.segments.drift import reference
from segmentation.segments.scored_by import ScoredBy
from segmentation.settings.schema import ScoreSettings, TrackingSettings
from tests.helpers.measuring import customers

FEATURES = ["orders", "recency_days"]
BY = ScoredBy("shop", "3", "m-1")
AS_OF = "2024-07-19T00:00:00"
BORDERS = {"recency_days": [5.0, 2.0], "orders": [1.0, 8.0], "revenue": [5.0, 9.0]}


def segments_of(features):
    """Two segments, told apart by the number of orders."""
    loyal = features["orders"] >= 5
    return pd.DataFrame({"segment": np.where(loyal, 0, 1), "name": np.where(loyal, "loyal", "new")})


@pytest.fixture
def model(shop_csv, monkeypatch):
    """A model of the made-up shop that comes from no store."""
    table = customers(transactions(shop_csv), CleaningRules(), FEATURES).table[FEATURES]
    model = SimpleNamespace(
        segmenter=SimpleNamespace(describe=segments_of),
        scored_by=BY,
        features=FEATURES,
        rfm_borders=BORDERS,
        cleaning=CleaningRules(),
        reading={},
        reference=reference(table, segments_of(table)["name"]),
        metadata={"as_of": AS_OF, "segments": []},
    )
    asked = []
    monkeypatch.setattr(score, "connect", lambda uri: uri)
    monkeypatch.setattr(score, "load_scoring_model", lambda *of: asked.append(of) or model)
    model.asked = asked
    return model


def settings(output, **more):
    tracking = TrackingSettings(uri="sqlite:///mlflow.db", experiment="shop", model_name="m")
    options = {"model": "models:/m@champion", "data": {}, "record": False} | more
    return ScoreSettings(tracking=tracking, output=str(output), **options)


def never(_):
    pytest.fail("the lines were read")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_every_customer_is_written_with_the_segment_of_the_model(
    model, shop_csv, tmp_path, monkeypatch, capsys, ending
):
    monkeypatch.setattr(scored, "batches", partial(batches, size=128))
    output = tmp_path / f"segments.{ending}"
    score.score(settings(output), lambda _: transactions(shop_csv))
    read = pd.read_parquet if ending == "parquet" else pd.read_csv
    found = read(output).astype({"customer_id": str}).set_index("customer_id")
    table = customers(transactions(shop_csv), CleaningRules(), FEATURES).table
    pd.testing.assert_frame_equal(found[table.columns].astype(float), table, check_index_type=False)
    assert found["segment_name"].tolist() == segments_of(table)["name"].tolist()
    assert set(found["model_version"].astype(str)) == {"3"}
    assert model.asked == [("sqlite:///mlflow.db", "models:/m@champion")]
    printed = capsys.readouterr().out
    drift = printed[printed.index("Drift since training") :]
    assert drift.count("0.000  stable") == len(FEATURES) + 1
    assert "Customers who moved" not in printed


@pytest.mark.slow
def test_the_lines_are_cleaned_and_measured_as_the_model_and_the_settings_say(
    model, shop_csv, tmp_path
):
    model.cleaning = CleaningRules(cancellations=False, non_positive_quantity=False)
    output = tmp_path / "segments.parquet"
    score.score(settings(output, as_of="2024-05-01"), lambda _: transactions(shop_csv))
    table = customers(transactions(shop_csv), model.cleaning, FEATURES, "2024-05-01").table
    found = pd.read_parquet(output).set_index("customer_id")
    pd.testing.assert_frame_equal(found[table.columns], table, check_index_type=False)
    assert set(found["as_of"]) == {"2024-05-01T00:00:00"}


@pytest.mark.slow
def test_what_changed_since_an_earlier_output_is_printed(model, shop_csv, tmp_path, capsys):
    then, now = tmp_path / "then.csv", tmp_path / "now.parquet"
    score.score(settings(then, as_of="2024-04-01"), lambda _: transactions(shop_csv))
    score.score(settings(now, previous=str(then)), lambda _: transactions(shop_csv))
    before = pd.read_csv(then).astype({"customer_id": str}).set_index("customer_id")
    after = pd.read_parquet(now).set_index("customer_id")
    both = before.join(after, how="inner", suffixes=("", "_now"))
    moved = (both["segment_name"] != both["segment_name_now"]).mean()
    assert 0 < moved < 1
    assert f"{moved:.1%} of the customers in both changed segment" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"output": "segments.xlsx"}, "must end in .csv or .parquet"),
        ({"output": "there.csv"}, "exists; set overwrite=true"),
        ({"output": "now.csv", "previous": "missing.csv"}, "is no file"),
        ({"output": "now.csv", "previous": "there.csv"}, "cannot be read"),
        ({"output": "table:segments"}, "output=table:segments is a table of a database or of"),
        ({"output": "now.csv", "previous": "table:then"}, "and engine=duckdb has none; set engine"),
        ({"output": "segments/"}, "a folder is written by engine=spark"),
    ],
)
@pytest.mark.slow
def test_a_mistake_is_told_before_the_model_is_loaded_and_the_lines_are_read(
    model, tmp_path, monkeypatch, options, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.csv").write_text("mine\n")
    with pytest.raises(UserError, match=said):
        score.score(settings(**options), never)
    assert model.asked == []
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]


@pytest.mark.slow
def test_a_query_that_a_signal_interrupts_ends_the_process_and_leaves_no_file(model, tmp_path):
    def interrupted(_):
        raise RuntimeError("Query interrupted")

    with pytest.raises(SystemExit) as left:
        score.score(settings(tmp_path / "segments.csv"), interrupted)
    assert left.value.code == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_model_that_fails_on_a_later_batch_leaves_the_old_file(
    model, shop_csv, tmp_path, monkeypatch
):
    sizes = []

    def predict(features):
        sizes.append(len(features))
        if len(sizes) == 2:
            raise ValueError("no memory")
        return segments_of(features)

    model.segmenter.describe = predict
    monkeypatch.setattr(scored, "batches", partial(batches, size=100))
    output = tmp_path / "segments.csv"
    output.write_text("old")
    with pytest.raises(ValueError, match="no memory"):
        score.score(settings(output, overwrite=True), lambda _: transactions(shop_csv))
    assert sizes == [100, 100]
    assert output.read_text() == "old"
    assert list(tmp_path.iterdir()) == [output]
