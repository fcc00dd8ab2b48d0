"""Every customer by the features that part the segments most, in the colour of the segment."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segmentation.plots.map_axes import MapAxis, map_axes
from segmentation.plots.segment_style import (
    large_number_text,
    segment_colour,
    segment_mark,
    summary_of,
)
from segmentation.plots.style import NARROW_INCHES, WIDE_INCHES, headline
from segmentation.segments.profiles import MOST_SEGMENTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL_INCHES, NARROW_PANEL_INCHES = 3.7, 3.4
LEGEND_COLUMNS, LEGEND_ROW_INCHES = 4, 0.2
MARK_INCHES, LETTER_INCHES = 0.55, 0.075
"""Of an entry of the legend: what stands before its letters, and each of them."""
DENSITY_ABOVE = 10_000
FAINTEST = 0.25
MOST_COLOURS = 12
"""Of more segments the customers are grey, and only their medians have colours and marks."""
BACKGROUND = "#B8B8B8"
NOTE_CHARACTERS_PER_INCH = 14


def customer_map_figure(
    table: pd.DataFrame,
    labels: np.ndarray,
    names: Mapping[int, str],
    features: Sequence[str],
    currency: str = "",
    *,
    narrow: bool = False,
) -> "Figure":
    """Draw the customers by the features that part the segments most, see `map_axes.map_axes`.

    Up to 10,000 customers are drawn one by one. Beyond, each small field takes the colour of the
    segment that most of its customers belong to, the stronger the more customers there are.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        The features, ``revenue`` and ``orders``, in their own units.
    labels : ndarray of int, shape (n_customers,)
        −1 = noise.
    names : mapping of int to str
    features : sequence of str
        That were clustered on.
    currency : str
        Of money; empty where it is not known.
    narrow : bool
        Whether it is for a phone, where the panels stand below each other.
    """
    from matplotlib.figure import Figure

    vertical, *across = map_axes(table, labels, features)
    segments = _shown(table["revenue"].to_numpy(), labels)
    width = NARROW_INCHES if narrow else WIDE_INCHES
    columns = _legend_columns([names[segment] for segment in segments], width)
    legend = LEGEND_ROW_INCHES * -(-len(segments) // columns)
    height = NARROW_PANEL_INCHES * len(across) if narrow else PANEL_INCHES
    figure = Figure(figsize=(width, height + 0.9 + legend), layout="constrained")
    grid = (len(across), 1) if narrow else (1, len(across))
    panels = figure.subplots(*grid, sharey="all", squeeze=False)
    for panel, horizontal in zip(panels.flat, across, strict=True):
        _draw(panel, horizontal, vertical, labels, segments)
        _scale(panel, horizontal, vertical, currency)
    for panel in panels[:, 0]:
        panel.set_ylabel(vertical.label(currency), fontsize=9)
    many = "Marks are medians of segments, grey is every customer." if _many(labels) else ""
    note = summary_of(len(np.unique(labels))) + many
    _explain_colours(figure, segments, names, columns, note)
    headline(figure, _what_parts_them([vertical, *across]))
    return figure


def _shown(revenue: np.ndarray, labels: np.ndarray) -> list[int]:
    """The segments that are drawn, noise last: all, or those of the most revenue."""
    sums = pd.Series(revenue).groupby(labels).sum().sort_values(ascending=False, kind="stable")
    return sorted((int(segment) for segment in sums.index[:MOST_SEGMENTS]), key=_noise_last)


def _legend_columns(names: Sequence[str], width: float) -> int:
    """How many names find room beside each other."""
    entry = MARK_INCHES + LETTER_INCHES * max(map(len, names))
    return max(1, min(LEGEND_COLUMNS, int(width / entry)))


def _noise_last(segment: int) -> tuple[bool, int]:
    return segment < 0, segment


def _many(labels: np.ndarray) -> bool:
    return len(np.unique(labels)) > MOST_COLOURS


def _draw(
    panel: "Axes",
    x: MapAxis,
    y: MapAxis,
    labels: np.ndarray,
    segments: Sequence[int],
) -> None:
    dense = len(labels) > DENSITY_ABOVE
    if not _many(labels):
        draw = _draw_density if dense else _draw_customers
        draw(panel, x, y, labels)
        return
    if dense:
        _draw_density(panel, x, y, np.full(len(labels), -1))
    else:
        _dots(panel, x.values, y.values, ".", BACKGROUND)
    for segment in segments:
        own = labels == segment
        panel.plot(
            *(np.median(axis.values[own]) for axis in (x, y)),
            marker=segment_mark(segment),
            color=segment_colour(segment),
            markersize=8,
            markeredgecolor="white" if segment >= 0 else None,
            zorder=3,
        )


def _draw_customers(panel: "Axes", x: MapAxis, y: MapAxis, labels: np.ndarray) -> None:
    # The largest segments first, so that they do not cover the small ones.
    segments, sizes = np.unique(labels, return_counts=True)
    for segment in segments[np.argsort(-sizes)]:
        own, mark = labels == segment, segment_mark(int(segment))
        _dots(panel, x.values[own], y.values[own], mark, segment_colour(int(segment)))


def _dots(panel: "Axes", x: np.ndarray, y: np.ndarray, mark: str, colour: str) -> None:
    panel.plot(
        x,
        y,
        linestyle="none",
        marker=mark,
        color=colour,
        markersize=2.6,
        markeredgewidth=0.3,
        alpha=0.45,
    )


def _draw_density(panel: "Axes", x: MapAxis, y: MapAxis, labels: np.ndarray) -> None:
    from matplotlib.colors import to_rgb

    edges = x.edges, y.edges
    segments = np.unique(labels)
    counts = np.array(
        [np.histogram2d(x.values[labels == s], y.values[labels == s], edges)[0].T for s in segments]
    )
    total = counts.sum(axis=0)
    colours = np.array([to_rgb(segment_colour(int(segment))) for segment in segments])
    strength = FAINTEST + (1 - FAINTEST) * np.log1p(total) / np.log1p(total.max())
    shades = np.dstack([colours[counts.argmax(axis=0)], np.where(total > 0, strength, 0.0)])
    panel.pcolormesh(*edges, shades, rasterized=True)


def _scale(panel: "Axes", x: MapAxis, y: MapAxis, currency: str) -> None:
    from matplotlib.ticker import NullLocator

    x.scale(panel, "x")
    y.scale(panel, "y")
    panel.set_xlabel(x.label(currency), fontsize=9)
    panel.tick_params(labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)
    for axis, drawn in ((panel.xaxis, x), (panel.yaxis, y)):
        axis.set_major_formatter("{x:.0%}" if drawn.is_share else large_number_text)
        axis.set_minor_locator(NullLocator())


def _explain_colours(
    figure: "Figure", segments: Sequence[int], names: Mapping[int, str], columns: int, note: str
) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=segment_mark(segment),
            markersize=5,
            color=segment_colour(segment),
            label=names[segment],
        )
        for segment in segments
    ]
    width = int(figure.get_figwidth() * NOTE_CHARACTERS_PER_INCH)
    figure.legend(
        handles=handles,
        loc="outside lower left",
        ncols=columns,
        frameon=False,
        fontsize=8,
        title=textwrap.fill(note, width) or None,
        title_fontsize=8,
        alignment="left",
    )


def _what_parts_them(axes: Sequence[MapAxis]) -> str:
    """Say how much of the variation of each axis lies between segments, the most first."""
    ordered = sorted(axes, key=lambda axis: -axis.between)
    names = _listed([axis.words for axis in ordered])
    shares = _listed([f"{axis.between:.0%}" for axis in ordered])
    return f"The segments differ in {names}: {shares} of the differences lie between them"


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
