"""Cleaned lines, and customers measured on them batch by batch."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis.expr.types as ir
import pandas as pd
from pyarrow.parquet import ParquetFile

from segmentation.customers.features import customer_features
from segmentation.data.cleaning import CleaningRules, clean
from segmentation.data.report import DataReport, data_report
from segmentation.data.transactions import Transactions
from segmentation.engine.tables import kept, write_parquet
from segmentation.errors import UserError

MATERIALISED_UP_TO_LINES = 10_000_000
"""Up to here cleaning runs once and its result stays in memory; beyond, with every query."""


def customer_batches(
    lines: ir.Table, features: Sequence[str], as_of: datetime, batch_size: int = 250_000
) -> Iterator[pd.DataFrame]:
    """Measure the customers of cleaned lines, a batch at a time: memory does not grow with them.

    Yields
    ------
    DataFrame
        At most ``batch_size`` rows with the columns of `features.customer_features`.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "customers.parquet"
        write_parquet(customer_features(lines, features, as_of), file)
        with ParquetFile(file) as measured:
            for batch in measured.iter_batches(batch_size):
                yield batch.to_pandas()


def cleaned_lines(
    transactions: Transactions, rules: CleaningRules, as_of: datetime | str | None = None
) -> tuple[ir.Table, DataReport]:
    """Clean the lines and report what was kept.

    Parameters
    ----------
    transactions : Transactions
    rules : CleaningRules
    as_of : datetime or ISO 8601 text, optional
        The instant at which customers are measured; later lines are removed. A date alone is its
        midnight. None: the last ``invoiced_at`` of the data, before cleaning.

    Returns
    -------
    lines : ibis Table
        All lines, with ``removed_by``.
    report : DataReport

    Raises
    ------
    UserError
        See `report.data_report`; or as_of is not ISO 8601.
    """
    instant = _instant(as_of)
    lines = clean(transactions.lines, rules, instant)
    if transactions.lines.count().execute() <= MATERIALISED_UP_TO_LINES:
        lines = kept(lines.get_backend(), lines.drop("duplicate"))
    return lines, data_report(transactions, lines, rules, instant)


def _instant(as_of: datetime | str | None) -> datetime | None:
    if isinstance(as_of, str):
        try:
            as_of = datetime.fromisoformat(as_of)
        except ValueError as error:
            raise UserError(
                f"as_of={as_of!r} must be a date or instant in ISO 8601, as 2011-12-10"
            ) from error
    if as_of is not None and as_of.tzinfo is not None:
        as_of = as_of.astimezone(UTC).replace(tzinfo=None)
    return as_of
