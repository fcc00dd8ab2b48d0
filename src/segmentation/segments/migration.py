"""Who moved from segment to segment between two scorings, and how much revenue moved along."""

from dataclasses import dataclass

import pandas as pd

NEW = "(new)"
LOST = "(lost)"


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
    models : pair of str or None
        Versions of the models of the earlier and the later scoring; ``None`` where unknown.
    """

    flows: pd.DataFrame
    models: tuple[str | None, str | None] = (None, None)

    @property
    def other_model(self) -> bool:
        """Whether the two scorings are known to come from different models."""
        before, after = self.models
        return None not in self.models and before != after

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
