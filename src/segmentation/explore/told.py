"""What the page says in words: mistakes, and names of segments."""

import ibis.expr.types as ir
import streamlit as st

from segmentation.errors import UserError
from segmentation.explore.filters import per_segment
from segmentation.masking import masked
from segmentation.report.rendering import escaped_markdown

NO_LOGO = {"displaylogo": False}
"""Of Plotly's pictures."""


def refuse(error: UserError) -> None:
    """Say what is wrong, as it is written: nothing in it is read as Markdown, or is secret."""
    st.error(escaped_markdown(masked(str(error))).replace("$", r"\$"))


def names_of(table: ir.Table) -> dict[int, str]:
    """Return the segments of a list, id to name."""
    found = per_segment(table)
    return dict(zip(found["segment"].astype(int), found["segment_name"].astype(str), strict=True))
