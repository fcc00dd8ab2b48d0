"""Output to the terminal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from segmentation.customers.readiness import Readiness
from segmentation.data.report import DataReport
from segmentation.report.campaign import CHANCE, campaign_tables, control_rows, size_rows
from segmentation.report.readiness import not_to_be_claimed, readiness_in_words
from segmentation.report.trust import prediction_in_short
from segmentation.segments.campaign import Effect
from segmentation.segments.drift import Reference, SegmentCounts
from segmentation.segments.holdout import ControlGroup, too_small
from segmentation.segments.migration import Migration
from segmentation.segments.scored_by import difference
from segmentation.selection.leaderboard import Column, absences, columns_of, legend
from segmentation.selection.runs_table import measured_metrics
from segmentation.selection.verdict import Verdict

console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
# Output that goes to a file or a log is not cut to the 80 columns of an imagined terminal.
if not console.is_terminal:
    console.width = 120
FEATURE_WIDTH, SEGMENT_WIDTH = 22, 13
"""Characters of the first and of the other columns of a table of segments."""


def print_table(title: str, columns: Mapping[str, bool], rows: Sequence[Sequence[str]]) -> None:
    """Print a table.

    Parameters
    ----------
    title : str
    columns : mapping of heading to whether the column is a number, set to the right
    rows : sequence of rows of text
    """
    console.print(_table(title, columns, rows))


def _table(title: str, columns: Mapping[str, bool], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(
        title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False
    )
    for place, (heading, is_number) in enumerate(columns.items()):
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=place == 0)
    for row in rows:
        table.add_row(*row)
    return table


def print_data_report(report: DataReport) -> None:
    """Print what was read, what cleaning removed and what is left."""
    rows = [("read", f"{report.lines_read:,}", "")]
    rows += [
        (f"− {removal.rule}", f"{removal.lines:,}", f"{removal.revenue:,.2f}")
        for removal in report.removed
    ]
    rows.append(("kept", f"{report.lines_kept:,}", f"{report.revenue_kept:,.2f}"))
    print_table("Data", {"": False, "lines": True, "revenue": True}, rows)
    console.print(
        f"{report.customers:,} customers, {report.orders:,} orders, "
        f"{report.first_invoiced_at:%Y-%m-%d} to {report.last_invoiced_at:%Y-%m-%d}, "
        f"measured as of {report.as_of:%Y-%m-%d %H:%M}"
        f"{report.fingerprint and f'; fingerprint {report.fingerprint}'}"
    )
    matched = ", ".join(f"{name} ← {column}" for name, column in report.columns.items())
    console.print(f"columns: {matched}")
    for note in report.notes:
        console.print(note)
    console.print()


def print_readiness(ready: Readiness) -> None:
    """Print how much there is to learn from, and what cannot be claimed with so much."""
    for sentence in (readiness_in_words(ready), *not_to_be_claimed(ready)):
        console.print(sentence)
    console.print()


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
    return _table("Leaderboard", headings, rows)


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


def print_scoring(counts: SegmentCounts, reference: Reference, as_of: str, trained: str) -> None:
    """Print customers per segment now against training, and the drift of every feature."""
    then, now = reference.counts.segments, counts.segments
    totals = sum(then.values()), sum(now.values())
    rows = [
        [
            name,
            f"{then.get(name, 0):,} ({then.get(name, 0) / totals[0]:.1%})",
            f"{now.get(name, 0):,} ({now.get(name, 0) / totals[1]:.1%})",
        ]
        for name in dict.fromkeys([*then, *now])
    ]
    columns = {"segment": False, f"training, {trained[:10]}": True, f"now, {as_of[:10]}": True}
    print_table("Customers", columns, rows)
    drift = reference.drift(counts)
    rows = [[row["of"], f"{row['psi']:.3f}", row["reading"]] for _, row in drift.iterrows()]
    print_table(
        "Drift since training (PSI: from 0.1 shifted, from 0.25 changed)",
        {"of": False, "PSI": True, "reading": False},
        rows,
    )


def print_migration(moves: Migration) -> None:
    """Print who moved from which segment to which, and the revenue that moved along."""
    table = moves.table()
    rows = [[name, *(f"{count:,.0f}" for count in counts)] for name, *counts in table.itertuples()]
    columns = {"from \\ to": False} | {str(name): True for name in table.columns}
    print_table("Customers who moved", columns, rows)
    if moves.moved_share is None:
        console.print("No customer is in both scorings.")
        return
    share = moves.moved_revenue_share
    of_all = "" if share is None else f" ({share:.1%} of theirs)"
    console.print(
        f"{moves.moved_share:.1%} of the customers in both changed segment, "
        f"with {moves.moved_revenue:,.2f} of earlier revenue{of_all}."
    )
    for former, name in moves.renamed:
        console.print(f'Segment "{name}" was "{former}" before: who is in it did not move.')
    if told := difference(*moves.models):
        console.print(told)


def print_holdout(groups: Sequence[ControlGroup]) -> None:
    """Print how many of each segment are held out, and which rise so many are likely to show."""
    days = next((f" within {group.days:.0f} days" for group in groups if group.days), "")
    headings = dict.fromkeys(("treated", "control", "return", "rise that shows"), True)
    title = f"Control group: return{days}, and the rise that 80 of 100 tests show"
    print_table(title, {"segment": False} | headings, control_rows(groups))
    if told := too_small(groups):
        console.print(f"warning: {told}")


def print_campaign(found: Sequence[Effect], start: datetime, end: datetime, others: int) -> None:
    """Print what treated and control customers did in a period, and where they differ.

    Customers who bought in it and are not in the list are ``others``.
    """
    groups = {"segment": False, "treated": True, "control": True}
    print_table(f"Campaign, {start:%Y-%m-%d} to {end:%Y-%m-%d}", groups, size_rows(found))
    for title, rows, sentences in campaign_tables(found):
        print_table(title, groups | {"difference (95 %)": True}, rows)
        for sentence in (*sentences, ""):
            console.print(sentence)
    console.print(CHANCE)
    if others:
        console.print(f"{others:,} customers who bought are not in the list, and left out.")


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
