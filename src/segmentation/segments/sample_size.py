"""Number of customers that a test needs to prove an effect, and the effect that a number can."""

import math

from scipy.optimize import brentq
from scipy.stats import norm

from segmentation.errors import UserError


def customers_per_group(
    base_rate: float,
    minimal_detectable_difference: float,
    power: float = 0.8,
    alpha: float = 0.05,
) -> int:
    """Customers needed in each of two groups to prove that a rate differs between them.

    With p₁ = base_rate, p₂ = p₁ + difference, q = 1 − p and p̄ = (p₁ + p₂) / 2:
    n = [z₁₋α⸝₂ √(2 p̄ q̄) + z_power √(p₁q₁ + p₂q₂)]² / (p₁ − p₂)², two-sided, without correction for
    continuity (Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 3rd ed.
    2003, section 4.2; R's ``power.prop.test``).

    Parameters
    ----------
    base_rate : float
        Rate without the action, in [0, 1], such as the share who bought in the last 90 days.
    minimal_detectable_difference : float
        Smallest difference worth proving, in shares (0.02 = two percentage points), not 0;
        negative for a rate that shall fall.
    power : float
        Probability of proving such a difference when it is there, in (0, 1).
    alpha : float
        Probability of claiming a difference when there is none, in (0, 1).

    Returns
    -------
    int
        Rounded up; the test needs twice as many customers.

    Raises
    ------
    UserError
        A rate lies outside [0, 1], the difference is 0, or power or alpha outside (0, 1).
    """
    changed_rate = base_rate + minimal_detectable_difference
    _check(base_rate, changed_rate, power, alpha)
    if changed_rate == base_rate:
        raise UserError(
            "minimal_detectable_difference must not be 0; give the smallest difference that pays"
        )
    mean_rate = (base_rate + changed_rate) / 2
    # rounding may leave a rate a hair below 0 or above 1 where it is exactly that
    variances = [max(0.0, p * (1 - p)) for p in (mean_rate, base_rate, changed_rate)]
    under_null = norm.isf(alpha / 2) * math.sqrt(2 * variances[0])
    under_effect = norm.ppf(power) * math.sqrt(variances[1] + variances[2])
    return math.ceil(((under_null + under_effect) / minimal_detectable_difference) ** 2)


def detectable_rise(
    base_rate: float, treated: int, control: int, power: float = 0.8, alpha: float = 0.05
) -> float | None:
    """Smallest rise of a rate that a test with two groups of these sizes is likely to prove.

    The inverse of `customers_per_group`, for groups of any sizes: with p₁ = base_rate in the
    control group of n₁, p₂ = p₁ + rise in the treated group of n₂, q = 1 − p and
    p̄ = (n₁p₁ + n₂p₂) / (n₁ + n₂), the rise that solves
    rise = z₁₋α⸝₂ √(p̄ q̄ (1/n₁ + 1/n₂)) + z_power √(p₁q₁/n₁ + p₂q₂/n₂), two-sided, without correction
    for continuity (Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 3rd ed.
    2003, sections 4.2 and 4.4; for equal groups R's ``power.prop.test``).

    Parameters
    ----------
    base_rate : float
        Rate of who is not treated, in [0, 1].
    treated, control : int
        Customers of the groups, at least 1.
    power, alpha : float
        As of `customers_per_group`.

    Returns
    -------
    float or None
        In shares (0.02 = two percentage points); ``None`` where not even a rise to 1 is likely to
        be proven.

    Raises
    ------
    UserError
        The rate lies outside [0, 1], power or alpha outside (0, 1), or a group is empty.
    """
    if min(treated, control) < 1:
        raise UserError(
            f"treated={treated} and control={control} must both be at least 1; "
            "hold some customers out, and treat others"
        )
    _check(base_rate, base_rate, power, alpha)

    def surplus(rise: float) -> float:
        changed = base_rate + rise
        mean = (control * base_rate + treated * changed) / (control + treated)
        pooled = mean * (1 - mean) * (1 / control + 1 / treated)
        apart = base_rate * (1 - base_rate) / control + changed * (1 - changed) / treated
        under_null = norm.isf(alpha / 2) * math.sqrt(pooled)
        return rise - under_null - norm.ppf(power) * math.sqrt(apart)

    # Convex in the rise and not positive at 0, so that it crosses 0 once at most.
    room = 1 - base_rate
    if room <= 0 or surplus(room) < 0:
        return None
    return float(brentq(surplus, 1e-12, room))


def _check(base_rate: float, changed_rate: float, power: float, alpha: float) -> None:
    if not (0 <= base_rate <= 1 and -1e-12 <= changed_rate <= 1 + 1e-12):
        raise UserError(
            f"base_rate={base_rate:g} and the rate to detect, {changed_rate:g}, must both lie "
            "between 0 and 1; choose a smaller difference or the opposite sign"
        )
    for name, value in (("power", power), ("alpha", alpha)):
        if not 0 < value < 1:
            raise UserError(f"{name}={value:g} must lie between 0 and 1, as 0.8 and 0.05 do")
