"""One file of any format: its notation, its names of columns, and what of it is guessed."""

from pathlib import Path

import pandas as pd
import pytest

from segmentation.data.files import read_tables
from segmentation.data.formats import Notation
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from tests.helpers.exports import ORDERS, rows, typed_orders, write_text, write_xlsx

HEADER = ("customer_id", "invoiced_at", "quantity", "amount")
CDNOW = " 00001 19970101  1   11.77\r\n 00002 19970112 10  112.00\r\n 00002 19970112  5   77.00\r\n"


@pytest.mark.slow
def test_columns_between_blanks_are_found_once_they_are_named(tmp_path: Path) -> None:
    path = write_text(tmp_path / "CDNOW_master.txt", CDNOW)
    named = rows(transactions(path, header=HEADER))
    assert named["customer_id"].tolist() == ["00001", "00002", "00002"]
    assert named["amount"].astype(float).tolist() == [11.77, 77.0, 112.0]
    chosen = rows(transactions(path, header=HEADER, delimiter="blanks"))
    assert chosen.equals(named)
    with pytest.raises(UserError, match=r"a line of values \(00001, .*\); name .*data\.header=\["):
        transactions(path)


def test_a_cell_in_quotes_may_hold_blanks(tmp_path: Path) -> None:
    text = 'customer  order  date        amount\n"A  1"    7   2011-01-01    5\n'
    found = rows(transactions(write_text(tmp_path / "orders.txt", text)))
    assert found["customer_id"].tolist() == ["A  1"]


def test_columns_of_a_workbook_can_be_named(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "orders.xlsx", [typed_orders()])
    names = ["customer_id", "invoice_id", "product_id", "invoiced_at", "quantity", "unit_price"]
    with pytest.raises(UserError, match=r"has 6 names .* has 7 columns; give as many names as co"):
        read_tables(path, Notation(header=tuple(names)))
    (read,) = read_tables(path, Notation(header=(*names, "country")))
    # The line of names is one of values then.
    assert read.table.count().execute() == len(ORDERS) + 1


def test_files_that_name_their_columns_take_no_other_names(tmp_path: Path) -> None:
    ORDERS.to_parquet(tmp_path / "orders.parquet")
    with pytest.raises(UserError, match=r"holds the names of its columns; data\.header= with no"):
        transactions(tmp_path / "orders.parquet", header=HEADER)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("customer_id,amount", r"no list of names; set data\.header=\[customer_id,amount\]"),
        (["a", "b", "a", "c"], r"data\.header=\[a,b,a,c\] has a name twice"),
    ],
)
def test_names_of_columns_are_a_list_of_different_ones(tmp_path, header, message) -> None:
    with pytest.raises(UserError, match=message):
        transactions(write_text(tmp_path / "a.txt", CDNOW), header=header)


def test_the_sheets_with_most_rows_are_read_and_the_others_are_named(tmp_path: Path) -> None:
    cover = pd.DataFrame({"note": ["made by hand"]})
    path = write_xlsx(tmp_path / "orders.xlsx", [cover, typed_orders()])
    (read,) = read_tables(path)
    assert read.table.count().execute() == len(ORDERS)
    assert read.notes == ("orders.xlsx: sheets with other columns left out: s1",)


def test_an_encoding_that_is_a_guess_is_told(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes("customer,order,date,amount\nŁódź,1,2011-01-01,1\n".encode("cp1250"))
    assert transactions(path).notes[0].startswith("orders.csv is read as cp1250, which makes the")
    assert not any("cp1250" in note for note in transactions(path, encoding="cp1250").notes)
    path.write_bytes("customer,order,date,amount\nŁódź,1,2011-01-01,1\n".encode("utf-16"))
    assert not any("is read as" in note for note in transactions(path).notes)


def test_the_secrets_of_an_address_are_in_no_message() -> None:
    with pytest.raises(UserError) as refused:
        transactions("http://me:hunter2@127.0.0.1:9/a.csv?sig=hunter2")
    assert "hunter2" not in str(refused.value).replace("url 'http", "")
