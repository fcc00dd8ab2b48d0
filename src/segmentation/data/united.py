"""Lines of files with different columns, in one table."""

from collections.abc import Sequence

import ibis

from segmentation.data.canonical import CANONICAL
from segmentation.data.transactions import Transactions


def united(parts: Sequence[Transactions]) -> Transactions:
    """Put the lines of several parts of one source together.

    Parameters
    ----------
    parts : sequence of Transactions
        At least one. Equal lines of different parts are no duplicates, because their columns are
        not the same.

    Returns
    -------
    Transactions
        With the columns of the first part; notes tell those of the others.
    """
    first = parts[0]
    if len(parts) == 1:
        return first
    names = [name for name in CANONICAL if any(name in part.lines.columns for part in parts)]
    others = [name for name in first.lines.columns if name not in CANONICAL]
    types = {name: part.lines[name].type() for part in parts for name in part.lines.columns}
    tables = [
        part.lines.select(
            **{
                name: part.lines[name] if name in part.lines.columns else ibis.null(types[name])
                for name in [*names, *others]
            }
        )
        for part in parts
    ]
    notes = dict.fromkeys(note for part in parts for note in part.notes)
    for number, part in enumerate(parts[1:], 2):
        matched = ", ".join(f"{name} ← {column}" for name, column in part.columns.items())
        notes[f"files with other columns, kind {number}: {matched}"] = None
    return Transactions(ibis.union(*tables), first.columns, first.source, tuple(notes))
