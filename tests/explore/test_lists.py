"""Lists as they were kept: the same customers in the same segments, wherever they lie."""

from pathlib import Path

import pandas as pd
import pytest

from segmentation.engine.connection import connect
from segmentation.errors import UserError
from segmentation.explore.lists import (
    kept_columns,
    lists_of_history,
    local_file,
    months,
    rows_of,
    scored_lists_of,
    training_list,
)
from segmentation.tracking.reading import (
    finished_runs,
    kept_scorings_of,
    read_store,
    registered_lists,
    sweeps,
)


@pytest.fixture
def kept(explored, monkeypatch):
    monkeypatch.chdir(explored)
    store = read_store("sqlite:///mlflow.db", "customer-segments")
    (sweep,) = sweeps(store)
    runs = {int(run.params["k"]): run for run in finished_runs(store, sweep.run_id)}
    promotions = registered_lists(store)
    (champion,) = [run for run in runs.values() if run.run_id in promotions]
    return store, champion, promotions[champion.run_id]


def frame(of):
    file = None if of.run is None else local_file(of)
    table = rows_of(of, None if file is None else file.path, connect())
    return table.to_pandas().set_index("customer_id").sort_index()


def test_the_registered_list_and_that_of_the_run_agree(kept):
    _, run, promotion = kept
    registered, own = (frame(training_list(run, each)) for each in (promotion, None))
    assert len(own) == 300
    assert set(own.index) == set(registered.index)
    for column in ("segment", "recency_days", "revenue", "rfm_score"):
        pd.testing.assert_series_equal(own[column], registered[column], check_dtype=False)
    assert own["segment_name"].tolist() == registered["segment_name"].tolist()
    assert registered["borderline"].dtype == bool
    assert "borderline" not in own


def test_a_kept_column_is_text_as_it_was(kept):
    _, run, promotion = kept
    of = training_list(run, promotion)
    file = local_file(of)
    assert kept_columns(rows_of(of, file.path, connect())) == ["Product"]
    listed = pd.read_csv(promotion.file("customers.csv"), dtype=str).set_index("customer_id")
    assert frame(of)["Product"].to_dict() == listed["Product"].to_dict()


def test_text_that_was_made_harmless_is_shown_as_it_is(kept, tmp_path, monkeypatch):
    _, run, promotion = kept
    path = tmp_path / "customers.csv"
    path.write_text('customer_id,segment,phone\n"\'=x",1,0049\n', encoding="utf-8")
    monkeypatch.setattr(type(run), "file", lambda self, name: Path(path))
    found = local_file(training_list(run, promotion))
    assert found["customer_id"].tolist() == ["=x"]
    assert found["phone"].tolist() == ["0049"]
    assert found["segment"].tolist() == [1]


def test_a_run_without_customers_says_how_to_get_them(kept):
    _, run, _ = kept
    run.__dict__["files"] = frozenset({"profile.csv"})
    with pytest.raises(UserError, match=r"tracking\.log_customers=true reuse=false"):
        training_list(run, None)


def test_history_and_scorings_hold_the_same_months_once(kept):
    store = kept[0]
    scored = scored_lists_of(kept_scorings_of(store, "customer-segments"))
    history = lists_of_history("history.parquet")
    found = months(history, scored)
    assert [each.label for each in found] == [
        "2024-07-19, scored by customer-segments version 1",
        "2024-05-01, scored by customer-segments version 1",
    ]
    for one, other in zip(found, months(scored, history), strict=True):
        assert (one.run is None) != (other.run is None)
        columns = ["segment_name", "revenue"]
        pd.testing.assert_frame_equal(frame(one)[columns], frame(other)[columns])
    assert len(frame(found[1])) == 290


def test_a_history_that_is_none_says_so(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="holds no scoring"):
        lists_of_history(str(tmp_path / "empty"))
