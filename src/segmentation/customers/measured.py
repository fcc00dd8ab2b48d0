"""What all runs on the same data share: computed once per sweep, whatever is fitted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from segmentation.customers.features import customer_features, next_revenue
from segmentation.customers.measuring import Customers, customers
from segmentation.data.cleaning import CleaningRules
from segmentation.data.report import DataReport
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import interrupted_queries_exit
from segmentation.evaluation.copula import Copula, gaussian_copula
from segmentation.model.scaling import common_space

MIN_DAYS, MIN_CUSTOMERS = 60, 200


@dataclass(frozen=True)
class MeasuringPlan:
    """Which customers to study, and how to measure them.

    Attributes
    ----------
    read_transactions : callable
        Reads the transaction lines.
    cleaning : CleaningRules
    features : tuple of str
        Columns to cluster on.
    as_of : str or None
        When customers are measured; ``None`` is the last line of the data.
    horizon_share : float or None
        Share of the covered period, in (0, 1), that is kept back as the future.
    seed : int
        Seed of the null.
    record : dict
        The plan as plain values, ready for JSON.
    """

    read_transactions: Callable[[], Transactions]
    cleaning: CleaningRules
    features: tuple[str, ...]
    as_of: str | None
    horizon_share: float | None
    seed: int
    record: dict[str, Any]


@dataclass(frozen=True)
class Past:
    """The customers as they stood at the cut, and what they spent from then on.

    Attributes
    ----------
    table : DataFrame of float64, indexed by customer_id
        Measured at the cut, from lines before it only.
    next_revenue : ndarray of float, shape (n_customers,)
        Revenue from the cut to ``as_of``, in the order of ``table``; 0 for who did not return.
    cut : datetime
    """

    table: pd.DataFrame
    next_revenue: np.ndarray
    cut: datetime


@dataclass(frozen=True)
class MeasuredCustomers:
    """Customers and what is known about them, independent of scaler and algorithm.

    Attributes
    ----------
    table : DataFrame of float64, indexed by customer_id (str)
        One row per customer: ``features``, and revenue, orders and recency_days in any case.
    features : tuple of str
        The columns that are clustered on.
    as_of : datetime
        When the customers were measured.
    report : DataReport
    common : ndarray of shape (n_customers, n_features)
        The customers in common space.
    copula : Copula
        The null that has the same marginals.
    past : Past or None
        ``None`` where the future is not kept back, or there is too little of it.
    """

    table: pd.DataFrame
    features: tuple[str, ...]
    as_of: datetime
    report: DataReport
    common: np.ndarray
    copula: Copula
    past: Past | None

    @property
    def features(self) -> pd.DataFrame:
        """The columns that are clustered on."""
        return self.table[list(self.features)]


@interrupted_queries_exit()
def measure_customers(plan: MeasuringPlan) -> MeasuredCustomers:
    """Clean the lines, measure every customer now and at the cut.

    Raises
    ------
    UserError
        If the data cannot be read, cleaned or measured as planned.
    """
    measured = customers(plan.read_transactions(), plan.cleaning, plan.features, plan.as_of)
    values = measured.table[list(plan.features)].to_numpy()
    return MeasuredCustomers(
        table=measured.table,
        features=measured.features,
        as_of=measured.as_of,
        report=measured.report,
        common=common_space(values),
        copula=gaussian_copula(values, seed=plan.seed),
        past=None if plan.horizon_share is None else _past(measured, plan.horizon_share),
    )


def _past(measured: Customers, horizon_share: float) -> Past | None:
    covered = measured.as_of - measured.report.first_invoiced_at
    cut = measured.as_of - horizon_share * covered
    if covered.days < MIN_DAYS:
        return None
    before = measured.lines.filter(measured.lines.invoiced_at < cut)
    table = customer_features(before, measured.features, cut).to_pandas().set_index("customer_id")
    if len(table) < MIN_CUSTOMERS:
        return None
    spent = next_revenue(measured.lines, cut, measured.as_of).to_pandas().set_index("customer_id")
    outcome = spent["next_revenue"].reindex(table.index, fill_value=0.0)
    return Past(table, outcome.to_numpy(), cut)
