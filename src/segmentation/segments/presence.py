"""Presence of a segment in the shop's own rhythm: present, overdue, lapsed, new or one-time."""

from segmentation.customers.rhythm import Rhythm

PRESENT, OVERDUE, LAPSED, NEW, ONE_TIME = "present", "overdue", "lapsed", "new", "one-time"
"""Presence of a segment in the shop's own rhythm, see `presence`."""
LAPSED_FROM = 3
"""Own gaps from which a customer is no longer only late."""

PRESENCES = {
    (PRESENT,): "absent for at most their own gap",
    (OVERDUE,): f"absent for more than their own gap, not for {LAPSED_FROM}",
    (LAPSED,): f"absent for {LAPSED_FROM} of their own gaps or more",
    (OVERDUE, LAPSED): "absent for more than their own gap",
    (NEW,): "one order, not longer ago than the usual gap",
    (ONE_TIME,): "one order, longer ago than the usual gap",
}
"""Presence in words, of the median customer."""


def presence(orders: float, recency_days: float, gaps_absent: float | None, rhythm: Rhythm) -> str:
    """Presence of a segment by its median customer; empty where no word of rhythm may be used.

    Parameters
    ----------
    orders, recency_days : float
        Medians of the segment.
    gaps_absent : float or None
        Median of its customers' absence, in gaps of their own.
    rhythm : Rhythm
        Of the shop.
    """
    if not rhythm.is_told or rhythm.gap_days is None or gaps_absent is None:
        return ""
    if orders < 2:
        return NEW if recency_days <= rhythm.gap_days else ONE_TIME
    if gaps_absent <= 1:
        return PRESENT
    return LAPSED if gaps_absent >= LAPSED_FROM else OVERDUE
