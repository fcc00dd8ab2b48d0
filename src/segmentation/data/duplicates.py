"""Lines that are equal in every column of the source, found by a hash of each."""

import ibis
import ibis.expr.types as ir

from segmentation.engine.tables import kept

VALUES = ("customer_id", "invoice_id", "invoiced_at", "amount", "quantity", "product_id")
"""Canonical columns that are compared, too: lines that share a hash by chance differ in them."""


def with_duplicates(lines: ir.Table) -> ir.Table:
    """Mark the lines that are equal to an earlier one.

    Only lines whose hash stands there twice are compared with each other; they are computed here
    and kept, all others are left to the queries.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines of a `Transactions`.

    Returns
    -------
    ibis Table
        The same lines with ``duplicate``: of equal lines all but one, and those that stand in an
        earlier file with other columns.
    """
    counted = lines.group_by("line_hash").aggregate(times=lines.count())
    repeated = kept(lines.get_backend(), counted.filter(counted.times > 1).select("line_hash"))
    lines = lines.mutate(duplicate=lines.in_earlier_file)
    if not repeated.count().execute():
        return lines
    several = kept(lines.get_backend(), lines.semi_join(repeated, "line_hash"))
    # An order is for engines that number rows in none but a given one.
    equal = [several[name] for name in ("line_hash", *VALUES) if name in several.columns]
    again = ibis.row_number().over(group_by=equal, order_by=several.duplicate) > 0
    several = several.mutate(duplicate=several.duplicate | again)
    return ibis.union(lines.anti_join(repeated, "line_hash"), several)
