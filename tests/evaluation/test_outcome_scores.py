"""How much of later outcomes groups explain, and how two such scores compare."""

import numpy as np
import pytest
from sklearn.model_selection import KFold

from segmentation.evaluation.outcome_scores import (
    Cut,
    group_means,
    paired_difference,
    score_groups,
    standard_error,
)

N = 600
RNG = np.random.default_rng(0)
GROUPS = RNG.integers(0, 3, N)
SPENT = RNG.exponential([5.0, 30.0, 200.0], (N, 3))[np.arange(N), GROUPS]
SPENT[RNG.random(N) < 0.3] = 0.0
ORDERS = np.where(SPENT > 0, RNG.integers(1, 5, N), 0).astype(float)
CUT = Cut(np.arange(N), SPENT, ORDERS)


def plain_r2(groups, outcome):
    """The definition, customer by customer."""
    without, within = {}, {}
    for train, test in KFold(5, shuffle=True, random_state=42).split(outcome):
        learned = [row for row in train if not np.isnan(outcome[row])]
        for row in test:
            if np.isnan(outcome[row]):
                continue
            like = [outcome[other] for other in learned if groups[other] == groups[row]]
            everybody = np.mean([outcome[other] for other in learned])
            without[row] = (outcome[row] - everybody) ** 2
            within[row] = (outcome[row] - (np.mean(like) if like else everybody)) ** 2
    gained = np.array([without[row] - within[row] for row in without])
    return gained.mean() / np.mean(list(without.values()))


def test_the_score_is_the_mean_r2_of_the_outcomes_as_defined():
    with np.errstate(invalid="ignore"):
        outcomes = {
            "revenue": np.log1p(SPENT),
            "return": (ORDERS > 0).astype(float),
            "orders": np.log1p(ORDERS),
            "order_value": np.log1p(SPENT / ORDERS),
        }
    expected = {name: plain_r2(GROUPS, outcome) for name, outcome in outcomes.items()}
    found = score_groups([GROUPS], [CUT], N, 5)
    for name, r2 in expected.items():
        assert found.explained[name] == pytest.approx([r2])
    assert found.score == pytest.approx(np.mean(list(expected.values())))
    metrics = found.metrics()
    assert metrics["oot_score"] == found.score
    assert metrics["oot_values"] == 4
    assert metrics["oot_r2_of_order_value"] == pytest.approx(expected["order_value"])
    assert metrics["oot_score_se"] == pytest.approx(
        np.sqrt(N) * np.std(found.contributions), rel=1e-9
    )


def test_every_cut_counts_alike_and_customers_keep_their_places():
    late = Cut(np.arange(330, 600), SPENT[330:], ORDERS[330:])
    both = score_groups([GROUPS, GROUPS[330:]], [CUT, late], N + 5, 5)
    first, second = (
        score_groups([GROUPS], [CUT], N, 5),
        score_groups([GROUPS[330:]], [late], N, 5),
    )
    assert both.score == pytest.approx((4 * first.score + 3 * second.score) / 7)
    assert both.contributions.shape == (N + 5,)
    assert (both.contributions[N:] == 0).all()
    assert both.metrics()["oot_values"] == 7
    assert len(both.explained["order_value"]) == 1


def test_groups_that_know_everything_explain_everything_and_chance_nothing():
    told = score_groups([np.repeat([0, 1], 300)], [_cut(np.repeat([0.0, 9.0], 300))], N, 5)
    assert told.explained["revenue"] == pytest.approx([1.0])
    nothing = score_groups([RNG.integers(0, 8, N)], [CUT], N, 5)
    assert -0.2 < nothing.score < 0.03


def _cut(spent):
    return Cut(np.arange(len(spent)), spent, np.sign(spent))


def test_noise_is_a_group():
    labels = np.repeat([-1, 4], 300)
    found = score_groups([labels], [_cut(np.repeat([0.0, 9.0], 300))], N, 5)
    assert found.explained["return"] == pytest.approx([1.0])


def test_without_an_outcome_that_counts_there_is_no_score():
    assert score_groups([GROUPS], [_cut(np.zeros(N))], N, 5) is None


def test_a_difference_is_paired_by_customer():
    one = score_groups([GROUPS], [CUT], N, 5).contributions
    other = one + 0.001 / N
    difference, error = paired_difference(other, one)
    assert difference == pytest.approx(0.001)
    assert error == pytest.approx(0.0, abs=1e-12)
    assert standard_error(one) > 0.01
    assert paired_difference(one, other)[0] == pytest.approx(-0.001)


def test_a_group_that_nobody_has_learned_of_is_predicted_by_the_mean_of_all():
    groups = np.array([0, 0, 1, 2])
    means = group_means(
        groups, np.array([1.0, 3.0, 8.0, 100.0]), np.array([0, 1, 2]), np.array([0, 3])
    )
    assert means.tolist() == [2.0, 4.0]


def test_one_customer_is_enough_to_learn_of_a_group():
    groups, outcome = np.array([0, 0, 1, 1]), np.array([1.0, 3.0, 8.0, 100.0])
    assert group_means(groups, outcome, np.array([0, 1, 2]), np.array([3])).tolist() == [8.0]


def test_groups_of_another_number_of_cuts_are_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        score_groups([GROUPS, GROUPS], [CUT], N, 5)
