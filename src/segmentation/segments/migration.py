"""Who moved from segment to segment between two scorings, and how much revenue moved along."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segmentation.errors import UserError
from segmentation.segments.earlier_list import scored_by
from segmentation.segments.scored_by import ScoredBy

NEW = "(new)"
LOST = "(lost)"


@dataclass(frozen=True)
class Renames:
    """Names that a model gave to segments of the model that it replaced.

    Attributes
    ----------
    pairs : tuple of pairs of str
        Earlier and later name.
    of : ScoredBy
        The model that was replaced; empty where an earlier edition did not say which.
    """

    pairs: tuple[tuple[str, str], ...] = ()
    of: ScoredBy = field(default_factory=ScoredBy)

    def between(self, before: ScoredBy, after: ScoredBy) -> tuple[tuple[str, str], ...]:
        """Pairs that hold between two scorings: none of one model, nor since yet another one."""
        return () if before == after or self.of.differs_from(before) else self.pairs


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
        return float(self.moved["customers"].sum() / customers) if customers else None

    @property
    def moved_revenue(self) -> float:
        """Revenue, in the earlier scoring, of the customers counted in `moved_share`."""
        return float(self.moved["revenue_before"].sum())

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
    def moved(self) -> pd.DataFrame:
        """Rows of `flows` of the customers of both scorings who changed segment."""
        common = self._common
        pairs = zip(common["from"], common["to"], strict=True)
        now_called = dict(self.renamed)
        moved = [now_called.get(a, a) != b for a, b in pairs]
        return common[np.array(moved, dtype=bool)]


def moves_between(before: ir.Table, after: ir.Table, renames: Renames | None = None) -> Migration:
    """Movements of customers between two scorings, counted by the engine.

    Parameters
    ----------
    before, after : ibis Table
        See `earlier_list.earlier_list`; both of one engine.
    renames : Renames, optional
        Of the later model.
    """
    joined = _joined(before, after)
    flows = joined.group_by(
        **{
            "from": joined.segment_name_before.fill_null(NEW),
            "to": joined.segment_name_after.fill_null(LOST),
        }
    ).agg(
        customers=joined.count(),
        revenue_before=joined.revenue_before.sum().fill_null(0.0),
        revenue_after=joined.revenue_after.sum().fill_null(0.0),
    )
    models = scored_by(before), scored_by(after)
    # not by the engine, which may sort as people do
    in_order = flows.to_pandas().sort_values(["from", "to"], ignore_index=True)
    return Migration(in_order, models, (renames or Renames()).between(*models))


def require_most_are_there(moves: Migration) -> None:
    """Refuse a scoring that lacks most customers of the one before: it knows a part of the orders.

    Raises
    ------
    UserError
        More than half of them are lost.
    """
    before = moves.flows[moves.flows["from"] != NEW]
    lost = int(before.loc[before["to"] == LOST, "customers"].sum())
    n = int(before["customers"].sum())
    if lost > n / 2:
        raise UserError(
            f"{lost:,} of the {n:,} customers of the scoring before are not in these lines, which "
            "seem to be a part of the orders; set data.path to all of them, or leave history= and "
            "previous= out"
        )


def movers(before: ir.Table, after: ir.Table, renamed: Sequence[tuple[str, str]] = ()) -> ir.Table:
    """Every customer who is in another segment than before, or in one scoring only.

    Parameters
    ----------
    before : ibis Table
        As of `moves_between`.
    after : ibis Table
        With ``recency_days``, in the order of `customer_list.in_order`: what is carried along is
        taken over.
    renamed : sequence of pairs of str
        Of the `Migration` between the two.

    Returns
    -------
    ibis Table
        ``customer_id``, what is carried along, ``from``, ``to``, ``revenue`` (of now, of a lost
        customer that of before) and ``days_absent`` (null of a lost one).
    """
    joined = _joined(before, after)
    former = joined.segment_name_before
    was = called_now(former, renamed)
    table = joined.select(
        customer_id=ibis.coalesce(joined.customer_id_after, joined.customer_id_before),
        **{name: joined[name] for name in after.columns[1 : after.columns.index("segment")]},
        **{"from": former.fill_null(NEW), "to": joined.segment_name_after.fill_null(LOST)},
        revenue=ibis.coalesce(joined.revenue_after, joined.revenue_before),
        days_absent=joined.recency_days,
        moved=was.fill_null(NEW) != joined.segment_name_after.fill_null(LOST),
    )
    return table.filter(table.moved).drop("moved")


def called_now(names: ir.StringColumn, renamed: Sequence[tuple[str, str]]) -> ir.StringColumn:
    """Names of segments, those that were renamed since by their name of now."""
    pairs = ((names == former, now) for former, now in renamed)
    return ibis.cases(*pairs, else_=names) if renamed else names


def _joined(before: ir.Table, after: ir.Table) -> ir.Table:
    return before.join(
        after, "customer_id", how="outer", lname="{name}_before", rname="{name}_after"
    )
