"""The history of scorings: one row per customer and instant, whatever is repeated or fails."""

from pathlib import Path

import ibis
import pandas as pd
import pytest

from segmentation.engine.connection import connect
from segmentation.engine.tables import kept
from segmentation.errors import UserError
from segmentation.segments import history as module
from segmentation.segments.history import (
    COLUMNS,
    forget,
    kept_scorings,
    remember,
    require_history,
    scoring_before,
)

MAY, JUNE, JULY = (f"2024-0{month}-01T00:00:00" for month in (5, 6, 7))


def scored(as_of, **segments):
    """Customers in segments, with a column that no history keeps."""
    values = dict.fromkeys(COLUMNS, "x") | {"recency_days": 1.0, "orders": 2.0, "revenue": 3.0}
    frame = pd.DataFrame(
        [
            values | {"customer_id": one, "segment_name": name, "segment": 0, "as_of": as_of}
            for one, name in segments.items()
        ]
    )
    return kept(connect(), ibis.memtable(frame.assign(email="a@b")))


def damage(path):
    """Change the pages of a parquet file, and leave what says where they are."""
    content = bytearray(path.read_bytes())
    content[4:-1000] = b"\xff" * len(content[4:-1000])
    path.write_bytes(content)


@pytest.fixture(params=["history.parquet", "history"])
def history(request, tmp_path):
    """A file or a folder, not there yet."""
    return str(tmp_path / request.param)


def rows(history):
    table = kept_scorings(history, connect())
    if table is None:
        return None
    assert tuple(table.columns) == COLUMNS
    frame = table.to_pandas().sort_values(["as_of", "customer_id"])
    return frame[["as_of", "customer_id", "segment_name"]].to_numpy().tolist()


def test_scorings_are_added_and_the_latest_before_an_instant_is_found(history):
    require_history(history)
    assert rows(history) is None
    assert scoring_before(history, JUNE, connect()) is None
    remember(history, scored(MAY, a="loyal", b="new"), MAY)
    remember(history, scored(JUNE, a="casual"), JUNE)
    require_history(history)
    assert rows(history) == [[MAY, "a", "loyal"], [MAY, "b", "new"], [JUNE, "a", "casual"]]
    for as_of, found in ((JULY, {"casual"}), (JUNE, {"loyal", "new"})):
        before = scoring_before(history, as_of, connect()).to_pandas()
        assert set(before["segment_name"]) == found
        assert before["as_of"].nunique() == 1
    assert scoring_before(history, MAY, connect()) is None


def test_a_repeated_month_takes_the_place_of_the_first(history):
    remember(history, scored(MAY, a="loyal", b="new"), MAY)
    remember(history, scored(JUNE, a="casual"), JUNE)
    remember(history, scored(MAY, a="new"), MAY)
    assert rows(history) == [[MAY, "a", "new"], [JUNE, "a", "casual"]]


def test_a_month_that_is_aborted_leaves_what_was_there(history, tmp_path, monkeypatch):
    remember(history, scored(MAY, a="loyal"), MAY)
    before = sorted(tmp_path.rglob("*"))

    def full(table, path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_parquet", full)
    with pytest.raises(UserError, match=r"cannot be written \(.*No space left.*free some space"):
        remember(history, scored(JUNE, a="casual"), JUNE)
    assert sorted(tmp_path.rglob("*")) == before
    assert rows(history) == [[MAY, "a", "loyal"]]


def test_a_customer_is_forgotten_in_every_month(history):
    remember(history, scored(MAY, a="loyal", b="new"), MAY)
    remember(history, scored(JUNE, a="casual"), JUNE)
    assert forget(history, "a") == 2
    assert forget(history, "a") == 0
    assert rows(history) == [[MAY, "b", "new"]]


@pytest.mark.parametrize(
    ("history", "said"),
    [
        ("history.csv", r"history=history.csv must be a file ending in \.parquet, or a folder"),
        ("no/history.parquet", r"folder 'no' of history=no/history.parquet does not exist; create"),
        ("folder.parquet", r"history=folder.parquet is a folder; set it to one without"),
        ("other.parquet", r"history=other.parquet has no column 'customer_id'; set it to one"),
        ("broken.parquet", r"history=broken.parquet cannot be read \(.*\); set it to one"),
    ],
)
def test_what_is_no_history_is_refused_in_one_line(tmp_path, monkeypatch, history, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.parquet").mkdir()
    pd.DataFrame({"colour": ["red"]}).to_parquet("other.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(UserError, match=said) as raised:
        require_history(history)
    assert "\n" not in str(raised.value)


def test_a_history_that_is_damaged_is_refused_before_any_work(history):
    remember(history, scored(MAY, **{f"c{n}": f"name {n}" for n in range(500)}), MAY)
    require_history(history)
    file = next(iter(Path(history).glob("*.parquet")), Path(history))
    damage(file)
    with pytest.raises(UserError, match=r"cannot be read .*; set it to one that score.py keeps"):
        require_history(history)
