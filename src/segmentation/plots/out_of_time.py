"""Prediction by the segments, beside baselines that need no clustering."""

from typing import TYPE_CHECKING

import pandas as pd

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

BASELINES = {"oot_r2_revenue_quantiles": "--", "oot_r2_recency_quantiles": ":"}
"""Metric of a baseline to the style of its line."""


def out_of_time_figure(runs: pd.DataFrame) -> "Figure | None":
    """Draw out-of-time R² over the number of segments, with the baselines as lines.

    Parameters
    ----------
    runs : DataFrame
        Runs on the same customers, as `segmentation.plots.style.draw_runs` takes them, with
        ``algorithm``, ``name``, ``noise_share``, ``oot_r2``, ``oot_r2_se`` and the baselines.

    Returns
    -------
    matplotlib Figure or None
        A panel for each algorithm; ``None`` where nothing was kept back as the future.
    """
    if "oot_r2" not in runs:
        return None
    runs = runs.dropna(subset=["oot_r2"])
    if runs.empty:
        return None
    algorithms = sorted(set(runs["algorithm"]))
    figure, axes = new_figure(1, len(algorithms), width=4.6, height=3.4)
    lines: list[Line2D] = []
    for panel, algorithm in zip(axes[0], algorithms, strict=True):
        lines = _draw_baselines(panel, runs)
        draw_runs(panel, runs[runs["algorithm"] == algorithm], "oot_r2", "oot_r2_se")
        panel.set_title(algorithm, loc="left", fontsize=10)
    count_segments(axes)
    axes[0, 0].set_ylabel(f"{METRICS['oot_r2'].label} (out-of-time R²)", fontsize=9)
    headline(figure, _best_run_beside_baselines(runs))
    explain_marks(figure, runs, *lines)
    return figure


def _draw_baselines(axes: "Axes", runs: pd.DataFrame) -> "list[Line2D]":
    """A line for each baseline over its number of groups: noise is a group, too."""
    groups = runs["n_segments"] + (runs["noise_share"] > 0)
    return [
        axes.plot(
            runs.groupby(groups)[metric].first(),
            linestyle=style,
            color=QUIET,
            linewidth=1.2,
            label=METRICS[metric].label,
        )[0]
        for metric, style in BASELINES.items()
    ]


def _best_run_beside_baselines(runs: pd.DataFrame) -> str:
    eligible = runs[runs["eligible"]]
    if eligible.empty:
        return "No run is eligible, so none is compared with the baselines"
    best = eligible.loc[eligible["oot_r2"].idxmax()]
    metric = max(BASELINES, key=lambda name: best[name])
    lead, error = best["oot_r2"] - best[metric], best["oot_r2_se"]
    verb = "beats" if lead > error else "loses to" if lead < -error else "is level with"
    return (
        f"The best eligible run, {best['name']}, {verb} the same number of "
        f"{METRICS[metric].label}: R² {best['oot_r2']:.3f} ± {error:.3f} against {best[metric]:.3f}"
    )
