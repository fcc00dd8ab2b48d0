import numpy as np
import pytest
from scipy.stats import norm

from segmentation.errors import UserError
from segmentation.segments.sample_size import customers_per_group


def test_the_published_example_of_r():
    # ?power.prop.test: power.prop.test(p1 = .50, p2 = .75, power = .90) gives n = 76.7
    assert customers_per_group(0.50, 0.25, power=0.90) == 77


def test_a_rise_and_the_same_fall_need_the_same_group():
    assert customers_per_group(0.10, 0.02) == customers_per_group(0.12, -0.02) == 3841


def test_groups_of_this_size_do_find_the_effect_at_the_promised_rate():
    n, rates = customers_per_group(0.2, 0.06), (0.2, 0.26)
    found = np.random.default_rng(0).binomial(n, rates, size=(20_000, 2)) / n
    pooled = found.mean(axis=1)
    z = (found[:, 1] - found[:, 0]) / np.sqrt(2 * pooled * (1 - pooled) / n)
    assert np.mean(z > norm.isf(0.025)) == pytest.approx(0.8, abs=0.015)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.99, 0.05), "choose a smaller difference"),
        ((0.0, -0.05), "opposite sign"),
        ((0.5, 0.0), "must not be 0"),
        ((0.5, 0.1, 1.0), "power=1 must lie between 0 and 1"),
        ((0.5, 0.1, 0.8, 0.0), "alpha=0 must lie between 0 and 1"),
    ],
)
def test_impossible_questions_are_refused(arguments, message):
    with pytest.raises(UserError, match=message):
        customers_per_group(*arguments)


def test_a_rate_that_rises_to_exactly_one_can_be_tested():
    assert customers_per_group(0.9, 0.1) == customers_per_group(0.1, -0.1)
