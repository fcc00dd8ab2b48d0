"""What is read without a mistake, and is most likely none the less: said before it is computed."""

from datetime import datetime, timedelta

import ibis
import ibis.expr.types as ir

from segmentation.data.columns import normalised
from segmentation.data.parsing import CODES, SIGNS
from segmentation.engine.tables import kept
from segmentation.errors import UserError

STRAY_AFTER = timedelta(days=365)
"""After a year without any other sale a line is no sale of the same shop, most likely."""
STRAY_SHARE = 0.01
"""Of all lines: more of them are a second period of the shop."""
LATE_AFTER = timedelta(days=31)
"""A shop that measures once a month does so within it."""
CURRENCY_NAMES = ("currency", "currencycode", "ordercurrency", "währung", "waehrung")
"""Columns that name a currency, in lower case letters."""
MARK = rf"[{SIGNS}]|{CODES}"
"""What names the currency of an amount: its sign or its code."""


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


def mixed_currencies(raw: ir.Table, money: str) -> str:
    """Say that amounts are in several currencies; empty where they are not known to be.

    Parameters
    ----------
    raw : ibis Table
        Lines as read from the source.
    money : str
        Column of the amounts, or of the prices; its marks tell where no column names a currency.
    """
    named = [name for name in raw.columns if normalised(name) in CURRENCY_NAMES]
    if not named and not raw[money].type().is_string():
        return ""
    # Counted first: a pattern is looked for in different values, not in lines.
    values = raw.select(value=raw[named[0] if named else money]).group_by("value")
    counted = kept(raw.get_backend(), values.aggregate(lines=ibis._.count()))
    value = counted.value
    currency = value.cast("string").strip() if named else value.re_extract(MARK, 0)
    marked = counted.mutate(currency=currency.nullif("")).filter(ibis._.currency.notnull())
    counts = marked.group_by("currency").aggregate(lines=ibis._.lines.sum())
    found = counts.order_by([ibis.desc("lines"), "currency"]).to_pyarrow().to_pylist()
    if len(found) < 2:
        return ""
    total = sum(row["lines"] for row in found)
    shares = ", ".join(f"{row['currency']} {row['lines'] / total:.1%}" for row in found)
    plain = bool(named) and named[0].isidentifier()
    first = found[0]["currency"].replace("'", "''")
    condition = f"\"{named[0]} = '{first}'\"" if plain else "…"
    return (
        f"amounts are in several currencies ({shares} of the lines with one) and are added up as "
        f"they stand; data.where={condition} keeps one of them"
    )
