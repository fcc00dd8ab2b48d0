"""The customers of a list: filtered and counted by the engine, and offered as a file."""

import ibis.expr.types as ir
import pandas as pd
import streamlit as st

from segmentation.engine.connection import connect
from segmentation.explore.chosen import Chosen, rows
from segmentation.explore.figures import sizes_figure
from segmentation.explore.filters import (
    Bounds,
    Wanted,
    csv_of,
    filtered,
    first_rows,
    listed,
    per_segment,
)
from segmentation.explore.lists import CustomerList, kept_columns
from segmentation.explore.told import NO_LOGO, names_of
from segmentation.segments.customer_list import EXCLUDED

SHOWN = 500
"""Customers of a table; the download has all."""
PICKED = "picked"
"""Key of the session: id of the customer who was ticked in the table."""
FILTER = "filter"
"""How the keys of the session begin that stay while another view is shown."""


def keep_filters() -> None:
    """Let filters stay as they are while they are not shown: Streamlit forgets those."""
    for key in st.session_state:
        if str(key).startswith(FILTER):
            st.session_state[key] = st.session_state[key]


def customers_view(chosen: Chosen, customers: CustomerList) -> None:
    """Filter the customers, count them by segment, and offer the list."""
    table = rows(customers, connect())
    with st.sidebar:
        wanted = _wanted(table, f"{FILTER} {chosen.run.run_id} {customers.label}")
    found = filtered(table, wanted)
    counts = per_segment(found)
    n, all_customers = int(counts["customers"].sum()), int(table.count().execute())
    of_all, revenue = st.columns(2)
    of_all.metric("customers", f"{n:,} of {all_customers:,}")
    revenue.metric("their revenue", f"{counts['revenue'].sum():,.2f}")
    if not n:
        st.info("Nobody is left: widen the filters.")
        return
    _offer(customers, wanted, found, n)
    st.plotly_chart(sizes_figure(counts), config=NO_LOGO, key="sizes")
    st.caption(f"The {min(n, SHOWN):,} of highest revenue. Tick one to see it as One customer.")
    _pick(first_rows(found, SHOWN), f"rows {customers.label} {wanted}")


def _offer(customers: CustomerList, wanted: Wanted, found: ir.Table, n: int) -> None:
    """Offer the customers as a file, which is made when it is asked for: it may take seconds."""
    left = int(listed(found).count().execute()) if EXCLUDED in found.columns else n
    if left < n:
        st.caption(f"{n - left:,} of them are excluded from lists (exclude=).")
    # its number tells a button of other filters, which Streamlit still shows, from this one
    st.download_button(
        f"Download {left:,} customers",
        lambda: csv_of(listed(filtered(rows(customers, connect()), wanted))),
        file_name="customers.csv",
        mime="text/csv",
        on_click="ignore",
    )


def _pick(customers: pd.DataFrame, key: str) -> None:
    """Show customers, and remember who is ticked; what is ticked ends with the key."""
    event = st.dataframe(
        customers, hide_index=True, on_select="rerun", selection_mode="single-row", key=key
    )
    for place in event.selection.rows:
        st.session_state[PICKED] = str(customers["customer_id"].iloc[place])


def _wanted(table: ir.Table, key: str) -> Wanted:
    """What the widgets at the side say of who is wanted; their keys begin with ``key``."""
    names = list(names_of(table).values())
    segments = st.multiselect("Segments", names, placeholder="all", key=f"{key} segments")
    days = _bounds("Days absent", key)
    spent = _bounds("Revenue", key)
    told = "borderline" in table.columns
    borderline = st.toggle("Only borderline", disabled=not told, key=f"{key} borderline")
    carried = kept_columns(table)
    column, text = None, ""
    if carried:
        column = st.selectbox("Kept column", carried, None, key=f"{key} column")
        text = st.text_input("contains", disabled=column is None, key=f"{key} text")
    if not told:
        st.caption(
            "Who is borderline is known in the list of a registered run, and in a month that was "
            "scored with tracking.log_kept=true."
        )
    if not carried:
        st.caption("Kept columns: keep=[Email] tracking.log_kept=true carries some into the list.")
    return Wanted(segments, days, spent, borderline and told, column or "", text)


def _bounds(label: str, key: str) -> Bounds:
    least, most = (
        side.number_input(text, value=None, placeholder="any", key=f"{key} {label} {text}")
        for side, text in zip(st.columns(2), (f"{label}, from", "to"), strict=True)
    )
    return least, most
