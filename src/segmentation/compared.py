"""Several segmentations of the same customers, ranked, and the choice among them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
from rich.console import Console
from rich.progress import track

from segmentation.customers.measured import MeasuredCustomers
from segmentation.errors import UserError
from segmentation.model.fitting import TooManySegmentsError
from segmentation.recipe import Recipe
from segmentation.segmented import Segmentation, segment_customers
from segmentation.selection.guards import SelectionRules
from segmentation.selection.ranking import rank_runs
from segmentation.selection.runs_table import run_row
from segmentation.selection.verdict import Verdict, choose

PROGRESS = Console(stderr=True)


@dataclass(frozen=True)
class Comparison:
    """Segmentations of the same customers, best first, and which of them to take.

    Attributes
    ----------
    table : DataFrame
        One row per segmentation, see :func:`~segmentation.selection.ranking.rank_runs`.
    verdict : Verdict
        The choice and its reasons.
    segmentations : dict of str to Segmentation
        By the ``run_id`` of the table.
    """

    table: pd.DataFrame = field(repr=False)
    verdict: Verdict
    segmentations: dict[str, Segmentation] = field(repr=False)

    @property
    def best(self) -> Segmentation:
        """The chosen segmentation.

        Raises
        ------
        UserError
            If none may be chosen.
        """
        if self.verdict.run_id is None:
            raise UserError(self.verdict.sentence)
        return self.segmentations[self.verdict.run_id]

    def _repr_html_(self) -> str:
        shown = ["name", "eligible", "score", "ranked_by", "n_segments", "ineligible_reason"]
        return str(self.table[shown].to_html(index=False)) + f"<p>{self.verdict.sentence}</p>"


def compared(
    customers: MeasuredCustomers, recipes: Mapping[str, Recipe], rules: SelectionRules
) -> Comparison:
    """Segment the customers by every recipe, rank the results and choose.

    Parameters
    ----------
    customers : MeasuredCustomers
    recipes : mapping of str to Recipe
        By name, at least one.
    rules : SelectionRules

    Raises
    ------
    UserError
        If there is no recipe, or the customers cannot be segmented by one.
    """
    if not recipes:
        raise UserError("there is nothing to compare; give at least one value of every option")
    found, skipped = {}, []
    for name, recipe in track(recipes.items(), "segmenting", transient=True, console=PROGRESS):
        try:
            found[name] = segment_customers(customers, recipe)
        except TooManySegmentsError as reason:
            skipped.append({"name": name, "reason": str(reason)})
    if not found:
        raise UserError(f"no segmentation is possible: {skipped[0]['reason']}")
    rows = [
        run_row(
            run_id=name,
            name=name,
            k=one.recipe.k,
            estimator=one.recipe.algorithm,
            metrics=one.metrics,
            degenerate=one.assessment.degenerate or "",
            customers="the same",
            best_sorting=one.assessment.best_sorting,
        )
        for name, one in found.items()
    ]
    kept = {name: one.assessment.contributions for name, one in found.items()}
    ranked = rank_runs(pd.DataFrame(rows), rules, contributions=kept.get)
    return Comparison(ranked, choose(ranked, rules, skipped), found)
