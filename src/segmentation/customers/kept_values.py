"""Columns of the source that are carried into lists of customers: the newest value of each."""

import ibis.expr.types as ir
from pyarrow.parquet import read_schema

from segmentation.customers.customers_file import CustomersFile
from segmentation.data.transactions import KEPT

UNUSABLE = ("unreadable", "after_as_of", "missing_customer")
"""Rules of the cleaning whose lines say nothing of a customer as of then."""


def kept_values(lines: ir.Table) -> ir.Table | None:
    """Newest value of every carried column, per customer.

    Parameters
    ----------
    lines : ibis Table
        Lines after `cleaning.clean`. All of them up to the instant of measuring count, also of
        orders that were refunded or cancelled: a customer may withdraw a consent with one.

    Returns
    -------
    ibis Table or None
        ``customer_id`` and the carried columns, `KEPT` before their names: the value that is not
        blank on the latest line that has one, the last in the order of the engine where one instant
        has several; null without any. ``None`` where no column is carried.
    """
    carried = [name for name in lines.columns if name.startswith(KEPT)]
    if not carried:
        return None
    kept = lines.filter(~lines.removed_by.isin(UNUSABLE).fill_null(False))
    table = kept.select("customer_id").distinct()
    for name in carried:
        told = kept.filter(kept[name].strip() != "").select("customer_id", "invoiced_at", name)
        newest = told.mutate(newest=told.invoiced_at.max().over(group_by=told.customer_id))
        newest = newest.filter(newest.invoiced_at == newest.newest)
        values = newest.group_by("customer_id").aggregate(**{name: newest[name].max()})
        table = table.left_join(values, "customer_id").drop("customer_id_right")
    return table


def kept_names(kept: CustomersFile | None) -> list[str]:
    """Names of the columns of the source in a file of `kept_values`."""
    if kept is None:
        return []
    names = read_schema(kept.path).names
    return [name.removeprefix(KEPT) for name in names if name.startswith(KEPT)]


def beside(customers: ir.Table, others: ir.Table | None) -> ir.Table:
    """Put the columns of another table beside those of the customers; null where it lacks one."""
    if others is None:
        return customers
    return customers.left_join(others, "customer_id").drop("customer_id_right")
