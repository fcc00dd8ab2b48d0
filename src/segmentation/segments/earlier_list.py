"""A list that score.py wrote before, read back: who was in which segment."""

from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis.backends import BaseBackend

from segmentation.data.harmless_text import restored
from segmentation.data.scored_output import TABLE, table_name
from segmentation.engine.connection import DUCKDB, connect
from segmentation.engine.engine import Engine
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.tables import named, read_csv, read_folder, read_parquet
from segmentation.engine.whole_tables import require_every_value
from segmentation.errors import UserError
from segmentation.segments.customer_list import SINCE
from segmentation.segments.scored_by import COLUMNS, ScoredBy

NAME, FORMER_NAME = "segment_name", "name"
"""Column of the names of segments, and what earlier editions called it."""
READ = ("customer_id", NAME, "revenue")


def require_comparable(previous: str | None, output: str, engine: Engine = DUCKDB) -> None:
    """Refuse an earlier output, before any work, where there is no comparing with it.

    Parameters
    ----------
    previous : str or None
        The earlier output; None where there is nothing to compare with.
    output : str
        What is about to be written.
    engine : Engine
        That writes it.

    Raises
    ------
    UserError
        It cannot be read, was not written by score.py, or is ``output`` itself.
    """
    if previous is None:
        return
    if Path(previous).absolute() == Path(output).absolute():
        raise UserError(
            f"previous='{previous}' is the output itself; set output to another name to keep both"
        )
    scored = earlier_list(previous, engine)
    try:
        require_every_value(scored)
        ids = scored.aggregate(rows=scored.count(), customers=scored.customer_id.nunique())
        counted = ids.to_pyarrow().to_pylist()[0]
    except engine_errors() as error:
        raise UserError(
            f"'{previous}' cannot be read ({reason(error)}); give {_remedy(engine)}"
        ) from error
    if counted["rows"] != counted["customers"]:
        more = counted["rows"] - counted["customers"]
        raise UserError(
            f"'{previous}' has {more} lines of customers who have one; give {_remedy(engine)}"
        )


def require_earlier(previous: str, scored: ir.Table, as_of: str) -> None:
    """Refuse to compare with a list of a later instant, which would turn all moves round.

    Parameters
    ----------
    previous : str
        How the list was named.
    scored : ibis Table
        See `earlier_list`.
    as_of : str
        Of now, ISO 8601.

    Raises
    ------
    UserError
        With both instants.
    """
    then = scored.as_of.max().to_pyarrow().as_py()
    if then is not None and then > as_of:
        raise UserError(
            f"previous='{previous}' was measured as of {then}, which is after as_of={as_of}; give "
            "an earlier output, or a later as_of"
        )


def earlier_list(
    place: str, engine: Engine = DUCKDB, connection: BaseBackend | None = None
) -> ir.Table:
    """Read what score.py wrote.

    Parameters
    ----------
    place : str
        A CSV or parquet file, a folder where workers of the engine wrote it, or ``table:`` and the
        name of a table.
    engine : Engine
    connection : ibis backend, optional
        That is to read it; ``None``: files are read by DuckDB, whatever wrote them.

    Returns
    -------
    ibis Table
        ``customer_id``, ``segment_name`` and ``revenue``, ``as_of`` and the columns of
        `customer_list.SINCE` (null in a list of an earlier edition), and those of
        `scored_by.COLUMNS` that it has.

    Raises
    ------
    UserError
        It cannot be read or is no such list.
    """
    in_engine = engine.writes_on_workers or place.startswith(TABLE)
    connection = connection or (engine.connect() if in_engine else connect())
    is_csv = not place.startswith(TABLE) and Path(place).suffix == ".csv"
    try:
        table = _read(connection, place, engine)
    except engine_errors() as error:
        raise UserError(
            f"'{place}' cannot be read ({reason(error)}); give {_remedy(engine)}"
        ) from error
    if NAME not in table.columns and FORMER_NAME in table.columns:
        table = table.rename({NAME: FORMER_NAME})
    missing = [column for column in READ if column not in table.columns]
    if missing:
        raise UserError(f"'{place}' has no column '{missing[0]}'; give {_remedy(engine)}")
    if not table.revenue.type().is_numeric():
        raise UserError(f"'{place}' has a revenue without numbers; give {_remedy(engine)}")
    since = {
        name: table[name].cast("string") if name in table.columns else ibis.null("string")
        for name in ("as_of", *SINCE)
    }
    # DuckDB reads instants of a text file as such, and writes them with a blank.
    since["as_of"] = since["as_of"].replace(" ", "T")
    known = [name for name in COLUMNS if name in table.columns]
    table = table.select(*READ, *known, **since)
    return table.mutate(customer_id=restored(table.customer_id)) if is_csv else table


def scored_by(scored: ir.Table) -> ScoredBy:
    """What a list says of its model; one of an earlier edition says only the version."""
    found = [name for name in COLUMNS if name in scored.columns]
    if not found:
        return ScoredBy()
    values = scored.aggregate(**{name: scored[name].cast("string").max() for name in found})
    row = values.to_pandas().iloc[0]
    return ScoredBy(**{name: "" if pd.isna(row[name]) else str(row[name]) for name in found})


def _read(connection: BaseBackend, place: str, engine: Engine) -> ir.Table:
    if (name := table_name(place, "previous", engine)) is not None:
        return named(connection, name)
    path = Path(place)
    if engine.writes_on_workers:
        if path.suffix == ".csv":
            raise UserError(f"previous={place} is text; give {_remedy(engine)}")
        return read_folder(connection, place)
    if not path.is_file():
        raise UserError(f"previous='{place}' is no file; give one that score.py wrote")
    if path.suffix == ".parquet":
        return read_parquet(connection, [path])
    return read_csv(connection, path, text=["customer_id"])


def _remedy(engine: Engine) -> str:
    return (
        "a folder of parquet files or a table that score.py wrote"
        if engine.writes_on_workers
        else "a file that score.py wrote"
    )
