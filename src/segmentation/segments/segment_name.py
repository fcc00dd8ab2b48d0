"""The name of a segment, with the rule that gave it and what to do with the segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segmentation.segments.evidence import base, evidence
from segmentation.segments.position import SegmentPosition
from segmentation.segments.stakes import stake
from segmentation.segments.terms import Term
from segmentation.segments.timing import when


@dataclass(frozen=True)
class SegmentName:
    """Name of a segment, the rule that gave it, and what to do with the segment.

    Attributes
    ----------
    segment : int
        −1 for noise.
    name : str
        Unique among the segments.
    rule : str
        The rule that gave the name.
    evidence : str
        One line: medians in real units and their quintiles among all customers, where recency 5
        is the most recent.
    action : str
        The verb, such as ``win back``.
    base : str
        The figure that the action is meant to move, as measured today. No lift is promised.
    recent_buyer_share : float
        Share of the segment's customers who bought in the last 90 days, in [0, 1].
    returned_share, horizon_days : float or None
        Share of like customers who came back within so many days, as watched at the last cut, see
        `rhythm.return_shares`: the base rate from which `sample_size.customers_per_group` sizes a
        test. ``None`` where the data is too short for a cut.
    new_customers : int or None
        Customers with one order, not longer ago than the usual gap; ``None`` without a usual gap.
    former : str
        Name of the same segment in the earlier fit, where it has another one now; see `renaming`.
    aim, offer : str
        What the action is for, and what is typically offered; empty in an earlier edition's models,
        as are all that follow.
    when : str
        When to act, see `timing.when`.
    own_gap_days : float or None
        Median of the customers' own gaps; ``None`` without a usual gap.
    stake : float or None
        Money at stake, in the currency of the data; ``None`` where it was not measured.
    stake_formula : str
        How it was counted, see `stakes.stake`.
    """

    segment: int
    name: str
    rule: str
    evidence: str
    action: str
    base: str
    recent_buyer_share: float
    returned_share: float | None = None
    horizon_days: float | None = None
    new_customers: int | None = None
    former: str = ""
    aim: str = ""
    offer: str = ""
    when: str = ""
    own_gap_days: float | None = None
    stake: float | None = None
    stake_formula: str = ""


def segment_name(
    position: SegmentPosition, term: Term, name: str, rule: str, former: str = ""
) -> SegmentName:
    """Name a segment, and measure what its action starts from.

    Parameters
    ----------
    position : SegmentPosition
    term : Term
        Of the vocabulary, by which the segment is named.
    name : str
        The same, with what tells it apart from others.
    rule : str
        As it is told.
    former : str
        Its name in the earlier fit, where that was another one.
    """
    at_stake = stake(position, term.action)
    return SegmentName(
        segment=position.segment,
        name=name,
        rule=rule,
        evidence=evidence(position),
        action=term.action.verb,
        base=base(position, term.action),
        recent_buyer_share=position.recent_buyer_share,
        returned_share=position.returned_share,
        horizon_days=position.horizon_days,
        new_customers=position.new_customers,
        former=former,
        aim=term.aim,
        offer=term.offer,
        when=when(position),
        own_gap_days=position.own_gap_days,
        stake=at_stake.money,
        stake_formula=at_stake.formula,
    )


def names_in_order(segments: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of segments, those of the highest value first and noise last.

    Parameters
    ----------
    segments : sequence of mapping
        ``segment`` and ``name`` of each, as `SegmentName` has them.
    """
    places = {each["name"]: each["segment"] for each in segments}
    return sorted(places, key=lambda name: (places[name] < 0, places[name]))
