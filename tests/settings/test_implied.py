"""A file of one's own needs no word on what kind of data it is."""

import pytest

from segmentation.settings.implied import with_implied_data


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], ["data.path=a.csv"]),
        (["-m", "k=2,3"], ["+data.path=a.csv"]),
        ([], ["data.decimal=comma"]),
        (["k=2,3"], ["data.path=a.csv", "data.decimal=comma", "-m"]),
    ],
)
def test_options_of_an_export_imply_it_before_them(before, after):
    """At the end it would follow a flag, behind which no option may stand."""
    assert with_implied_data([*before, *after]) == [*before, "data=transactions", *after]


@pytest.mark.parametrize(
    "typed",
    [
        ["k=3"],
        ["data=online_retail", "data.path=a.rda"],
        ["+data=mine", "data.path=a.csv"],
        ["sweep=scaler_trap", "data.path=a.rda"],
        ["-cn", "mine", "data.path=a.csv"],
        ["--config-name=mine", "data.path=a.csv"],
        ["--config-dir", "own", "data.path=a.csv"],
    ],
)
def test_what_chooses_the_data_itself_is_left_alone(typed):
    assert with_implied_data(typed) == typed


def test_an_entry_point_that_was_given_nothing_says_nothing():
    assert with_implied_data(["k=3", "data=null", "data.path=null"]) == ["k=3"]
    typed = ["data=null", "data.path=a.csv"]
    assert with_implied_data(typed) == ["data=transactions", "data.path=a.csv"]


@pytest.mark.parametrize(
    "typed", [["data.query=select 1"], ["data.table=orders"], ["data=shopify", "+data.query=a.sql"]]
)
def test_a_query_needs_no_path(typed):
    implied = [] if "data=shopify" in typed else ["data=transactions"]
    *others, of_data = typed
    assert with_implied_data(typed) == [*others, *implied, "data.path=null", of_data]
    given = with_implied_data([*typed, "data.path=x"])
    assert given == [*others, *implied, of_data, "data.path=x"]
