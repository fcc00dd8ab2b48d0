import numpy as np
import pytest
from scipy.stats import norm, rankdata, spearmanr

from segmentation.evaluation.copula import correlation, gaussian_copula
from tests.helpers.retail import RFM


@pytest.fixture(scope="module")
def tied():
    """Features of 3,000 made-up customers, half of whom bought once, that rise with one another."""
    rng, n = np.random.default_rng(0), 3000
    size = rng.normal(size=n)
    orders = np.maximum(np.ceil(np.exp(size + 0.3 * rng.normal(size=n))), 1)
    recency = np.ceil(60 * np.exp(rng.normal(size=n) - 0.5 * size))
    return np.column_stack([recency, orders, np.exp(size + 0.4 * rng.normal(size=n))])


def mean_spearman(copula, draws: int = 30) -> np.ndarray:
    nulls = [copula.draw(np.random.default_rng(seed)) for seed in range(draws)]
    return np.mean([spearmanr(null).statistic for null in nulls], axis=0)


def test_draws_keep_every_metric_with_its_ties_and_tails(customers):
    features = customers[RFM].to_numpy(float)
    null = gaussian_copula(features, seed=0).draw(np.random.default_rng(1))
    np.testing.assert_array_equal(np.sort(null, axis=0), np.sort(features, axis=0))
    assert not np.array_equal(null, features)


def test_draws_of_made_up_customers_keep_their_values_and_their_rank_correlation(tied):
    assert np.mean(tied[:, 1] == 1) > 0.4
    copula = gaussian_copula(tied, seed=0)
    null = copula.draw(np.random.default_rng(1))
    np.testing.assert_array_equal(np.sort(null, axis=0), np.sort(tied, axis=0))
    target = spearmanr(tied).statistic
    np.testing.assert_allclose(mean_spearman(copula), target, atol=0.01)
    assert target[1, 2] > 0.8
    assert target[0, 1] < -0.3


def test_draws_keep_the_rank_correlation_although_a_third_of_the_customers_tie(customers):
    features = customers[RFM].to_numpy(float)
    target = spearmanr(features).statistic
    copula = gaussian_copula(features, seed=0)
    np.testing.assert_allclose(mean_spearman(copula), target, atol=0.01)

    scores = norm.ppf((rankdata(features, axis=0) - 0.5) / len(features))
    uncalibrated = np.linalg.cholesky(np.corrcoef(scores.T)).T
    attenuated = mean_spearman(type(copula)(copula.sorted_columns, uncalibrated))
    assert target[1, 2] - attenuated[1, 2] > 0.04


def test_a_constant_metric_and_several_equal_ones_are_no_obstacle():
    revenue = np.random.default_rng(0).lognormal(size=500)
    features = np.column_stack([revenue, 2 * revenue, np.zeros(500), revenue**2, -revenue])
    null = gaussian_copula(features, seed=0).draw(np.random.default_rng(0))
    for column, sign in ((1, 1.0), (3, 1.0), (4, -1.0)):
        found = spearmanr(null[:, 0], null[:, column]).statistic
        assert found == pytest.approx(sign, abs=1e-3)
    assert (null[:, 2] == 0).all()


def test_the_correlation_of_a_constant_is_0_and_its_own_1(tied):
    columns = np.column_stack([tied / 1e6, np.full(len(tied), 7.0)])
    found = correlation(columns)
    np.testing.assert_allclose(found[:3, :3], np.corrcoef(tied.T))
    np.testing.assert_array_equal(found[3], [0, 0, 0, 1])
    np.testing.assert_array_equal(found[:, 3], [0, 0, 0, 1])
