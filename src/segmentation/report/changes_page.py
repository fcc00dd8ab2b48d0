"""What changed between two scorings, in words that a manager reads, as one HTML file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from segmentation.plots.flows import flows_figure
from segmentation.plots.segment_style import number_text, share_text
from segmentation.plots.style import png
from segmentation.report.rendering import render
from segmentation.segments.drift import CHANGED_FROM, SHIFTED_FROM
from segmentation.segments.migration import LOST, NEW, Migration
from segmentation.segments.scored_by import difference

SHOWN_FLOWS = 8
READINGS = (
    (CHANGED_FROM, "changed", ": train again, and compare"),
    (SHIFTED_FROM, "shifted", ""),
)
"""Index from which on something is said of the drift, and what."""


@dataclass(frozen=True)
class Changes:
    """Two scorings, and how they differ.

    Attributes
    ----------
    before, as_of : str
        Their instants, ISO 8601; the first is empty where the earlier list does not say it.
    moves : Migration
    drift : DataFrame
        Of the later one since the training, see `drift.Reference.drift`.
    colours : mapping of str to str
        Of the segments, by name, in their order.
    """

    before: str
    as_of: str
    moves: Migration
    drift: pd.DataFrame
    colours: Mapping[str, str]


def render_changes(changes: Changes) -> str:
    """Return the page: one HTML file that needs no network and no script."""
    headline = headline_of(changes.moves)
    draw = partial(flows_figure, changes.moves.flows, changes.colours, largest_move(changes.moves))
    return render(
        "changes.html.j2",
        changes=changes,
        headline=headline,
        sentences=sentences_of(changes),
        rows=flow_rows(changes.moves),
        wide=png(draw()),
        narrow=png(draw(narrow=True)),
    )


def headline_of(moves: Migration) -> str:
    """Say how many moved, in one sentence without a point at its end."""
    if moves.moved_share is None:
        return "No customer is in both scorings"
    if moves.moved_share == 0:
        return "No customer changed segment"
    share = moves.moved_revenue_share
    money = "" if share is None else f", with {share_text(share)} of their earlier revenue"
    return (
        f"{share_text(moves.moved_share)} of the customers of both scorings changed segment{money}"
    )


def sentences_of(changes: Changes) -> list[str]:
    """Say who came, who left, how revenue went, and whether customers or the model changed."""
    moves = changes.moves
    flows = moves.flows
    arrivals, departures = flows[flows["from"] == NEW], flows[flows["to"] == LOST]
    before, after = flows["revenue_before"].sum(), flows["revenue_after"].sum()
    told = [
        _who(arrivals, "came", "revenue_after"),
        _who(departures, "is missing now", "revenue_before"),
        f"All customers of before had {number_text(before)} of revenue, all of now have "
        f"{number_text(after)}.",
    ]
    told += [
        f'The segment "{name}" was "{former}" before: who is in it did not move.'
        for former, name in moves.renamed
    ]
    return [*told, _cause(changes)]


def flow_rows(moves: Migration) -> list[tuple[str, str, str, str]]:
    """The largest moves from segment to segment: from, to, customers and their revenue before."""
    largest = moves.moved.sort_values(["customers", "from", "to"], ascending=[False, True, True])
    return [
        (row["from"], row["to"], f"{row['customers']:,.0f}", number_text(row["revenue_before"]))
        for _, row in largest.head(SHOWN_FLOWS).iterrows()
    ]


def largest_move(moves: Migration) -> str:
    """Say which move is the largest, for the picture of all."""
    rows = flow_rows(moves)
    if not rows:
        return "Every customer of both scorings stayed where they were"
    before, after, customers, _ = rows[0]
    return f"The largest move: {customers} from {before} to {after}"


def _cause(changes: Changes) -> str:
    """Whether it is the model that changed, or the customers, as far as that can be told."""
    if told := difference(*changes.moves.models):
        return told
    if not any(changes.moves.models[0].columns().values()):
        return "The earlier list does not say by which model it was made, so some moves may be its."
    for bound, word, advice in READINGS:
        found = changes.drift[changes.drift["psi"] >= bound]
        if not found.empty:
            names = _listed([str(name).replace("_", " ") for name in found["of"]])
            return (
                f"The model is the same, but {names} {word} since its training (a population "
                f"stability index of {found['psi'].max():.2f}){advice}."
            )
    return "The model is the same, and its customers are distributed much as in its training."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _who(flows: pd.DataFrame, did: str, revenue: str) -> str:
    """How many customers came or left, and with how much revenue."""
    n = int(flows["customers"].sum())
    if n == 0:
        return "No customer came." if did == "came" else "No customer is missing now."
    money = number_text(flows[revenue].sum())
    did = did if n == 1 else did.replace("is ", "are ")
    return f"{n:,} customer{'s' * (n != 1)} {did}, with {money} of revenue."
