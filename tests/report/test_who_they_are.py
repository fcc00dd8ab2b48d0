"""The chapter on who the customers are: few values, the clearest of them."""

import pandas as pd

from segmentation.report.who_they_are import (
    MANY_COLUMNS,
    MOST_SHOWN,
    MOST_SHOWN_OF_MANY,
    typical_in_short,
    who_they_are,
)


def table(rows):
    frame = pd.DataFrame(rows, columns=["column", "value", "segment", "effect_size"])
    return frame.assign(share=0.6, share_of_all=0.4, over_index=1.5)


def test_nothing_described_is_nothing_to_show():
    assert who_they_are(None) == {}


def test_a_segment_without_anything_typical_has_no_values():
    assert who_they_are(table([("channel", "web", 1, 0.19)])) == {1: []}


def test_the_clearest_values_are_shown_from_more_to_fewer_and_the_column_once():
    effects = [0.9, 0.25, -0.8, 0.21, -0.3, 0.4, 0.1]
    rows = [("channel", f"v{effect}", 0, effect) for effect in effects]
    shown = who_they_are(table(rows))[0]
    assert [value.value for value in shown] == ["v0.9", "v0.4", "v0.25", "v-0.3", "v-0.8"]
    assert [value.column for value in shown] == ["channel", "", "", "", ""]
    assert len(shown) == MOST_SHOWN
    assert (shown[0].share, shown[0].share_of_all, shown[0].over_index) == (0.6, 0.4, 1.5)


def test_of_many_columns_fewer_values_are_shown():
    names = [f"column {number}" for number in range(MANY_COLUMNS)]
    rows = [(name, f"v{number}", 2, 0.5) for name in names for number in range(9)]
    assert len(who_they_are(table(rows))[2]) == MANY_COLUMNS * MOST_SHOWN_OF_MANY
    fewer = [row for row in rows if row[0] != names[0]]
    assert len(who_they_are(table(fewer))[2]) == (MANY_COLUMNS - 1) * MOST_SHOWN


def test_in_short_the_two_clearest_values_of_more_customers_are_told_and_no_unknown_ones():
    rows = [
        ("age", "not known", 0, 0.9),
        ("age", "25-34", 0, 0.3),
        ("department", "DELI", 0, 0.8),
        ("department", "MEAT", 0, 0.7),
        ("department", "FUEL", 0, -0.9),
        ("age", "25-34", 1, 0.1),
    ]
    assert typical_in_short(table(rows)) == {
        0: "department DELI: 60% of them, 40% of all; department MEAT: 60% of them, 40% of all"
    }
    assert typical_in_short(None) == {}
