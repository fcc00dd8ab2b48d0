import numpy as np
import pandas as pd
import pytest

from experiments.made_up_shops import gradual_shop, planted_shop
from segmentation.evaluation.copula import gaussian_copula
from segmentation.evaluation.null import null_test, structure
from segmentation.evaluation.silhouette import mean_silhouette
from tests.helpers.retail import RFM, SEED, kmeans_refit, log_standardised, standardised

BLOBS = np.repeat([0, 1], 10)
NOISE = np.random.default_rng(0).uniform(size=(20, 1))


def observed_and_null(refit, customers, draws=20, seed=42, n_max=20_000):
    features = list(customers.columns)
    silhouette = mean_silhouette(*refit(customers.to_numpy(float), 42)).mean
    options = {"draws": draws, "seed": seed, "n_max": n_max}
    return silhouette, null_test(refit, customers, features, silhouette, **options)


def four_groups(n: int, seed: int = 0) -> pd.DataFrame:
    centres = np.array([[0, 0], [4, 12], [8, 4], [12, 8]])
    values = np.random.default_rng(seed).normal(size=(n, 2)) + centres[np.arange(n) % 4]
    return pd.DataFrame(values, columns=["height", "weight"])


def test_four_separate_groups_are_beyond_every_null_draw():
    _, null = observed_and_null(kmeans_refit(standardised, 4, n_init=2), four_groups(800))
    assert null["null_p"] == pytest.approx(1 / 21)
    assert null["null_z"] > 3
    assert structure(null["null_z"], null["null_gain"], 0.99) == "natural"


# Silhouette, mean of the hardest null, z and gain, of evaluation without groups in it.
PUBLISHED = {
    "the trap": (SEED, standardised, 2, 0.966, 0.986, -0.019),
    "value, k = 4": (SEED, log_standardised, 4, 0.363, 0.365, -0.002),
    "value, k = 5": (SEED, log_standardised, 5, 0.367, 0.363, 0.004),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", PUBLISHED)
def test_nothing_on_online_retail_is_beyond_customers_whose_features_are_bound(case, customers):
    features, scale, k, silhouette, mean, gain = PUBLISHED[case]
    observed, null = observed_and_null(kmeans_refit(scale, k), customers[features])
    assert observed == pytest.approx(silhouette, abs=5e-4)
    assert null["null_mean"] == pytest.approx(mean, abs=0.005)
    assert null["null_gain"] == pytest.approx(gain, abs=0.005)
    assert null["null_z"] < 2
    assert structure(null["null_z"], null["null_gain"], 0.99) == "reproducible"


def null_p_of_null_data(metrics, repetitions):
    """Values of null_p for customers that are themselves drawn from a copula without segments."""
    refit = kmeans_refit(log_standardised, 3, n_init=3)
    truth = gaussian_copula(metrics, seed=0)
    for repetition in range(repetitions):
        # Under names between which there are no bonds: the copula's null alone.
        drawn = truth.draw(np.random.default_rng([7, repetition]))
        free = pd.DataFrame(drawn, columns=["a", "b", "c"])
        yield observed_and_null(refit, free, draws=19, seed=repetition)[1]["null_p"]


@pytest.mark.slow
def test_null_p_is_uniform_where_the_null_holds(customers):
    metrics = customers[RFM].to_numpy(float)[::5]
    values = np.array(list(null_p_of_null_data(metrics, 60)))
    # 60 uniform values of {0.05, ..., 1} have mean 0.525 with standard error 0.037.
    assert values.mean() == pytest.approx(0.525, abs=0.11)
    assert np.mean(values <= 0.1) <= 0.2
    counts = np.histogram(values, bins=4, range=(0, 1.0001))[0]
    assert counts.min() >= 6


def test_a_draw_without_two_segments_counts_as_smaller_and_is_reported():
    def undefined_on_every_null(values, seed):
        return values, np.full(len(values), -1)

    customers = four_groups(400)
    compared = undefined_on_every_null, customers, list(customers.columns)
    null = null_test(*compared, 0.4, draws=4, seed=0)
    assert null == {"null_p": pytest.approx(0.2), "null_undefined_share": 1.0}
    assert null_test(*compared, None, draws=4, seed=0) == {}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("defined", "has_z"), [(1, False), (2, True)])
def test_a_null_has_a_mean_of_one_silhouette_and_a_z_of_two(defined, has_z):
    customers, calls = four_groups(20), []

    def defined_at_first(values, seed):
        calls.append(seed)
        labels = np.full(20, -1) if len(calls) > defined else BLOBS
        return BLOBS[:, None] + 0.1 * len(calls) * NOISE, labels

    null = null_test(defined_at_first, customers, list(customers.columns), 0.5, draws=4, seed=0)
    assert null["null_undefined_share"] == 1 - defined / 4
    assert null["null_mean"] > 0.7
    assert ("null_z" in null) is has_z
    assert ("null_sd" in null) is has_z


def test_a_null_that_does_not_vary_has_no_z():
    space = np.repeat(np.eye(2), 10, axis=0)

    def always_the_same(values, seed):
        return space, np.repeat([0, 1], 10)

    customers = four_groups(20)
    null = null_test(always_the_same, customers, list(customers.columns), 1.0, draws=3, seed=0)
    assert null["null_p"] == 1.0
    assert null["null_gain"] == 0.0
    assert not {"null_sd", "null_z"} & set(null)


