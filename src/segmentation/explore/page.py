"""The page: what is chosen at the side, what is shown of it, and mistakes in a sentence."""

import sys

import streamlit as st

from segmentation.errors import UserError
from segmentation.explore import held
from segmentation.explore.chosen import Chosen, choose
from segmentation.explore.customer_view import customer_view
from segmentation.explore.customers_view import customers_view, keep_filters
from segmentation.explore.flows_view import flows_view, k_view
from segmentation.explore.told import refuse
from segmentation.report.rendering import escaped_markdown
from segmentation.temporary import temporary_files_until_exit

CUSTOMERS, CUSTOMER, FLOWS, MOVE_K = "Customers", "One customer", "Flows", "Move k"


def draw() -> None:
    """Draw the page, as Streamlit asks for it at every change."""
    temporary_files_until_exit()
    st.set_page_config("Customer segments", layout="wide")
    keep_filters()
    try:
        chosen = choose(held.settings_of(tuple(sys.argv[1:])))
        st.header(f"Segments of {escaped_markdown(chosen.run.name)}")
        view = st.radio(
            "View",
            [CUSTOMERS, CUSTOMER, FLOWS, MOVE_K],
            horizontal=True,
            label_visibility="collapsed",
        )
        _show(view, chosen)
    except UserError as error:
        refuse(error)


def _show(view: str, chosen: Chosen) -> None:
    if view == MOVE_K:
        k_view(chosen)
    elif chosen.customers is None:
        _without_customers(chosen)
    else:
        views = {CUSTOMERS: customers_view, CUSTOMER: customer_view, FLOWS: flows_view}
        views[view](chosen, chosen.customers)


def _without_customers(chosen: Chosen) -> None:
    """Say why there are none, and show what the run does keep."""
    if chosen.lacking is not None:
        refuse(chosen.lacking)
    st.caption("What the run keeps: its segments.")
    st.dataframe(held.profile_of(chosen.run), hide_index=True)
