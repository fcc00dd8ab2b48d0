"""Who moved from segment to segment between two scorings, and how much revenue moved along."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis.backends import BaseBackend

from segmentation.data.output_file import restored
from segmentation.engine.connection import EngineError, connect, reason
from segmentation.engine.tables import read_csv, read_parquet
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


def earlier_scoring(previous: str | None, output: str) -> Path | None:
    """Path of an earlier output, refused before any work where there is no comparing with it.

    Parameters
    ----------
    previous : str or None
        The earlier output; None where there is nothing to compare with.
    output : str
        The file that is about to be written.

    Raises
    ------
    UserError
        It cannot be read, was not written by score.py, or is ``output`` itself.
    """
    if previous is None:
        return None
    path = Path(previous)
    if path.absolute() == Path(output).absolute():
        raise UserError(
            f"previous='{previous}' is the output itself; set output to another name to keep both"
        )
    _scored(connect(), path)
    return path


def moves_between(
    previous: Path, current: Path, renamed: Sequence[tuple[str, str]] = ()
) -> Migration:
    """Movements of customers between two scored files, counted by the engine.

    Parameters
    ----------
    previous, current : Path
        CSV or parquet files that score.py wrote.
    renamed : sequence of pairs of str
        Names of the same segments in the models of the two, where they differ.

    Returns
    -------
    Migration

    Raises
    ------
    UserError
        One of them cannot be read or is not such a file.
    """
    connection = connect()
    before, after = _scored(connection, previous), _scored(connection, current)
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
    return Migration(
        flows.order_by(["from", "to"]).to_pandas(), models, tuple(renamed) if differ else ()
    )


def _scored_by(scored: ir.Table) -> ScoredBy:
    """What the file says of its model; an earlier edition says only the version."""
    found = [name for name in COLUMNS if name in scored.columns]
    if not found:
        return ScoredBy()
    values = scored.aggregate(**{name: scored[name].cast("string").max() for name in found})
    row = values.to_pandas().iloc[0]
    return ScoredBy(**{name: "" if pd.isna(row[name]) else str(row[name]) for name in found})


def _scored(connection: BaseBackend, path: Path) -> ir.Table:
    """What is compared of a scored file, and what it says of its model."""
    if not path.is_file():
        raise UserError(f"previous='{path}' is no file; give one that score.py wrote")
    is_parquet = path.suffix == ".parquet"
    try:
        table = (
            read_parquet(connection, [path])
            if is_parquet
            else read_csv(connection, path, text=["customer_id"])
        )
    except EngineError as error:
        raise UserError(
            f"'{path}' cannot be read ({reason(error)}); give a file that score.py wrote"
        ) from error
    missing = [column for column in COMPARED if column not in table.columns]
    if missing:
        raise UserError(f"'{path}' has no column '{missing[0]}'; give a file that score.py wrote")
    if not table.revenue.type().is_numeric():
        raise UserError(f"'{path}' has a revenue without numbers; give a file that score.py wrote")
    table = table.select(*COMPARED, *(name for name in COLUMNS if name in table.columns))
    return table if is_parquet else table.mutate(customer_id=restored(table.customer_id))
