"""A quantity of repeat buyers alone; its rank correlations are tested with the bound null."""

import numpy as np

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


def test_with_few_of_them_the_others_explain_nothing():
    quantities = np.array([[1.0], [2.0], [3.0]])
    copula = gaussian_copula(quantities, seed=0)
    kept = repeat_buyers("recency_days", copula, quantities, 0, np.array([1, 0.5, 0.2]), seed=0)
    assert kept.weights.tolist() == [0.0]
    assert kept.sorted_values.tolist() == [0.2, 0.5]
