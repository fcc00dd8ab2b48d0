"""Scoring by this process: what stands beside the customers, whatever engine measured them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.measuring import measured_customers
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.lines import transactions_of
from segmentation.engine.connection import DUCKDB
from segmentation.engine.database_engine import Database
from segmentation.errors import UserError
from segmentation.jobs.scored import score_here, score_on_workers
from segmentation.segments.drift import Reference, SegmentCounts
from segmentation.segments.history import COLUMNS
from segmentation.segments.migration import Renames
from segmentation.segments.scored_by import ScoredBy
from segmentation.segments.scoring import Scorer
from segmentation.settings.schema import Lists, ScoreSettings, TrackingSettings
from tests.helpers.small_shop import AS_OF, EXPECTED, OPTIONS, text_frame

FEATURES = ["orders", "recency_days"]
RULES = CleaningRules(unreadable=True, max_unreadable_share=0.1)
NO_CUSTOMERS = Reference({}, SegmentCounts({}, {}))


def predict(features):
    often = features["recency_days"] > 100
    return pd.DataFrame(
        {
            "segment": np.where(often, 0, 1),
            "name": np.where(often, "often", "seldom"),
            "confidence": 0.5,
            "borderline": False,
            "outlier": False,
        }
    )


def scorer(version="1"):
    by = ScoredBy("shop", version, f"m-{version}")
    return Scorer(predict, FEATURES, {}, f"{AS_OF}", by, NO_CUSTOMERS, {"often": "retain"})


def settings(output, **more):
    tracking = TrackingSettings(uri="", experiment="", model_name="", log_customers=False)
    return ScoreSettings(data={}, model="", tracking=tracking, output=str(output), **more)


def customers(engine):
    if engine is DUCKDB:
        lines = text_frame()
    else:
        connection = engine.connect()
        connection.raw_sql("DROP TABLE IF EXISTS small_lines").close()
        lines = connection.create_table("small_lines", obj=text_frame())
    cleaned, report = cleaned_lines(transactions_of(lines, **OPTIONS), RULES, AS_OF)
    return measured_customers(cleaned, FEATURES, report.as_of, ordered=False)


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.slow)])
def engine(request):
    if request.param == "duckdb":
        return DUCKDB
    return Database(request.getfixturevalue("postgres_url"))


def scored(engine, options, renamed=(), version="1", of=ScoredBy()):  # noqa: B008
    with score_here(options, engine) as write:
        return write(customers(engine), scorer(version), Renames(tuple(renamed), of))


def listed(path):
    frame = pd.read_csv(path, dtype={"customer_id": str}).set_index("customer_id")
    return frame.astype(object).where(frame.notna(), None)


def test_the_order_is_that_of_the_ids_and_all_are_counted(engine, tmp_path):
    found = scored(engine, settings(tmp_path / "now.csv"))
    rows = pd.read_csv(tmp_path / "now.csv", dtype={"customer_id": str})
    assert rows["customer_id"].tolist() == list(EXPECTED)
    assert found.counts.segments == rows["segment_name"].value_counts().to_dict()
    assert found.reached == found.counts
    sums = rows.groupby("segment_name")["revenue"].sum().to_dict()
    assert dict(found.revenue) == pytest.approx(sums)
    assert (found.before, found.migration, found.file) == (None, None, None)


@pytest.mark.slow
def test_an_earlier_list_stands_beside_each_customer_under_the_names_of_today(engine, tmp_path):
    scored(engine, settings(tmp_path / "then.csv"))
    then = pd.read_csv(tmp_path / "then.csv", dtype={"customer_id": str})
    was_often = then.loc[then["segment_name"] == "often", "customer_id"].tolist()
    then["segment_name"] = then["segment_name"].replace({"often": "regular"})
    then.loc[then["customer_id"] == was_often[0], "segment_name"] = "lost"
    then.iloc[1:].to_csv(tmp_path / "then.csv", index=False)
    options = settings(tmp_path / "now.csv", previous=str(tmp_path / "then.csv"))
    found = scored(engine, options, [("regular", "often")], version="2")
    now = listed(tmp_path / "now.csv")
    changed = now[now["previous_segment_name"].notna()]
    known = set(then["customer_id"].iloc[1:])
    expected = {was_often[0]: "lost"} if was_often[0] in known else {}
    assert changed["previous_segment_name"].to_dict() == expected
    assert set(changed["changed_on"]) <= {str(AS_OF)[:10]}
    flows = found.migration.flows.set_index(["from", "to"])["customers"].to_dict()
    assert flows["regular", "often"] == len(was_often) - 1
    assert found.migration.moved["customers"].sum() == len(expected)


@pytest.mark.parametrize(("replaced", "moved"), [("1", 0.0), ("7", 1.0)])
@pytest.mark.slow
def test_names_are_those_of_the_model_that_was_replaced(tmp_path, replaced, moved):
    """A list of yet another model has names that mean something else."""
    scored(DUCKDB, settings(tmp_path / "then.csv"))
    options = settings(tmp_path / "now.csv", previous=str(tmp_path / "then.csv"))
    pairs, of = [("often", "seldom"), ("seldom", "often")], ScoredBy("shop", replaced)
    then = pd.read_csv(tmp_path / "then.csv", dtype=str)
    swapped = then["segment_name"].map(dict(pairs))
    then.assign(segment_name=swapped).to_csv(tmp_path / "then.csv", index=False)
    found = scored(DUCKDB, options, pairs, version="2", of=of)
    assert found.migration.moved_share == moved


@pytest.mark.slow
def test_who_is_excluded_is_counted_and_remembered_but_not_listed(engine, tmp_path):
    first, *others = EXPECTED
    (tmp_path / "ids.csv").write_text(f"id\n{first}\n", encoding="utf-8")
    options = settings(
        tmp_path / "now.csv",
        exclude=str(tmp_path / "ids.csv"),
        history=str(tmp_path / "history.parquet"),
    )
    found = scored(engine, options)
    assert list(listed(tmp_path / "now.csv").index) == others
    assert sum(found.counts.segments.values()) == len(EXPECTED)
    assert sum(found.reached.segments.values()) == len(others)
    assert set(pd.read_parquet(found.file.path)["customer_id"]) == set(EXPECTED)


@pytest.mark.slow
def test_a_history_is_compared_with_as_a_list_is(engine, tmp_path):
    history = str(tmp_path / "history.parquet")
    options = settings(tmp_path / "then.csv", history=history)
    before = scored(engine, options)
    assert before.migration is None, "nothing is in it yet"
    rows = pd.read_parquet(before.file.path).assign(as_of="2011-01-01T00:00:00")
    rows["segment_name"] = "former"
    rows[list(COLUMNS)].to_parquet(history)
    found = scored(engine, replace(options, output=str(tmp_path / "now.csv")))
    now = listed(tmp_path / "now.csv")
    assert set(now["previous_segment_name"]) == {"former"}
    assert set(now["changed_on"]) == {str(AS_OF)[:10]}
    assert found.migration.moved_share == 1.0


@pytest.mark.slow
def test_a_table_and_a_file_are_compared(postgres_url, tmp_path):
    shop = Database(postgres_url)
    shop.connect().raw_sql("DROP TABLE IF EXISTS then_scored").close()
    scored(shop, settings("table:then_scored"))
    options = settings(tmp_path / "now.parquet", previous="table:then_scored")
    found = scored(shop, options)
    assert found.migration.moved_share == 0.0
    again = settings("table:then_scored", previous=str(tmp_path / "now.parquet"), overwrite=True)
    assert scored(shop, again).migration.moved_share == 0.0


@pytest.mark.slow
def test_a_file_of_ids_without_any_customer_is_refused_and_nothing_is_written(engine, tmp_path):
    (tmp_path / "ids.csv").write_text("Email Address\na@b.de\nc@d.de\n", encoding="utf-8")
    options = settings(tmp_path / "now.csv", exclude=str(tmp_path / "ids.csv"))
    with pytest.raises(UserError, match="has 3 different values in its first column, and none is"):
        scored(engine, options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ids.csv"]


@pytest.mark.slow
def test_a_list_of_a_later_instant_is_no_earlier_one(engine, tmp_path):
    scored(engine, settings(tmp_path / "then.csv"))
    then = pd.read_csv(tmp_path / "then.csv", dtype=str).assign(as_of="2012-06-01T00:00:00")
    then.to_csv(tmp_path / "then.csv", index=False)
    options = settings(tmp_path / "now.csv", previous=str(tmp_path / "then.csv"))
    with pytest.raises(UserError, match=r"as of 2012-06-01T00:00:00, which is after as_of=2011-12"):
        scored(engine, options)


class Workers:
    """An engine of which only is asked who writes."""

    name, writes_on_workers, has_tables = "spark", True, True


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"history": "h.parquet"}, "history=h.parquet is read by this process, through which no"),
        ({"exclude": "ids.csv"}, "exclude=ids.csv is read by this process, through which no"),
        ({"lists": Lists.by_segment}, "lists=by_segment writes files, and engine=spark none"),
    ],
)
def test_workers_do_not_write_what_only_this_process_does(more, said):
    with pytest.raises(UserError, match=said), score_on_workers(settings("x/", **more), Workers()):
        pytest.fail("work was begun")
