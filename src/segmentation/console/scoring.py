"""What is said of scored customers, and of campaigns to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd
from rich.table import Table

from segmentation.console.terminal import (
    console,
    full_width,
    point_to,
    print_table,
    say,
    table_of,
)
from segmentation.report.campaign import CHANCE, campaign_tables, control_rows, size_rows
from segmentation.segments.campaign import Effect
from segmentation.segments.drift import CHANGED_FROM, SHIFTED_FROM, Reference, SegmentCounts
from segmentation.segments.holdout import ControlGroup, too_small
from segmentation.segments.migration import LOST, NEW, Migration
from segmentation.segments.profiles import MOST_SEGMENTS
from segmentation.segments.scored_by import difference


def print_scoring(
    counts: SegmentCounts,
    reference: Reference,
    as_of: str,
    trained: str,
    listed: Mapping[str, int] | None = None,
    order: Sequence[str] = (),
) -> None:
    """Print customers per segment now against training, and the drift of every feature.

    Parameters
    ----------
    counts : SegmentCounts
        Of now.
    reference : Reference
        Of the training.
    as_of, trained : str
        Their instants, ISO 8601.
    listed : mapping of str to int, optional
        Customers in the lists, by name of the segment, where not all are.
    order : sequence of str, optional
        Names of the segments, those of the highest value first.
    """
    then, now = reference.counts.segments, counts.segments
    totals = sum(then.values()), sum(now.values())
    names = in_order([*then, *now], order)
    several = [[name] for name in names[:MOST_SEGMENTS]]
    if rest := names[MOST_SEGMENTS:]:
        several.append(rest)
    rows = [
        [
            group[0] if len(group) == 1 else f"{len(group)} others",
            _of_all(_sum(then, group), totals[0]),
            _of_all(_sum(now, group), totals[1]),
            *([] if listed is None else [_reachable(_sum(listed, group), _sum(now, group))]),
        ]
        for group in several
    ]
    columns = {"segment": False, f"training, {trained[:10]}": True, f"now, {as_of[:10]}": True}
    if listed is not None:
        columns["in the list"] = True
    print_table("Customers", columns, rows, total=bool(rest))
    if rest:
        say(f"The first {MOST_SEGMENTS} of {len(names)} segments have a row.")
    _print_drift(reference.drift(counts))


def _print_drift(drift: pd.DataFrame) -> None:
    rows = [[row["of"], f"{row['psi']:.3f}", row["reading"]] for _, row in drift.iterrows()]
    print_table("Drift since training", {"of": False, "drift": True, "reading": False}, rows)
    say(
        f"how far customers are from those of the training: from {SHIFTED_FROM:g} they have "
        f"shifted, from {CHANGED_FROM:g} changed (population stability index, PSI)",
        first="drift  ",
        style="dim",
    )
    say("")


def in_order(names: Sequence[str], order: Sequence[str]) -> list[str]:
    """Put names of segments in the order of the model, each once; others stand last."""
    found = dict.fromkeys(names)
    return [*(name for name in order if name in found), *(n for n in found if n not in order)]


def _sum(counts: Mapping[str, int], names: Sequence[str]) -> int:
    return sum(counts.get(name, 0) for name in names)


def _of_all(customers: int, total: int) -> str:
    return f"{customers:,} ({customers / total:.1%})"


def _reachable(listed: int, customers: int) -> str:
    """Customers who are in a list, and their share of the segment."""
    return f"{listed:,} ({listed / customers:.1%})" if customers else "0"


def print_written(output: str, listed: int, exclude: str | None, customers: int) -> None:
    """Print where the list is, how many are in it, and how many were left out of it."""
    left_out = "" if exclude is None else f"; exclude={exclude} left out {customers - listed:,}"
    point_to("The list", output, f", {listed:,} customers{left_out}.")


def print_migration(moves: Migration, order: Sequence[str] = ()) -> None:
    """Print who moved from which segment to which, and the revenue that moved along.

    Parameters
    ----------
    moves : Migration
    order : sequence of str, optional
        Names of the segments, those of the highest value first.
    """
    console.print(_square(moves, order))
    if moves.moved_share is None:
        say("No customer is in both scorings.")
        return
    share = moves.moved_revenue_share
    of_all = "" if share is None else f" ({share:.1%} of theirs)"
    say(
        f"{moves.moved_share:.1%} of the customers in both changed segment, "
        f"with {moves.moved_revenue:,.2f} of earlier revenue{of_all}."
    )
    for former, name in moves.renamed:
        say(f'Segment "{name}" was "{former}" before: who is in it did not move.')
    if told := difference(*moves.models):
        say(told)


def _square(moves: Migration, order: Sequence[str]) -> Table:
    """Earlier segments as rows and later ones as columns; where they do not fit, the largest moves.

    Of those, who stayed where they were are left out.
    """
    found = moves.table()
    rows, columns = in_order(list(found.index), order), in_order(list(found.columns), order)
    last = [[name for name in names if name in (NEW, LOST)] for names in (rows, columns)]
    rows = [*(name for name in rows if name not in last[0]), *last[0]]
    columns = [*(name for name in columns if name not in last[1]), *last[1]]
    cells = [[name, *(f"{found.loc[name, to]:,.0f}" for to in columns)] for name in rows]
    headings = {"from \\ to": False} | dict.fromkeys(columns, True)
    table = table_of("Customers who moved", headings, cells)
    # Names in headings are not broken.
    if full_width(table) <= console.width:
        return table
    largest = moves.moved.sort_values(["customers", "from", "to"], ascending=[False, True, True])
    shown = largest.head(MOST_SEGMENTS)
    cells = [
        [move["from"], move["to"], f"{move['customers']:,.0f}"] for _, move in shown.iterrows()
    ]
    title = f"Customers who moved: the largest {len(shown)} of {len(largest)} moves"
    return table_of(title, {"from": False, "to": False, "customers": True}, cells)


def print_holdout(groups: Sequence[ControlGroup]) -> None:
    """Print how many of each segment are held out, and which rise so many are likely to show."""
    days = next((f" within {group.days:.0f} days" for group in groups if group.days), "")
    headings = dict.fromkeys(("treated", "control", "return", "rise that shows"), True)
    title = f"Control group: return{days}, and the rise that 80 of 100 tests show"
    print_table(title, {"segment": False} | headings, control_rows(groups))
    if told := too_small(groups):
        say(f"warning: {told}")


def print_campaign(found: Sequence[Effect], start: datetime, end: datetime, others: int) -> None:
    """Print what treated and control customers did in a period, and where they differ.

    Customers who bought in it and are not in the list are ``others``.
    """
    groups = {"segment": False, "treated": True, "control": True}
    print_table(f"Campaign, {start:%Y-%m-%d} to {end:%Y-%m-%d}", groups, size_rows(found))
    for title, rows, sentences in campaign_tables(found):
        print_table(title, groups | {"difference (95 %)": True}, rows)
        for sentence in (*sentences, ""):
            say(sentence)
    say(CHANCE)
    if others:
        say(f"{others:,} customers who bought are not in the list, and left out.")
