"""Presence of a segment, in gaps of its customers' own and of the shop."""

import pytest

from segmentation.segments.presence import (
    LAPSED,
    NEW,
    ONE_TIME,
    OVERDUE,
    PRESENCES,
    PRESENT,
    presence,
)
from segmentation.segments.vocabulary import VOCABULARY
from tests.helpers.named import TOLD, UNTOLD


@pytest.mark.parametrize(
    ("orders", "recency", "absent", "expected"),
    [
        (2, 40, 1.0, PRESENT),
        (2, 40, 1.01, OVERDUE),
        (2, 40, 2.99, OVERDUE),
        (2, 40, 3.0, LAPSED),
        (1, 30, 9.0, NEW),
        (1, 30.5, 0.1, ONE_TIME),
        (1.5, 300, 10.0, ONE_TIME),
        (0, 30, 0.1, NEW),
        (2, 1, 9.0, LAPSED),
        (2, 1, None, ""),
    ],
)
def test_presence_goes_by_own_gaps_and_by_the_usual_gap_for_one_order(
    orders, recency, absent, expected
):
    assert presence(orders, recency, absent, TOLD) == expected
    assert presence(orders, recency, absent, UNTOLD) == ""


@pytest.mark.parametrize("term", VOCABULARY, ids=lambda term: term.name)
def test_every_presence_that_a_name_asks_for_is_said_in_its_rule(term):
    assert term.rule.endswith(PRESENCES[term.presence])


def test_the_words_of_presence_are_of_the_same_bounds():
    by_words = {words: presences for presences, words in PRESENCES.items()}
    assert by_words["absent for more than their own gap, not for 3"] == (OVERDUE,)
    assert by_words["absent for 3 of their own gaps or more"] == (LAPSED,)
    assert len(by_words) == len(PRESENCES)
