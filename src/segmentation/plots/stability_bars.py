"""Stability of every segment in resampled customers."""

from typing import TYPE_CHECKING

import pandas as pd

from segmentation.plots.segment_style import (
    name_rows,
    segment_colour,
    segment_figure,
)
from segmentation.plots.style import QUIET, headline

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTION = (
    "Mean overlap (Jaccard similarity) of a segment with its closest match when the segmentation "
    "is fitted again on bootstrap samples of the customers; 1 = always the same customers."
)


def stability_figure(profile: pd.DataFrame, min_stability: float) -> "Figure | None":
    """Draw the stability of every segment against the guard.

    Parameters
    ----------
    profile : DataFrame
        See `profiles.segment_profile`.
    min_stability : float
        The guard on the least stable segment, in [0, 1].

    Returns
    -------
    matplotlib Figure or None
        ``None`` where stability was not measured.
    """
    measured = profile.dropna(subset=["stability"])
    if measured.empty:
        return None
    figure, [panel] = segment_figure(1, len(measured), width=7.6)
    colours = [segment_colour(int(segment)) for segment in measured["segment"]]
    panel.barh(range(len(measured)), measured["stability"], color=colours, height=0.66)
    for row, (_, segment) in enumerate(measured.iterrows()):
        lost = segment["dissolved_share"]
        note = f"  dissolved in {lost:.0%} of draws" if lost > 0 else ""
        panel.annotate(
            f"{segment['stability']:.2f}{note}",
            (segment["stability"], row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none"},
        )
    panel.axvline(min_stability, color=QUIET, linestyle="--", linewidth=1)
    panel.annotate(
        f"{min_stability:g} needed",
        (min_stability, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=8,
        color=QUIET,
    )
    panel.set_xlim(0, 1.3)
    panel.set_xticks([0, 0.25, 0.5, 0.75, 1])
    panel.set_xlabel("stability (bootstrap Jaccard)", fontsize=9)
    name_rows(panel, list(measured["name"]))
    headline(figure, _which_come_back(measured, min_stability), CAPTION)
    return figure


def _which_come_back(measured: pd.DataFrame, min_stability: float) -> str:
    weakest = measured.loc[measured["stability"].idxmin()]
    below = int((measured["stability"] < min_stability).sum())
    worst = f"{weakest['name']} at {weakest['stability']:.2f}"
    if not below:
        return f"Every segment comes back in resampled customers; the weakest is {worst}"
    verb = "does" if below == 1 else "do"
    return (
        f"{below} of {len(measured)} segments {verb} not come back reliably in resampled "
        f"customers; the weakest is {worst}"
    )
