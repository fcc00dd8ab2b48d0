"""A shop's own export as a source of transaction lines, and which sources are nobody's own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from segmentation.data.condition import columns_named
from segmentation.data.files import RawTable, read_tables
from segmentation.data.joined import joined
from segmentation.data.layouts import in_layout, layout_of
from segmentation.data.queried import queried
from segmentation.data.transactions import Transactions
from segmentation.data.united import united
from segmentation.errors import UserError

PUBLIC_DATA = ("complete_journey", "online_retail")
"""Options of ``data`` whose customers are nobody's own."""
# A shell takes quotes away, and Hydra cannot read a bare comma or semicolon.
DECIMAL_MARKS = {"point": ".", "comma": ","}
DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "pipe": "|"}


def transactions(
    path: str | Path | Sequence[str | Path] | None = None,
    columns: Mapping[str, str | None] | None = None,
    date_format: str | None = None,
    decimal: str = "point",
    delimiter: str | None = None,
    encoding: str | None = None,
    cancellation_prefix: str | None = None,
    where: str | None = None,
    query: str | None = None,
    layout: Mapping[str, Any] | None = None,
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
    decimal : {'point', 'comma', '.', ','}
        Decimal mark of numbers written as text.
    delimiter : {'semicolon', 'comma', 'tab', 'pipe'} or the characters themselves, optional
        Of text files; None: found by itself.
    encoding : str, optional
        Of text files; None: found by itself.
    cancellation_prefix : str, optional
        How invoice numbers of cancellations begin; negative amounts are cancellations anyway.
    where : str, optional
        Condition in SQL on the columns of the source, see `condition.condition_of`; lines for which
        it is not true are left out, and counted in a note.
    query : str, optional
        What is read in the place of files, see `queried.queried`.
    layout : mapping, optional
        Of the export, as `layouts.Layout.from_dict` takes it; None: recognised by the columns,
        where it is known.

    Returns
    -------
    Transactions

    Raises
    ------
    UserError
        The decimal mark or delimiter is unknown, the file cannot be read, columns are missing or
        the date format is ambiguous.
    """
    mark = decimal_mark(decimal)
    characters = _delimiter(delimiter)
    tables = _tables(path, query, characters, encoding)
    options = {
        "source": ", ".join(_without_secrets(str(each)) for each in _several(path))
        or _without_secrets(tables[0].name),
        "date_format": date_format,
        "decimal": mark,
        "cancellation_prefix": cancellation_prefix,
        "where": where,
    }
    parts = joined(tables, layout, columns, columns_named(where))
    found = united([_understood(part, layout, columns or {}, options) for part in parts])
    if where and not found.lines.count().execute():
        raise UserError(
            f"data.where={where} is true for no line of {found.source}; "
            "compare with values as they stand in the file, or leave data.where= out"
        )
    return found


def _understood(
    part: RawTable,
    chosen: Mapping[str, Any] | None,
    columns: Mapping[str, str | None],
    options: Mapping[str, Any],
) -> Transactions:
    """Lines of a table in its layout, with what is to be said of it."""
    layout = layout_of(part.table.columns, chosen)
    found = in_layout(layout, part.table, columns, **options)
    title = (f"read as {layout.title}",) if layout else ()
    return replace(found, notes=(*title, *part.notes, *found.notes))


def _tables(
    path: str | Path | Sequence[str | Path] | None,
    query: str | None,
    delimiter: str | None,
    encoding: str | None,
) -> list[RawTable]:
    if path and query:
        raise UserError(
            f"data.path={path} and data.query= cannot go together; name the file in the query, "
            "or leave one of them out"
        )
    if query:
        return [queried(query)]
    if not path:
        raise UserError("no data are given; set data.path=orders.csv, or data.query=")
    return read_tables(_several(path), delimiter=delimiter, encoding=encoding)


def _several(path: str | Path | Sequence[str | Path] | None) -> list[str | Path]:
    return [path] if isinstance(path, str | Path) else [*(path or [])]


def decimal_mark(decimal: str) -> str:
    """Character of a decimal mark given by its name or by itself."""
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
