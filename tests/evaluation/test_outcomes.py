"""The four outcomes by which segments are scored."""

import numpy as np
import pytest
from sklearn.model_selection import KFold

from segmentation.evaluation.outcomes import outcomes, splits_of

REVENUE = np.resize([0.0, 30.0, -5.0, 12.0], 1000)
ORDERS = np.resize([0.0, 3.0, 1.0, 1.0], 1000)


def test_they_are_revenue_return_orders_and_order_value():
    found = outcomes(REVENUE, ORDERS)
    assert list(found) == ["revenue", "return", "orders", "order_value"]
    np.testing.assert_allclose(found["revenue"][:4], np.log1p([0, 30, 0, 12]))
    assert found["return"][:4].tolist() == [0, 1, 1, 1]
    np.testing.assert_allclose(found["orders"][:4], np.log1p([0, 3, 1, 1]))
    np.testing.assert_allclose(found["order_value"][:4], np.log1p([np.nan, 10, 0, 12]))


@pytest.mark.parametrize(("returned", "counts"), [(199, False), (200, True)])
def test_an_outcome_counts_where_enough_customers_have_it(returned, counts):
    orders = np.zeros(1000)
    orders[:returned] = 1.0
    found = outcomes(orders * np.arange(1000.0), orders)
    assert ("order_value" in found) is counts
    assert "revenue" in found


def test_one_that_does_not_vary_does_not_count():
    everybody = outcomes(np.full(300, 10.0), np.arange(300.0) + 1)
    assert set(everybody) == {"orders", "order_value"}
    assert outcomes(np.zeros(300), np.zeros(300)) == {}


def test_folds_are_the_same_for_everybody_and_those_of_the_published_figures():
    first, again = splits_of(500, 5), splits_of(500, 5)
    assert len(first) == 5
    for (train, test), (_, other) in zip(first, again, strict=True):
        np.testing.assert_array_equal(test, other)
        assert sorted([*train, *test]) == list(range(500))
    published = KFold(5, shuffle=True, random_state=42).split(np.empty(500))
    np.testing.assert_array_equal(first[0][1], next(published)[1])
