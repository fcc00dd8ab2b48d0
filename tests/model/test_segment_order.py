"""Segments are numbered by revenue, whatever the algorithm called them."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from segmentation.model.segment_order import segment_order


@given(
    numbering=st.permutations(range(4)),
    revenue=st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=40, unique=True),
)
def test_ids_are_the_same_whatever_the_numbering_of_the_algorithm(numbering, revenue):
    clusters = np.arange(len(revenue)) % 4
    revenue = np.array(revenue)
    renumbered = np.array(numbering)[clusters]
    ids = segment_order(clusters, revenue, 4)[clusters]
    np.testing.assert_array_equal(segment_order(renumbered, revenue, 4)[renumbered], ids)
    medians = pd.Series(revenue).groupby(ids).median()
    assert medians.is_monotonic_decreasing


def test_equal_medians_are_ordered_by_total_and_empty_clusters_come_last():
    clusters = np.array([0, 0, 1, 1, 1, -1])
    revenue = np.array([5.0, 5.0, 5.0, 5.0, 5.0, 999.0])
    assert segment_order(clusters, revenue, 3).tolist() == [1, 0, 2]
