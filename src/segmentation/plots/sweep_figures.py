"""All pictures of a sweep."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from segmentation.plots.elbow import elbow_figure
from segmentation.plots.heat_map import heat_map_figure
from segmentation.plots.out_of_time import out_of_time_figure
from segmentation.plots.silhouettes import silhouettes_figure
from segmentation.plots.style import PALETTE

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def sweep_figures(
    ranked: pd.DataFrame,
    chosen: str | None,
    knees: Mapping[str, int | None],
    min_segment_share: float,
) -> "Iterator[tuple[str, Figure]]":
    """Draw the pictures of a sweep, one after the other.

    Parameters
    ----------
    ranked : DataFrame
        The runs of a sweep, best first, from `segmentation.selection.rank_runs`.
    chosen : str or None
        Id of the chosen run.
    knees : mapping of curve name to int or None
        For every curve of `segmentation.evaluation.elbow.inertia_curves`.
    min_segment_share : float
        The guard on the smallest segment, in [0, 1].

    Yields
    ------
    tuple of str and matplotlib Figure
        Name, such as ``elbow_value``, and picture. Each set of features has its own pictures,
        because their spaces cannot be compared; a picture whose metrics are absent is left out.
    """
    finished = ranked[ranked["status"] == "FINISHED"]
    scalers = sorted(finished["scaler"].unique())
    colours = {scaler: PALETTE[place % len(PALETTE)] for place, scaler in enumerate(scalers)}
    drawn = finished.assign(
        colour=finished["scaler"].map(colours), chosen=finished["run_id"] == chosen
    )
    for features, runs in drawn.groupby("features"):
        figures = {
            "elbow": elbow_figure(runs, knees),
            "silhouettes": silhouettes_figure(runs, min_segment_share),
            "selection": heat_map_figure(runs),
            "out_of_time": out_of_time_figure(runs),
        }
        for name, figure in figures.items():
            if figure is not None:
                yield f"{name}_{features}", figure
