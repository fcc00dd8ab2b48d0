"""The fingerprint of the content."""

import json
from pathlib import Path

from segmentation.data.cleaning import CleaningRules, clean
from segmentation.data.report import DataReport, data_report
from segmentation.data.sources import transactions
from tests.helpers.exports import write_text

NONE = CleaningRules(False, False, False, False, False, False)


def test_the_fingerprint_sees_content_only(tmp_path: Path) -> None:
    lines = ["1,1,2011-01-01,a,1", "1,1,2011-01-01,,1", "2,2,2011-01-02,b,2.50"]

    def fingerprint(lines: list[str], header: str = "customer,order,date,product,amount") -> str:
        path = write_text(tmp_path / "orders.csv", "\n".join([header, *lines]) + "\n")
        found = transactions(path)
        return data_report(found, clean(found.lines, NONE), NONE).fingerprint

    first = fingerprint(lines)
    assert fingerprint(lines[::-1]) == first
    assert fingerprint(lines, "Client ID,Basket,Order Date,SKU,Sales") == first
    assert fingerprint([line.replace("2.50", "2.5") for line in lines]) == first
    assert fingerprint([*lines, lines[0]]) != first
    assert fingerprint([lines[0], lines[1], "2,2,2011-01-02,b,2.51"]) != first
    assert fingerprint([lines[0], "1,11,2011-01-01,,1", lines[2]]) != first


def test_the_fingerprint_of_a_shop_is_what_it_was_in_every_earlier_version(shop_csv: Path) -> None:
    found = transactions(shop_csv)
    report = data_report(found, clean(found.lines, CleaningRules()), CleaningRules())
    assert report.fingerprint == "57e41bdd029adbe3"


def test_an_order_is_an_invoice_of_a_customer_because_numbers_repeat(tmp_path: Path) -> None:
    text = "customer,order,date,total\n1,1,2011-01-01,5\n2,1,2011-01-01,5\n2,1,2011-01-02,5\n"
    found = transactions(write_text(tmp_path / "orders.csv", text))
    report = data_report(found, clean(found.lines, NONE), NONE)
    assert (report.orders, report.customers, report.lines_kept) == (2, 2, 3)


def test_how_the_source_was_understood_is_kept_with_the_report(tmp_path: Path) -> None:
    text = "customer,date,total\n1,2011-01-01,5\n"
    found = transactions(write_text(tmp_path / "orders.csv", text))
    report = data_report(found, clean(found.lines, NONE), NONE)
    assert report.notes == found.notes != ()
    stored = report.to_dict()
    assert DataReport.from_dict(json.loads(json.dumps(stored))) == report
    del stored["notes"]
    assert DataReport.from_dict(stored).notes == ()
