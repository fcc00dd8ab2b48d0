"""Segments of one name are told apart."""

from tests.helpers.named import SIX, by_group, names, shop


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
