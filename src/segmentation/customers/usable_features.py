"""Features of an option that this data cannot give, or that tell no customers apart."""

from collections.abc import Sequence

import pandas as pd

from segmentation.customers.features import FEATURES, require_features

AT_LEAST = 2
"""Features that must be left: fewer are no segmentation of the kind that was asked for."""


def usable_features(
    features: Sequence[str], table: pd.DataFrame, needed: Sequence[str] = ()
) -> tuple[str, ...]:
    """Leave out features that were not measured, or have one value for all customers.

    Parameters
    ----------
    features : sequence of str
        Of an option; those that were asked for by name are all to be there.
    table : DataFrame of shape (n_customers, …)
        The measured customers.
    needed : sequence of str
        Without which there is nothing to compute.

    Returns
    -------
    tuple of str
        All of them where fewer than two would be left, or one that is needed would not be.

    Raises
    ------
    UserError
        If one is unknown.
    """
    require_features(features, FEATURES)
    left = tuple(name for name in features if name in table and table[name].nunique() > 1)
    return left if len(left) >= AT_LEAST and set(needed) <= set(left) else tuple(features)


def why_left_out(feature: str, table: pd.DataFrame) -> str:
    """Say why a feature is none of those that are used."""
    if feature not in table:
        return f"{feature}: the data has no {FEATURES[feature].needs}"
    return f"{feature}: it is {table[feature].iloc[0]:g} for all customers"
