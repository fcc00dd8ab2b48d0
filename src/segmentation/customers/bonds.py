"""How features follow from one another: bonds that no customer breaks, and free quantities."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Columns = Mapping[str, np.ndarray]
"""Feature to its values, one per customer."""


@dataclass(frozen=True)
class Bond:
    """A feature as others give it, together with a quantity that is free.

    Attributes
    ----------
    of : tuple of str
        Features that it follows from. Where the first of them is no feature of a segmentation, the
        bond does not show there.
    follows : callable
        From these features, and the free quantity where there is one, to the feature.
    free : callable or None
        From measured customers to the quantity that is free in the place of the feature; ``None``
        where the others leave nothing free.
    of_repeat_buyers : bool
        Whether the quantity is known of customers with two orders and more only.
    """

    of: tuple[str, ...]
    follows: Callable[..., np.ndarray]
    free: Callable[[Columns], np.ndarray] | None = None
    of_repeat_buyers: bool = False


def at_least_1(counts: np.ndarray) -> np.ndarray:
    """Counts to divide by: customers with nothing but returns have no order."""
    return np.maximum(counts, 1.0)


def per(above: str, below: str) -> Callable[[Columns], np.ndarray]:
    """Quantity that is free: one feature for each unit of another."""
    return lambda columns: columns[above] / at_least_1(columns[below])


def times(below: str) -> Callable[[Columns, np.ndarray], np.ndarray]:
    """Feature that follows: the free quantity for each unit of another feature."""
    return lambda columns, free: at_least_1(columns[below]) * free


def ratio_or_0(above: str, below: str) -> Callable[[Columns], np.ndarray]:
    """Feature that follows: a ratio of two, 0 where the second is 0."""
    return lambda columns: np.where(
        columns[below] > 0, columns[above] / at_least_1(columns[below]), 0.0
    )


def lines_of_orders(columns: Columns, free: np.ndarray) -> np.ndarray:
    """Lines: whole ones, at least one for each order."""
    orders = at_least_1(columns["orders"])
    return np.maximum(np.round(orders * free), orders)


def products_of_lines(columns: Columns, free: np.ndarray) -> np.ndarray:
    """Products: whole ones, at least one and at most one for each line."""
    return np.clip(np.round(columns["lines"] * free), 1.0, columns["lines"])


def units_of_lines(columns: Columns, free: np.ndarray) -> np.ndarray:
    """Units per order, from units per line."""
    return columns["lines"] * free / at_least_1(columns["orders"])


def units_per_line(columns: Columns) -> np.ndarray:
    """Quantity that is free: units for each line."""
    return columns["units_per_order"] * at_least_1(columns["orders"]) / at_least_1(columns["lines"])


def recency_of_tenure(columns: Columns) -> np.ndarray:
    """Quantity that is free: recency as a share of tenure, 1 on the first day."""
    tenure = columns["tenure_days"]
    share: np.ndarray = np.ones(len(tenure))
    np.divide(columns["recency_days"], tenure, out=share, where=tenure > 0)
    return share


def recency_within_tenure(columns: Columns, free: np.ndarray) -> np.ndarray:
    """Recency: whole days within tenure; the whole of it with one order."""
    # Products such as 30 × (7 / 30) fall below the whole number that they are.
    within = np.floor(columns["tenure_days"] * free + 1e-9)
    return np.where(columns["orders"] > 1, within, columns["tenure_days"])


def gap_between_orders(columns: Columns) -> np.ndarray:
    """Mean gap: from the first to the last purchase by the gaps; tenure with one order."""
    tenure, gaps = columns["tenure_days"], columns["orders"] - 1
    return np.where(gaps > 0, (tenure - columns["recency_days"]) / at_least_1(gaps), tenure)
