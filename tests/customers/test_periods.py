"""Parts of the covered period that are watched as the future."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from segmentation.customers.periods import Period, periods_of
from tests.helpers.shop import measured_of

END = datetime(2024, 7, 19)


@pytest.fixture
def report(table):
    return measured_of(table).report


def covering(report, days):
    return replace(report, first_invoiced_at=END - timedelta(days=days), as_of=END)


def test_every_share_has_two_periods_the_last_first_and_the_rhythm_one_more(report):
    day = timedelta(days=1)
    assert periods_of(covering(report, 100), (0.4,)) == [
        Period(0.4, END - 40 * day, None),
        Period(0.4, END - 80 * day, END - 40 * day),
        Period(0.25, END - 25 * day, None),
    ]


def test_the_share_of_the_rhythm_is_not_watched_twice(report):
    assert [period.horizon_share for period in periods_of(covering(report, 100), (0.25,))] == [
        0.25,
        0.25,
    ]


def test_sixty_days_are_long_enough_and_fewer_are_not(report):
    assert len(periods_of(covering(report, 60), ())) == 1
    assert periods_of(covering(report, 59), (0.25,)) == []
