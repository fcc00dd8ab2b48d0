"""Tables of a control group and of a campaign, in words."""

import numpy as np

from segmentation.evaluation.two_groups import Difference
from segmentation.report.campaign import control_rows, effect_rows, readings, size_rows
from segmentation.segments.campaign import Effect
from segmentation.segments.holdout import ControlGroup

NOTHING = Difference(np.nan, np.nan, np.nan)
FOUND = [
    Effect("loyal", "return", 3_600, 400, 0.5, 0.48, Difference(0.02, -0.03, 0.07)),
    Effect("dormant", "return", 12, 0, 0.25, np.nan, NOTHING),
    Effect("loyal", "revenue", 3_600, 400, 1_234.5, 1_000.0, Difference(234.5, 1.25, 467.75)),
    Effect("dormant", "revenue", 12, 1, 2.0, 9.0, Difference(-7.0, np.nan, np.nan)),
]


def test_shares_differ_in_points_and_money_in_its_own_unit():
    loyal = ["loyal", "50.0%", "48.0%", "+2.0 (-3.0 to +7.0)"]
    assert effect_rows(FOUND, "return")[0] == loyal
    assert effect_rows(FOUND, "revenue")[0] == [
        *("loyal", "1,234", "1,000", "+234.50 (+1.25 to +467.75)")
    ]


def test_what_is_not_known_is_left_empty():
    assert effect_rows(FOUND, "return")[1] == ["dormant", "25.0%", "", ""]
    assert effect_rows(FOUND, "revenue")[1] == ["dormant", "2.00", "9.00", "-7.00"]


def test_segments_that_show_nothing_are_named():
    assert readings(FOUND, "return") == [
        "Cannot be told apart: loyal.",
        "Too few customers: dormant.",
    ]
    assert readings(FOUND, "revenue") == ["Too few customers: dormant."]


def test_the_sizes_of_the_groups_stand_once():
    assert size_rows(FOUND) == [["loyal", "3,600", "400"], ["dormant", "12", "0"]]


def test_a_control_group_is_told_with_what_it_can_show():
    groups = [
        ControlGroup("loyal", 4_000, 400, 0.5, 0.0743),
        ControlGroup("dormant", 3, 3, 0.05, None),
        ControlGroup("new", 20, 2, None, None),
    ]
    assert control_rows(groups) == [
        ["loyal", "3,600", "400", "50.0%", "+7.4 points"],
        ["dormant", "0", "3", "5.0%", ""],
        ["new", "18", "2", "", ""],
    ]
