"""Customers between two scorings, as bands from their earlier to their later segment."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segmentation.plots.segment_style import NOISE_COLOUR, wrapped_name
from segmentation.plots.style import headline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GAP = 0.02
"""Between two segments, as a share of all customers."""
BAR, STEPS, LABELLED_FROM = 0.03, 60, 0.004
Places = dict[str, tuple[float, float]]


def flows_figure(flows: pd.DataFrame, colours: Mapping[str, str], finding: str) -> "Figure":
    """Draw who went where.

    Parameters
    ----------
    flows : DataFrame
        ``from``, ``to`` and ``customers``, see `migration.Migration`.
    colours : mapping of str to str
        Of the segments, by name, in their order; others are grey and come last.
    finding : str
        What the picture says, in a sentence.
    """
    from matplotlib.figure import Figure

    n_names = max(flows["from"].nunique(), flows["to"].nunique())
    figure = Figure(figsize=(8.6, max(3.2, 0.5 * n_names + 1.6)), layout="constrained")
    panel = figure.subplots()
    panel.set_axis_off()
    total = flows["customers"].sum()
    shares = flows.assign(share=flows["customers"] / total)
    places = {side: _places(shares, side, list(colours)) for side in ("from", "to")}
    _draw_bands(panel, shares, places, colours)
    for side, x, away in (("from", 0.0, "right"), ("to", 1.0, "left")):
        for name, (low, high) in places[side].items():
            left = x - BAR if side == "from" else x
            panel.barh(
                (low + high) / 2, BAR, high - low, left=left, color=colours.get(name, NOISE_COLOUR)
            )
            if high - low >= LABELLED_FROM:
                n = int(shares.loc[shares[side] == name, "customers"].sum())
                edge = x - 1.6 * BAR if side == "from" else x + 1.6 * BAR
                text = f"{wrapped_name(name)}  {n:,}"
                panel.text(edge, (low + high) / 2, text, ha=away, va="center", fontsize=9)
    panel.set_xlim(-0.45, 1.45)
    panel.invert_yaxis()
    headline(figure, finding, "left: before, right: now; the height of a band is its customers")
    return figure


def _places(shares: pd.DataFrame, side: str, order: Sequence[str]) -> Places:
    """Lower and upper end of every segment on one side."""
    of = shares.groupby(side)["share"].sum()
    known = [name for name in order if name in of.index]
    names = [*known, *sorted(set(of.index) - set(known), key=lambda name: (name[0] == "(", name))]
    ends, place = {}, 0.0
    for name in names:
        ends[name] = (place, place + of[name])
        place += of[name] + GAP
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
