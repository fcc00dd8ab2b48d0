"""Simple sortings of customers into as many groups."""

import numpy as np
import pandas as pd

from segmentation.evaluation.sortings import SORTINGS, quantile_groups, sortings

RNG = np.random.default_rng(0)
TABLE = pd.DataFrame(
    {
        "revenue": RNG.lognormal(5, 1, 1000),
        "orders": RNG.geometric(0.4, 1000).astype(float),
        "recency_days": RNG.integers(0, 300, 1000).astype(float),
    }
)


def test_there_are_three_with_as_many_groups_of_about_equal_size():
    found = sortings(TABLE, 5)
    assert tuple(found) == SORTINGS
    for name, groups in found.items():
        sizes = np.bincount(groups)
        assert len(sizes) == 5, name
        assert sizes.min() > 100, name
    assert (TABLE["revenue"].groupby(found["revenue_quantiles"]).max().diff().dropna() > 0).all()
    assert (TABLE["recency_days"].groupby(found["recency_quantiles"]).max().diff()[1:] > 0).all()


def test_the_grid_sorts_by_all_three():
    grid = sortings(TABLE, 4)["rfm_grid"]
    means = TABLE.groupby(grid).mean()
    assert means["revenue"].is_monotonic_increasing
    assert means["orders"].is_monotonic_increasing
    assert means["recency_days"].is_monotonic_decreasing


def test_groups_are_cut_where_the_ranks_are():
    assert quantile_groups(np.arange(8.0), 4).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert quantile_groups(np.array([5.0, 5, 5, 1]), 2).tolist() == [1, 1, 1, 0]


def test_equal_values_stay_in_one_group():
    recency = np.where(RNG.random(400) < 0.6, 5.0, RNG.integers(6, 300, 400))
    groups = quantile_groups(recency, 4)
    assert len(np.unique(groups[recency == 5.0])) == 1
    shuffled = RNG.permutation(400)
    np.testing.assert_array_equal(quantile_groups(recency[shuffled], 4), groups[shuffled])
