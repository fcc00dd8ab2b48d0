import numpy as np
import pytest

from segmentation.evaluation.copula import draw_null, gaussian_copula
from segmentation.evaluation.null import null_test, structure
from segmentation.evaluation.silhouette import mean_silhouette
from tests.helpers.retail import RFM, SEED, kmeans_refit, log_standardised, standardised


def observed_and_null(refit, metrics, draws=20, seed=42):
    silhouette = mean_silhouette(*refit(metrics, 42)).mean
    copula = gaussian_copula(metrics, seed=seed)
    return silhouette, null_test(refit, copula, silhouette, draws=draws, seed=seed)


def four_groups(n: int, seed: int = 0) -> np.ndarray:
    centres = np.array([[0, 0], [4, 12], [8, 4], [12, 8]])
    return np.random.default_rng(seed).normal(size=(n, 2)) + centres[np.arange(n) % 4]


def test_four_separate_groups_are_beyond_every_null_draw():
    _, null = observed_and_null(kmeans_refit(standardised, 4, n_init=2), four_groups(800))
    assert null["null_p"] == pytest.approx(1 / 21)
    assert null["null_z"] > 3
    assert structure(null["null_z"], 0.99) == "natural"


@pytest.mark.slow
def test_the_trap_is_no_evidence_and_neither_is_the_silhouette_of_log_rfm(customers):
    silhouette, null = observed_and_null(
        kmeans_refit(standardised, 2), customers[SEED].to_numpy(float)
    )
    assert silhouette == pytest.approx(0.966, abs=5e-4)
    assert null["null_mean"] == pytest.approx(0.972, abs=0.008)
    assert null["null_p"] > 0.4

    silhouette, null = observed_and_null(
        kmeans_refit(log_standardised, 4), customers[RFM].to_numpy(float)
    )
    assert silhouette == pytest.approx(0.3375, abs=5e-5)
    assert null["null_mean"] == pytest.approx(0.334, abs=0.004)
    assert null["null_sd"] == pytest.approx(0.004, abs=0.002)
    assert null["null_z"] < 3


def null_p_of_null_data(metrics, repetitions):
    """Values of null_p for customers that are themselves drawn from a copula without segments."""
    refit = kmeans_refit(log_standardised, 3, n_init=3)
    truth = gaussian_copula(metrics, seed=0)
    for repetition in range(repetitions):
        drawn = draw_null(truth, np.random.default_rng([7, repetition]))
        yield observed_and_null(refit, drawn, draws=19, seed=repetition)[1]["null_p"]


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
    metrics = four_groups(400)

    def undefined_on_every_null(metrics, seed):
        return metrics, np.full(len(metrics), -1)

    copula = gaussian_copula(metrics, seed=0)
    null = null_test(undefined_on_every_null, copula, 0.4, draws=4, seed=0)
    assert null == {"null_p": pytest.approx(0.2), "null_undefined_share": 1.0}
    assert null_test(undefined_on_every_null, copula, None, draws=4, seed=0) == {}


def test_a_null_that_does_not_vary_has_no_z():
    space = np.repeat(np.eye(2), 10, axis=0)

    def always_the_same(metrics, seed):
        return space, np.repeat([0, 1], 10)

    copula = gaussian_copula(np.random.default_rng(0).normal(size=(20, 2)), seed=0)
    null = null_test(always_the_same, copula, 1.0, draws=3, seed=0)
    assert null["null_p"] == 1.0
    assert null["null_sd"] == 0.0
    assert "null_z" not in null


def test_a_subsample_is_compared_with_its_own_silhouette():
    metrics = four_groups(2000)
    copula = gaussian_copula(metrics, seed=0, n_max=400)
    refit = kmeans_refit(standardised, 4, n_init=1)
    null = null_test(refit, copula, -1.0, draws=5, seed=0)
    assert null["null_p"] == pytest.approx(1 / 6)


def test_results_are_the_same_again_and_the_first_draws_do_not_depend_on_their_number():
    refit = kmeans_refit(standardised, 3, n_init=1)
    metrics = four_groups(200)
    assert observed_and_null(refit, metrics, draws=3) == observed_and_null(refit, metrics, draws=3)
    assert observed_and_null(refit, metrics, seed=1) != observed_and_null(refit, metrics, seed=2)


@pytest.mark.parametrize(
    ("null_z", "stability_min", "word"),
    [
        (3.0, 0.85, "natural"),
        (2.9, 0.99, "reproducible"),
        (9.0, 0.84, "reproducible"),
        (None, 0.99, "reproducible"),
        (9.0, 0.74, "constructive"),
        (9.0, None, "constructive"),
    ],
)
def test_structure_in_one_word(null_z, stability_min, word):
    assert structure(null_z, stability_min) == word
