"""The rhythm of a shop in words."""

from dataclasses import replace

import pytest

from segmentation.customers.rhythm import Rhythm
from segmentation.report.rhythm import rhythm_in_words
from tests.helpers.named import RHYTHM


def test_usual_gap_and_wait_for_a_second_order_stand_side_by_side():
    said = rhythm_in_words(RHYTHM)
    assert "leave 53.5 days between their orders" in said
    assert "order a second time within 97.0 days (Kaplan-Meier" in said
    assert "in 61.6% of all pairs (AUC)" in said
    assert "own rhythm" in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"return_auc": 0.5997}, "in 59.9% of all pairs (AUC); at least 60.0% are needed"),
        ({"return_auc": None}, "The data is too short, or has too few customers"),
        ({"second_order_days": None}, "Less than half of all customers were seen"),
    ],
)
def test_what_is_not_known_or_tells_nothing_is_said(changed, said):
    words = rhythm_in_words(replace(RHYTHM, **changed))
    assert said in words
    assert ("only of value and order value" in words) == ("return_auc" in changed)


def test_without_a_gap_there_is_nothing_to_say():
    assert rhythm_in_words(Rhythm()) == ""
