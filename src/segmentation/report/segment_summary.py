"""One segment, as a marketing team needs to know it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from segmentation.plots.segment_style import segment_colour
from segmentation.report.provable import provable_difference
from segmentation.segments.actions import KEEP_INFORMED, WIN_BACK
from segmentation.segments.evidence import medians_of
from segmentation.segments.segment_name import SegmentName

SIZES = (
    "customers",
    "customer_share",
    "revenue",
    "revenue_share",
    "stability",
    "dissolved_share",
)


@dataclass(frozen=True, kw_only=True)
class SegmentSummary(SegmentName):
    """One segment: its name, its size, and where its customers are listed.

    Attributes
    ----------
    customers : int
    customer_share, revenue, revenue_share : float
        Shares in [0, 1]; ``revenue_share`` is NaN when the total is not positive.
    stability, dissolved_share : float
        Mean bootstrap Jaccard similarity and share of draws, in [0, 1]; NaN where not measured.
    list_file : str
        File in which its customers are listed; empty where there is none.
    list_of_all : bool
        Whether other segments are listed in the same file.
    """

    customers: int
    customer_share: float
    revenue: float
    revenue_share: float
    stability: float
    dissolved_share: float
    list_file: str = ""
    list_of_all: bool = False

    @property
    def colour(self) -> str:
        """Colour of the segment, as in the pictures."""
        return segment_colour(self.segment)

    @property
    def typical(self) -> str:
        """Medians of its customers, in one line."""
        return medians_of(self.evidence)

    @property
    def test_size(self) -> str:
        """What a test on this segment can prove, in one sentence."""
        moves_the_share = self.action in (WIN_BACK.verb, KEEP_INFORMED.verb)
        figure = "revenue per customer" if moves_the_share else "the figure to move"
        if self.returned_share is None or self.horizon_days is None:
            return provable_difference(self.recent_buyer_share, self.customers, figure)
        days = round(self.horizon_days)
        return provable_difference(self.returned_share, self.customers, figure, days)


def segment_summaries(
    profile: pd.DataFrame,
    names: Sequence[SegmentName],
    list_files: Mapping[int, str] | None = None,
) -> tuple[SegmentSummary, ...]:
    """Put the sizes of a profile beside the names of the segments, noise last.

    Parameters
    ----------
    profile : DataFrame
        See `segments.profiles.segment_profile`.
    names : sequence of SegmentName
        One per row of the profile.
    list_files : mapping of int to str, optional
        File in which the customers of a segment are listed.
    """
    figures = profile.set_index("segment")[list(SIZES)].astype({"customers": int}).astype(object)
    files = list_files or {}
    summaries = [
        SegmentSummary(
            **asdict(name),
            **figures.loc[name.segment].to_dict(),
            list_file=(file := files.get(name.segment, "")),
            list_of_all=list(files.values()).count(file) > 1,
        )
        for name in names
    ]
    return tuple(sorted(summaries, key=lambda summary: (summary.segment < 0, summary.segment)))
