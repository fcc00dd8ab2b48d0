"""What a test on a segment can prove, in words."""

from segmentation.segments.position import RECENT_DAYS
from segmentation.segments.sample_size import customers_per_group

LARGEST_DIFFERENCE = 20
"""Percentage points: no action moves a rate further, and the formula needs larger groups."""


def provable_difference(
    base_rate: float, customers: int, figure: str, days: int = RECENT_DAYS
) -> str:
    """Say what a test that splits a segment in two equal groups can prove.

    Parameters
    ----------
    base_rate : float
        Share who buy within so many days without the action, in [0, 1].
    customers : int
        Of the segment.
    figure : str
        What to measure where so many buy already that a rise has no room.
    days : int

    Returns
    -------
    str
        The smallest rise, in whole percentage points, that the segment is large enough for
        (80 % power, 5 % significance), up to 20.
    """
    for points in range(1, LARGEST_DIFFERENCE + 1):
        if base_rate + points / 100 > 1:
            break
        needed = customers_per_group(base_rate, points / 100)
        if 2 * needed <= customers:
            return (
                f"Split in half, the segment can prove a rise of {points} percentage "
                f"point{'s' * (points > 1)} or more in the share who buy within {days} days "
                f"({base_rate:.1%} so far), for which {needed:,} in each group are enough."
            )
    largest = LARGEST_DIFFERENCE / 100
    # Where a fall as large would show, a rise lacks room rather than customers.
    if base_rate + largest > 1 and 2 * customers_per_group(base_rate, -largest) <= customers:
        return (
            f"So many buy within {days} days already ({base_rate:.1%}) that a rise in this share, "
            f"in whole percentage points, cannot be shown in a segment of this size: measure "
            f"{figure} instead."
        )
    return (
        f"The segment is too small for a test: it could not prove a rise of up to "
        f"{LARGEST_DIFFERENCE} percentage points in the share who buy within {days} days "
        f"({base_rate:.1%} so far)."
    )
