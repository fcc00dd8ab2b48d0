"""The list of customers that a shop uploads: its columns, their order, and what stands in them."""

import re
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.transactions import KEPT
from segmentation.errors import UserError
from segmentation.model.rfm import SCORES
from segmentation.segments.scored_by import COLUMNS as MODEL

SEGMENT_BEFORE = "segment before"
"""Column of the customers: name of the segment in the list before this one."""
EXCLUDED = "excluded"
"""Column of the customers: whether they are left out of lists."""
SINCE = ("previous_segment_name", "changed_on")
"""Name of the last other segment of a customer, and when the change was seen, ISO 8601."""
RFM_FEATURES = tuple(SCORES)
COLUMNS = (
    *("segment", "segment_name", "action", "confidence", "borderline", *RFM_FEATURES),
    *(*SCORES.values(), "rfm_score", *SINCE, "control"),
)
"""What every list has after the id and the kept columns, in this order; all else follows."""
MOVES = ("from", "to", "days_absent")
"""What a list of moves has besides."""
ALWAYS = {"customer_id", *COLUMNS, "outlier", "as_of", *MODEL, *MOVES, EXCLUDED}


def list_file_name(segment_name: str) -> str:
    """Name of the list of a segment: ``at-risk.csv`` of ``at risk``."""
    words = re.sub(r"[^\w]+", "-", segment_name.lower())
    return f"{words.strip('-')}.csv"


def in_order(found: Mapping[str, pa.Array]) -> pa.Table:
    """Put the columns of a list in their order.

    Parameters
    ----------
    found : mapping of str to Array
        ``customer_id``, columns that are carried (`KEPT` before their names), those of `COLUMNS`
        that are known, and others.
    """
    kept = {name.removeprefix(KEPT): name for name in found if name.startswith(KEPT)}
    first = {"customer_id": "customer_id", **kept}
    names = dict.fromkeys([*COLUMNS, *found])
    rest = {name: name for name in names if name in found and name not in first.values()}
    return pa.table({name: found[column] for name, column in {**first, **rest}.items()})


def changes(customers: pa.RecordBatch, names: pa.Array, as_of: str) -> dict[str, pa.Array]:
    """Say what segment each customer had before the one of today, and since when that is over.

    Parameters
    ----------
    customers : RecordBatch of n_customers rows
        With `SEGMENT_BEFORE` and `SINCE` of the list before, where there is one; null for
        customers that it lacks.
    names : Array of str
        Segments of today.
    as_of : str
        Of today, ISO 8601.

    Returns
    -------
    dict of str to Array
        The columns of `SINCE`; null for a customer of whom no change is known.
    """
    if SEGMENT_BEFORE not in customers.schema.names:
        return {name: pa.nulls(len(names), pa.string()) for name in SINCE}
    before = customers[SEGMENT_BEFORE].cast(pa.string())
    moved = pc.fill_null(pc.not_equal(before, names), False)
    values = dict(zip(SINCE, (before, pa.scalar(as_of[: len("2024-12-31")])), strict=True))
    return {
        name: pc.if_else(moved, value, customers[name].cast(pa.string()))
        for name, value in values.items()
    }


def require_free_names(keep: Iterable[str], features: Iterable[str]) -> None:
    """Refuse to carry a column that is called like one of the list itself.

    Raises
    ------
    UserError
        Names the first such column.
    """
    taken = {name.casefold() for name in (*ALWAYS, *features)}
    for name in keep:
        if name.casefold() in taken:
            raise UserError(
                f"keep={name}: the list has a column {name!r} of its own; give it another name in "
                "data.query="
            )
