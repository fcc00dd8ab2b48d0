"""Customers who are left out of lists: by their ids, or by a condition on what is carried along."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from segmentation.customers.kept_values import beside
from segmentation.data.condition import MET, condition_of, decided_by
from segmentation.data.harmless_text import restored
from segmentation.data.list_file import PARQUET, read_list_file
from segmentation.data.parsing import identifier
from segmentation.data.transactions import KEPT
from segmentation.engine.connection import connect
from segmentation.engine.errors import engine_errors, reason
from segmentation.errors import UserError
from segmentation.segments.customer_list import EXCLUDED
from segmentation.segments.drift import SegmentCounts

FILES = (".csv", ".txt", PARQUET)
OPTION = "exclude"


def is_file_of_ids(exclude: str | None) -> bool:
    """Whether it names a file; else it is a condition."""
    return exclude is not None and Path(exclude).suffix.lower() in FILES


def require_readable(exclude: str | None) -> None:
    """Refuse, before any work, a file that cannot be read, or what is no condition.

    Raises
    ------
    UserError
        With what it may be.
    """
    if is_file_of_ids(exclude):
        with _reading(str(exclude)):
            _ids(connect(), str(exclude)).count().execute()
    elif exclude is not None:
        condition_of(exclude, OPTION)


def require_matches(exclude: str | None, counts: SegmentCounts, reached: SegmentCounts) -> None:
    """Refuse a file of ids in which there is no customer: its first column is something else.

    Parameters
    ----------
    exclude : str or None
    counts, reached : SegmentCounts
        Of all customers, and of those who are not left out.

    Raises
    ------
    UserError
        It has ids, and none of them is that of a customer.
    """
    if not is_file_of_ids(exclude) or counts.segments != reached.segments:
        return
    n = int(_ids(connect(), str(exclude)).count().execute())
    if n > 1:
        raise UserError(
            f"exclude={exclude} has {n:,} different values in its first column, and none is the id "
            "of a customer; put the ids first"
        )


def with_excluded(customers: ir.Table, exclude: str | None) -> ir.Table:
    """Say of every customer whether it is left out of lists: a column `EXCLUDED`.

    Parameters
    ----------
    customers : ibis Table
        Of DuckDB where ``exclude`` is a file; with the columns that are carried into lists.
    exclude : str or None
        A csv or parquet file whose first column is ids, or a condition in SQL on carried columns,
        see `condition.condition_of`; a customer for whom it is not decided, because a value is
        blank, is not left out.

    Raises
    ------
    UserError
        The file cannot be read, or it is no condition on carried columns.
    """
    if exclude is None:
        return customers.mutate(**{EXCLUDED: ibis.literal(False)})
    found = _of_file(customers, exclude) if is_file_of_ids(exclude) else _of(customers, exclude)
    beside_them = beside(customers, found)
    return beside_them.mutate(**{EXCLUDED: beside_them[EXCLUDED].fill_null(False)})


def _of_file(customers: ir.Table, exclude: str) -> ir.Table:
    return _ids(customers.get_backend(), exclude).mutate(**{EXCLUDED: ibis.literal(True)})


def _ids(connection: BaseBackend, exclude: str) -> ir.Table:
    """Different values of the first column of a file; its heading, which may be an id, is one."""
    path = Path(exclude)
    if not path.is_file():
        raise UserError(f"exclude={exclude} is no file; set it to one with ids of customers")
    with _reading(exclude):
        table = read_list_file(connection, path)
    first = table[table.columns[0]]
    is_parquet = path.suffix.lower() == PARQUET
    ids = identifier(first if is_parquet else restored(first)).name("customer_id").as_table()
    ids = ids.filter(ids.customer_id.notnull())
    heading = ibis.memtable({"customer_id": [table.columns[0]]})
    return ids.union(heading.mutate(customer_id=identifier(heading.customer_id)), distinct=True)


def _of(customers: ir.Table, exclude: str) -> ir.Table:
    carried = {
        name.removeprefix(KEPT): customers[name]
        for name in customers.columns
        if name.startswith(KEPT)
    }
    if not carried:
        raise UserError(
            f"exclude={exclude} is a condition on columns of keep=, and none is kept; set "
            "keep=[consent], or exclude= to a file of ids"
        )
    known = decided_by(customers.select("customer_id", **carried), exclude, option=OPTION)
    return known.select("customer_id", **{EXCLUDED: known[MET]})


@contextmanager
def _reading(exclude: str) -> Iterator[None]:
    try:
        yield
    except engine_errors() as error:
        raise UserError(
            f"exclude={exclude} cannot be read ({reason(error)}); its first column must be ids"
        ) from error
