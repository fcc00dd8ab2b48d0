"""What is said of runs, and of what was decided on them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.table import Table

from segmentation.console.terminal import console, print_table, table_of
from segmentation.report.trust import prediction_in_short
from segmentation.selection.leaderboard import Column, absences, columns_of, legend
from segmentation.selection.runs_table import measured_metrics
from segmentation.selection.verdict import Verdict

FEATURE_WIDTH, SEGMENT_WIDTH = 22, 13
"""Characters of the first and of the other columns of a table of segments."""


def print_profile(profile: pd.DataFrame) -> None:
    """Print the segments of one run side by side: size, share of revenue, medians and action.

    Parameters
    ----------
    profile : DataFrame
        See `segments.profiles.segment_profile`.
    """
    features = [name.removesuffix("_median") for name in profile if name.endswith("_median")]
    figures = {
        "customers": ("customers", "{:,.0f}"),
        "share": ("customer_share", "{:.1%}"),
        "of revenue": ("revenue_share", "{:.1%}"),
    }
    figures |= {feature: (f"{feature}_median", "{:,.2f}") for feature in features}
    figures["action"] = ("action", "{}")
    fitting = max(1, (console.width - FEATURE_WIDTH) // SEGMENT_WIDTH)
    for first in range(0, len(profile), fitting):
        segments = profile.iloc[first : first + fitting]
        rows = [
            [heading, *(text.format(value) for value in segments[column])]
            for heading, (column, text) in figures.items()
        ]
        columns = {"": False} | dict.fromkeys(segments["name"], True)
        print_table("" if first else "Segments (medians)", columns, rows)


def print_leaderboard(ranked: pd.DataFrame, skipped: Sequence[Mapping[str, str]] = ()) -> None:
    """Print the runs of a sweep, best first, and why some are not eligible or were left out.

    On a narrow terminal the less important columns are left out, and named.
    """
    runs = [{str(key): value for key, value in row.items()} for row in ranked.to_dict("records")]
    wanted = columns_of(runs)
    shown = next(
        wanted[:number]
        for number in range(len(wanted), -1, -1)
        if number == 0 or _fits(_leaderboard(runs, wanted[:number]))
    )
    console.print(_leaderboard(runs, shown))
    console.print(legend(shown), style="dim")
    if hidden := wanted[len(shown) :]:
        names = ", ".join(column.metric for column in hidden)
        console.print(f"Not shown at this width: {names}", style="dim")
    for sentence in absences(runs):
        console.print(sentence, style="dim")
    for run in runs:
        if not run["eligible"]:
            console.print(f"✗ {run['name']}: {run['ineligible_reason']}")
    for out in skipped:
        console.print(f"✗ {out['name']}: skipped: {out['reason']}")


def _leaderboard(runs: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> Table:
    headings = {"run": False, **{column.heading: True for column in columns}}
    rows = [[_run_name(run), *(column.text(run) for column in columns)] for run in runs]
    return table_of("Leaderboard", headings, rows)


def _fits(table: Table) -> bool:
    unlimited = console.options.update(max_width=10 * console.width)
    return console.measure(table, options=unlimited).maximum <= console.width


def print_verdict(verdict: Verdict, ranked: pd.DataFrame) -> None:
    """Print the verdict, whether sorting by one figure does as well, and the warning, if any."""
    console.print(verdict.sentence)
    for _, run in ranked[ranked["run_id"] == verdict.run_id].iterrows():
        if sentence := prediction_in_short(measured_metrics(run)):
            console.print(sentence)
    if verdict.warning:
        console.print(f"warning: {verdict.warning}")


def print_run(name: str, metrics: Mapping[str, float], reasons: Sequence[str]) -> None:
    """Print one line on a run that has just finished."""
    parts = [f"{column.heading} {column.text(metrics)}" for column in columns_of([metrics])]
    judgement = f"not eligible: {'; '.join(reasons)}" if reasons else "eligible"
    console.print(f"{name}: {', '.join(parts)}; {judgement}")


def print_promotions(decisions: Sequence[Mapping[str, str]]) -> None:
    """Print what was decided on a model: ``when``, ``decision``, ``command`` and ``promotion``."""
    if not decisions:
        console.print("Nothing has been decided on this model yet.")
    for decided in decisions:
        console.print(f"{decided['when']}  {decided['decision']}")
        console.print(f"    {decided['command']}; promotion {decided['promotion']}", style="dim")


def _run_name(run: Mapping[str, Any]) -> str:
    mark = "✓ " if run["eligible"] else "✗ "
    return f"{mark}{run['name']}{' (reused)' if run['reused'] else ''}"
