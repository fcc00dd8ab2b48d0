"""Lines that cannot be read are never dropped by the thousand."""

from dataclasses import replace
from datetime import datetime

import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from tests.helpers.exports import write_text

DROPPING = CleaningRules(unreadable=True)
HEADER = "customer,order,date,total\n"


@pytest.fixture
def reported(tmp_path):
    """Report on twenty lines, some of which hold this value instead of a total."""

    def report(value, bad, rules):
        totals = [value] * bad + ["5"] * (20 - bad)
        lines = "".join(f'1,{i},2011-01-01,"{total}"\n' for i, total in enumerate(totals))
        found = transactions(write_text(tmp_path / "orders.csv", HEADER + lines))
        return cleaned_lines(found, rules)[1]

    return report


def test_up_to_the_limit_the_rule_drops_and_counts(reported):
    report = reported("x", 1, DROPPING)
    assert [(removal.rule, removal.lines) for removal in report.removed] == [("unreadable", 1)]
    with pytest.raises(
        UserError,
        match=r"1 lines of .*orders.csv \(5.0% of all\) .* or set cleaning.unreadable=true",
    ):
        reported("x", 1, CleaningRules())


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("", "is blank; so many are no slips: 'total' may stand on the first line of an order"),
        ("free", "is 'free'; so many are no slips: 'total' may be another column"),
        ("1,5", "is '1,5'; set data.decimal=comma if the comma"),
        ("1,92 €", "is '1,92 €'; set data.decimal=comma if the comma"),
    ],
)
@pytest.mark.parametrize("rules", [DROPPING, CleaningRules()])
def test_above_it_nothing_is_dropped_and_the_likely_cause_is_named(reported, value, cause, rules):
    with pytest.raises(UserError) as refused:
        reported(value, 2, rules)
    assert f"orders.csv (10.0% of all) cannot be read: column 'total' {cause}" in str(refused.value)
    if "no slips" in cause:
        remedy = "set cleaning.max_unreadable_share=0.1 cleaning.unreadable=true"
        assert str(refused.value).endswith(remedy)


def test_the_limit_can_be_raised(reported):
    assert reported("", 2, replace(DROPPING, max_unreadable_share=0.1)).lines_kept == 18


@pytest.mark.slow
def test_few_lines_with_most_of_the_revenue_are_no_slip_either(tmp_path):
    lines = "".join(f"1,{i},2011-01-01,5\n" for i in range(99))
    found = transactions(write_text(tmp_path / "a.csv", f"{HEADER}{lines}2,99,never,50\n"))
    with pytest.raises(UserError, match=r"1 lines of .*a\.csv \(9\.2% of the revenue\) cannot be"):
        cleaned_lines(found, DROPPING)[1]
    rules = replace(DROPPING, max_unreadable_share=0.1)
    assert cleaned_lines(found, rules)[1].lines_kept == 99


@pytest.mark.slow
def test_what_cleaning_removes_is_revenue_all_the_same(tmp_path):
    """Ten equal lines, one of them without a date: a tenth, and neither a half nor all."""
    lines = "1,1,2011-01-01,5\n" * 9 + "2,2,never,5\n"
    found = transactions(write_text(tmp_path / "a.csv", HEADER + lines))
    rules = replace(DROPPING, max_unreadable_share=0.1)
    assert cleaned_lines(found, rules)[1].lines_kept == 1
    assert cleaned_lines(found, rules, datetime(2011, 1, 1))[1].lines_kept == 1


@pytest.mark.slow
def test_a_decimal_mark_is_no_remedy_for_a_date(tmp_path):
    text = f"{HEADER}1,1,2011-01-01,5\n1,2,12.5,5\n"
    found = transactions(write_text(tmp_path / "a.csv", text))
    with pytest.raises(UserError) as refused:
        cleaned_lines(found, CleaningRules())[1]
    assert "data.decimal" not in str(refused.value)
