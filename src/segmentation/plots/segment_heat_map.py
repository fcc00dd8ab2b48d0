"""Medians or means of every segment: text in real units, colour standardised."""

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
    summary_of,
    value_text,
    wrapped_name,
)
from segmentation.plots.style import WIDE_INCHES, headline
from segmentation.segments.profiles import most_revenue

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CELL_INCHES, NAME_INCHES = 0.92, 2.9
FEATURES_OF_A_PHONE = 3
STRONGEST = 3.0
"""Standard deviations from which on all cells have the strongest colour."""
CAPTION = (
    "Red is above the average customer, blue below; the scale counts standard deviations of the "
    "logarithm."
)


def segment_heat_map_figure(
    table: pd.DataFrame,
    profile: pd.DataFrame,
    features: Sequence[str],
    statistic: Literal["mean", "median"],
    currency: str = "",
    *,
    narrow: bool = False,
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
    currency : str
        Of money; empty where it is not known.
    narrow : bool
        Whether it is for a phone, where three features stand side by side and the others below.
    """
    columns = [f"{feature}_{statistic}" for feature in features]
    values = profile[columns].to_numpy(dtype=np.float64)
    scaler = StandardScaler().fit(signed_log1p(table[list(features)].to_numpy()))
    distances = scaler.transform(signed_log1p(values))
    finding = _widest_difference(profile, features, distances, values, statistic)
    shown = most_revenue(profile)
    rows = profile.index.isin(shown.index)
    at_once = FEATURES_OF_A_PHONE if narrow else len(features)
    parts = [range(len(features))[i : i + at_once] for i in range(0, len(features), at_once)]
    width = None if narrow else max(WIDE_INCHES, CELL_INCHES * len(features) + NAME_INCHES)
    figure, panels = segment_figure(len(parts), len(shown), narrow=narrow, width=width)
    limit = float(np.clip(np.abs(distances).max(), 1, STRONGEST))
    for panel, part in zip(panels, parts, strict=True):
        own = [features[place] for place in part]
        _draw(panel, distances[rows][:, part], values[rows][:, part], own, limit, not narrow)
        _label(panel, shown, own, currency)
    headline(figure, finding, summary_of(len(profile)) + CAPTION)
    return figure


def _draw(
    panel: "Axes",
    distances: np.ndarray,
    values: np.ndarray,
    features: Sequence[str],
    limit: float,
    colour_bar: bool,
) -> None:
    from seaborn import heatmap

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
        cbar=colour_bar,
        cbar_kws={"fraction": 0.04, "pad": 0.02, "aspect": 18},
        ax=panel,
    )
    for bar in panel.figure.axes[1:] if colour_bar else []:
        bar.tick_params(labelsize=7, length=0)


def _label(panel: "Axes", profile: pd.DataFrame, features: Sequence[str], currency: str) -> None:
    names = [wrapped_name(name) for name in profile["name"]]
    panel.set_yticks(np.arange(len(names)) + 0.5, names, rotation=0)
    headings = [feature_heading(feature, currency) for feature in features]
    panel.set_xticks(np.arange(len(features)) + 0.5, headings, rotation=0)
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
