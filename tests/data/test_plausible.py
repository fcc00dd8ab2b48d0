"""What is read without a mistake and is most likely one is said before anything is computed."""

from datetime import datetime

import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from tests.helpers.exports import write_text

RULES = CleaningRules()


def reported(path, as_of=None):
    found = transactions(path)
    return cleaned_lines(found, RULES, as_of)[1]


def shop(tmp_path, *stray, count=200):
    """Lines of 2011, and the dates of some more."""
    dates = [f"2011-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(count)]
    lines = "".join(f"{i % 40},{i},{date},5\n" for i, date in enumerate([*dates, *stray]))
    return write_text(tmp_path / "orders.csv", "customer,order,date,total\n" + lines)


@pytest.mark.slow
def test_a_line_of_the_year_9999_does_not_decide_when_customers_are_measured(tmp_path):
    path = shop(tmp_path, "9999-12-31")
    with pytest.raises(UserError) as refused:
        reported(path)
    told = str(refused.value)
    assert "1 of 201 lines of " in told
    assert "come 2,917,560 days after all others (the last on 9999-12-31)" in told
    assert "set as_of=2011-12-28T00:00:00 to leave them out" in told
    report = reported(path, datetime(2011, 12, 28))
    assert [(removal.rule, removal.lines) for removal in report.removed] == [("after_as_of", 1)]
    assert report.notes == ("read as one row per order",)


@pytest.mark.parametrize(
    ("stray", "is_refused"),
    [
        (["2012-12-27"], False),
        (["2012-12-29"], True),
        (["2013-01-01"] * 2, True),
        # A second period of the shop.
        (["2013-01-01"] * 3, False),
        (["2013-01-01", "2013-02-01", "2013-03-01"], False),
        (["2012-06-01", "2014-01-01"], True),
        (["2013-06-01", "2013-07-01"], True),
    ],
)
def test_a_year_without_sales_and_then_few_are_strays(tmp_path, stray, is_refused):
    path = shop(tmp_path, *stray)
    if is_refused:
        with pytest.raises(UserError, match="days after all others"):
            reported(path)
    else:
        assert reported(path).as_of.isoformat()[:10] == max(stray)


def test_one_in_a_hundred_is_still_a_stray(tmp_path):
    with pytest.raises(UserError, match="3 of 300 lines"):
        reported(shop(tmp_path, *["2013-01-01"] * 3, count=297))


@pytest.mark.parametrize(("day", "is_said"), [("2012-01-28", False), ("2012-01-29", True)])
def test_customers_that_are_measured_long_after_the_last_line_are_told_so(tmp_path, day, is_said):
    notes = reported(shop(tmp_path), datetime.fromisoformat(day)).notes
    assert (len(notes) == 2) == is_said
    if is_said:
        assert notes[1].startswith("as_of=2012-01-29 is 32 days after the last line (2011-12-28)")


def test_three_capitals_are_a_currency_only_where_they_are_one(tmp_path):
    text = "customer,order,date,qty,total\n1,1,2011-01-01,5 DOZ,5\n"
    found = transactions(write_text(tmp_path / "a.csv", text))
    assert found.lines.unreadable_value.execute().tolist() == ["5 DOZ"]


@pytest.mark.slow
def test_the_instant_that_leaves_strays_out_keeps_the_last_line(tmp_path):
    path = shop(tmp_path, "2011-12-28T10:00:00.5", "9999-12-31")
    with pytest.raises(UserError, match=r"set as_of=2011-12-28T10:00:00\.500000 to"):
        reported(path)
    assert len(reported(path, datetime(2011, 12, 28, 10, 0, 0, 500_000)).removed) == 1
