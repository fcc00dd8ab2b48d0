"""Who is shown: every filter leaves whom it says, and the file is safe to open."""

import io

import ibis
import pandas as pd
import pytest

from segmentation.explore.filters import (
    Wanted,
    csv_of,
    filtered,
    first_rows,
    listed,
    one_customer,
    per_segment,
)

LIST = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "=1+1"],
        "segment": [0, 1, 1, -1],
        "segment_name": ["best", "rest", "rest", "unassigned"],
        "recency_days": [1.0, 10.0, 20.0, 30.0],
        "revenue": [100.0, 20.0, 10.0, 5.0],
        "borderline": [False, True, None, False],
        "Email": ["A@X.com", "b@y.com", "100%_z@y.com", None],
    }
)


@pytest.fixture
def table():
    return ibis.memtable(LIST)


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Wanted(), "a b c =1+1"),
        (Wanted(segments=["best", "unassigned"]), "a =1+1"),
        (Wanted(days_absent=(10, 20)), "b c"),
        (Wanted(days_absent=(None, 1)), "a"),
        (Wanted(revenue=(20, None)), "a b"),
        (Wanted(revenue=(10, 20), segments=["rest"], borderline=True), "b"),
        (Wanted(column="Email", text="y.COM"), "b c"),
        (Wanted(column="Email", text="%_"), "c"),
        (Wanted(column="Email"), "a b c =1+1"),
    ],
)
def test_a_filter_leaves_whom_it_says(table, wanted, left):
    found = filtered(table, wanted).to_pandas()["customer_id"]
    assert sorted(found) == sorted(left.split())


def test_segments_are_counted_in_their_order_with_noise_last(table):
    counts = per_segment(table)
    assert list(counts["segment_name"]) == ["best", "rest", "unassigned"]
    assert list(counts["customers"]) == [1, 2, 1]
    assert list(counts["revenue"]) == [100.0, 30.0, 5.0]


def test_a_page_has_the_customers_of_highest_revenue(table):
    assert list(first_rows(table, 2)["customer_id"]) == ["a", "b"]


def test_one_customer_is_found_by_its_id_alone(table):
    assert list(one_customer(table, "c")["revenue"]) == [10.0]
    assert one_customer(table, "d").empty


def test_the_file_executes_nothing_in_a_spreadsheet(table):
    read = pd.read_csv(io.BytesIO(csv_of(table)))
    assert list(read["customer_id"]) == ["'=1+1", "a", "b", "c"]
    assert list(read.columns) == list(LIST.columns)


def test_a_file_without_customers_is_its_heading(table):
    read = pd.read_csv(io.BytesIO(csv_of(filtered(table, Wanted(revenue=(1e9, None))))))
    assert list(read.columns) == list(LIST.columns)
    assert read.empty


def test_whom_a_scoring_excluded_is_in_no_file(table):
    marked = ibis.memtable(LIST.assign(excluded=[True, False, None, False]))
    found = listed(marked).to_pandas()
    assert sorted(found["customer_id"]) == ["=1+1", "b", "c"]
    assert "excluded" not in found
    assert len(listed(table).to_pandas()) == len(LIST)
