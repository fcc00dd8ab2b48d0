"""Online Retail customers, measured with a few lines of SQL that owe nothing to the package."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

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


def standardised(features: np.ndarray) -> np.ndarray:
    return StandardScaler().fit_transform(features)


def log_standardised(features: np.ndarray) -> np.ndarray:
    return StandardScaler().fit_transform(np.log1p(features))


def kmeans_refit(scale: Callable[[np.ndarray], np.ndarray], k: int, **options: Any) -> Refit:
    def refit(features: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
        space = scale(features)
        model = KMeans(k, random_state=seed, **{"n_init": 10} | options)
        return space, model.fit_predict(space)

    return refit
