"""The gate between challenger and champion, on customers that no clusterer can get wrong."""

from datetime import datetime

import numpy as np
import pytest
from sklearn.cluster import KMeans

from segmentation.customers.measured import Past
from segmentation.model.fitting import fit_segmenter
from segmentation.segments.naming import name_segments
from segmentation.selection.gate import compare
from tests.helpers.models import log_scaler
from tests.helpers.shop import FEATURES, measured_of

MANY = 0.3


@pytest.fixture(scope="module")
def customers(table):
    days = np.random.default_rng(3).integers(1, 200, len(table)).astype(float)
    return table.assign(recency_days=days)


def measured(customers, next_revenue=None):
    """The customers, unchanged since a cut after which they spent so much."""
    if next_revenue is None:
        return measured_of(customers)
    return measured_of(customers, Past(0.25, datetime(2024, 5, 1), customers, next_revenue))


def fitted(customers, k, seed=0, features=FEATURES):
    clusterer = KMeans(n_clusters=k, n_init=10, random_state=seed)
    segmenter = fit_segmenter(customers, features, log_scaler(), clusterer)
    names = name_segments(customers, segmenter.labels_)
    segmenter.names_ |= {name.segment: name.name for name in names}
    return segmenter


def test_a_refit_that_finds_the_same_segments_may_replace_the_champion(customers):
    gate = compare(fitted(customers, 3, seed=1), fitted(customers, 3), measured(customers), MANY, 0)
    assert gate.reasons == ()
    assert gate.reassigned_share == 0
    assert gate.changes == ()


def test_the_same_segments_keep_the_names_that_the_champion_gave_them(customers):
    champion = fitted(customers, 3)
    # as if they had been named when the customers stood elsewhere
    champion.names_ |= {0: "dormant", 1: "promising", 2: "champions"}
    gate = compare(fitted(customers, 3, seed=1), champion, measured(customers), MANY, 0)
    assert [name.name for name in gate.names] == ["dormant", "promising", "champions"]
    assert all("kept from the champion" in name.rule for name in gate.names)
    assert gate.reassigned_share == 0


def test_too_many_customers_in_a_segment_of_another_name_are_a_reason_against(customers):
    challenger = fitted(customers, 3, features=["recency_days"])
    gate = compare(challenger, fitted(customers, 3), measured(customers), MANY, 0)
    assert gate.reassigned_share > MANY
    assert len(gate.reasons) == 1
    assert f"{gate.reassigned_share:.1%} of the customers would change" in gate.reasons[0]
    assert "at most 30% may" in gate.reasons[0]
    assert gate.changes


def test_a_laxer_limit_lets_the_same_challenger_pass(customers):
    challenger = fitted(customers, 3, features=["recency_days"])
    assert compare(challenger, fitted(customers, 3), measured(customers), 1.0, 0).reasons == ()


def test_explaining_less_of_next_revenue_is_a_reason_against(customers):
    spent = customers["revenue"].to_numpy() * 0.3
    blind = fitted(customers, 3, features=["recency_days"])
    gate = compare(blind, fitted(customers, 3), measured(customers, spent), 1.0, 0)
    assert gate.challenger_oot_r2 < 0.2 < 0.9 < gate.champion_oot_r2
    assert len(gate.reasons) == 1
    assert "of next revenue, the champion" in gate.reasons[0]


def test_explaining_more_is_none(customers):
    spent = customers["revenue"].to_numpy() * 0.3
    blind = fitted(customers, 3, features=["recency_days"])
    gate = compare(fitted(customers, 3), blind, measured(customers, spent), 1.0, 0)
    assert gate.reasons == ()


def test_within_one_standard_error_is_not_worse(customers):
    rng = np.random.default_rng(0)
    spent = np.exp(rng.normal(0, 3, len(customers))) * customers["revenue"].to_numpy()
    finer, coarser = fitted(customers, 4), fitted(customers, 3)
    gate = compare(coarser, finer, measured(customers, spent), 1.0, 0)
    assert gate.challenger_oot_r2 >= gate.champion_oot_r2 - gate.oot_r2_se
    assert gate.reasons == ()


def test_without_a_past_only_the_names_are_compared(customers):
    gate = compare(fitted(customers, 4), fitted(customers, 3), measured(customers), MANY, 0)
    assert gate.challenger_oot_r2 is gate.champion_oot_r2 is gate.oot_r2_se is None


def test_a_split_segment_is_told(customers):
    gate = compare(fitted(customers, 3), fitted(customers, 2), measured(customers), 1.0, 0)
    assert any("was split into new segments" in change for change in gate.changes)


def test_plain_values_for_json(customers):
    record = compare(
        fitted(customers, 3), fitted(customers, 2), measured(customers), 1.0, 0
    ).to_dict()
    assert set(record) >= {"reasons", "reassigned_share", "changes", "names"}
    assert {type(name) for name in record["names"]} == {dict}
