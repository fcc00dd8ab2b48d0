"""Actions start from figures that are measured."""

from dataclasses import fields

from segmentation.segments import actions
from segmentation.segments.position import SegmentPosition


def test_every_action_starts_from_a_figure_and_a_known_kind_of_money():
    known = {field.name for field in fields(SegmentPosition)}
    kinds = {
        actions.REVENUE,
        actions.RETURNING,
        actions.RETURNING_REPEATERS,
        actions.ORDER_VALUE_GAP,
    }
    found = [each for each in vars(actions).values() if isinstance(each, actions.Action)]
    assert len(found) == 7
    assert all(each.base in known and each.stake in kinds for each in found)
