"""The customers of a shop, measured once for all runs of a command."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segmentation.customers.features import next_purchases, require_features
from segmentation.customers.measuring import measured_at
from segmentation.customers.rhythm import Rhythm, days_to_second_order, measure_rhythm
from segmentation.data.cleaned import cleaned_lines
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
    cleaned, report = cleaned_lines(plan.read_transactions(), plan.cleaning, plan.as_of)
    periods = _periods(report, plan.horizon_shares)
    table, *tables = measured_at(cleaned, [report.as_of, *(period.cut for period in periods)])
    found = [
        _past(cleaned.invoices, period, then)
        for period, then in zip(periods, tables, strict=True)
        if len(then) >= MIN_CUSTOMERS
    ]
    return MeasuredCustomers(
        table=table,
        as_of=report.as_of,
        cleaning=plan.cleaning,
        report=report,
        horizon_shares=plan.horizon_shares,
        pasts=tuple(past for past in found if past.horizon_share in plan.horizon_shares),
        rhythm=_rhythm(cleaned.invoices, report.as_of, table, found),
    )


@dataclass(frozen=True)
class _Period:
    """From a cut until its horizon ends, excluded; ``None`` is the end of the lines."""

    horizon_share: float
    cut: datetime
    end: datetime | None


def _periods(report: DataReport, horizon_shares: Sequence[float]) -> list[_Period]:
    """What is looked back on, the last cut of a share first; nothing where the data is short.

    The rhythm looks back, too, whatever is evaluated.
    """
    covered = report.as_of - report.first_invoiced_at
    if covered.days < MIN_DAYS:
        return []
    wanted = [(share, windows) for share in horizon_shares for windows in WINDOWS]
    if RHYTHM_SHARE not in horizon_shares:
        wanted.append((RHYTHM_SHARE, 1))
    periods = []
    for share, windows in wanted:
        horizon = share * covered
        cut = report.as_of - windows * horizon
        periods.append(_Period(share, cut, None if windows == 1 else cut + horizon))
    return periods


def _past(invoices: ir.Table, period: _Period, table: pd.DataFrame) -> Past:
    bought = next_purchases(invoices, period.cut, period.end).to_pandas().set_index("customer_id")
    outcomes = bought.reindex(table.index, fill_value=0.0)
    values = (outcomes[outcome].to_numpy() for outcome in OUTCOMES)
    return Past(period.horizon_share, period.cut, table, *values)


def _rhythm(
    invoices: ir.Table, as_of: datetime, table: pd.DataFrame, pasts: Sequence[Past]
) -> Rhythm:
    """Measure the rhythm at the last cut of its own share, which comes first."""
    last = next((past for past in pasts if past.horizon_share == RHYTHM_SHARE), None)
    waiting = days_to_second_order(invoices, as_of)
    if last is None:
        return measure_rhythm(table, waiting)
    watched = (as_of - last.cut) / timedelta(days=1)
    return measure_rhythm(table, waiting, last.table, last.next_orders, watched)
