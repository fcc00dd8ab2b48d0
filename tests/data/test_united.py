"""Files with different columns are one shop: each is understood by itself."""

import pandas as pd
import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.duplicates import with_duplicates
from segmentation.data.sources import transactions
from tests.helpers.exports import ORDERS, typed_orders

OTHER = {
    "Customer ID": "Client",
    "Invoice": "Order No",
    "Product": "SKU",
    "Invoice Date": "Ordered at",
    "Quantity": "Units",
    "Price": "Unit price",
}


@pytest.fixture
def two_years(tmp_path):
    """The same orders twice, the second time a year later and under other names."""
    ORDERS.to_csv(tmp_path / "2010.csv", index=False)
    later = ORDERS.drop(columns="Country").rename(columns=OTHER)
    later["Ordered at"] = later["Ordered at"].str.replace("2010", "2011")
    later.to_csv(tmp_path / "2011.csv", index=False)
    return tmp_path


def reported(path, rules):
    found = transactions(path)
    return cleaned_lines(found, rules)[1]


@pytest.mark.slow
def test_what_two_files_say_is_added_up(two_years):
    rules = CleaningRules()
    each = [reported(two_years / name, rules) for name in ("2010.csv", "2011.csv")]
    both = reported(two_years, rules)
    assert both.lines_read == 2 * len(ORDERS)
    assert both.lines_kept == each[0].lines_kept + each[1].lines_kept
    assert both.revenue_kept == each[0].revenue_kept + each[1].revenue_kept
    assert (both.first_invoiced_at.year, both.last_invoiced_at.year) == (2010, 2011)
    # The customers and the numbers of their invoices are those of the year before.
    assert (both.customers, both.orders) == (each[0].customers, each[0].orders)


@pytest.mark.slow
def test_what_one_file_lacks_is_null_there_and_the_other_columns_are_told(two_years):
    found = transactions(two_years)
    lines = found.lines.execute()
    assert "country" not in lines
    assert set(lines["product_id"]) == {"a", "b", "c"}
    assert found.columns["customer_id"] == "Customer ID"
    left_out, kind = found.notes
    assert left_out == "country left out: not every file has it"
    assert kind.startswith("files with other columns, kind 2: customer_id ← Client, invoice_id ← ")


@pytest.mark.slow
def test_a_line_that_stands_in_two_files_counts_once(tmp_path):
    """Two exports overlap in an order of two lines; equal lines of one file are no matter of it."""
    ORDERS.to_csv(tmp_path / "a.csv", index=False)
    later = ORDERS.iloc[:2].rename(columns=OTHER).assign(Store="West")
    later = pd.concat([later, later.iloc[:1].assign(Store="East", Units="7")])
    later.to_csv(tmp_path / "b.csv", index=False)
    lines = with_duplicates(transactions(tmp_path).lines).execute()
    again = lines[lines["duplicate"]]
    assert len(lines) == len(ORDERS) + 3
    assert sorted(again["amount"].astype(float)) == [1.25, 5.0]


@pytest.mark.parametrize("text_first", [True, False])
def test_files_may_differ_in_format_too(tmp_path, text_first):
    names = ["a.csv", "b.parquet"] if text_first else ["b.csv", "a.parquet"]
    ORDERS.to_csv(tmp_path / names[0], index=False)
    typed_orders().rename(columns=OTHER).to_parquet(tmp_path / names[1])
    lines = transactions(tmp_path).lines.execute()
    known = lines["customer_id"].value_counts()
    assert known.to_dict() == {"12346": 4, "12347": 2, "12348": 2}
    assert lines["amount"].astype(float).sum() == pytest.approx(
        2 * (typed_orders()["Quantity"] * typed_orders()["Price"]).sum()
    )


@pytest.mark.slow
def test_parquet_files_with_the_same_columns_are_one_kind(tmp_path):
    for name in ("a", "b"):
        ORDERS.to_parquet(tmp_path / f"{name}.parquet")
    ORDERS.rename(columns=OTHER).to_parquet(tmp_path / "c.parquet")
    found = transactions(tmp_path / "*.parquet")
    in_both, kind, in_another_kind = found.notes
    assert in_both.startswith("5 lines stand in an earlier one of the 2 files, too; cleaning.dup")
    assert kind.startswith("files with other columns, kind 2: ")
    assert in_another_kind.startswith("5 lines stand in files with other columns, too; cleaning.")
    lines = with_duplicates(found.lines).execute()
    assert len(lines) == 3 * len(ORDERS)
    # Of equal lines all but one are duplicates, of one kind or of two.
    assert lines["duplicate"].sum() == 2 * len(ORDERS)
