"""Text of a shop to identifiers, numbers and instants."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from segmentation.data.sources import transactions
from tests.helpers.exports import dates_read, rows, write_text

HEADER = "customer,order,date,amount\n"


def test_one_customer_is_one_id_however_it_was_written(tmp_path: Path) -> None:
    ids = ["12346", " 12346 ", "12346.0", "12346.00", "", "nan", "NULL", "A-1.0", "0012"]
    lines = "".join(f"{id_},{i},2011-01-01,{i}\n" for i, id_ in enumerate(ids))
    found = rows(transactions(write_text(tmp_path / "orders.csv", HEADER + lines)))["customer_id"]
    expected = ["12346"] * 4 + [None] * 3 + ["A-1.0", "0012"]
    assert found.astype(object).where(found.notna(), None).tolist() == expected


@pytest.mark.parametrize("kind", ["int64", "float64", "Int64", "str"])
def test_ids_stored_as_numbers_are_the_same_as_text(tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame({"customer": [12346, 7], "order": [31198570044, 2], "amount": [1.0, 2.0]})
    frame = frame.astype({"customer": kind, "order": kind}).assign(date=pd.Timestamp("2011-01-01"))
    frame.to_parquet(tmp_path / "orders.parquet")
    found = rows(transactions(tmp_path / "orders.parquet"))
    assert found["customer_id"].tolist() == ["12346", "7"]
    assert found["invoice_id"].tolist() == ["31198570044", "2"]


def test_a_float_that_is_not_a_number_is_no_customer(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    select = "SELECT 'nan'::DOUBLE AS customer, 1 AS 'order', DATE '2011-01-01' AS date, 1 AS total"
    duckdb.execute(f"COPY ({select}) TO '{path}'")
    assert transactions(path).lines.customer_id.execute().isna().all()


def test_iso_dates_are_read_and_offsets_become_utc(tmp_path: Path) -> None:
    dates = ["2011-01-01", "2011-01-01T10:00:00+02:00", "2011-01-01 10:00:00", "2011-01-01T10:00Z"]
    assert dates_read(tmp_path, *dates) == [
        "2011-01-01 00:00:00",
        "2011-01-01 08:00:00",
        "2011-01-01 10:00:00",
        "2011-01-01 10:00:00",
    ]


def test_timestamps_with_a_time_zone_become_utc_at_microseconds(tmp_path: Path) -> None:
    instant = pd.Timestamp("2011-07-01 12:00:00.123456789", tz="Europe/London")
    frame = pd.DataFrame({"customer": ["1"], "order": ["1"], "date": [instant], "amount": [1]})
    frame.to_parquet(tmp_path / "orders.parquet")
    found = transactions(tmp_path / "orders.parquet").lines.invoiced_at.execute()
    assert str(found[0]) == "2011-07-01 11:00:00.123456"


@pytest.mark.parametrize("decimal", ["comma", ","])
def test_decimal_comma(tmp_path: Path, decimal: str) -> None:
    text = "customer;order;date;qty;price\n1;1;2011-01-01;2;1.234,50\n1;2;2011-01-01;1;-0,5\n"
    found = rows(transactions(write_text(tmp_path / "orders.csv", text), decimal=decimal))
    assert found["amount"].astype(float).tolist() == [-0.5, 2469.0]


@pytest.mark.parametrize("price", ["1.5", "0.25", "1234.50", "1.2345", "1,234.50", "1234.567"])
def test_a_decimal_point_is_not_taken_for_thousands(tmp_path: Path, price: str) -> None:
    text = f"customer;order;date;amount\n1;1;2011-01-01;{price}\n1;2;2011-01-01;1.234.567,5\n"
    found = rows(transactions(write_text(tmp_path / "orders.csv", text), decimal="comma"))
    assert sorted(found["unreadable_value"].dropna()) == [price]
    assert found["amount"].dropna().astype(float).tolist() == [1234567.5]


@pytest.mark.parametrize(
    ("decimal", "written", "amount"),
    [
        ("point", "$1,234.50", 1234.5),
        ("point", "-£1,234.50", -1234.5),
        ("point", "£-5", -5),
        ("point", "(1,234.50)", -1234.5),
        ("point", "($5.25)", -5.25),
        ("point", "5.25-", -5.25),
        ("point", "USD 1234.5", 1234.5),
        ("point", "1'234'567.5 CHF", 1234567.5),
        ("point", "12,345", 12345),
        ("point", "R$ 12", 12),
        ("point", "−3", -3),
        ("point", "1e3", 1000),
        ("comma", "1.234,50 €", 1234.5),
        ("comma", "1\xa0234,50\xa0zł", 1234.5),
        ("comma", "Kč 12,5", 12.5),
    ],
)
def test_money_is_read_as_people_write_it(tmp_path, decimal, written, amount):
    text = f"customer;order;date;amount\n1;1;2011-01-01;{written}\n"
    found = rows(transactions(write_text(tmp_path / "orders.csv", text), decimal=decimal))
    assert found["amount"].astype(float).tolist() == [amount]


@pytest.mark.parametrize(
    "written", ["1,23", "12,34.5", "0,125", "1234,567", "1,2345", "5 pcs", "1k", "1-2", "$", "USD"]
)
def test_what_could_be_another_number_is_none(tmp_path, written):
    text = f"customer;order;date;amount\n1;1;2011-01-01;{written}\n"
    found = rows(transactions(write_text(tmp_path / "orders.csv", text)))
    assert found["unreadable_value"].tolist() == [written]
