"""The difference between two independent groups of customers, with an interval."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, ttest_ind

LEVEL = 0.95
"""Share of intervals that hold the true difference."""


@dataclass(frozen=True)
class Difference:
    """What sets a group apart from another one.

    Attributes
    ----------
    value : float
        First group less second.
    low, high : float
        Interval that holds the true difference in 95 % of such comparisons; NaN where the groups
        are too small to tell, or do not vary.
    """

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the groups can be told apart: the interval does not hold 0."""
        return self.low > 0 or self.high < 0


def share_difference(successes: tuple[int, int], customers: tuple[int, int]) -> Difference:
    """Compare the shares of two groups.

    The hybrid score interval without correction for continuity: with p̂ᵢ and Wilson's interval
    (lᵢ, uᵢ) of each group, from d − √((p̂₁ − l₁)² + (u₂ − p̂₂)²) to d + √((u₁ − p̂₁)² + (p̂₂ − l₂)²)
    (Newcombe, "Interval estimation for the difference between independent proportions", Statistics
    in Medicine 17 (1998) 873-890, method 10).

    Parameters
    ----------
    successes, customers : pair of int
        Of the first and the second group; at least one customer in each.

    Returns
    -------
    Difference
        In shares, −1 to 1.
    """
    (low_1, share_1, high_1), (low_2, share_2, high_2) = map(_wilson, successes, customers)
    value = share_1 - share_2
    return Difference(
        value,
        value - math.hypot(share_1 - low_1, high_2 - share_2),
        value + math.hypot(high_1 - share_1, share_2 - low_2),
    )


def mean_difference(first: np.ndarray, second: np.ndarray) -> Difference:
    """Compare the means of two groups whose spread may differ.

    Welch's t interval (Welch, "The generalization of 'Student's' problem when several different
    population variances are involved", Biometrika 34 (1947) 28-35).

    Parameters
    ----------
    first, second : ndarray of float, shape (n_customers,) each
        At least one customer each.

    Returns
    -------
    Difference
        In the unit of the values; without an interval where a group has one customer only, or none
        of them varies.
    """
    value = float(np.mean(first) - np.mean(second))
    if min(len(first), len(second)) < 2 or not (np.ptp(first) or np.ptp(second)):
        return Difference(value, math.nan, math.nan)
    interval = ttest_ind(first, second, equal_var=False).confidence_interval(LEVEL)
    return Difference(value, float(interval.low), float(interval.high))


def _wilson(successes: int, customers: int) -> tuple[float, float, float]:
    """Share of a group, between the ends of its score interval (Wilson 1927)."""
    share, z = successes / customers, norm.isf((1 - LEVEL) / 2)
    weight = z * z / customers
    centre = (share + weight / 2) / (1 + weight)
    reach = z * math.sqrt(share * (1 - share) / customers + weight / (4 * customers)) / (1 + weight)
    return centre - reach, share, centre + reach
