"""The currency of a shop, as far as its data names one."""

import re
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from segmentation.data.columns import normalised
from segmentation.data.parsing import CODES, SIGNS
from segmentation.engine.tables import kept

NAMES = ("currency", "currencycode", "ordercurrency", "währung", "waehrung")
"""Columns that name a currency, in lower case letters."""
MARK = rf"[{SIGNS}]|{CODES}"
"""What names the currency of an amount: its sign or its code."""
SHOWN = re.compile(rf"[^\W\d_]{{1,12}}|[{SIGNS}]")
"""What is shown beside money: one word or one sign."""


@dataclass(frozen=True)
class Currencies:
    """Currencies that the lines of an export name.

    Attributes
    ----------
    lines : dict of str to int
        Lines of each, the one with the most first; those that name none count nowhere.
    column : str
        That names them; empty where marks beside the amounts do.
    """

    lines: dict[str, int] = field(default_factory=dict)
    column: str = ""

    @property
    def only(self) -> str:
        """The currency, where it is one and the same; else empty."""
        found = next(iter(self.lines), "") if len(self.lines) == 1 else ""
        return found if SHOWN.fullmatch(found) else ""

    @property
    def mixed(self) -> str:
        """Say that amounts are in several currencies; empty where they are not known to be."""
        if len(self.lines) < 2:
            return ""
        total = sum(self.lines.values())
        shares = ", ".join(f"{name} {lines / total:.1%}" for name, lines in self.lines.items())
        first = next(iter(self.lines)).replace("'", "''")
        condition = f"\"{self.column} = '{first}'\"" if self.column.isidentifier() else "…"
        return (
            f"amounts are in several currencies ({shares} of the lines with one) and are added up "
            f"as they stand; data.where={condition} keeps one of them"
        )


def currencies_of(raw: ir.Table, money: str) -> Currencies:
    """Find the currencies of an export.

    Parameters
    ----------
    raw : ibis Table
        Lines as read from the source.
    money : str
        Column of the amounts, or of the prices; its marks tell where no column names a currency.
    """
    named = [name for name in raw.columns if normalised(name) in NAMES]
    if not named and not raw[money].type().is_string():
        return Currencies()
    # Counted first: a pattern is looked for in different values, not in lines.
    values = raw.select(value=raw[named[0] if named else money]).group_by("value")
    counted = kept(raw.get_backend(), values.aggregate(lines=ibis._.count()))
    value = counted.value
    currency = value.cast("string").strip() if named else value.re_extract(MARK, 0)
    marked = counted.mutate(currency=currency.nullif("")).filter(ibis._.currency.notnull())
    counts = marked.group_by("currency").aggregate(lines=ibis._.lines.sum())
    found = counts.order_by([ibis.desc("lines"), "currency"]).to_pyarrow().to_pylist()
    lines = {row["currency"]: row["lines"] for row in found}
    return Currencies(lines, named[0] if named else "")
