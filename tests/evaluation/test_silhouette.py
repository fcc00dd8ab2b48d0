import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples, silhouette_score
from threadpoolctl import threadpool_limits

from segmentation.evaluation.silhouette import customer_silhouettes, mean_silhouette


def blobs(sizes: list[int], dimensions: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Overlapping groups, in random order."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return rng.normal(size=(len(labels), dimensions)) + 1.5 * labels[:, None], labels


@settings(deadline=None, max_examples=50)
@given(
    labels=st.lists(st.integers(-1, 6), min_size=4, max_size=80),
    decimals=st.integers(0, 3),
    seed=st.integers(0, 1000),
)
def test_equals_scikit_learn_with_ties_noise_and_one_member_segments(labels, decimals, seed):
    labels = np.array(labels)
    space = np.random.default_rng(seed).normal(size=(len(labels), 2)).round(decimals)
    clustered = labels >= 0
    n_segments = len(np.unique(labels[clustered]))
    values = customer_silhouettes(space, labels)
    assert np.isnan(values[~clustered]).all()
    if n_segments < 2:
        assert np.isnan(values).all()
        assert mean_silhouette(space, labels) is None
    elif n_segments < clustered.sum():
        expected = silhouette_samples(space[clustered], labels[clustered])
        np.testing.assert_allclose(values[clustered], expected, atol=1e-10)


def test_customers_who_are_all_in_one_place_have_a_silhouette_of_0():
    labels = np.repeat([0, 1], 3)
    assert customer_silhouettes(np.ones((6, 2)), labels).tolist() == [0.0] * 6
    assert mean_silhouette(np.ones((6, 2)), labels).mean == 0.0


def test_means_equal_scikit_learn_across_many_blocks():
    space, labels = blobs([2500, 1400, 90, 1])
    silhouette = mean_silhouette(space, labels)
    values = silhouette_samples(space, labels)
    assert silhouette.mean == pytest.approx(silhouette_score(space, labels), abs=1e-10)
    macro = np.mean([values[labels == segment].mean() for segment in range(4)])
    assert silhouette.macro == pytest.approx(macro, abs=1e-10)
    assert silhouette.mean_se is None


def test_does_not_depend_on_the_number_of_threads():
    space, labels = blobs([1500, 900, 50])
    with threadpool_limits(1):
        alone = customer_silhouettes(space, labels)
    with threadpool_limits(2):
        np.testing.assert_array_equal(customer_silhouettes(space, labels), alone)


@pytest.fixture
def measured(monkeypatch):
    """Positions of the customers whose silhouettes are computed, call by call."""
    calls = []

    def noted(space, labels, customers):
        calls.append(customers)
        return customer_silhouettes(space, labels, customers)

    monkeypatch.setattr("segmentation.evaluation.silhouette.customer_silhouettes", noted)
    return calls


@pytest.mark.parametrize(
    ("sizes", "drawn"),
    [
        ([1500, 1500], [1000, 1000]),
        ([900, 900, 900], [666, 666, 666]),
        ([300] * 10 + [90], [200] * 10 + [90]),
    ],
)
def test_a_sample_has_two_thousand_customers_and_two_hundred_of_each_segment(
    sizes, drawn, measured
):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    space = np.column_stack([labels, np.arange(len(labels)) % 3])
    mean_silhouette(space, labels, exact_max=2000)
    assert np.bincount(labels[measured[0]]).tolist() == drawn
    assert len(np.unique(measured[0])) == sum(drawn), "nobody is drawn twice"


@pytest.mark.parametrize(("n", "is_exact"), [(20_000, True), (20_001, False)])
def test_up_to_twenty_thousand_customers_all_are_measured(n, is_exact, measured):
    labels = np.arange(n) % 2
    silhouette = mean_silhouette(np.column_stack([labels, np.arange(n) % 3]), labels)
    assert (silhouette.mean_se is None) is is_exact
    assert (len(measured[0]) == n) is is_exact


def test_the_standard_error_is_that_of_a_stratified_sample(measured):
    space, labels = blobs([900, 600, 40, 1])
    silhouette = mean_silhouette(space, labels, exact_max=1000)
    (chosen,) = measured
    values, own = customer_silhouettes(space, labels, chosen), labels[chosen]
    variance = 0.0
    for segment, (size, drawn) in enumerate([(900, 500), (600, 500)]):
        spread = np.var(values[own == segment], ddof=1) / drawn * (1 - drawn / size)
        variance += (size / 1541) ** 2 * spread
    assert silhouette.mean_se == pytest.approx(np.sqrt(variance))
    weights = np.array([900, 600, 40, 1]) / 1541
    means = [values[own == segment].mean() for segment in range(4)]
    assert silhouette.mean == pytest.approx(weights @ means)


@pytest.mark.slow
def test_a_sample_agrees_with_the_exact_value_within_three_standard_errors():
    space, labels = blobs([9000, 2500, 400, 30])
    exact = mean_silhouette(space, labels)
    samples = [mean_silhouette(space, labels, exact_max=5000, seed=seed) for seed in range(20)]
    deviations = np.array([(s.mean - exact.mean) / s.mean_se for s in samples])
    assert np.abs(deviations).max() < 3
    assert max(abs(sample.macro - exact.macro) for sample in samples) < 0.02
    # Were the errors overstated, everything would pass the test above.
    assert 0.5 < deviations.std() < 1.6


def test_a_sample_sees_a_segment_of_twelve_among_thirty_thousand():
    rng = np.random.default_rng(3)
    labels = np.repeat([0, 1], [30_000, 12])
    space = rng.normal(size=(len(labels), 2)) + 40 * labels[:, None] * rng.random((len(labels), 2))
    few = np.flatnonzero(labels == 1)
    own = customer_silhouettes(space, labels, few).mean()
    rest = customer_silhouettes(space, labels, np.arange(0, 30_000, 10)).mean()
    silhouette = mean_silhouette(space, labels)
    assert silhouette.mean_se is not None
    assert silhouette.macro == pytest.approx((own + rest) / 2, abs=0.01)
    assert silhouette.macro < silhouette.mean - 0.05


def test_memory_stays_far_below_the_matrix_of_all_distances():
    space, labels = blobs([8000, 3000, 1000])
    with threadpool_limits(2):
        tracemalloc.start()
        mean_silhouette(space, labels)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 30e6 < 8 * len(space) ** 2 / 10


@pytest.mark.slow
def test_a_million_customers_are_measured_by_a_sample():
    space, labels = blobs([700_000, 250_000, 49_000, 1_000])
    assert 0 < mean_silhouette(space, labels).mean_se < 0.01
