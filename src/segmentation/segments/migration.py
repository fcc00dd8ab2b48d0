"""Who moved from segment to segment between two scorings, and how much revenue moved along."""

from dataclasses import dataclass

import pandas as pd

from segmentation.errors import UserError

NEW = "(new)"
LOST = "(lost)"
COLUMNS = ["customer_id", "name", "revenue"]


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
    """

    flows: pd.DataFrame

    @property
    def moved_share(self) -> float | None:
        """Share, in [0, 1], of the customers of both scorings whose segment's name changed.

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
        return self._common[self._common["from"] != self._common["to"]]


def migration(before: pd.DataFrame, after: pd.DataFrame) -> Migration:
    """Compare two scorings customer by customer.

    Parameters
    ----------
    before, after : DataFrame
        ``customer_id`` (compared as text, each at most once), ``name`` of the segment, ``revenue``
        (currency); more columns are ignored.

    Raises
    ------
    UserError
        A column is missing or a customer appears twice.
    """
    joined = _checked(before, "earlier").merge(
        _checked(after, "later"),
        on="customer_id",
        how="outer",
        suffixes=("_before", "_after"),
    )
    flows = (
        joined.assign(
            **{"from": joined["name_before"].fillna(NEW), "to": joined["name_after"].fillna(LOST)}
        )
        .groupby(["from", "to"])
        .agg(
            customers=("name_after", "size"),
            revenue_before=("revenue_before", "sum"),
            revenue_after=("revenue_after", "sum"),
        )
        .reset_index()
    )
    return Migration(flows)


def _checked(scoring: pd.DataFrame, which: str) -> pd.DataFrame:
    missing = [column for column in COLUMNS if column not in scoring]
    if missing:
        raise UserError(
            f"the {which} scoring has no column {missing[0]!r}; give a file that score.py wrote"
        )
    checked = scoring[COLUMNS].assign(customer_id=scoring["customer_id"].astype("str"))
    repeated = checked["customer_id"][checked["customer_id"].duplicated()]
    if len(repeated):
        raise UserError(
            f"customer {repeated.iloc[0]!r} appears more than once in the {which} scoring; "
            "every customer must have one row"
        )
    return checked
