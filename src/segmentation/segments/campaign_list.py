"""A list that score.py has written with a control group, read back."""

from pathlib import Path

import ibis.expr.types as ir
import pandas as pd

from segmentation.data.harmless_text import restored
from segmentation.data.list_file import PARQUET, read_list_file
from segmentation.engine.connection import connect
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.functions import try_cast
from segmentation.engine.tables import read_parquet
from segmentation.errors import UserError

COLUMNS = ("customer_id", "segment", "segment_name", "control", "as_of")
REMEDY = "give what score.py has written with holdout.share=0.1 holdout.campaign=spring"


def read_list(place: str) -> pd.DataFrame:
    """Read who is in which segment, and who was held out.

    Parameters
    ----------
    place : str
        A CSV or parquet file, or a folder of parquet files.

    Returns
    -------
    DataFrame of n_customers rows
        ``customer_id`` (str, unique), ``segment`` (int), ``name`` (str), ``control`` (bool) and
        ``as_of`` (str).

    Raises
    ------
    UserError
        It cannot be read, was not written by score.py, has a customer twice, or all of them or
        nobody in control.
    """
    try:
        read = _read(place)
        if missing := [name for name in COLUMNS if name not in read.columns]:
            raise UserError(f"list='{place}' has no column '{missing[0]}'; {REMEDY}")
        listed = _typed(read, place.endswith(".csv")).to_pandas()
    except engine_errors() as error:
        raise UserError(f"list='{place}' cannot be read ({reason(error)}); {REMEDY}") from error
    if listed.empty or listed.isna().any(axis=None):
        raise UserError(f"list='{place}' has no customers, or empty cells in them; {REMEDY}")
    twice = listed["customer_id"][listed["customer_id"].duplicated()]
    if len(twice):
        raise UserError(
            f"list='{place}' has the customer '{twice.iloc[0]}' twice, who may be on both sides; "
            "give a list of one scoring"
        )
    _require_both_sides(place, listed["control"])
    return listed


def _read(place: str) -> ir.Table:
    path = Path(place)
    if path.is_file():
        return read_list_file(connect(), path)
    files = sorted(path.glob(f"*{PARQUET}"))
    if not files:
        raise UserError(f"list='{place}' is neither a file nor a folder of them; {REMEDY}")
    return read_parquet(connect(), files)


def _typed(read: ir.Table, is_csv: bool) -> ir.Table:
    """The columns of a list; what cannot be one is null."""
    text = {name: read[name].cast("string") for name in COLUMNS}
    ids = text["customer_id"]
    # A spreadsheet writes TRUE and FALSE.
    control = text["control"].lower().cases(("true", True), ("false", False))
    return read.select(
        customer_id=restored(ids) if is_csv else ids,
        segment=try_cast(text["segment"], "int64"),
        name=text["segment_name"],
        control=control,
        as_of=text["as_of"],
    )


def _require_both_sides(place: str, control: pd.Series) -> None:
    if control.all() or not control.any():
        side = "all of them" if control.all() else "nobody"
        raise UserError(
            f"list='{place}' has {len(control):,} customers and {side} in control, so there is "
            f"nobody to compare with; {REMEDY}"
        )
