"""Matching of the segments of a re-fit with those of the earlier fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from segmentation.segments.vocabulary import UNASSIGNED

NOISE = -1
SAME_FROM = 0.5
"""Jaccard overlap from which a segment keeps its name, and share that makes a majority."""


@dataclass(frozen=True)
class Change:
    """A segment that was split, merged, is new or is gone.

    Attributes
    ----------
    old, new : tuple of int
        Segments of the earlier and the later fit that take part.
    sentence : str
    """

    old: tuple[int, ...]
    new: tuple[int, ...]
    sentence: str


@dataclass(frozen=True)
class Matching:
    """New segments recognised among the old ones.

    Attributes
    ----------
    mapping : dict of int to int
        New segment to the old one whose name it keeps; each old one at most once.
    changes : tuple of Change
        Every segment that is not in ``mapping`` appears in at least one.
    """

    mapping: dict[int, int]
    changes: tuple[Change, ...]


def match_segments(old: pd.Series, new: pd.Series, old_names: Mapping[int, str]) -> Matching:
    """Match the segments of two fits by the customers they have in common.

    |A ∩ B| / |A ∪ B| (Jaccard) is counted over the customers present in both fits. Pairs are
    chosen by the assignment with the largest sum (Kuhn 1955) over the overlaps of at least 0.5;
    smaller ones count as 0, so that no segment loses its name to a better total. With
    majority = at least half of a segment's customers:

    - *split*: an old segment from which two or more new segments have their majority, one of them
      at least without a match, and which together hold its own majority;
    - *merged*: a new segment to which two or more old segments gave their majority, one of them at
      least without a match, and which together make up its own majority;
    - *new*: a new segment without a match that is no part of a split and did not merge;
    - *gone*: an old segment without a match that did not split and is no part of a merger.

    Parameters
    ----------
    old, new : Series of int, indexed by customer_id
        Segment of every customer; −1 = noise, which is never matched but counts as a customer of
        the other fit's segment.
    old_names : mapping of int to str
        Names of the old segments, for the sentences.

    Returns
    -------
    Matching
    """
    common = _common_customers(old, new)
    mapping = _assignment(common.jaccard)
    return Matching(mapping=mapping, changes=_changes(common, mapping, old_names))


def reassigned_share(
    old: pd.Series, new: pd.Series, old_names: Mapping[int, str], new_names: Mapping[int, str]
) -> float | None:
    """Share of the common customers whose segment has another name than before.

    Parameters
    ----------
    old, new : Series of int, indexed by customer_id
        Segment of every customer; −1 = noise, named "unassigned" unless the names say otherwise.
    old_names, new_names : mapping of int to str
        Name of every segment.

    Returns
    -------
    float or None
        In [0, 1]; ``None`` without a common customer.
    """
    joined = _joined(old, new)
    if joined.empty:
        return None
    before = joined["old"].map({NOISE: UNASSIGNED} | dict(old_names))
    after = joined["new"].map({NOISE: UNASSIGNED} | dict(new_names))
    return float((before != after).mean())


@dataclass(frozen=True)
class _Common:
    """Customers in common: old segments are rows, new ones columns, noise is neither.

    ``share_of_old`` and ``share_of_new`` divide ``customers`` by the size of the segment of either
    fit, in [0, 1]; 0 for a segment without a common customer, whose size counts as 1.
    """

    customers: pd.DataFrame
    share_of_old: pd.DataFrame
    share_of_new: pd.DataFrame
    jaccard: pd.DataFrame


def _joined(old: pd.Series, new: pd.Series) -> pd.DataFrame:
    return pd.concat([old.rename("old"), new.rename("new")], axis=1, join="inner")


def _common_customers(old: pd.Series, new: pd.Series) -> _Common:
    joined = _joined(old, new)
    rows, columns = (sorted(set(fit) - {NOISE}) for fit in (old, new))
    customers = pd.crosstab(joined["old"], joined["new"]).reindex(
        index=rows, columns=columns, fill_value=0
    )
    sizes_old = joined["old"].value_counts().reindex(rows, fill_value=1)
    sizes_new = joined["new"].value_counts().reindex(columns, fill_value=1)
    together = np.add.outer(sizes_old.to_numpy(), sizes_new.to_numpy()) - customers
    return _Common(
        customers=customers,
        share_of_old=customers.div(sizes_old, axis=0),
        share_of_new=customers.div(sizes_new, axis=1),
        jaccard=customers / together,
    )


def _assignment(jaccard: pd.DataFrame) -> dict[int, int]:
    """New segment to old segment, for the pairs that are similar enough."""
    admissible = jaccard.where(jaccard >= SAME_FROM, 0.0).to_numpy()
    pairs = zip(*linear_sum_assignment(admissible, maximize=True), strict=True)
    return {
        int(jaccard.columns[column]): int(jaccard.index[row])
        for row, column in pairs
        if admissible[row, column] > 0
    }


def _changes(
    common: _Common, mapping: dict[int, int], old_names: Mapping[int, str]
) -> tuple[Change, ...]:
    called = {old: f'earlier segment {old} "{old_names[old]}"' for old in common.customers.index}
    kept = set(mapping.values())
    changes = _splits(common, mapping, called) + _mergers(common, kept, called)
    in_change_old = {old for change in changes for old in change.old} | kept
    in_change_new = {new for change in changes for new in change.new} | set(mapping)
    appeared = [
        Change((), (new,), _appeared(new, common.share_of_new[new], called))
        for new in common.customers.columns
        if new not in in_change_new
    ]
    gone = [
        Change((old,), (), _gone(common.share_of_old.loc[old], called[old]))
        for old in common.customers.index
        if old not in in_change_old
    ]
    return (*changes, *appeared, *gone)


def _splits(common: _Common, mapping: dict[int, int], called: dict[int, str]) -> list[Change]:
    changes = []
    for old in common.customers.index:
        shares = common.share_of_old.loc[old]
        parts = [new for new in shares.index if common.share_of_new.loc[old, new] >= SAME_FROM]
        is_news = len(parts) > 1 and not set(parts) <= set(mapping)
        if is_news and shares[parts].sum() >= SAME_FROM:
            into = _listed([f"{new} ({shares[new]:.0%} of its customers)" for new in parts])
            sentence = f"{called[old]} was split into new segments {into}"
            changes.append(Change((old,), tuple(parts), sentence))
    return changes


def _mergers(common: _Common, kept: set[int], called: dict[int, str]) -> list[Change]:
    changes = []
    for new in common.customers.columns:
        shares = common.share_of_new[new]
        sources = [old for old in shares.index if common.share_of_old.loc[old, new] >= SAME_FROM]
        is_news = len(sources) > 1 and not set(sources) <= kept
        if is_news and shares[sources].sum() >= SAME_FROM:
            merged = _listed([f"{called[old]} ({shares[old]:.0%})" for old in sources])
            sentence = f"new segment {new} was merged from {merged} of its customers"
            changes.append(Change(tuple(sources), (new,), sentence))
    return changes


def _appeared(new: int, shares: pd.Series, called: dict[int, str]) -> str:
    if not shares.any():
        return f"new segment {new} has no earlier one: no customer of it was in a segment before"
    largest = shares.idxmax()
    share = f"at most {shares[largest]:.0%} of its customers"
    return f"new segment {new} has no earlier one: {share} come from one segment, {called[largest]}"


def _gone(shares: pd.Series, called: str) -> str:
    if not shares.any():
        return f"{called} is gone: no customer of it is in a segment now"
    largest = shares.idxmax()
    share = f"at most {shares[largest]:.0%} of its customers"
    return f"{called} is gone: {share} are together in one segment, new segment {largest}"


def _listed(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
