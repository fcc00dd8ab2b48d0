"""Every customer by revenue, orders and order value, in the colour of the segment."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segmentation.plots.segment_style import (
    large_number_text,
    number_text,
    segment_colour,
    segment_mark,
)
from segmentation.plots.style import headline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_INCHES, PANEL_INCHES = 9.2, 3.7
LEGEND_COLUMNS, LEGEND_ROW_INCHES = 4, 0.2
DENSITY_ABOVE = 10_000
BINS = 70
FAINTEST = 0.25


def customer_map_figure(
    table: pd.DataFrame, labels: np.ndarray, names: Mapping[int, str]
) -> "Figure | None":
    """Draw revenue against orders and against average order value, all on log axes.

    Up to 10,000 customers are drawn one by one. Beyond, each small field takes the colour of the
    segment that most of its customers belong to, the stronger the more customers there are.

    Parameters
    ----------
    table : DataFrame of shape (n_customers, …)
        ``revenue`` and ``orders``; who has no order or no positive revenue is not drawn.
    labels : ndarray of int, shape (n_customers,)
        −1 = noise.
    names : mapping of int to str

    Returns
    -------
    matplotlib Figure or None
        ``None`` where nobody can be drawn.
    """
    from matplotlib.figure import Figure

    shown = ((table["revenue"] > 0) & (table["orders"] > 0)).to_numpy()
    if not shown.any():
        return None
    revenue, orders = (table.loc[shown, name].to_numpy() for name in ("revenue", "orders"))
    segments = np.unique(labels[shown])
    legend_rows = -(-len(segments) // LEGEND_COLUMNS)
    height = PANEL_INCHES + 0.9 + LEGEND_ROW_INCHES * legend_rows
    figure = Figure(figsize=(WIDTH_INCHES, height), layout="constrained")
    panels = figure.subplots(1, 2, sharey="all")
    draw = _draw_density if shown.sum() > DENSITY_ABOVE else _draw_customers
    draw(panels[0], orders, revenue, labels[shown])
    draw(panels[1], revenue / orders, revenue, labels[shown])
    _label(panels)
    _explain_colours(figure, segments, names, int((~shown).sum()))
    headline(figure, _what_parts_the_ends_of_revenue(revenue, orders, labels[shown], names))
    return figure


def _draw_customers(panel: "Axes", x: np.ndarray, y: np.ndarray, labels: np.ndarray) -> None:
    # The largest segments first, so that they do not cover the small ones.
    segments, sizes = np.unique(labels, return_counts=True)
    for segment in segments[np.argsort(-sizes)]:
        own = labels == segment
        panel.plot(
            x[own],
            y[own],
            linestyle="none",
            marker=segment_mark(int(segment)),
            color=segment_colour(int(segment)),
            markersize=2.6,
            markeredgewidth=0.3,
            alpha=0.45,
        )


def _draw_density(panel: "Axes", x: np.ndarray, y: np.ndarray, labels: np.ndarray) -> None:
    from matplotlib.colors import to_rgb

    edges = _edges(x), _edges(y)
    segments = np.unique(labels)
    counts = np.array(
        [np.histogram2d(x[labels == s], y[labels == s], edges)[0].T for s in segments]
    )
    total = counts.sum(axis=0)
    colours = np.array([to_rgb(segment_colour(int(segment))) for segment in segments])
    strength = FAINTEST + (1 - FAINTEST) * np.log1p(total) / np.log1p(total.max())
    shades = np.dstack([colours[counts.argmax(axis=0)], np.where(total > 0, strength, 0.0)])
    panel.pcolormesh(*edges, shades, rasterized=True)


def _edges(values: np.ndarray) -> np.ndarray:
    """Borders of equal steps on a log axis; between whole numbers where the values are whole."""
    if np.array_equal(values, np.round(values)):
        return np.unique(np.round(np.geomspace(1, values.max() + 1, BINS))) - 0.5
    low, high = values.min(), values.max()
    return np.geomspace(low, max(high, low * 1.01) * (1 + 1e-9), BINS)


def _label(panels: np.ndarray) -> None:
    from matplotlib.ticker import LogLocator, NullLocator

    for panel, label in zip(panels, ("orders", "average order value (money)"), strict=True):
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.set_xlabel(label, fontsize=9)
        panel.tick_params(labelsize=8)
        panel.spines[["top", "right"]].set_visible(False)
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_major_locator(LogLocator(numticks=8))
            axis.set_major_formatter(large_number_text)
            axis.set_minor_locator(NullLocator())
    panels[0].set_ylabel("revenue (money)", fontsize=9)


def _explain_colours(
    figure: "Figure", segments: np.ndarray, names: Mapping[int, str], n_hidden: int
) -> None:
    from matplotlib.lines import Line2D

    ordered = sorted((int(segment) for segment in segments), key=lambda s: (s < 0, s))
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
        for segment in ordered
    ]
    figure.legend(
        handles=handles,
        loc="outside lower left",
        ncols=LEGEND_COLUMNS,
        frameon=False,
        fontsize=8,
        title=f"{n_hidden:,} customers without orders or revenue are not drawn"
        if n_hidden
        else None,
        title_fontsize=8,
        alignment="left",
    )


def _what_parts_the_ends_of_revenue(
    revenue: np.ndarray, orders: np.ndarray, labels: np.ndarray, names: Mapping[int, str]
) -> str:
    """Say whether it is orders or their value that part the two ends of revenue."""
    medians = pd.DataFrame({"revenue": revenue, "orders": orders, "value": revenue / orders})
    medians = medians[labels >= 0].groupby(labels[labels >= 0]).median()
    if len(medians) < 2:
        return "Customers by revenue, orders and order value"
    top, bottom = medians["revenue"].idxmax(), medians["revenue"].idxmin()
    ratio = medians.loc[top] / medians.loc[bottom]
    return (
        f"The median customer of {names[top]} brings {number_text(ratio['revenue'])} times the "
        f"revenue of {names[bottom]}: {number_text(ratio['orders'])} times the orders, "
        f"{number_text(ratio['value'])} times the order value"
    )
