"""The rhythm of a shop in plain words."""

import math

from segmentation.customers.rhythm import LEAST_AUC, Rhythm


def rhythm_in_words(rhythm: Rhythm) -> str:
    """Say how often customers come back, and what absence tells; empty where nothing is known."""
    if rhythm.gap_days is None:
        return ""
    return " ".join([_gap(rhythm.gap_days), _second_order(rhythm), _told(rhythm)])


def _gap(days: float) -> str:
    return (
        f"Customers with at least two orders leave {days:.1f} days between their orders (the "
        "median of their means)."
    )


def _second_order(rhythm: Rhythm) -> str:
    if rhythm.second_order_days is None:
        return "Less than half of all customers were seen to order a second time."
    return (
        f"Half of the new customers order a second time within {rhythm.second_order_days:.1f} days "
        "(Kaplan-Meier: who has not yet is counted for as long as the data shows them)."
    )


def _told(rhythm: Rhythm) -> str:
    apart = "so the names say nothing of absence, only of value and order value."
    if rhythm.return_auc is None:
        return (
            "The data is too short, or has too few customers with two orders, to show whether "
            f"absence predicts staying away, {apart}"
        )
    # Rounded down, so that a value below the bound never looks like it.
    shown = math.floor(1000 * rhythm.return_auc) / 1000
    auc = (
        f"of two customers with at least two orders, one of whom came back after the last cut, it "
        f"points to the right one in {shown:.1%} of all pairs (AUC)"
    )
    if not rhythm.is_told:
        return (
            f"How many of their own gaps customers have been absent for hardly tells who comes "
            f"back ({auc}; at least {LEAST_AUC:.1%} are needed), {apart}"
        )
    return (
        "The names go by the shop's own rhythm: absence is counted in gaps of each customer's "
        f"own, and it ranks who comes back ({auc}). Like customers are those who, at the last cut, "
        "had been absent for as many of their own gaps, with one order or with more."
    )
