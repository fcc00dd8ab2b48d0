"""Lines that can never be measured, and what to do about them without losing the shop's revenue."""

import math
import re
from collections.abc import Mapping

import ibis.expr.types as ir

from segmentation.data.cleaning import CleaningRules
from segmentation.data.read_values import NUMBERS
from segmentation.data.transactions import Transactions
from segmentation.errors import UserError


def refuse_unmeasurable(
    transactions: Transactions,
    cleaned: ir.Table,
    rules: CleaningRules,
    counts: Mapping[str, int],
    lost: tuple[float, str],
) -> None:
    """Refuse lines that are unreadable or without a customer, unless a rule drops them.

    So many unreadable lines as are no slips are refused whatever the rule says: something was
    misunderstood, and dropping them would drop the shop.

    Parameters
    ----------
    transactions : Transactions
        What was read.
    cleaned : ibis Table
        Its lines after `cleaning.clean`.
    rules : CleaningRules
    counts : mapping of rule to the number of lines that it removes
    lost : float, str
        Share that is unreadable, and of what: of all lines, or of the revenue.

    Raises
    ------
    UserError
        With the column, one of its values, and what to do.
    """
    unreadable, missing = counts.get("unreadable", 0), counts.get("missing_customer", 0)
    share, of_what = lost
    too_many = share > rules.max_unreadable_share
    if unreadable and (too_many or not rules.unreadable):
        column, value = _first_unreadable(cleaned)
        shown = "blank" if value is None or not value.strip() else repr(value)
        of_numbers = [transactions.columns.get(name) for name in NUMBERS]
        remedy = (column in of_numbers and _other_mark(value)) or (
            _likely_cause(column, value, share)
            if too_many
            else "correct them or set cleaning.unreadable=true to drop and count such lines"
        )
        raise UserError(
            f"{unreadable:,} lines of {transactions.source} ({share:.1%} {of_what}) cannot be "
            f"read: column {column!r} is {shown}; {remedy}"
        )
    if missing and not rules.missing_customer:
        raise UserError(
            f"{missing:,} lines of {transactions.source} have no customer id in column "
            f"{transactions.columns['customer_id']!r}, so they cannot be measured; "
            "set cleaning.missing_customer=true to drop and count them"
        )


def _first_unreadable(cleaned: ir.Table) -> tuple[str, str | None]:
    """Column and value of the first unreadable line, in the order of the two."""
    unread = cleaned.filter(cleaned.unreadable.notnull())
    found = unread.order_by("unreadable", "unreadable_value").limit(1)
    row = found.select("unreadable", "unreadable_value").to_pyarrow().to_pylist()[0]
    return str(row["unreadable"]), row["unreadable_value"]


def _other_mark(value: str | None) -> str:
    """Say that numbers have the other decimal mark, where the value looks like it."""
    digits = re.sub(r"[^\d.,-]", "", value or "")
    if re.fullmatch(r"-?[\d.]*\d,\d+", digits):
        return "set data.decimal=comma if the comma is the decimal mark; else correct them"
    if re.fullmatch(r"-?\d+\.\d+", digits):
        return "set data.decimal=point if the point is the decimal mark; else correct them"
    return ""


def _likely_cause(column: str, value: str | None, share: float) -> str:
    """What so many lines have in common, most likely."""
    if value is None or not value.strip():
        cause = (
            f"{column!r} may stand on the first line of an order only, or the lines come from "
            "exports with different columns"
        )
    else:
        cause = f"{column!r} may be another column than the one that is meant"
    return (
        f"so many are no slips: {cause}; choose the right one with data.columns.…=, or, to lose "
        f"these lines, set cleaning.max_unreadable_share={math.ceil(100 * share) / 100:g} "
        "cleaning.unreadable=true"
    )
