"""Who moved from segment to segment between two scorings, and how much revenue moved along."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis.backends import BaseBackend

from segmentation.data.output_file import restored
from segmentation.data.scored_output import TABLE, table_name
from segmentation.engine.connection import DUCKDB, connect
from segmentation.engine.engine import Engine
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.tables import named, read_csv, read_folder, read_parquet
from segmentation.errors import UserError
from segmentation.segments.scored_by import COLUMNS, ScoredBy

NEW = "(new)"
LOST = "(lost)"
COMPARED = ("customer_id", "name", "revenue")


@dataclass(frozen=True)
class Migration:
    """Movements between two scorings.

    Attributes
    ----------
    flows : DataFrame
        One row per movement that at least one customer made: ``from`` and ``to`` (names; customers
        of the later scoring only come from "(new)", those of the earlier only go to "(lost)"),
        ``customers``, ``revenue_before`` and ``revenue_after`` (currency; 0 where there is none).
        Rows of several parts of the same scorings may be added up.
    models : pair of ScoredBy
        Of the earlier and the later scoring.
    renamed : tuple of pairs of str
        Earlier and later name of segments that are the same: who is in one has not moved.
    """

    flows: pd.DataFrame
    models: tuple[ScoredBy, ScoredBy] = (ScoredBy(), ScoredBy())
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def moved_share(self) -> float | None:
        """Share, in [0, 1], of the customers of both scorings who changed segment.

        ``None`` without a common customer.
        """
        customers = self._common["customers"].sum()
        return float(self._moved["customers"].sum() / customers) if customers else None

    @property
    def moved_revenue(self) -> float:
        """Revenue, in the earlier scoring, of the customers counted in `moved_share`."""
        return float(self._moved["revenue_before"].sum())

    @property
    def moved_revenue_share(self) -> float | None:
        """`moved_revenue` per revenue of the customers of both scorings, in the earlier one.

        ``None`` where that is not positive.
        """
        revenue = self._common["revenue_before"].sum()
        return self.moved_revenue / float(revenue) if revenue > 0 else None

    def table(self, value: str = "customers") -> pd.DataFrame:
        """One column of `flows` as a square: earlier names as rows, later ones as columns.

        Parameters
        ----------
        value : {'customers', 'revenue_before', 'revenue_after'}

        Returns
        -------
        DataFrame
            0 where nobody moved; "(new)" is the last row and "(lost)" the last column.
        """
        square = self.flows.pivot_table(
            index="from", columns="to", values=value, aggfunc="sum", fill_value=0
        )
        rows = sorted(square.index, key=lambda name: (name == NEW, name))
        columns = sorted(square.columns, key=lambda name: (name == LOST, name))
        return square.loc[rows, columns]

    @property
    def _common(self) -> pd.DataFrame:
        return self.flows[(self.flows["from"] != NEW) & (self.flows["to"] != LOST)]

    @property
    def _moved(self) -> pd.DataFrame:
        common = self._common
        pairs = zip(common["from"], common["to"], strict=True)
        now_called = dict(self.renamed)
        moved = [now_called.get(a, a) != b for a, b in pairs]
        return common[np.array(moved, dtype=bool)]


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
    if previous == output or Path(previous).absolute() == Path(output).absolute():
        raise UserError(
            f"previous='{previous}' is the output itself; set output to another name to keep both"
        )
    places = {"previous": previous, "output": output}
    tables = [table_name(place, option, engine) for option, place in places.items()]
    if not engine.writes_on_workers and tables.count(None) == 1:
        raise UserError(
            f"previous={previous} and output={output} are a table and a file, which nothing "
            "compares; set both to table:… or both to files"
        )
    _scored(_connection(previous, engine), previous, engine)


def moves_between(
    previous: str | Path,
    current: str | Path,
    renamed: Sequence[tuple[str, str]] = (),
    engine: Engine = DUCKDB,
) -> Migration:
    """Movements of customers between two scorings, counted by the engine.

    Parameters
    ----------
    previous, current : str or Path
        What score.py wrote: CSV or parquet files, folders where workers of the engine wrote them,
        or ``table:`` and the names of tables.
    renamed : sequence of pairs of str
        Names of the same segments in the models of the two, where they differ.
    engine : Engine
        That has written the later one.

    Returns
    -------
    Migration

    Raises
    ------
    UserError
        One of them cannot be read or is not such a scoring.
    """
    connection = _connection(str(current), engine)
    before, after = (_scored(connection, str(place), engine) for place in (previous, current))
    joined = before.join(
        after, "customer_id", how="outer", lname="{name}_before", rname="{name}_after"
    )
    flows = joined.group_by(
        **{"from": joined.name_before.fill_null(NEW), "to": joined.name_after.fill_null(LOST)}
    ).agg(
        customers=joined.count(),
        revenue_before=joined.revenue_before.sum().fill_null(0.0),
        revenue_after=joined.revenue_after.sum().fill_null(0.0),
    )
    models = _scored_by(before), _scored_by(after)
    differ = models[0] != models[1]
    # not by the engine, which may sort as people do
    in_order = flows.to_pandas().sort_values(["from", "to"], ignore_index=True)
    return Migration(in_order, models, tuple(renamed) if differ else ())


def _scored_by(scored: ir.Table) -> ScoredBy:
    """What the file says of its model; an earlier edition says only the version."""
    found = [name for name in COLUMNS if name in scored.columns]
    if not found:
        return ScoredBy()
    values = scored.aggregate(**{name: scored[name].cast("string").max() for name in found})
    row = values.to_pandas().iloc[0]
    return ScoredBy(**{name: "" if pd.isna(row[name]) else str(row[name]) for name in found})


def _connection(place: str, engine: Engine) -> BaseBackend:
    """To what reads a scoring: files are read by DuckDB, whatever wrote them."""
    in_engine = engine.writes_on_workers or place.startswith(TABLE)
    return engine.connect() if in_engine else connect()


def _scored(connection: BaseBackend, place: str, engine: Engine) -> ir.Table:
    """What is compared of a scoring, and what it says of its model."""
    is_csv = not place.startswith(TABLE) and Path(place).suffix == ".csv"
    try:
        table = _read(connection, place, engine)
    except engine_errors() as error:
        raise UserError(
            f"'{place}' cannot be read ({reason(error)}); give {_remedy(engine)}"
        ) from error
    missing = [column for column in COMPARED if column not in table.columns]
    if missing:
        raise UserError(f"'{place}' has no column '{missing[0]}'; give {_remedy(engine)}")
    if not table.revenue.type().is_numeric():
        raise UserError(f"'{place}' has a revenue without numbers; give {_remedy(engine)}")
    table = table.select(*COMPARED, *(name for name in COLUMNS if name in table.columns))
    return table.mutate(customer_id=restored(table.customer_id)) if is_csv else table


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
