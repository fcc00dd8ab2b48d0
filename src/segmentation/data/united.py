"""Lines of files with different columns, in one table."""

from collections.abc import Sequence
from dataclasses import replace

import ibis

from segmentation.data.canonical import CANONICAL
from segmentation.data.describing import Descriptor
from segmentation.data.transactions import Transactions
from segmentation.engine.tables import kept

COUNTED = ("product_id", "country")
"""Canonical columns of which a missing value would be counted as none."""


def united(parts: Sequence[Transactions]) -> Transactions:
    """Put the lines of several parts of one source together.

    Parameters
    ----------
    parts : sequence of Transactions
        At least one. A line that stands in an earlier part, too, is a duplicate.

    Returns
    -------
    Transactions
        With the columns of the first part; notes tell those of the others. What features are
        counted from (products) is there only where all parts have it.
    """
    first = parts[0]
    if len(parts) == 1:
        return first
    known = [name for name in CANONICAL if any(name in part.lines.columns for part in parts)]
    partial = [
        name
        for name in COUNTED
        if name in known and not all(name in part.lines.columns for part in parts)
    ]
    names = [name for name in known if name not in partial]
    types = {name: part.lines[name].type() for part in parts for name in part.lines.columns}
    others = [name for name in types if name not in CANONICAL]
    tables = [
        part.lines.select(
            **{
                name: part.lines[name] if name in part.lines.columns else ibis.null(types[name])
                for name in [*names, *others]
            },
            part=ibis.literal(number),
        )
        for number, part in enumerate(parts)
    ]
    lines = ibis.union(*tables)
    again = lines.part > lines.part.min().over(group_by=[lines[name] for name in names])
    lines = kept(lines.get_backend(), lines.mutate(in_earlier_file=again).drop("part"))
    n_again = int(lines.filter(lines.in_earlier_file).count().execute())
    notes = dict.fromkeys(note for part in parts for note in part.notes)
    if partial:
        notes[f"{', '.join(partial)} left out: not every file has it"] = None
    for number, part in enumerate(parts[1:], 2):
        matched = ", ".join(f"{name} ← {column}" for name, column in part.columns.items())
        notes[f"files with other columns, kind {number}: {matched}"] = None
    if n_again:
        told = f"{n_again:,} lines stand in files with other columns, too"
        notes[f"{told}; cleaning.duplicates=true counts them once"] = None
    described = _descriptors(parts, lines.columns)
    named = {part.currency for part in parts}
    currency = named.pop() if len(named) == 1 else ""
    return replace(first, lines=lines, notes=tuple(notes), descriptors=described, currency=currency)


def _descriptors(parts: Sequence[Transactions], left: Sequence[str]) -> dict[str, Descriptor]:
    """Describing columns that any part has, as far as they are left."""
    found = {name: each for part in parts for name, each in part.descriptors.items()}
    return {name: each for name, each in found.items() if each.column in left}
