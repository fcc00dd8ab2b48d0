"""What engines raise."""

import pytest

from segmentation.engine.errors import (
    EngineError,
    NoSuchTableError,
    UnknownFormatError,
    UnsupportedConditionError,
    engine_errors,
    reason,
)


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
