import numpy as np
import pytest
from scipy.stats import norm

from segmentation.errors import UserError
from segmentation.segments.sample_size import customers_per_group, detectable_rise


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
        ((-0.5, 0.6), "base_rate=-0.5 and the rate to detect, 0.1, must both lie"),
        ((1.5, -0.6), "base_rate=1.5 and the rate to detect, 0.9, must both lie between 0 and 1"),
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


@pytest.mark.parametrize(("base", "n"), [(0.5, 77), (0.1, 500), (0.02, 20_000), (0.0, 300)])
def test_the_rise_that_equal_groups_can_show_needs_groups_of_that_size(base, n):
    rise = detectable_rise(base, n, n)
    assert customers_per_group(base, rise * 1.0001) <= n <= customers_per_group(base, rise * 0.9999)


def test_the_rise_is_that_of_r():
    # power.prop.test(n = 400, p1 = .3, power = .8, tol = 1e-12)$p2 - .3
    assert detectable_rise(0.3, 400, 400) == pytest.approx(0.09416604775, abs=1e-10)
    # power.prop.test(n = 77, p1 = .5, power = .9, tol = 1e-12)$p2 - .5
    assert detectable_rise(0.5, 77, 77, power=0.9) == pytest.approx(0.2495654488, abs=1e-10)


@pytest.mark.parametrize(("treated", "control"), [(3_600, 400), (400, 3_600), (900, 100)])
def test_unequal_groups_do_find_the_rise_at_the_promised_rate(treated, control):
    base = 0.3
    rise = detectable_rise(base, treated, control)
    rng = np.random.default_rng(1)
    wins = rng.binomial(control, base, 40_000), rng.binomial(treated, base + rise, 40_000)
    shares = wins[0] / control, wins[1] / treated
    pooled = (wins[0] + wins[1]) / (control + treated)
    z = (shares[1] - shares[0]) / np.sqrt(pooled * (1 - pooled) * (1 / control + 1 / treated))
    assert np.mean(z > norm.isf(0.025)) == pytest.approx(0.8, abs=0.015)


def test_the_smaller_group_decides_and_more_customers_show_less():
    assert detectable_rise(0.3, 900, 100) > detectable_rise(0.3, 500, 500)
    assert detectable_rise(0.3, 9_000, 1_000) < detectable_rise(0.3, 900, 100)


@pytest.mark.parametrize(("base", "n"), [(0.5, 1), (0.5, 3), (0.98, 50), (1.0, 1_000)])
def test_where_no_rise_can_be_shown_there_is_none(base, n):
    assert detectable_rise(base, n, n) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.5, 0, 5), "treated=0 and control=5 must both be at least 1"),
        ((1.5, 5, 5), "must both lie between 0 and 1"),
        ((0.5, 5, 5, 1.0), "power=1 must lie between"),
    ],
)
def test_impossible_groups_are_refused(arguments, message):
    with pytest.raises(UserError, match=message):
        detectable_rise(*arguments)
