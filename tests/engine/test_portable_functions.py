"""The same function gives the same on every engine, hand-computed or by Python's own."""

import hashlib
from datetime import datetime
from decimal import Decimal

import ibis
import pytest

from segmentation.engine.connection import connect
from segmentation.engine.dialect import Dialect
from segmentation.engine.errors import UnknownFormatError
from segmentation.engine.functions import (
    in_byte_order,
    parse_instant,
    replaced,
    row_hash,
    text_number,
    try_cast,
)
from segmentation.engine.tables import kept

TEXTS = ["", "a", "12346", "C536379", "Ünïcode ☃ 🎁", 'it\'s \\ a "quote"', "\x1fa\x1e", None]


def values(column):
    """In the order in which the texts were given, which every engine keeps in so short a table."""
    integers = column.type().is_integer()
    # by way of text: Ibis lets integers beside a null through floats on Spark
    found = (column.cast("string") if integers else column).as_table().to_pyarrow()
    return [
        int(value) if integers and value is not None else value
        for value in found.to_pydict().popitem()[1]
    ]


def digest(text):
    return hashlib.md5(text.encode()).digest()


def test_a_text_has_the_same_number_on_every_engine(any_text):
    low = [
        None if text is None else int.from_bytes(digest(text)[:8], "little") % 2**60
        for text in TEXTS
    ]
    found = text_number(any_text(TEXTS))
    assert found.type().is_int64()
    assert values(found) == low


def test_equal_rows_have_equal_hashes_and_null_is_a_value(any_connection):
    rows = [("a", 1), ("a", 1), (None, 1), ("a", None), (None, None), ("1", None), ("a", 2)]
    frame = {name: [row[place] for row in rows] for place, name in enumerate("xy")}
    frame["n"] = list(range(len(rows)))
    schema = {"x": "string", "y": "int64", "n": "int64"}
    table = kept(any_connection, ibis.memtable(frame, schema=schema))
    hashed = table.select("n", hash=row_hash(table, ["x", "y"])).order_by("n")
    assert hashed.hash.type().is_int64()
    found = hashed.to_pyarrow().to_pydict()["hash"]
    assert found[0] == found[1]
    assert len(set(found)) == 6


NUMBERS = {
    "12": "12",
    " 7 ": "7",
    "+5": "5",
    ".5": "0.5",
    "5.": "5",
    "-0.00005": "-0.0001",
    "1e3": "1000",
    "2.5E-1": "0.25",
    "99999999999999.9999": "99999999999999.9999",
    "99999999999999.99999": None,
    "1e14": None,
    "1e999999": None,
    "1,5": None,
    "x": None,
    "": None,
    "nan": None,
    "Infinity": None,
    "12 3": None,
}


def test_text_is_cast_to_the_same_decimals(any_text):
    found = values(try_cast(any_text(list(NUMBERS)), "decimal(18, 4)"))
    assert dict(zip(NUMBERS, found, strict=True)) == {
        text: None if value is None else Decimal(value) for text, value in NUMBERS.items()
    }


def test_numbers_that_do_not_fit_are_null(any_connection):
    numbers = [1.0, -2.25, 1e30, float("inf"), float("nan"), None]
    schema = {"n": "float64"}
    table = kept(any_connection, ibis.memtable({"n": numbers}, schema=schema))
    assert values(try_cast(table.n, "decimal(18, 4)")) == [1, Decimal("-2.25"), *4 * [None]]
    assert values(try_cast(table.n, "int64"))[::2] == [1, None, None]
    assert values(try_cast(table.n, "int64"))[3] is None


