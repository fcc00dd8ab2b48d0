"""A small made-up shop: its customers in clear groups, and its export as a CSV file."""

from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.customers.measured import MeasuredCustomers, Past
from segmentation.data.cleaning import CleaningRules
from segmentation.data.report import DataReport

FEATURES = ["revenue", "orders", "average_order_value"]
COLUMNS = ["Customer ID", "Invoice", "Product", "Invoice Date", "Quantity", "Price"]


def clear_customers(seed: int = 0, sizes: tuple[int, ...] = (40, 100, 160)) -> pd.DataFrame:
    """Customers in groups that no clusterer can miss, the first group spending most.

    The values carry few binary digits, so that a change of currency by a power of two is exact.
    """
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    orders = np.round(np.array([810, 270, 90])[group] * rng.uniform(0.85, 1.15, len(group)))
    value = np.round(np.array([256, 64, 16])[group] * rng.uniform(0.85, 1.15, len(group)) * 16) / 16
    return pd.DataFrame(
        {"revenue": orders * value, "orders": orders, "average_order_value": value},
        index=pd.Index([f"c{i}" for i in range(len(group))], name="customer_id"),
    )


def shop_lines(seed: int = 0) -> pd.DataFrame:
    """Lines of 300 customers over 200 days: regulars, occasional and rare ones, some returns."""
    return _shop_lines(seed).copy()


@cache
def _shop_lines(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for customer in range(300):
        orders, price = [(20, 90.0), (7, 30.0), (2, 9.0)][(customer >= 40) + (customer >= 140)]
        for _ in range(orders + rng.integers(0, 3)):
            minutes = int(rng.integers(0, 200 * 24 * 60))
            instant = pd.Timestamp("2024-01-01 08:00") + pd.Timedelta(minutes=minutes)
            invoice = len(rows)
            for _ in range(rng.integers(1, 4)):
                product, quantity = f"p{rng.integers(50)}", int(rng.integers(1, 5))
                paid = round(price * rng.uniform(0.7, 1.4), 2)
                rows.append((customer, f"{invoice}", product, instant, quantity, paid))
        if customer % 5 == 0:
            _, _, product, bought, _, paid = rows[-1]
            back = bought + pd.Timedelta(hours=30)
            rows.append((customer, f"C{len(rows)}", product, back, -1, paid))
    return pd.DataFrame(rows, columns=COLUMNS)


def write_shop(path: Path, seed: int = 0) -> Path:
    shop_lines(seed).to_csv(path, index=False)
    return path


def past_of(table: pd.DataFrame, next_revenue: np.ndarray, horizon_share: float = 0.25) -> Past:
    """The customers as they are now, at a cut; each order after it is worth ten."""
    spent = np.asarray(next_revenue, dtype=float)
    return Past(horizon_share, datetime(2024, 5, 1), table, spent, np.ceil(spent / 10))


def measured_of(table: pd.DataFrame, *pasts: Past) -> MeasuredCustomers:
    """Customers as they come out of measuring, of a shop that has these."""
    as_of = datetime(2024, 7, 19)
    report = DataReport(
        source="orders.csv",
        columns={"customer_id": "Customer ID"},
        lines_read=4 * len(table),
        removed=(),
        lines_kept=4 * len(table),
        revenue_kept=float(table["revenue"].sum()),
        customers=len(table),
        orders=2 * len(table),
        first_invoiced_at=datetime(2024, 1, 1),
        last_invoiced_at=as_of,
        as_of=as_of,
        fingerprint="0123456789abcdef",
    )
    return MeasuredCustomers(
        table=table,
        as_of=as_of,
        cleaning=CleaningRules(),
        report=report,
        horizon_shares=tuple({past.horizon_share for past in pasts}),
        pasts=pasts,
    )
