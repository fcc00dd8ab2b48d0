"""What is said of the data before anything is computed."""

import pytest

from segmentation.console.data import print_data_report, print_readiness
from segmentation.customers.readiness import readiness_of
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions


@pytest.mark.parametrize("with_fingerprint", [True, False])
@pytest.mark.slow
def test_what_was_removed_adds_up_and_the_columns_are_named(shop_csv, capsys, with_fingerprint):
    read = transactions(shop_csv, cancellation_prefix="C")
    _, report = cleaned_lines(read, CleaningRules(), with_fingerprint=with_fingerprint)
    print_data_report(report)
    printed = capsys.readouterr().out
    removed = {removal.rule: removal.lines for removal in report.removed}
    assert sum(removed.values()) + report.lines_kept == report.lines_read
    for rule, lines in removed.items():
        (row,) = [line for line in printed.splitlines() if f"− {rule}" in line]
        assert f"{lines:,}" in row
    assert "customer_id ← Customer ID" in printed
    assert ("; fingerprint " in printed) == with_fingerprint


def test_how_much_there_is_to_learn_from_is_said(shop_customers, capsys):
    print_readiness(readiness_of(shop_customers))
    assert capsys.readouterr().out.startswith("There are 300 customers over 199 days; ")
