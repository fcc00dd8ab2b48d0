"""A fingerprint of lines: equal on every engine, for every file format and order of the lines."""

import hashlib
from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from segmentation.data.invoices import seconds_of
from segmentation.engine.functions import text_number, try_cast

DESCRIBING = ("product_id", "country", "status")
"""Canonical columns that tell lines of an invoice apart, or whole invoices."""
SUMS = ("lines", "amount", "quantity", "unit_price")
PRIME = 2**31 - 1
SEPARATOR, NOTHING = "\x1f", "\x1e"


def content_fingerprint(lines: ir.Table, invoices: ir.Table) -> str:
    """Digest the content of canonical columns, whatever cleaning says of it.

    It is made of sums over invoices, each weighted by a hash of its customer, number and instant,
    and over the values of a column that describes lines, each weighted by a hash of it: a text is
    hashed once and not with every line. What it does not see are values that lines exchange
    without changing such a sum: quantities within one invoice, say, or products of two lines of
    the same second. An instant counts to the second.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines of a `Transactions`.
    invoices : ibis Table
        Of `invoices.invoices_of`.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    # What cleaning has parted is put together again: a remainder of a sum is no sum of remainders.
    known = [name for name in SUMS if name in invoices.columns]
    whole = invoices.group_by(
        "customer_id", "invoice_id", seconds=seconds_of(invoices.invoiced_at)
    ).aggregate(**{name: invoices[name].sum() for name in known})
    of_invoice = [whole.customer_id, whole.invoice_id, whole.seconds.cast("string")]
    sums = {name: whole[name] for name in known}
    contents = {"invoice": _weighted(whole, of_invoice, sums)}
    for name in DESCRIBING:
        if name in lines.columns:
            values = lines.group_by(name).aggregate(
                lines=lines.count(), seconds=seconds_of(lines.invoiced_at).sum().cast("int64")
            )
            of_value = {"lines": values.lines, "seconds": values.seconds}
            contents[name] = _weighted(values, [values[name]], of_value)
    return hashlib.sha256(repr(contents).encode()).hexdigest()[:16]


def _weighted(
    table: ir.Table, key: Sequence[ir.StringValue], sums: Mapping[str, ir.NumericValue]
) -> dict[str, int]:
    """Sums over the rows of a table, weighted by a hash of their key; null counts as nothing."""
    text = ibis.literal(SEPARATOR).join([part.fill_null(NOTHING) for part in key])
    weight = text_number(text) % PRIME
    totals = {name: _exact_sum(weight * _whole(value)) for name, value in sums.items()}
    found = table.aggregate(weight=_exact_sum(weight), **totals).to_pyarrow().to_pylist()[0]
    return {name: int(total or 0) for name, total in found.items()}


def _whole(value: ir.NumericValue) -> ir.IntegerValue:
    """Ten thousandths of a number, modulo a prime so that a product of two fits 64 bits."""
    if not value.type().is_integer():
        value = try_cast((value.cast("float64") * 10_000).round(), "int64")
    return value % PRIME


def _exact_sum(values: ir.IntegerValue) -> ir.DecimalScalar:
    return values.cast("decimal(38, 0)").sum()
