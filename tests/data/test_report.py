"""The fingerprint of the content."""

from pathlib import Path

from segmentation.data.cleaning import CleaningRules, clean
from segmentation.data.report import data_report
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
