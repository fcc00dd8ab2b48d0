"""The customers of a shop, measured once for all runs of a command."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segmentation.customers.features import (
    customer_features,
    features_of,
    next_purchases,
    require_features,
)
from segmentation.customers.measuring import cleaned_lines
from segmentation.customers.rhythm import Rhythm, days_to_second_order, measure_rhythm
from segmentation.data.cleaning import CleaningRules
from segmentation.data.report import DataReport
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import interrupted_queries_exit

MIN_DAYS, MIN_CUSTOMERS = 60, 200
OUTCOMES = ["next_revenue", "next_orders"]
RHYTHM_SHARE = 0.25
"""Share of the covered period whose orders tell the shop's rhythm, whatever is evaluated."""
WINDOWS = (1, 2)
"""Cuts: that many horizons before the end; what is predicted there ends one horizon later."""


@dataclass(frozen=True)
class MeasuringPlan:
    """Which customers are measured, and when.

    Attributes
    ----------
    read_transactions : callable
        Reads the transaction lines.
    cleaning : CleaningRules
    as_of : str or None
        The instant at which customers are measured, ISO 8601; ``None`` is the last line.
    horizon_shares : tuple of float
        Shares of the covered period, in (0, 1), that are kept back as the future, each for an
        evaluation of its own.
    """

    read_transactions: Callable[[], Transactions]
    cleaning: CleaningRules
    as_of: str | None = None
    horizon_shares: tuple[float, ...] = ()


@dataclass(frozen=True)
class Past:
    """The customers as they were at a cut, and what they bought within the horizon from then on.

    Attributes
    ----------
    horizon_share : float
        Length of the horizon, as a share of the covered period, in (0, 1).
    cut : datetime
    table : DataFrame of float64, indexed by customer_id
        Measured at the cut, from lines before it only; columns as of `MeasuredCustomers.table`.
    next_revenue : ndarray of float, shape (n_customers,)
        Revenue from the cut until the horizon ends, in the order of ``table``; 0 for who did not
        return. The horizon of the last cut ends with ``as_of``, included; an earlier one where
        the next begins, excluded.
    next_orders : ndarray of float, shape (n_customers,)
        Distinct invoices with a purchase in the same period.
    """

    horizon_share: float
    cut: datetime
    table: pd.DataFrame
    next_revenue: np.ndarray
    next_orders: np.ndarray


Pasts = tuple[Past, ...]


@dataclass(frozen=True)
class MeasuredCustomers:
    """Customers with everything that their lines tell, whatever is fitted to them.

    Attributes
    ----------
    table : DataFrame of float64, indexed by customer_id (str)
        One row per customer; one column per feature that the data allows, in their own units. No
        NaN, nothing infinite.
    as_of : datetime
        The instant at which they were measured, UTC without time zone.
    cleaning : CleaningRules
        Which lines counted.
    report : DataReport
        What was read, removed and kept.
    horizon_shares : tuple of float
        For which a past was asked for.
    pasts : tuple of Past
        Up to two per horizon share, the last cut first; none where the data is too short.
    rhythm : Rhythm
        How often customers come back.
    """

    table: pd.DataFrame
    as_of: datetime
    cleaning: CleaningRules
    report: DataReport
    horizon_shares: tuple[float, ...] = ()
    pasts: Pasts = ()
    rhythm: Rhythm = field(default_factory=Rhythm)

    def fingerprint(self, horizon_share: float | None = None) -> str:
        """Digest of every value measured, also of the pasts where they are named: 16 hex digits."""
        if horizon_share not in self._fingerprints:
            self._fingerprints[horizon_share] = self._digest(horizon_share)
        return self._fingerprints[horizon_share]

    @cached_property
    def _fingerprints(self) -> dict[float | None, str]:
        """Digests that were asked for before: a run asks three times."""
        return {}

    def _digest(self, horizon_share: float | None) -> str:
        pasts = () if horizon_share is None else self.pasts_of(horizon_share)
        digest = hashlib.sha256(repr(self.rhythm).encode())
        for table in (self.table, *(past.table for past in pasts)):
            digest.update(",".join(table.columns).encode())
            digest.update(pd.util.hash_pandas_object(table).to_numpy().tobytes())
        for past in pasts:
            digest.update(np.ascontiguousarray(past.next_revenue).tobytes())
            digest.update(np.ascontiguousarray(past.next_orders).tobytes())
        return digest.hexdigest()[:16]

    def pasts_of(self, horizon_share: float) -> Pasts:
        """Return the customers at the cuts, the last first; none with too little before them."""
        return tuple(past for past in self.pasts if past.horizon_share == horizon_share)

    def require(self, features: Sequence[str]) -> None:
        """Refuse features that are unknown, or that the data does not allow.

        Raises
        ------
        UserError
            Names the first such feature.
        """
        require_features(features, self.table.columns)


@interrupted_queries_exit()
def measure_customers(plan: MeasuringPlan) -> MeasuredCustomers:
    """Clean the lines, measure every customer now and at every cut.

    Raises
    ------
    UserError
        If the data cannot be read, cleaned or measured as planned.
    """
    lines, report = cleaned_lines(plan.read_transactions(), plan.cleaning, plan.as_of)
    found = (
        _past(lines, report, share, windows) for share in plan.horizon_shares for windows in WINDOWS
    )
    table, pasts = _measured(lines, report.as_of), tuple(past for past in found if past is not None)
    return MeasuredCustomers(
        table=table,
        as_of=report.as_of,
        cleaning=plan.cleaning,
        report=report,
        horizon_shares=plan.horizon_shares,
        pasts=pasts,
        rhythm=_rhythm(lines, report, plan, table, pasts),
    )


def _measured(lines: ir.Table, as_of: datetime) -> pd.DataFrame:
    table = customer_features(lines, features_of(lines), as_of).to_pandas()
    return table.set_index("customer_id")


def _past(lines: ir.Table, report: DataReport, horizon_share: float, windows: int) -> Past | None:
    covered = report.as_of - report.first_invoiced_at
    horizon = horizon_share * covered
    cut = report.as_of - windows * horizon
    end = None if windows == 1 else cut + horizon
    if covered.days < MIN_DAYS:
        return None
    table = _measured(lines.filter(lines.invoiced_at < cut), cut)
    if len(table) < MIN_CUSTOMERS:
        return None
    bought = next_purchases(lines, cut, end).to_pandas().set_index("customer_id")
    outcomes = bought.reindex(table.index, fill_value=0.0)
    return Past(horizon_share, cut, table, *(outcomes[outcome].to_numpy() for outcome in OUTCOMES))


def _rhythm(
    lines: ir.Table, report: DataReport, plan: MeasuringPlan, table: pd.DataFrame, pasts: Pasts
) -> Rhythm:
    """Measure the rhythm at the last cut, which an evaluation may have asked for already."""
    if RHYTHM_SHARE in plan.horizon_shares:
        # The last cut comes first.
        last = next((past for past in pasts if past.horizon_share == RHYTHM_SHARE), None)
    else:
        last = _past(lines, report, RHYTHM_SHARE, 1)
    waiting = days_to_second_order(lines, report.as_of)
    if last is None:
        return measure_rhythm(table, waiting)
    watched = (report.as_of - last.cut) / timedelta(days=1)
    return measure_rhythm(table, waiting, last.table, last.next_orders, watched)
