"""A quantity of repeat buyers alone, at its rank correlations with the others."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from segmentation.evaluation.copula import gaussian_copula
from segmentation.evaluation.repeat_buyers import repeat_buyers


def test_repeat_buyers_share_out_their_own_values_and_all_others_have_1():
    rng = np.random.default_rng(0)
    orders = 1.0 + rng.poisson(0.8, 300)
    quantities = np.column_stack([orders, rng.lognormal(size=300)])
    values = rng.uniform(0, 0.9, 300)
    copula = gaussian_copula(quantities, seed=0)
    kept = repeat_buyers("recency_days", copula, quantities, 0, values, seed=0)
    drawn = copula.draw(rng)
    repeat = drawn[:, 0] > 1
    shares = kept.draw(drawn, repeat, rng)
    assert (shares[~repeat] == 1).all()
    np.testing.assert_array_equal(np.sort(shares[repeat]), np.sort(values[orders > 1]))


def shop(n=1500):
    """Orders and spending of customers of whom many bought once, and how much they like it."""
    rng = np.random.default_rng(0)
    size = rng.normal(size=n)
    orders = 1.0 + rng.poisson(np.exp(0.5 * size))
    liking = rng.normal(size=n) - size - np.log(orders)
    return np.column_stack([orders, np.exp(size + 0.5 * rng.normal(size=n))]), liking


def rank_correlations(quantities, values):
    repeat = quantities[:, 0] > 1
    both = np.column_stack([quantities, values])[repeat]
    return spearmanr(both).statistic[:-1, -1]


def mean_of_draws(quantities, values, calibrations=4):
    """Rank correlations in four draws of each calibration."""
    found = []
    for seed in range(calibrations):
        copula = gaussian_copula(quantities, seed=seed)
        kept = repeat_buyers("recency_days", copula, quantities, 0, values, seed=seed)
        for rng in map(np.random.default_rng, ([seed, draw] for draw in range(4))):
            drawn = copula.draw(rng)
            found.append(rank_correlations(drawn, kept.draw(drawn, drawn[:, 0] > 1, rng)))
    return np.mean(found, axis=0)


def test_draws_keep_the_rank_correlations_although_values_tie():
    quantities, liking = shop()
    values = np.maximum(np.round(liking), -2.0)
    kept = rank_correlations(quantities, values)
    np.testing.assert_allclose(mean_of_draws(quantities, values), kept, atol=0.012)
    assert kept.max() < -0.3, "there is something to keep"


def test_what_follows_from_another_quantity_is_drawn_in_its_order_but_for_a_little():
    quantities, _ = shop()
    found = mean_of_draws(quantities, np.sqrt(quantities[:, 1]), calibrations=1)
    assert 0.98 < found[1] < 0.99


@pytest.mark.parametrize(("n", "explain"), [(5, False), (6, True)])
def test_from_six_of_them_on_the_others_explain_something(n, explain):
    quantities = np.column_stack([np.append(2.0 + np.arange(n), np.ones(20)), np.arange(n + 20.0)])
    copula = gaussian_copula(quantities, seed=0)
    kept = repeat_buyers("recency_days", copula, quantities, 0, quantities[:, 1], seed=0)
    assert kept.weights.any() == explain


def test_with_few_of_them_the_others_explain_nothing():
    quantities = np.array([[1.0], [2.0], [3.0]])
    copula = gaussian_copula(quantities, seed=0)
    kept = repeat_buyers("recency_days", copula, quantities, 0, np.array([1, 0.5, 0.2]), seed=0)
    assert kept.weights.tolist() == [0.0]
    assert kept.sorted_values.tolist() == [0.2, 0.5]
