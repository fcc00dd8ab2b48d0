"""Pictures that answer to the pointer: sizes of segments, and flows between them (Plotly)."""

from collections.abc import Mapping
from html import escape

import pandas as pd
import plotly.graph_objects as go

from segmentation.plots.segment_style import NOISE_COLOUR, segment_colour, wrapped_name

BAR_PIXELS, AROUND_PIXELS, FLOWS_PIXELS = 44, 60, 440
TEXT_COLOUR = "#262730"
FAINT, STRONG = 0.25, 0.55
"""Opacity of customers who stay under one name, and of those who do not."""


def sizes_figure(counts: pd.DataFrame) -> go.Figure:
    """Draw the customers of every segment as a bar, see `filters.per_segment`."""
    bars = go.Bar(
        x=counts["customers"],
        y=[shown(name) for name in counts["segment_name"]],
        orientation="h",
        marker_color=[segment_colour(segment) for segment in counts["segment"]],
        text=[f"{n:,}" for n in counts["customers"]],
        hovertemplate="%{y}: %{x:,} customers<extra></extra>",
    )
    figure = go.Figure(bars)
    figure.update_yaxes(autorange="reversed", title=None, automargin=True)
    figure.update_xaxes(visible=False)
    height = AROUND_PIXELS + BAR_PIXELS * len(counts)
    return figure.update_layout(height=height, margin={"l": 0, "r": 0, "t": 8, "b": 8})


def flows_figure(
    flows: pd.DataFrame,
    before: Mapping[str, int],
    after: Mapping[str, int],
    faint_stays: bool = False,
) -> go.Figure:
    """Draw who is where in two lists as bands.

    Parameters
    ----------
    flows : DataFrame
        ``from``, ``to`` and ``customers``, see `migration.Migration`.
    before, after : mapping of str to int
        Name to segment id, by which they are coloured; others are grey.
    faint_stays : bool
        Whether who stays under one name is drawn faintly: between months, not between runs, whose
        names say little of one another.
    """
    left, right = list(dict.fromkeys(flows["from"])), list(dict.fromkeys(flows["to"]))
    left, right = _in_order(left, before), _in_order(right, after)
    colours = [_colour(before, name) for name in left] + [_colour(after, name) for name in right]
    sides = [*(("from", name) for name in left), *(("to", name) for name in right)]
    totals = [int(flows.loc[flows[side] == name, "customers"].sum()) for side, name in sides]
    stays = (flows["from"] == flows["to"]) & faint_stays
    sankey = go.Sankey(
        textfont={"color": TEXT_COLOUR, "shadow": "none", "size": 13},
        node={
            "label": [
                f"{shown(wrapped_name(name))} {n:,}".replace("\n", "<br>")
                for (_, name), n in zip(sides, totals, strict=True)
            ],
            "color": colours,
            "pad": 22,
            "thickness": 16,
            "line": {"width": 0},
            "hovertemplate": "%{label} customers<extra></extra>",
        },
        link={
            "source": [left.index(name) for name in flows["from"]],
            "target": [len(left) + right.index(name) for name in flows["to"]],
            "value": flows["customers"],
            "color": [
                _faded(_colour(before, name), FAINT if stay else STRONG)
                for name, stay in zip(flows["from"], stays, strict=True)
            ],
            "hovertemplate": (
                "%{value:,} customers<br>from %{source.label}<br>to %{target.label}<extra></extra>"
            ),
        },
    )
    figure = go.Figure(sankey)
    return figure.update_layout(height=FLOWS_PIXELS, margin={"l": 8, "r": 8, "t": 16, "b": 16})


def shown(text: str) -> str:
    """Text that Plotly does not read as its own HTML."""
    return escape(text, quote=False)


def _in_order(names: list[str], ids: Mapping[str, int]) -> list[str]:
    """By segment; noise, and who is in one list only, last."""
    last = max(ids.values(), default=0) + 1
    place = {name: last if segment < 0 else segment for name, segment in ids.items()}
    return sorted(names, key=lambda name: (place.get(name, last + 1), name))


def _colour(ids: Mapping[str, int], name: str) -> str:
    return segment_colour(ids[name]) if name in ids else NOISE_COLOUR


def _faded(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
