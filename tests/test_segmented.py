"""One segmentation as a value: what it says of itself agrees with its estimator."""

import pandas as pd
import pytest

from segmentation.errors import UserError
from segmentation.model.rfm import rfm_borders
from segmentation.model.rfm_grid import RFMGrid
from segmentation.recipe import recipe_of
from segmentation.segmented import segment_customers


@pytest.fixture(scope="module")
def found(shop_customers):
    return segment_customers(shop_customers, recipe_of("rfm", k=3, evaluation="fast"))


@pytest.mark.slow
def test_what_is_told_is_what_was_fitted(found, shop_customers):
    assert found.labels.index.equals(shop_customers.table.index)
    sizes = found.labels.value_counts().to_dict()
    assert dict(zip(found.profile["segment"], found.profile["customers"], strict=True)) == sizes
    named = {name.segment: name.name for name in found.segment_names}
    assert {segment: name for segment, name in found.names.items() if segment >= 0} == named
    assert found.metrics["k"] == found.metrics["n_segments"] == 3


def test_the_customers_it_was_fitted_to_are_predicted_as_they_are(found, shop_customers):
    predicted = found.predict(shop_customers)
    pd.testing.assert_series_equal(predicted["segment"], found.labels)
    assert predicted.equals(found.predict(shop_customers.table))


def test_borders_of_rfm_scores_are_known_whatever_was_clustered_on(found, shop_customers):
    by_value = segment_customers(shop_customers, recipe_of("value", k=3, evaluation="fast"))
    assert by_value.rfm_borders == found.rfm_borders == rfm_borders(shop_customers.table)
    grid = RFMGrid(2, cut_points=(0.5,))
    recipe = recipe_of("rfm", algorithm=grid, evaluation="fast")
    halves = segment_customers(shop_customers, recipe).rfm_borders
    assert halves == rfm_borders(shop_customers.table, (0.5,)) != found.rfm_borders


def test_a_feature_that_the_data_does_not_allow_is_refused(shop_customers):
    with pytest.raises(UserError, match="'rfm' is unknown"):
        segment_customers(shop_customers, recipe_of(["rfm"], k=3, evaluation="fast"))
