"""A scoring does not write over what it reads, nor two things into one file."""

import pytest

from segmentation.errors import UserError
from segmentation.jobs.written import require_apart
from segmentation.settings.schema import ScoreSettings


def settings(output, **more):
    return ScoreSettings(data={"path": ["orders.csv", "more.csv"]}, model="", output=output, **more)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (settings("./more.csv"), r"output='./more.csv' is data.path itself; set output="),
        (settings("h.parquet", history="h.parquet"), r"output='h.parquet' is history itself"),
        (settings("h/now.parquet", history="h/"), r"output='h/now.parquet' is in history itself"),
        (settings("ids.csv", exclude="ids.csv"), r"output='ids.csv' is exclude itself"),
        (settings("moves.csv", history="h.parquet"), r"output='moves.csv' is moves.csv itself"),
        (settings("now.csv", history="more.csv"), r"history='more.csv' is data.path itself; set h"),
    ],
)
def test_two_things_in_one_place_are_refused(given, said):
    with pytest.raises(UserError, match=said):
        require_apart(given)


@pytest.mark.parametrize(
    "given",
    [
        settings("now.csv"),
        settings("2024-06/now.csv", history="history.parquet", exclude="ids.csv"),
        settings("now.csv", history="history/", exclude="orders = 'more.csv'"),
        settings("table:orders.csv", history="h.parquet"),
    ],
)
def test_places_that_differ_are_taken(given):
    require_apart(given)
