"""Whether a campaign worked: its customers against those who were held out of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.evaluation.two_groups import Difference, mean_difference, share_difference
from segmentation.segments.holdout import ALL

RETURN, ORDERS, REVENUE = "return", "orders", "revenue"
MEASURES = (RETURN, ORDERS, REVENUE)
"""Share with an order at least, orders per customer, and revenue per customer."""
NOT_CLEAR, NOT_KNOWN = "cannot be told apart", "too few customers"
"""Where the interval of the difference holds 0, and where there is no interval."""


@dataclass(frozen=True)
class Effect:
    """What a campaign changed in a segment.

    Attributes
    ----------
    segment : str
        Its name; `holdout.ALL` for all customers.
    measure : str
        One of `MEASURES`.
    treated_customers, control_customers : int
        Who was in the campaign, and who was held out of it; 0 where there is nobody.
    treated, control : float
        Share or mean of each group; NaN where there is nobody in it.
    difference : Difference
        Treated less control; NaN where there is nobody in one of them.
    """

    segment: str
    measure: str
    treated_customers: int
    control_customers: int
    treated: float
    control: float
    difference: Difference

    @property
    def reading(self) -> str:
        """Say in words what the difference shows."""
        if np.isnan(self.difference.low):
            return NOT_KNOWN
        if not self.difference.is_clear:
            return NOT_CLEAR
        return "higher" if self.difference.value > 0 else "lower"


def with_purchases(listed: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    """Put what the customers of a list bought beside them.

    Parameters
    ----------
    listed : DataFrame
        ``customer_id``, unique.
    bought : DataFrame
        ``customer_id``, ``next_orders`` and ``next_revenue``, of `features.next_purchases`; may
        have others than the list, who are left out.

    Returns
    -------
    DataFrame
        The list with ``orders`` and ``revenue``; 0 for who bought nothing.
    """
    found = bought.set_index("customer_id").reindex(listed["customer_id"], fill_value=0.0)
    return listed.assign(
        orders=found["next_orders"].to_numpy(), revenue=found["next_revenue"].to_numpy()
    )


def effects(customers: pd.DataFrame) -> list[Effect]:
    """Compare treated and control customers, in every segment and in all.

    Everybody counts as they were drawn, whether or not a message reached them.

    Parameters
    ----------
    customers : DataFrame of n_customers rows
        ``segment``, ``name``, ``control`` (bool), ``orders`` and ``revenue``.

    Returns
    -------
    list of Effect
        By measure, and within it by segment, those of all customers last.
    """
    # Who is in no segment, -1, comes after those who are.
    last = customers.assign(last=customers["segment"] < 0)
    ordered = last.sort_values(["last", "segment"], kind="stable")
    groups = [*ordered.groupby("name", sort=False), (ALL, ordered)]
    return [_effect(str(name), measure, group) for measure in MEASURES for name, group in groups]


def table(found: Sequence[Effect]) -> pd.DataFrame:
    """Effects as a table for a file: a row each, NaN where there is nothing to tell."""
    return pd.DataFrame(
        {
            "segment": effect.segment,
            "measure": effect.measure,
            "treated_customers": effect.treated_customers,
            "control_customers": effect.control_customers,
            "treated": effect.treated,
            "control": effect.control,
            "difference": effect.difference.value,
            "low": effect.difference.low,
            "high": effect.difference.high,
            "reading": effect.reading,
        }
        for effect in found
    )


def _effect(segment: str, measure: str, group: pd.DataFrame) -> Effect:
    held_out = group["control"].to_numpy(dtype=bool)
    values = _values(measure, group)
    treated, control = values[~held_out], values[held_out]
    sizes = len(treated), len(control)
    if not min(sizes):
        difference = Difference(np.nan, np.nan, np.nan)
    elif measure == RETURN:
        difference = share_difference((int(treated.sum()), int(control.sum())), sizes)
    else:
        difference = mean_difference(treated, control)
    return Effect(segment, measure, *sizes, _mean(treated), _mean(control), difference)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan


def _values(measure: str, group: pd.DataFrame) -> np.ndarray:
    if measure == RETURN:
        return (group["orders"] > 0).to_numpy(dtype=np.float64)
    return group[measure].to_numpy(dtype=np.float64)
