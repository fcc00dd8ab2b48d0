"""New customers are set apart by rule, before the others are clustered and in every model."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentation.customers.rhythm import usual_gap_days
from segmentation.errors import UserError
from segmentation.model.fitting import fit_again, fit_segmenter
from segmentation.model.persistence import load_segmenter, save_segmenter
from tests.helpers.models import CLUSTERERS, log_scaler
from tests.helpers.shop import FEATURES

NEW = 30
GAP = 12.0


@pytest.fixture(scope="module")
def shop(table) -> pd.DataFrame:
    """The clear customers, every twelve days, and after them new ones and others of one order."""
    days = np.arange(len(table)) % 40.0
    regulars = table.assign(recency_days=days, mean_gap_days=GAP)
    recency = np.concatenate([np.linspace(0, GAP, NEW), np.linspace(GAP + 0.1, 90, 50)])
    once = pd.DataFrame(
        {
            "revenue": 1.5,
            "orders": 1.0,
            "average_order_value": 1.5,
            "recency_days": recency,
            "mean_gap_days": recency,
        },
        index=[f"n{number}" for number in range(len(recency))],
    )
    return pd.concat([regulars, once])


def fitted(shop, features=FEATURES, share=None, gaps=1.0, algorithm="kmeans"):
    return fit_segmenter(shop, features, log_scaler(), CLUSTERERS[algorithm], share, gaps)


def expected(shop) -> np.ndarray:
    return ((shop["orders"] == 1) & (shop["recency_days"] <= GAP)).to_numpy()


@pytest.mark.parametrize("algorithm", CLUSTERERS)
def test_one_order_within_the_usual_gap_is_the_last_segment(shop, algorithm):
    found = fitted(shop, algorithm=algorithm)
    assert usual_gap_days(shop) == found.newcomer_days == GAP
    assert expected(shop).sum() == NEW
    last = found.n_segments_ - 1
    assert found.newcomer_segment == last
    np.testing.assert_array_equal(found.labels_ == last, expected(shop))
    assert found.names_[last] == "new"
    given = shop[list(found.feature_names_in_)]
    np.testing.assert_array_equal(found.predict(given), found.labels_)


def test_the_others_are_clustered_as_if_the_new_ones_were_not_there(shop):
    found, others = fitted(shop), shop[~expected(shop)]
    alone = fitted(others, gaps=None)
    np.testing.assert_array_equal(found.labels_[~expected(shop)], alone.labels_)
    assert found.features_ == alone.features_ == FEATURES
    columns = list(found.feature_names_in_)
    assert columns == [*FEATURES, "recency_days"]
    np.testing.assert_allclose(found.transform(others[columns]), alone.transform(others[FEATURES]))


def test_both_rules_go_together_and_key_accounts_come_first(shop):
    rich = shop.copy()
    rich.loc["n0", ["revenue", "average_order_value"]] = 1e6
    found = fitted(rich, share=0.05)
    labels = pd.Series(found.labels_, rich.index)
    assert labels["n0"] == found.key_account_segment == 0
    assert labels["n1"] == found.newcomer_segment == 4
    assert sorted(labels.unique()) == [0, 1, 2, 3, 4]
    given = rich[list(found.feature_names_in_)]
    assert found.key_accounts(given).sum() == (labels == 0).sum()
    assert not (found.key_accounts(given) & found.newcomers(given)).any()
    np.testing.assert_array_equal(found.predict(given), labels)


def test_new_data_are_judged_by_the_usual_gap_of_the_training(shop):
    found = fitted(shop)
    given = shop[list(found.feature_names_in_)].tail(50).assign(orders=1.0)
    days = np.linspace(GAP - 1, GAP + 1, 50)
    described = found.describe(given.assign(recency_days=days))
    is_new = days <= GAP
    assert (described["segment"] == found.newcomer_segment).tolist() == is_new.tolist()
    assert set(described["name"][is_new]) == {"new"}
    assert (described["confidence"][is_new] == 1).all()
    assert not described.loc[is_new, ["outlier", "borderline"]].any(axis=None)
    for orders in (0.0, 2.0):
        others = found.predict(given.assign(recency_days=1.0, orders=orders))
        assert found.newcomer_segment not in others


def test_two_gaps_are_twice_as_long_and_a_refit_has_gaps_of_its_own(shop):
    found = fitted(shop, gaps=2.0)
    assert found.newcomer_days == 2 * GAP
    slower = shop.assign(mean_gap_days=shop["mean_gap_days"].where(shop["orders"] == 1, 20.0))
    again = fit_again(found, slower)
    assert (again.newcomer_days, again.newcomer_gaps_) == (40.0, 2.0)
    assert again.features_ == FEATURES


def test_a_saved_model_has_the_rule(shop, tmp_path: Path):
    found = fitted(shop)
    save_segmenter(found, tmp_path / "model.skops")
    again = load_segmenter(tmp_path / "model.skops")
    given = shop[list(found.feature_names_in_)]
    pd.testing.assert_frame_equal(again.describe(given), found.describe(given))
    assert again.newcomer_gaps_ == 1.0


def test_a_model_of_an_earlier_edition_sets_nobody_apart(shop, tmp_path: Path):
    found = fitted(shop, gaps=None)
    for name in ("newcomer_days", "newcomer_gaps_", "clustered_on"):
        del vars(found)[name]
    save_segmenter(found, tmp_path / "model.skops")
    again = load_segmenter(tmp_path / "model.skops")
    np.testing.assert_array_equal(again.predict(shop[FEATURES]), found.labels_)
    assert again.newcomer_segment is None
    assert again.features_ == FEATURES
    assert fit_again(again, shop).newcomer_segment is None


def test_without_new_customers_the_segment_is_empty_and_has_its_name(shop):
    found = fitted(shop[~expected(shop)])
    assert found.newcomer_segment not in found.labels_
    assert found.names_[found.newcomer_segment] == "new"


def test_without_two_orders_of_anybody_there_is_no_gap(shop):
    with pytest.raises(UserError, match=r"no customer has two orders, .*newcomers=none"):
        fitted(shop.tail(80), features=["recency_days", "mean_gap_days"])


def test_a_column_of_the_rule_that_is_not_there_is_named(shop):
    found = fitted(shop)
    with pytest.raises(ValueError, match="recency_days"):
        found.predict(shop[FEATURES])
    by_rule = type(found)(newcomer_days=3.0)
    with pytest.raises(ValueError, match="new customers are set apart by recency_days"):
        by_rule.fit(shop[FEATURES])
