"""Customers of cleaned lines, measured at several instants or batch by batch."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from pyarrow.parquet import ParquetFile

from segmentation.customers.features import customer_features, features_of, require_features
from segmentation.customers.totals import count_products
from segmentation.data.cleaned import CleanedLines
from segmentation.engine.tables import write_parquet


def measured_at(cleaned: CleanedLines, instants: Sequence[datetime]) -> list[pd.DataFrame]:
    """Measure all features that the data allows, at several instants.

    Parameters
    ----------
    cleaned : CleanedLines
    instants : sequence of datetime
        The first is that of the whole data; at each other the customers are measured from what
        came before it.

    Returns
    -------
    list of DataFrame, indexed by customer_id
        For each instant.
    """
    features, cuts = features_of(cleaned.lines), [None, *instants[1:]]
    with_products = "products" in features
    products = count_products(cleaned.lines, cuts) if with_products else [None] * len(cuts)
    tables = []
    for instant, cut, counted in zip(instants, cuts, products, strict=True):
        invoices = cleaned.invoices
        before = invoices if cut is None else invoices.filter(invoices.invoiced_at < cut)
        measured = customer_features(before, features, instant, counted)
        tables.append(measured.to_pandas().set_index("customer_id"))
    return tables


def customer_batches(
    cleaned: CleanedLines, features: Sequence[str], as_of: datetime, batch_size: int = 250_000
) -> Iterator[pd.DataFrame]:
    """Measure the customers of cleaned lines, a batch at a time: memory does not grow with them.

    Yields
    ------
    DataFrame
        At most ``batch_size`` rows with the columns of `features.customer_features`.

    Raises
    ------
    UserError
        A feature is unknown, or needs a column that the source does not have.
    """
    require_features(features, features_of(cleaned.lines))
    products = count_products(cleaned.lines, [None])[0] if "products" in features else None
    with TemporaryDirectory() as folder:
        file = Path(folder) / "customers.parquet"
        write_parquet(customer_features(cleaned.invoices, features, as_of, products), file)
        with ParquetFile(file) as measured:
            for batch in measured.iter_batches(batch_size):
                yield batch.to_pandas()
