"""The trap made visible: silhouettes in two spaces, beside the size of the smallest segment."""

from typing import TYPE_CHECKING

import numpy as np
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
    from matplotlib.figure import Figure

COLUMNS = ("silhouette", "silhouette_common", "smallest_segment_share")
SAME = 1e-9


def silhouettes_figure(runs: pd.DataFrame, min_segment_share: float) -> "Figure | None":
    """Draw silhouettes in model and in common space over the number of segments.

    Parameters
    ----------
    runs : DataFrame
        Runs on the same features, as `segmentation.plots.style.draw_runs` takes them, with
        ``run_id``, ``name``, ``algorithm``, ``ineligible_reason`` and the metrics.
    min_segment_share : float
        The guard on the smallest segment, in [0, 1].

    Returns
    -------
    matplotlib Figure or None
        A row for each algorithm; ``None`` where no run has a silhouette.
    """
    from matplotlib.ticker import LogLocator

    if not set(COLUMNS) <= set(runs):
        return None
    runs = runs.dropna(subset=[*COLUMNS])
    if runs.empty:
        return None
    algorithms = sorted(set(runs["algorithm"]))
    columns = _columns(runs)
    size = len(algorithms), len(columns)
    figure, axes = new_figure(*size, width=3.9, height=2.8, share_y="col")
    if len(columns) == len(COLUMNS):
        axes[0, 1].sharey(axes[0, 0])
    axes[0, -1].set_yscale("log", subs=[])
    axes[0, -1].yaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes[0, -1].yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
    for row, algorithm in zip(axes, algorithms, strict=True):
        for panel, metric in zip(row, columns, strict=True):
            draw_runs(panel, runs[runs["algorithm"] == algorithm], metric)
            panel.set_title(f"{algorithm}: {METRICS[metric].label}", loc="left", fontsize=9)
        guard = row[-1].axhline(min_segment_share, color=QUIET, linestyle=":", linewidth=1)
    count_segments(axes)
    guard.set_label(f"guard, {min_segment_share:.1%}")
    headline(figure, _highest_silhouette(runs))
    explain_marks(figure, runs, guard)
    return figure


def _columns(runs: pd.DataFrame) -> tuple[str, ...]:
    """What is drawn: the two silhouettes once, where the space of all runs is their own."""
    same = np.allclose(runs["silhouette"], runs["silhouette_common"], rtol=0, atol=SAME)
    return COLUMNS[1:] if same else COLUMNS


def _highest_silhouette(runs: pd.DataFrame) -> str:
    top = runs.loc[runs["silhouette"].idxmax()]
    finding = f"{top['name']} has the highest silhouette, {top['silhouette']:.3f}"
    if not top["eligible"]:
        finding += f", and is not eligible ({top['ineligible_reason'].split('; ')[0]})"
    for _, run in runs[runs["chosen"] & (runs["run_id"] != top["run_id"])].iterrows():
        finding += f"; the chosen {run['name']} has {run['silhouette']:.3f}"
    return finding
