"""The shop's own rhythm: after how many days customers come back, and what absence tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import CensoredData, ecdf
from sklearn.metrics import roc_auc_score

from segmentation.customers.totals import SECONDS_PER_DAY
from segmentation.data.invoices import seconds_of

LEAST_AUC = 0.60
"""From here on, absence in own gaps ranks returning well enough for words."""
FEWEST_REPEATERS = 50
"""With fewer, an AUC is within 0.1 of anything."""
FEWEST_ALIKE = 20
"""Customers among whom a share that came back is taken."""
BANDS = (0.5, 1.0, 2.0, 3.0, 6.0)
"""Absence in own gaps: borders between customers who are alike, each in the band below it."""


@dataclass(frozen=True)
class Rhythm:
    """How often customers of a shop come back; what is unknown is ``None``.

    Attributes
    ----------
    gap_days : float or None
        Median mean gap of the customers with at least two orders.
    second_order_days : float or None
        Days in which half of the new customers order a second time (Kaplan and Meier 1958), at
        most as long as the data; customers without one count as long as they were watched.
    horizon_days : float or None
        Days after the last cut in which coming back was watched.
    return_auc : float or None
        How well absence in own gaps ranks, at the last cut, who of the customers with at least two
        orders comes back; 0.5 = chance.
    returned : tuple of tuple of float
        Share that came back, at the last cut: of customers with less than two orders and of the
        others, by `BANDS`. Empty without a cut.
    """

    gap_days: float | None = None
    second_order_days: float | None = None
    horizon_days: float | None = None
    return_auc: float | None = None
    returned: tuple[tuple[float, ...], ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether words of rhythm may be used: absence is known to predict staying away."""
        return self.return_auc is not None and self.return_auc >= LEAST_AUC

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Make one of plain values, as JSON keeps them."""
        returned = tuple(tuple(row) for row in plain.get("returned", ()))
        return cls(**{**plain, "returned": returned})


UNKNOWN_RHYTHM = Rhythm()


def usual_gap_days(table: pd.DataFrame) -> float | None:
    """Median mean gap of the customers with at least two orders; ``None`` without any.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        ``orders`` and ``mean_gap_days``.
    """
    gaps = table.loc[table["orders"] >= 2, "mean_gap_days"]
    return float(gaps.median()) if len(gaps) else None


def own_gaps(table: pd.DataFrame, gap_days: float) -> np.ndarray:
    """Days between the orders of every customer: float, shape (n_customers,), at least 1.

    A customer's own gap is (tenure − recency + 2G) / (orders + 1): the usual gap G counts as two
    gaps that everybody has had, so that few orders say little.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        ``orders``, ``recency_days`` and ``tenure_days``.
    gap_days : float
        The usual gap, see `usual_gap_days`.
    """
    active = table["tenure_days"] - table["recency_days"]
    own = np.maximum(1.0, (active + 2 * gap_days) / (table["orders"] + 1))
    return np.asarray(own, dtype=np.float64)


def gaps_absent(table: pd.DataFrame, gap_days: float) -> np.ndarray:
    """How many of their own gaps customers have been absent for, see `own_gaps`.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        ``orders``, ``recency_days`` and ``tenure_days``.
    gap_days : float
        The usual gap, see `usual_gap_days`.
    """
    return np.asarray(table["recency_days"] / own_gaps(table, gap_days), dtype=np.float64)


def are_new(table: pd.DataFrame, days: float) -> np.ndarray:
    """Tell who has one order, not more than so many days ago: bool, shape (n_customers,)."""
    return np.asarray((table["orders"] == 1) & (table["recency_days"] <= days))


def return_shares(table: pd.DataFrame, rhythm: Rhythm) -> np.ndarray | None:
    """Share of like customers who came back within the horizon, of every customer.

    Alike are, at the last cut, customers absent for as many of their own gaps, with one order or
    with more.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        ``orders``, ``recency_days`` and ``tenure_days``.
    rhythm : Rhythm

    Returns
    -------
    ndarray of float, shape (n_customers,), or None
        ``None`` where there was no cut.
    """
    if rhythm.gap_days is None or not rhythm.returned:
        return None
    rows, bands = _cells(table, rhythm.gap_days)
    return np.asarray(np.array(rhythm.returned)[rows, bands])


def measure_rhythm(
    table: pd.DataFrame,
    waiting: pd.DataFrame,
    past: pd.DataFrame | None = None,
    next_orders: np.ndarray | None = None,
    horizon_days: float | None = None,
) -> Rhythm:
    """Measure the rhythm of a shop.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        Customers of today: ``orders`` and ``mean_gap_days``.
    waiting : DataFrame
        Of `days_to_second_order`.
    past : DataFrame, optional
        Customers at the last cut: those columns, ``recency_days`` and ``tenure_days``; ``None``
        where the data is too short to look back.
    next_orders : ndarray of float, optional
        Orders of theirs within the horizon.
    horizon_days : float, optional
    """
    gap, second = usual_gap_days(table), _median_wait(waiting)
    then = None if past is None else usual_gap_days(past)
    if past is None or next_orders is None or then is None:
        return Rhythm(gap, second)
    came_back, repeat = next_orders > 0, (past["orders"] >= 2).to_numpy()
    absent = gaps_absent(past, then)
    known = repeat.sum() >= FEWEST_REPEATERS and np.ptp(came_back[repeat].astype(int)) > 0
    auc = float(roc_auc_score(came_back[repeat], -absent[repeat])) if known else None
    return Rhythm(gap, second, horizon_days, auc, _returned(*_cells(past, then), came_back))


def days_to_second_order(invoices: ir.Table, as_of: datetime) -> pd.DataFrame:
    """How long every customer took, or has taken so far, to a second order.

    Parameters
    ----------
    invoices : ibis Table
        Of `invoices.invoices_of`; none later than as_of.
    as_of : datetime
        UTC without time zone.

    Returns
    -------
    DataFrame of shape (n_customers, 2)
        ``days``, and ``ordered_again`` (bool), of the customers with a purchase.
    """
    bought = invoices.filter(invoices.removed_by.isnull(), ~invoices.cancelled)
    seconds = seconds_of(bought.invoiced_at)
    orders = bought.group_by("customer_id", "invoice_id").aggregate(at=seconds.min())
    place = ibis.row_number().over(group_by=orders.customer_id, order_by=orders["at"])
    placed = orders.mutate(place=place)
    times = (
        placed.filter(placed.place < 2)
        .group_by("customer_id")
        .aggregate(
            first=lambda of: of["at"].min(), last=lambda of: of["at"].max(), n=ibis._.count()
        )
        .to_pandas()
    )
    again = times["n"] == 2
    until = times["last"].where(again, int(as_of.replace(tzinfo=UTC).timestamp()))
    return pd.DataFrame(
        {"days": (until - times["first"]) / SECONDS_PER_DAY, "ordered_again": again}
    )


def _median_wait(waiting: pd.DataFrame) -> float | None:
    """Kaplan-Meier median; ``None`` where less than half are known to have ordered again."""
    if waiting.empty:
        return None
    again = waiting["ordered_again"].to_numpy()
    watched = CensoredData.right_censored(waiting["days"].to_numpy(), ~again)
    waits = ecdf(watched).sf
    reached = waits.quantiles[waits.probabilities <= 0.5]
    return float(reached[0]) if len(reached) else None


def _cells(table: pd.DataFrame, gap_days: float) -> tuple[np.ndarray, np.ndarray]:
    """Row, 1 from two orders on, and band of every customer."""
    repeat = (table["orders"] >= 2).to_numpy().astype(int)
    return repeat, np.searchsorted(BANDS, gaps_absent(table, gap_days))


def _returned(
    rows: np.ndarray, bands: np.ndarray, came_back: np.ndarray
) -> tuple[tuple[float, ...], ...]:
    """Share that came back by row and band; of more customers where too few are alike."""
    everybody = float(came_back.mean())
    shares = []
    for row in (0, 1):
        own = came_back[rows == row]
        otherwise = float(own.mean()) if len(own) >= FEWEST_ALIKE else everybody
        alike: Sequence[np.ndarray] = [
            came_back[(rows == row) & (bands == band)] for band in range(len(BANDS) + 1)
        ]
        shares.append(
            tuple(float(c.mean()) if len(c) >= FEWEST_ALIKE else otherwise for c in alike)
        )
    return tuple(shares)
