import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.evaluation.sizes import segment_sizes


def test_shares_are_of_all_customers_and_effective_segments_of_those_in_segments():
    labels = np.array([0] * 4 + [3] * 4 + [-1] * 2)
    sizes = segment_sizes(labels, np.array([10.0] * 8 + [5.0, 5.0]))
    assert sizes == pytest.approx(
        {
            "n_customers": 10,
            "n_segments": 2,
            "noise_share": 0.2,
            "noise_revenue_share": 10 / 90,
            "smallest_segment_customers": 4,
            "smallest_segment_share": 0.4,
            "largest_segment_share": 0.4,
            "effective_segments": 2.0,
        }
    )


def test_what_cannot_be_computed_is_absent():
    all_noise = segment_sizes(np.array([-1, -1]), np.array([3.0, -5.0]))
    assert all_noise == {"n_customers": 2, "n_segments": 0, "noise_share": 1.0}


@pytest.mark.parametrize(
    ("revenue", "share"), [([0.1, 0.3], 0.25), ([0.0, 0.0], None), ([-0.5, 0.1], None)]
)
def test_noise_has_a_share_of_any_revenue_above_0(revenue, share):
    sizes = segment_sizes(np.array([-1, 0]), np.array(revenue))
    assert sizes.get("noise_revenue_share") == (None if share is None else pytest.approx(share))


@given(st.lists(st.integers(-1, 5), min_size=1, max_size=60))
def test_effective_segments_lie_between_one_and_the_number_of_segments(labels):
    sizes = segment_sizes(np.array(labels), np.ones(len(labels)))
    if sizes["n_segments"]:
        assert 1 - 1e-9 <= sizes["effective_segments"] <= sizes["n_segments"] + 1e-9
        assert sizes["smallest_segment_share"] <= sizes["largest_segment_share"]
