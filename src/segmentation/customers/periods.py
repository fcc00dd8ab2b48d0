"""The last parts of the covered period, watched as the future of the customers at a cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from segmentation.data.report import DataReport

MIN_DAYS = 60
RHYTHM_SHARE = 0.25
"""Share of the covered period whose orders tell the shop's rhythm, whatever is evaluated."""
WINDOWS = (1, 2)
"""Cuts: that many horizons before the end; what is predicted there ends one horizon later."""


@dataclass(frozen=True)
class Period:
    """From a cut until its horizon ends.

    Attributes
    ----------
    horizon_share : float
        Length, as a share of the covered period, in (0, 1).
    cut : datetime
    end : datetime or None
        Excluded; ``None`` is the end of the lines, included.
    """

    horizon_share: float
    cut: datetime
    end: datetime | None


def periods_of(report: DataReport, horizon_shares: Sequence[float]) -> list[Period]:
    """Periods that are looked back on, the last of a share first; none where the data is short.

    The rhythm looks back, too, whatever is evaluated.
    """
    covered = report.as_of - report.first_invoiced_at
    if covered.days < MIN_DAYS:
        return []
    wanted = [(share, windows) for share in horizon_shares for windows in WINDOWS]
    if RHYTHM_SHARE not in horizon_shares:
        wanted.append((RHYTHM_SHARE, 1))
    periods = []
    for share, windows in wanted:
        horizon = share * covered
        cut = report.as_of - windows * horizon
        periods.append(Period(share, cut, None if windows == 1 else cut + horizon))
    return periods
