"""Customers without groups obey what ties the features of real ones together."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from segmentation.customers.features import FEATURES
from segmentation.evaluation.bound_null import BoundNull, derivation, nulls_of
from segmentation.evaluation.copula import Copula

VALUE = ["revenue", "orders", "average_order_value"]
RFM = ["recency_days", "orders", "revenue"]


@pytest.fixture(scope="module")
def shop():
    """Customers with every feature, many of them with one order."""
    rng = np.random.default_rng(0)
    n = 800
    tenure = rng.integers(0, 300, n).astype(float)
    orders = 1.0 + rng.poisson(tenure / 100)
    lines = orders + rng.poisson(3 * orders)
    revenue = lines * rng.lognormal(2, 0.5, n)
    recency = np.where(orders > 1, np.floor(tenure * rng.uniform(size=n) ** orders), tenure)
    gaps = np.maximum(orders - 1, 1)
    return pd.DataFrame(
        {
            "revenue": revenue,
            "orders": orders,
            "lines": lines,
            "average_order_value": revenue / orders,
            "average_line_value": revenue / lines,
            "recency_days": recency,
            "tenure_days": tenure,
            "mean_gap_days": np.where(orders > 1, (tenure - recency) / gaps, tenure),
            "return_share": np.zeros(n),
            "products": np.maximum(np.round(lines * rng.uniform(0.3, 1, n)), 1),
            "units_per_order": lines * rng.uniform(1, 4, n) / orders,
        }
    )


def drawn(null, features, seed=1):
    return pd.DataFrame(null.draw(np.random.default_rng(seed)), columns=list(features))


@pytest.mark.parametrize("features", [VALUE, ["revenue", "lines", "average_line_value"]])
def test_of_a_ratio_either_the_ratio_or_its_numerator_is_free(features, shop):
    numerator, denominator, ratio = features
    nulls = nulls_of(shop, features, seed=0)
    for null, free, derived in zip(nulls, [ratio, numerator], [numerator, ratio], strict=True):
        made = drawn(null, features)
        np.testing.assert_allclose(made[ratio] * made[denominator], made[numerator])
        np.testing.assert_allclose(np.sort(made[free]), np.sort(shop[free]))
        assert not np.allclose(np.sort(made[derived]), np.sort(shop[derived]))
        assert not np.array_equal(made[free], shop[free])


def test_revenue_follows_from_orders_where_the_order_value_is_no_feature(shop):
    copula, bound = nulls_of(shop, RFM, seed=0)
    assert isinstance(copula, Copula)
    assert isinstance(bound, BoundNull)
    made = drawn(bound, RFM)
    np.testing.assert_allclose(
        np.sort(made["revenue"] / made["orders"]), np.sort(shop["average_order_value"])
    )
    np.testing.assert_array_equal(np.sort(made["recency_days"]), np.sort(shop["recency_days"]))


def test_all_bonds_hold_in_the_null_of_all_features(shop):
    _, bound = nulls_of(shop, list(FEATURES), seed=0)
    made = drawn(bound, FEATURES)
    once = made["orders"] == 1
    np.testing.assert_allclose(made["average_order_value"] * made["orders"], made["revenue"])
    np.testing.assert_allclose(made["average_line_value"] * made["lines"], made["revenue"])
    assert (made["lines"] >= made["orders"]).all()
    assert made["products"].between(1, made["lines"]).all()
    assert (made["recency_days"] <= made["tenure_days"]).all()
    assert (made["recency_days"] % 1 == 0).all()
    assert (made["recency_days"] == made["tenure_days"])[once].all()
    assert not (made["recency_days"] == made["tenure_days"])[~once].all()
    gaps = made["mean_gap_days"] * (made["orders"] - 1)
    np.testing.assert_allclose(gaps[~once], (made["tenure_days"] - made["recency_days"])[~once])
    assert (made["mean_gap_days"] == made["tenure_days"])[once].all()


def test_recency_keeps_its_rank_correlations_among_repeat_buyers(shop):
    features = ["recency_days", "tenure_days", "orders", "revenue"]
    _, bound = nulls_of(shop, features, seed=0)

    def correlations(table):
        repeat = table[table["orders"] > 1]
        share = repeat["recency_days"] / repeat["tenure_days"].clip(lower=1)
        return [spearmanr(share, repeat[name]).statistic for name in ("tenure_days", "orders")]

    reached = np.mean([correlations(drawn(bound, features, seed)) for seed in range(20)], axis=0)
    np.testing.assert_allclose(reached, correlations(shop), atol=0.06)
    assert correlations(shop)[1] < -0.15, "there is something to keep"


@pytest.mark.parametrize("more", [[], ["revenue"], ["orders"]])
def test_recency_stays_within_tenure_in_all_bonds_whatever_follows_from_both(more, shop):
    features = ["recency_days", "tenure_days", "mean_gap_days", *more]
    copula, bound = nulls_of(shop, features, seed=0)
    assert isinstance(copula, Copula)
    made = drawn(bound, features)
    assert (made["recency_days"] <= made["tenure_days"]).all()
    assert (made["mean_gap_days"] >= 0).all()


def test_features_without_bonds_have_the_null_of_the_copula_alone(shop):
    (null,) = nulls_of(shop, ["recency_days", "average_order_value"], seed=0)
    assert isinstance(null, Copula)
    assert derivation(RFM, ["revenue"])["revenue"] is None, "orders were not measured"


def test_what_others_follow_from_is_drawn_before_them(shop):
    bonds = derivation(["mean_gap_days", "tenure_days"], shop.columns)
    assert list(bonds) == ["tenure_days", "orders", "recency_days", "mean_gap_days"]
    _, bound = nulls_of(shop, ["mean_gap_days", "tenure_days"], seed=0)
    made = drawn(bound, ["mean_gap_days", "tenure_days"])
    assert (made["mean_gap_days"] <= made["tenure_days"]).all()


def test_customers_who_only_returned_are_no_obstacle(shop):
    returned = pd.DataFrame({**dict.fromkeys(shop, 0.0), "lines": 1.0, "revenue": -5.0}, [0])
    customers = pd.concat([shop, returned], ignore_index=True)
    for features in (VALUE, RFM, list(FEATURES)):
        for null in nulls_of(customers, features, seed=0):
            assert np.isfinite(null.draw(np.random.default_rng(0))).all()


def test_with_too_few_repeat_buyers_a_draw_is_still_one(shop):
    few = pd.concat([shop[shop["orders"] == 1], shop[shop["orders"] > 1].head(3)])
    _, bound = nulls_of(few, list(FEATURES), seed=0)
    assert np.isfinite(bound.draw(np.random.default_rng(0))).all()
