"""Summed distances are those of scipy, and few of them are computed."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_info, threadpool_limits

from segmentation.evaluation.summed_distances import SIDE_OF_BLOCK, Places, summed_distances

N = 3 * SIDE_OF_BLOCK + 40


def expected(points, own, customers):
    segments = np.eye(own.max() + 1)[own]
    return cdist(points[customers], points) @ segments


def shop(n=N, dimensions=3, segments=4, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_t(2, size=(n, dimensions)), rng.integers(segments, size=n)


@pytest.fixture
def blocks_measured(monkeypatch):
    """Sizes of the blocks of distances that are computed."""
    sizes, distances = [], Places.distances

    def counted(self, rows, columns):
        found = distances(self, rows, columns)
        sizes.append(found.shape)
        return found

    monkeypatch.setattr(Places, "distances", counted)
    return sizes


@pytest.mark.parametrize("dimensions", [1, 3, 11])
@pytest.mark.parametrize("chosen", [5, N // 3, N - 9, N])
def test_sums_of_some_and_of_all_customers_are_those_of_scipy(dimensions, chosen):
    points, own = shop(dimensions=dimensions)
    customers = np.random.default_rng(1).permutation(N)[:chosen]
    sums = summed_distances(points, own, customers)
    np.testing.assert_allclose(sums, expected(points, own, customers), rtol=1e-12)


@pytest.mark.parametrize("chosen", [50, N])
def test_equal_customers_of_several_segments_are_counted_each(chosen):
    points, own = shop(dimensions=2)
    points, customers = points.round(0), np.arange(chosen)
    sums = summed_distances(points, own, customers)
    np.testing.assert_allclose(sums, expected(points, own, customers), rtol=1e-12)


@pytest.mark.parametrize("distance", [1e-3, 1e-6, 1e-9, 1e-14])
@pytest.mark.parametrize("chosen", [20, N])
def test_customers_far_out_and_near_each_other_are_told_apart(distance, chosen):
    rng = np.random.default_rng(2)
    own = rng.integers(2, size=N)
    points = own[:, None] * 2.0 + distance * rng.random((N, 3))
    customers = np.arange(chosen)
    sums = summed_distances(points, own, customers)
    within = sums[customers, own[:chosen]] / np.bincount(own)[own[:chosen]]
    exact = expected(points, own, customers)[customers, own[:chosen]]
    # In shares of the distance from the centre, which is about 1.7.
    np.testing.assert_allclose(within, exact / np.bincount(own)[own[:chosen]], atol=1e-9)


@pytest.mark.parametrize("unit", [1e-30, 1e-6, 1e6, 1e30])
@pytest.mark.parametrize("chosen", [20, N])
def test_the_unit_in_which_distances_are_taken_does_not_matter(unit, chosen):
    rng = np.random.default_rng(2)
    own = rng.integers(2, size=N)
    points, customers = own[:, None] * 2.0 + 1e-9 * rng.random((N, 3)), np.arange(chosen)
    sums = summed_distances(points * unit, own, customers)
    np.testing.assert_allclose(sums / unit, expected(points, own, customers), rtol=0, atol=1e-9 * N)


def test_where_customers_stand_does_not_matter():
    points, own = shop()
    customers = np.arange(N)
    moved = summed_distances(points + 1e4, own, customers)
    np.testing.assert_allclose(moved, summed_distances(points, own, customers), rtol=1e-10)


@pytest.mark.parametrize("chosen", [300, N])
def test_the_number_of_threads_changes_no_digit(chosen):
    points, own = shop()
    customers = np.arange(chosen)
    with threadpool_limits(1):
        alone = summed_distances(points, own, customers)
    with threadpool_limits(3):
        np.testing.assert_array_equal(summed_distances(points, own, customers), alone)


def test_threads_that_measure_start_no_threads_of_their_own(monkeypatch):
    limits, distances = [], Places.distances

    def noted(self, rows, columns):
        limits.extend(
            pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"
        )
        return distances(self, rows, columns)

    monkeypatch.setattr(Places, "distances", noted)
    points, own = shop()
    with threadpool_limits(2):
        summed_distances(points, own, np.arange(N))
    assert set(limits) == {1}


def test_every_pair_of_customers_is_measured_once(blocks_measured):
    points, own = shop()
    summed_distances(points, own, np.arange(N))
    assert len(blocks_measured) == 4 * 5 / 2
    assert max(map(max, blocks_measured)) == SIDE_OF_BLOCK


def test_a_few_customers_are_measured_against_all_and_no_others(blocks_measured):
    points, own = shop()
    summed_distances(points, own, np.arange(10))
    assert sum(rows * columns for rows, columns in blocks_measured) == 10 * N


def test_equal_customers_are_measured_once(blocks_measured):
    points, own = shop(n=30)
    many = np.repeat(np.arange(30), 100)
    summed_distances(points[many], own[many], np.arange(len(many)))
    assert blocks_measured == [(30, 30)]


def test_customers_who_are_all_alike_have_no_distance():
    points, own = np.ones((50, 2)), np.arange(50) % 3
    assert not summed_distances(points, own, np.arange(50)).any()
