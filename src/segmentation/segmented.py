"""One segmentation, from measured customers to everything that is known about it."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segmentation.customers.customers_file import CustomersFile
from segmentation.customers.measured import MeasuredCustomers
from segmentation.customers.readiness import readiness_of
from segmentation.customers.usable_features import usable_features, why_left_out
from segmentation.errors import UserError
from segmentation.evaluation.assessment import Assessment, assess
from segmentation.model.assigning import assign_all
from segmentation.model.fitting import fit_segmenter, require_customers, unrecorded
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.rfm import Borders, rfm_borders
from segmentation.model.trial import require_prediction
from segmentation.plots.run_figures import run_figures, run_pictures
from segmentation.recipe import Recipe
from segmentation.report.page import ReportContent, render_report
from segmentation.report.rendering import write_page
from segmentation.report.segment_summary import segment_summaries
from segmentation.segments.descriptions import describe_segments
from segmentation.segments.naming import NAMED_BY, name_segments
from segmentation.segments.profiles import segment_profile
from segmentation.segments.rules import Rules, explain
from segmentation.segments.segment_name import SegmentName
from segmentation.selection.guards import SelectionRules, reasons_against

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STABLE = SelectionRules().min_stability
SHOWN = ["name", "customers", "customer_share", "revenue_share", "action"]


@dataclass(frozen=True)
class Segmentation:
    """A fitted segmentation and everything that is known about it.

    Attributes
    ----------
    recipe : Recipe
        What was computed, with the features that were used.
    customers : MeasuredCustomers
        Of whom.
    segmenter : CustomerSegmenter
        Fitted, its segments named.
    segment_names : tuple of SegmentName
        Name, evidence and action of every segment.
    assessment : Assessment
    profile : DataFrame
        One row per segment, see :func:`~segmentation.segments.profiles.segment_profile`.
    rules : Rules
        A shallow decision tree that explains the segments.
    left_out : tuple of str
        Features of the option that were not used, and why.
    assigned : CustomersFile or None
        All customers with their segments, see `model.assigning.assign_all`, where those fitted
        are a sample of them.
    """

    recipe: Recipe
    customers: MeasuredCustomers = field(repr=False)
    segmenter: CustomerSegmenter = field(repr=False)
    segment_names: tuple[SegmentName, ...] = field(repr=False)
    assessment: Assessment = field(repr=False)
    profile: pd.DataFrame = field(repr=False)
    rules: Rules = field(repr=False)
    left_out: tuple[str, ...] = ()
    assigned: CustomersFile | None = field(default=None, repr=False)

    @property
    def metrics(self) -> dict[str, float]:
        """Metric name to value; what was not measured is absent, see docs/evaluation.md."""
        return self.assessment.metrics

    @property
    def names(self) -> dict[int, str]:
        """Segment id to name; −1 is noise."""
        return dict(self.segmenter.names_)

    @property
    def labels(self) -> pd.Series:
        """Segment of every customer that was fitted, indexed by customer_id; −1 is noise."""
        return pd.Series(self.segmenter.labels_, index=self.customers.table.index, name="segment")

    @property
    def descriptions(self) -> pd.DataFrame:
        """What is typical of each segment, see `segments.descriptions.describe_segments`."""
        labels = self.segmenter.labels_
        return describe_segments(self.customers.described, labels, self.segment_names)

    @property
    def rfm_borders(self) -> Borders:
        """Borders of RFM scores, at the cut points of an algorithm that has some."""
        return rfm_borders(self.customers.table, self.recipe.cut_points)

    def predict(self, customers: MeasuredCustomers | pd.DataFrame) -> pd.DataFrame:
        """Segment customers, of today or of another day.

        Parameters
        ----------
        customers : MeasuredCustomers or DataFrame of shape (n_customers, …)
            Of measured ones those fitted; all are in ``assigned``. The features of the recipe,
            and ``orders`` and ``recency_days`` where new customers are set apart, in their own
            units; more columns are ignored.

        Returns
        -------
        DataFrame of shape (n_customers, 5), with the index of the customers
            See :meth:`segmentation.model.pipeline.CustomerSegmenter.describe`.
        """
        table = customers.table if isinstance(customers, MeasuredCustomers) else customers
        needed = list(self.segmenter.feature_names_in_)
        if missing := [name for name in needed if name not in table]:
            raise UserError(
                f"column '{missing[0]}' not found; the customers need: {', '.join(needed)}"
            )
        return self.segmenter.describe(table[needed]).set_axis(table.index)

    @unrecorded()
    def plot(self, picture: str = "shares") -> "Figure":
        """Draw one of the pictures of a run: shares, medians, means, customers and so on.

        Raises
        ------
        UserError
            If there is no picture of that name, or nothing to draw in it.
        """
        figures = self._drawn(run_figures)
        if picture not in figures:
            raise UserError(f"picture '{picture}' is unknown; choose one of: {', '.join(figures)}")
        figure = figures[picture]()
        if figure is None:
            raise UserError(f"picture '{picture}' has nothing to show for these segments")
        return figure

    def report(self, path: str | Path) -> Path:
        """Write the report for people who do not read metrics, one HTML file; return its path.

        Raises
        ------
        UserError
            If the file cannot be written.
        """
        reasons = reasons_against(self.metrics, self.assessment.degenerate, SelectionRules())
        content = ReportContent(
            run_name=repr(self.recipe.algorithm),
            settings=self.recipe.in_words,
            data=self.customers.report.to_dict(),
            segments=segment_summaries(self.profile, self.segment_names),
            metrics=self.metrics,
            structure=self.assessment.structure or "",
            separated_by=self.assessment.separated_by,
            rhythm=self.customers.rhythm,
            readiness=readiness_of(self.customers),
            drawn=self.customers.drawn,
            descriptions=self.descriptions if self.customers.described.columns else None,
            reasons="; ".join(reasons),
            rules_text=self.rules.text(self.segmenter.names_),
            rules_sql=self.rules.sql,
            rules_accuracy=f"{self.rules.accuracy:.1%}",
            pictures=self._drawn(run_pictures),
            narrow_pictures=self._drawn(run_pictures, narrow=True),
        )
        return write_page(render_report(content), path)

    def _drawn(self, draw: Any, **options: bool) -> Any:
        table, currency = self.customers.table, self.customers.report.currency
        return draw(self.segmenter, table, self.profile, STABLE, currency=currency, **options)

    def _repr_html_(self) -> str:
        shown = self.profile.set_index("segment")[SHOWN]
        shares = dict.fromkeys(("customer_share", "revenue_share"), "{:.1%}".format)
        table = str(shown.to_html(formatters=shares | {"customers": "{:,}".format}))
        return f"{table}<p>Fitted to {self.customers.drawn}.</p>" if self.customers.drawn else table


@unrecorded()
def segment_customers(customers: MeasuredCustomers, recipe: Recipe) -> Segmentation:
    """Fit, name, assess, profile and explain one segmentation.

    Raises
    ------
    UserError
        If the data does not allow a feature, or the customers cannot be segmented so, see
        :func:`~segmentation.model.fitting.fit_segmenter`.
    """
    require_customers(len(customers.table), recipe.k)
    wanted = recipe.features
    if not recipe.features_by_name:
        needed = getattr(recipe.algorithm, "needs", ())
        recipe = replace(recipe, features=usable_features(wanted, customers.table, needed))
    customers.require(recipe.features)
    require_prediction(recipe.algorithm)
    segmenter = fit_segmenter(
        customers.table,
        recipe.features,
        recipe.scaler,
        recipe.algorithm,
        recipe.key_account_share,
        recipe.newcomer_gaps,
    )
    assigned, labels = None, segmenter.labels_
    if customers.file is not None:
        borders = rfm_borders(customers.table, recipe.cut_points)
        assigned = assign_all(segmenter, customers.file, recipe.features, borders)
        labels = assigned["segment"].to_numpy()
    left_out = [name for name in wanted if name not in recipe.features]
    told = tuple(why_left_out(name, customers.table) for name in left_out)
    found = _described(recipe, customers, segmenter, labels)
    return replace(found, assigned=assigned, left_out=told)


def _described(
    recipe: Recipe, customers: MeasuredCustomers, segmenter: CustomerSegmenter, labels: np.ndarray
) -> Segmentation:
    """Name, assess, profile and explain the segments, which are those of all customers."""
    names = name_segments(
        customers.table if customers.file is None else customers.file.frame(NAMED_BY),
        labels,
        rhythm=customers.rhythm,
        key_accounts=segmenter.key_account_segment,
        newcomers=segmenter.newcomer_segment,
    )
    segmenter.names_ |= {name.segment: name.name for name in names}
    assessment = assess(segmenter, customers, recipe.evaluation, recipe.seed, labels)
    return Segmentation(
        recipe=recipe,
        customers=customers,
        segmenter=segmenter,
        segment_names=names,
        assessment=assessment,
        profile=segment_profile(
            customers.all_customers,
            labels,
            recipe.features,
            names,
            assessment.stability,
            fitted_labels=segmenter.labels_,
        ),
        rules=explain(
            customers.table[list(segmenter.feature_names_in_)], segmenter.labels_, seed=recipe.seed
        ),
    )
