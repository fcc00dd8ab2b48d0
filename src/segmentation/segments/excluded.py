"""Customers who are left out of lists: by their ids, or by a condition on what is carried along."""

from pathlib import Path

import ibis
import ibis.expr.types as ir

from segmentation.customers.kept_values import beside
from segmentation.data.condition import MET, decided_by
from segmentation.data.harmless_text import restored
from segmentation.data.parsing import identifier
from segmentation.data.transactions import KEPT
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.tables import read_csv_as_text, read_parquet
from segmentation.errors import UserError

EXCLUDED = "excluded"
FILES = (".csv", ".txt", ".parquet")
OPTION = "exclude"


def is_file_of_ids(exclude: str | None) -> bool:
    """Whether it names a file; else it is a condition."""
    return exclude is not None and Path(exclude).suffix.lower() in FILES


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
    path, connection = Path(exclude), customers.get_backend()
    if not path.is_file():
        raise UserError(f"exclude={exclude} is no file; set it to one with ids of customers")
    is_parquet = path.suffix.lower() == ".parquet"
    try:
        table = (
            read_parquet(connection, [path]) if is_parquet else read_csv_as_text(connection, path)
        )
    except engine_errors() as error:
        raise UserError(
            f"exclude={exclude} cannot be read ({reason(error)}); its first column must be ids"
        ) from error
    first = table[table.columns[0]]
    ids = identifier(first if is_parquet else restored(first)).name("customer_id").as_table()
    ids = ids.filter(ids.customer_id.notnull()).distinct()
    return ids.mutate(**{EXCLUDED: ibis.literal(True)})


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
