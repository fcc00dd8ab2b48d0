"""The axes of the map: what parts the segments most, without saying one thing twice."""

import numpy as np
import pandas as pd
import pytest

from segmentation.plots.map_axes import map_axes

RNG = np.random.default_rng(0)
LABELS = np.repeat([0, 1], 100)
NOISE = RNG.uniform(1, 2, 200)


def shop(**features: np.ndarray) -> pd.DataFrame:
    known = {"revenue": NOISE, "orders": np.ones(200), "recency_days": NOISE}
    return pd.DataFrame({**known, **features})


def test_the_features_that_part_the_segments_are_drawn_and_no_other():
    apart = np.where(LABELS == 0, 100.0, 10.0) * NOISE
    table = shop(tenure_days=apart, products=RNG.uniform(1, 2, 200), lines=apart[::-1] * NOISE)
    found = map_axes(table, LABELS, ["products", "tenure_days", "lines"])
    assert [axis.feature for axis in found][:2] == ["tenure_days", "lines"]
    assert found[0].between > 0.9
    assert found[-1].between < 0.1


def test_a_feature_that_says_the_same_again_comes_after_one_that_does_not():
    apart = np.where(LABELS == 0, 100.0, 10.0) * NOISE
    other = np.where(LABELS == 0, 3.0, 1.0) * RNG.uniform(1, 4, 200)
    table = shop(lines=apart, products=apart * 2, tenure_days=other)
    features = ["lines", "products", "tenure_days"]
    first, second, third = (axis.feature for axis in map_axes(table, LABELS, features))
    assert {first, third} == {"lines", "products"}
    assert second == "tenure_days"


def test_the_share_between_segments_is_that_of_the_variance_of_the_logarithm():
    values = np.expm1(np.array([1.0, 2.0, 3.0, 4.0]))
    table = pd.DataFrame({"revenue": values, "orders": 1.0, "recency_days": 1.0})
    axis = map_axes(table, np.array([0, 0, 1, 1]), ["revenue", "orders"])[0]
    assert axis.feature == "revenue"
    assert axis.between == pytest.approx(4 / 5)


def test_revenue_is_the_vertical_axis_wherever_it_is_drawn():
    apart = np.where(LABELS == 0, 100.0, 10.0) * NOISE
    table = shop(revenue=RNG.uniform(1, 5, 200), tenure_days=apart)
    assert map_axes(table, LABELS, ["tenure_days", "revenue"])[0].feature == "revenue"


@pytest.mark.parametrize(
    ("features", "drawn"),
    [(["revenue"], ["revenue", "orders"]), (["lines"], ["revenue", "lines"])],
)
def test_beside_a_single_feature_revenue_or_orders_is_drawn(features, drawn):
    table = shop(lines=np.where(LABELS == 0, 9.0, 2.0))
    assert [axis.feature for axis in map_axes(table, LABELS, features)] == drawn


@pytest.mark.parametrize(
    "values",
    [
        np.array([0.0, 1.0, 373.0]),
        np.array([1.0, 2.0, 9.0]),
        np.array([-50.5, 0.0, 7000.25]),
        np.array([0.5, 2.25, 90000.0]),
        np.array([5.0, 5.0, 5.0]),
        np.array([0.0, 0.0, 0.0]),
        np.array([-2.5, -2.5, -2.5]),
    ],
)
@pytest.mark.parametrize("feature", ["tenure_days", "return_share"])
def test_every_customer_lies_between_the_borders_of_the_fields(values, feature):
    values = np.clip(values, 0, 1) if feature == "return_share" else values
    table = pd.DataFrame({"revenue": 1.0, "orders": 1.0, "recency_days": 1.0, feature: values})
    (axis,) = (a for a in map_axes(table, np.array([0, 0, 1]), [feature]) if a.feature == feature)
    assert (np.diff(axis.edges) > 0).all()
    assert np.histogram(values, axis.edges)[0].sum() == len(values)
