"""The metrics: one row each, with all that is said of one wherever it is shown."""

from dataclasses import dataclass
from typing import Literal

Bounds = tuple[float | None, float | None]
"""Lowest and highest value; None where there is no such bound."""

SHARE: Bounds = (0.0, 1.0)
FROM_0: Bounds = (0.0, None)
FROM_1: Bounds = (1.0, None)
SILHOUETTE: Bounds = (-1.0, 1.0)
UP_TO_1: Bounds = (None, 1.0)
ANY: Bounds = (None, None)
SECONDS = "seconds_"
"""What the cost of a part of the evaluation begins with."""


@dataclass(frozen=True)
class Metric:
    """A result of a run.

    Attributes
    ----------
    name : str
        As it is logged.
    meaning : str
        What it says, in one sentence without a full stop; the same in every table and page.
    unit : str
    better : {"higher", "lower", ""}
        Which direction is better; empty where neither is by itself.
    bounds : tuple of float or None
        Lowest and highest value that it can have.
    label : str
        What it is called in pictures and in the report; empty where neither shows it.
    """

    name: str
    meaning: str
    unit: str
    better: Literal["higher", "lower", ""] = ""
    bounds: Bounds = ANY
    label: str = ""

    def text(self, value: float) -> str:
        """Value for readers of the report: a share as a percentage, else three decimals."""
        return f"{value:.1%}" if self.unit.startswith("share") else f"{value:.3f}"


