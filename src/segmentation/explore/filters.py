"""Who is shown of a list, chosen and counted by the engine: only what is seen leaves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from segmentation.data.output_file import output_file
from segmentation.engine.tables import batches
from segmentation.segments.customer_list import EXCLUDED

Bounds = tuple[float | None, float | None]


@dataclass(frozen=True)
class Wanted:
    """Which customers are to be shown; what is empty or ``None`` leaves all.

    Attributes
    ----------
    segments : sequence of str
        Names.
    days_absent, revenue : pair of float or None
        Least and most, both included.
    borderline : bool
        Only customers almost as near to another segment.
    column, text : str
        A kept column, and what it contains, in whatever case.
    """

    segments: Sequence[str] = ()
    days_absent: Bounds = (None, None)
    revenue: Bounds = (None, None)
    borderline: bool = False
    column: str = ""
    text: str = ""


def filtered(table: ir.Table, wanted: Wanted) -> ir.Table:
    """Leave the customers that are wanted."""
    conditions: list[ir.BooleanValue] = []
    if wanted.segments:
        conditions.append(table.segment_name.isin(list(wanted.segments)))
    for name, (least, most) in (
        ("recency_days", wanted.days_absent),
        ("revenue", wanted.revenue),
    ):
        if least is not None:
            conditions.append(table[name] >= least)
        if most is not None:
            conditions.append(table[name] <= most)
    if wanted.borderline:
        conditions.append(table.borderline)
    if wanted.column and wanted.text:
        text = table[wanted.column].cast("string").lower()
        conditions.append(text.contains(ibis.literal(wanted.text.lower())))
    return table.filter(*conditions) if conditions else table


def listed(table: ir.Table) -> ir.Table:
    """Leave the customers who may stand in a list: where it is known, not the excluded ones."""
    if EXCLUDED not in table.columns:
        return table
    return table.filter(~table[EXCLUDED].fill_null(False)).drop(EXCLUDED)


def per_segment(table: ir.Table) -> pd.DataFrame:
    """Count ``customers`` and sum ``revenue`` by ``segment`` and ``segment_name``, in order."""
    counts = table.group_by("segment", "segment_name").agg(
        customers=table.count(), revenue=table.revenue.sum()
    )
    # Noise, -1, comes last.
    in_order = counts.to_pandas().sort_values("segment", key=lambda ids: ids.mod(1_000_000))
    return in_order.reset_index(drop=True)


def first_rows(table: ir.Table, n: int) -> pd.DataFrame:
    """Bring the ``n`` customers of highest revenue."""
    return table.order_by(ibis.desc("revenue"), "customer_id").limit(n).to_pandas()


def one_customer(table: ir.Table, customer_id: str) -> pd.DataFrame:
    """Bring one customer: a row, or none."""
    return table.filter(table.customer_id == customer_id).limit(1).to_pandas()


def csv_of(table: ir.Table) -> bytes:
    """Write customers as CSV in which a spreadsheet executes nothing, in order of their ids."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        with output_file(path, overwrite=True) as append:
            for batch in batches(table.order_by("customer_id")):
                append(pa.Table.from_batches([batch]))
        return path.read_bytes()
