"""With too little, the words say how much is needed and what cannot be claimed."""

from dataclasses import replace

import pytest

from segmentation.customers.readiness import Readiness
from segmentation.report.readiness import not_to_be_claimed, readiness_in_words

ENOUGH = Readiness(200, 60, 0.345, 10, 2, absence_measured=True)


def test_what_there_is_is_said_in_one_sentence():
    assert readiness_in_words(replace(ENOUGH, n_customers=4338, covered_days=373)) == (
        "There are 4,338 customers over 373 days; 34.5% of them ordered at least twice, and 10 "
        "bought in the last 30 days."
    )


def test_where_there_is_enough_nothing_is_taken_back():
    assert not_to_be_claimed(ENOUGH) == ()
    assert not_to_be_claimed(replace(ENOUGH, n_cuts=None)) == ()
    # Who is present in a shop is unknown where absence means nothing.
    assert len(not_to_be_claimed(replace(ENOUGH, n_recent=0, absence_measured=False))) == 1
    assert not_to_be_claimed(replace(ENOUGH, largest_revenue_share=0.2)) == ()


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        (
            {"n_customers": 199},
            "199 customers are few (200 are needed for all figures): at most",
        ),
        ({"n_cuts": 1}, "fewer than 200 customers were known: what segments predict is judged by"),
        ({"n_cuts": 0, "covered_days": 59}, "59 days are short (60 are needed): what customers do"),
        ({"n_cuts": 0}, "Fewer than 200 customers were known before the last part of the period"),
        (
            {"absence_measured": False},
            "what absence means: no segment is called at risk or lapsed.",
        ),
        (
            {"largest_customer": "c7", "largest_revenue_share": 0.201},
            "Customer c7 holds 20.1% of the revenue, and shares of revenue say little of the others"
            ": key_accounts=top_1_percent sets",
        ),
        ({"largest_revenue_share": 0.34}, "One customer holds 34.0% of the revenue"),
        ({"repeat_share": 0.0}, "No customer ordered twice: what is taken for the customer may be"),
        ({"n_recent": 9}, "9 customers bought in the last 30 days: hardly anybody"),
    ],
)
def test_each_lack_is_one_sentence_with_what_follows(lacking, said):
    (sentence,) = not_to_be_claimed(replace(ENOUGH, **lacking))
    assert said in sentence