@pytest.fixture
def with_two_nulls():
    """Revenue = orders × order value."""
    rng = np.random.default_rng(3)
    orders, order_value = 1.0 + rng.poisson(3, 400), rng.lognormal(3, 0.8, 400)
    bought = {"revenue": orders * order_value, "orders": orders}
    return pd.DataFrame(bought | {"average_order_value": order_value})


def test_every_figure_of_two_nulls_by_its_definition(with_two_nulls):
    spaces = [BLOBS[:, None] + wide * NOISE for wide in (0.6, 0.7, 1.0, 0.1, 0.15, 0.2)]
    first, second = np.reshape([mean_silhouette(each, BLOBS).mean for each in spaces], (2, 3))
    left, features = iter(spaces), list(with_two_nulls.columns)
    observed = first[0]
    assert second.min() > observed
    null = null_test(
        lambda values, seed: (next(left), BLOBS),
        with_two_nulls,
        features,
        observed,
        draws=3,
        seed=0,
    )
    z = [(observed - each.mean()) / each.std(ddof=1) for each in (first, second)]
    assert null == {
        "null_p": 1.0,
        "null_undefined_share": 0.0,
        "null_mean": pytest.approx(second.mean()),
        "null_gain": pytest.approx(observed - second.mean()),
        "null_sd": pytest.approx(second.std(ddof=1)),
        "null_z": pytest.approx(min(z)),
    }


def test_the_hardest_null_counts(with_two_nulls):
    """The two nulls give the estimator different silhouettes."""
    customers, seen = with_two_nulls, []

    def silhouette_by_the_null(values, seed):
        # Three draws of the first null, all points of a group in one place; then of the second.
        seen.append(len(seen))
        wide = 0.1 * len(seen) if len(seen) > 3 else 0.0
        return np.repeat([[0.0], [1.0]], 10, axis=0) + wide * NOISE, BLOBS

    null = null_test(
        silhouette_by_the_null, customers, list(customers.columns), 0.9, draws=3, seed=0
    )
    assert len(seen) == 6
    assert null["null_mean"] == 1.0
    assert null["null_gain"] == pytest.approx(-0.1)
    assert null["null_p"] == 1.0
    assert null["null_z"] > 0, "only the null that varies has one"


def test_too_many_customers_are_compared_by_a_sample_and_its_own_silhouette():
    fit, seen = kmeans_refit(standardised, 4, n_init=1), []

    def refit(values, seed):
        seen.append(values)
        return fit(values, seed)

    customers = four_groups(2000)
    null = null_test(refit, customers, list(customers.columns), -1.0, draws=5, seed=0, n_max=400)
    assert null["null_p"] == pytest.approx(1 / 6)
    assert [len(values) for values in seen] == [400] * 6
    assert len(np.unique(seen[0], axis=0)) == 400, "nobody is in the sample twice"
    few = customers.iloc[:400]
    own = null_test(refit, few, list(few.columns), -1.0, draws=2, seed=0, n_max=400)
    assert own["null_p"] == 1.0, "the observed silhouette counts where all are compared"


def test_results_are_the_same_again_and_the_first_draws_do_not_depend_on_their_number():
    refit = kmeans_refit(standardised, 3, n_init=1)
    metrics = four_groups(200)
    assert observed_and_null(refit, metrics, draws=3) == observed_and_null(refit, metrics, draws=3)
    assert observed_and_null(refit, metrics, seed=1) != observed_and_null(refit, metrics, seed=2)


@pytest.mark.parametrize(
    ("null_z", "null_gain", "stability_min", "word"),
    [
        (3.0, 0.03, 0.85, "natural"),
        (2.9, 0.99, 0.99, "reproducible"),
        (9.0, 0.029, 0.99, "reproducible"),
        (9.0, 0.99, 0.84, "reproducible"),
        (None, 0.99, 0.99, "reproducible"),
        (9.0, None, 0.99, "reproducible"),
        (9.0, 0.99, 0.75, "reproducible"),
        (9.0, 0.99, 0.74, "constructive"),
        (9.0, 0.99, None, "constructive"),
    ],
)
def test_structure_in_one_word(null_z, null_gain, stability_min, word):
    assert structure(null_z, null_gain, stability_min) == word


@pytest.mark.slow
@pytest.mark.parametrize("features", [SEED, RFM])
def test_shops_without_groups_are_never_natural(features):
    refit = kmeans_refit(log_standardised, 3, n_init=3)
    for seed in range(8):
        shop = gradual_shop(1000, np.random.default_rng(seed))
        _, null = observed_and_null(refit, shop[features], seed=seed)
        assert structure(null["null_z"], null["null_gain"], 0.99) == "reproducible"


@pytest.mark.slow
def test_three_planted_groups_are_found():
    shop = planted_shop(1500, np.random.default_rng(0))
    _, null = observed_and_null(kmeans_refit(log_standardised, 3, n_init=3), shop[SEED])
    assert structure(null["null_z"], null["null_gain"], 0.99) == "natural"
