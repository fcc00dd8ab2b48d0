"""Rules that decide which transaction lines count."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from segmentation.ranges import SHARE

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass
class CleaningRules:
    """Which lines are removed; the default is the standard cleaning.

    Attributes
    ----------
    missing_customer : bool
        Lines without a customer id. They can never be measured: when off, such lines are an error.
    duplicates : bool
        Lines equal to another one in every column of the source; one of them stays.
    cancellations : bool
        Lines that take revenue back: negative amount, or an invoice number of a cancellation.
    refunded_orders, cancelled_orders, unpaid_orders : bool
        Orders whose status says so, see `STATUSES`; remove nothing where the source has no status.
    non_positive_quantity : bool
        Quantity of zero or less; removes nothing where the source has no quantity.
    non_positive_price : bool
        Unit price of zero or less; the amount where the source has no unit price.
    unreadable : bool
        Lines with a quantity, price, amount, date or invoice id that is blank or cannot be read.
        They can never be measured: when off, such lines are an error.
    max_unreadable_share : float
        Of all lines, and of the revenue; more in unreadable ones is an error whatever the rule
        says.
    """

    missing_customer: bool = True
    duplicates: bool = True
    cancellations: bool = True
    non_positive_quantity: bool = True
    non_positive_price: bool = True
    unreadable: bool = False
    max_unreadable_share: float = field(default=0.05, metadata=SHARE)
    refunded_orders: bool = True
    cancelled_orders: bool = True
    unpaid_orders: bool = True


RULES = (
    "unreadable",
    "after_as_of",
    "missing_customer",
    "duplicates",
    "cancellations",
    "refunded_orders",
    "cancelled_orders",
    "unpaid_orders",
    "non_positive_quantity",
    "non_positive_price",
)
"""Values of `removed_by`, in the order in which the rules are tried."""

STATUSES = {
    "refunded_orders": ("refunded", "erstattet", "remboursé"),
    "cancelled_orders": (
        *("cancelled", "canceled", "voided", "trash", "storniert", "annulé", "annulée"),
        *("cancelado", "cancelada", "anulowane", "annullato", "geannuleerd"),
    ),
    "unpaid_orders": (
        "pending",
        "pending payment",
        "failed",
        "declined",
        "unpaid",
        "expired",
        "on-hold",
        "draft",
        "checkout-draft",
    ),
}
"""Rule to the statuses of orders that it removes, in lower case."""


def clean(lines: "ir.Table", rules: CleaningRules, as_of: datetime | None = None) -> "ir.Table":
    """Say for every line which rule removes it.

    Lines that can never be measured (unreadable, no customer id) are removed whatever the rules
    say; `report.data_report` refuses them where their rule is off.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines of a `Transactions`.
    rules : CleaningRules
    as_of : datetime, optional
        UTC without time zone; later lines are removed as ``after_as_of``. None keeps them.

    Returns
    -------
    ibis Table
        The same lines with ``removed_by``: the first of `RULES` that removes a line, null where
        it is kept; with ``duplicate`` where duplicates are removed, for which those lines are
        looked for at once, see `duplicates.with_duplicates`.
    """
    import ibis

    from segmentation.data.duplicates import with_duplicates

    lines = with_duplicates(lines) if rules.duplicates else lines
    never: ir.BooleanValue = ibis.literal(False)
    hits = {
        "unreadable": lines.unreadable.notnull(),
        "after_as_of": never if as_of is None else lines.invoiced_at > ibis.timestamp(as_of),
        "missing_customer": lines.customer_id.isnull(),
        "duplicates": lines.duplicate if rules.duplicates else never,
        "cancellations": lines.cancelled if rules.cancellations else never,
        **{rule: _has_status(lines, rule) if getattr(rules, rule) else never for rule in STATUSES},
        "non_positive_quantity": (
            lines.quantity <= 0
            if rules.non_positive_quantity and "quantity" in lines.columns
            else never
        ),
        "non_positive_price": _price(lines) <= 0 if rules.non_positive_price else never,
    }
    first_hit = ibis.cases(*((hits[rule], rule) for rule in RULES), else_=ibis.null("string"))
    return lines.mutate(removed_by=first_hit)


def _has_status(lines: "ir.Table", rule: str) -> "ir.BooleanValue":
    import ibis

    return (
        lines.status.isin(STATUSES[rule]).fill_null(False)
        if "status" in lines.columns
        else ibis.literal(False)
    )


def _price(lines: "ir.Table") -> "ir.DecimalValue":
    import ibis

    if "unit_price" in lines.columns:
        return ibis.coalesce(lines.unit_price, lines.amount)
    return lines.amount
