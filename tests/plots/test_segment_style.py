"""Numbers and money as pictures and reports write them."""

import pytest

from segmentation.plots.segment_style import feature_heading, large_number_text, money_text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (950, "950"), (999.4, "999"), (999.6, "1k"), (12_345, "12.3k"), (999_600, "1M"),
     (3.4e6, "3.4M"), (-2500, "-2.5k"), (5e9, "5G")],
)  # fmt: skip
def test_a_large_number_has_three_digits_and_a_letter(value, text):
    assert large_number_text(value) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [(5e6, "", "5M"), (5e6, "EUR", "5M EUR"), (5e6, "€", "€5M"), (-5e3, "€", "-€5k")],
)
def test_a_sign_stands_before_the_number_and_a_code_behind(value, currency, text):
    assert money_text(value, currency) == text


def test_a_feature_has_its_unit_and_money_the_currency_of_the_shop():
    assert feature_heading("recency_days") == "recency\n(days)"
    assert feature_heading("revenue", "EUR") == "revenue\n(EUR)"
    assert feature_heading("revenue") == "revenue"
    assert feature_heading("orders", "EUR") == "orders"
