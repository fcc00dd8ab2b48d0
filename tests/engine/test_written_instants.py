"""Instants in ISO 8601 and in formats of strptime, the same on every engine."""

import ibis
import pytest

from segmentation.engine.dialect import Dialect
from segmentation.engine.errors import UnknownFormatError
from segmentation.engine.functions import parse_instant
from tests.helpers.written import ISO, WRITTEN, values


def test_iso_8601_is_read_alike(any_text):
    found = values(parse_instant(any_text(list(ISO)), None).cast("timestamp(6)"))
    assert dict(zip(ISO, found, strict=True)) == ISO


def test_formats_are_read_alike(any_text):
    column = any_text([text for _, text, _ in WRITTEN])
    for place, (date_format, text, expected) in enumerate(WRITTEN):
        found = values(parse_instant(column, date_format).cast("timestamp(6)"))
        assert found[place] == expected, (date_format, text)


@pytest.mark.parametrize("date_format", ["%j", "%d/%d/%Y", "%d %A"])
def test_a_directive_that_is_not_read_is_refused_and_not_guessed(date_format):
    text = ibis.memtable({"text": ["1"]}).text
    with pytest.raises(UnknownFormatError, match="not read by this engine, which reads %Y"):
        Dialect().parse_instant(text, date_format)
