"""What is read without a mistake, and is most likely none the less: said before it is computed."""

from datetime import datetime, timedelta

import ibis.expr.types as ir

from segmentation.errors import UserError

STRAY_AFTER = timedelta(days=365)
"""After a year without any other sale a line is no sale of the same shop, most likely."""
STRAY_SHARE = 0.01
"""Of all lines: more of them are a second period of the shop."""
LATE_AFTER = timedelta(days=31)
"""A shop that measures once a month does so within it."""


def refuse_stray_lines(invoices: ir.Table, source: str) -> None:
    """Refuse lines long after all others, whose date would be that at which customers are measured.

    Parameters
    ----------
    invoices : ibis Table
        Of `invoices.invoices_of`, those with an instant.
    source : str

    Raises
    ------
    UserError
        With the lines, their distance and the last instant before them.
    """
    day = invoices.invoiced_at.date()
    days = invoices.group_by(day=day).aggregate(
        lines=invoices.lines.sum().cast("int64"), last=invoices.invoiced_at.max()
    )
    counted = days.order_by("day").to_pyarrow().to_pylist()
    total, after = sum(row["lines"] for row in counted), 0
    for earlier, later in zip(counted[-2::-1], counted[:0:-1], strict=True):
        after += later["lines"]
        if after > STRAY_SHARE * total:
            return
        gap = later["day"] - earlier["day"]
        if gap > STRAY_AFTER:
            last: datetime = earlier["last"]
            raise UserError(
                f"{after:,} of {total:,} lines of {source} come {gap.days:,} days after all others "
                f"(the last on {counted[-1]['day']}), where customers would be measured; correct "
                f"their dates or set as_of={last.isoformat()} to leave them out"
            )


def late_as_of(as_of: datetime, last: datetime) -> str:
    """Say that customers are measured long after the last line; empty where they are not."""
    if as_of - last <= LATE_AFTER:
        return ""
    return (
        f"as_of={as_of:%Y-%m-%d} is {(as_of - last).days:,} days after the last line "
        f"({last:%Y-%m-%d}): every customer was absent at least as long"
    )
