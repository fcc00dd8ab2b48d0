"""Segments of one name are told apart."""

import pytest

from segmentation.segments.distinctions import told_apart, unused
from segmentation.segments.position import SegmentPosition
from tests.helpers.named import SIX, by_group, names, shop
from tests.helpers.positions import position

LEVEL = {"revenue": 0.5, "recency_days": 0.5, "orders": 0.5, "average_order_value": 0.5}


def at(**positions: float) -> SegmentPosition:
    return position(positions=LEVEL | positions)


def test_five_segments_of_one_name_are_numbered_from_the_top():
    sharing = [at(revenue=value) for value in (0.2, 0.9, 0.4, 0.3, 0.6)]
    assert told_apart("loyal", sharing) == [
        "loyal, lowest value",
        "loyal, highest value",
        "loyal, 3rd highest value",
        "loyal, 4th highest value",
        "loyal, 2nd highest value",
    ]


@pytest.mark.parametrize(
    ("measure", "more", "less"),
    [
        ("revenue", "higher value", "lower value"),
        ("recency_days", "more recent", "less recent"),
        ("orders", "more orders", "fewer orders"),
        ("average_order_value", "larger orders", "smaller orders"),
    ],
)
def test_two_segments_are_told_apart_by_the_measure_in_which_they_differ(measure, more, less):
    sharing = [at(**{measure: 0.5}), at(**{measure: 0.51})]
    assert told_apart("loyal", sharing) == [f"loyal, {less}", f"loyal, {more}"]


def test_the_first_measure_in_which_segments_are_clearly_apart_decides():
    sharing = [at(), at(revenue=0.54, recency_days=0.56, orders=0.9)]
    assert told_apart("loyal", sharing) == ["loyal, less recent", "loyal, more recent"]


def test_a_measure_that_leaves_two_of_three_equal_does_not_tell_them_apart():
    sharing = [at(orders=0.5), at(orders=0.6), at(revenue=0.9, orders=0.7)]
    assert told_apart("loyal", sharing) == [
        "loyal, fewest orders",
        "loyal, 2nd most orders",
        "loyal, most orders",
    ]


def test_a_name_that_nobody_shares_stays_as_it_is():
    assert told_apart("loyal", [at()]) == ["loyal"]
    assert unused("loyal", {"casual"}) == "loyal"


def test_a_name_that_is_used_gets_the_first_number_that_is_free():
    assert unused("loyal", {"loyal"}) == "loyal (2)"
    assert unused("loyal", {"casual", "loyal", "loyal (2)", "loyal (4)"}) == "loyal (3)"


def test_two_segments_of_one_order_are_told_apart():
    named = names(shop({"best": (9000, 30, 3), "gone": (500, 1, 70), "small": (9, 1, 70)}))
    assert named["gone"] == "one-time, higher value"
    assert named["small"] == "one-time, lower value"


def test_the_best_of_two_keeps_the_name_and_the_other_takes_a_looser_one():
    named = by_group(shop(SIX | {"second best": (6000, 20, 6)}, size=10))
    assert named["best"].name == "champions"
    assert named["second best"].name == "loyal, higher value"
    assert named["steady"].name == "loyal, lower value"


def test_segments_that_differ_in_nothing_are_numbered():
    table = shop(dict.fromkeys("abc", (100, 2, 20)))
    named = by_group(table)
    assert sorted(segment.name for segment in named.values()) == [
        "casual, group 1",
        "casual, group 2",
        "casual, group 3",
    ]
