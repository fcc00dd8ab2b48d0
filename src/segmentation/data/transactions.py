"""The value every source of transaction lines returns."""

from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir

from segmentation.data.describing import Descriptor

KEPT = "kept: "
"""Before the name of a column of the source that is carried along, beside the canonical ones."""


@dataclass(frozen=True)
class Transactions:
    """Canonical transaction lines of one source, not yet cleaned.

    Attributes
    ----------
    lines : ibis Table
        One row per line of the source with the canonical columns, see `data.canonical`.
    columns : dict of str to str
        Canonical name to the column of the source it was read from; only what was matched.
    source : str
        The path, URL or name of the source, for people to read.
    notes : tuple of str
        How it was understood where it does not say so itself, a sentence each.
    reading : dict
        Options of `sources.transactions` by which the next export of the source is read alike:
        what was chosen, and the columns and the date format that were found.
    descriptors : dict of str to Descriptor
        Columns that describe customers, by the names that they were asked for.
    currency : str
        Its sign, code or name, where all that is named is the same; else empty.
    """

    lines: ir.Table
    columns: dict[str, str]
    source: str
    notes: tuple[str, ...] = ()
    reading: dict[str, Any] = field(default_factory=dict)
    descriptors: dict[str, Descriptor] = field(default_factory=dict)
    currency: str = ""
