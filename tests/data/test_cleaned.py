"""Cleaned lines: invoices are added up once."""

from datetime import datetime

import pytest

from segmentation.data.cleaned import cleaned_lines, instant_of, require_instant
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.errors import UserError


def test_invoices_hold_all_lines(shop_csv):
    cleaned, report = cleaned_lines(transactions(shop_csv), CleaningRules())
    assert cleaned.invoices.lines.sum().execute() == report.lines_read
    assert cleaned.lines.count().execute() == report.lines_read


@pytest.mark.parametrize("as_of", ["2024-05-01T10:00:00+02:00", datetime(2024, 5, 1, 8)])
def test_as_of_is_an_instant_in_utc(shop_csv, as_of):
    report = cleaned_lines(transactions(shop_csv), CleaningRules(), as_of)[1]
    assert report.as_of == datetime(2024, 5, 1, 8)
    assert report.last_invoiced_at <= report.as_of
    assert "after_as_of" in [removal.rule for removal in report.removed]


@pytest.mark.parametrize("given", ["2024-05-01", "2024-05-01T00:00Z", datetime(2024, 5, 1)])
def test_an_instant_has_no_time_zone_and_a_date_is_its_midnight(given):
    assert instant_of(given, "start") == datetime(2024, 5, 1)


def test_what_is_no_instant_is_refused(shop_csv):
    with pytest.raises(UserError, match="as_of='soon' must be a date or instant in ISO 8601"):
        cleaned_lines(transactions(shop_csv), CleaningRules(), "soon")


def test_an_instant_is_asked_for_before_any_lines():
    require_instant(None)
    require_instant("2024-05-01")
    with pytest.raises(UserError, match="as_of='12' must be a date or instant"):
        require_instant("12")
