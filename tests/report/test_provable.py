"""What a test can prove, in one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.report.provable import provable_difference
from segmentation.segments.sample_size import customers_per_group


@given(st.floats(0, 1), st.integers(2, 100_000))
def test_the_smallest_provable_rise_is_the_smallest(base_rate, customers):
    sentence = provable_difference(base_rate, customers, "revenue")
    assert " fall " not in sentence
    rises = [points / 100 for points in range(1, 21) if base_rate + points / 100 <= 1]
    provable = [rise for rise in rises if 2 * customers_per_group(base_rate, rise) <= customers]
    if provable:
        assert f"a rise of {100 * provable[0]:.0f} percentage point" in sentence
    elif "too small" in sentence:
        assert customers < 1000
    else:
        assert base_rate > 0.8
        assert f"already ({base_rate:.1%})" in sentence


@pytest.mark.parametrize(
    ("base_rate", "customers", "said"),
    [
        (0.0, 10_000, "can prove a rise of 1 percentage point or more"),
        (0.5, 100, "too small for a test"),
        (0.99, 695, "So many buy within 90 days already (99.0%)"),
        (1.0, 10_000, "So many buy within 90 days already (100.0%)"),
        (1.0, 20, "too small for a test"),
    ],
)
def test_a_rise_may_lack_customers_or_room(base_rate, customers, said):
    assert said in provable_difference(base_rate, customers, "revenue")
