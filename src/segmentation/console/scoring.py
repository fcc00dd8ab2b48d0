"""What is said of scored customers, and of campaigns to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from segmentation.console.terminal import console, print_table
from segmentation.report.campaign import CHANCE, campaign_tables, control_rows, size_rows
from segmentation.segments.campaign import Effect
from segmentation.segments.drift import Reference, SegmentCounts
from segmentation.segments.holdout import ControlGroup, too_small
from segmentation.segments.migration import Migration
from segmentation.segments.scored_by import difference


def print_scoring(
    counts: SegmentCounts,
    reference: Reference,
    as_of: str,
    trained: str,
    listed: Mapping[str, int] | None = None,
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
    """
    then, now = reference.counts.segments, counts.segments
    totals = sum(then.values()), sum(now.values())
    rows = [
        [
            name,
            f"{then.get(name, 0):,} ({then.get(name, 0) / totals[0]:.1%})",
            f"{now.get(name, 0):,} ({now.get(name, 0) / totals[1]:.1%})",
            *([] if listed is None else [_reachable(listed.get(name, 0), now.get(name, 0))]),
        ]
        for name in dict.fromkeys([*then, *now])
    ]
    columns = {"segment": False, f"training, {trained[:10]}": True, f"now, {as_of[:10]}": True}
    if listed is not None:
        columns["in the list"] = True
    print_table("Customers", columns, rows)
    drift = reference.drift(counts)
    rows = [[row["of"], f"{row['psi']:.3f}", row["reading"]] for _, row in drift.iterrows()]
    print_table(
        "Drift since training (PSI: from 0.1 shifted, from 0.25 changed)",
        {"of": False, "PSI": True, "reading": False},
        rows,
    )


def _reachable(listed: int, customers: int) -> str:
    """Customers who are in a list, and their share of the segment."""
    return f"{listed:,} ({listed / customers:.1%})" if customers else "0"


def print_written(output: str, listed: int, exclude: str | None, customers: int) -> None:
    """Print where the list is, how many are in it, and how many were left out of it."""
    left_out = "" if exclude is None else f"; exclude={exclude} left out {customers - listed:,}"
    console.print(f"The list: {output}, {listed:,} customers{left_out}.")


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
