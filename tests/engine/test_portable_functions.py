"""The same function gives the same on every engine, hand-computed or by Python's own."""

import hashlib
from decimal import Decimal

import ibis

from segmentation.engine.functions import (
    in_byte_order,
    replaced,
    row_hash,
    text_number,
    try_cast,
)
from segmentation.engine.tables import kept
from tests.helpers.written import values

TEXTS = ["", "a", "12346", "C536379", "Ünïcode ☃ 🎁", 'it\'s \\ a "quote"', "\x1fa\x1e", None]


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
