"""Layouts of exports that are known by their columns: each is an option of conf/data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Self

import ibis.expr.types as ir

from segmentation.data.canonical import to_canonical
from segmentation.data.condition import meeting
from segmentation.data.parsing import instant
from segmentation.data.transactions import Transactions
from segmentation.engine.tables import different_values
from segmentation.options import option_names, read_option


@dataclass(frozen=True)
class Layout:
    """How an export is made.

    Attributes
    ----------
    title : str
        What it is, for people to read, as in "read as …".
    signature : tuple of str
        Columns by which it is recognised: the export has all of them.
    columns : dict of str to str
        Canonical name to column of the export, for those that its names do not tell.
    carried_down : tuple of str
        Columns that hold a value on one line of an order only, and belong to all of them.
    cancellation_prefix : str or None
        How invoice numbers of cancellations begin.
    date_format : str or None
        strptime format of text dates, where they are written in it.
    tables : dict of str to str
        Tables that say more of what a canonical column names, to that column; a source that has
        such tables reads them.
    describe : tuple of str
        Columns that describe customers where nobody chooses others.
    currency : str
        Code of the currency (ISO 4217), where the export never names it and it is known.
    """

    title: str
    signature: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    carried_down: tuple[str, ...] = ()
    cancellation_prefix: str | None = None
    date_format: str | None = None
    tables: dict[str, str] = field(default_factory=dict)
    describe: tuple[str, ...] = ()
    currency: str = ""

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Take the layout of an option of ``conf/data``."""
        return cls(
            str(given["title"]),
            tuple(given["signature"]),
            dict(given["columns"]),
            tuple(given.get("carried_down", ())),
            given.get("cancellation_prefix"),
            given.get("date_format"),
            dict(given.get("tables") or {}),
            tuple(given.get("describe") or ()),
            str(given.get("currency") or ""),
        )

    def among(self, available: Sequence[str]) -> Self:
        """The same layout without columns that an export lacks."""
        columns = {name: column for name, column in self.columns.items() if column in available}
        return replace(self, columns=columns)


@cache
def known_layouts() -> tuple[Layout, ...]:
    """Layouts of ``conf/data``, the one with the longest signature first."""
    options = (read_option("data", name) for name in option_names("data"))
    found = [Layout.from_dict(option["layout"]) for option in options if option.get("layout")]
    return tuple(sorted(found, key=lambda layout: -len(layout.signature)))


def layout_of(available: Sequence[str], chosen: Mapping[str, Any] | None = None) -> Layout | None:
    """The layout that was chosen, or else the one that an export has by its columns.

    Parameters
    ----------
    available : sequence of str
        Columns of the export.
    chosen : mapping, optional
        As `Layout.from_dict` takes it.

    Returns
    -------
    Layout or None
        None where it is none that is known.
    """
    if chosen:
        return Layout.from_dict(chosen)
    fitting = (layout for layout in known_layouts() if set(layout.signature) <= set(available))
    return next(fitting, None)


def in_layout(
    layout: Layout | None,
    raw: ir.Table,
    columns: Mapping[str, str | None] | None = None,
    where: str | None = None,
    said: Sequence[str] = (),
    keep: Sequence[str] = (),
    describe: Sequence[str] | None = None,
    **options: Any,
) -> Transactions:
    """Express the lines of an export in canonical columns, by the rules of its layout.

    Parameters
    ----------
    layout : Layout or None
        None: the columns are looked up.
    raw : ibis Table
        Lines as read from the source; columns of the layout that it lacks are looked up.
    columns : mapping of canonical name to column of the source, optional
        What is another column than the layout says.
    where : str, optional
        Condition on the columns of the source, see `condition.condition_of`.
    said : sequence of str
        How the table came to be; follows the title of the layout in the notes.
    keep : sequence of str
        Columns of the source that are carried along, see `columns.kept_columns`.
    describe : sequence of str, optional
        Columns that describe customers, as far as they are there; ``None``: those of the layout.
    **options
        As of `canonical.to_canonical`; what is None is as the layout says.
    """
    title = (f"read as {layout.title}",) if layout else ()
    layout = (layout or Layout("lines")).among(raw.columns)
    given = {name: column for name, column in (columns or {}).items() if column}
    matched = layout.columns | given
    if "invoice_id" in matched:
        raw = _carried_down(raw, layout, matched["invoice_id"])
    rules = {"cancellation_prefix": layout.cancellation_prefix}
    if (dates := matched.get("invoiced_at")) in raw.columns:
        rules["date_format"] = _date_format(layout, raw[dates])
    chosen = {**rules, **{name: value for name, value in options.items() if value is not None}}
    likely = chosen.get("date_format") or chosen.get("likely_format")
    raw, left_out = meeting(raw, where, options.get("decimal", "."), likely)
    described = layout.describe if describe is None else describe
    found = to_canonical(raw, columns=matched, keep=keep, describe=described, **chosen)
    notes = (*title, *said, *left_out, *found.notes)
    return replace(found, notes=notes, currency=found.currency or layout.currency)


def _carried_down(raw: ir.Table, layout: Layout, order: str) -> ir.Table:
    """Give every line of an order what stands on one of them only.

    Parameters
    ----------
    raw : ibis Table
    layout : Layout
    order : str
        Column of the invoice numbers.
    """
    carried = [name for name in layout.carried_down if name in raw.columns and name != order]
    values = {name: raw[name].max().over(group_by=raw[order]) for name in carried}
    return raw.mutate(**values) if values else raw


def _date_format(layout: Layout, dates: ir.Column) -> str | None:
    """Return the date format of a layout where it reads every date of an export, else ``None``."""
    if layout.date_format is None or not dates.type().is_string():
        return None
    dates = different_values(dates).value
    unread = (dates.strip() != "") & instant(dates, layout.date_format).isnull()
    return None if unread.any().execute() else layout.date_format
