"""What the page says in words: mistakes as they are written, and names of segments."""

import ibis

from segmentation.errors import UserError
from segmentation.explore import told


def test_a_mistake_is_no_markdown_and_has_no_secret(monkeypatch):
    said = []
    monkeypatch.setattr(told.st, "error", said.append)
    told.refuse(UserError("$a$ **b** postgresql://me:hunter2@host/db"))
    (text,) = said
    assert text.startswith(r"\$a\$ \*\*b\*\* ")
    assert "hunter2" not in text


def test_segments_have_the_names_that_the_list_has():
    table = ibis.memtable(
        {
            "customer_id": ["a", "b", "c"],
            "segment": [1, -1, 1],
            "segment_name": ["best", "unassigned", "best"],
            "revenue": [1.0, 2.0, 3.0],
        }
    )
    assert told.names_of(table) == {1: "best", -1: "unassigned"}
