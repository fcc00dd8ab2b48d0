"""The RFM grid: the same groups whatever the scaler, the order and the units."""

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from segmentation.errors import UserError
from segmentation.evaluation.resampling import refit_like
from segmentation.model.fitting import fit_segmenter, number_of_segments
from segmentation.model.membership import membership
from segmentation.model.persistence import load_segmenter, save_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.model.rfm import rfm_borders, rfm_scores
from segmentation.model.rfm_grid import RFMGrid
from segmentation.model.scaling import signed_log1p
from segmentation.options import build, option_names, read_option
from tests.helpers.models import log_scaler

RFM = ["recency_days", "orders", "revenue"]
# Recency, orders and revenue; the sums of their scores are computed by hand in test_rfm.
TEN = np.array(
    [
        [1.0, 2, 2, 5, 10, 20, 20, 40, 80, 100],
        [9, 5, 5, 3, 3, 2, 1, 1, 1, 1],
        [50, 40, 30, 30, 20, 20, 10, 10, 0, -5],
    ]
).T
BORDER = 200.0
GROUPS = [2, 2, 2, 1, 1, 1, 0, 0, 0, 0]


@parametrize_with_checks([RFMGrid(), RFMGrid(n_clusters=3, cut_points=[0.25, 0.5, 0.75])])
def test_follows_the_conventions_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def table():
    """400 customers with ties in every feature, and revenues that only their last bit parts."""
    random = np.random.default_rng(0)
    revenue = np.sort(np.round(random.lognormal(5, 1.2, 400), -1))
    # The border is the 240th customer's: those after it score higher, by a hair.
    revenue[230:250] = BORDER
    revenue[240:250] = np.nextafter(BORDER, np.inf)
    return pd.DataFrame(
        {
            "revenue": random.permutation(revenue),
            "recency_days": np.round(random.exponential(50, 400)),
            "orders": random.geometric(0.35, 400).astype(float),
        },
        index=[f"c{number}" for number in range(400)],
    )


def fitted(table, scaler=None, features=RFM, k=5, share=None):
    return fit_segmenter(table, features, scaler or log_scaler(), RFMGrid(k), share)


def test_groups_are_those_of_the_sums_computed_by_hand():
    grid = RFMGrid(3, features=RFM)
    assert grid.fit_predict(TEN).tolist() == GROUPS
    assert grid.group_borders_.tolist() == [5, 11]
    assert RFMGrid(3).fit_predict(TEN).tolist() == GROUPS
    assert number_of_segments(grid) == 3


def test_columns_are_found_by_their_names_and_others_are_not_scored():
    names = ["revenue", "lines", "orders", "recency_days"]
    X = np.column_stack([TEN[:, 2], np.arange(10), TEN[:, 1], TEN[:, 0]])
    assert RFMGrid(3, features=names).fit_predict(X).tolist() == GROUPS


def test_confidence_grows_with_the_points_to_the_next_group():
    grid = RFMGrid(3).fit(TEN)
    clusters, confidence = membership(grid, TEN)
    assert clusters.tolist() == GROUPS
    points = np.array([4, 2, 1, 1, 3, 3, 1, 1, 3, 3])
    np.testing.assert_allclose(confidence, points / (points + 1))
    assert membership(RFMGrid(1).fit(TEN), TEN)[1].tolist() == [1.0] * 10


@pytest.mark.parametrize("name", option_names("scaler"))
def test_no_scaler_changes_a_label(table, name):
    scaler = build(read_option("scaler", name, seed=42))
    plain, scaled = fitted(table, FunctionTransformer(), k=13), fitted(table, scaler, k=13)
    np.testing.assert_array_equal(scaled.labels_, plain.labels_)
    assert scaled.describe(table[RFM])["segment"].tolist() == plain.labels_.tolist()
    others = table * 1.07
    np.testing.assert_array_equal(scaled.predict(others[RFM]), plain.predict(others[RFM]))
    refitted = refit_like(scaled)(table[RFM].to_numpy(), 1)
    np.testing.assert_array_equal(refitted[1], scaled.clusterer_.labels_)
    np.testing.assert_allclose(refitted[0], scaled.transform(table[RFM]))


def test_the_customers_of_these_tests_have_values_that_a_scaler_does_not_tell_apart(table):
    revenue = np.unique(table["revenue"])
    assert len(np.unique(signed_log1p(revenue))) == len(revenue) - 1
    assert rfm_borders(table)["revenue"][2] == BORDER


def test_neither_the_order_of_customers_nor_that_of_features_nor_a_fit_matters(table):
    labels = fitted(table).labels_
    order = np.random.default_rng(1).permutation(len(table))
    np.testing.assert_array_equal(fitted(table.iloc[order]).labels_, labels[order])
    turned = fitted(table, features=RFM[::-1])
    np.testing.assert_array_equal(turned.labels_, labels)
    _, refitted = refit_like(turned)(table[RFM[::-1]].to_numpy(), 1)
    np.testing.assert_array_equal(refitted, turned.clusterer_.labels_)
    np.testing.assert_array_equal(fitted(table).labels_, labels)


def test_segments_are_ranges_of_the_score_that_do_not_overlap(table):
    segmenter = fitted(table)
    scores = rfm_scores(table, rfm_borders(table))["rfm_score"].groupby(segmenter.labels_)
    lowest, highest = np.sort(scores.min()), np.sort(scores.max())
    assert (lowest[1:] > highest[:-1]).all()
    assert len(lowest) == 5


def test_other_customers_are_placed_by_the_borders_of_the_training(table):
    segmenter = fitted(table)
    poor = table.assign(revenue=-1.0, orders=0.0, recency_days=9_999.0)
    assert set(segmenter.predict(poor[RFM])) == {4}
    rich = table.assign(revenue=1e9, orders=99.0, recency_days=0.0)
    assert set(segmenter.predict(rich[RFM])) == {0}
    np.testing.assert_array_equal(segmenter.predict(table[RFM][:3]), segmenter.labels_[:3])


def test_it_is_saved_and_loaded_without_code(table, tmp_path):
    segmenter = CustomerSegmenter(log_scaler(), RFMGrid(4, cut_points=[0.5, 0.8]))
    save_segmenter(segmenter.fit(table[RFM]), tmp_path / "grid.skops")
    loaded = load_segmenter(tmp_path / "grid.skops")
    assert loaded.describe(table[RFM]).equals(segmenter.describe(table[RFM]))
    assert loaded.clusterer_.features == RFM


def test_key_accounts_are_set_apart_before_the_others_are_scored(table):
    segmenter = fitted(table, share=0.05)
    apart = segmenter.key_accounts(table[RFM])
    others = fitted(table[~apart])
    np.testing.assert_array_equal(segmenter.labels_[~apart], others.labels_ + 1)


@pytest.mark.parametrize("lacking", RFM)
def test_a_feature_that_is_lacking_is_named_with_the_remedy(table, lacking):
    features = [*(name for name in RFM if name != lacking), "lines"]
    with pytest.raises(UserError, match=f"and {lacking} is not among .*; set features=rfm"):
        fitted(table.assign(lines=range(400)), features=features)


@pytest.mark.parametrize("k", [14, 99])
def test_more_groups_than_sums_are_refused(table, k):
    with pytest.raises(UserError, match=rf"n_clusters={k} must be 1 to 13: 3 scores from 1 to 5"):
        fitted(table, k=k)


def test_fewer_groups_are_found_where_customers_have_fewer_sums():
    X = np.array([[1.0, 2, 3], [1, 2, 3], [9, 1, 1]])
    assert RFMGrid(8).fit_predict(X).tolist() == [1, 1, 0]
