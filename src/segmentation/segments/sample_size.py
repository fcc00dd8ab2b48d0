"""Number of customers that a test needs to prove an effect."""

import math

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
    mean_rate = (base_rate + changed_rate) / 2
    # rounding may leave a rate a hair below 0 or above 1 where it is exactly that
    variances = [max(0.0, p * (1 - p)) for p in (mean_rate, base_rate, changed_rate)]
    under_null = norm.isf(alpha / 2) * math.sqrt(2 * variances[0])
    under_effect = norm.ppf(power) * math.sqrt(variances[1] + variances[2])
    return math.ceil(((under_null + under_effect) / minimal_detectable_difference) ** 2)


def _check(base_rate: float, changed_rate: float, power: float, alpha: float) -> None:
    if not (0 <= base_rate <= 1 and -1e-12 <= changed_rate <= 1 + 1e-12):
        raise UserError(
            f"base_rate={base_rate:g} and the rate to detect, {changed_rate:g}, must both lie "
            "between 0 and 1; choose a smaller difference or the opposite sign"
        )
    if changed_rate == base_rate:
        raise UserError(
            "minimal_detectable_difference must not be 0; give the smallest difference that pays"
        )
    for name, value in (("power", power), ("alpha", alpha)):
        if not 0 < value < 1:
            raise UserError(f"{name}={value:g} must lie between 0 and 1, as 0.8 and 0.05 do")
