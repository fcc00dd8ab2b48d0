"""What makes a run eligible: the guards, a row each, and the bounds that they keep."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segmentation.errors import UserError
from segmentation.evaluation.metrics import METRICS
from segmentation.evaluation.options import BOUND
from segmentation.ranges import SHARE, ranged

PREFERRED_METRICS = ("oot_net", "silhouette_macro_common")
"""What runs are ranked by where no metric is named: the first that all of them have."""


@dataclass
class SelectionRules:
    """What makes a run eligible, and by which metric the eligible ones are ranked.

    Attributes
    ----------
    metric : str or None
        Higher is better. ``None``: ``oot_net`` where every eligible run has it, else
        ``silhouette_macro_common``.
    cost_per_segment : float
        By how much of ``oot_score`` every segment must pay for itself.
    eligible_only : bool
        Rank eligible runs only. ``False`` is the classic rule, for comparison: what it picks is
        reported with a warning, and registered only when it is eligible.
    min_segments : int
    min_smallest_segment_customers : int
    min_smallest_segment_share, max_largest_segment_share : float
        Of all customers.
    max_noise_share, max_noise_revenue_share : float
        Of customers and of revenue; both must hold.
    min_stability : float
        Least ``stability_min`` (bootstrap Jaccard); not judged where it is not measured.
    max_reassigned : float
        Largest share of customers that a new champion may move to a differently named segment.
    """

    metric: str | None = None
    cost_per_segment: float = field(default=0.01, metadata=SHARE)
    eligible_only: bool = True
    min_segments: int = field(default=2, metadata=ranged(1))
    min_smallest_segment_customers: int = field(default=10, metadata=ranged(1))
    min_smallest_segment_share: float = field(default=0.02, metadata=SHARE)
    max_largest_segment_share: float = field(default=0.90, metadata=SHARE)
    max_noise_share: float = field(default=0.20, metadata=SHARE)
    max_noise_revenue_share: float = field(default=0.20, metadata=SHARE)
    min_stability: float = field(default=BOUND, metadata=SHARE)
    max_reassigned: float = field(default=0.30, metadata=SHARE)


@dataclass(frozen=True)
class Guard:
    """A metric with a bound that an eligible run keeps.

    Attributes
    ----------
    metric : str
        As it is logged.
    bound : str
        Field of `SelectionRules`: ``min_…`` is the least value allowed, ``max_…`` the highest.
    text : str
        What the run has, with the format of the value; a percentage shows the bound as one, too.
    absent : float or None
        What counts where the metric was not computed; None is not judged.
    briefly : str
        What is wrong with a run that breaks it, in two or three words.
    """

    metric: str
    bound: str
    text: str
    absent: float | None = None
    briefly: str = "not eligible"

    def reason(self, metrics: Mapping[str, float], rules: SelectionRules) -> str:
        """Say how a run breaks it, with value and bound; empty where it does not."""
        value, bound = metrics.get(self.metric, self.absent), getattr(rules, self.bound)
        if value is None:
            return ""
        shown = f"{100 * bound:g}%" if "%" in self.text else f"{bound:g}"
        if self.bound.startswith("min_"):
            return f"{self.text.format(value)}, at least {shown} needed" if value < bound else ""
        return f"{self.text.format(value)}, at most {shown} allowed" if value > bound else ""


GUARDS = (
    Guard("n_segments", "min_segments", "{:.0f} segments", 0, "one segment"),
    Guard(
        "smallest_segment_customers",
        "min_smallest_segment_customers",
        "smallest segment {:.0f} customers",
        briefly="one tiny segment",
    ),
    Guard(
        "smallest_segment_share",
        "min_smallest_segment_share",
        "smallest segment {:.2%}",
        briefly="one tiny segment",
    ),
    Guard("stability_min", "min_stability", "stability_min {:.3f}", briefly="unstable"),
    Guard(
        "largest_segment_share",
        "max_largest_segment_share",
        "largest segment {:.2%}",
        briefly="one large segment",
    ),
    Guard("noise_share", "max_noise_share", "noise {:.2%} of customers", briefly="much noise"),
    Guard(
        "noise_revenue_share",
        "max_noise_revenue_share",
        "noise {:.2%} of revenue",
        briefly="much noise",
    ),
)
"""In the order in which their reasons are given."""


def n_groups(metrics: Mapping[str, float]) -> float:
    """Groups that a run tells customers apart by: segments, noise and those set apart."""
    apart = ("noise_share", "n_key_accounts", "n_new_customers")
    beside = (metrics.get(name, 0.0) > 0 for name in apart)
    return metrics.get("n_segments", 0.0) + sum(beside)


def with_net(metrics: Mapping[str, float], rules: SelectionRules) -> dict[str, float]:
    """Add ``oot_net`` to the metrics of a run: its score less the cost of its groups."""
    if "oot_score" not in metrics or "n_segments" not in metrics:
        return dict(metrics)
    cost = rules.cost_per_segment * n_groups(metrics)
    return {**metrics, "oot_net": metrics["oot_score"] - cost}


def require_rankable(rules: SelectionRules) -> None:
    """Refuse rules that rank by a metric that does not exist, or of which less is better.

    Raises
    ------
    UserError
        Names the metric and those that can be chosen.
    """
    rankable = [name for name, row in METRICS.items() if row.better == "higher"]
    if rules.metric is not None and rules.metric not in rankable:
        raise UserError(
            f"selection.metric={rules.metric} is no metric of which higher is better; "
            f"set one of: {', '.join(rankable)}"
        )


def reason_in_brief(
    metrics: Mapping[str, float], degenerate: str | None, rules: SelectionRules
) -> str:
    """The first of `reasons_against` in two or three words; empty for an eligible run."""
    if broken := [guard.briefly for guard in GUARDS if guard.reason(metrics, rules)]:
        return broken[0]
    reasons = reasons_against(metrics, degenerate, rules)
    return reasons[0].partition(":")[0] if reasons else ""


def reasons_against(
    metrics: Mapping[str, float], degenerate: str | None, rules: SelectionRules
) -> list[str]:
    """Every guard that a run breaks, each with its value and its bound.

    Parameters
    ----------
    metrics : mapping of metric name to value
        As logged; a metric that was not computed is absent and not judged.
    degenerate : str or None
        Why the fit is degenerate; ``None`` when it is not.
    rules : SelectionRules

    Returns
    -------
    list of str
        Empty for an eligible run.
    """
    reasons = [reason for guard in GUARDS if (reason := guard.reason(metrics, rules))]
    if "stability_draws" in metrics and "stability_min" not in metrics:
        reasons.append("stability unknown: a segment is too small to be resampled")
    if degenerate:
        reasons.append(f"degenerate: {degenerate}")
    return reasons
