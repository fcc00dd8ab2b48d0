"""The sentence on top of a report: one segment to begin with."""

from dataclasses import replace

import pytest

from segmentation.report.first_step import FIRST, first_step
from segmentation.segments.vocabulary import TERMS
from tests.helpers.summaries import SEGMENT

KEPT = replace(SEGMENT, action="retain", revenue=5e6, revenue_share=0.6)
AWAY = replace(SEGMENT, name="at risk", action="win back", revenue=258_000, revenue_share=0.03)
INFORMED = replace(SEGMENT, action="keep informed", revenue=9e6, revenue_share=0.9)


def test_revenue_that_is_about_to_be_lost_comes_first():
    assert first_step([KEPT, replace(AWAY, customers=466), INFORMED], "GBP") == (
        "The 466 customers in “at risk” brought 258k GBP of revenue so far, 3.0% of all: "
        "win them back first."
    )


def test_of_several_the_one_of_the_most_revenue_is_first():
    more = replace(AWAY, name="lapsed regulars", revenue=300_000.0)
    assert "“lapsed regulars”" in first_step([AWAY, more])
    grown = replace(KEPT, name="loyal", action="grow order value", revenue=6e6)
    assert "“loyal”" in first_step([KEPT, grown])


@pytest.mark.parametrize(("share", "is_first"), [(0.01, True), (0.0099, False)])
def test_nobody_begins_with_less_than_one_percent_of_the_revenue(share, is_first):
    told = first_step([KEPT, replace(AWAY, revenue_share=share)])
    assert ("win them back" in told) == is_first


def test_where_all_are_only_informed_nothing_comes_first():
    assert first_step([INFORMED]) == "No segment asks for more than to be kept informed."
    assert first_step([replace(KEPT, revenue_share=float("nan"))]).startswith("No segment")


def test_every_action_that_asks_for_something_has_its_words():
    verbs = {term.action.verb for term in TERMS.values()}
    assert verbs == {*FIRST, "keep informed"}
