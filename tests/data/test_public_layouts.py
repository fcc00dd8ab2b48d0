"""Exports in the columns of well-known data are read by their path alone, against plain pandas."""

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.options import build, read_option
from tests.helpers.public_exports import (
    KINDS,
    journey_figures,
    journey_lines,
    olist,
    olist_figures,
    online_retail,
    online_retail_ii,
    other_olist_files,
    retail_figures,
    retail_lines,
    write_export,
)

AMERICAN = "%m/%d/%Y %H:%M"


def report_of(path, **options):
    found = transactions(path, **options)
    return cleaned_lines(found, CleaningRules())[1]


def figures(report):
    return report.customers, report.orders, pytest.approx(report.revenue_kept, abs=1e-6)


EXPORTS = {
    "Online Retail": (online_retail(retail_lines()), retail_figures(retail_lines()), AMERICAN),
    "Online Retail II": (online_retail_ii(retail_lines()), retail_figures(retail_lines()), None),
    "The Complete Journey": (journey_lines(), journey_figures(journey_lines()), None),
}


@pytest.mark.parametrize("title", EXPORTS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_export_is_read_by_its_path_alone(tmp_path, title, kind):
    export, expected, dates = EXPORTS[title]
    report = report_of(write_export(export, tmp_path, "data", kind, dates or "%Y-%m-%d %H:%M:%S"))
    assert report.notes == (f"read as {title}",)
    assert expected == figures(report)
    assert report.lines_read == len(export)


@pytest.mark.parametrize("option", ["online_retail", "online_retail_ii"])
@pytest.mark.slow
def test_a_cancellation_is_one_by_its_number_even_where_nothing_comes_back(tmp_path, option):
    lines = retail_lines()
    export = {"online_retail": online_retail, "online_retail_ii": online_retail_ii}[option](lines)
    path = write_export(export, tmp_path, "data", "utf-8")
    found = transactions(path).lines.execute()
    assert found["cancelled"].sum() == lines["invoice"].str.startswith("C").sum()
    assert (found["cancelled"] & (found["amount"] > 0)).any()
    renamed = export.rename(columns={"Quantity": "Pieces", "StockCode": "What"})
    path = write_export(renamed, tmp_path, "renamed", "parquet")
    chosen = {**read_option("data", option), "path": path}
    if option == "online_retail_ii":
        chosen["columns"] |= {"quantity": "Pieces"}
        assert build(chosen)().notes[0] == "read as Online Retail II"
    else:
        chosen["path"] = write_export(export, tmp_path, "copy", "parquet")
    assert build(chosen)().lines.cancelled.sum().execute() == found["cancelled"].sum()


@pytest.mark.slow
def test_dates_that_could_be_read_in_two_ways_are_those_of_the_layout(tmp_path):
    lines = retail_lines(invoices=5)
    lines["at"] = pd.Timestamp("2011-03-04 10:00")
    path = write_export(online_retail(lines), tmp_path, "data", "utf-8", dates=AMERICAN)
    assert set(transactions(path).lines.invoiced_at.execute()) == {pd.Timestamp("2011-03-04 10:00")}
    path = write_export(online_retail(lines), tmp_path, "iso", "utf-8")
    assert set(transactions(path).lines.invoiced_at.execute()) == {pd.Timestamp("2011-03-04 10:00")}
    given = transactions(
        write_export(online_retail(lines), tmp_path, "x", "utf-8", dates=AMERICAN),
        date_format="%d/%m/%Y %H:%M",
    )
    assert set(given.lines.invoiced_at.execute()) == {pd.Timestamp("2011-04-03 10:00")}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["list", "list turned round", "folder", "glob", "folder of all"])
