"""Customers of one list in the segments of another: who splits, and who merges."""

from collections.abc import Iterator, Sequence

import ibis.expr.types as ir
import pandas as pd

from segmentation.plots.segment_style import share_text
from segmentation.segments.migration import LOST, NEW, Migration, moves_between
from segmentation.tracking.recorded_run import RecordedRun

PART_FROM = 0.1
"""Share of a segment's customers below which a flow is not told in words."""
NOT_COMPARED = ("k", "data.path")
"""Parameters in which runs may differ that are compared over k."""
COMPARED = ("customer_id", "segment_name", "revenue")


def flows_between(before: ir.Table, after: ir.Table) -> Migration:
    """Count, by the engine, who is where in two lists."""
    return moves_between(before.select(COMPARED), after.select(COMPARED))


def moved(moves: Migration) -> str:
    """Say how many customers are under another name than before."""
    if moves.moved_share is None:
        return "The two lists have no customer in common."
    return (
        f"{moves.moved_share:.1%} of the customers in both changed segment, with "
        f"{moves.moved_revenue:,.2f} of earlier revenue."
    )


def splits_and_merges(flows: pd.DataFrame) -> list[str]:
    """Say of every segment that is not whole what became of it, and of what others are made."""
    both = flows[(flows["from"] != NEW) & (flows["to"] != LOST)]
    splits = [f"{name} splits: {_parts(parts)}." for name, parts in _parted(both, "from", "to")]
    merges = [
        f"{name} merges parts of: {_parts(parts)}." for name, parts in _parted(both, "to", "from")
    ]
    return splits + merges or ["No segment splits or merges: the same customers stay together."]


def runs_over_k(runs: Sequence[RecordedRun], chosen: RecordedRun) -> dict[int, RecordedRun]:
    """Runs that differ from one by k alone, that one among them, in the order of k."""

    def but_k(run: RecordedRun) -> dict[str, str]:
        return {key: value for key, value in run.params.items() if key not in NOT_COMPARED}

    alike = [run for run in runs if but_k(run) == but_k(chosen) and "k" in run.params]
    return {int(run.params["k"]): run for run in sorted(alike, key=lambda r: int(r.params["k"]))}


def _parted(flows: pd.DataFrame, of: str, into: str) -> Iterator[tuple[str, pd.Series]]:
    """Segments of one side whose customers are in several of the other, with the shares."""
    for name, parts in flows.groupby(of):
        shares = parts.set_index(into)["customers"] / parts["customers"].sum()
        told = shares[shares >= PART_FROM].sort_values(ascending=False)
        if len(told) > 1:
            yield str(name), told


def _parts(shares: pd.Series) -> str:
    return ", ".join(f"{share_text(share)} {name}" for name, share in shares.items())
