"""When to act on a segment: by its customers' own gaps, else by the usual gap of the shop."""

from segmentation.segments.evidence import counted
from segmentation.segments.position import SegmentPosition
from segmentation.segments.presence import LAPSED, LAPSED_FROM, NEW, OVERDUE, PRESENT

WHOLE_FROM = 10


def when(position: SegmentPosition) -> str:
    """Say when to act, from the median own gap of the customers, see `rhythm.own_gaps`.

    Where no word of rhythm may be used, it is the usual gap of the shop.

    Parameters
    ----------
    position : SegmentPosition
        With ``own_gap_days`` and ``usual_gap_days``, both in days.
    """
    if position.usual_gap_days is None:
        return "not measured: no customer ordered twice"
    usual = _days(position.usual_gap_days)
    if not position.presence or position.own_gap_days is None:
        return f"every {usual}: the usual gap of the shop"
    own = _days(position.own_gap_days)
    if position.presence == PRESENT:
        return f"{own} after an order: their own gap"
    if position.presence == OVERDUE:
        late = _days(LAPSED_FROM * position.own_gap_days)
        told = f"now, before {late} of absence: {LAPSED_FROM} of their own gaps, {own} each"
        return told + _but_not_the_present(position, usual)
    if position.presence == LAPSED:
        told = f"now, and once more {own} later: their own gap"
        return told + _but_not_the_present(position, usual)
    if position.presence == NEW:
        return f"within {usual} of the first order: the usual gap of the shop"
    return f"now: the usual gap of the shop, {usual}, has passed{_but_not_all(position)}"


def _but_not_the_present(position: SegmentPosition, usual: str) -> str:
    """Who is in a segment of absent customers by its median only."""
    n = position.present_customers
    return f"; not the {n:,} of them who bought within the usual gap, {usual}" if n else ""


def _but_not_all(position: SegmentPosition) -> str:
    """Who is in a segment of one order, long ago, by its median only."""
    new = position.new_customers
    others = [
        *([f"the {new:,} new of them"] if new else []),
        *([f"the {position.repeaters:,} who ordered more than once"] if position.repeaters else []),
    ]
    return f"; not {' and '.join(others)}" if others else ""


def _days(days: float) -> str:
    """Whole days from ten on, else tenths: nobody plans by more."""
    return counted(round(days) if days >= WHOLE_FROM else round(days, 1), "day")
