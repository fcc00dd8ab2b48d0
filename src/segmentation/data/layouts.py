"""Layouts of exports that are known by their columns: each is an option of conf/data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Self

import ibis.expr.types as ir

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
    """

    title: str
    signature: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    carried_down: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Take the layout of an option of ``conf/data``."""
        return cls(
            str(given["title"]),
            tuple(given["signature"]),
            dict(given["columns"]),
            tuple(given.get("carried_down", ())),
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


def layout_of(available: Sequence[str]) -> Layout | None:
    """Recognise the layout of an export by its columns; ``None`` where it is none that is known."""
    fitting = (layout for layout in known_layouts() if set(layout.signature) <= set(available))
    return next(fitting, None)


def carry_down(raw: ir.Table, layout: Layout, order: str) -> ir.Table:
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
