"""The fingerprint of the content: what it sees, and that it is the same for ever."""

from pathlib import Path

import pandas as pd
import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.lines import transactions_of
from segmentation.data.sources import transactions
from tests.helpers.exports import write_text
from tests.helpers.shop import shop_lines

NONE = CleaningRules(False, False, False, False, False, False)
ALL_COLUMNS = "customer,order,date,product,quantity,price,country,status"
LINE = "1,1,2011-01-01 10:00:00,a,2,1.50,UK,paid"
OTHER_LINE = "2,2,2011-01-02 10:00:00,b,4,3,FR,paid"


def fingerprint(path: Path, *lines: str, header: str = ALL_COLUMNS, rules=NONE) -> str:
    found = transactions(write_text(path / "orders.csv", "\n".join([header, *lines]) + "\n"))
    return cleaned_lines(found, rules)[1].fingerprint


@pytest.mark.slow
def test_it_sees_content_only(tmp_path):
    first = fingerprint(tmp_path, LINE, OTHER_LINE)
    assert fingerprint(tmp_path, OTHER_LINE, LINE) == first
    renamed = "Client ID,Basket,Order Date,SKU,Qty,Unit Price,Land,Order Status"
    assert fingerprint(tmp_path, LINE, OTHER_LINE, header=renamed) == first
    assert fingerprint(tmp_path, LINE.replace("1.50", "1.5"), OTHER_LINE) == first
    assert fingerprint(tmp_path, LINE, OTHER_LINE, rules=CleaningRules()) == first


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return fingerprint(tmp_path_factory.mktemp("first"), LINE, OTHER_LINE)


@pytest.mark.parametrize(
    "changed",
    [
        ("3", *LINE.split(",")[1:]),
        ("1", "11", *LINE.split(",")[2:]),
        LINE.replace("10:00:00", "10:00:01").split(","),
        LINE.replace(",a,", ",b,").split(","),
        LINE.replace(",a,", ",,").split(","),
        LINE.replace(",2,", ",3,").split(","),
        LINE.replace("1.50", "1.5001").split(","),
        LINE.replace("UK", "FR").split(","),
        LINE.replace("paid", "failed").split(","),
    ],
)
def test_it_sees_every_column(tmp_path, first, changed):
    assert fingerprint(tmp_path, ",".join(changed), OTHER_LINE) != first


@pytest.mark.slow
def test_it_sees_lines_that_come_go_or_stand_twice(tmp_path):
    found = [
        fingerprint(tmp_path, *lines)
        for lines in ([LINE], [LINE, LINE], [LINE, OTHER_LINE], [LINE, OTHER_LINE, OTHER_LINE])
    ]
    assert len(set(found)) == 4


@pytest.mark.slow
def test_it_sees_what_invoices_exchange(tmp_path):
    """Amounts, and products of two instants, that change places leave all totals as they are."""
    first = fingerprint(tmp_path, LINE, OTHER_LINE)
    exchanged = LINE.replace(",2,1.50,", ",4,3,"), OTHER_LINE.replace(",4,3,", ",2,1.50,")
    assert fingerprint(tmp_path, *exchanged) != first
    exchanged = LINE.replace(",a,", ",b,"), OTHER_LINE.replace(",b,", ",a,")
    assert fingerprint(tmp_path, *exchanged) != first


def test_what_cleaning_removes_is_no_matter_however_large(tmp_path):
    """The lines of one invoice, of which one is removed, are together more than a remainder."""
    lines = [LINE, LINE.replace(",2,1.50,", ",1,200000,"), LINE.replace(",2,1.50,", ",0,200000,")]
    found = {fingerprint(tmp_path, *lines, rules=rules) for rules in (NONE, CleaningRules())}
    assert len(found) == 1


@pytest.mark.slow
def test_a_blank_is_no_text_and_borders_are_seen(tmp_path):
    """Customer 1 with order 12 is not customer 11 with order 2."""
    assert fingerprint(tmp_path, "1,12" + LINE[3:]) != fingerprint(tmp_path, "11,2" + LINE[3:])
    null = fingerprint(tmp_path, "," + LINE[2:], OTHER_LINE, rules=CleaningRules())
    assert null != fingerprint(tmp_path, "x," + LINE[2:], OTHER_LINE)


def test_it_is_the_same_for_ever(shop_csv):
    report = cleaned_lines(transactions(shop_csv), CleaningRules())[1]
    assert report.fingerprint == "25f31685bea08484"


def test_amounts_too_large_for_a_sum_are_no_error():
    lines = shop_lines().assign(Price=9e13, Quantity=1)
    report = cleaned_lines(transactions_of(lines), CleaningRules())[1]
    assert report.revenue_kept == pytest.approx(9e13 * report.lines_kept)


def test_types_of_columns_make_no_difference(tmp_path):
    """As text, as numbers, and as whole numbers that became floats."""
    lines = pd.DataFrame(
        {
            "customer": [1, 2],
            "order": [1.0, 2.0],
            "date": pd.to_datetime(["2011-01-01 10:00", "2011-01-02 10:00"]),
            "product": ["a", "b"],
            "quantity": [2, 4],
            "price": [1.5, 3.0],
            "country": ["UK", "FR"],
            "status": ["paid", "paid"],
        }
    )
    typed = cleaned_lines(transactions_of(lines), NONE)[1].fingerprint
    assert typed == fingerprint(tmp_path, LINE, OTHER_LINE)
