"""Files that are parts of one shop: lines that a file holds whole, and tables joined by ids."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import ibis.expr.types as ir

from segmentation.data.columns import found_columns, holds_ids, lacking
from segmentation.data.files import RawTable
from segmentation.data.layouts import layout_of
from segmentation.data.parsing import identifier
from segmentation.engine.tables import kept
from segmentation.errors import UserError

LOST_ORDERS = 0.05
"""Share of orders without items that are no slips."""
OF_LINES = {"quantity", "unit_price", "amount"}
"""Canonical columns that a table of lines has one of."""


def joined(
    tables: Sequence[RawTable],
    layout: Mapping[str, Any] | None = None,
    columns: Mapping[str, str | None] | None = None,
    also: Collection[str] = (),
) -> list[RawTable]:
    """Join tables that hold no transaction lines by themselves to those that they describe.

    Parameters
    ----------
    tables : sequence of RawTable
        With different columns, see `files.read_tables`.
    layout : mapping, optional
        Of the export, as `layouts.Layout.from_dict` takes it; None: recognised by the columns of
        all tables.
    columns : mapping of canonical name to column of the source, optional
        As of `columns.match_columns`.
    also : collection of str
        Columns that are needed besides those of a known layout.

    Returns
    -------
    list of RawTable
        The same where each table has a customer, a date and an amount or a price; else every table
        that has, with the columns of those that have not, or the table of lines with the columns
        of all others. Their `notes` tell the number of lines before and after.

    Raises
    ------
    UserError
        A table shares no column of ids with the others, an id stands in several of its lines, or
        none of its ids is known to the others.
    """
    matched = [_matched(each, layout, columns or {}) for each in tables]
    whole = [table for table, found in zip(tables, matched, strict=True) if not lacking(found)]
    if len(whole) == len(tables) or len(tables) == 1:
        return [*tables]
    known = layout_of([name for each in tables for name in each.table.columns], layout)
    typed = [column for column in (columns or {}).values() if column]
    needed = {*known.columns.values(), *also, *typed} if known else None
    if len(whole) < 2:
        whole = [_table_of_lines(tables, matched)]
    parts = [each for each in tables if each not in whole]
    return [_with_columns_of(parts, each, needed) for each in whole]


def _matched(
    part: RawTable, chosen: Mapping[str, Any] | None, columns: Mapping[str, str | None]
) -> dict[str, str]:
    """Canonical columns of a table, of those that are chosen the ones that it has."""
    available = part.table.columns
    layout = layout_of(available, chosen)
    explicit = {**(layout.columns if layout else {}), **columns}
    there = {name: column for name, column in explicit.items() if column and column in available}
    return found_columns(available, there)


def _table_of_lines(tables: Sequence[RawTable], matched: Sequence[Mapping[str, str]]) -> RawTable:
    """Of the tables that hold money or units the longest, one with units first."""
    lines = [
        ("quantity" in found, int(each.table.count().execute()), each)
        for each, found in zip(tables, matched, strict=True)
        if OF_LINES & found.keys()
    ]
    return max(lines, key=lambda line: line[:2])[-1] if lines else tables[0]


def _with_columns_of(
    parts: Iterable[RawTable], lines: RawTable, needed: Collection[str] | None
) -> RawTable:
    """Lines with the columns of the other tables; where it is known, only of those needed."""
    left = [*parts]
    while found := _next(left, lines, needed):
        left.remove(found)
        lines = _joined(lines, found)
    names = ", ".join(each.name for each in left)
    if left and needed is None:
        raise UserError(
            f"{names} cannot be joined: no column of ids (…_id) is shared with {lines.name}; "
            "leave such files out of data.path="
        )
    notes = (f"{names} left out: nothing of it is needed",) if left else ()
    return replace(lines, notes=(*lines.notes, *notes))


def _next(
    parts: Iterable[RawTable], lines: RawTable, needed: Collection[str] | None
) -> RawTable | None:
    """The first table that shares ids with the lines, and has a column that is needed."""
    return next(
        (
            part
            for part in parts
            if _shared_ids(lines.table, part.table)
            and (
                needed is None
                or any(
                    column.casefold() in {name.casefold() for name in needed}
                    for column in _new_columns(lines.table, part.table)
                )
            )
        ),
        None,
    )


def _shared_ids(lines: ir.Table, part: ir.Table) -> list[str]:
    return [name for name in lines.columns if name in part.columns and holds_ids(name)]


def _new_columns(lines: ir.Table, part: ir.Table) -> list[str]:
    # To the engine, names that differ in case are one.
    known = {name.casefold() for name in lines.columns}
    return [name for name in part.columns if name.casefold() not in known]


def _joined(lines: RawTable, part: RawTable) -> RawTable:
    """Every line with what the other table says of its ids; no line becomes two."""
    ids = _shared_ids(lines.table, part.table)
    keys = [f"{name} of {part.name}" for name in ids]
    pairs = [_comparable(lines.table[name], part.table[name]) for name in ids]
    known = part.table.select(
        *_new_columns(lines.table, part.table),
        **{key: other for key, (_, other) in zip(keys, pairs, strict=True)},
    ).drop_null(keys)
    if _repeated(known, keys):
        known = known.distinct()
    if first := _repeated(known, keys):
        _refuse_repeated(lines, part, [repr(first[key]) for key in keys], first["times"])
    same = [one == known[key] for key, (one, _) in zip(keys, pairs, strict=True)]
    both = kept(lines.table.get_backend(), lines.table.left_join(known, same))
    before, after = (int(table.count().execute()) for table in (lines.table, both))
    unknown = int(both[keys[0]].isnull().sum().execute() or 0)
    by = " and ".join(ids)
    if before and unknown == after:
        raise UserError(
            f"no {by} of {lines.name} is in {part.name}, so they cannot be joined; "
            f"leave {part.name} out of data.path=, or set it to files of the same orders"
        )
    note = (
        f"{part.name} joined by {by}: {before:,} lines before, {after:,} after, "
        f"{unknown:,} of them unknown to it"
    )
    if unused := int(known.anti_join(lines.table, same).count().execute()):
        _refuse_lost_orders(lines, part, unused, int(known.count().execute()))
        note += f"; {unused:,} lines of {part.name} belong to none of {lines.name}"
    new = _new_columns(lines.table, part.table)
    twice = [name for name in part.table.columns if name not in (*ids, *new)]
    told = [f"{', '.join(twice)} taken from {lines.name}, not from {part.name}"] if twice else []
    return replace(lines, table=both.drop(*keys), notes=(*lines.notes, note, *told))


def _refuse_lost_orders(lines: RawTable, part: RawTable, unused: int, total: int) -> None:
    """Refuse to lose orders that stand in a file of orders, and have no items in the other."""
    if unused > LOST_ORDERS * total and not lacking(_matched(part, None, {})):
        raise UserError(
            f"{unused:,} of {total:,} orders of {part.name} have no line in {lines.name}, and "
            f"would be lost: set data.path={part.name} alone, or join by data.query="
        )


def _comparable(one: ir.Column, other: ir.Column) -> tuple[ir.Column, ir.Column]:
    """Ids of two files, as text where they may be written in two ways."""
    text = one.type().is_string() and other.type().is_string()
    whole = one.type().is_integer() and other.type().is_integer()
    if whole or (text and not any(_ends_as_a_float(each) for each in (one, other))):
        return one, other
    return identifier(one), identifier(other)


def _ends_as_a_float(text: ir.StringColumn) -> bool:
    return bool(text.endswith(".0").any().execute())


def _repeated(known: ir.Table, keys: Sequence[str]) -> dict[str, Any] | None:
    """The first ids that stand in several lines of a table, and how many."""
    counted = known.group_by(keys).aggregate(times=known.count())
    first = counted.filter(counted.times > 1).order_by(keys).limit(1)
    return next(iter(first.to_pyarrow().to_pylist()), None)


def _refuse_repeated(lines: RawTable, part: RawTable, values: Sequence[str], times: int) -> None:
    """Refuse a join that would multiply lines."""
    by = " and ".join(_shared_ids(lines.table, part.table))
    raise UserError(
        f"joining {part.name} by {by} would multiply the lines of {lines.name}: {by} "
        f"{' and '.join(values)} stands in {times:,} different lines of it; "
        f"leave {part.name} out of data.path=, or join by data.query="
    )
