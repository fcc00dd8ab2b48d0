"""What was decided about an export is said, a sentence each."""

from pathlib import Path

import pandas as pd
import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.duplicates import with_duplicates
from segmentation.data.sources import transactions
from tests.helpers.exports import rows, typed_orders, write_text


def report_of(path):
    found = transactions(path)
    return cleaned_lines(found, CleaningRules())[1]


def test_a_price_without_a_quantity_is_one_unit_and_that_is_said(tmp_path: Path) -> None:
    text = "customer,order,date,price\n1,7,2011-01-01,3.50\n1,8,2011-01-02,what\n"
    found = transactions(write_text(tmp_path / "orders.csv", text))
    lines = rows(found)
    assert float(lines["amount"].iloc[0]) == 3.5
    assert lines["unreadable"].iloc[1] == "price"
    assert pd.isna(lines["unreadable"].iloc[0])
    assert found.notes == ("no column holds quantities: every line is one unit",)


def test_without_invoice_numbers_the_day_is_the_order_and_that_is_said(tmp_path: Path) -> None:
    days = ["2011-01-01 10:00", "2011-01-01 23:59", "2011-01-02 00:01"]
    text = "customer,date,total\n" + "".join(f"1,{day},5\n" for day in days)
    found = transactions(write_text(tmp_path / "orders.csv", text))
    assert rows(found)["invoice_id"].tolist() == ["2011-01-01", "2011-01-01", "2011-01-02"]
    assert found.notes == (
        "no column holds invoice numbers: what a customer buys in a day is one order",
    )


@pytest.mark.parametrize("kind", ["csv", "unnamed", "parquet"])
@pytest.mark.slow
def test_the_row_numbers_of_pandas_make_no_line_another_one(tmp_path, kind):
    lines = pd.concat([typed_orders(), typed_orders()[:2]], ignore_index=True)
    if kind == "parquet":
        path = tmp_path / "a.parquet"
        lines.sample(frac=1, random_state=0).to_parquet(path)
    else:
        path = tmp_path / "a.csv"
        lines.to_csv(path, index_label="Unnamed: 0" if kind == "unnamed" else None)
    found = transactions(path)
    assert with_duplicates(found.lines).duplicate.sum().execute() == 2
    said = [note for note in found.notes if "numbers the rows, and makes no line" in note]
    assert len(said) == (kind != "parquet")
    renamed = lines.assign(column0=range(len(lines)))
    renamed.to_csv(tmp_path / "b.csv", index=False)
    assert with_duplicates(transactions(tmp_path / "b.csv").lines).duplicate.sum().execute() == 0


def test_a_status_that_no_rule_knows_is_told(tmp_path):
    text = "customer,order,date,total,Status\n" + "".join(
        f"{i},{i},2011-01-01,5,{status}\n"
        for i, status in enumerate(["Complete", "Complete", "Declined", "storniert", "lost"])
    )
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    report = report_of(tmp_path / "a.csv")
    assert "orders count as sales with the status: complete 40.0%, lost 20.0%" in report.notes
    assert report.lines_kept == 3


def test_a_column_with_many_values_is_not_listed(tmp_path):
    lines = "".join(f"{i},{i},2011-01-01,5,state {i}\n" for i in range(13))
    text = f"customer,order,date,total,Status\n{lines}"
    notes = transactions(write_text(tmp_path / "a.csv", text)).notes
    assert "column 'Status' has 13 values, none of which is left out" in notes
