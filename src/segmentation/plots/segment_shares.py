"""Shares of customers and of revenue of every segment, side by side."""

from typing import TYPE_CHECKING

import pandas as pd

from segmentation.plots.segment_style import (
    large_number_text,
    name_rows,
    segment_colour,
    segment_figure,
    share_text,
)
from segmentation.plots.style import headline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABEL_ROOM = 1.38


def segment_shares_figure(profile: pd.DataFrame) -> "Figure":
    """Draw the shares of customers and of revenue on one scale.

    Parameters
    ----------
    profile : DataFrame
        See `profiles.segment_profile`; a share of revenue that is NaN is not drawn.
    """
    from matplotlib.ticker import MaxNLocator

    figure, panels = segment_figure(2, len(profile), width=8.6)
    shares = profile[["customer_share", "revenue_share"]].fillna(0.0)
    lowest, highest = min(0.0, shares.to_numpy().min()), shares.to_numpy().max()
    ticks = [
        tick
        for tick in MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(lowest, highest)
        if lowest <= tick <= 1
    ]
    for panel, column, title in zip(
        panels, ("customer", "revenue"), ("customers", "revenue (money)"), strict=True
    ):
        count = "customers" if column == "customer" else "revenue"
        _draw(panel, profile, f"{column}_share", count)
        panel.set_title(title, loc="left", fontsize=10)
        panel.set_xticks(ticks)
        panel.xaxis.set_major_formatter("{x:.0%}")
        panel.set_xlim(lowest * LABEL_ROOM, highest * LABEL_ROOM)
        panel.set_xlabel("share of all", fontsize=9)
    name_rows(panels[0], list(profile["name"]))
    headline(figure, _who_brings_the_revenue(profile))
    return figure


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
    names = ", ".join(needed["name"].iloc[:3]) + (", …" if len(needed) > 3 else "")
    return (
        f"{share_text(needed['customer_share'].sum())} of the customers bring "
        f"{share_text(needed['revenue_share'].sum())} of the revenue: {names}"
    )
