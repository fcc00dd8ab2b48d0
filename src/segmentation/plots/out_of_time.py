"""What the segments predict, beside simple sortings that need no clustering."""

from typing import TYPE_CHECKING

import pandas as pd

from segmentation.evaluation.claims import ERRORS_ASKED
from segmentation.evaluation.metrics import METRICS
from segmentation.plots.style import (
    QUIET,
    count_segments,
    draw_runs,
    explain_marks,
    headline,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

SORTINGS = {
    "oot_score_revenue_quantiles": "--",
    "oot_score_recency_quantiles": ":",
    "oot_score_rfm_grid": "-.",
}
"""Metric of a simple sorting to the style of its line."""


def out_of_time_figure(runs: pd.DataFrame) -> "Figure | None":
    """Draw the out-of-time score over the number of segments, with simple sortings as lines.

    Parameters
    ----------
    runs : DataFrame
        Runs on the same customers, as `segmentation.plots.style.draw_runs` takes them, with
        ``algorithm``, ``name``, ``noise_share``, ``oot_score``, ``oot_lead``, both with ``…_se``,
        and the scores of the sortings.

    Returns
    -------
    matplotlib Figure or None
        A panel for each algorithm; ``None`` where nothing was kept back as the future.
    """
    if "oot_score" not in runs:
        return None
    runs = runs.dropna(subset=["oot_score"])
    if runs.empty:
        return None
    algorithms = sorted(set(runs["algorithm"]))
    figure, axes = new_figure(1, len(algorithms), width=4.6, height=3.4)
    lines: list[Line2D] = []
    for panel, algorithm in zip(axes[0], algorithms, strict=True):
        lines = _draw_sortings(panel, runs)
        draw_runs(panel, runs[runs["algorithm"] == algorithm], "oot_score", "oot_score_se")
        panel.set_title(algorithm, loc="left", fontsize=10)
    count_segments(axes)
    axes[0, 0].set_ylabel(f"{METRICS['oot_score'].label} (out-of-time R²)", fontsize=9)
    headline(figure, _best_run_beside_sortings(runs))
    explain_marks(figure, runs, *lines)
    return figure


def _draw_sortings(axes: "Axes", runs: pd.DataFrame) -> "list[Line2D]":
    """A line for each sorting over its number of groups: noise is a group, too."""
    groups = runs["n_segments"] + (runs["noise_share"] > 0)
    return [
        axes.plot(
            runs.groupby(groups)[metric].first(),
            linestyle=style,
            color=QUIET,
            linewidth=1.2,
            label=METRICS[metric].label,
        )[0]
        for metric, style in SORTINGS.items()
    ]


def _best_run_beside_sortings(runs: pd.DataFrame) -> str:
    eligible = runs[runs["eligible"]]
    if eligible.empty:
        return "No run is eligible, so none is compared with the simple sortings"
    best = eligible.loc[eligible["oot_score"].idxmax()]
    metric = max(SORTINGS, key=lambda name: best[name])
    lead, asked = best["oot_lead"], ERRORS_ASKED * best["oot_lead_se"]
    verb = "beats" if lead > asked else "loses to" if lead < -asked else "is level with"
    return (
        f"The eligible run that explains most, {best['name']}, {verb} as many groups by "
        f"{METRICS[metric].label}: {best['oot_score']:.3f} against {best[metric]:.3f} "
        f"(difference {lead:+.3f} ± {best['oot_lead_se']:.3f})"
    )
