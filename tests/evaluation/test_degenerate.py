import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segmentation.evaluation.degenerate import degenerate_reason
from segmentation.model.principal_mixture import PrincipalMixture
from segmentation.model.scaling import common_space


def spread(seed: int, n: int = 300) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(seed).normal(size=(n, 2)), columns=["a", "b"])


SOUND = PrincipalMixture(2).fit(spread(0))


def test_a_mixtures_segment_with_one_value_of_a_metric_is_named_with_the_metric():
    features = spread(1).assign(orders=1.0)
    features.loc[150:, "orders"] = np.arange(150) + 2.0
    labels = np.repeat([0, 1], 150)
    one_value = "one distinct value of orders in segment 0"
    assert degenerate_reason(features, labels, SOUND) == one_value
    # Customers with one order are a group like any other where no density is fitted to them.
    assert degenerate_reason(features, labels, KMeans()) is None


def test_every_segment_with_one_value_is_named_also_where_there_are_but_two_values():
    features = spread(1).assign(returned=np.repeat([0.0, 1.0], 150))
    one_value = "one distinct value of returned in segments 0, 1"
    assert degenerate_reason(features, np.repeat([0, 1], 150), SOUND) == one_value


def test_a_mixtures_segment_with_two_values_of_a_metric_is_sound():
    features = spread(1).assign(orders=np.arange(300.0) % 2)
    features.loc[150:, "orders"] = np.arange(150) + 2.0
    assert degenerate_reason(features, np.repeat([0, 1], 150), SOUND) is None


def test_noise_and_a_metric_that_is_the_same_for_all_customers_are_no_fault_of_a_segment():
    features = spread(2).assign(return_share=0.0)
    features.iloc[:5, :2] = 7.0
    labels = np.repeat([-1, 0, 1], [5, 145, 150])
    assert degenerate_reason(features, labels, SOUND) is None


def test_a_mixture_on_log_rfm_sits_on_single_numbers_of_orders(customers):
    features = customers[["recency_days", "orders", "revenue"]]
    space = common_space(features)
    mixture = PrincipalMixture(8, n_init=1).fit(space)
    reason = degenerate_reason(features, mixture.labels_, mixture)
    assert reason is not None
    assert "one distinct value of orders" in reason
    assert "eigenvalue 1e-06" in reason


def bound_metrics(orders: np.ndarray) -> pd.DataFrame:
    """Revenue follows from orders and order value."""
    value = np.random.default_rng(3).lognormal(3, 0.6, len(orders))
    return pd.DataFrame({"revenue": orders * value, "orders": orders, "value": value})


@pytest.mark.parametrize("k", range(2, 8))
def test_metrics_that_follow_from_one_another_are_no_collapse(k):
    """The same mixture without principal components is called collapsed for some k, not others."""
    orders = np.ceil(np.random.default_rng(4).lognormal(3, 0.8, 2_000))
    features = bound_metrics(orders)
    space = common_space(features)
    mixture = PrincipalMixture(k).fit(space)
    assert mixture.projection_.shape == (3, 2)
    assert degenerate_reason(features, mixture.labels_, mixture) is None


def test_a_mixture_on_such_metrics_that_sits_on_a_repeated_value_still_is():
    orders = np.ceil(np.random.default_rng(4).lognormal(0.3, 1.0, 2_000))
    features = bound_metrics(orders)
    mixture = PrincipalMixture(3).fit(common_space(features))
    reason = degenerate_reason(features, mixture.labels_, mixture)
    assert reason is not None
    assert "one distinct value of orders in segment" in reason
    assert "covariance eigenvalue" in reason
