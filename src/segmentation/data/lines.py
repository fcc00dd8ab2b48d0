"""Transaction lines that are in memory, or in a database, already."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segmentation.data.describing import require_described
from segmentation.data.layouts import in_layout, layout_of
from segmentation.data.marks import decimal_mark
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import connect
from segmentation.engine.tables import kept


def transactions_of(
    lines: pd.DataFrame | ir.Table,
    columns: Mapping[str, str | None] | None = None,
    date_format: str | None = None,
    decimal: str | None = None,
    cancellation_prefix: str | None = None,
    where: str | None = None,
    layout: Mapping[str, Any] | None = None,
    describe: Sequence[str] | None = None,
) -> Transactions:
    """Take a frame or an Ibis table for the lines of a shop.

    Parameters
    ----------
    lines : DataFrame or ibis Table
        One row per product on an invoice.
    columns, date_format, decimal, cancellation_prefix, where, layout, describe
        As of `sources.transactions`.

    Raises
    ------
    UserError
        As of `sources.transactions`.
    """
    is_frame = isinstance(lines, pd.DataFrame)
    raw = kept(connect(), ibis.memtable(lines)) if is_frame else lines
    found = in_layout(
        layout_of(raw.columns, layout),
        raw,
        columns,
        where,
        source="a DataFrame" if is_frame else "a table",
        date_format=date_format,
        decimal=decimal_mark(decimal),
        cancellation_prefix=cancellation_prefix,
        describe=describe,
    )
    require_described(describe, found.descriptors, raw.columns)
    return found
