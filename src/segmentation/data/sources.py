"""A shop's own export as a source of transaction lines, and which sources are nobody's own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from segmentation.data.columns import kept_columns
from segmentation.data.condition import columns_named
from segmentation.data.describing import require_described
from segmentation.data.files import RawTable, read_tables
from segmentation.data.formats import Notation, shown
from segmentation.data.joined import joined
from segmentation.data.layouts import in_layout, layout_of
from segmentation.data.marks import decimal_mark, delimiter_of
from segmentation.data.queried import queried, table_of
from segmentation.data.transactions import Transactions
from segmentation.data.united import united
from segmentation.engine.connection import DUCKDB
from segmentation.engine.engine import Engine
from segmentation.errors import UserError

PUBLIC_DATA = ("complete_journey", "online_retail")
"""Options of ``data`` whose customers are nobody's own."""


def transactions(
    path: str | Path | Sequence[str | Path] | None = None,
    columns: Mapping[str, str | None] | None = None,
    date_format: str | None = None,
    decimal: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    header: Sequence[str] | None = None,
    cancellation_prefix: str | None = None,
    where: str | None = None,
    query: str | None = None,
    table: str | None = None,
    layout: Mapping[str, Any] | None = None,
    likely: Mapping[str, Any] | None = None,
    keep: Sequence[str] = (),
    describe: Sequence[str] | None = None,
    engine: Engine = DUCKDB,
) -> Transactions:
    """Read a shop's own export.

    Parameters
    ----------
    path : str, Path or sequence of them, optional
        File, glob, folder or URL, see `files.read_tables`.
        Files with different columns are understood each by itself, where each holds transaction
        lines; else they are joined by their ids, see `joined.joined`.
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
    where : str, optional
        Condition in SQL on the columns of the source, see `condition.condition_of`; lines for which
        it is not true are left out, and counted in a note.
    query : str, optional
        What is read in the place of files, see `queried.queried`.
    table : str, optional
        Table of the engine that is read in their place, see `queried.table_of`.
    layout : mapping, optional
        Of the export, as `layouts.Layout.from_dict` takes it; None: recognised by the columns,
        where it is known.
    likely : mapping, optional
        ``columns`` and ``date_format`` of an earlier export, see `reading.read_alike`: taken where
        none are chosen and they fit.
    keep : sequence of str
        Columns of the source that are carried along, for lists of customers.
    describe : sequence of str, optional
        Columns of the source, or canonical ones, that describe customers and are no features; None:
        those of the layout, if any.
    engine : Engine
        What reads the lines and computes on them.

    Returns
    -------
    Transactions

    Raises
    ------
    UserError
        The decimal mark or delimiter is unknown, the file cannot be read, columns are missing or
        the date format is ambiguous.
    """
    likely = likely or {}
    mark, characters = decimal_mark(decimal), delimiter_of(delimiter)
    notation = Notation(characters, encoding, _header(header))
    tables = _tables(path, query, table, notation, engine)
    options = {
        "source": _source(path) or shown(tables[0].name),
        "date_format": date_format,
        "decimal": mark,
        "cancellation_prefix": cancellation_prefix,
        "likely_format": likely.get("date_format"),
        "where": where,
        "describe": describe,
    }
    given = {name: column for name, column in (columns or {}).items() if column}
    parts = joined(tables, layout, given, {*columns_named(where), *keep, *(describe or ())})
    found = _united(parts, given, keep, layout, likely, options)
    _require_lines(found, where)
    there = [name for part in parts for name in part.table.columns]
    require_described(describe, found.descriptors, there)
    written = {"decimal": decimal, "delimiter": delimiter, "encoding": encoding, "header": header}
    return replace(found, reading={**found.reading, **written, "layout": layout, "where": where})


def _united(
    parts: Sequence[RawTable],
    given: Mapping[str, str],
    keep: Sequence[str],
    layout: Mapping[str, Any] | None,
    likely: Mapping[str, Any],
    options: Mapping[str, Any],
) -> Transactions:
    """Lines of all kinds of files, each understood by itself, with the columns that it has."""
    known = [column for part in parts for column in part.table.columns]
    kept = [kept_columns(keep, part.table.columns, known) for part in parts]
    return united(
        [
            _understood(
                part, layout, likely, _of_part(given, part, parts), {**options, "keep": own}
            )
            for part, own in zip(parts, kept, strict=True)
        ]
    )


def _of_part(given: Mapping[str, str], part: RawTable, parts: Sequence[RawTable]) -> dict[str, str]:
    """Columns that were chosen, of several kinds of files those that this one has."""
    known = {name for each in parts for name in each.table.columns}
    return {
        name: column
        for name, column in given.items()
        if column in part.table.columns or column not in known
    }


def _header(header: Sequence[str] | None) -> tuple[str, ...] | None:
    if not header:
        return None
    if isinstance(header, str):
        raise UserError(f"data.header={header} is no list of names; set data.header=[{header}]")
    if len(set(header)) < len(header):
        raise UserError(
            f"data.header=[{','.join(header)}] has a name twice; give every column its own"
        )
    return tuple(header)


def _source(path: str | Path | Sequence[str | Path] | None) -> str:
    return ", ".join(shown(str(each)) for each in _several(path))


def _require_lines(found: Transactions, where: str | None) -> None:
    if where and not found.lines.count().execute():
        raise UserError(
            f"data.where={where} is true for no line of {found.source}; "
            "compare with values as they stand in the file; data.where= with nothing takes it away"
        )


def _understood(
    part: RawTable,
    chosen: Mapping[str, Any] | None,
    likely: Mapping[str, Any],
    columns: dict[str, str],
    options: Mapping[str, Any],
) -> Transactions:
    """Lines of a table in its layout, with what is to be said of it."""
    available = part.table.columns
    matched = _remembered(likely.get("columns", {}), columns, available) | columns
    layout = layout_of(available, chosen)
    return in_layout(layout, part.table, matched, said=part.notes, **options)


def _remembered(
    before: Mapping[str, str], columns: Mapping[str, str], available: Sequence[str]
) -> dict[str, str]:
    """Columns of an earlier export, where this one has all of them, but for what is chosen now."""
    if not set(before.values()) <= set(available):
        return {}
    of_units = {"quantity", "unit_price"} <= columns.keys()
    return {
        name: column
        for name, column in before.items()
        if column not in columns.values() and not (of_units and name == "amount")
    }


def _tables(
    path: str | Path | Sequence[str | Path] | None,
    query: str | None,
    table: str | None,
    notation: Notation,
    engine: Engine,
) -> list[RawTable]:
    ways = {"path": path, "query": query, "table": table}
    given = [name for name, value in ways.items() if value]
    if len(given) > 1:
        first = f"data.{given[0]}={ways[given[0]]}"
        raise UserError(
            f"{first} and {' and '.join(f'data.{name}=' for name in given[1:])} cannot go "
            "together; name the file in the query, or leave one of them out"
        )
    if query:
        return [queried(query, engine)]
    if table:
        return [table_of(table, engine)]
    if not path:
        raise UserError(
            "no data are given; set data.path=orders.csv, or data.query=, or data.table="
        )
    return read_tables(_several(path), notation, engine)


def _several(path: str | Path | Sequence[str | Path] | None) -> list[str | Path]:
    return [path] if isinstance(path, str | Path) else [*(path or [])]
