"""Cleaned lines added up by invoice: few rows, from which everything later is counted."""

import ibis
import ibis.expr.types as ir

KEYS = ("customer_id", "invoice_id", "invoiced_at", "cancelled", "removed_by")


def seconds_of(instants: ir.TimestampValue) -> ir.IntegerValue:
    """Whole seconds since 1970 of instants: int64, null where they are."""
    return instants.truncate("s").epoch_seconds().cast("int64")


def invoices_of(lines: ir.Table) -> ir.Table:
    """Add up the lines that share customer, invoice, instant, and what cleaning says of them.

    Parameters
    ----------
    lines : ibis Table
        Lines after `cleaning.clean`.

    Returns
    -------
    ibis Table
        ``customer_id``, ``invoice_id``, ``invoiced_at``, ``cancelled``, ``removed_by``; ``lines``,
        their number; ``amount``, their sum, which is ``gross`` less ``returned`` (amounts below
        zero); ``unit_price`` and ``quantity``, the sums of those, where the source has them. Null
        where no line of the row has a value.
    """
    nothing = ibis.literal(0).cast("decimal(18, 4)")
    sums = {
        "lines": lines.count(),
        "amount": lines.amount.sum(),
        "returned": ibis.ifelse(lines.amount < 0, -lines.amount, nothing).sum(),
        **{name: lines[name].sum() for name in ("quantity", "unit_price") if name in lines.columns},
    }
    added = lines.group_by(*KEYS).aggregate(**sums)
    return added.mutate(gross=added.amount + added.returned)
