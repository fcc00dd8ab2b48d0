"""Customers with their segments and scores, as they are kept: fitted ones, and all in batches."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from segmentation.customers.customers_file import CustomersFile
from segmentation.customers.features import ALWAYS_MEASURED
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.rfm import Borders, rfm_scores


def with_segments(
    table: pd.DataFrame, features: Sequence[str], borders: Borders, labels: np.ndarray
) -> pd.DataFrame:
    """Put RFM scores and segments beside the features of customers.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …), indexed by customer_id
    features : sequence of str
        That are kept; those of `features.ALWAYS_MEASURED` are, too.
    borders : dict of str to list of float
        Of the RFM scores, see `rfm.rfm_borders`.
    labels : ndarray of int, shape (n_customers,)
        −1 is noise.

    Returns
    -------
    DataFrame, with the index of ``table``
        The features, the scores of `rfm.rfm_scores` and ``segment``.
    """
    kept = table[list(dict.fromkeys([*features, *ALWAYS_MEASURED]))]
    return kept.join(rfm_scores(kept, borders)).assign(segment=labels)


def assign_all(
    segmenter: CustomerSegmenter,
    customers: CustomersFile,
    features: Sequence[str],
    borders: Borders,
) -> CustomersFile:
    """Predict the segments of all customers, batch by batch, into a file.

    Parameters
    ----------
    segmenter : CustomerSegmenter
        Fitted to some of them, who are predicted alike.
    customers : CustomersFile
    features, borders
        As of `with_segments`.

    Returns
    -------
    CustomersFile
        A temporary file with the columns of `with_segments`, in the order of ``customers``.
    """
    folder = TemporaryDirectory()
    path = Path(folder.name) / customers.path.name
    writer: ParquetWriter | None = None
    try:
        for batch in customers.batches():
            labels = segmenter.predict(batch[list(segmenter.feature_names_in_)])
            table = batch.set_index("customer_id")
            assigned = pa.Table.from_pandas(with_segments(table, features, borders, labels))
            writer = writer or ParquetWriter(path, assigned.schema)
            writer.write_table(assigned)
    finally:
        if writer is not None:
            writer.close()
    return CustomersFile(path, folder)
