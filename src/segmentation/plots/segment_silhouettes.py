"""Silhouette plot: how well each customer fits its segment."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from segmentation.evaluation.silhouette import customer_silhouettes
from segmentation.plots.segment_style import (
    name_rows,
    segment_colour,
    segment_figure,
    share_text,
)
from segmentation.plots.style import headline
from segmentation.segments.profiles import MOST_SEGMENTS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_DISTANCES = 5e7
"""What is computed in some tenths of a second."""
MIN_PER_SEGMENT = 50
LARGEST = "Shown are the {} largest of {} segments. "
PLACES = np.linspace(0, 1, 300)
"""From the best to the worst fit: more could not be told apart in the picture."""
CAPTION = (
    "Customers of each segment from the best to the worst fit; below 0 the customers of another "
    "segment are nearer on average. Measured in the run's own space."
)


def segment_silhouettes_figure(
    space: np.ndarray,
    labels: np.ndarray,
    names: Mapping[int, str],
    *,
    narrow: bool = False,
    seed: int = 0,
) -> "Figure | None":
    """Draw the sorted silhouettes of every segment (Rousseeuw 1987), in bands of equal height.

    Parameters
    ----------
    space : ndarray of float, shape (n_customers, n_dimensions)
        Model space.
    labels : ndarray of int, shape (n_customers,)
        −1 = left out.
    names : mapping of int to str
    narrow : bool
        Whether it is for a phone.
    seed : int
        Of the sample that is measured where there are too many customers for all; each is
        measured against all of them.

    Returns
    -------
    matplotlib Figure or None
        ``None`` for fewer than two segments.
    """
    segments = [int(segment) for segment in np.unique(labels[labels >= 0])]
    if len(segments) < 2:
        return None
    measured = _silhouettes(space, labels, segments, seed)
    sizes = {segment: int(np.count_nonzero(labels == segment)) for segment in segments}
    shown = sorted(sorted(segments, key=lambda segment: -sizes[segment])[:MOST_SEGMENTS])
    figure, [panel] = segment_figure(1, len(shown), narrow=narrow)
    for row, segment in enumerate(shown):
        values = measured[segment]
        heights = row - 0.42 + 0.84 * PLACES
        sorted_values = np.quantile(values, 1 - PLACES)
        panel.fill_betweenx(heights, sorted_values, color=segment_colour(segment), linewidth=0)
        note = f"mean {values.mean():.2f},{chr(10) if narrow else ' '}{_below(values)} below 0"
        panel.annotate(
            note,
            (1.02, row),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=8,
            annotation_clip=False,
        )
    panel.axvline(0, color="black", linewidth=0.8)
    panel.set_xlim(min(-0.25, min(measured[segment].min() for segment in shown)), 1)
    panel.set_xticks([0, 0.5, 1])
    panel.set_xlabel("silhouette", fontsize=9)
    name_rows(panel, [names[segment] for segment in shown])
    told = "" if len(shown) == len(segments) else LARGEST.format(len(shown), len(segments))
    headline(figure, _how_many_fit_elsewhere(measured, sizes, names), told + CAPTION)
    return figure


def _below(values: np.ndarray) -> str:
    return share_text(float((values < 0).mean()))


def _silhouettes(
    space: np.ndarray, labels: np.ndarray, segments: list[int], seed: int
) -> dict[int, np.ndarray]:
    """Silhouettes of (a sample of) each segment."""
    rng = np.random.default_rng(seed)
    clustered = labels >= 0
    share = min(1.0, MAX_DISTANCES / np.count_nonzero(clustered) ** 2)
    chosen = {}
    for segment in segments:
        members = np.flatnonzero(labels == segment)
        size = min(len(members), max(MIN_PER_SEGMENT, round(share * len(members))))
        chosen[segment] = rng.choice(members, size, replace=False)
    values = customer_silhouettes(space, labels, np.concatenate(list(chosen.values())))
    ends = np.cumsum([len(members) for members in chosen.values()])[:-1]
    parts = np.split(values, ends)
    return dict(zip(segments, parts, strict=True))


def _how_many_fit_elsewhere(
    measured: dict[int, np.ndarray], sizes: Mapping[int, int], names: Mapping[int, str]
) -> str:
    below = {segment: float((values < 0).mean()) for segment, values in measured.items()}
    overall = sum(below[segment] * sizes[segment] for segment in below) / sum(sizes.values())
    worst = max(below, key=lambda segment: below[segment])
    if below[worst] == 0:
        return "No customer is nearer to another segment than to their own"
    return (
        f"{share_text(overall)} of the customers are nearer to another segment than to their own; "
        f"most in {names[worst]}, {share_text(below[worst])}"
    )
