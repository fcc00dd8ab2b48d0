"""One customer: its values beside those of its segment and of the next one."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from segmentation.engine.connection import connect
from segmentation.errors import UserError
from segmentation.explore import held
from segmentation.explore.chosen import Chosen, rows
from segmentation.explore.customers_view import PICKED
from segmentation.explore.explained import (
    distances_of,
    missing_features,
    next_segment,
    values_beside,
)
from segmentation.explore.filters import first_rows, one_customer
from segmentation.explore.lists import CustomerList
from segmentation.explore.told import names_of, refuse
from segmentation.tracking.recorded_run import RecordedRun


def customer_view(chosen: Chosen, customers: CustomerList) -> None:
    """Put one customer beside its segment and the next one."""
    table = rows(customers, connect())
    picked = st.session_state.get(PICKED, "")
    typed = st.text_input("Customer", picked, placeholder="an id, as in the list").strip()
    found = one_customer(table, typed) if typed else first_rows(table, 1)
    if found.empty:
        st.info("No such customer in this list; ids are written as in the shop's lines.")
        return
    customer = found.iloc[0].to_dict()
    own, names = int(customer["segment"]), names_of(table)
    st.text(f"Customer {customer['customer_id']} is in: {customer['segment_name']}")
    run = _run_behind(chosen, customers)
    try:
        near = _next_to(run, found, own, names)
    except UserError as error:
        refuse(error)
        near = {}
    segments = {own: names.get(own, ""), **near}
    st.dataframe(values_beside(customer, held.profile_of(run), segments), hide_index=True)
    st.caption("Medians are those of the training; empty where this list lacks the feature.")


def _next_to(
    run: RecordedRun, found: pd.DataFrame, own: int, names: Mapping[int, str]
) -> dict[int, str]:
    """Show how near the next segment is; return it, where the model can say."""
    segmenter = held.segmenter_of(run)
    if missing := missing_features(segmenter, found):
        st.info(
            f"This list lacks {', '.join(missing)}, which the model needs to tell distances; "
            "a scoring with tracking.log_kept=true keeps every feature."
        )
        return {}
    distances, confidence = distances_of(segmenter, found)
    near = next_segment(distances, own)
    if own not in distances or near is None:
        st.text("A rule decides about this segment; no distance does.")
        return {}
    st.text(f"Next segment: {names.get(near, near)}")
    columns = st.columns(3)
    columns[0].metric("distance to its own segment", f"{distances[own]:.2f}")
    columns[1].metric("distance to the next segment", f"{distances[near]:.2f}")
    columns[2].metric("confidence", f"{confidence:.2f}")
    return {near: names.get(near, str(near))}


def _run_behind(chosen: Chosen, customers: CustomerList) -> RecordedRun:
    """The run whose model made a list."""
    model_id = customers.scored_by.model_id
    if not model_id or model_id in chosen.run.model_ids:
        return chosen.run
    return held.run_of_model(chosen.store, model_id)