ISO = {
    "2011-01-02": datetime(2011, 1, 2),
    "2011-1-2": datetime(2011, 1, 2),
    "2011/01/02": datetime(2011, 1, 2),
    "2012-02-29 23:59:59": datetime(2012, 2, 29, 23, 59, 59),
    "2011-01-02T03:04": datetime(2011, 1, 2, 3, 4),
    "2011-01-02 03:04:05.25": datetime(2011, 1, 2, 3, 4, 5, 250_000),
    "2011-01-02 03:04:05.123456789Z": datetime(2011, 1, 2, 3, 4, 5, 123_456),
    "2011-01-02T03:04:05Z": datetime(2011, 1, 2, 3, 4, 5),
    "2011-01-02 03:04:05 UTC": datetime(2011, 1, 2, 3, 4, 5),
    "2011-01-02T03:04:05+02:00": datetime(2011, 1, 2, 1, 4, 5),
    "2011-01-02 03:04:05-0530": datetime(2011, 1, 2, 8, 34, 5),
    "2011-01-01 01:00+02": datetime(2010, 12, 31, 23, 0),
    "2011-02-29": None,
    "2011-04-31": None,
    "2011-13-01": None,
    "2011-01-02 23:60": None,
    "2011-01-02 25:00": None,
    "2011": None,
    "2011-01": None,
    "12:00": None,
    "1/2/2011": None,
    "20110102": None,
    "now": None,
    "": None,
}
WRITTEN = [
    ("%d.%m.%Y %H:%M", "31.12.2010 08:26", datetime(2010, 12, 31, 8, 26)),
    ("%m/%d/%Y", "1/2/2011", datetime(2011, 1, 2)),
    ("%d/%m/%Y", "31/31/2011", None),
    ("%d/%m/%Y", "30/2/2011", None),
    ("%d/%m/%Y", "1/2/2011 10:00", None),
    ("%d/%m/%y", "1/2/69", datetime(1969, 2, 1)),
    ("%d/%m/%y", "1/2/68", datetime(2068, 2, 1)),
    ("%Y%m%d", "20110102", datetime(2011, 1, 2)),
    ("%d-%b-%Y %I:%M %p", "13-DEC-2010 8:26 PM", datetime(2010, 12, 13, 20, 26)),
    ("%d-%b-%Y %I:%M %p", "13-dec-2010 12:05 am", datetime(2010, 12, 13, 0, 5)),
    ("%d-%b-%Y %I:%M %p", "13-dec-2010 13:05 pm", None),
    ("%d %B %Y", "3 September 2011", datetime(2011, 9, 3)),
    ("%d %b %Y", "3 September 2011", None),
    ("%d %B %Y", "3 Sep 2011", None),
    ("%b %d, %Y", "Feb 3, 2011", datetime(2011, 2, 3)),
    ("%Y-%m-%d %H:%M:%S.%f", "2011-01-02 03:04:05.25", datetime(2011, 1, 2, 3, 4, 5, 250_000)),
    ("%Y-%m-%dT%H:%M:%SZ", "2011-01-02T03:04:05Z", datetime(2011, 1, 2, 3, 4, 5)),
    ("%G-W%V-%u", "2010-W53-1", datetime(2011, 1, 3)),
    ("%G-W%V-%u", "2011-W01-7", datetime(2011, 1, 9)),
    ("%G-W%V-%u", "2011-W01-8", None),
]
"""Format, text, instant."""


def test_iso_8601_is_read_alike(any_text):
    found = values(parse_instant(any_text(list(ISO)), None).cast("timestamp(6)"))
    assert dict(zip(ISO, found, strict=True)) == ISO


def test_formats_are_read_alike(any_text):
    column = any_text([text for _, text, _ in WRITTEN])
    for place, (date_format, text, expected) in enumerate(WRITTEN):
        found = values(parse_instant(column, date_format).cast("timestamp(6)"))
        assert found[place] == expected, (date_format, text)


def test_what_is_promised_of_any_other_engine_holds_on_duckdb():
    """No engine of its own stands for it here: the portable way is run by DuckDB."""
    promised, text = Dialect(), kept(connect(), ibis.memtable({"text": list(ISO)})).text
    assert values(promised.parse_instant(text, None).cast("timestamp(6)")) == [*ISO.values()]
    for date_format, written, expected in WRITTEN:
        one = kept(connect(), ibis.memtable({"text": [written]})).text
        found = promised.parse_instant(one, date_format).cast("timestamp(6)")
        assert values(found) == [expected], (date_format, written)
    text = kept(connect(), ibis.memtable({"text": list(NUMBERS)})).text
    assert values(promised.text_number(text)) == values(text_number(text))


@pytest.mark.parametrize("date_format", ["%j", "%d/%d/%Y", "%d %A"])
def test_a_directive_that_is_not_read_is_refused_and_not_guessed(date_format):
    text = ibis.memtable({"text": ["1"]}).text
    with pytest.raises(UnknownFormatError, match="not read by this engine, which reads %Y"):
        Dialect().parse_instant(text, date_format)


def test_what_fits_a_pattern_is_replaced_alike(any_text):
    texts = ["12.0", "12.50", "$5 $", "a\u00a0b c", "x.y", None]
    assert values(replaced(any_text(texts), r"^(\d+)\.0+$", r"\1")) == ["12", *texts[1:]]
    assert values(replaced(any_text(texts), "[\\s\u00a0']", "")) == [
        *texts[:2],
        "$5$",
        "abc",
        *texts[4:],
    ]
    assert values(replaced(any_text(["a1"]), r"([a-z])(\d)", r"\2$\1")) == ["1$a"]


def test_texts_are_ordered_by_their_bytes(any_text):
    column = any_text(["b", "a", "B", "É", "e", "Z", "10", "9"])
    ordered = column.as_table().order_by(in_byte_order(column))
    assert values(ordered.text) == ["10", "9", "B", "Z", "a", "b", "e", "É"]
