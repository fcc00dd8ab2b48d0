"""All pictures of a run."""

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segmentation.model.pipeline import CustomerSegmenter
from segmentation.plots.customer_map import customer_map_figure
from segmentation.plots.segment_heat_map import segment_heat_map_figure
from segmentation.plots.segment_shares import segment_shares_figure
from segmentation.plots.segment_silhouettes import segment_silhouettes_figure
from segmentation.plots.stability_bars import stability_figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

DOTS_PER_INCH = 120


def run_figures(
    segmenter: CustomerSegmenter,
    table: pd.DataFrame,
    labels: np.ndarray,
    profile: pd.DataFrame,
    min_stability: float,
) -> "Iterator[tuple[str, Figure]]":
    """Draw the pictures of a run, one after the other.

    Parameters
    ----------
    segmenter : CustomerSegmenter
        Fitted.
    table : DataFrame of shape (n_customers, …)
        Its features, ``revenue`` and ``orders``, in their own units.
    labels : ndarray of int, shape (n_customers,)
        Segment of every customer; −1 = noise.
    profile : DataFrame
        See `profiles.segment_profile`.
    min_stability : float
        The guard on the least stable segment, in [0, 1].

    Yields
    ------
    tuple of str and matplotlib Figure
        ``shares``, ``medians``, ``means``, ``customers``, ``silhouettes`` and ``stability``; one
        that cannot be drawn is left out.
    """
    profile = profile.sort_values("segment", key=lambda segment: segment.where(segment >= 0, 1e9))
    columns = list(segmenter.feature_names_in_)
    names = dict(zip(profile["segment"].astype(int), profile["name"], strict=True))
    features = table[columns]
    clustered = np.where(segmenter.key_accounts(features), -1, labels)
    figures = {
        "shares": segment_shares_figure(profile),
        "medians": segment_heat_map_figure(table, profile, columns, "median"),
        "means": segment_heat_map_figure(table, profile, columns, "mean"),
        "customers": customer_map_figure(table, labels, names),
        "silhouettes": segment_silhouettes_figure(segmenter.transform(features), clustered, names),
        "stability": stability_figure(profile, min_stability),
    }
    yield from ((name, figure) for name, figure in figures.items() if figure is not None)


def png(figure: "Figure") -> bytes:
    """Return a figure as a PNG file that looks the same whenever it is made."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return file.getvalue()
