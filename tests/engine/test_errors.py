"""What engines raise."""

import duckdb
import pytest

from segmentation.engine.errors import (
    EngineError,
    NoSuchTableError,
    UnknownFormatError,
    UnsupportedConditionError,
    damage_in_one_line,
    engine_errors,
    reason,
)
from segmentation.errors import UserError


def test_what_the_engine_refuses_has_one_name_and_one_line(connection):
    with pytest.raises(EngineError) as raised:
        connection.raw_sql("SELECT\n nothing\n FROM nowhere")
    assert "\n" in str(raised.value)
    assert reason(raised.value) == str(raised.value).splitlines()[0]
    assert "nowhere" in reason(raised.value)


def test_errors_of_an_engine_and_of_this_room_are_caught_by_one_name(connection):
    with pytest.raises(engine_errors()):
        connection.raw_sql("SELECT nothing")
    assert {NoSuchTableError, UnknownFormatError, UnsupportedConditionError} < {*engine_errors()}


@pytest.mark.parametrize(
    "error",
    [
        duckdb.IOException("IO Error: No space left\non device"),
        duckdb.InvalidInputException("Failed to read file a.parquet"),
        duckdb.Error("Parquet file is likely corrupted"),
    ],
)
def test_damage_that_is_met_late_is_one_line(error):
    with pytest.raises(UserError, match="files that are whole") as refused, damage_in_one_line():
        raise error
    assert reason(error) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_query_of_ours_that_is_wrong_is_no_damage():
    with pytest.raises(duckdb.BinderException), damage_in_one_line():
        raise duckdb.BinderException("no such column")
