"""What the report says of the rhythm, of new customers and of names that changed."""

from dataclasses import replace

import pytest

from segmentation.customers.rhythm import Rhythm
from segmentation.report.page import provable_difference, render_description, render_report
from segmentation.report.rhythm import rhythm_in_words
from tests.report.test_page import CONTENT, SEGMENT, Page

RHYTHM = Rhythm(gap_days=53.46, second_order_days=97.02, horizon_days=93.3, return_auc=0.616)


def test_usual_gap_and_wait_for_a_second_order_stand_side_by_side():
    said = rhythm_in_words(RHYTHM)
    assert "leave 53.5 days between them" in said
    assert "order a second time within 97.0 days (Kaplan-Meier" in said
    assert "AUC 0.62 at the last cut" in said
    assert "own rhythm" in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"return_auc": 0.54}, "hardly tells who comes back (AUC 0.54"),
        ({"return_auc": None}, "The data is too short, or has too few customers"),
        ({"second_order_days": None}, "Less than half of the new customers"),
    ],
)
def test_what_is_not_known_or_tells_nothing_is_said(changed, said):
    words = rhythm_in_words(replace(RHYTHM, **changed))
    assert said in words
    assert ("only of value and order value" in words) == ("return_auc" in changed)


def test_without_a_gap_there_is_nothing_to_say():
    assert rhythm_in_words(Rhythm()) == ""


def test_new_customers_are_counted_in_every_segment_where_they_are_not_set_apart():
    segment = replace(SEGMENT, new_customers=12)
    content = replace(CONTENT, segments=(segment,), rhythm=RHYTHM)
    text = Page(render_report(content)).text
    assert "12 new" in text
    assert "New are customers with one order" in text
    apart = replace(content, metrics=content.metrics | {"n_new_customers": 30.0})
    assert "12 new" not in Page(render_report(apart)).text
    assert "New are customers" not in Page(render_report(apart)).text


def test_a_renamed_segment_has_both_names():
    content = replace(CONTENT, segments=(replace(SEGMENT, name="at risk", former="loyal"),))
    assert "at risk (before: loyal)" in Page(render_report(content)).text
    assert "**at risk** (before: loyal)" in render_description(content)
    assert "before:" not in Page(render_report(CONTENT)).text


def test_a_test_is_sized_by_the_share_of_like_customers_that_came_back():
    segment = replace(SEGMENT, returned_share=0.4, horizon_days=93.3)
    assert segment.test_size == provable_difference(0.4, 700, "the figure to move", 93)
    assert "within 93 days (40.0% today)" in segment.test_size
    assert "within 90 days (30.0% today)" in SEGMENT.test_size
