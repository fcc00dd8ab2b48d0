"""All pictures of a run."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.model.fitting import unrecorded
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.plots.customer_map import customer_map_figure
from segmentation.plots.segment_heat_map import segment_heat_map_figure
from segmentation.plots.segment_shares import segment_shares_figure
from segmentation.plots.segment_silhouettes import segment_silhouettes_figure
from segmentation.plots.stability_bars import stability_figure
from segmentation.plots.style import png

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

ASKED_FOR = "means"
"""Means beside medians contradict them where a few customers are very large."""


def run_figures(
    segmenter: CustomerSegmenter,
    table: pd.DataFrame,
    profile: pd.DataFrame,
    min_stability: float,
    labels: npt.ArrayLike | None = None,
    currency: str = "",
    *,
    narrow: bool = False,
) -> "dict[str, Callable[[], Figure | None]]":
    """Say which pictures there are of a run, and how each is drawn.

    Parameters
    ----------
    segmenter : CustomerSegmenter
        Fitted.
    table : DataFrame of shape (n_customers, …)
        Its features, ``revenue`` and ``orders``, in their own units.
    profile : DataFrame
        See `profiles.segment_profile`.
    min_stability : float
        The guard on the least stable segment, in [0, 1].
    labels : array-like of int, shape (n_customers,), optional
        Segment of every customer, −1 = noise; by default those of the training.
    currency : str
        Of money; empty where it is not known.
    narrow : bool
        Whether they are for a phone.

    Returns
    -------
    dict of str to callable
        ``shares``, ``medians``, ``customers``, ``silhouettes``, ``stability`` and, for who asks for
        it, ``means``; a picture without anything to show is drawn as ``None``.
    """
    profile = profile.sort_values("segment", key=lambda segment: segment.where(segment >= 0, 1e9))
    segments = segmenter.labels_ if labels is None else np.asarray(labels)
    columns = segmenter.features_
    names = dict(zip(profile["segment"].astype(int), profile["name"], strict=True))
    features = table[list(segmenter.feature_names_in_)]
    clustered = np.where(segmenter.set_apart(features), -1, segments)
    heat_map = partial(segment_heat_map_figure, table, profile, columns)
    return {
        "shares": lambda: segment_shares_figure(profile, currency, narrow=narrow),
        "medians": lambda: heat_map("median", currency, narrow=narrow),
        ASKED_FOR: lambda: heat_map("mean", currency, narrow=narrow),
        "customers": lambda: customer_map_figure(
            table, segments, names, columns, currency, narrow=narrow
        ),
        "silhouettes": lambda: segment_silhouettes_figure(
            segmenter.transform(features), clustered, names, narrow=narrow
        ),
        "stability": lambda: stability_figure(profile, min_stability, narrow=narrow),
    }


@unrecorded()
def run_pictures(
    segmenter: CustomerSegmenter,
    table: pd.DataFrame,
    profile: pd.DataFrame,
    min_stability: float,
    labels: npt.ArrayLike | None = None,
    currency: str = "",
    *,
    narrow: bool = False,
) -> dict[str, bytes]:
    """Draw the pictures of a run as PNG files, without the means; parameters of `run_figures`."""
    figures = run_figures(segmenter, table, profile, min_stability, labels, currency, narrow=narrow)
    drawn = ((name, draw()) for name, draw in figures.items() if name != ASKED_FOR)
    return {name: png(figure) for name, figure in drawn if figure is not None}
