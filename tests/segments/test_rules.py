import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from segmentation.segments.rules import Leaf, Rules, Split, explain

NAMES = dict(enumerate(["champions", "loyal", "casual", "dormant"])) | {-1: "unassigned"}


def tied_customers(n: int = 3_000) -> tuple[pd.DataFrame, np.ndarray]:
    """Features with many ties, and segments that a shallow tree can only almost describe."""
    random = np.random.default_rng(7)
    features = pd.DataFrame(
        {
            "orders": random.geometric(0.5, n).astype(float),
            "revenue": np.round(random.lognormal(5, 1.5, n), 2),
            "recency_days": random.integers(0, 120, n).astype(float),
        }
    )
    labels = np.select(
        [features["orders"] > 3, features["revenue"] > 300.1, features["recency_days"] < 40],
        [0, 1, 2],
        3,
    )
    labels[random.random(n) < 0.05] = -1
    return features, labels


def in_duckdb(rules: Rules, features: pd.DataFrame) -> np.ndarray:
    # in the order of the rows, which DuckDB keeps for a frame
    return duckdb.sql(f"SELECT {rules.sql} FROM features").df()["segment"].to_numpy()


def test_the_sql_gives_the_labels_of_the_tree_that_scikit_learn_fits():
    features, labels = tied_customers()
    rules = explain(features, labels, seed=0)
    fitted = DecisionTreeClassifier(max_depth=4, random_state=0).fit(features.to_numpy(), labels)
    expected = fitted.predict(features.to_numpy())
    assert len(np.unique(expected)) >= 4
    np.testing.assert_array_equal(rules.predict(features), expected)
    np.testing.assert_array_equal(in_duckdb(rules, features), expected)


def thresholds(node: Leaf | Split) -> list[tuple[str, float]]:
    if isinstance(node, Leaf):
        return []
    return [(node.feature, node.threshold), *thresholds(node.below), *thresholds(node.above)]


def test_sql_and_tree_agree_on_the_thresholds_and_their_neighbours():
    features, labels = tied_customers()
    rules = explain(features, labels, seed=0)
    rows = [
        features.iloc[row % len(features)].to_dict() | {feature: value}
        for feature, threshold in thresholds(rules.tree)
        for row, value in enumerate(
            [np.nextafter(threshold, -np.inf), threshold, np.nextafter(threshold, np.inf)] * 30
        )
    ]
    boundary = pd.DataFrame(rows)
    np.testing.assert_array_equal(in_duckdb(rules, boundary), rules.predict(boundary))


@given(st.floats(-1e300, 1e300), st.integers(0, 1000))
@settings(max_examples=200, deadline=None)
def test_every_double_survives_as_a_literal_of_sql(threshold, cents):
    for value in (threshold, cents / 7 + cents / 100):
        rules = Rules(Split("x", value, Leaf(0), Leaf(1)), 1.0)
        features = pd.DataFrame({"x": [value, np.nextafter(value, np.inf)]})
        assert in_duckdb(rules, features).tolist() == [0, 1]


def test_accuracy_is_the_share_in_their_own_segment():
    features, labels = tied_customers()
    rules = explain(features, labels, seed=0)
    predicted = rules.predict(features)
    assert rules.accuracy == pytest.approx(np.mean(predicted == labels))
    # noise is scattered at random: no rule finds it
    assert 0.9 < rules.accuracy < 1 - np.mean(labels == -1) / 2


def test_thresholds_are_short_and_each_rule_bounds_a_feature_once():
    features = pd.DataFrame({"orders": [1.0, 1, 2, 3, 4, 8, 9], "days": [5.0] * 7})
    labels = np.array([2, 2, 1, 1, 1, 0, 0])
    rules = explain(features, labels, seed=0)
    assert sorted(rules.text(NAMES).splitlines()) == [
        "casual: orders <= 1.5",
        "champions: orders > 6",
        "loyal: orders > 1.5 and orders <= 6",
    ]
    assert '"orders" > 1.5 AND "orders" <= 6 THEN 1' in rules.sql


def test_money_that_single_precision_cannot_tell_apart_stays_on_its_side():
    features = pd.DataFrame({"revenue": [16_777_216.0, 16_777_217.0, 16_777_219.0, 16_777_220.0]})
    rules = explain(features, np.array([1, 1, 0, 0]), seed=0)
    assert rules.predict(features).tolist() == in_duckdb(rules, features).tolist() == [1, 1, 0, 0]


def test_one_segment_needs_no_condition_and_a_quote_in_a_name_is_quoted():
    features = pd.DataFrame({'share of "A"': [1.0, 2.0, 3.0]})
    everybody = explain(features, np.array([0, 0, 0]), seed=0)
    assert everybody.text(NAMES) == "champions: everybody"
    assert in_duckdb(everybody, features).tolist() == [0, 0, 0]
    parted = explain(features, np.array([1, 1, 0]), seed=0)
    assert in_duckdb(parted, features).tolist() == [1, 1, 0]


def test_a_customer_without_a_feature_gets_no_segment():
    features = pd.DataFrame({"orders": [1.0, 2.0]})
    rules = explain(features, np.array([1, 0]), seed=0)
    answer = duckdb.sql(f"SELECT {rules.sql} FROM (SELECT NULL::DOUBLE AS orders)").fetchall()
    assert answer == [(None,)]


def test_the_same_seed_gives_the_same_rules():
    features, labels = tied_customers()
    features["copy of orders"] = features["orders"]
    assert explain(features, labels, seed=3) == explain(features, labels, seed=3)


def test_the_depth_limits_the_conditions_of_a_rule():
    features, labels = tied_customers()
    shallow = explain(features, labels, max_depth=1, seed=0)
    assert len(shallow.text(NAMES).splitlines()) == 2
    assert shallow.accuracy < explain(features, labels, seed=0).accuracy


def test_without_a_dialect_the_sql_is_that_of_duckdb():
    rules = Rules(Split("x", 0.1 + 0.2, Leaf(0), Leaf(1)), 1.0)
    assert rules.sql == rules.sql_of("duckdb")
    assert len({rules.sql, rules.sql_of("postgres"), rules.sql_of("mysql")}) == 3


@pytest.mark.parametrize(
    ("values", "shown"), [([40.0, 70.0], "60"), ([60.0, 70.0], "60"), ([1.0, 2.0], "1.5")]
)
def test_a_threshold_has_the_fewest_digits_that_part_the_customers(values, shown):
    """The value of a customer itself is one of those below."""
    rules = explain(pd.DataFrame({"orders": values}), np.array([1, 0]), seed=0)
    assert sorted(rules.text(NAMES).splitlines()) == [
        f"champions: orders > {shown}",
        f"loyal: orders <= {shown}",
    ]
