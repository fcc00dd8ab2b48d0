"""The words for segments, and the rules behind them."""

from itertools import product

import pytest

from docs import write_vocabulary
from segmentation.segments.actions import WIN_BACK
from segmentation.segments.distinctions import DISTINCTIONS
from segmentation.segments.presence import LAPSED, NEW, ONE_TIME, OVERDUE, PRESENT
from segmentation.segments.vocabulary import (
    NOT_CLUSTERED,
    TERMS,
    VALUE_VOCABULARY,
    VOCABULARY,
    term_name,
)


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


def test_every_name_says_what_for_and_what_is_typically_offered():
    terms = (*VOCABULARY, *VALUE_VOCABULARY, *NOT_CLUSTERED)
    assert [term.name for term in terms] == list(TERMS)
    assert all(term.aim and term.offer for term in terms)
    promising = [term.name for term in terms if "%" in term.aim + term.offer]
    assert promising == [], "a figure that nobody measured"


@pytest.mark.parametrize("name", TERMS)
def test_a_name_is_found_whatever_tells_it_apart(name):
    more = [words.more for words in DISTINCTIONS]
    told = [name, *(f"{name}, {words}" for words in more), f"{name}, group 2"]
    assert {term_name(each) for each in told} == {name}
    assert {term_name(f"{each} (2)") for each in told} == {name}


@pytest.mark.parametrize("term", [*VOCABULARY, *VALUE_VOCABULARY], ids=lambda term: term.name)
def test_a_rule_asks_for_quintiles_that_there_are_and_leaves_one_out_at_least(term):
    assert all(1 <= low <= high <= 5 for low, high in term.quintiles.values())
    assert all(high - low < 4 for low, high in term.quintiles.values())


def test_the_page_has_all_names():
    page = write_vocabulary.PAGE.read_text(encoding="utf-8")
    assert write_vocabulary.page(page) == page, (
        "run `uv run docs/write_vocabulary.py` and commit the page"
    )
