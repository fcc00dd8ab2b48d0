"""Segments of one name told apart, by the measure in which they differ."""

import itertools
from dataclasses import dataclass

import numpy as np

from segmentation.segments.position import SegmentPosition

CLEAR_GAP = 0.05
"""Segments are clearly apart in a measure when 5 % of all customers lie between them."""


@dataclass(frozen=True)
class Distinction:
    """Words that tell segments of one name apart by one measure."""

    measure: str
    more: str
    most: str
    less: str
    least: str


DISTINCTIONS = (
    Distinction("revenue", "higher value", "highest value", "lower value", "lowest value"),
    Distinction("recency_days", "more recent", "most recent", "less recent", "least recent"),
    Distinction("orders", "more orders", "most orders", "fewer orders", "fewest orders"),
    Distinction(
        "average_order_value",
        "larger orders",
        "largest orders",
        "smaller orders",
        "smallest orders",
    ),
)


def told_apart(name: str, sharing: list[SegmentPosition]) -> list[str]:
    """A name for each of the segments that share one, in their order."""
    if len(sharing) == 1:
        return [name]
    # max returns the first measure that is clearly apart, as gaps beyond that count the same
    comparison = max(DISTINCTIONS, key=lambda words: min(CLEAR_GAP, _smallest_gap(sharing, words)))
    if _smallest_gap(sharing, comparison) == 0:
        return [f"{name}, group {number}" for number in range(1, len(sharing) + 1)]
    measured = [position.positions[comparison.measure] for position in sharing]
    places = [sum(other > own for other in measured) for own in measured]
    return [f"{name}, {_in_words(place, len(sharing), comparison)}" for place in places]


def _smallest_gap(sharing: list[SegmentPosition], comparison: Distinction) -> float:
    """Distance of the two closest segments in a measure; 0 when they are the same."""
    positions = sorted(position.positions[comparison.measure] for position in sharing)
    return float(np.diff(positions).min())


def _in_words(place: int, count: int, comparison: Distinction) -> str:
    """Place 0 of ``count``, the highest, in words."""
    if count == 2:
        return (comparison.more, comparison.less)[place]
    if place in (0, count - 1):
        return comparison.least if place else comparison.most
    ordinal = {2: "2nd", 3: "3rd"}.get(place + 1, f"{place + 1}th")
    return f"{ordinal} {comparison.most}"


def unused(name: str, used: set[str]) -> str:
    """The name, numbered where a kept name is the same."""
    numbered = (f"{name} ({number})" for number in itertools.count(2))
    return name if name not in used else next(other for other in numbered if other not in used)
