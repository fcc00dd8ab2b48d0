"""Colours, marks, names and units of segments and features in every picture."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from segmentation.customers.features import FEATURES
from segmentation.plots.style import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NOISE_COLOUR = "#9A9A9A"
# After the seven of the sweeps, five of Paul Tol's muted scheme (2021) that stay apart from them.
SEGMENT_COLOURS = (*PALETTE, "#882255", "#999933", "#332288", "#44AA99", "#DDCC77")
MARKS = "o^sDvP"
NAME_CHARACTERS = 20
MARGIN_INCHES = 1.2
WHOLE_FROM = 100
DECIMAL_FROM = 10
ONE_PERCENT = 0.01


def segment_colour(segment: int) -> str:
    """Colour of a segment id, the same in every picture and run; grey for noise (−1)."""
    return NOISE_COLOUR if segment < 0 else SEGMENT_COLOURS[segment % len(SEGMENT_COLOURS)]


def segment_mark(segment: int) -> str:
    """Mark of a segment id, for eyes to which two of the colours look alike; × for noise.

    Where the colours begin again, they come with other marks: 72 segments differ.
    """
    round_of_colours = segment // len(SEGMENT_COLOURS)
    return "x" if segment < 0 else MARKS[(segment + round_of_colours) % len(MARKS)]


def wrapped_name(name: str) -> str:
    """A segment's name in lines that fit beside a panel."""
    return "\n".join(textwrap.wrap(name, NAME_CHARACTERS))


def feature_heading(feature: str) -> str:
    """A feature in words, with its unit below: ``recency`` and ``(days)``."""
    unit = FEATURES[feature].unit if feature in FEATURES else None
    words = textwrap.fill(feature.removesuffix("_days").replace("_", " "), 11)
    return words if unit is None else f"{words}\n({unit})"


def value_text(feature: str, value: float) -> str:
    """A value of a feature in its unit: ``8,088``, ``13.8``, ``3.2%``."""
    if feature.endswith("_share"):
        return f"{value:.1%}"
    return number_text(value)


def share_text(share: float) -> str:
    """A share in sentences: ``16%``, and ``0.3%`` below one percent."""
    return f"{share:.0%}" if share == 0 or share >= ONE_PERCENT else f"{share:.1%}"


def number_text(value: float) -> str:
    """Whole from 100, one decimal from 10, else two: never more digits than a reader compares."""
    if abs(value) >= WHOLE_FROM or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= DECIMAL_FROM else f"{value:.2f}"


def large_number_text(value: float, _: object = None) -> str:
    """A number of an axis in at most four characters: ``950``, ``12k``, ``3.4M``."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def segment_figure(n_panels: int, n_segments: int, *, width: float) -> "tuple[Figure, list[Axes]]":
    """Make a figure of panels side by side that share one row per segment.

    Parameters
    ----------
    n_panels, n_segments : int
    width : float
        Of the whole figure, in inches.
    """
    from matplotlib.figure import Figure

    height = 0.42 * n_segments + MARGIN_INCHES
    figure = Figure(figsize=(width, height), layout="constrained")
    panels = list(figure.subplots(1, n_panels, sharey="all", squeeze=False)[0])
    for panel in panels:
        panel.spines[["top", "right", "left"]].set_visible(False)
        panel.tick_params(labelsize=8)
        panel.tick_params(axis="y", length=0, labelsize=9)
    return figure, panels


def name_rows(panel: "Axes", names: Sequence[str]) -> None:
    """Write the names of the segments beside their rows, the first on top."""
    panel.set_yticks(range(len(names)), [wrapped_name(name) for name in names])
    panel.set_ylim(len(names) - 0.5, -0.5)
