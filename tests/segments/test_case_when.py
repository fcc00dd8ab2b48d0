"""Rules in the SQL of every database, by their text; tests/engine runs them in those there are."""

import numpy as np
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


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0.123456789012345, "0.123456789012345"),
        (0.1234567890123456, "CAST('0.1234567890123456' AS DOUBLE)"),
        (1e15, "CAST('1000000000000000.0' AS DOUBLE)"),
        (1e-7, "CAST('1e-07' AS DOUBLE)"),
    ],
)
def test_a_number_of_up_to_fifteen_digits_stands_as_it_is_written(value, number):
    found = case_when([(0, {"orders": (value, np.inf)})], "duckdb")
    assert found == f'CASE\n  WHEN "orders" > {number} THEN 0\nEND AS segment'


def test_a_bound_that_everybody_meets_is_not_asked_for():
    found = case_when([(1, {"orders": (-np.inf, 2), "revenue": (9, np.inf)})], "duckdb")
    assert '  WHEN "orders" <= 2 AND "revenue" > 9 THEN 1\n' in found


def test_every_dialect_is_tested_by_its_text():
    (marked,) = test_each_database_is_written_to_in_its_own_signs.pytestmark
    assert tuple(dialect for dialect, *_ in marked.args[1]) == DIALECTS


def test_another_dialect_is_refused_with_those_there_are():
    with pytest.raises(UserError, match=r"dialect=oracle is no SQL .* one of: duckdb, postgres"):
        case_when([(0, {})], "oracle")
