"""Formats of dates: the only one that fits, or none."""

from pathlib import Path

import pytest

from segmentation.errors import UserError
from tests.helpers.exports import dates_read


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["12/13/2010 8:26", "1/2/2011 9:00"], "2011-01-02 09:00:00"),
        (["13/12/2010 8:26", "1/2/2011 9:00"], "2011-02-01 09:00:00"),
        (["31.12.10", "01.02.11"], "2011-02-01 00:00:00"),
        (["13-DEC-2010 8:26 PM", "01-FEB-2011 9:00 AM"], "2011-02-01 09:00:00"),
        (["20101213", "20110201"], "2011-02-01 00:00:00"),
        (["1/1/2010", "2/2/2010"], "2010-02-02 00:00:00"),
        (["13-Apr-10", "01-Apr-12"], "2012-04-01 00:00:00"),
        (["2010-W14", "2012-W01"], "2012-01-02 00:00:00"),
        (["2010-W14-3", "2012-W01-7"], "2012-01-08 00:00:00"),
    ],
)
@pytest.mark.slow
def test_a_format_is_used_when_it_is_the_only_one_that_fits(
    tmp_path: Path, dates: list[str], expected: str
) -> None:
    assert dates_read(tmp_path, *dates)[1] == expected


def test_day_first_or_month_first_is_asked_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"'%m/%d/%Y' and as '%d/%m/%Y'; set data\.date_format="):
        dates_read(tmp_path, "1/2/2011", "3/4/2011")
    assert dates_read(tmp_path, "1/2/2011", date_format="%d/%m/%Y") == ["2011-02-01 00:00:00"]


@pytest.mark.parametrize("first", ["yesterday", "12/31/2010"])
def test_dates_in_no_format_show_one_of_them(tmp_path: Path, first: str) -> None:
    with pytest.raises(UserError, match=r"'date' are in no common format.*'yesterday'; set data\."):
        dates_read(tmp_path, first, "yesterday")


def test_a_format_that_is_none_is_one_line(tmp_path):
    with pytest.raises(UserError, match=r"data\.date_format=%Q is no format of strptime \("):
        dates_read(tmp_path, "2011", date_format="%Q")


@pytest.mark.parametrize("numbers", [["1", "700"], ["44564.597", "44565.5"], ["1641219660"]])
def test_numbers_of_days_are_made_dates_by_a_query(tmp_path, numbers):
    with pytest.raises(UserError, match=r"a number is counted from some day.*data\.query=\"select"):
        dates_read(tmp_path, *numbers)
