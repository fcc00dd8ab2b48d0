"""Stability of every segment in resampled customers."""

from typing import TYPE_CHECKING

import pandas as pd

from segmentation.plots.segment_style import (
    name_rows,
    segment_colour,
    segment_figure,
    share_text,
    summary_of,
)
from segmentation.plots.style import QUIET, headline
from segmentation.segments.listed_names import listed_names
from segmentation.segments.profiles import most_revenue

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTION = (
    "Mean overlap (Jaccard similarity) of a segment with its closest match when the segmentation "
    "is fitted again on bootstrap samples of the customers; 1 = always the same customers."
)


ROOM, NARROW_ROOM = 1.3, 2.0
"""Length of the axis on which the bars end at 1, so that what stands behind them fits."""


def stability_figure(
    profile: pd.DataFrame, min_stability: float, *, narrow: bool = False
) -> "Figure | None":
    """Draw the stability of every segment against the guard.

    Parameters
    ----------
    profile : DataFrame
        See `profiles.segment_profile`.
    min_stability : float
        The guard on the least stable segment, in [0, 1].
    narrow : bool
        Whether it is for a phone.

    Returns
    -------
    matplotlib Figure or None
        ``None`` where stability was not measured.
    """
    measured = profile.dropna(subset=["stability"])
    if measured.empty:
        return None
    shown = most_revenue(measured)
    figure, [panel] = segment_figure(1, len(shown), narrow=narrow)
    colours = [segment_colour(int(segment)) for segment in shown["segment"]]
    panel.barh(range(len(shown)), shown["stability"], color=colours, height=0.66)
    for row, (_, segment) in enumerate(shown.iterrows()):
        lost = segment["dissolved_share"]
        note = f"  dissolved in {share_text(lost)}{'' if narrow else ' of draws'}" if lost else ""
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
    panel.set_xlim(0, NARROW_ROOM if narrow else ROOM)
    panel.set_xticks([0, 0.25, 0.5, 0.75, 1])
    panel.set_xlabel("stability (bootstrap Jaccard)", fontsize=9)
    name_rows(panel, list(shown["name"]))
    caption = summary_of(len(measured)) + CAPTION
    headline(figure, _which_come_back(measured, min_stability), caption)
    return figure


def _which_come_back(measured: pd.DataFrame, min_stability: float) -> str:
    """Say which segments come back; one that dissolves now and then is said to, whatever its mean.

    A segment is dissolved in a draw where half of it or less is found again (Hennig 2008).
    """
    lowest = measured["stability"].min()
    weakest = listed_names(list(measured.loc[measured["stability"] == lowest, "name"]))
    worst = f"the weakest is {weakest} at {lowest:.2f}"
    below = int((measured["stability"] < min_stability).sum())
    if below:
        verb = "does" if below == 1 else "do"
        return (
            f"{below} of {len(measured)} segments {verb} not come back reliably in resampled "
            f"customers; {worst}"
        )
    most = measured["dissolved_share"].max()
    if most > 0:
        lost = listed_names(list(measured.loc[measured["dissolved_share"] > 0, "name"]))
        return (
            f"On average every segment comes back in resampled customers, but of the draws up to "
            f"{share_text(most)} dissolve {lost}; {worst}"
        )
    return f"Every segment comes back in resampled customers; {worst}"
