"""Online Retail customers, measured with a few lines of SQL that owe nothing to the package."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from segmentation.evaluation.resampling import Refit

AFTER_LAST_LINE = "timestamp '2011-12-10 12:50:00'"
CUT = "timestamp '2011-09-09'"

CUSTOMERS = """
with cleaned as (
    select distinct * from '{path}'
    where CustomerID is not null and InvoiceNo not like 'C%' and Quantity > 0 and UnitPrice > 0
), customers as (
    select
        CustomerID as customer_id,
        floor(epoch({as_of} - max(InvoiceDate) filter (InvoiceDate < {as_of})) / 86400)
            as recency_days,
        count(distinct InvoiceNo) filter (InvoiceDate < {as_of}) as orders,
        sum((Quantity * UnitPrice)::decimal(18, 4)) filter (InvoiceDate < {as_of})::double
            as revenue,
        coalesce(sum((Quantity * UnitPrice)::decimal(18, 4)) filter (InvoiceDate >= {as_of}), 0)
            ::double as next_revenue
    from cleaned group by CustomerID
)
select *, revenue / orders as average_order_value
from customers where orders > 0 order by customer_id
"""

RFM = ["recency_days", "orders", "revenue"]
SEED = ["revenue", "orders", "average_order_value"]


def measure_customers(folder: Path, as_of: str) -> pd.DataFrame:
    path = folder / "online_retail.parquet"
    return duckdb.sql(CUSTOMERS.format(path=path, as_of=as_of)).df()


@pytest.fixture(autouse=True, scope="session")
def one_thread_per_worker() -> Iterator[None]:
    """Parallel test workers that also run OpenMP threads wait for each other most of the time."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def customers(shared_data: Path) -> pd.DataFrame:
    """All customers of the cleaned data, as of one day after the last line."""
    return measure_customers(shared_data, AFTER_LAST_LINE)


@pytest.fixture(scope="session")
def customers_before_cut(shared_data: Path) -> pd.DataFrame:
    """Customers who bought before the cut, with their revenue from the cut on."""
    return measure_customers(shared_data, CUT)


def standardised(metrics: np.ndarray) -> np.ndarray:
    return StandardScaler().fit_transform(metrics)


def log_standardised(metrics: np.ndarray) -> np.ndarray:
    return StandardScaler().fit_transform(np.log1p(metrics))


def kmeans_refit(scale: Callable[[np.ndarray], np.ndarray], k: int, **options: Any) -> Refit:
    def refit(metrics: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
        space = scale(metrics)
        model = KMeans(k, random_state=seed, **{"n_init": 10} | options)
        return space, model.fit_predict(space)

    return refit
