"""A shop's own export as a source of transaction lines, and which sources are nobody's own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from segmentation.data.canonical import to_canonical
from segmentation.data.files import BLANKS, Notation, read_tables
from segmentation.data.layouts import Layout, carry_down, layout_of
from segmentation.data.transactions import Transactions
from segmentation.data.united import united
from segmentation.errors import UserError

PUBLIC_DATA = ("complete_journey", "online_retail")
"""Options of ``data`` whose customers are nobody's own."""
# A shell takes quotes away, and Hydra cannot read a bare comma or semicolon.
DECIMAL_MARKS = {"point": ".", "comma": ","}
DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "pipe": "|", "blanks": BLANKS}


def transactions(
    path: str | Path,
    columns: Mapping[str, str | None] | None = None,
    date_format: str | None = None,
    decimal: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    header: Sequence[str] | None = None,
    cancellation_prefix: str | None = None,
    layout: Mapping[str, Any] | None = None,
    likely: Mapping[str, Any] | None = None,
) -> Transactions:
    """Read a shop's own export.

    Parameters
    ----------
    path : str or Path
        File, glob, folder or URL, see `files.read_tables`.
        Files with different columns are understood each by itself.
    columns : mapping of canonical name to column of the source, optional
        What `columns.match_columns` shall not look up by itself.
    date_format : str, optional
        strptime format of text dates; None: ISO 8601, or the only common format that fits.
    decimal : {'point', 'comma', '.', ','}, optional
        Decimal mark of numbers written as text; None: a point.
    delimiter : {'semicolon', 'comma', 'tab', 'pipe', 'blanks'} or the characters, optional
        Of text files; blanks are any number of them. None: found by itself.
    encoding : str, optional
        Of text files; None: found by itself.
    header : sequence of str, optional
        Names of the columns, in their order, of files that do not begin with them.
    cancellation_prefix : str, optional
        How invoice numbers of cancellations begin; negative amounts are cancellations anyway.
    layout : mapping, optional
        Of the export, as `layouts.Layout.from_dict` takes it; None: recognised by the columns,
        where it is known.
    likely : mapping, optional
        ``columns`` and ``date_format`` of an earlier export, see `reading.read_alike`: taken where
        none are chosen and they fit.

    Returns
    -------
    Transactions

    Raises
    ------
    UserError
        The decimal mark or delimiter is unknown, the file cannot be read, columns are missing or
        the date format is ambiguous.
    """
    chosen = Layout.from_dict(layout) if layout else None
    likely = likely or {}
    options = {
        "source": _without_secrets(str(path)),
        "date_format": date_format,
        "decimal": decimal_mark(decimal),
        "cancellation_prefix": cancellation_prefix,
        "likely_format": likely.get("date_format"),
    }
    notation = Notation(_delimiter(delimiter), encoding, tuple(header) if header else None)
    tables = read_tables(path, notation)
    given = {name: column for name, column in (columns or {}).items() if column}
    found = united(
        [_understood(table, chosen, _fitting(table, likely) | given, options) for table in tables]
    )
    written = {
        "decimal": decimal,
        "delimiter": delimiter,
        "encoding": encoding,
        "header": list(header) if header else None,
        "layout": layout,
    }
    return replace(found, reading={**found.reading, **written})


def _fitting(raw: ir.Table, likely: Mapping[str, Any]) -> dict[str, str]:
    """Columns of an earlier export, where this one has all of them."""
    columns: dict[str, str] = likely.get("columns", {})
    return dict(columns) if set(columns.values()) <= set(raw.columns) else {}


def _understood(
    raw: ir.Table,
    chosen: Layout | None,
    columns: dict[str, str],
    options: Mapping[str, Any],
) -> Transactions:
    """Lines of a table in its layout: the one that was chosen, or recognised by its columns."""
    layout = chosen or layout_of(raw.columns)
    if layout is None:
        return to_canonical(raw, columns=columns, **options)
    matched = layout.among(raw.columns).columns | columns
    if "invoice_id" in matched:
        raw = carry_down(raw, layout, matched["invoice_id"])
    found = to_canonical(raw, columns=matched, **options)
    return replace(found, notes=(f"read as {layout.title}", *found.notes))


def decimal_mark(decimal: str | None) -> str:
    """Character of a decimal mark given by its name or by itself; a point where none is."""
    decimal = decimal or "point"
    mark = DECIMAL_MARKS.get(decimal, decimal)
    if mark not in DECIMAL_MARKS.values():
        raise UserError(f"data.decimal={decimal} must be point or comma; set data.decimal=comma")
    return mark


def _delimiter(delimiter: str | None) -> str | None:
    if delimiter is None:
        return None
    characters = DELIMITERS.get(delimiter, str(delimiter))
    # Two letters are a word; the engine itself knows what \t is.
    if re.search(r"\w\w", characters):
        raise UserError(
            f"data.delimiter={delimiter} must be {', '.join(DELIMITERS)} or the characters "
            "themselves; set data.delimiter=semicolon"
        )
    return characters


def _without_secrets(path: str) -> str:
    """A URL without its user, password and query, which may hold a signature."""
    return re.sub(r"(?<=://)[^/@]*@|\?.*", "", path) if "://" in path else path
