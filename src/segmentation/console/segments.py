"""What is said of the segments of a run: a row each, the ones of highest value first."""

import pandas as pd
from rich.table import Table

from segmentation.console.terminal import console, least_width, say, table_of
from segmentation.segments.profiles import most_revenue

FIRST = {
    "customers": ("customers", "{:,.0f}"),
    "share": ("customer_share", "{:.1%}"),
    "of\nrevenue": ("revenue_share", "{:.1%}"),
}
ACTION = {"action": ("action", "{}")}
ROOM = 10
"""Columns that names and actions have more than their longest word, at least."""
LONGEST_HEADING = 9
"""Characters of a line of a heading, because the figures below it are short."""
Figures = dict[str, tuple[str, str]]
"""Heading to column and format."""


def print_profile(profile: pd.DataFrame) -> None:
    """Print the segments of a run: size, share of revenue, medians and action.

    Of more than 20 the smallest by revenue are one row. Medians that do not fit are left out, the
    last ones first, and named.

    Parameters
    ----------
    profile : DataFrame
        See `segments.profiles.segment_profile`.
    """
    # Noise, -1, comes last.
    segments = profile.assign(is_noise=profile["segment"] < 0)
    segments = segments.sort_values("is_noise", kind="stable")
    rows = most_revenue(segments)
    others = segments.drop(index=rows.index)
    medians = {_heading(_plain(name)): (name, "{:,.2f}") for name in profile if _is_median(name)}
    table = _table(rows, others, medians)
    left_out: list[str] = []
    while medians and least_width(table) + ROOM > console.width:
        left_out.insert(0, medians.popitem()[1][0])
        table = _table(rows, others, medians)
    console.print(table)
    if len(others):
        say(f"{len(rows)} of {len(segments)} segments have a row: those of the highest revenue.")
    if left_out:
        names = ", ".join(_plain(name) for name in left_out)
        say(f"Left out at this width: {names}; the report has them.", style="dim")


def _table(rows: pd.DataFrame, others: pd.DataFrame, medians: Figures) -> Table:
    figures = FIRST | medians | ACTION
    cells = [
        [str(row["name"]), *(text.format(row[column]) for column, text in figures.values())]
        for _, row in rows.iterrows()
    ]
    if len(others):
        summed = [text.format(others[column].sum()) for column, text in FIRST.values()]
        cells.append([f"{len(others)} others", *summed, *[""] * (len(medians) + 1)])
    headings = {"segment": False} | dict.fromkeys(figures, True) | {"action": False}
    named = ", and medians" if medians else ""
    return table_of(f"Segments{named}", headings, cells, total=len(others) > 0)


def _is_median(name: object) -> bool:
    return str(name).endswith("_median")


def _plain(name: str) -> str:
    return name.removesuffix("_median").replace("_", " ")


def _heading(name: str) -> str:
    """A long name in several lines."""
    first, *rest = name.split()
    lines = [first]
    for word in rest:
        last = f"{lines[-1]} {word}"
        lines = [*lines[:-1], last] if len(last) <= LONGEST_HEADING else [*lines, word]
    return "\n".join(lines)