@pytest.mark.slow
def test_the_three_files_of_olist_are_one_shop(tmp_path, kind, place):
    files = olist()
    extra = other_olist_files(files) if place == "folder of all" else {}
    paths = [write_export(frame, tmp_path, name, kind) for name, frame in (files | extra).items()]
    path = {"list": paths, "list turned round": paths[::-1], "glob": tmp_path / "*"}
    report = report_of(path.get(place, tmp_path))
    assert olist_figures(files) == figures(report)
    items, *others = files
    assert report.lines_read == len(files[items])
    title, *joins = report.notes
    assert title == "read as Olist's orders"
    told = [note for note in joins if " joined by " in note]
    assert [note.partition(".")[0] for note in told] == others
    lines = len(files[items])
    assert told[0].endswith(
        f"joined by order_id: {lines:,} lines before, {lines:,} after, 0 of them unknown to it"
    )
    left_out = [note for note in joins if note.endswith("left out: nothing of it is needed")]
    assert all(name in left_out[0] for name in extra) if extra else not left_out


@pytest.mark.slow
def test_a_joined_file_of_olist_is_read_too(tmp_path):
    files = olist()
    items, of_orders, of_customers = files.values()
    both = items.merge(of_orders, on="order_id").merge(of_customers, on="customer_id")
    report = report_of(write_export(both, tmp_path, "all", "utf-8"))
    assert olist_figures(files) == figures(report)
    assert report.notes[0] == "read as Olist's orders"


@pytest.mark.slow
def test_one_row_per_order_is_said(tmp_path):
    frame = pd.DataFrame(
        {
            "Order Number": [f"#{number}" for number in range(40)],
            "Email": [f"c{number % 9}@example.com" for number in range(40)],
            "Order Date": pd.date_range("2024-01-01", periods=40, freq="9h"),
            "Order Total": [10.5 + number for number in range(40)],
        }
    )
    report = report_of(write_export(frame, tmp_path, "orders", "utf-8"))
    assert report.notes == ("read as one row per order",)
    assert figures(report) == (9, 40, frame["Order Total"].sum())
    twice = pd.concat([frame, frame.assign(**{"Order Total": 3.0})])
    assert report_of(write_export(twice, tmp_path, "lines", "utf-8")).notes == ()


ways = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 3),
        "parts": st.integers(1, 3),
        "kind": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "parquet"]),
        "sep": st.sampled_from([",", ";", "\t", "|"]),
        "decimal": st.sampled_from([".", ","]),
    }
)
SHOPS = {
    "Online Retail": lambda: {"lines": online_retail(retail_lines())},
    "Online Retail II": lambda: {"lines": online_retail_ii(retail_lines())},
    "The Complete Journey": lambda: {"lines": journey_lines()},
    "Olist's orders": olist,
}
ALONE = {}


def alone(title, folder):
    """The report of the files as they come."""
    if title not in ALONE:
        files = SHOPS[title]().items()
        ALONE[title] = report_of([write_export(f, folder, n, "utf-8") for n, f in files])
    return ALONE[title]


@pytest.mark.parametrize("title", SHOPS)
@settings(max_examples=12, deadline=None)
@given(way=ways)
@pytest.mark.slow
def test_how_an_export_is_written_never_changes_a_figure(title, way):
    with tempfile.TemporaryDirectory() as scratch:
        expected = alone(title, Path(scratch))
        folder = Path(scratch) / "other way"
        folder.mkdir()
        text = {"sep": way["sep"], "decimal": way["decimal"]}
        for name, frame in SHOPS[title]().items():
            shuffled = frame.sample(frac=1, random_state=way["seed"])
            for part in range(way["parts"]):
                some = shuffled.iloc[part :: way["parts"]].reset_index(drop=True)
                write_export(some, folder, f"{name} {part}", way["kind"], **text)
        report = report_of(folder, decimal={".": "point", ",": "comma"}[way["decimal"]])
    assert figures(report) == (expected.customers, expected.orders, expected.revenue_kept)
    assert report.fingerprint == expected.fingerprint
    assert report.notes[0] == expected.notes[0] == f"read as {title}"
