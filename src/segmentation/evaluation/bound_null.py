"""Customer bases without groups whose features follow from one another as those of real ones do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from segmentation.customers.bonds import Bond
from segmentation.customers.features import FEATURES
from segmentation.evaluation.copula import Copula, gaussian_copula
from segmentation.evaluation.repeat_buyers import RepeatBuyers, repeat_buyers


class Null(Protocol):
    """Customers without groups."""

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Draw a base of them, of shape (n_customers, n_features), in the features' own units."""


@dataclass(frozen=True)
class BoundNull:
    """Free quantities from a copula, and the features that follow from them.

    Attributes
    ----------
    features : tuple of str
        Columns of a draw.
    bonds : dict of str to Bond or None
        How each is drawn, see `derivation`.
    free : tuple of str
        Features whose free quantity, or that are themselves, columns of the copula.
    copula : Copula
    repeat_buyers : RepeatBuyers or None
        What is drawn for customers with two orders and more, where a bond asks for it.
    """

    features: tuple[str, ...]
    bonds: dict[str, Bond | None]
    free: tuple[str, ...]
    copula: Copula
    repeat_buyers: RepeatBuyers | None

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Draw a base of customers, see `Null`."""
        drawn = self.copula.draw(rng)
        quantities = dict(zip(self.free, drawn.T, strict=True))
        if self.repeat_buyers is not None:
            shares = self.repeat_buyers.draw(drawn, quantities["orders"] > 1, rng)
            quantities[self.repeat_buyers.feature] = shares
        columns: dict[str, np.ndarray] = {}
        for name, bond in self.bonds.items():
            if bond is None:
                columns[name] = quantities[name]
            elif bond.free is None:
                columns[name] = bond.follows(columns)
            else:
                columns[name] = bond.follows(columns, quantities[name])
        return np.column_stack([columns[name] for name in self.features])


def derivation(features: Sequence[str], known: Collection[str]) -> dict[str, Bond | None]:
    """How every feature is drawn where customers are made up: free, or by its bond to others.

    Parameters
    ----------
    features : sequence of str
        Of a segmentation.
    known : collection of str
        Features that are measured: a bond to another is left out.

    Returns
    -------
    dict of str to Bond or None
        With what the bonds need besides; a feature stands behind those that it follows from.
    """
    drawn: dict[str, Bond | None] = {}

    def add(name: str) -> None:
        bonds = FEATURES[name].bonds if name in FEATURES else ()
        shown = (bond for bond in bonds if bond.of[0] in features and set(bond.of) <= set(known))
        bond = next(shown, None)
        for other in () if bond is None else bond.of:
            if other not in drawn:
                add(other)
        drawn[name] = bond

    for name in features:
        if name not in drawn:
            add(name)
    return drawn


def nulls_of(customers: pd.DataFrame, features: Sequence[str], *, seed: int) -> list[Null]:
    """Customer bases without groups that a segmentation on these features must beat.

    Without bonds between the features: those of the copula alone. Where the only bond is that of a
    ratio to its parts, as in revenue = orders × average order value: one base in which the ratio is
    free, and one in which it follows. Else the copula's and one in which all bonds hold.

    Parameters
    ----------
    customers : DataFrame of shape (n_customers, …)
        Measured, in their own units; features besides those of the segmentation are used where
        bonds need them.
    features : sequence of str
        Columns that were clustered on.
    seed : int
        Seed of the calibrations.
    """
    bonds = derivation(features, customers.columns)
    bound = [name for name in features if bonds[name] is not None]
    parts = _parts_of_one_ratio(bonds, bound)
    if parts:
        free_parts = bonds | dict.fromkeys(parts)
        return [_bound_null(customers, features, each, seed) for each in (bonds, free_parts)]
    copula = gaussian_copula(customers[list(features)].to_numpy(np.float64), seed=seed)
    return [copula, _bound_null(customers, features, bonds, seed)] if bound else [copula]


def _parts_of_one_ratio(bonds: dict[str, Bond | None], bound: list[str]) -> list[str]:
    """Feature that is bound only because a ratio of it is one too; empty where there is more."""
    whole = [bond for bond in map(bonds.get, bound) if bond is not None and bond.free is None]
    if len(whole) != 1 or len(bound) != 2:
        return []
    parts = [name for name in bound if name in whole[0].of]
    return [name for name in parts if (bond := bonds[name]) and not bond.of_repeat_buyers]


def _bound_null(
    customers: pd.DataFrame, features: Sequence[str], bonds: dict[str, Bond | None], seed: int
) -> BoundNull:
    columns = {name: customers[name].to_numpy(np.float64) for name in bonds}
    quantities = {}
    for name, bond in bonds.items():
        if bond is None:
            quantities[name] = columns[name]
        elif bond.free is not None:
            quantities[name] = bond.free(columns)
    later = [name for name, bond in bonds.items() if bond is not None and bond.of_repeat_buyers]
    free = tuple(name for name in quantities if name not in later)
    values = np.column_stack([quantities[name] for name in free])
    copula = gaussian_copula(values, seed=seed)
    among = None
    for feature in later:
        orders = free.index("orders")
        among = repeat_buyers(feature, copula, values, orders, quantities[feature], seed=seed)
    return BoundNull(tuple(features), bonds, free, copula, among)
