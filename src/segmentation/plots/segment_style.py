"""Colours, marks, names and units of segments and features in every picture."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from segmentation.customers.features import FEATURES, MONEY
from segmentation.plots.style import NARROW_INCHES, PALETTE, WIDE_INCHES
from segmentation.segments.profiles import MOST_SEGMENTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NOISE_COLOUR = "#9A9A9A"
# After the seven of the sweeps, five of Paul Tol's muted scheme (2021) that stay apart from them.
SEGMENT_COLOURS = (*PALETTE, "#882255", "#999933", "#332288", "#44AA99", "#DDCC77")
MARKS = "o^sDvP"
NAME_CHARACTERS = 20
MARGIN_INCHES, NARROW_MARGIN_INCHES = 1.2, 1.8
ROW_INCHES, TITLE_INCHES = 0.42, 0.55
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


def wrapped_name(name: str, characters: int = NAME_CHARACTERS) -> str:
    """A segment's name in lines that fit beside a panel."""
    return "\n".join(textwrap.wrap(name, characters))


def feature_heading(feature: str, currency: str = "") -> str:
    """A feature in words, with its unit below: ``recency`` and ``(days)``.

    Money has no unit where the data names no currency.
    """
    unit = FEATURES[feature].unit if feature in FEATURES else None
    words = textwrap.fill(feature.removesuffix("_days").replace("_", " "), 11)
    unit = currency if unit == MONEY else unit
    return f"{words}\n({unit})" if unit else words


def in_currency(words: str, currency: str) -> str:
    """Words with the currency behind them, where it is known: ``revenue (EUR)``."""
    return f"{words} ({currency})" if currency else words


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
    """A number in at most three digits and a letter: ``950``, ``12k``, ``3.4M``."""
    rounded = float(f"{value:.3g}")
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(rounded) >= size:
            return f"{rounded / size:.3g}{letter}"
    return f"{rounded:.3g}"


def money_text(value: float, currency: str = "") -> str:
    """An amount of money: ``3.4M``, ``3.4M EUR``, ``€3.4M``."""
    number = large_number_text(value)
    if len(currency) != 1:
        return f"{number} {currency}".rstrip()
    return f"-{currency}{number[1:]}" if value < 0 else f"{currency}{number}"


def summary_of(n_segments: int) -> str:
    """Say that not all segments are drawn; empty where they are."""
    if n_segments <= MOST_SEGMENTS:
        return ""
    return f"Shown are the {MOST_SEGMENTS} of {n_segments} segments with the most revenue. "


def segment_figure(
    n_panels: int, n_segments: int, *, narrow: bool = False, width: float | None = None
) -> "tuple[Figure, list[Axes]]":
    """Make a figure of panels with one row per segment.

    Parameters
    ----------
    n_panels, n_segments : int
    narrow : bool
        Whether it is for a phone: the panels stand below each other then, else side by side with
        rows in common.
    width : float, optional
        Of the whole figure, in inches.
    """
    from matplotlib.figure import Figure

    rows, columns = (n_panels, 1) if narrow else (1, n_panels)
    margin = NARROW_MARGIN_INCHES if narrow else MARGIN_INCHES
    height = rows * (ROW_INCHES * n_segments + TITLE_INCHES) + margin - TITLE_INCHES
    size = width or (NARROW_INCHES if narrow else WIDE_INCHES), height
    figure = Figure(figsize=size, layout="constrained")
    panels = list(figure.subplots(rows, columns, sharey=not narrow, squeeze=False).flat)
    for panel in panels:
        panel.spines[["top", "right", "left"]].set_visible(False)
        panel.tick_params(labelsize=8)
        panel.tick_params(axis="y", length=0, labelsize=9)
    return figure, panels


def name_rows(panel: "Axes", names: Sequence[str]) -> None:
    """Write the names of the segments beside their rows, the first on top."""
    panel.set_yticks(range(len(names)), [wrapped_name(name) for name in names])
    panel.set_ylim(len(names) - 0.5, -0.5)
