"""What is said of runs, and of what was decided on them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.table import Table

from segmentation.console.terminal import (
    console,
    full_width,
    least_width,
    point_to,
    say,
    table_of,
)
from segmentation.report.trust import prediction_in_short
from segmentation.selection.leaderboard import (
    FULL,
    Column,
    absences,
    columns_of,
    short_columns,
)
from segmentation.selection.runs_table import measured_metrics
from segmentation.selection.verdict import Verdict

ALL_UP_TO_RUNS, BEST_RUNS = 20, 10
"""Up to so many runs the leaderboard shows all; of more, the best so many."""
ROOM = 4
"""Columns that names and verdicts have more than their longest word, at least."""
RUN = "run"
JUDGEMENT = "verdict"


def print_leaderboard(
    ranked: pd.DataFrame,
    skipped: Sequence[Mapping[str, str]] = (),
    *,
    chosen: str | None = None,
    columns: str = "short",
    file: str = "",
) -> None:
    """Print the runs of a sweep, best first, and why some are not eligible or were left out.

    Parameters
    ----------
    ranked : DataFrame
        See `selection.ranking.rank_runs`.
    skipped : sequence of mapping
        ``name`` and ``reason`` of what was not run.
    chosen : str, optional
        Id of the run that is chosen.
    columns : {'short', 'full'}
        What decides, or all that was measured.
    file : str
        Where all runs are with all figures; empty where there is no such file.
    """
    runs = [{str(key): value for key, value in row.items()} for row in ranked.to_dict("records")]
    shown = runs if len(runs) <= ALL_UP_TO_RUNS else runs[:BEST_RUNS]
    of_all = f", the best {len(shown)} of {len(runs)} runs" if len(shown) < len(runs) else ""
    wanted = columns_of(runs) if columns == FULL else short_columns(runs)
    for place, part in enumerate(_parts(shown, wanted, chosen)):
        title = f"Leaderboard{of_all}" if place == 0 else "Leaderboard, further columns"
        console.print(_leaderboard(title, shown, part, chosen))
    _print_legend(wanted)
    for sentence in absences(runs):
        say(sentence, style="dim")
    if reused := sum(bool(run["reused"]) for run in runs):
        say(f"{reused} of {len(runs)} runs are reused: they were computed before.", style="dim")
    if len(runs) <= ALL_UP_TO_RUNS:
        _print_reasons(runs, skipped)
    else:
        _count_reasons(runs, skipped)
    if columns != FULL:
        say("More columns: leaderboard=full", style="dim")
    if file:
        point_to("All runs with all figures", file)


def _parts(
    runs: Sequence[Mapping[str, Any]], wanted: Sequence[Column], chosen: str | None
) -> list[Sequence[Column]]:
    """Columns of each table: of as many as the width asks for, with a column in each at least."""
    if least_width(_leaderboard("", runs, wanted, chosen)) + ROOM <= console.width:
        return [wanted]
    parts: list[Sequence[Column]] = []
    rest = list(wanted)
    while rest or not parts:
        tables = ((n, _leaderboard("", runs, rest[:n], chosen)) for n in range(len(rest), 1, -1))
        number = next((n for n, table in tables if full_width(table) <= console.width), 1)
        parts.append(rest[:number])
        rest = rest[number:]
    return parts


def _leaderboard(
    title: str, runs: Sequence[Mapping[str, Any]], columns: Sequence[Column], chosen: str | None
) -> Table:
    headings = {RUN: False, **{column.heading: True for column in columns}, JUDGEMENT: False}
    rows = [
        [_run_name(run), *(column.text(run) for column in columns), _judgement(run, chosen)]
        for run in runs
    ]
    return table_of(title, headings, rows)


def _run_name(run: Mapping[str, Any]) -> str:
    return f"{'✓' if run['eligible'] else '✗'} {run['name']}"


def _judgement(run: Mapping[str, Any], chosen: str | None) -> str:
    judged = "eligible" if run["eligible"] else run["ineligible_briefly"]
    if chosen is None or run["run_id"] != chosen:
        return str(judged)
    return "chosen" if run["eligible"] else f"chosen; {judged}"


def _print_legend(columns: Sequence[Column]) -> None:
    """Say what each column is, a line each."""
    widest = max((len(column.heading) for column in columns), default=0)
    for column in columns:
        say(column.in_words, first=f"{column.heading:<{widest}}  ", style="dim")
    if columns:
        console.print()


def _print_reasons(runs: Sequence[Mapping[str, Any]], skipped: Sequence[Mapping[str, str]]) -> None:
    for run in runs:
        if not run["eligible"]:
            say(f"{run['name']}: {run['ineligible_reason']}", first="✗ ")
    for out in skipped:
        say(f"{out['name']}: skipped: {out['reason']}", first="✗ ")


def _count_reasons(runs: Sequence[Mapping[str, Any]], skipped: Sequence[Mapping[str, str]]) -> None:
    """Say how many runs are not eligible, by reason."""
    reasons = Counter(run["ineligible_briefly"] for run in runs if not run["eligible"])
    if reasons:
        listed = ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
        say(f"{reasons.total()} of {len(runs)} runs are not eligible: {listed}.", first="✗ ")
    if skipped:
        say(f"{len(skipped)} more were skipped: {skipped[0]['reason']}.", first="✗ ")


def print_verdict(verdict: Verdict, ranked: pd.DataFrame) -> None:
    """Print the verdict, whether sorting by one figure does as well, and the warning, if any."""
    say(verdict.sentence)
    for _, run in ranked[ranked["run_id"] == verdict.run_id].iterrows():
        if sentence := prediction_in_short(measured_metrics(run)):
            say(sentence)
    if verdict.warning:
        say(f"warning: {verdict.warning}")


def run_in_words(name: str, metrics: Mapping[str, float], reasons: Sequence[str]) -> str:
    """Say in one line how a run ended."""
    parts = [f"{column.heading} {column.text(metrics)}" for column in short_columns([metrics])]
    judgement = f"not eligible: {'; '.join(reasons)}" if reasons else "eligible"
    return f"{name}: {', '.join(parts)}; {judgement}"


def print_promotions(decisions: Sequence[Mapping[str, str]]) -> None:
    """Print what was decided on a model: ``when``, ``decision``, ``command`` and ``promotion``."""
    if not decisions:
        say("Nothing has been decided on this model yet.")
    for decided in decisions:
        say(decided["decision"], first=f"{decided['when']}  ")
        # A command is copied, and so never broken.
        console.print(f"    {decided['command']}; promotion {decided['promotion']}", style="dim")
