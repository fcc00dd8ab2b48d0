"""Rules in the SQL of every database, by their text; tests/engine runs them in those there are."""

import pytest

from segmentation.errors import UserError
from segmentation.segments.case_when import DIALECTS, case_when


@pytest.mark.parametrize(
    ("dialect", "column", "number"),
    [
        ("duckdb", '"a ""b"" `c`"', "CAST('0.30000000000000004' AS DOUBLE)"),
        ("postgres", '"a ""b"" `c`"', "CAST('0.30000000000000004' AS DOUBLE PRECISION)"),
        ("snowflake", '"a ""b"" `c`"', "CAST('0.30000000000000004' AS DOUBLE)"),
        ("bigquery", r'`a "b" \`c\``', "CAST('0.30000000000000004' AS FLOAT64)"),
        ("spark", '`a "b" ``c```', "CAST('0.30000000000000004' AS DOUBLE)"),
        ("mysql", '`a "b" ``c```', "CAST('0.30000000000000004' AS DOUBLE)"),
    ],
)
def test_each_database_is_written_to_in_its_own_signs(dialect, column, number):
    branches = [(1, {'a "b" `c`': (-2.5, 0.1 + 0.2)}), (0, {})]
    assert case_when(branches, dialect) == (
        f"CASE\n  WHEN {column} > -2.5 AND {column} <= {number} THEN 1\n"
        "  WHEN TRUE THEN 0\nEND AS segment"
    )


def test_every_dialect_is_tested_by_its_text():
    (marked,) = test_each_database_is_written_to_in_its_own_signs.pytestmark
    assert tuple(dialect for dialect, *_ in marked.args[1]) == DIALECTS


def test_another_dialect_is_refused_with_those_there_are():
    with pytest.raises(UserError, match=r"dialect=oracle is no SQL .* one of: duckdb, postgres"):
        case_when([(0, {})], "oracle")
