"""Functions on columns, against Python's own."""

import hashlib
from datetime import datetime

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmentation.engine.functions import parse_instant, text_number, try_cast

WRITTEN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def values(column):
    return column.to_pyarrow().to_pylist()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(WRITTEN, min_size=1))
def test_the_number_of_a_text_is_60_bits_of_its_md5_digest(text_column, texts):
    digests = [hashlib.md5(text.encode()).digest() for text in texts]
    expected = [int.from_bytes(digest[:8], "little") % 2**60 for digest in digests]
    assert values(text_number(text_column(texts))) == expected


def test_nothing_has_no_number(text_column):
    assert values(text_number(text_column([None, "a"])))[0] is None


@pytest.mark.parametrize(
    ("to", "texts", "expected"),
    [
        ("int64", ["12", " 7 ", "1e3", "x", "", None], [12, 7, 1000, None, None, None]),
        ("decimal(18, 4)", ["0.00005", "1.5", "1,5", "1e14", "nan"], ["0.0001", "1.5", 0, 0, 0]),
    ],
)
def test_what_cannot_be_cast_is_null(text_column, to, texts, expected):
    column = try_cast(text_column(texts), to)
    assert column.type() == ibis.dtype(to)
    found = values(column)
    if to.startswith("decimal"):
        found = [0 if value is None else str(value.normalize()) for value in found]
    assert found == expected


def test_a_cast_of_numbers_refuses_what_does_not_fit():
    whole = try_cast(ibis.memtable({"number": [1.0, 1e30]}).number, "int64")
    assert values(whole) == [1, None]


@pytest.mark.parametrize(
    ("date_format", "text", "expected"),
    [
        ("%d.%m.%Y %H:%M", "31.12.2010 08:26", datetime(2010, 12, 31, 8, 26)),
        ("%m/%d/%Y", "1/2/2011", datetime(2011, 1, 2)),
        ("%d/%m/%Y", "1/2/2011", datetime(2011, 2, 1)),
        ("%d/%m/%Y", "31/31/2011", None),
        ("%d/%m/%Y", "1/2/2011 10:00", None),
        ("%d-%b-%Y %I:%M %p", "13-DEC-2010 8:26 PM", datetime(2010, 12, 13, 20, 26)),
        (None, "2011-01-01", datetime(2011, 1, 1)),
        (None, "2011-01-01 10:00", datetime(2011, 1, 1, 10)),
        (None, "2011-01-01T10:00:00.25+02:00", datetime(2011, 1, 1, 8, 0, 0, 250_000)),
        (None, "1/2/2011", None),
        (None, "", None),
        (None, None, None),
    ],
)
def test_instants_are_read_in_utc_and_what_is_written_otherwise_is_null(
    text_column, date_format, text, expected
):
    found = parse_instant(text_column([text, "2000-01-01"]), date_format).cast("timestamp(6)")
    assert values(found)[0] == expected
