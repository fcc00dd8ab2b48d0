"""Customers of two lists as flows: of two runs, of two months, of one k and the next."""

import streamlit as st

from segmentation.engine.connection import connect
from segmentation.errors import UserError
from segmentation.explore import held
from segmentation.explore.chosen import Chosen, rows
from segmentation.explore.figures import flows_figure
from segmentation.explore.flows import flows_between, moved, runs_over_k, splits_and_merges
from segmentation.explore.lists import CustomerList
from segmentation.explore.told import NO_LOGO, names_of
from segmentation.segments.migration import Migration
from segmentation.segments.scored_by import difference
from segmentation.tracking.recorded_run import RecordedRun


def flows_view(chosen: Chosen, customers: CustomerList) -> None:
    """Show who is where in another run, or another month."""
    others = {f"run {run.name}": run for run in chosen.runs if run.run_id != chosen.run.run_id}
    months = {name: each for name, each in chosen.lists.items() if each is not customers}
    other_instants_first = sorted(months, key=lambda name: months[name].as_of == customers.as_of)
    if not others and not months:
        raise UserError(
            "there is nothing to compare with; run train.py -m k=2,3,4, or score.py month after "
            "month with history=history.parquet"
        )
    name = st.selectbox("Compare with", [*other_instants_first, *others])
    other = months.get(name) or _own_list(chosen, others[name])
    pair = (other, customers) if other.as_of < customers.as_of else (customers, other)
    if told := difference(pair[0].scored_by, pair[1].scored_by) if name in months else "":
        st.text(told)
    moves = _flows(*pair, of_months=name in months)
    st.text(moved(moves) if name in months else "\n".join(splits_and_merges(moves.flows)))
    st.dataframe(moves.flows, hide_index=True)


def k_view(chosen: Chosen) -> None:
    """Let k move, and show what splits and what merges."""
    by_k = runs_over_k(chosen.runs, chosen.run)
    if len(by_k) < 2:
        raise UserError(
            "no other run of this sweep differs from the chosen one by k alone; run "
            "train.py -m k=2,3,4"
        )
    known = list(by_k)
    at = known.index(int(chosen.run.params["k"]))
    first = known[min(at, len(known) - 2)]
    k = (
        st.select_slider(
            "k", known[:-1], first, format_func=lambda k: f"{k} → {known[known.index(k) + 1]}"
        )
        if len(known) > 2
        else known[0]
    )
    then = known[known.index(k) + 1]
    st.caption(f"Left: the segments of k={k}. Right: those of k={then}.")
    moves = _flows(_own_list(chosen, by_k[k]), _own_list(chosen, by_k[then]))
    st.text("\n".join(splits_and_merges(moves.flows)))
    st.dataframe(moves.flows, hide_index=True)


def _own_list(chosen: Chosen, run: RecordedRun) -> CustomerList:
    return held.own_list(run, chosen.promotions.get(run.run_id))


def _flows(before: CustomerList, after: CustomerList, of_months: bool = False) -> Migration:
    """Draw who is where in two lists."""
    connection = connect()
    tables = rows(before, connection), rows(after, connection)
    moves = flows_between(*tables)
    first, then = ({name: segment for segment, name in names_of(table).items()} for table in tables)
    figure = flows_figure(moves.flows, first, then, faint_stays=of_months)
    st.plotly_chart(figure, config=NO_LOGO, key="flows")
    return moves
