"""The customers of a shop, measured once for all runs of a command."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segmentation.customers.customers_file import Customers, CustomersFile, customers_file
from segmentation.customers.described import Described, measure_described
from segmentation.customers.features import (
    customer_features,
    features_of,
    next_purchases,
    require_features,
)
from segmentation.customers.kept_values import kept_values
from segmentation.customers.measuring import measured_at, products_at
from segmentation.customers.periods import RHYTHM_SHARE, Period, periods_of
from segmentation.customers.rhythm import Rhythm, days_to_second_order, measure_rhythm
from segmentation.customers.sampling import MAX_CUSTOMERS, invoices_of_sample
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.report import DataReport
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import interrupted_queries_exit
from segmentation.engine.errors import damage_in_one_line
from segmentation.ranges import ranged

MIN_CUSTOMERS = 200
OUTCOMES = ["next_revenue", "next_orders"]


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
    max_customers : int
        So many are fitted at most, see `sampling.invoices_of_sample`.
    """

    read_transactions: Callable[[], Transactions]
    cleaning: CleaningRules
    as_of: str | None = None
    horizon_shares: tuple[float, ...] = ()
    max_customers: int = field(default=MAX_CUSTOMERS, metadata=ranged(MIN_CUSTOMERS))


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
        One row per customer that is fitted; one column per feature that the data allows, in their
        own units. No NaN, nothing infinite.
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
    file : CustomersFile or None
        All customers, where ``table`` is a sample of them; pasts and rhythm are those of the
        sample, too.
    kept : CustomersFile or None
        What is carried into lists, see `kept_values.kept_values`; personal data that nothing else
        looks at.
    described : Described
        Who of those in ``table`` has which value of the describing columns; no part of the
        fingerprint, since nothing is fitted to it.
    """

    table: pd.DataFrame
    as_of: datetime
    cleaning: CleaningRules
    report: DataReport
    horizon_shares: tuple[float, ...] = ()
    pasts: Pasts = ()
    rhythm: Rhythm = field(default_factory=Rhythm)
    file: CustomersFile | None = None
    kept: CustomersFile | None = None
    described: Described = field(default_factory=Described)

    @property
    def all_customers(self) -> Customers:
        """Every customer, fitted or not."""
        return self.table if self.file is None else self.file

    @property
    def drawn(self) -> str:
        """How many of how many customers are fitted, in words; empty where all are."""
        if self.file is None:
            return ""
        few, many = len(self.table), len(self.file)
        return f"{few:,} of {many:,} customers, drawn by a hash of their ids"

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
@damage_in_one_line()
def measure_customers(
    plan: MeasuringPlan, begin: Callable[[str], object] = str
) -> MeasuredCustomers:
    """Clean the lines, measure every customer now and at every cut.

    Parameters
    ----------
    plan : MeasuringPlan
    begin : callable, optional
        Told what is being done next.

    Raises
    ------
    UserError
        If the data cannot be read, cleaned or measured as planned.
    """
    read = plan.read_transactions()
    cleaned, report = cleaned_lines(read, plan.cleaning, plan.as_of)
    begin(f"measuring {report.customers:,} customers in {report.lines_kept:,} lines")
    periods = periods_of(report, plan.horizon_shares)
    features, cuts = features_of(cleaned.lines), [period.cut for period in periods]
    products = products_at(cleaned.lines, features, cuts)
    invoices, file = cleaned.invoices, None
    if report.customers > plan.max_customers:
        file = customers_file(customer_features(invoices, features, report.as_of, products[0]))
        invoices = invoices_of_sample(invoices, plan.max_customers)
    table, *tables = measured_at(invoices, features, [report.as_of, *cuts], products)
    found = [
        _past(invoices, period, then)
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
        rhythm=_rhythm(invoices, report.as_of, table, found),
        file=file,
        kept=None if (kept := kept_values(cleaned.lines)) is None else customers_file(kept),
        described=measure_described(cleaned.lines, invoices, table.index, read.descriptors),
    )


def _past(invoices: ir.Table, period: Period, table: pd.DataFrame) -> Past:
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
