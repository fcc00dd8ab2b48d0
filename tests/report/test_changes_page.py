"""What a manager reads of two scorings."""

import pandas as pd
import pytest

from segmentation.report.changes_page import (
    Changes,
    flow_rows,
    headline_of,
    largest_move,
    render_changes,
    sentences_of,
)
from segmentation.segments.migration import Migration
from segmentation.segments.scored_by import ScoredBy

COLUMNS = ["from", "to", "customers", "revenue_before", "revenue_after"]
FLOWS = pd.DataFrame(
    [
        ("loyal", "loyal", 60, 600.0, 700.0),
        ("loyal", "casual", 20, 100.0, 50.0),
        ("casual", "loyal", 20, 100.0, 150.0),
        ("casual", "(lost)", 1, 10.0, 0.0),
        ("(new)", "loyal", 5, 0.0, 25.0),
    ],
    columns=COLUMNS,
)
SAME = (ScoredBy("shop", "3", "m-1"),) * 2
STABLE = pd.DataFrame({"of": ["orders", "segment"], "psi": [0.01, 0.2], "reading": "stable"})


def changes(moves, drift=STABLE):
    return Changes("2024-05-01T00:00:00", "2024-06-01T00:00:00", moves, drift, {"loyal": "#00f"})


def test_how_many_moved_is_said_first():
    assert headline_of(Migration(FLOWS)) == (
        "40% of the customers of both scorings changed segment, with 25% of their earlier revenue"
    )
    assert headline_of(Migration(FLOWS[:1])) == "No customer changed segment"
    assert headline_of(Migration(FLOWS[3:])) == "No customer is in both scorings"


def test_who_came_who_left_and_the_money():
    told = sentences_of(changes(Migration(FLOWS, SAME)))
    assert told[:3] == [
        "5 customers came, with 25 of revenue.",
        "1 customer is missing now, with 10 of revenue.",
        "All customers of before had 810 of revenue, all of now have 925.",
    ]


def test_where_nobody_came_or_left_it_is_said():
    told = sentences_of(changes(Migration(FLOWS[:3], SAME)))
    assert told[:2] == ["No customer came.", "No customer is missing now."]


@pytest.mark.parametrize(
    ("models", "psi", "said"),
    [
        (SAME, 0.099, "The model is the same, and its customers are distributed much as in its"),
        (SAME, 0.1, "but recency days shifted since its training (a population stability index"),
        (SAME, 0.249, "but recency days shifted since its training (a population stability index"),
        (SAME, 0.25, "The model is the same, but recency days changed since its training (a pop"),
        ((SAME[0], ScoredBy("shop", "4", "m-2")), 0.0, "some moves are changes of the model"),
    ],
)
def test_a_change_of_the_customers_is_told_from_one_of_the_model(models, psi, said):
    drift = pd.DataFrame({"of": ["recency_days", "segment"], "psi": [psi, 0.0], "reading": ""})
    moves = Migration(FLOWS, models, renamed=(("casual", "seldom"),))
    told = sentences_of(changes(moves, drift))
    assert said in told[-1]
    assert 'The segment "seldom" was "casual" before: who is in it did not move.' in told


def test_the_largest_moves_are_listed_first_and_no_more_than_eight():
    assert flow_rows(Migration(FLOWS)) == [
        ("casual", "loyal", "20", "100"),
        ("loyal", "casual", "20", "100"),
    ]
    many = [(f"s{n:02}", "loyal", n + 1, 1.0, 1.0) for n in range(12)]
    rows = flow_rows(Migration(pd.DataFrame(many, columns=COLUMNS)))
    assert [row[0] for row in rows] == [f"s{n:02}" for n in range(11, 3, -1)]


def test_the_page_is_whole_and_escaped():
    flows = FLOWS.replace({"casual": "<script>alert(1)</script>"})
    page = render_changes(changes(Migration(flows, SAME)))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "2024-05-01" in page
    assert "2024-06-01" in page
    assert "data:image/png;base64," in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_picture_names_the_largest_move_and_not_the_headline_again():
    assert largest_move(Migration(FLOWS)) == "The largest move: 20 from casual to loyal"
    assert largest_move(Migration(FLOWS[:1])) == (
        "Every customer of both scorings stayed where they were"
    )
