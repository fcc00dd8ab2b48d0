"""The visual language that all pictures share."""

import textwrap
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Colour-blind safe (Okabe and Ito 2008), without the yellow that vanishes on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
QUIET = "#666666"
DOTS_PER_INCH = 120
QUICKEST = 1
"""Compression of PNG files: the files of others are a twentieth smaller and take longer."""
WIDE_INCHES, NARROW_INCHES = 8.6, 4.2
"""Of pictures for a page, and of those for a phone, where the same letters fill half the width."""
# What fits at the font sizes used here.
CHARACTERS_PER_INCH = 10.5
LEGEND_ENTRY_INCHES = 1.55
CAPTION_CHARACTERS, CAPTION_COLOUR = 1.45, "#555555"
"""Characters of a caption for each of the headline, which is larger."""


def new_figure(
    n_rows: int,
    n_columns: int,
    *,
    width: float,
    height: float,
    share_y: Literal["all", "col"] = "all",
) -> "tuple[Figure, np.ndarray]":
    """Make a figure of equal panels that share their horizontal scale.

    Parameters
    ----------
    n_rows, n_columns : int
    width, height : float
        Of one panel, in inches.
    share_y : {"all", "col"}
        Whether all panels share their vertical scale, or those of one column.

    Returns
    -------
    tuple of matplotlib Figure and ndarray of Axes, shape (n_rows, n_columns)
    """
    from matplotlib.figure import Figure

    size = max(6.5, width * n_columns), height * n_rows + 1.1
    figure = Figure(figsize=size, layout="constrained")
    axes: np.ndarray = figure.subplots(
        n_rows, n_columns, sharex="all", sharey=share_y, squeeze=False
    )
    for panel in axes.flat:
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(labelsize=8)
    return figure, axes


def headline(figure: "Figure", finding: str, caption: str = "") -> None:
    """Put what the numbers say above the figure, and a quiet line on how to read it below.

    Both are wrapped to its width.
    """
    width = int(figure.get_figwidth() * CHARACTERS_PER_INCH)
    text = "\n".join(textwrap.wrap(finding, width))
    figure.suptitle(text, x=0.01, ha="left", fontsize=11, fontweight="bold")
    if caption:
        wrapped = "\n".join(textwrap.wrap(caption, int(width * CAPTION_CHARACTERS)))
        figure.supxlabel(wrapped, x=0.01, ha="left", fontsize=8, color=CAPTION_COLOUR)


def count_segments(axes: np.ndarray, label: str = "number of segments") -> None:
    """Name the horizontal axis below the last row and keep its ticks at whole numbers."""
    from matplotlib.ticker import MaxNLocator

    axes[0, 0].xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    for panel in axes[-1]:
        panel.set_xlabel(label, fontsize=9)


def draw_runs(axes: "Axes", runs: pd.DataFrame, metric: str, error: str | None = None) -> None:
    """Draw the runs of one algorithm over their number of segments, a line for each scaler.

    Parameters
    ----------
    axes : matplotlib Axes
    runs : DataFrame
        ``scaler``, ``colour``, ``n_segments``, ``eligible``, ``chosen`` and the metric, best run
        first: of several with the same scaler and number of segments the first is drawn.
    metric : str
        Column on the vertical axis.
    error : str or None
        Column with the standard error of the metric, drawn as a bar of one either way.
    """
    drawn = runs.dropna(subset=[metric]).drop_duplicates(["scaler", "n_segments"])
    for _, line in drawn.sort_values("n_segments").groupby("scaler"):
        x, y, colour = line["n_segments"], line[metric], line["colour"].iloc[0]
        faces = np.where(line["eligible"], colour, "white")
        if error is not None:
            axes.errorbar(x, y, line[error], color=colour, linestyle="none", elinewidth=0.8)
        axes.plot(x, y, color=colour, linewidth=1.2, alpha=0.7, zorder=2)
        axes.scatter(x, y, s=26, color=faces, edgecolors=colour, linewidths=1.2, zorder=3)
    ring = drawn[drawn["chosen"]]
    axes.scatter(ring["n_segments"], ring[metric], s=130, color="none", edgecolors="k", zorder=4)


def explain_marks(figure: "Figure", runs: pd.DataFrame, *reference_lines: Any) -> None:
    """Explain colours and marks below the figure, naming only what occurs.

    Parameters
    ----------
    figure : matplotlib Figure
    runs : DataFrame
        As in `draw_runs`.
    *reference_lines : matplotlib Line2D
        With their labels.
    """
    from matplotlib.lines import Line2D

    def mark(label: str, **style: Any) -> Line2D:
        return Line2D([], [], linestyle="none", marker="o", label=label, **style)

    colours = dict(zip(runs["scaler"], runs["colour"], strict=True))
    entries = [mark(scaler, color=colours[scaler]) for scaler in sorted(colours)]
    if not runs["eligible"].all():
        entries.append(mark("not eligible", markerfacecolor="white", color=QUIET))
    if runs["chosen"].any():
        entries.append(mark("chosen", markerfacecolor="none", color="black", markersize=11))
    handles = [*entries, *reference_lines]
    columns = min(len(handles), int(figure.get_figwidth() / LEGEND_ENTRY_INCHES))
    figure.legend(
        handles=handles, loc="outside lower left", ncols=columns, frameon=False, fontsize=8
    )


def png(figure: "Figure") -> bytes:
    """Return a figure as a PNG file that looks the same whenever it is made."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    file = BytesIO()
    figure.set_dpi(DOTS_PER_INCH)
    # Draws once: `savefig` does so twice where panels are laid out.
    canvas: Any = FigureCanvasAgg(figure)
    canvas.print_png(file, metadata={"Software": None}, pil_kwargs={"compress_level": QUICKEST})
    return file.getvalue()
