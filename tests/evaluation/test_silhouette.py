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
