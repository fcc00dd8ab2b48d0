"""The fingerprint of the content."""

import json
from dataclasses import replace
from pathlib import Path

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.report import DataReport
from segmentation.data.sources import transactions
from tests.helpers.exports import write_text

NONE = CleaningRules(False, False, False, False, False, False)


def test_an_order_is_an_invoice_of_a_customer_because_numbers_repeat(tmp_path: Path) -> None:
    text = "customer,order,date,total\n1,1,2011-01-01,5\n2,1,2011-01-01,5\n2,1,2011-01-02,5\n"
    found = transactions(write_text(tmp_path / "orders.csv", text))
    report = cleaned_lines(found, NONE)[1]
    assert (report.orders, report.customers, report.lines_kept) == (2, 2, 3)


def test_how_the_source_was_understood_is_kept_with_the_report(tmp_path: Path) -> None:
    text = "customer,date,total\n1,2011-01-01,5\n"
    found = transactions(write_text(tmp_path / "orders.csv", text))
    report = cleaned_lines(found, NONE)[1]
    assert report.notes == found.notes != ()
    stored = report.to_dict()
    assert DataReport.from_dict(json.loads(json.dumps(stored))) == report
    del stored["notes"]
    assert DataReport.from_dict(stored).notes == ()


def test_the_content_is_digested_only_where_somebody_looks_for_it(tmp_path: Path) -> None:
    text = "customer,date,total\n1,2011-01-01,5\n"
    found = transactions(write_text(tmp_path / "orders.csv", text))
    digested, others = (cleaned_lines(found, NONE, None, each)[1] for each in (True, False))
    assert (len(digested.fingerprint), others.fingerprint) == (16, "")
    assert replace(digested, fingerprint="") == others
