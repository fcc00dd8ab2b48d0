"""Customers between two scorings, as bands from their earlier to their later segment."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segmentation.plots.segment_style import (
    NAME_CHARACTERS,
    NOISE_COLOUR,
    wrapped_name,
)
from segmentation.plots.style import NARROW_INCHES, WIDE_INCHES, headline
from segmentation.segments.profiles import MOST_SEGMENTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ALL_INCHES, LINE_INCHES, HEADLINE_INCHES = 2.4, 0.17, 0.9
"""Height of all customers, of a line of a name between two segments, and of what is around."""
BAR, STEPS = 0.03, 60
MARGIN, NARROW_MARGIN, PHONE_CHARACTERS = 0.45, 0.85, 14
OTHERS = "(other segments)"
Places = dict[str, tuple[float, float]]


def flows_figure(
    flows: pd.DataFrame, colours: Mapping[str, str], finding: str, *, narrow: bool = False
) -> "Figure":
    """Draw who went where.

    Parameters
    ----------
    flows : DataFrame
        ``from``, ``to`` and ``customers``, see `migration.Migration`.
    colours : mapping of str to str
        Of the segments, by name, in their order; others are grey and come last.
    finding : str
        What the picture says, in a sentence.
    narrow : bool
        Whether it is for a phone.
    """
    from matplotlib.figure import Figure

    merged = _summarised(flows)
    shares = merged.assign(share=merged["customers"] / merged["customers"].sum())
    labels = {side: _labels(shares, side, narrow) for side in ("from", "to")}
    texts = [text for of_side in labels.values() for text in of_side.values()]
    gap = LINE_INCHES * (1 + max(text.count("\n") for text in texts)) / ALL_INCHES
    n_names = max(map(len, labels.values()))
    width, margin = (NARROW_INCHES, NARROW_MARGIN) if narrow else (WIDE_INCHES, MARGIN)
    height = ALL_INCHES * (1 + gap * n_names) + HEADLINE_INCHES
    figure = Figure(figsize=(width, height), layout="constrained")
    panel = figure.subplots()
    panel.set_axis_off()
    places = {side: _places(shares, side, list(colours), gap) for side in ("from", "to")}
    _draw_bands(panel, shares, places, colours)
    for side in ("from", "to"):
        _draw_bars(panel, places[side], labels[side], colours, left=side == "from")
    panel.set_xlim(-margin, 1 + margin)
    panel.set_ylim(1 + gap * (n_names - 0.5), -gap / 2)
    headline(figure, finding, "left: before, right: now; the height of a band is its customers")
    return figure


def _labels(shares: pd.DataFrame, side: str, narrow: bool) -> dict[str, str]:
    """Names of the segments of one side with their sizes, as they stand beside the bars."""
    characters, between = (PHONE_CHARACTERS, "\n") if narrow else (NAME_CHARACTERS, "  ")
    customers = shares.groupby(side)["customers"].sum()
    return {
        str(name): f"{wrapped_name(str(name), characters)}{between}{n:,.0f}"
        for name, n in customers.items()
    }


def _draw_bars(
    panel: "Axes",
    places: Mapping[str, tuple[float, float]],
    labels: Mapping[str, str],
    colours: Mapping[str, str],
    *,
    left: bool,
) -> None:
    """Draw the segments of one side, with their labels beside them."""
    start, edge, away = (-BAR, -1.6 * BAR, "right") if left else (1.0, 1 + 1.6 * BAR, "left")
    for name, (low, high) in places.items():
        colour, middle = colours.get(name, NOISE_COLOUR), (low + high) / 2
        panel.barh(middle, BAR, high - low, left=start, color=colour)
        panel.text(edge, middle, labels[name], ha=away, va="center", fontsize=8)


def _summarised(flows: pd.DataFrame) -> pd.DataFrame:
    """The same with all segments but the largest in one, where there are too many to be read."""
    sizes = (
        flows.groupby("from")["customers"]
        .sum()
        .add(flows.groupby("to")["customers"].sum(), fill_value=0)
    )
    if len(sizes) <= MOST_SEGMENTS:
        return flows
    largest = sizes.sort_values(ascending=False, kind="stable").index[:MOST_SEGMENTS]
    merged = {side: flows[side].where(flows[side].isin(largest), OTHERS) for side in ("from", "to")}
    return flows.assign(**merged).groupby(["from", "to"], as_index=False)["customers"].sum()


def _places(shares: pd.DataFrame, side: str, order: Sequence[str], gap: float) -> Places:
    """Lower and upper end of every segment on one side."""
    of = shares.groupby(side)["share"].sum()
    known = [name for name in order if name in of.index]
    names = [*known, *sorted(set(of.index) - set(known), key=lambda name: (name[0] == "(", name))]
    ends, place = {}, 0.0
    for name in names:
        ends[name] = (place, place + of[name])
        place += of[name] + gap
    return ends


def _draw_bands(
    panel: "Axes",
    shares: pd.DataFrame,
    places: Mapping[str, Places],
    colours: Mapping[str, str],
) -> None:
    order = {side: list(ends) for side, ends in places.items()}
    rank = {side: {name: n for n, name in enumerate(names)} for side, names in order.items()}
    in_order = shares.assign(
        first=shares["from"].map(rank["from"]), then=shares["to"].map(rank["to"])
    ).sort_values(["first", "then"])
    used = {side: {name: low for name, (low, _) in ends.items()} for side, ends in places.items()}
    x = np.linspace(0, 1, STEPS)
    smooth = x * x * (3 - 2 * x)
    for _, flow in in_order.iterrows():
        starts = [used[side][flow[side]] for side in ("from", "to")]
        for side in ("from", "to"):
            used[side][flow[side]] += flow["share"]
        low = starts[0] + (starts[1] - starts[0]) * smooth
        panel.fill_between(
            x,
            low,
            low + flow["share"],
            color=colours.get(flow["from"], NOISE_COLOUR),
            alpha=0.25 if flow["from"] == flow["to"] else 0.6,
            linewidth=0,
        )
