"""What a promotion is decided on, gathered from a store with a champion."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segmentation.jobs.facts import gather
from segmentation.jobs.register import customers_of
from segmentation.selection.guards import SelectionRules
from segmentation.tracking.aliases import CHAMPION, aliased
from segmentation.tracking.recorded_run import read_run
from tests.helpers.registry import MODEL


@pytest.fixture
def champion(shop):
    return aliased(shop, MODEL, CHAMPION)


@pytest.fixture
def run(runs):
    """A run of the sweep that is not the champion's."""
    return runs[0]


def facts(shop, run, champion):
    return gather(shop, run, champion, SelectionRules(), lambda: customers_of(run, None))


def never():
    raise AssertionError("nobody to compare with")


def test_without_a_champion_no_customer_is_read(shop, run):
    alone = gather(shop, run, None, SelectionRules(), never)
    assert (alone.incumbent, alone.gate, alone.customers) == (None, None, None)
    assert list(alone.challenger.feature_names_in_) == ["recency_days", "orders", "revenue"]


def test_champion_and_run_of_one_shop_are_compared_on_its_customers(shop, run, champion):
    found = facts(shop, run, champion)
    assert found.incumbent.version == "1"
    assert found.incumbent.common_share == 1.0
    assert found.gate is not None
    assert len(found.customers.table) == 300
    assert found.gaps == ()


def with_ids(shop, run_id, ids, tmp_path):
    customers = read_run(shop, run_id).customers().iloc[: len(ids)]
    file = tmp_path / "customers.parquet"
    customers.set_axis(pd.Index(ids, name="customer_id")).to_parquet(file)
    shop.client.log_artifact(run_id, str(file))


def test_what_is_common_counts_by_the_smaller_base(shop, run, champion, tmp_path):
    known = run.customers().index
    with_ids(shop, champion.run_id, [*known[:30], *(f"x{n}" for n in range(20))], tmp_path)
    found = facts(shop, run, champion)
    assert found.incumbent.common_share == pytest.approx(0.6)
    assert found.gate is not None


def test_another_shop_is_not_compared(shop, run, champion, tmp_path):
    with_ids(shop, champion.run_id, [f"x{n}" for n in range(300)], tmp_path)
    found = gather(shop, run, champion, SelectionRules(), never)
    assert found.incumbent.common_share == 0.0
    assert (found.gate, found.customers) == (None, None)


def test_a_champion_whose_run_is_gone_has_nothing_in_common_that_is_known(shop, run, champion):
    gone = SimpleNamespace(version="1", tags=champion.tags, run_id="0123456789abcdef")
    found = gather(shop, run, gone, SelectionRules(), never)
    assert found.incumbent.common_share is None
    assert found.gate is None


def test_the_challenger_segments_as_its_run_did(shop, run, champion):
    found = facts(shop, run, champion)
    features = list(found.challenger.feature_names_in_)
    predicted = found.challenger.predict(found.customers.table[features])
    np.testing.assert_array_equal(predicted, run.customers()["segment"])
