"""The words for segments, and the rules behind them."""

from itertools import product

import pytest

from segmentation.segments.vocabulary import (
    DISTINCTIONS,
    LAPSED,
    NEW,
    ONE_TIME,
    OVERDUE,
    PRESENT,
    TERMS,
    VALUE_VOCABULARY,
    VOCABULARY,
    WIN_BACK,
    presence,
)
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


def test_words_of_presence_need_it():
    away = {name for name, term in TERMS.items() if LAPSED in term.presence}
    assert away == {"at risk", "lapsed regulars", "lapsed big baskets", "dormant"}
    needs = {name: TERMS[name].presence for name in ("champions", "loyal", "at risk", "dormant")}
    assert needs == {
        "champions": (PRESENT,),
        "loyal": (PRESENT,),
        "at risk": (OVERDUE, LAPSED),
        "dormant": (LAPSED,),
    }
    assert all(term.presence for term in VOCABULARY)
    won_back = {each for term in VOCABULARY if term.action == WIN_BACK for each in term.presence}
    assert won_back == {OVERDUE, LAPSED}


PRESENCES = (PRESENT, OVERDUE, LAPSED, NEW, ONE_TIME)


@pytest.mark.parametrize(
    ("words", "presences"), [(VOCABULARY, PRESENCES), (VALUE_VOCABULARY, ("",))]
)
def test_every_combination_of_quintiles_has_a_name_and_every_name_can_occur(words, presences):
    measures = [comparison.measure for comparison in DISTINCTIONS]
    first = set()
    for *quintiles, present in product(*[range(5)] * 4, presences):
        positions = {m: q / 5 + 0.1 for m, q in zip(measures, quintiles, strict=True)}
        holding = [term.name for term in words if term.holds(positions, present)]
        assert holding
        first.add(holding[0])
    assert first == {term.name for term in words}
