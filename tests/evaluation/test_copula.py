import numpy as np
import pytest
from scipy.stats import norm, rankdata, spearmanr

from segmentation.evaluation.copula import gaussian_copula
from tests.helpers.retail import RFM


def mean_spearman(copula, draws: int = 30) -> np.ndarray:
    nulls = [copula.draw(np.random.default_rng(seed)) for seed in range(draws)]
    return np.mean([spearmanr(null).statistic for null in nulls], axis=0)


def test_draws_keep_every_metric_with_its_ties_and_tails(customers):
    features = customers[RFM].to_numpy(float)
    null = gaussian_copula(features, seed=0).draw(np.random.default_rng(1))
    np.testing.assert_array_equal(np.sort(null, axis=0), np.sort(features, axis=0))
    assert not np.array_equal(null, features)


def test_draws_keep_the_rank_correlation_although_a_third_of_the_customers_tie(customers):
    features = customers[RFM].to_numpy(float)
    target = spearmanr(features).statistic
    copula = gaussian_copula(features, seed=0)
    np.testing.assert_allclose(mean_spearman(copula), target, atol=0.01)

    scores = norm.ppf((rankdata(features, axis=0) - 0.5) / len(features))
    uncalibrated = np.linalg.cholesky(np.corrcoef(scores.T)).T
    attenuated = mean_spearman(type(copula)(copula.sorted_columns, uncalibrated))
    assert target[1, 2] - attenuated[1, 2] > 0.04


def test_a_constant_metric_and_two_equal_ones_are_no_obstacle():
    revenue = np.random.default_rng(0).lognormal(size=500)
    features = np.column_stack([revenue, 2 * revenue, np.zeros(500)])
    null = gaussian_copula(features, seed=0).draw(np.random.default_rng(0))
    assert spearmanr(null[:, 0], null[:, 1]).statistic == pytest.approx(1.0, abs=1e-3)
    assert (null[:, 2] == 0).all()
