"""The next export of a shop is read as the one of the training was."""

import pytest

from segmentation.data.reading import read_alike
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from segmentation.options import build, read_option
from tests.helpers.exports import rows, write_text

HEADER = "Wer;order;Tag;Summe\n"
OPTIONS = read_option("data", "transactions")


@pytest.fixture
def reading(tmp_path):
    """Of an export whose columns have to be told, and whose dates tell their format."""
    text = HEADER + "1;1;31/12/2010;1.234,5\n2;2;01/02/2011;5\n"
    path = write_text(tmp_path / "training.csv", text)
    columns = {"customer_id": "Wer", "invoiced_at": "Tag", "amount": "Summe"}
    return transactions(path, columns=columns, decimal="comma", delimiter="semicolon").reading


def read(path, reading, **options):
    return build(read_alike({**OPTIONS, "path": path, **options}, reading))()


@pytest.mark.slow
def test_what_was_chosen_or_found_is_taken_again(tmp_path, reading):
    """Days up to the twelfth are read as the day first, because those of the training were."""
    path = write_text(tmp_path / "next.csv", HEADER + "1;3;03/02/2011;2,5\n")
    with pytest.raises(UserError, match="not found"):
        transactions(path)
    found = read(path, reading)
    line = rows(found).iloc[0]
    assert (str(line["invoiced_at"]), float(line["amount"])) == ("2011-02-03 00:00:00", 2.5)
    assert found.columns == reading["columns"]
    # What is remembered is handed on.
    assert found.reading == reading


@pytest.mark.slow
def test_another_export_is_understood_by_itself(tmp_path, reading):
    """Columns and date format are those of the file where it lacks what was found before."""
    text = "customer;order;date;total\n1;3;2011-02-13;2,5\n"
    found = read(write_text(tmp_path / "next.csv", text), reading)
    assert found.columns["customer_id"] == "customer"
    assert float(rows(found)["amount"].iloc[0]) == 2.5


@pytest.mark.slow
def test_what_is_chosen_now_wins(tmp_path, reading):
    text = "Wer;order;Tag;Summe;Netto\n1;3;2011-02-03;2.5;2.0\n"
    path = write_text(tmp_path / "next.csv", text)
    found = read(
        path, reading, decimal="point", columns={"amount": "Netto"}, date_format="%Y-%m-%d"
    )
    line = rows(found).iloc[0]
    assert (str(line["invoiced_at"]), float(line["amount"])) == ("2011-02-03 00:00:00", 2.0)


@pytest.mark.slow
def test_a_chosen_layout_is_remembered(tmp_path):
    layout = read_option("data", "shopify")["layout"]
    text = "Name,Email,Created at,Lineitem quantity,Lineitem price\n#1,a@x.de,2023-10-01,2,5\n"
    export = write_text(tmp_path / "a.csv", text)
    reading = transactions(export, layout=layout).reading
    assert read(export, reading).notes[0] == "read as a Shopify order export"


@pytest.mark.slow
def test_a_source_that_is_no_export_takes_nothing(reading):
    options = read_option("data", "complete_journey")
    assert read_alike(options, reading) == options


@pytest.mark.slow
def test_a_column_that_is_chosen_now_serves_once(tmp_path, reading):
    text = "Wer;order;Tag;Summe;Netto;Stück\n1;3;31/01/2011;9;2;3\n"
    path = write_text(tmp_path / "next.csv", text)
    found = read(path, reading, columns={"quantity": "Stück", "unit_price": "Netto"})
    assert float(rows(found)["amount"].iloc[0]) == 6.0
    found = read(path, reading, columns={"product_id": "order"})
    assert "invoice_id" not in found.columns
    assert found.columns["product_id"] == "order"


@pytest.mark.slow
def test_nothing_takes_away_what_is_remembered(tmp_path):
    text = "customer,order,date,amount\n1,1,2011-01-01,5\n2,2,2011-01-02,7\n"
    path = write_text(tmp_path / "a.csv", text)
    reading = transactions(path, where="amount > 6", encoding="cp1252").reading
    assert len(rows(read(path, reading))) == 1
    assert len(rows(read(path, reading, where="", encoding=""))) == 2
