"""The customers of a shop, measured once for all runs of a command, and how they are kept."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segmentation.customers.features import (
    customer_features,
    features_of,
    next_revenue,
    require_features,
)
from segmentation.customers.measuring import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.report import DataReport
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import interrupted_queries_exit

MIN_DAYS, MIN_CUSTOMERS = 60, 200
CUSTOMERS_FILE, FACTS_FILE = "customers.parquet", "measured.json"
OUTCOME = "next_revenue"


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
    """The customers as they were at the cut, and what they spent from then on.

    Attributes
    ----------
    horizon_share : float
        Share of the covered period after the cut, in (0, 1).
    cut : datetime
    table : DataFrame of float64, indexed by customer_id
        Measured at the cut, from lines before it only; columns as of `MeasuredCustomers.table`.
    next_revenue : ndarray of float, shape (n_customers,)
        Revenue from the cut to ``as_of``, in the order of ``table``; 0 for who did not return.
    """

    horizon_share: float
    cut: datetime
    table: pd.DataFrame
    next_revenue: np.ndarray


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
        One per horizon share for which the data is long enough.
    """

    table: pd.DataFrame
    as_of: datetime
    cleaning: CleaningRules
    report: DataReport
    horizon_shares: tuple[float, ...] = ()
    pasts: tuple[Past, ...] = ()

    def fingerprint(self, horizon_share: float | None = None) -> str:
        """Digest of every value measured, also of one past where it is named: 16 hex digits."""
        past = None if horizon_share is None else self.past(horizon_share)
        digest = hashlib.sha256()
        for table in (self.table, *([] if past is None else [past.table])):
            digest.update(",".join(table.columns).encode())
            digest.update(pd.util.hash_pandas_object(table).to_numpy().tobytes())
        if past is not None:
            digest.update(np.ascontiguousarray(past.next_revenue).tobytes())
        return digest.hexdigest()[:16]

    def past(self, horizon_share: float) -> Past | None:
        """Return the customers at the cut; ``None`` where there was too little before it."""
        return next((past for past in self.pasts if past.horizon_share == horizon_share), None)

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
    pasts = (_past(lines, report, share) for share in plan.horizon_shares)
    return MeasuredCustomers(
        table=_measured(lines, report.as_of),
        as_of=report.as_of,
        cleaning=plan.cleaning,
        report=report,
        horizon_shares=plan.horizon_shares,
        pasts=tuple(past for past in pasts if past is not None),
    )


def write_measured(customers: MeasuredCustomers, folder: Path) -> None:
    """Write measured customers as parquet and JSON files into a new folder."""
    folder.mkdir(parents=True)
    customers.table.to_parquet(folder / CUSTOMERS_FILE)
    for past in customers.pasts:
        table = past.table.assign(**{OUTCOME: past.next_revenue})
        table.to_parquet(folder / _past_file(past.horizon_share))
    facts = {
        "as_of": customers.as_of.isoformat(),
        "cleaning": asdict(customers.cleaning),
        "report": customers.report.to_dict(),
        "horizon_shares": customers.horizon_shares,
        "cuts": {str(past.horizon_share): past.cut.isoformat() for past in customers.pasts},
    }
    (folder / FACTS_FILE).write_text(json.dumps(facts, indent=2), encoding="utf-8")


def read_measured(folder: Path) -> MeasuredCustomers:
    """Read what `write_measured` wrote."""
    facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    return MeasuredCustomers(
        table=pd.read_parquet(folder / CUSTOMERS_FILE),
        as_of=datetime.fromisoformat(facts["as_of"]),
        cleaning=CleaningRules(**facts["cleaning"]),
        report=DataReport.from_dict(facts["report"]),
        horizon_shares=tuple(facts["horizon_shares"]),
        pasts=tuple(
            _read_past(folder, float(share), datetime.fromisoformat(cut))
            for share, cut in facts["cuts"].items()
        ),
    )


def _read_past(folder: Path, horizon_share: float, cut: datetime) -> Past:
    table = pd.read_parquet(folder / _past_file(horizon_share))
    return Past(horizon_share, cut, table.drop(columns=OUTCOME), table[OUTCOME].to_numpy())


def _past_file(horizon_share: float) -> str:
    return f"past-{horizon_share}.parquet"


def _measured(lines: ir.Table, as_of: datetime) -> pd.DataFrame:
    table = customer_features(lines, features_of(lines), as_of).to_pandas()
    return table.set_index("customer_id")


def _past(lines: ir.Table, report: DataReport, horizon_share: float) -> Past | None:
    covered = report.as_of - report.first_invoiced_at
    cut = report.as_of - horizon_share * covered
    if covered.days < MIN_DAYS:
        return None
    table = _measured(lines.filter(lines.invoiced_at < cut), cut)
    if len(table) < MIN_CUSTOMERS:
        return None
    spent = next_revenue(lines, cut, report.as_of).to_pandas().set_index("customer_id")
    outcome = spent[OUTCOME].reindex(table.index, fill_value=0.0)
    return Past(horizon_share, cut, table, outcome.to_numpy())
