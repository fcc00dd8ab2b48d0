"""Who the customers of each segment are, as the report shows it."""

from dataclasses import dataclass

import pandas as pd

from segmentation.customers.described import NOT_KNOWN
from segmentation.segments.descriptions import is_typical

MOST_SHOWN, MOST_SHOWN_OF_MANY, MANY_COLUMNS = 5, 3, 4
"""Values of a column that are shown per segment, and of one of so many columns or more."""
MOST_IN_SHORT = 2


@dataclass(frozen=True)
class TypicalValue:
    """A value that clearly more, or clearly fewer, customers of a segment have than of all.

    Attributes
    ----------
    column : str
        Empty where it is that of the value above.
    value : str
    share, share_of_all : float
        In [0, 1].
    over_index : float
        The first by the second.
    """

    column: str
    value: str
    share: float
    share_of_all: float
    over_index: float


def who_they_are(descriptions: pd.DataFrame | None) -> dict[int, list[TypicalValue]]:
    """Typical values of every segment that is described, those of the largest effect first.

    Parameters
    ----------
    descriptions : DataFrame or None
        See `segments.descriptions.describe_segments`; ``None`` where nothing is described.

    Returns
    -------
    dict of int to list of TypicalValue
        By column, in the order in which they were asked for. A segment of which nothing is typical
        has none.
    """
    if descriptions is None:
        return {}
    columns = list(dict.fromkeys(descriptions["column"]))
    most = MOST_SHOWN_OF_MANY if len(columns) >= MANY_COLUMNS else MOST_SHOWN
    found: dict[int, list[TypicalValue]] = {}
    for segment, own in descriptions.groupby("segment"):
        found[int(str(segment))] = [
            value for name in columns for value in _typical(own[own["column"] == name], most)
        ]
    return found


def typical_in_short(descriptions: pd.DataFrame | None) -> dict[int, str]:
    """The values that most mark a segment, in a line each; absent where nothing is typical.

    Parameters
    ----------
    descriptions : DataFrame or None
        See `segments.descriptions.describe_segments`.
    """
    if descriptions is None:
        return {}
    more, known = descriptions["effect_size"] > 0, descriptions["value"] != NOT_KNOWN
    typical = descriptions[is_typical(descriptions) & more & known]
    ordered = typical.sort_values("effect_size", ascending=False, kind="stable")
    return {
        int(str(segment)): "; ".join(
            f"{row.column} {row.value}: {row.share:.0%} of them, {row.share_of_all:.0%} of all"
            for row in own.head(MOST_IN_SHORT).itertuples()
        )
        for segment, own in ordered.groupby("segment")
    }


def _typical(own: pd.DataFrame, most: int) -> list[TypicalValue]:
    typical = own[is_typical(own)]
    strongest = typical["effect_size"].abs().sort_values(ascending=False, kind="stable").index
    shown = typical.loc[strongest[:most]].sort_values("effect_size", ascending=False, kind="stable")
    return [
        TypicalValue(
            "" if place else str(row.column),
            str(row.value),
            float(row.share),
            float(row.share_of_all),
            float(row.over_index),
        )
        for place, row in enumerate(shown.itertuples())
    ]
