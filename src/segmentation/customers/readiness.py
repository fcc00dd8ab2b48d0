"""What there is of a shop, before anything is computed of it."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from segmentation.customers.customers_file import ids_of
from segmentation.customers.measured import MeasuredCustomers

LAST_MONTH_DAYS = 30


@dataclass(frozen=True)
class Readiness:
    """How much there is to learn from.

    Attributes
    ----------
    n_customers : int
    covered_days : int
        Whole days from the first kept line to the instant of measuring.
    repeat_share : float
        Share of the customers with at least two orders, in [0, 1].
    n_recent : int
        Customers who bought in the last 30 days before that instant.
    n_cuts : int or None
        Cuts at which what comes next can be watched, 2 at most; ``None`` where nobody asked.
    absence_measured : bool
        Whether enough customers with two orders could be watched to learn what absence means.
    largest_customer : str
        Id of the customer of highest revenue; empty where customers are not kept.
    largest_revenue_share : float
        Share of all revenue that this customer holds; NaN where that is not positive.
    """

    n_customers: int
    covered_days: int
    repeat_share: float
    n_recent: int
    n_cuts: int | None
    absence_measured: bool
    largest_customer: str = ""
    largest_revenue_share: float = math.nan


def readiness_of(customers: MeasuredCustomers) -> Readiness:
    """Count what measured customers are enough for."""
    table, shares = customers.all_customers, customers.horizon_shares
    revenue = table["revenue"]
    covered = customers.as_of - customers.report.first_invoiced_at
    return Readiness(
        n_customers=len(table),
        covered_days=covered // timedelta(days=1),
        repeat_share=float((table["orders"] >= 2).mean()),
        n_recent=int((table["recency_days"] < LAST_MONTH_DAYS).sum()),
        n_cuts=min(len(customers.pasts_of(share)) for share in shares) if shares else None,
        absence_measured=customers.rhythm.return_auc is not None,
        largest_customer=str(ids_of(table)[int(revenue.to_numpy().argmax())]),
        largest_revenue_share=_share_of_the_largest(revenue),
    )


def _share_of_the_largest(revenue: Any) -> float:
    total = float(revenue.sum())
    return float(revenue.max()) / total if total > 0 else math.nan
