"""Presence of a segment, in gaps of its customers' own and of the shop."""

import pytest

from segmentation.segments.presence import LAPSED, NEW, ONE_TIME, OVERDUE, PRESENT, presence
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
