"""Who is left out of lists: ids of a file, or a condition on what is carried along."""

import ibis
import pandas as pd
import pytest

from segmentation.data.transactions import KEPT
from segmentation.engine.connection import connect
from segmentation.engine.tables import kept
from segmentation.errors import UserError
from segmentation.segments.customer_list import EXCLUDED
from segmentation.segments.drift import SegmentCounts
from segmentation.segments.excluded import (
    is_file_of_ids,
    require_matches,
    require_readable,
    with_excluded,
)

CONSENT = {f"{KEPT}consent": ["no", "yes", None, "no"], f"{KEPT}age": ["9", "20", "3", ""]}
IDS = ["1", "2", "=3", "10"]


@pytest.fixture
def customers():
    frame = pd.DataFrame({"customer_id": IDS, **CONSENT})
    return kept(connect(), ibis.memtable(frame))


def left_out(customers, exclude):
    found = with_excluded(customers, exclude).to_pandas()
    assert sorted(found["customer_id"]) == sorted(IDS)
    return set(found.loc[found[EXCLUDED], "customer_id"])


def test_nobody_is_left_out_where_nothing_is_said(customers):
    assert left_out(customers, None) == set()


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("ids.csv", lambda path: path.write_text("id,why\n1,x\n'=3,y\n1,x\n,z\n99,z\n")),
        ("ids.parquet", lambda path: pd.DataFrame({"id": ["1", "=3", None]}).to_parquet(path)),
        ("IDS.CSV", lambda path: path.write_text("id\n1\n=3\n")),
        ("bare.txt", lambda path: path.write_text("1\n=3\n")),
        ("bare.csv", lambda path: path.write_text("1,x\n=3,y\n")),
    ],
)
def test_ids_of_a_file_are_left_out(customers, tmp_path, name, write):
    write(tmp_path / name)
    assert is_file_of_ids(str(tmp_path / name))
    assert left_out(customers, str(tmp_path / name)) == {"1", "=3"}


def test_ids_that_are_numbers_are_the_same(customers, tmp_path):
    pd.DataFrame({"id": [1.0, 10.0]}).to_parquet(tmp_path / "ids.parquet")
    assert left_out(customers, str(tmp_path / "ids.parquet")) == {"1", "10"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("consent = 'no'", {"1", "10"}),
        ("consent is null or consent <> 'yes'", {"1", "=3", "10"}),
        ("Age < 18", {"1", "=3"}),
    ],
)
def test_a_condition_on_what_is_carried_along_decides(customers, condition, expected):
    assert not is_file_of_ids(condition)
    assert left_out(customers, condition) == expected


@pytest.mark.parametrize(
    ("exclude", "said"),
    [
        ("missing.csv", "exclude=missing.csv is no file; set it to one with ids"),
        ("consent =", "exclude=consent = is not one condition; write it as exclude="),
        ("colour = 'red'", "exclude=colour = 'red': column colour not found"),
    ],
)
def test_what_decides_nothing_is_refused(customers, exclude, said):
    with pytest.raises(UserError, match=said):
        with_excluded(customers, exclude)


def test_a_condition_needs_columns_that_are_carried_along(customers):
    with pytest.raises(UserError, match=r"is a condition on columns of keep=, and none is kept"):
        with_excluded(customers.select("customer_id"), "consent = 'no'")


ALL = SegmentCounts({}, {"loyal": 2, "new": 1})


def test_a_file_in_which_nobody_is_a_customer_is_refused(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("name\nEve\n")
    said = r"people.csv has 2 different values in its first column, and none is the id"
    with pytest.raises(UserError, match=said):
        require_matches(str(path), ALL, ALL)


def test_a_file_matches_when_it_leaves_out_somebody_or_is_empty(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("name\n")
    require_matches(str(path), ALL, ALL)
    path.write_text("name\nEve\n")
    require_matches(str(path), ALL, SegmentCounts({}, {"loyal": 1, "new": 1}))


def test_a_condition_may_leave_out_nobody():
    require_matches("consent = 'no'", ALL, ALL)
    require_matches(None, ALL, ALL)


def test_what_cannot_be_read_is_told_before_any_work(tmp_path):
    require_readable(None)
    require_readable("consent = 'no'")
    (tmp_path / "ids.parquet").write_bytes(b"PAR1 not really")
    for exclude in (str(tmp_path / "ids.parquet"), str(tmp_path / "missing.csv"), "consent ="):
        with pytest.raises(UserError, match=r"^exclude="):
            require_readable(exclude)


def test_a_file_that_is_damaged_is_refused_before_any_work(tmp_path):
    path = tmp_path / "ids.parquet"
    pd.DataFrame({"id": [f"customer {n}" for n in range(500)]}).to_parquet(path)
    require_readable(str(path))
    content = bytearray(path.read_bytes())
    content[20:120] = bytes(100)
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"cannot be read .*; its first column must be ids"):
        require_readable(str(path))
