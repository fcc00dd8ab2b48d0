import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmentation.model.scaling import common_space, signed_log1p

amounts = st.floats(-1e12, 1e12, allow_nan=False)


@given(amounts)
def test_a_refund_is_the_mirror_image_of_a_purchase(amount):
    assert signed_log1p(-amount) == -signed_log1p(amount)
    assert signed_log1p(abs(amount)) == np.log1p(abs(amount))


@given(st.lists(amounts, min_size=2, unique=True))
def test_the_order_of_amounts_is_kept(values):
    assert (np.diff(signed_log1p(sorted(values))) >= 0).all()


def test_log_of_known_values():
    np.testing.assert_allclose(signed_log1p([0, np.e - 1, 1 - np.e]), [0, 1, -1])


def test_common_space_is_standardised_and_does_not_depend_on_the_order_of_rows(table):
    space = common_space(table)
    np.testing.assert_allclose(space.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(space.std(axis=0), 1)
    np.testing.assert_allclose(common_space(table[::-1])[::-1], space, atol=1e-12)
