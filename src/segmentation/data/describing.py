"""Columns of a source that describe customers: they are profiled, and never clustered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir

from segmentation.errors import UserError

NAMES_OF_THINGS = ("product_id", "country", "status")
"""Canonical columns that may describe customers, too."""


@dataclass(frozen=True)
class Descriptor:
    """Where the values of a describing column are.

    Attributes
    ----------
    column : str
        Of the canonical lines.
    meanings : ibis Table or None
        ``key`` and ``value`` (text), by which a value of the column is looked up; ``None`` where it
        is meant as it is.
    """

    column: str
    meanings: ir.Table | None = None


def carried(raw: ir.Table, describe: Iterable[str]) -> dict[str, ir.StringValue]:
    """Describing columns that a source has, as text, under the names that lines have them by."""
    return {_carried_as(name): raw[name].cast("string") for name in describe if name in raw.columns}


def descriptors_of(
    describe: Iterable[str], available: Collection[str], matched: Mapping[str, str]
) -> dict[str, Descriptor]:
    """Find describing columns among those of canonical lines; what is not there is left out.

    Parameters
    ----------
    describe : iterable of str
        Columns of the source, or canonical ones.
    available : collection of str
        Columns of the lines.
    matched : mapping of canonical name to column of the source
    """
    canonical = {matched[name]: name for name in NAMES_OF_THINGS if name in matched}
    found = {}
    for name in describe:
        places = [canonical.get(name, ""), _carried_as(name), name]
        known = [place for place in places if place in available]
        if known and (known[0] != name or name in NAMES_OF_THINGS):
            found[name] = Descriptor(known[0])
    return found


def require_described(
    describe: Sequence[str] | None, found: Collection[str], columns: Iterable[str]
) -> None:
    """Refuse describing columns that were asked for and are not there.

    Parameters
    ----------
    describe : sequence of str or None
        ``None`` where nobody asked.
    found : collection of str
        Those that are there.
    columns : iterable of str
        What there is to choose from.

    Raises
    ------
    UserError
        Names the first that is missing, and all columns that there are.
    """
    for name in describe or ():
        if name not in found:
            known = ", ".join(dict.fromkeys(columns))
            raise UserError(f"describe=[{name}]: column {name!r} not found; there are: {known}")


def _carried_as(name: str) -> str:
    return f"describing {name}"
