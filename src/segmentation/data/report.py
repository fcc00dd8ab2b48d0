"""What was read, what cleaning removed, and a fingerprint of the content."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

import ibis.expr.types as ir

from segmentation.data.cleaning import RULES, CleaningRules
from segmentation.data.content import content_fingerprint
from segmentation.data.plausible import late_as_of, refuse_stray_lines
from segmentation.data.transactions import Transactions
from segmentation.data.unmeasurable import refuse_unmeasurable
from segmentation.errors import UserError

Groups = Mapping[str | None, dict[str, Any]]
"""Figures of the lines that each rule removed, and under None of those that were kept."""


@dataclass(frozen=True)
class Removal:
    """What one rule removed.

    Attributes
    ----------
    rule : str
        One of `cleaning.RULES`.
    lines : int
    revenue : float
        Sum of the amounts of these lines, as far as they can be read; negative for cancellations.
    """

    rule: str
    lines: int
    revenue: float


@dataclass(frozen=True)
class DataReport:
    """What was read, what was removed and what was kept.

    Attributes
    ----------
    source : str
        Path, URL or name of the source.
    columns : dict of str to str
        Canonical column to the column of the source.
    lines_read : int
    removed : tuple of Removal
        One per rule that removed a line, in the order of the rules.
    lines_kept, customers, orders : int
        orders are the distinct invoices of every customer that are not cancelled.
    revenue_kept : float
    first_invoiced_at, last_invoiced_at : datetime
        Of the lines kept.
    as_of : datetime
        The instant at which customers are measured.
    notes : tuple of str
        How the source was understood where it does not say so itself.
    reading : dict
        By which the next export of the source is read alike, see `Transactions`.
    fingerprint : str
        16 hexadecimal digits of the content of the canonical columns before cleaning: the same for
        every engine, file format and order of the lines, see `content.content_fingerprint`; empty
        where nobody asked for it.
    currency : str
        Of all money; empty where the source names none, or several.
    """

    source: str
    columns: dict[str, str]
    lines_read: int
    removed: tuple[Removal, ...]
    lines_kept: int
    revenue_kept: float
    customers: int
    orders: int
    first_invoiced_at: datetime
    last_invoiced_at: datetime
    as_of: datetime
    fingerprint: str
    notes: tuple[str, ...] = ()
    reading: dict[str, Any] = field(default_factory=dict)
    currency: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the report as values that JSON can hold; instants are ISO 8601 text."""
        values = asdict(self)
        return {
            name: value.isoformat(sep=" ") if isinstance(value, datetime) else value
            for name, value in values.items()
        } | {name: list(values[name]) for name in ("removed", "notes")}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Report from the dictionary that `to_dict` gave, also by way of JSON."""
        instants = ("first_invoiced_at", "last_invoiced_at", "as_of")
        return cls(
            **stored
            | {name: datetime.fromisoformat(stored[name]) for name in instants}
            | {"removed": tuple(Removal(**removal) for removal in stored["removed"])}
            # An earlier edition took none, and no way of reading.
            | {"notes": tuple(stored.get("notes", ()))}
        )


def data_report(
    transactions: Transactions,
    cleaned: ir.Table,
    invoices: ir.Table,
    rules: CleaningRules,
    as_of: datetime | None = None,
    with_fingerprint: bool = True,
) -> DataReport:
    """Count what was read, removed and kept.

    Parameters
    ----------
    transactions : Transactions
        What was read.
    cleaned : ibis Table
        Its lines after `cleaning.clean` with the same rules and as_of.
    invoices : ibis Table
        Those added up, see `invoices.invoices_of`.
    rules : CleaningRules
    as_of : datetime, optional
        None: the last `invoiced_at` of all readable lines, before cleaning.
    with_fingerprint : bool
        Whether the content is digested, which costs as much as everything else here.

    Returns
    -------
    DataReport

    Raises
    ------
    UserError
        Lines that cannot be measured, see `unmeasurable.refuse_unmeasurable`, or that lie long
        after all others, see `plausible.refuse_stray_lines`; or no line is left.
    """
    groups = _count_by_rule(invoices)
    if not groups:
        raise UserError(f"{transactions.source} has no transaction lines; set data.path=…")
    removed = tuple(
        Removal(rule, groups[rule]["lines"], float(groups[rule]["revenue"] or 0))
        for rule in RULES
        if rule in groups
    )
    lines_read = sum(group["lines"] for group in groups.values())
    counts = {removal.rule: removal.lines for removal in removed}
    refuse_unmeasurable(transactions, cleaned, rules, counts, _lost(groups, lines_read))
    kept = _require_kept(groups, transactions.source, counts)
    if as_of is None:
        refuse_stray_lines(_readable(invoices), transactions.source)
    measured_at, late = _measured_at(groups, as_of)
    return DataReport(
        source=transactions.source,
        columns=transactions.columns,
        lines_read=lines_read,
        removed=removed,
        lines_kept=kept["lines"],
        revenue_kept=float(kept["revenue"]),
        customers=kept["customers"],
        orders=kept["orders"],
        first_invoiced_at=kept["first"],
        last_invoiced_at=kept["last"],
        as_of=measured_at,
        fingerprint=(content_fingerprint(transactions.lines, invoices) if with_fingerprint else ""),
        notes=(*transactions.notes, *filter(None, [late])),
        reading=transactions.reading,
        currency=transactions.currency,
    )


def _require_kept(groups: Groups, source: str, counts: Mapping[str, int]) -> Mapping[str, Any]:
    """Figures of the lines that are kept."""
    if None in groups:
        return groups[None]
    told = ", ".join(f"{rule} {lines:,}" for rule, lines in counts.items())
    raise UserError(
        f"cleaning removed every line of {source} ({told}); "
        "set data.path= to other data, or train with a rule switched off: cleaning.<rule>=false"
    )


def _readable(invoices: ir.Table) -> ir.Table:
    return invoices.filter(invoices.removed_by.isnull() | (invoices.removed_by != "unreadable"))


def _lost(groups: Groups, lines_read: int) -> tuple[float, str]:
    """Share of unreadable lines, and of what: of the lines or the revenue, whichever is more."""
    lost = groups.get("unreadable", {"lines": 0, "revenue": 0})
    shares = [(lost["lines"] / lines_read, "of all")]
    revenue = float(sum(max(group["revenue"] or 0, 0) for group in groups.values()))
    if revenue > 0:
        shares.append((float(lost["revenue"] or 0) / revenue, "of the revenue"))
    return max(shares)


def _measured_at(groups: Groups, as_of: datetime | None) -> tuple[datetime, str]:
    """The instant at which customers are measured, and a note where that is long after all."""
    never = ("unreadable", "after_as_of")
    last: datetime = max(group["last"] for rule, group in groups.items() if rule not in never)
    return (last, "") if as_of is None else (as_of, late_as_of(as_of, last))


def _count_by_rule(invoices: ir.Table) -> Groups:
    """Figures of the lines that each rule removed, and under None of those that were kept."""
    figures = invoices.group_by("removed_by").aggregate(
        lines=invoices.lines.sum().cast("int64"),
        revenue=invoices.amount.sum(),
        customers=invoices.customer_id.nunique(),
        # Numbers may repeat between customers.
        orders=_order(invoices).nunique(where=~invoices.cancelled),
        first=invoices.invoiced_at.min(),
        last=invoices.invoiced_at.max(),
    )
    return {row.pop("removed_by"): row for row in figures.to_pyarrow().to_pylist()}


def _order(invoices: ir.Table) -> ir.StringValue:
    """Customer and invoice in one text; null where one of them is."""
    return invoices.customer_id.concat("\x1f", invoices.invoice_id)
