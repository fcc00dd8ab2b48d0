"""Text of a shop to identifiers, numbers and instants."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from segmentation.data.sources import transactions
from segmentation.errors import UserError
from tests.helpers.exports import rows, write_text

HEADER = "customer,order,date,amount\n"


def _dates(tmp_path: Path, *dates: str, date_format: str | None = None) -> list[str]:
    lines = "".join(f'1,{i},"{date}",{i}\n' for i, date in enumerate(dates))
    path = write_text(tmp_path / "orders.csv", HEADER + lines)
    found = transactions(path, date_format=date_format).lines.order_by("amount").to_pandas()
    return [str(instant) for instant in found["invoiced_at"]]


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
    assert _dates(tmp_path, *dates) == [
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


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["12/13/2010 8:26", "1/2/2011 9:00"], "2011-01-02 09:00:00"),
        (["13/12/2010 8:26", "1/2/2011 9:00"], "2011-02-01 09:00:00"),
        (["31.12.10", "01.02.11"], "2011-02-01 00:00:00"),
        (["13-DEC-2010 8:26 PM", "01-FEB-2011 9:00 AM"], "2011-02-01 09:00:00"),
        (["20101213", "20110201"], "2011-02-01 00:00:00"),
        (["1/1/2010", "2/2/2010"], "2010-02-02 00:00:00"),
    ],
)
def test_a_format_is_used_when_it_is_the_only_one_that_fits(
    tmp_path: Path, dates: list[str], expected: str
) -> None:
    assert _dates(tmp_path, *dates)[1] == expected


def test_day_first_or_month_first_is_asked_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"'%m/%d/%Y' and as '%d/%m/%Y'; set data\.date_format="):
        _dates(tmp_path, "1/2/2011", "3/4/2011")
    assert _dates(tmp_path, "1/2/2011", date_format="%d/%m/%Y") == ["2011-02-01 00:00:00"]


@pytest.mark.parametrize("first", ["yesterday", "12/31/2010"])
def test_dates_in_no_format_show_one_of_them(tmp_path: Path, first: str) -> None:
    with pytest.raises(UserError, match=r"'date' are in no common format.*'yesterday'; set data\."):
        _dates(tmp_path, first, "yesterday")


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


def test_an_unknown_decimal_mark_is_named_before_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.decimal=komma must be point or comma; set data"):
        transactions(tmp_path / "absent.csv", decimal="komma")


def test_a_german_export_is_read_as_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "bestellungen.csv"
    path.write_bytes(
        "Kunden-Nr.;Rechnungsnr.;Rechnungsdatum;Artikelnummer;Artikel;Menge;Einzelpreis;Land\n"
        "007;R1;31.12.2010;17;Löffel, groß;2;1.234,50;Österreich\n".encode("cp1252")
    )
    found = rows(transactions(path, decimal="comma")).iloc[0].to_dict()
    assert (found["customer_id"], found["invoice_id"]) == ("007", "R1")
    assert (found["product_id"], found["country"]) == ("17", "Österreich")
    assert (str(found["invoiced_at"]), float(found["amount"])) == ("2010-12-31 00:00:00", 2469.0)


def test_what_cannot_be_read_is_marked_with_its_column_and_value(tmp_path: Path) -> None:
    text = (
        "customer,order,date,qty,price\n1,1,2011-01-01,two,1\n1,2,2011-01-01,1,\n"
        "1,3,soon,1,1\n1,,2011-01-01,1,1\n1,5,2011-01-01,1,1\n1,6,2011-01-01,9e13,9e13\n"
    )
    lines = transactions(write_text(tmp_path / "orders.csv", text)).lines.to_pandas()
    found = sorted(lines[["unreadable", "unreadable_value"]].fillna("").itertuples(index=False))
    assert found == [
        ("", ""),
        ("date", "soon"),
        ("order", ""),
        ("price", ""),
        ("qty", "9e13"),
        ("qty", "two"),
    ]


LINES = "customer,order,date,quantity,price,total\n"


def test_a_total_that_stands_on_the_first_line_of_an_order_is_not_the_amount(
    tmp_path: Path,
) -> None:
    text = LINES + "1,7,2011-01-01,2,3.50,10\n1,7,2011-01-01,3,1,\n2,8,2011-01-02,1,4,4\n"
    found = transactions(write_text(tmp_path / "orders.csv", text))
    assert sorted(rows(found)["amount"].astype(float)) == [3.0, 4.0, 7.0]
    assert "amount" not in found.columns
    assert found.notes == (
        "column 'total' has one value per order, as a total of orders has: amounts are quantity × "
        "price",
    )


def test_a_total_of_the_order_on_all_of_its_lines_is_not_the_amount(tmp_path: Path) -> None:
    text = LINES + "1,7,2011-01-01,2,3.50,10\n1,7,2011-01-01,3,1,10\n2,8,2011-01-02,1,4,4\n"
    found = transactions(write_text(tmp_path / "orders.csv", text))
    assert sorted(rows(found)["amount"].astype(float)) == [3.0, 4.0, 7.0]


def test_one_blank_among_totals_of_lines_is_a_slip(tmp_path: Path) -> None:
    """Their discount stays, and equal lines of an order tell nothing."""
    discounted = "".join(f"1,{i},2011-01-01,2,5,8\n1,{i},2011-01-01,1,5,4\n" for i in range(20))
    text = LINES + discounted + "1,90,2011-01-01,2,5,\n" + "1,91,2011-01-01,1,5,4\n" * 2
    found = transactions(write_text(tmp_path / "orders.csv", text))
    assert found.columns["amount"] == "total"
    assert rows(found)["amount"].astype(float).sum() == 20 * 12 + 8
    assert rows(found)["unreadable"].notna().sum() == 1


def test_a_total_of_every_line_is_the_amount_and_so_is_one_that_was_chosen(tmp_path: Path) -> None:
    of_lines = LINES + "1,7,2011-01-01,2,3.50,6.90\n2,8,2011-01-02,,,4\n"
    found = transactions(write_text(tmp_path / "lines.csv", of_lines))
    assert rows(found)["amount"].astype(float).tolist() == [6.9, 4.0]
    assert found.notes == ()
    of_orders = LINES + "1,7,2011-01-01,2,3.50,10\n1,7,2011-01-01,3,1,\n"
    file = write_text(tmp_path / "orders.csv", of_orders)
    chosen = transactions(file, columns={"amount": "total"})
    assert chosen.columns["amount"] == "total"


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
