"""Names, evidence and actions of segments."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from segmentation.customers.rhythm import UNKNOWN_RHYTHM, Rhythm
from segmentation.segments.distinctions import told_apart, unused
from segmentation.segments.position import SegmentPosition, segment_positions
from segmentation.segments.segment_name import SegmentName, segment_name
from segmentation.segments.terms import Term
from segmentation.segments.vocabulary import (
    KEY_ACCOUNTS,
    NEW_CUSTOMERS,
    TERMS,
    UNASSIGNED,
    term_name,
    vocabulary_of,
)

NOISE = -1
NAMED_BY = ("revenue", "orders", "recency_days", "tenure_days")
"""Features of customers by which their segments are named."""
_Given = tuple[Term, str, str]


def name_segments(
    table: pd.DataFrame,
    labels: np.ndarray,
    *,
    rhythm: Rhythm = UNKNOWN_RHYTHM,
    key_accounts: int | None = None,
    newcomers: int | None = None,
    kept: Mapping[int, str] | None = None,
) -> tuple[SegmentName, ...]:
    """Name every segment by its medians among all customers, in the shop's own rhythm.

    Names of `vocabulary.vocabulary_of` are given from the strictest rule to the loosest, each to
    the segment that meets the rule most clearly (`Term.margin`) among those still without a name.
    Segments left over share the name of the loosest rule they meet. Segments that share a name are
    told apart by the first measure of `distinctions.DISTINCTIONS` in which all are clearly apart
    ("loyal, higher value"), else by the one in which they do best, else by a number. Neither the
    order of rows, nor the numbers of the segments, nor the currency has an influence.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …), indexed by customer_id
        ``revenue`` (currency), ``orders`` and ``recency_days``, finite, and ``tenure_days`` where
        the rhythm is known; more columns are ignored.
    labels : ndarray of int, shape (n_customers,)
        Segment of every customer, in the order of ``table``; −1 = noise, named "unassigned".
    rhythm : Rhythm
        Of the shop; where it is not told, names speak of value and order value alone.
    key_accounts, newcomers : int, optional
        The segments that were set apart before clustering: "key accounts" and "new".
    kept : mapping of int to str, optional
        Names of the same segments in an earlier fit, see `matching.match_segments`. A segment
        keeps its name while the rule of the name holds for it.

    Returns
    -------
    tuple of SegmentName
        One per segment that has customers, in ascending order of ``segment``.
    """
    found = segment_positions(table, np.asarray(labels), rhythm)
    apart = _set_apart(key_accounts, newcomers)
    clustered = [position for position in found if position.segment not in apart]
    before, words = kept or {}, vocabulary_of(rhythm)
    still = _still_true(before, clustered, words)
    taken = {apart[position.segment][1] for position in found if position.segment in apart}
    names = _names(clustered, still, words, taken)
    described = [
        _of_the_vocabulary(position, names[position.segment], before.get(position.segment, ""))
        if position.segment in names
        else segment_name(position, *apart[position.segment])
        for position in found
    ]
    return tuple(sorted(described, key=lambda segment: segment.segment))


def _set_apart(key_accounts: int | None, newcomers: int | None) -> dict[int, _Given]:
    """Term, name and rule of what the vocabulary does not name."""
    rules = {NOISE: (UNASSIGNED, "belongs to no segment (noise)")}
    if key_accounts is not None:
        rules[key_accounts] = (KEY_ACCOUNTS, "set apart by revenue before clustering")
    if newcomers is not None:
        rule = "set apart before clustering: one order, not long ago in the shop's rhythm"
        rules[newcomers] = (NEW_CUSTOMERS, rule)
    return {segment: (TERMS[name], name, rule) for segment, (name, rule) in rules.items()}


def _still_true(
    kept: Mapping[int, str], clustered: list[SegmentPosition], words: tuple[Term, ...]
) -> dict[int, str]:
    """Earlier names whose rule still holds."""
    terms = {term.name: term for term in words}
    return {
        position.segment: kept[position.segment]
        for position in clustered
        if (term := terms.get(term_name(kept.get(position.segment, "")))) is not None
        and term.holds(position.positions, position.presence)
    }


def _names(
    clustered: list[SegmentPosition],
    kept: dict[int, str],
    words: tuple[Term, ...],
    taken: set[str],
) -> dict[int, str]:
    """Name of every segment; none is among those taken.

    A kept name says nothing false of those that share it now, as "loyal, higher value" might.
    """
    unnamed = [position for position in clustered if position.segment not in kept]
    terms = {segment: term_name(name) for segment, name in kept.items()}
    terms |= _terms(unnamed, words, taken=taken | set(terms.values()))
    today: dict[int, str] = {}
    for term in dict.fromkeys(terms.values()):
        sharing = [position for position in clustered if terms[position.segment] == term]
        told = told_apart(term, sharing)
        today |= {at.segment: name for at, name in zip(sharing, told, strict=True)}
    shared = {term for term, times in Counter(terms.values()).items() if times > 1}
    names = {
        segment: name
        for segment, name in kept.items()
        if "," not in name or name == today[segment] or terms[segment] not in shared
    }
    for position in clustered:
        if position.segment not in names:
            names[position.segment] = unused(today[position.segment], taken | set(names.values()))
    return names


def _terms(
    unnamed: list[SegmentPosition], words: tuple[Term, ...], taken: set[str]
) -> dict[int, str]:
    """Name of the vocabulary for each segment; some may share one."""
    terms: dict[int, str] = {}
    for term in words:
        eligible = [
            position
            for position in unnamed
            if position.segment not in terms and term.holds(position.positions, position.presence)
        ]
        if eligible and term.name not in taken:
            # of equal ones the first, in an order that the numbers of the segments do not enter
            best = max(eligible, key=lambda position: term.margin(position.positions))
            terms[best.segment] = term.name
    return {position.segment: _loosest(position, words) for position in unnamed} | terms


def _loosest(position: SegmentPosition, words: tuple[Term, ...]) -> str:
    holding = (term for term in words if term.holds(position.positions, position.presence))
    return list(holding)[-1].name


def _of_the_vocabulary(position: SegmentPosition, name: str, before: str) -> SegmentName:
    term = TERMS[term_name(name)]
    if before == name:
        rule = f"kept from the champion, whose segment has mostly the same customers: {term.rule}"
        return segment_name(position, term, name, rule)
    return segment_name(position, term, name, term.rule, former=before)
