"""A list that was written before, read back, and refused where it is none."""

from pathlib import Path

import ibis
import pandas as pd
import pytest

from segmentation.data.output_file import output_file
from segmentation.engine.connection import connect
from segmentation.engine.duckdb_engine import DuckDB
from segmentation.errors import UserError
from segmentation.segments.earlier_list import (
    earlier_list,
    require_comparable,
    require_earlier,
    scored_by,
)
from segmentation.segments.scored_by import ScoredBy

ROWS = pd.DataFrame(
    {
        "customer_id": ["1", "=2"],
        "segment_name": ["loyal", "new"],
        "revenue": [1.5, 2.0],
        "as_of": "2024-05-01T00:00:00",
        "previous_segment_name": [None, "casual"],
        "changed_on": [None, "2024-04-01"],
        "model_name": "shop",
        "model_version": "3",
    }
)
BEFORE = ROWS


class Tables(DuckDB):
    """An engine with a table of its own."""

    has_tables = True

    def connect(self):
        connection = connect()
        connection.create_table("csv", ibis.memtable(ROWS.assign(customer_id=["1", "'=2"])))
        return connection


class Workers(Tables):
    """One whose workers write."""

    writes_on_workers = True


def write(path, rows):
    with output_file(path, overwrite=False) as append:
        append(rows)
    return path


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_was_written_is_read(tmp_path, ending):
    path = write(tmp_path / f"then.{ending}", ROWS)
    table = earlier_list(str(path))
    found = table.to_pandas().sort_values("customer_id", ascending=False).reset_index(drop=True)
    found = found.astype(object).where(found.notna(), None)
    expected = ROWS.iloc[[1, 0]].reset_index(drop=True)[found.columns].astype(object)
    expected = expected.where(expected.notna(), None)
    if ending == "csv":
        expected["model_version"] = 3
    assert found.to_dict("records") == expected.to_dict("records")
    assert scored_by(table) == ScoredBy("shop", "3")


def test_a_list_of_an_earlier_edition_is_read(tmp_path):
    old = ROWS[["customer_id", "segment_name", "revenue"]].rename(columns={"segment_name": "name"})
    table = earlier_list(str(write(tmp_path / "then.csv", old)), connection=connect())
    found = table.to_pandas()
    assert sorted(found["segment_name"]) == ["loyal", "new"]
    assert found[["as_of", "previous_segment_name", "changed_on"]].isna().all(axis=None)
    assert scored_by(table) == ScoredBy()


@pytest.mark.parametrize("engine", [Tables(), Workers()])
def test_a_table_is_read_where_it_is_and_its_text_stays_as_it_is(engine):
    found = earlier_list("table:main.csv", engine).to_pandas()
    assert sorted(found["customer_id"]) == ["'=2", "1"]
    require_comparable("table:main.csv", "table:now", engine)


def test_text_that_no_workers_have_written_is_refused(tmp_path):
    path = write(tmp_path / "then.csv", ROWS)
    said = r"then.csv is text; give a folder of parquet files or a table that score.py wrote"
    with pytest.raises(UserError, match=said):
        earlier_list(str(path), Workers())


def test_a_list_of_a_later_instant_is_refused_with_both_instants(tmp_path):
    table = earlier_list(str(write(tmp_path / "then.csv", ROWS)))
    require_earlier("then.csv", table, "2024-06-01T00:00:00")
    require_earlier("then.csv", table, "2024-05-01T00:00:00")
    said = r"as of 2024-05-01T00:00:00, which is after as_of=2024-04-30T23:00:00; give an earlier"
    with pytest.raises(UserError, match=said):
        require_earlier("then.csv", table, "2024-04-30T23:00:00")


def test_a_list_that_says_no_instant_is_taken_for_earlier(tmp_path):
    path = write(tmp_path / "then.csv", ROWS.drop(columns="as_of"))
    require_earlier("then.csv", earlier_list(str(path)), "2000-01-01T00:00:00")


def test_nothing_is_compared_where_no_earlier_output_is_given():
    require_comparable(None, "now.csv")


def test_an_earlier_output_is_used_where_it_was_given(tmp_path):
    good = write(tmp_path / "before.csv", BEFORE)
    require_comparable(str(good), str(tmp_path / "now.csv"))


def test_the_output_is_known_by_any_of_its_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(Path("now.csv"), BEFORE)
    with pytest.raises(UserError, match=r"'now.csv' is the output itself"):
        require_comparable("now.csv", str(tmp_path / "now.csv"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "now.csv",
            b"customer_id,segment_name,revenue\n1,a,2\n",
            "is the output itself; set output",
        ),
        ("table:then", None, "is a table of a database or of Spark's catalogue"),
        ("missing.csv", None, "is no file; give one that score.py wrote"),
        ("other.csv", b"customer_id,colour\n1,red\n", "has no column 'segment_name'; give a file"),
        (
            "words.csv",
            b"customer_id,segment_name,revenue\n1,a,many\n",
            "has a revenue without numbers",
        ),
        ("broken.parquet", b"PAR1 not really", "cannot be read .*; give a file that score.py"),
        (
            "twice.csv",
            b"customer_id,segment_name,revenue\n1,a,2\n1,b,3\n2,a,2\n",
            "has 1 lines of customers who have one; give a file",
        ),
        ("orders.csv", b"order,paid\n1,2\n", r"cannot be read \(.*customer_id.*; give a file"),
    ],
)
def test_an_earlier_output_that_cannot_be_compared_with_is_one_line(tmp_path, name, content, said):
    path = name if name.startswith("table:") else str(tmp_path / name)
    if content is not None:
        Path(path).write_bytes(content)
    with pytest.raises(UserError, match=said) as raised:
        require_comparable(path, str(tmp_path / "now.csv"))
    assert "\n" not in str(raised.value)


def test_text_among_the_numbers_is_met_before_anything_is_written(tmp_path):
    path, many = tmp_path / "then.csv", 30_000
    rows = ROWS.iloc[[0] * many].assign(customer_id=range(many), revenue=1.5)
    rows.assign(revenue=[*rows.revenue[1:], "much"]).to_csv(path, index=False)
    with pytest.raises(UserError, match=r"then.csv' cannot be read .*; give a file") as refused:
        require_comparable(str(path), "now.csv")
    assert "\n" not in str(refused.value)
