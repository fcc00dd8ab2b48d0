"""What makes a run eligible."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass
class SelectionRules:
    """What makes a run eligible, and by which metric the eligible ones are ranked.

    Attributes
    ----------
    metric : str or None
        Higher is better. ``None``: ``oot_r2`` where every eligible run has it, else
        ``silhouette_macro_common``.
    eligible_only : bool
        Rank eligible runs only. ``False`` is the classic rule, for comparison: what it picks is
        reported with a warning, and registered only when it is eligible.
    min_segments : int
    min_smallest_segment_share, max_largest_segment_share : float
        Of all customers, in [0, 1].
    max_noise_share, max_noise_revenue_share : float
        Of customers and of revenue, in [0, 1]; both must hold.
    min_stability : float
        Least ``stability_min`` (bootstrap Jaccard, in [0, 1]); not judged where it is not measured.
    max_reassigned : float
        Largest share of customers, in [0, 1], that a new champion may move to a differently named
        segment.
    """

    metric: str | None = None
    eligible_only: bool = True
    min_segments: int = 2
    min_smallest_segment_share: float = 0.02
    max_largest_segment_share: float = 0.90
    max_noise_share: float = 0.20
    max_noise_revenue_share: float = 0.20
    min_stability: float = 0.75
    max_reassigned: float = 0.30


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
    n_segments = int(metrics.get("n_segments", 0))
    reasons = []
    if n_segments < rules.min_segments:
        reasons.append(f"{n_segments} segments, at least {rules.min_segments} needed")
    lower = {
        "smallest_segment_share": ("smallest segment {:.2%}", rules.min_smallest_segment_share),
        "stability_min": ("stability_min {:.3f}", rules.min_stability),
    }
    upper = {
        "largest_segment_share": ("largest segment {:.2%}", rules.max_largest_segment_share),
        "noise_share": ("noise {:.2%} of customers", rules.max_noise_share),
        "noise_revenue_share": ("noise {:.2%} of revenue", rules.max_noise_revenue_share),
    }
    for name, (text, bound) in lower.items():
        if metrics.get(name, bound) < bound:
            reasons.append(f"{text.format(metrics[name])}, at least {_bound(text, bound)} needed")
    for name, (text, bound) in upper.items():
        if metrics.get(name, bound) > bound:
            reasons.append(f"{text.format(metrics[name])}, at most {_bound(text, bound)} allowed")
    if "stability_draws" in metrics and "stability_min" not in metrics:
        reasons.append("stability unknown: a segment is too small to be drawn")
    if degenerate:
        reasons.append(f"degenerate: {degenerate}")
    return reasons


def _bound(text: str, bound: float) -> str:
    """A bound in the unit of the text beside it."""
    return f"{100 * bound:g}%" if "%" in text else f"{bound:g}"
