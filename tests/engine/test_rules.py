"""Rules give the same segments in a database as in Python, whatever columns and bounds are."""

import ibis
import numpy as np
import pandas as pd
import pytest

from segmentation.engine.tables import kept
from segmentation.segments.rules import Leaf, Rules, Split

THRESHOLDS = [
    *(
        0.1 + 0.2,
        1 / 3,
        300.1,
        1.5,
        6.0,
        0.0,
        -0.005,
        -1234.5,
        2.0**53 + 2,
        1e15,
        123456789012345.6,
    ),
    *(1e-5, 5e-324, 1e-300, 1.7976931348623157e308, -1e300, 9007199254740993 / 7, 16777217.0),
]
NAMES = ['share of "A"', "select", "two words", "back`tick", "order", "naïve", "Grüße's", "a;b--c"]
DIALECTS = {"pyspark": "spark"}
"""Where Ibis has another name for an engine than sqlglot for its SQL."""


def explained(connection, rules, features):
    """Segments of the rules as the engine computes them, in the order of the rows."""
    table = kept(connection, ibis.memtable(features.assign(row_number=range(len(features)))))
    case = rules.sql_of(DIALECTS.get(connection.name, connection.name))
    query = f"SELECT row_number, {case} FROM ({connection.compile(table)}) AS t"
    answer = connection.sql(query, schema={"row_number": "int64", "segment": "int64"})
    return answer.to_pandas().sort_values("row_number")["segment"]


@pytest.mark.parametrize("name", NAMES)
def test_a_column_of_any_name_is_the_column(any_connection, name):
    rules = Rules(Split(name, 1.5, Leaf(1), Leaf(0)), 1.0)
    features = pd.DataFrame({name: [1.0, 1.5, 2.0]})
    assert explained(any_connection, rules, features).tolist() == [1, 1, 0]


def test_every_threshold_is_the_same_double(any_connection):
    for value in THRESHOLDS:
        with np.errstate(over="ignore"):
            near = [np.nextafter(value, -np.inf), value, np.nextafter(value, np.inf)]
        features = pd.DataFrame({"x": [each for each in near if np.isfinite(each)]})
        rules = Rules(Split("x", value, Leaf(1), Leaf(0)), 1.0)
        found = explained(any_connection, rules, features).tolist()
        assert found == rules.predict(features).tolist(), value


def test_rules_of_several_conditions_are_those_of_python(any_connection):
    tree = Split(
        "orders",
        3.5,
        Split("revenue", 1 / 3, Leaf(2), Split("revenue", 300.1, Leaf(-1), Leaf(1))),
        Leaf(0),
    )
    rng = np.random.default_rng(3)
    features = pd.DataFrame(
        {"orders": rng.integers(1, 6, 400) * 1.0, "revenue": rng.uniform(-200, 600, 400)}
    )
    rules = Rules(tree, 1.0)
    found = explained(any_connection, rules, features)
    assert set(found) == {-1, 0, 1, 2}
    np.testing.assert_array_equal(found, rules.predict(features))


def test_a_customer_without_a_feature_has_no_segment(any_connection):
    rules = Rules(Split("orders", 1.5, Leaf(1), Leaf(0)), 1.0)
    features = pd.DataFrame({"orders": pd.array([1.0, None], dtype="Float64")})
    assert explained(any_connection, rules, features).isna().tolist() == [False, True]