_ROWS = (
    Metric("n_customers", "number of customers that were clustered", "customers", bounds=FROM_1),
    Metric("k", "number of segments asked for; absent where the algorithm finds it", "segments",
           bounds=FROM_1),
    Metric("n_segments", "number of segments, those set apart aside", "segments", bounds=FROM_0),
    Metric("smallest_segment_customers", "number of customers in the smallest segment",
           "customers", bounds=FROM_1),
    Metric("smallest_segment_share", "size of the smallest segment",
           "share of customers", bounds=SHARE, label="smallest segment, share of customers"),
    Metric("largest_segment_share", "size of the largest segment",
           "share of customers", bounds=SHARE),
    Metric("effective_segments", "number of equally large segments that would be as diverse",
           "segments", bounds=FROM_1),
    Metric("noise_share", "customers in no segment", "share of customers", "lower", SHARE),
    Metric("noise_revenue_share", "revenue of the customers in no segment",
           "share of revenue", "lower"),
    Metric("n_key_accounts", "number of customers set apart by revenue before clustering",
           "customers", bounds=FROM_0),
    Metric("key_account_revenue_share", "revenue of the key accounts", "share of revenue"),
    Metric("n_new_customers", "number of customers set apart as new before clustering",
           "customers", bounds=FROM_0),
    Metric("silhouette", "silhouette in the run's own space, not comparable between scalers",
           "silhouette", "higher", SILHOUETTE, "silhouette, each scaler's own space"),
    Metric("silhouette_se", "standard error of silhouette, where it is measured on a sample",
           "silhouette", "lower", FROM_0),
    Metric("silhouette_macro", "mean over the segments of each segment's silhouette, in the run's "
           "own space", "silhouette", "higher", SILHOUETTE),
    Metric("inertia", "sum of squared distances to the centre of the own segment, in the run's own "
           "space", "squared distance", "lower", FROM_0),
    Metric("calinski_harabasz", "spread between the segments by spread within them",
           "ratio", "higher", FROM_0),
    Metric("davies_bouldin", "overlap of each segment with the one most like it",
           "ratio", "lower", FROM_0),
    Metric("bic", "Bayesian information criterion of a mixture, comparable in one space only",
           "−2 log-likelihood", "lower"),
    Metric("aic", "Akaike's information criterion of a mixture, comparable in one space only",
           "−2 log-likelihood", "lower"),
    Metric("relative_validity", "density between against density within the segments of HDBSCAN",
           "DBCV", "higher", SILHOUETTE),
    Metric("silhouette_common", "silhouette in the space that all runs share",
           "silhouette", "higher", SILHOUETTE, "silhouette, common space"),
    Metric("silhouette_macro_common", "how much nearer customers are to their own segment than to "
           "the next, mean of the segments, in the space that all runs share",
           "silhouette", "higher", SILHOUETTE),
    Metric("silhouette_common_covered", "silhouette_common × (1 − noise_share): what calling "
           "customers noise gains is taken back", "silhouette", "higher", SILHOUETTE),
    Metric("inertia_common", "sum of squared distances to the centre of the own segment, in the "
           "space that all runs share", "squared distance", "lower", FROM_0),
    Metric("stability_min", "bootstrap Jaccard similarity of the least stable segment",
           "similarity", "higher", SHARE),
    Metric("stability_min_se", "standard error of stability_min over the draws",
           "similarity", "lower", FROM_0),
    Metric("stability_mean", "bootstrap Jaccard similarity, mean of the segments",
           "similarity", "higher", SHARE),
    Metric("stability_draws", "number of bootstrap samples on which stability was measured",
           "draws", bounds=FROM_1),
    Metric("null_mean", "mean silhouette reached on customers without groups, of the kind that "
           "reaches the highest", "silhouette", bounds=SILHOUETTE),
    Metric("null_sd", "standard deviation of these silhouettes", "silhouette", bounds=FROM_0),
    Metric("null_gain", "silhouette above null_mean", "silhouette", "higher", (-2.0, 2.0)),
    Metric("null_z", "silhouette against customers without groups, in standard deviations; the "
           "smallest over the kinds of them", "standard deviations", "higher"),
    Metric("null_p", "how often customers without groups reach as high a silhouette, the largest "
           "over the kinds of them; no evidence by itself", "probability", "lower", SHARE),
    Metric("null_undefined_share", "samples of customers without groups in which fewer than two "
           "segments were found", "share of draws", bounds=SHARE),
    Metric("oot_score", "share of what customers did later that the segments explain, out of time: "
           "mean of revenue, coming back, orders and order value at two cuts",
           "share of variance", "higher", UP_TO_1, "later outcomes explained"),
    Metric("oot_score_se", "standard error of oot_score over the customers",
           "share of variance", "lower", FROM_0),
    Metric("oot_net", "oot_score less selection.cost_per_segment for every group of customers; "
           "what runs are ranked by", "share of variance", "higher", UP_TO_1,
           "later outcomes explained, less the cost of segments"),
    Metric("oot_lead", "oot_score above that of the best of three simple sortings into as many "
           "groups", "share of variance", "higher", (-2.0, 2.0)),
    Metric("oot_lead_se", "standard error of oot_lead, paired by customer",
           "share of variance", "lower", FROM_0),
    Metric("oot_best_sorting", "oot_score of the best of three simple sortings",
           "share of variance", "", UP_TO_1, "best simple sorting"),
    Metric("oot_score_revenue_quantiles", "oot_score of as many groups of equal size by revenue "
           "alone, key accounts counted", "share of variance", "", UP_TO_1, "revenue quantiles"),
    Metric("oot_score_recency_quantiles", "oot_score of as many groups of equal size by recency "
           "alone, key accounts counted", "share of variance", "", UP_TO_1, "recency quantiles"),
    Metric("oot_score_rfm_grid", "oot_score of as many groups by the sum of the RFM scores, key "
           "accounts counted", "share of variance", "", UP_TO_1, "RFM grid"),
    Metric("oot_values", "number of outcomes and cuts behind oot_score, 8 where all count",
           "values", bounds=FROM_1),
    Metric("oot_r2_of_revenue", "share of the differences in later revenue that the segments "
           "explain, mean of the cuts", "share of variance", "higher", UP_TO_1),
    Metric("oot_r2_of_return", "share of the differences in coming back that the segments explain, "
           "mean of the cuts", "share of variance", "higher", UP_TO_1),
    Metric("oot_r2_of_orders", "share of the differences in later orders that the segments "
           "explain, mean of the cuts", "share of variance", "higher", UP_TO_1),
    Metric("oot_r2_of_order_value", "share of the differences in revenue per later order, among "
           "those who came back, that the segments explain, mean of the cuts",
           "share of variance", "higher", UP_TO_1),
    Metric("oot_r2", "share of the differences in next revenue that the segments explain, out of "
           "time", "share of variance", "higher", UP_TO_1, "next revenue explained"),
    Metric("oot_r2_se", "standard error of oot_r2 over the folds",
           "share of variance", "lower", FROM_0),
    Metric("oot_auc", "how well the segments tell who buys again, out of time; 0.5 is chance",
           "AUC", "higher", SHARE, "who buys again, AUC"),
    Metric("oot_capture_20", "next revenue held by the 20% of the customers whose segments rank "
           "best; 0.2 is chance", "share of revenue", "higher", SHARE,
           "revenue held by the best 20%"),
    Metric("oot_r2_revenue_quantiles", "oot_r2 of as many groups of equal size by revenue alone, "
           "key accounts counted", "share of variance", "", UP_TO_1, "revenue quantiles"),
    Metric("oot_auc_revenue_quantiles", "oot_auc of the same groups by revenue",
           "AUC", "", SHARE, "revenue quantiles"),
    Metric("oot_capture_20_revenue_quantiles", "oot_capture_20 of the same groups by revenue",
           "share of revenue", "", SHARE, "revenue quantiles"),
    Metric("oot_r2_recency_quantiles", "oot_r2 of as many groups of equal size by recency alone, "
           "key accounts counted", "share of variance", "", UP_TO_1, "recency quantiles"),
    Metric("oot_auc_recency_quantiles", "oot_auc of the same groups by recency",
           "AUC", "", SHARE, "recency quantiles"),
    Metric("oot_capture_20_recency_quantiles", "oot_capture_20 of the same groups by recency",
           "share of revenue", "", SHARE, "recency quantiles"),
    Metric("oot_r2_rfm_grid", "oot_r2 of as many groups by the sum of the RFM scores, key accounts "
           "counted", "share of variance", "", UP_TO_1, "RFM grid"),
    Metric("oot_auc_rfm_grid", "oot_auc of the same groups by RFM scores",
           "AUC", "", SHARE, "RFM grid"),
    Metric("oot_capture_20_rfm_grid", "oot_capture_20 of the same groups by RFM scores",
           "share of revenue", "", SHARE, "RFM grid"),
    Metric("oot_ceiling", "oot_r2 of gradient boosting on all metrics of the customers: about the "
           "most that they tell; once per sweep", "share of variance", "", UP_TO_1,
           "gradient boosting on all metrics"),
)  # fmt: skip

METRICS = {row.name: row for row in _ROWS}
"""Name of a metric to its row, in the order in which they are explained."""


def metric(name: str) -> Metric | None:
    """Row of a metric; None for a name that is none of ours.

    What begins with ``seconds_`` has a row by its prefix.
    """
    if name.startswith(SECONDS):
        part = name.removeprefix(SECONDS).replace("_", " ")
        return Metric(name, f"time that the part {part} took", "seconds", "lower", FROM_0)
    return METRICS.get(name)
