"""Evidence for a segment in one line: its medians, and the figure that an action starts from."""

from segmentation.segments.actions import Action
from segmentation.segments.position import MEASURES, RECENT_DAYS, SegmentPosition
from segmentation.segments.terms import SPOKEN

QUINTILES = "; quintiles "
"""What stands between the two parts of an evidence."""


def evidence(position: SegmentPosition) -> str:
    """Medians of a segment in real units and their quintiles among all customers."""
    quintiles = ", ".join(f"{SPOKEN[name]} {position.quintiles[name]}" for name in MEASURES)
    return (
        f"median {number(position.medians['revenue'])} of revenue, "
        f"{counted(position.medians['orders'], 'order')}, "
        f"{number(position.medians['average_order_value'])} per order, "
        f"last bought {counted(position.medians['recency_days'], 'day')} ago{_absence(position)}"
        f"{QUINTILES}(5 = highest, most recent): {quintiles}"
    )


def medians_of(told: str) -> str:
    """The first part of an `evidence`: the medians, which everybody can read."""
    return told.partition(QUINTILES)[0]


def base(position: SegmentPosition, action: Action) -> str:
    """The figure that the action is meant to move, as measured over the whole segment."""
    if action.base == "returned_share":
        return _coming_back(position)
    figure = float(getattr(position, action.base))
    match action.base:
        case "revenue":
            positive_total = position.revenue_share == position.revenue_share
            share = f", {position.revenue_share:.1%} of all" if positive_total else ""
            return f"revenue {number(figure)}{share}"
        case "average_order_value":
            return f"average order value {number(figure)}"
        case _:
            told = number(figure)
            return f"{told} order{'s' * (told != '1')} per customer"


def _coming_back(position: SegmentPosition) -> str:
    """Share of like customers who came back, as watched; without a cut, who bought of late."""
    if position.returned_share is None or position.horizon_days is None:
        return f"{position.recent_buyer_share:.1%} bought in the last {RECENT_DAYS} days"
    return (
        f"{position.returned_share:.1%} of like customers came back within "
        f"{position.horizon_days:.0f} days"
    )


def _absence(position: SegmentPosition) -> str:
    if position.gaps_absent is None:
        return ""
    # Who has ordered once has no gap of their own.
    gaps = "of their own gaps" if position.medians["orders"] > 1 else "usual gaps of the shop"
    return f" ({number(position.gaps_absent)} {gaps})"


def number(value: float) -> str:
    """Whole from 100, else three significant digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value + 0.0:.3g}"


def counted(value: float, noun: str) -> str:
    """A number of things: ``1 day``, ``7.6 days``."""
    return f"{number(value)} {noun}" + ("" if value == 1 else "s")
