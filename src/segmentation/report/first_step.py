"""What to do first, in one sentence."""

from collections.abc import Sequence

from segmentation.plots.segment_style import money_text
from segmentation.report.segment_summary import SegmentSummary
from segmentation.segments.actions import (
    GROW_FREQUENCY,
    GROW_ORDER_VALUE,
    KEEP_INFORMED,
    RETAIN,
    REVIEW,
    WIN_BACK,
)

WORTH_A_START = 0.01
"""Share of the revenue from which on a segment comes first: with less nobody begins."""
FIRST = {
    WIN_BACK.verb: "win them back first",
    RETAIN.verb: "look after them first",
    GROW_ORDER_VALUE.verb: "make their orders larger first",
    GROW_FREQUENCY.verb: "bring them to order more often first",
    REVIEW.verb: "look after each of them first",
}
"""Verb of an action to what is asked for, as the end of a sentence."""


def first_step(segments: Sequence[SegmentSummary], currency: str = "") -> str:
    """Say with which segment to begin, and why.

    It is the segment to be won back that brought the most revenue, because that revenue is about
    to be lost; without one, the segment of the most revenue among those that ask for more than
    news. Segments of less than one percent of the revenue never come first.

    Parameters
    ----------
    segments : sequence of SegmentSummary
    currency : str
        Of the revenue; empty where it is not known.
    """
    worthwhile = [
        segment
        for segment in segments
        if segment.action != KEEP_INFORMED.verb and segment.revenue_share >= WORTH_A_START
    ]
    if not worthwhile:
        return "No segment asks for more than to be kept informed."
    leaving = [segment for segment in worthwhile if segment.action == WIN_BACK.verb]
    first = max(leaving or worthwhile, key=lambda segment: segment.revenue)
    return (
        f"The {first.customers:,} customers in “{first.name}” brought "
        f"{money_text(first.revenue, currency)} of revenue so far, {first.revenue_share:.1%} of "
        f"all: {FIRST[first.action]}."
    )
