"""Means and medians of every segment: text in real units, colour standardised."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from segmentation.model.scaling import signed_log1p
from segmentation.plots.segment_style import (
    feature_heading,
    segment_colour,
    segment_figure,
    value_text,
    wrapped_name,
)
from segmentation.plots.style import headline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CELL_INCHES, NAME_INCHES = 0.92, 2.9
STRONGEST = 3.0
"""Standard deviations from which on all cells have the strongest colour."""
CAPTION = (
    "Colour: distance to the average customer in standard deviations of the logarithm, "
    "blue below and red above."
)


def segment_heat_map_figure(
    table: pd.DataFrame,
    profile: pd.DataFrame,
    features: Sequence[str],
    statistic: Literal["mean", "median"],
) -> "Figure":
    """Draw one row per segment and one column per feature.

    Colours are taken in the logarithm (`scaling.signed_log1p`), standardised over all customers:
    in real units a few very large customers would leave all other cells the same shade.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        The features in their own units.
    profile : DataFrame
        See `profiles.segment_profile`.
    features : sequence of str
    statistic : {"mean", "median"}
    """
    from seaborn import heatmap

    columns = [f"{feature}_{statistic}" for feature in features]
    values = profile[columns].to_numpy(dtype=np.float64)
    scaler = StandardScaler().fit(signed_log1p(table[list(features)].to_numpy()))
    distances = scaler.transform(signed_log1p(values))
    width = max(6.5, CELL_INCHES * len(features) + NAME_INCHES)
    figure, [panel] = segment_figure(1, len(profile), width=width)
    limit = float(np.clip(np.abs(distances).max(), 1, STRONGEST))
    texts = [[value_text(*cell) for cell in zip(features, row, strict=True)] for row in values]
    heatmap(
        distances,
        vmin=-limit,
        vmax=limit,
        cmap="RdBu_r",
        annot=np.array(texts),
        fmt="",
        annot_kws={"fontsize": 9},
        linewidths=2,
        cbar_kws={"fraction": 0.04, "pad": 0.02, "aspect": 18},
        ax=panel,
    )
    figure.axes[-1].tick_params(labelsize=7, length=0)
    _label(panel, profile, features)
    headline(figure, _widest_difference(profile, features, distances, values, statistic), CAPTION)
    return figure


def _label(panel: "Axes", profile: pd.DataFrame, features: Sequence[str]) -> None:
    names = [wrapped_name(name) for name in profile["name"]]
    panel.set_yticks(np.arange(len(names)) + 0.5, names, rotation=0)
    panel.set_xticks(
        np.arange(len(features)) + 0.5,
        [feature_heading(feature) for feature in features],
        rotation=0,
    )
    panel.xaxis.tick_top()
    panel.tick_params(axis="both", length=0)
    panel.tick_params(axis="y", pad=16)
    for row, segment in enumerate(profile["segment"]):
        panel.annotate(
            "■",
            (0, row + 0.5),
            xycoords=("axes fraction", "data"),
            xytext=(-9, 0),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=13,
            color=segment_colour(int(segment)),
            annotation_clip=False,
        )


def _widest_difference(
    profile: pd.DataFrame,
    features: Sequence[str],
    distances: np.ndarray,
    values: np.ndarray,
    statistic: str,
) -> str:
    """Name the feature in which the segments lie farthest apart, with both ends."""
    clustered = (profile["segment"] >= 0).to_numpy()
    if not clustered.any():
        return "No segment was found: every customer is noise"
    spread = np.ptp(distances[clustered], axis=0)
    column = int(spread.argmax())
    feature, names = features[column], profile.loc[clustered, "name"].to_numpy()
    own = values[clustered, column]
    top, bottom = int(own.argmax()), int(own.argmin())
    words = feature.removesuffix("_days").replace("_", " ")
    days = " days" if feature.endswith("_days") else ""
    return (
        f"The segments differ most in {words}: {statistic} {value_text(feature, own[top])}{days} "
        f"for {names[top]}, {value_text(feature, own[bottom])}{days} for {names[bottom]}"
    )
