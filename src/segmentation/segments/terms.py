"""A name that a segment may have: its rule, and what to do with such a segment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segmentation.segments.actions import Action
from segmentation.segments.presence import PRESENCES

SPOKEN = {
    "revenue": "revenue",
    "orders": "orders",
    "average_order_value": "order value",
    "recency_days": "recency",
}
"""Measures as they are called in sentences; recency 5 is the most recent."""


@dataclass(frozen=True)
class Term:
    """Name, the rule that a segment must meet to have it, and what to do with such a segment.

    Attributes
    ----------
    name : str
    quintiles : mapping of str to (int, int)
        Lowest and highest quintile of the segment's median, both included, per measure. Recency
        counts as `presence` says.
    action : Action
    presence : tuple of str
        The segment's presence is one of these; empty for a name that says nothing of rhythm.
    aim, offer : str
        What the action is for, and what is typically offered, in words.
    """

    name: str
    quintiles: Mapping[str, tuple[int, int]]
    action: Action
    presence: tuple[str, ...] = field(default=())
    aim: str = field(kw_only=True)
    offer: str = field(kw_only=True)

    @property
    def rule(self) -> str:
        """The rule in words: ``orders in quintile 4 to 5, absent for at most their own gap``."""
        bounds = [_bound_in_words(name, *bound) for name, bound in self.quintiles.items()]
        return ", ".join([*bounds, *filter(None, [PRESENCES.get(self.presence)])])

    def holds(self, positions: Mapping[str, float], presence: str) -> bool:
        """Tell whether a segment may have the name.

        Parameters
        ----------
        positions : mapping of str to float
            0 to 1 per measure.
        presence : str
            See `presence`; empty where it is not known.
        """
        present = not self.presence or presence in self.presence
        return present and all(
            low <= quintile(positions[measure]) <= high
            for measure, (low, high) in self.quintiles.items()
        )

    def margin(self, positions: Mapping[str, float]) -> float:
        """Mean distance of the positions to the bounds of the rule: how clearly it is met.

        The ends of the scale are no bounds, since nothing lies beyond them.
        """
        distances = [
            min(
                positions[measure] - (low - 1) / 5 if low > 1 else 1.0,
                high / 5 - positions[measure] if high < 5 else 1.0,
            )
            for measure, (low, high) in self.quintiles.items()
        ]
        return sum(distances) / max(1, len(distances))


def quintile(position: float) -> int:
    """Quintile, 1 to 5, of a position from 0 to 1: quintile q holds [(q − 1)/5, q/5)."""
    return min(5, int(5 * position) + 1)


def _bound_in_words(measure: str, low: int, high: int) -> str:
    return f"{SPOKEN[measure]} in quintile {low}" + (f" to {high}" if high > low else "")
