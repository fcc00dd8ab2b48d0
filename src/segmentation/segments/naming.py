"""Names, evidence and actions of segments."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.segments.evidence import base, evidence
from segmentation.segments.position import SegmentPosition, segment_positions
from segmentation.segments.vocabulary import (
    DISTINCTIONS,
    KEEP_INFORMED,
    KEY_ACCOUNTS,
    REVIEW,
    TERMS,
    UNASSIGNED,
    VOCABULARY,
    Action,
    Distinction,
)

NOISE = -1
CLEAR_GAP = 0.05
"""Segments are clearly apart in a measure when 5 % of all customers lie between them."""


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
        Share of the segment's customers who bought in the last 90 days, in [0, 1]: the base rate
        from which `sample_size.customers_per_group` sizes a test.
    """

    segment: int
    name: str
    rule: str
    evidence: str
    action: str
    base: str
    recent_buyer_share: float


def name_segments(
    table: pd.DataFrame,
    labels: np.ndarray,
    *,
    key_accounts: int | None = None,
    kept: Mapping[int, str] | None = None,
) -> tuple[SegmentName, ...]:
    """Name every segment by the quintiles of its medians among all customers.

    Names of `vocabulary.VOCABULARY` are given from the strictest rule to the loosest, each to the
    segment that meets the rule most clearly (`Term.margin`) among those still without a name.
    Segments left over share the name of the loosest rule they meet. Segments that share a name are
    told apart by the first measure of `vocabulary.DISTINCTIONS` in which all are clearly apart
    ("loyal, higher value"), else by the one in which they do best, else by a number. Neither the
    order of rows, nor the numbers of the segments, nor the currency has an influence.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …), indexed by customer_id
        ``revenue`` (currency), ``orders`` and ``recency_days``, finite; more columns are ignored.
    labels : ndarray of int, shape (n_customers,)
        Segment of every customer, in the order of ``table``; −1 = noise, named "unassigned".
    key_accounts : int, optional
        The segment that was set apart by revenue before clustering, named "key accounts".
    kept : mapping of int to str, optional
        Names that segments keep from an earlier fit, see `matching.match_segments`. A name that is
        not made from the vocabulary is not kept.

    Returns
    -------
    tuple of SegmentName
        One per segment that has customers, in ascending order of ``segment``.
    """
    found = segment_positions(table, np.asarray(labels))
    special = {NOISE} if key_accounts is None else {NOISE, key_accounts}
    clustered = [position for position in found if position.segment not in special]
    usable = _usable(kept or {}, clustered)
    names = _names(clustered, usable)
    described = [
        _of_the_vocabulary(position, names[position.segment], position.segment in usable)
        if position.segment in names
        else _set_apart(position)
        for position in found
    ]
    return tuple(sorted(described, key=lambda segment: segment.segment))


def _usable(kept: Mapping[int, str], clustered: list[SegmentPosition]) -> dict[int, str]:
    segments = {position.segment for position in clustered}
    return {
        segment: name
        for segment, name in kept.items()
        if segment in segments and _term_name(name) in TERMS
    }


def _term_name(name: str) -> str:
    """Name without what tells it apart: ``loyal`` of ``loyal, higher value``."""
    return name.partition(",")[0]


def _names(clustered: list[SegmentPosition], kept: dict[int, str]) -> dict[int, str]:
    """Name of every segment, those kept included."""
    unnamed = [position for position in clustered if position.segment not in kept]
    terms = {segment: _term_name(name) for segment, name in kept.items()}
    terms |= _terms(unnamed, taken=set(terms.values()))
    names = dict(kept)
    for term in dict.fromkeys(terms[position.segment] for position in unnamed):
        sharing = [position for position in clustered if terms[position.segment] == term]
        for position, name in zip(sharing, _told_apart(term, sharing), strict=True):
            if position.segment not in kept:
                names[position.segment] = _unused(name, set(names.values()))
    return names


def _terms(unnamed: list[SegmentPosition], taken: set[str]) -> dict[int, str]:
    """Name of the vocabulary for each segment; some may share one."""
    terms: dict[int, str] = {}
    for term in VOCABULARY:
        eligible = [
            position
            for position in unnamed
            if position.segment not in terms and term.holds(position.judged)
        ]
        if eligible and term.name not in taken:
            # of equal ones the first, in an order that the numbers of the segments do not enter
            best = max(eligible, key=lambda position: term.margin(position.judged))
            terms[best.segment] = term.name
    return {position.segment: _loosest_term(position) for position in unnamed} | terms


def _loosest_term(position: SegmentPosition) -> str:
    return next(term.name for term in reversed(VOCABULARY) if term.holds(position.judged))


def _told_apart(name: str, sharing: list[SegmentPosition]) -> list[str]:
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


def _unused(name: str, used: set[str]) -> str:
    """The name, numbered where a kept name is the same."""
    numbered = (f"{name} ({number})" for number in range(2, len(used) + 3))
    return name if name not in used else next(other for other in numbered if other not in used)


def _of_the_vocabulary(position: SegmentPosition, name: str, kept: bool) -> SegmentName:
    term = TERMS[_term_name(name)]
    if not kept:
        return _described(position, name, term.rule, term.action)
    lost = "" if term.holds(position.judged) else f", though not: {term.rule}"
    rule = f"kept from the champion, whose segment has mostly the same customers{lost}"
    return _described(position, name, rule, term.action)


def _set_apart(position: SegmentPosition) -> SegmentName:
    if position.segment == NOISE:
        return _described(position, UNASSIGNED, "belongs to no segment (noise)", KEEP_INFORMED)
    return _described(position, KEY_ACCOUNTS, "set apart by revenue before clustering", REVIEW)


def _described(position: SegmentPosition, name: str, rule: str, action: Action) -> SegmentName:
    return SegmentName(
        segment=position.segment,
        name=name,
        rule=rule,
        evidence=evidence(position),
        action=action.verb,
        base=base(position, action),
        recent_buyer_share=position.recent_buyer_share,
    )
