"""Shares of customers and of revenue of every segment, on one scale."""

from typing import TYPE_CHECKING

import pandas as pd

from segmentation.plots.segment_style import (
    in_currency,
    large_number_text,
    name_rows,
    segment_colour,
    segment_figure,
    share_text,
    summary_of,
)
from segmentation.plots.style import headline
from segmentation.segments.listed_names import listed_names
from segmentation.segments.profiles import most_revenue

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABEL_ROOM, NARROW_LABEL_ROOM = 1.38, 1.75
MOST_TICKS, FEWEST_TICKS = 5, 3


def segment_shares_figure(
    profile: pd.DataFrame, currency: str = "", *, narrow: bool = False
) -> "Figure":
    """Draw the shares of customers and of revenue on one scale.

    Parameters
    ----------
    profile : DataFrame
        See `profiles.segment_profile`; a share of revenue that is NaN is not drawn.
    currency : str
        Of the revenue; empty where it is not known.
    narrow : bool
        Whether it is for a phone.
    """
    shown = most_revenue(profile)
    figure, panels = segment_figure(2, len(shown), narrow=narrow)
    shares = shown[["customer_share", "revenue_share"]].fillna(0.0)
    lowest, highest = min(0.0, shares.to_numpy().min()), shares.to_numpy().max()
    room = NARROW_LABEL_ROOM if narrow else LABEL_ROOM
    for panel, column in zip(panels, ("customer", "revenue"), strict=True):
        count = "customers" if column == "customer" else "revenue"
        _draw(panel, shown, f"{column}_share", count)
        title = in_currency(count, currency) if count == "revenue" else count
        panel.set_title(title, loc="left", fontsize=10)
        panel.set_xticks(_ticks(lowest, highest, FEWEST_TICKS if narrow else MOST_TICKS))
        panel.xaxis.set_major_formatter("{x:.0%}")
        panel.set_xlim(lowest * room, highest * room)
    for panel in panels if narrow else panels[:1]:
        name_rows(panel, list(shown["name"]))
    headline(
        figure,
        _who_brings_the_revenue(profile),
        f"{summary_of(len(profile))}Bars are shares of all.",
    )
    return figure


def _ticks(lowest: float, highest: float, most: int) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    places = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(lowest, highest)
    return [place for place in places if lowest <= place <= 1]


def _draw(panel: "Axes", profile: pd.DataFrame, share: str, count: str) -> None:
    colours = [segment_colour(int(segment)) for segment in profile["segment"]]
    shares = profile[share].fillna(0.0)
    panel.barh(range(len(profile)), shares, color=colours, height=0.66)
    panel.axvline(0, color="black", linewidth=0.8)
    for row, (_, segment) in enumerate(profile.iterrows()):
        amount, part = segment[count], segment[share]
        amount = f"{amount:,.0f}" if count == "customers" else large_number_text(amount)
        known = "" if pd.isna(part) else f"{part:.1%}"
        panel.annotate(
            f"{known} · {amount}" if known else amount,
            (max(0.0, shares.iloc[row]), row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )


def _who_brings_the_revenue(profile: pd.DataFrame) -> str:
    """Name the segments whose share of revenue exceeds their share of customers most."""
    if profile["revenue_share"].isna().any():
        largest = profile.loc[profile["customer_share"].idxmax()]
        return f"{largest['name']} is the largest segment: {largest['customer_share']:.0%} of all"
    by_value = profile.assign(lead=profile["revenue_share"] / profile["customer_share"])
    by_value = by_value.sort_values("lead", ascending=False)
    gap = (by_value["revenue_share"] - by_value["customer_share"]).cumsum()
    needed = by_value.iloc[: int(gap.argmax()) + 1]
    names = [*needed["name"].iloc[:3], *(["…"] if len(needed) > 3 else [])]
    return (
        f"{share_text(needed['customer_share'].sum())} of the customers bring "
        f"{share_text(needed['revenue_share'].sum())} of the revenue: {listed_names(names)}"
    )
